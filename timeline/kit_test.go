package timeline_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"croft/federation/fedtest"
	"croft/media"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
	"croft/timeline"
)

const owner = "https://me.test/@owner"

// cast are the people of the tests: alice and bob share a server, mallory means
// ill, the owner follows carol, sam is a stranger.
type cast struct {
	*fedtest.World
	t                               *testing.T
	home                            *fedtest.Home
	tl                              *timeline.Timeline
	media                           *media.Library
	peers                           []*fedtest.Peer
	alice, bob, mallory, carol, sam *fedtest.Actor
}

func newCast(t *testing.T) *cast {
	t.Helper()
	c := &cast{World: fedtest.NewWorld(t), t: t}
	c.home = c.Home("me.test", func(h *fedtest.Home) {
		library, err := media.Open(t.TempDir(), media.Options{Now: c.Now})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = library.Close() })
		c.media = library
		c.tl = timeline.New(timeline.Options{Store: h.Store, Node: h.Node, Queue: h.Queue, Media: library, MaxPost: 20000, Now: c.Now})
		h.Node.Receiver = c.tl.Receive
	})
	for _, host := range []string{"good.test", "evil.test", "friend.test", "stranger.test"} {
		c.peers = append(c.peers, c.Peer(host))
	}
	c.alice, c.bob = c.peers[0].Person("alice"), c.peers[0].Person("bob")
	c.mallory, c.carol, c.sam = c.peers[1].Person("mallory"), c.peers[2].Person("carol"), c.peers[3].Person("sam")
	c.home.Follow(c.carol)
	c.forget()
	return c
}

func (c *cast) forget() {
	for _, p := range c.peers {
		p.Forget()
	}
}

// must ends the test if an act of the owner's fails.
func (c *cast) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// follower makes somebody an accepted follower of the owner.
func (c *cast) follower(a *fedtest.Actor) *social.Actor {
	c.t.Helper()
	actor := c.home.Know(a)
	storetest.Update(c.t, c.home.Store, func(tx *store.Tx) error {
		_, err := tx.PutFollow(c.t.Context(), social.Follow{
			URI: a.URI + "#follow", FollowerID: actor.ID, FollowedID: c.home.Node.OwnerID(), State: social.FollowAccepted, CreatedAt: tx.Now,
		})
		return err
	})
	return actor
}

func (c *cast) publish(text string, v social.Visibility) *social.Post {
	c.t.Helper()
	p, err := c.tl.Publish(c.t.Context(), social.Draft{Text: text, Visibility: v})
	c.must(err)
	return p
}

// deliver brings documents to the door, which must take them, and waits until
// they have had their effect.
func (c *cast) deliver(from *fedtest.Actor, docs ...fedtest.Document) {
	c.t.Helper()
	for _, doc := range docs {
		if err := c.home.Deliver(from, doc); err != nil {
			c.t.Fatalf("deliver %v: %v", doc["id"], err)
		}
	}
	c.home.Settle()
}

// attack is deliver where the door, too, may refuse.
func (c *cast) attack(from *fedtest.Actor, doc fedtest.Document) {
	c.t.Helper()
	_ = c.home.Deliver(from, doc)
	c.home.Settle()
}

// unchanged runs fn and reports every row that it changed, besides those that
// say only that something came in.
func (c *cast) unchanged(fn func(), except ...string) {
	c.t.Helper()
	c.home.Settle()
	except = append(except, "seen", "lanes", "hosts", "sqlite_sequence")
	before := c.home.Dump(except...)
	fn()
	c.home.Settle()
	if diff := cmp.Diff(before, c.home.Dump(except...)); diff != "" {
		c.t.Errorf("the database changed:\n%s", diff)
	}
}

// sent lists what was delivered since the last call: inbox, type and type of
// the object, in the order of the servers.
func (c *cast) sent() string {
	c.t.Helper()
	c.home.Settle()
	var got []string
	for _, r := range c.deliveries() {
		var act struct {
			Type   string
			Object json.RawMessage
		}
		c.must(json.Unmarshal([]byte(r.Body), &act))
		var object struct{ Type string }
		_ = json.Unmarshal(act.Object, &object) // an id is none
		got = append(got, strings.TrimSpace(r.Host+r.Path+" "+act.Type+" "+object.Type))
	}
	c.forget()
	return strings.Join(got, "\n")
}

func (c *cast) deliveries() []fedtest.Request {
	var all []fedtest.Request
	for _, p := range c.peers {
		for _, r := range p.Requests() {
			if r.Method == http.MethodPost {
				all = append(all, r)
			}
		}
	}
	return all
}

func (c *cast) wantSent(want ...string) {
	c.t.Helper()
	if got := c.sent(); got != strings.Join(want, "\n") {
		c.t.Errorf("sent:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
	}
}

// post is a post by its URI, nil if it is not here.
func (c *cast) post(uri string) *social.Post {
	p, err := c.home.Store.FindPostByURI(c.t.Context(), uri)
	if err != nil {
		return nil
	}
	return p
}

// id is the number of somebody who is known.
func (c *cast) id(a *fedtest.Actor) social.ID {
	c.t.Helper()
	actor, err := c.home.Store.FindActorByURI(c.t.Context(), a.URI)
	c.must(err)
	return actor.ID
}

func (c *cast) relation(a *fedtest.Actor) social.Relation {
	c.t.Helper()
	r, err := c.home.Store.FindRelation(c.t.Context(), c.id(a))
	c.must(err)
	return r
}

// notified lists what the owner was told, the oldest first: who and what.
func (c *cast) notified() string {
	c.t.Helper()
	all, err := c.home.Store.ListNotifications(c.t.Context(), store.NotificationQuery{Span: store.Below(0, 100)})
	c.must(err)
	var said []string
	for _, n := range all {
		said = append([]string{n.Actor.Handle.Name + " " + string(n.Kind)}, said...)
	}
	return strings.Join(said, ", ")
}

func check[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// lock makes the owner decide who follows.
func (c *cast) lock() {
	c.t.Helper()
	c.must(c.tl.SetProfile(c.t.Context(), social.Profile{Locked: true}, timeline.Pictures{}))
	c.home.Settle()
	c.forget()
}
