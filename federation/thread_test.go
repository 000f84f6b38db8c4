package federation_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"croft/federation/fedtest"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

func (c *cast) wantThread(t *testing.T, uri string) {
	t.Helper()
	storetest.Update(t, c.home.Store, func(tx *store.Tx) error { return c.home.Node.WantThread(t.Context(), tx, uri) })
	c.home.Settle()
}

func (c *cast) countPosts(t *testing.T) int {
	t.Helper()
	n, err := c.home.Store.CountPosts(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestClimb answers a reply whose ancestors are all unknown, ten thousand of
// them or in a circle: at most twenty requests go out (PAR-06, PAR-07).
func TestClimb(t *testing.T) {
	for _, test := range []struct {
		name   string
		parent func(i int) int
		posts  int
	}{
		{"without end", func(i int) int { return i + 1 }, 19},
		{"two in a circle", func(i int) int { return (i + 1) % 2 }, 2},
		{"itself", func(i int) int { return i }, 1},
		{"three", func(i int) int { return min(i+1, 3) }, 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCast(t)
			uri := func(i int) string { return fmt.Sprintf("%s/statuses/%d", c.alice.URI, i) }
			c.good.Publish(c.alice.Note("3"))
			for i := range 30 {
				if test.name != "three" || i < 3 {
					c.good.Publish(c.alice.Note(fmt.Sprint(i)).With("inReplyTo", uri(test.parent(i))))
				}
			}
			c.putNote(t, c.alice, c.alice.Note("0").With("inReplyTo", uri(test.parent(0))))
			c.forget()
			c.wantThread(t, uri(0))
			if n := c.out(); n > 20 {
				t.Errorf("%d requests went out", n)
			}
			if got := c.countPosts(t); got < test.posts || got > 21 {
				t.Errorf("%d posts are here, want at least %d and at most 21", got, test.posts)
			}
			if _, _, err := c.home.Store.ListThread(t.Context(), c.find(t, uri(0)).ID, social.Viewer{Owner: true}); err != nil {
				t.Error(err)
			}
			checkText(t, "arrived", c.home.Arrived(), "")
		})
	}
}

// TestClimbGoesOn climbs on from where it came to an end half-way.
func TestClimbGoesOn(t *testing.T) {
	c := newCast(t)
	uri := func(i int) string { return fmt.Sprintf("%s/statuses/%d", c.alice.URI, i) }
	note := func(i int) fedtest.Document { return c.alice.Note(fmt.Sprint(i)).With("inReplyTo", uri(i+1)) }
	c.good.Publish(note(1))
	c.putNote(t, c.alice, note(0))
	c.wantThread(t, uri(0))
	if got := c.countPosts(t); got != 2 {
		t.Fatalf("%d posts are here, want the first two", got)
	}
	c.good.Publish(note(2))
	c.good.Publish(c.alice.Note("3"))
	c.Advance(16 * time.Minute)
	c.wantThread(t, uri(0))
	if got := c.countPosts(t); got != 4 {
		t.Errorf("%d posts are here, want all four", got)
	}
	c.forget()
	c.Advance(16 * time.Minute)
	c.wantThread(t, uri(0))
	if n := c.out(); n != 0 {
		t.Errorf("%d requests went out for a thread that is whole", n)
	}
}

func (c *cast) find(t *testing.T, uri string) *social.Post {
	t.Helper()
	post, err := c.home.Store.FindPostByURI(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	return post
}

// TestReplies reads a collection of replies: its own server's are taken as they
// stand there, others' are fetched, and what is no reply or forged is left out.
func TestReplies(t *testing.T) {
	c := newCast(t)
	root := c.alice.Note("1").With("replies", c.alice.URI+"/statuses/1/replies").With("published", c.Now().Add(-time.Hour).UTC().Format(time.RFC3339))
	uri := root["id"].(string)
	reply := func(a *fedtest.Actor, name string) fedtest.Document { return a.Note(name).With("inReplyTo", uri) }
	c.evil.Publish(reply(c.mallory, "true"))
	c.good.Publish(fedtest.Document{
		"id": c.alice.URI + "/statuses/1/replies", "type": "Collection",
		"first": fedtest.Document{
			"type": "CollectionPage", "next": c.alice.URI + "/statuses/1/replies?page=2", "items": []any{
				reply(c.bob, "embedded").With("replies", c.bob.URI+"/r"), c.mallory.URI + "/statuses/true", c.bob.Note("no reply"),
				reply(c.sam, "forged"), "https://me.test/@owner/1", reply(c.mallory, "true").With("content", "forged"),
			},
		},
	})
	c.good.Publish(fedtest.Document{"id": c.bob.URI + "/r", "type": "Collection", "items": []any{
		c.sam.URI + "/statuses/deeper", c.bob.URI + "/statuses/embedded",
	}})
	c.stranger.Publish(c.sam.Note("deeper").With("inReplyTo", c.bob.URI+"/statuses/embedded"))
	page := fedtest.Document{
		"id": c.alice.URI + "/statuses/1/replies?page=2", "type": "CollectionPage",
		"next": c.alice.URI + "/statuses/1/replies?page=2", "items": []any{reply(c.bob, "second")},
	}
	c.good.Answer("/users/alice/statuses/1/replies?page=2", fedtest.Serve("application/activity+json", string(page.JSON())))
	c.putNote(t, c.alice, root)
	c.wantThread(t, uri)
	_, replies, err := c.home.Store.ListThread(t.Context(), c.find(t, uri).ID, social.Viewer{Owner: true})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, p := range replies {
		got[p.URI] = string(p.Content)
	}
	want := map[string]string{
		c.bob.URI + "/statuses/embedded": "<p>embedded</p>", c.bob.URI + "/statuses/second": "<p>second</p>",
		c.mallory.URI + "/statuses/true": "<p>true</p>", c.sam.URI + "/statuses/deeper": "<p>deeper</p>",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("replies %v, want %v", got, want)
	}
	c.forget()
	c.wantThread(t, uri)
	if n := c.out(); n != 0 {
		t.Errorf("%d requests within a quarter of an hour", n)
	}
	c.Advance(16 * time.Minute)
	c.wantThread(t, uri)
	if n := c.out(); n == 0 {
		t.Error("nothing was asked after a quarter of an hour")
	}
}

// TestYoungThread leaves a post alone that is not five minutes old.
func TestYoungThread(t *testing.T) {
	c := newCast(t)
	note := c.alice.Note("1").With("replies", c.alice.URI+"/statuses/1/replies")
	c.putNote(t, c.alice, note)
	c.forget()
	c.wantThread(t, note["id"].(string))
	if n := c.out(); n != 0 {
		t.Errorf("%d requests went out", n)
	}
}

// TestEndlessReplies reads no more than ten pages (PAR-08), and fetches nobody
// whom a post names (PAR-09).
func TestEndlessReplies(t *testing.T) {
	c := newCast(t)
	root := c.alice.Note("1").With("replies", c.alice.URI+"/r").With("published", c.Now().Add(-time.Hour).UTC().Format(time.RFC3339))
	uri := root["id"].(string)
	page := 0
	c.good.Answer("/users/alice/r", func(w http.ResponseWriter, req *http.Request) {
		page++
		note := c.bob.Note(fmt.Sprint(page)).With("inReplyTo", uri).With("tag", []any{
			fedtest.Document{"type": "Mention", "href": c.stranger.URL(fmt.Sprintf("/users/new%d", page)), "name": "@new@stranger.test"},
		})
		next := fmt.Sprintf("%s/r?page=%d", c.alice.URI, page)
		id := "https://" + req.Host + req.URL.RequestURI()
		doc := fedtest.Document{"id": id, "type": "CollectionPage", "next": next, "items": []any{note}}
		fedtest.Serve("application/activity+json", string(doc.JSON()))(w, req)
	})
	c.putNote(t, c.alice, root)
	c.home.Know(c.bob)
	c.forget()
	c.wantThread(t, uri)
	if n := c.out(); n > 11 {
		t.Errorf("%d requests went out, want at most 11", n)
	}
	if n := len(c.stranger.Requests()); n != 0 {
		t.Errorf("%d requests for people who were named", n)
	}
}

// TestOneArrival counts what a single activity may make us ask for (ABU-08).
func TestOneArrival(t *testing.T) {
	c := newCast(t)
	for i := range 100 {
		c.good.Publish(c.alice.Note(fmt.Sprint(i)).With("inReplyTo", fmt.Sprintf("%s/statuses/%d", c.alice.URI, i+1)))
	}
	doc := c.carol.Act("Announce", "1", c.alice.URI+"/statuses/0")
	checkKind(t, c.home.Deliver(c.carol, doc), nil)
	c.home.Settle()
	if n := c.out(); n > 10 {
		t.Errorf("%d requests went out", n)
	}
}
