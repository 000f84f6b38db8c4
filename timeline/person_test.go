package timeline_test

import (
	"net/http"
	"testing"
	"time"

	"croft/federation/fedtest"
	"croft/social"
	"croft/store"
	"croft/timeline"
)

// person is the owner's look at somebody.
func (c *cast) person(a *fedtest.Actor) timeline.Person {
	c.t.Helper()
	p, err := c.tl.Person(c.t.Context(), c.id(a))
	c.must(err)
	return p
}

// outbox serves what somebody wrote.
func outbox(a *fedtest.Actor, notes ...fedtest.Document) {
	var items []any
	for _, note := range notes {
		items = append(items, fedtest.Document{"id": note["id"].(string) + "/activity", "type": "Create", "actor": a.URI, "object": note})
	}
	a.Peer.Publish(fedtest.Document{"id": a.URI + "/outbox", "type": "OrderedCollection", "totalItems": 500, "orderedItems": items})
}

func (c *cast) homeList() []string {
	c.t.Helper()
	entries, err := c.home.Store.ListHome(c.t.Context(), store.HomeQuery{Span: store.Span{Limit: 50}})
	c.must(err)
	var uris []string
	for _, e := range entries {
		uris = append(uris, e.Post.URI)
	}
	return uris
}

// TestFirstLook finds a stranger's posts and counts at the second look, says so
// at the first, and tells the owner nothing of it, though a post names them and
// another answers them.
func TestFirstLook(t *testing.T) {
	c := newCast(t)
	mine := c.publish("mine", social.Public)
	c.home.Know(c.alice)
	outbox(c.alice,
		c.alice.Note("1").With("tag", []any{fedtest.Document{"type": "Mention", "href": owner, "name": "@owner@me.test"}}),
		c.alice.Note("2").With("inReplyTo", mine.URI),
	)
	c.Advance(time.Minute)
	before := c.homeList()
	if p := c.person(c.alice); !p.Looking || p.PostCount != -1 {
		t.Errorf("the first look: %t, %d posts", p.Looking, p.PostCount)
	}
	c.home.Settle()
	if p := c.person(c.alice); p.Looking || p.PostCount != 500 {
		t.Errorf("the second look: %t, %d posts", p.Looking, p.PostCount)
	}
	for _, name := range []string{"1", "2"} {
		if c.post(c.alice.URI+"/statuses/"+name) == nil {
			t.Errorf("post %s is not here", name)
		}
	}
	check(t, "notified", c.notified(), "")
	check(t, "home", c.homeList(), before)

	c.forget()
	c.Advance(59 * time.Minute)
	c.person(c.alice)
	c.home.Settle()
	check(t, "requests within the hour", len(c.peers[0].Requests()), 0)
	c.Advance(2 * time.Minute)
	if p := c.person(c.alice); !p.Looking {
		t.Error("nothing is asked after an hour")
	}
}

// TestLookAtFollowed puts what somebody followed wrote before into its place by
// time, behind what stands on the home page already.
func TestLookAtFollowed(t *testing.T) {
	c := newCast(t)
	old := c.Now().Add(-48 * time.Hour).UTC().Format(time.RFC3339)
	outbox(c.carol, c.carol.Note("old").With("published", old), c.carol.Note("timeless").With("published", nil))
	c.deliver(c.carol, c.carol.Act("Create", "new", c.carol.Note("new")))
	c.person(c.carol)
	c.home.Settle()
	check(t, "home", c.homeList(), []string{c.carol.URI + "/statuses/new", c.carol.URI + "/statuses/old"})
	check(t, "notified", c.notified(), "")
}

// TestLookInVain stops saying that it looks where nobody answers, and asks again
// only when the owner looks again, an hour later; a look at somebody else there
// does not wait for it.
func TestLookInVain(t *testing.T) {
	c := newCast(t)
	c.home.Know(c.alice)
	c.home.Know(c.bob)
	c.peers[0].Answer("/users/alice/outbox", fedtest.Status(http.StatusBadGateway))
	outbox(c.bob, c.bob.Note("1"))
	c.forget()
	c.Advance(time.Minute)
	c.person(c.alice)
	c.home.Settle()
	if c.person(c.alice).Looking {
		t.Error("it goes on")
	}
	c.person(c.bob)
	c.home.Settle()
	if c.post(c.bob.URI+"/statuses/1") == nil {
		t.Error("bob's post is not here")
	}
	c.Advance(3 * time.Hour)
	c.forget()
	c.home.Settle()
	check(t, "requests without a look", len(c.peers[0].Requests()), 0)
	outbox(c.alice, c.alice.Note("1"))
	c.person(c.alice)
	c.home.Settle()
	if c.post(c.alice.URI+"/statuses/1") == nil {
		t.Error("alice's post is not here")
	}
}
