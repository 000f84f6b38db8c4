package federation_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"croft/federation"
	"croft/federation/fedtest"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

func (c *cast) look(t *testing.T, a *fedtest.Actor) {
	t.Helper()
	storetest.Update(t, c.home.Store, func(tx *store.Tx) error { return c.home.Node.WantLook(t.Context(), tx, a.URI) })
	c.home.Settle()
}

// posts are those of an actor that are here, by the last word of their URIs.
func (c *cast) posts(t *testing.T, a *fedtest.Actor) string {
	t.Helper()
	actor := c.actor(t, a)
	ids, err := c.home.Store.ListEverythingBy(t.Context(), actor.ID, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, id := range ids {
		post, err := c.home.Store.FindPost(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, post.URI[strings.LastIndex(post.URI, "/")+1:])
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func (c *cast) actor(t *testing.T, a *fedtest.Actor) *social.Actor {
	t.Helper()
	actor, err := c.home.Store.FindActorByURI(t.Context(), a.URI)
	if err != nil {
		t.Fatal(err)
	}
	return actor
}

// lookEnded reports whether the last look at an actor came to its end.
func (c *cast) lookEnded(t *testing.T, a *fedtest.Actor) bool {
	t.Helper()
	look, err := c.home.Store.FindLook(t.Context(), c.actor(t, a).ID)
	if err != nil {
		t.Fatal(err)
	}
	return !look.EndedAt.IsZero()
}

// create is the activity of a post, as Mastodon's outbox has it.
func create(a *fedtest.Actor, post any) fedtest.Document {
	doc := fedtest.Document{"type": "Create", "actor": a.URI, "object": post, "to": []string{social.PublicURI}}
	if note, ok := post.(fedtest.Document); ok {
		return doc.With("id", note["id"].(string)+"/activity")
	}
	return doc.With("id", post.(string)+"/activity")
}

// outbox serves an actor's outbox with these items on one page.
func outbox(a *fedtest.Actor, items ...any) {
	at := a.URI + "/outbox"
	a.Peer.Publish(fedtest.Document{"id": at, "type": "OrderedCollection", "totalItems": 1234, "first": at + "?page=true"})
	page := fedtest.Document{"id": at + "?page=true", "type": "OrderedCollectionPage", "partOf": at, "orderedItems": items}
	a.Peer.Answer("/users/"+a.Name+"/outbox?page=true", fedtest.Serve("application/activity+json", string(page.JSON())))
}

func size(a *fedtest.Actor, name string, total any) {
	a.Peer.Publish(fedtest.Document{"id": a.URI + "/" + name, "type": "OrderedCollection", "totalItems": total})
}

// TestLook reads what somebody wrote and pinned, and the counts; all of it is
// there after one look, nothing of it arrives, and it is asked for once an hour.
func TestLook(t *testing.T) {
	c := newCast(t)
	c.alice.Change("featured", c.alice.URI+"/featured")
	c.good.Publish(fedtest.Document{"id": c.alice.URI + "/featured", "type": "OrderedCollection", "orderedItems": []any{
		c.alice.Note("pinned").With("published", "2024-01-02T03:04:05Z"),
	}})
	for _, name := range []string{"3", "4", "5"} {
		c.good.Publish(c.alice.Note(name))
	}
	c.good.Publish(create(c.alice, c.alice.URI+"/statuses/5"))
	outbox(c.alice,
		create(c.alice, c.alice.Note("1").With("tag", []any{fedtest.Document{"type": "Mention", "href": c.home.Site.Actor()}})),
		c.alice.Note("2"),                              // without its Create
		create(c.alice, c.alice.URI+"/statuses/3"),     // GoToSocial
		c.alice.URI+"/statuses/4",                      // by its id
		c.alice.URI+"/statuses/5/activity",             // by its Create's id
		c.alice.Act("Announce", "6", c.sam.URI+"/boo"), // passed by, and not asked for
	)
	size(c.alice, "followers", 77)
	size(c.alice, "following", 0)
	c.home.Know(c.alice)
	c.Advance(time.Minute)
	c.forget()
	c.look(t, c.alice)
	checkText(t, "posts", c.posts(t, c.alice), "1 2 3 4 5 pinned")
	checkText(t, "arrived", c.home.Arrived(), "")
	alice := c.actor(t, c.alice)
	if alice.PostCount != 1234 || alice.FollowerCount != 77 || alice.FollowingCount != 0 {
		t.Errorf("%d posts, %d followers, %d following", alice.PostCount, alice.FollowerCount, alice.FollowingCount)
	}
	pinned, err := c.home.Store.ListPinned(t.Context(), alice.ID, social.Viewer{Owner: true})
	if err != nil || len(pinned) != 1 || pinned[0].URI != c.alice.URI+"/statuses/pinned" {
		t.Errorf("pinned: %v (%v)", pinned, err)
	}
	if n := len(c.stranger.Requests()); n != 0 {
		t.Errorf("%d requests for what alice boosted", n)
	}
	if !c.lookEnded(t, c.alice) {
		t.Error("the look goes on")
	}

	c.forget()
	c.Advance(federation.LookEvery - time.Minute)
	c.look(t, c.alice)
	if n := c.out(); n != 0 {
		t.Errorf("%d requests within the hour", n)
	}
	c.Advance(time.Minute)
	outbox(c.alice, create(c.alice, c.alice.Note("7").With("published", c.Now().Add(-time.Minute).UTC().Format(time.RFC3339))))
	c.look(t, c.alice)
	checkText(t, "posts an hour later", c.posts(t, c.alice), "1 2 3 4 5 7 pinned")
}

// TestLookBounds reads no more than two pages and twenty posts, and comes to an
// end, whatever an outbox is like.
func TestLookBounds(t *testing.T) {
	endless := func(items func(page int) []any) func(*cast) {
		return func(c *cast) {
			page := 0
			c.good.Answer("/users/alice/outbox", func(w http.ResponseWriter, req *http.Request) {
				page++
				id := "https://" + req.Host + req.URL.RequestURI()
				doc := fedtest.Document{"id": id, "type": "OrderedCollectionPage", "next": fmt.Sprintf("%s/outbox?p=%d", c.alice.URI, page), "orderedItems": items(page)}
				fedtest.Serve("application/activity+json", string(doc.JSON()))(w, req)
			})
		}
	}
	var c *cast
	for _, test := range []struct {
		name       string
		serve      func(c *cast)
		posts, out int // at most
		none       bool
	}{
		{"posts without end", endless(func(page int) (items []any) {
			for i := range 8 {
				items = append(items, create(c.alice, c.alice.Note(fmt.Sprintf("%d-%d", page, i))))
			}
			return items
		}), 20, 5, false},
		{"a thousand on one page", func(c *cast) {
			var items []any
			for i := range 1000 {
				items = append(items, create(c.alice, c.alice.Note(fmt.Sprint(i))))
			}
			outbox(c.alice, items...)
		}, 20, 4, false},
		{"ids that lead nowhere", endless(func(page int) (items []any) {
			for i := range 30 {
				items = append(items, fmt.Sprintf("%s/statuses/%d-%d", c.alice.URI, page, i))
			}
			return items
		}), 0, 27, true},
		{"ids that lead to ids", func(c *cast) {
			outbox(c.alice, c.alice.URI+"/a")
			c.good.Publish(create(c.alice, c.alice.URI+"/b").With("id", c.alice.URI+"/a"))
			c.good.Publish(create(c.alice, c.alice.URI+"/a").With("id", c.alice.URI+"/b"))
		}, 0, 6, true},
		{"its own first page", func(c *cast) {
			at := c.alice.URI + "/outbox"
			c.good.Publish(fedtest.Document{"id": at, "type": "OrderedCollection", "first": at, "next": at})
		}, 0, 4, true},
		{"missing", func(*cast) {}, 0, 3, true},
		{"gone", func(c *cast) { c.good.Answer("/users/alice/outbox", fedtest.Status(http.StatusGone)) }, 0, 3, true},
		{"no collection", func(c *cast) { c.good.Publish(c.alice.Note("1").With("id", c.alice.URI+"/outbox")) }, 0, 3, true},
		{"too large", func(c *cast) {
			c.good.Answer("/users/alice/outbox", fedtest.Serve("application/activity+json", `{"type":"OrderedCollection","x":"`+strings.Repeat("x", 1<<20)+`"}`))
		}, 0, 3, true},
		{"of another", func(c *cast) {
			doc := fedtest.Document{"id": c.mallory.URI + "/outbox", "type": "OrderedCollection", "orderedItems": []any{create(c.alice, c.alice.Note("1"))}}
			c.good.Answer("/users/alice/outbox", fedtest.Serve("application/activity+json", string(doc.JSON())))
		}, 0, 3, true},
		{"elsewhere", func(c *cast) {
			at := c.alice.URI + "/outbox"
			c.good.Publish(fedtest.Document{"id": at, "type": "OrderedCollection", "first": c.evil.URL("/page")})
		}, 0, 3, true},
		{"ill", func(c *cast) { c.good.Answer("/users/alice/outbox", fedtest.Status(http.StatusInternalServerError)) }, 0, 1, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			c = newCast(t)
			test.serve(c)
			c.home.Know(c.alice)
			c.Advance(time.Minute)
			c.forget()
			c.look(t, c.alice)
			if n := c.countPosts(t); n > test.posts || test.none != (n == 0) {
				t.Errorf("%d posts are here, want at most %d", n, test.posts)
			}
			if n := c.out(); n > test.out {
				t.Errorf("%d requests went out, want at most %d:\n%s", n, test.out, c.good.Asked())
			}
			if n := len(c.evil.Requests()); n != 0 {
				t.Errorf("%d requests to another server", n)
			}
			if !c.lookEnded(t, c.alice) {
				t.Error("the look goes on")
			}
			checkText(t, "arrived", c.home.Arrived(), "")
			c.forget()
			c.Advance(30 * time.Minute)
			c.home.Settle()
			if n := c.out(); n != 0 {
				t.Errorf("%d requests without another look", n)
			}
		})
	}
}

// TestLookRefuses leaves out of an outbox, and of what is pinned, what is not
// the actor's own or not for everybody, and asks nobody about it.
func TestLookRefuses(t *testing.T) {
	private := func(note fedtest.Document, to ...string) fedtest.Document { return note.With("to", to).With("cc", nil) }
	for _, test := range []struct {
		name string
		item func(c *cast) any
	}{
		{"for followers", func(c *cast) any { return create(c.alice, private(c.alice.Note("1"), c.alice.URI+"/followers")) }},
		{"for the owner", func(c *cast) any { return create(c.alice, private(c.alice.Note("1"), c.home.Site.Actor())) }},
		{"for nobody", func(c *cast) any { return create(c.alice, private(c.alice.Note("1"))) }},
		{"for the owner, by its id", func(c *cast) any {
			return c.good.Publish(private(c.alice.Note("1"), c.home.Site.Actor()))["id"]
		}},
		{"of another on the same server", func(c *cast) any { return create(c.bob, c.bob.Note("1")) }},
		{"of another, as if created by the actor", func(c *cast) any { return create(c.alice, c.bob.Note("1")) }},
		{"of the actor, as if created by another", func(c *cast) any { return create(c.bob, c.alice.Note("1")) }},
		{"of another server", func(c *cast) any { return create(c.alice, c.sam.Note("1")) }},
		{"of another server, by its id", func(c *cast) any { return c.stranger.Publish(c.sam.Note("1"))["id"] }},
		{"of another server in the actor's name", func(c *cast) any { return create(c.alice, c.sam.Note("1").With("attributedTo", c.alice.URI)) }},
		{"in a stranger's name", func(c *cast) any { return create(c.alice, c.alice.Note("1").With("attributedTo", c.sam.URI)) }},
		{"in the owner's name", func(c *cast) any {
			return create(c.alice, c.alice.Note("1").With("attributedTo", c.home.Site.Actor()))
		}},
		{"in our name space", func(c *cast) any { return create(c.alice, c.alice.Note("1").With("id", c.home.Site.Actor()+"/1")) }},
		{"a boost", func(c *cast) any { return c.alice.Act("Announce", "1", c.stranger.Publish(c.sam.Note("1"))["id"]) }},
		{"a like", func(c *cast) any { return c.alice.Act("Like", "1", c.alice.URI+"/statuses/1") }},
		{"a deletion", func(c *cast) any { return c.alice.Act("Delete", "1", c.alice.URI+"/statuses/1") }},
		{"a person", func(c *cast) any { return c.sam.Document() }},
		{"of tomorrow", func(c *cast) any { return create(c.alice, c.alice.Note("1").With("published", "2999-01-01T00:00:00Z")) }},
		{"of no time", func(c *cast) any { return create(c.alice, c.alice.Note("1").With("published", nil)) }},
		{"nothing", func(*cast) any { return fedtest.Document{} }},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCast(t)
			item := test.item(c)
			outbox(c.alice, item, create(c.alice, c.alice.Note("good")))
			c.alice.Change("featured", c.alice.URI+"/featured")
			c.good.Publish(fedtest.Document{"id": c.alice.URI + "/featured", "type": "OrderedCollection", "orderedItems": []any{item}})
			c.home.Know(c.alice)
			c.Advance(time.Minute)
			c.forget()
			c.look(t, c.alice)
			checkText(t, "posts of alice", c.posts(t, c.alice), "good")
			if n := c.countPosts(t); n != 1 {
				t.Errorf("%d posts are here", n)
			}
			if n := len(c.stranger.Requests()); n != 0 {
				t.Errorf("%d requests to another server", n)
			}
			if _, err := c.home.Store.FindActorByURI(t.Context(), c.sam.URI); !errors.Is(err, social.ErrNotFound) {
				t.Errorf("sam is known: %v", err)
			}
			checkText(t, "arrived", c.home.Arrived(), "")
		})
	}
}

// TestLookKeeps changes nothing of a post that is here, or was deleted.
func TestLookKeeps(t *testing.T) {
	c := newCast(t)
	c.putNote(t, c.alice, c.alice.Note("1"))
	c.putNote(t, c.alice, c.alice.Note("2"))
	gone := c.find(t, c.alice.URI+"/statuses/2")
	storetest.Update(t, c.home.Store, func(tx *store.Tx) error { return tx.DeletePost(t.Context(), gone.ID) })
	outbox(c.alice, create(c.alice, c.alice.Note("1").With("content", "other words")), create(c.alice, c.alice.Note("2")))
	c.Advance(time.Minute)
	c.unchanged(t, func() { c.look(t, c.alice) }, "looks", "actors", "hosts", "sqlite_sequence")
}

// TestNoLook asks nobody of those who are blocked, gone, or of this home.
func TestNoLook(t *testing.T) {
	for name, put := range map[string]func(t *testing.T, c *cast, tx *store.Tx, alice social.ID) error{
		"blocked": func(t *testing.T, _ *cast, tx *store.Tx, alice social.ID) error {
			return tx.PutBlock(t.Context(), alice)
		},
		"server blocked": func(t *testing.T, _ *cast, tx *store.Tx, _ social.ID) error {
			return tx.PutHostBlock(t.Context(), "good.test")
		},
		"blocked while it waits": func(t *testing.T, c *cast, tx *store.Tx, alice social.ID) error {
			return errors.Join(c.home.Node.WantLook(t.Context(), tx, c.alice.URI), tx.PutBlock(t.Context(), alice))
		},
		"gone": func(t *testing.T, _ *cast, tx *store.Tx, alice social.ID) error {
			return tx.SetActorGone(t.Context(), alice)
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCast(t)
			alice := c.home.Know(c.alice)
			outbox(c.alice, create(c.alice, c.alice.Note("1")))
			c.forget()
			storetest.Update(t, c.home.Store, func(tx *store.Tx) error { return put(t, c, tx, alice.ID) })
			c.unchanged(t, func() { c.look(t, c.alice) })
			if n := c.out(); n != 0 {
				t.Errorf("%d requests went out", n)
			}
			if look, err := c.home.Store.FindLook(t.Context(), alice.ID); err == nil && look.EndedAt.IsZero() {
				t.Error("a look goes on")
			}
		})
	}
}
