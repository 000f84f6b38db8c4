package federation_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"croft/federation"
	"croft/federation/activity"
	"croft/federation/fedtest"
	"croft/federation/signature"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// follower makes somebody an accepted follower of the owner.
func (c *cast) follower(t *testing.T, a *fedtest.Actor) *social.Actor {
	t.Helper()
	actor := c.home.Know(a)
	storetest.Update(t, c.home.Store, func(tx *store.Tx) error {
		_, err := tx.PutFollow(t.Context(), social.Follow{
			URI: a.URI + "#follow", FollowerID: actor.ID, FollowedID: c.home.Node.OwnerID(), State: social.FollowAccepted, CreatedAt: tx.Now,
		})
		return err
	})
	return actor
}

func (c *cast) send(t *testing.T, act activity.Activity, to federation.Audience) {
	t.Helper()
	storetest.Update(t, c.home.Store, func(tx *store.Tx) error { return c.home.Node.Send(t.Context(), tx, act, to) })
}

func (c *cast) create(t *testing.T) (activity.Create, social.ID) {
	t.Helper()
	p := c.putOwn(t)
	p.AuthorURI = c.home.Site.Actor()
	return activity.Create{
		ID: c.home.Site.Part(p.ID, "activity"), Actor: p.AuthorURI, Object: p.URI, Post: p, To: p.To, Cc: p.Cc, Published: p.PublishedAt,
	}, p.ID
}

// delivered lists which inboxes got something: host and path.
func (c *cast) delivered(t *testing.T) string {
	t.Helper()
	c.home.Settle()
	var got []string
	for _, p := range c.peers() {
		for _, r := range p.Requests() {
			if r.Method == http.MethodPost {
				got = append(got, p.Host+r.Path)
			}
		}
	}
	return strings.Join(got, " ")
}

// TestSend delivers one signed copy to each server of the followers, and to
// each person named; to no one who is blocked.
func TestSend(t *testing.T) {
	c := newCast(t)
	c.follower(t, c.alice)
	c.follower(t, c.bob)
	c.follower(t, c.mallory)
	sam := c.home.Know(c.sam)
	storetest.Update(t, c.home.Store, func(tx *store.Tx) error { return tx.PutHostBlock(t.Context(), "evil.test") })
	create, id := c.create(t)
	c.send(t, create, federation.Audience{Followers: true, Actors: []*social.Actor{sam}, Topic: id})
	checkText(t, "delivered", c.delivered(t), "good.test/inbox stranger.test/users/sam/inbox")
	kept, err := c.home.Store.FindActivity(t.Context(), create.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range c.good.Requests() {
		if r.Method != http.MethodPost {
			continue
		}
		if r.Body != string(kept) {
			t.Errorf("sent %s, kept %s", r.Body, kept)
		}
		if !strings.Contains(r.Header.Get("Collection-Synchronization"), `url="https://me.test/@owner/followers_synchronization"`) {
			t.Errorf("header %q", r.Header)
		}
		c.checkSigned(t, r)
	}
	// Whoever got the post gets its end, though they follow no more.
	c.forget()
	c.send(t, activity.Delete{ID: c.home.Site.Act("deletes", 1), Actor: create.Actor, Object: create.Object, To: create.To}, federation.Audience{Got: id, Topic: id})
	checkText(t, "delivered", c.delivered(t), "good.test/inbox stranger.test/users/sam/inbox")
}

// checkSigned verifies a delivery as the server that got it would, with the key
// that the owner's document holds.
func (c *cast) checkSigned(t *testing.T, r fedtest.Request) {
	t.Helper()
	doc, err := c.home.Node.ActorDocument(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found, err := activity.DecodeObject(doc)
	if err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequestWithContext(t.Context(), r.Method, r.Path, bytes.NewReader([]byte(r.Body)))
	req.Host, req.Header = r.Host, r.Header
	v, err := signature.Verify(req, "https://"+r.Host, []byte(r.Body), func(_ context.Context, id string) (signature.PublicKey, error) {
		for _, k := range found.(activity.ActorDocument).Keys {
			if k.ID == id && k.PEM != "" {
				key, err := signature.ParsePEM(k.PEM)
				return signature.PublicKey{ID: id, Owner: k.Owner, Key: key}, err
			}
		}
		return signature.PublicKey{}, social.ErrNotFound
	}, c.Now())
	if err != nil || v.Owner != c.home.Site.Actor() {
		t.Errorf("signed by %q: %v", v.Owner, err)
	}
}

// TestTakeBack cancels what waits for whom the owner blocks, and says who cannot
// have heard of a post (PRI-13).
func TestTakeBack(t *testing.T) {
	c := newCast(t)
	c.follower(t, c.alice)
	sam := c.home.Know(c.sam)
	for _, p := range []*fedtest.Peer{c.good, c.stranger} {
		p.Answer("/inbox", fedtest.Status(http.StatusBadGateway))
		p.Answer("/users/sam/inbox", fedtest.Status(http.StatusBadGateway))
	}
	create, id := c.create(t)
	c.send(t, create, federation.Audience{Followers: true, Actors: []*social.Actor{sam}, Topic: id})
	c.home.Settle()
	storetest.Update(t, c.home.Store, func(tx *store.Tx) error { return c.home.Node.TakeBack(t.Context(), tx, sam) })
	c.forget()
	c.stranger.Answer("/users/sam/inbox", nil)
	c.good.Answer("/inbox", nil)
	c.Advance(2 * time.Hour)
	c.home.Queue.Wake()
	checkText(t, "delivered", c.delivered(t), "good.test/inbox")
	if jobs, err := c.home.Store.CountJobs(t.Context()); err != nil || jobs != (store.JobCounts{}) {
		t.Errorf("jobs left: %+v, %v", jobs, err)
	}
}

// TestAlive brings what waits for a host that was given up as soon as it speaks,
// be it to say something or to ask.
func TestAlive(t *testing.T) {
	for name, speak := range map[string]func(c *cast) error{
		"says": func(c *cast) error {
			return c.home.Deliver(c.alice, c.alice.Act("Like", "1", "https://me.test/@owner/1"))
		},
		"asks": func(c *cast) error {
			_, err := c.home.Node.Viewer(c.alice.Get("https://me.test/@owner/1"))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCast(t)
			c.follower(t, c.alice)
			c.good.Answer("/inbox", fedtest.Status(http.StatusBadGateway))
			create, id := c.create(t)
			c.send(t, create, federation.Audience{Followers: true, Topic: id})
			for range 12 {
				c.home.Settle()
				c.Advance(90 * time.Second)
				c.home.Queue.Wake()
			}
			c.home.Settle()
			c.good.Answer("/inbox", nil)
			peer, err := c.home.Store.FindPeer(t.Context(), "good.test")
			if err != nil || peer.Failures == 0 {
				t.Fatalf("peer %+v, %v", peer, err)
			}
			checkKind(t, speak(c), nil)
			c.home.Arrivals()
			if peer, err := c.home.Store.FindPeer(t.Context(), "good.test"); err != nil || peer.Failures != 0 {
				t.Errorf("peer %+v, %v", peer, err)
			}
		})
	}
}

// TestFollowersOf tells a server of its own people and nobody else's.
func TestFollowersOf(t *testing.T) {
	c := newCast(t)
	c.follower(t, c.alice)
	c.follower(t, c.mallory)
	body, err := c.home.Node.FollowersOf(t.Context(), social.Viewer{ActorURI: c.bob.URI})
	if err != nil || !strings.Contains(string(body), c.alice.URI) || strings.Contains(string(body), c.mallory.URI) {
		t.Errorf("%s, %v", body, err)
	}
	_, err = c.home.Node.FollowersOf(t.Context(), social.Viewer{})
	checkKind(t, err, social.ErrUnauthorized)
	_, err = c.home.Node.FollowersOf(t.Context(), social.Viewer{ActorURI: c.bob.URI, Blocked: true})
	checkKind(t, err, social.ErrForbidden)
}
