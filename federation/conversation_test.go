package federation_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"croft/federation/fedtest"
	"croft/social"
	"croft/store"
)

// captured is a fixture of other software, with its hosts and names put in place
// of those of this world.
func captured(t *testing.T, path string, names ...string) fedtest.Document {
	t.Helper()
	data, err := os.ReadFile("activity/testdata/" + path)
	if err != nil {
		t.Fatal(err)
	}
	var doc fedtest.Document
	if err := json.Unmarshal([]byte(strings.NewReplacer(names...).Replace(string(data))), &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func (c *cast) old() string { return c.Now().Add(-time.Hour).UTC().Format(time.RFC3339) }

// asks reports whether others are being asked around a post.
func (c *cast) asks(t *testing.T, post *social.Post) bool {
	t.Helper()
	asks, err := c.home.Node.AsksThread(t.Context(), post, post)
	if err != nil {
		t.Fatal(err)
	}
	return asks
}

func (c *cast) thread(t *testing.T, post *social.Post) store.Thread {
	t.Helper()
	thread, err := c.home.Store.FindThread(t.Context(), post.ID)
	if err != nil {
		t.Fatal(err)
	}
	return thread
}

func (c *cast) missing(t *testing.T, uri string) store.MissingWhy {
	t.Helper()
	why, err := c.home.Store.FindMissing(t.Context(), uri)
	if err != nil && !errors.Is(err, social.ErrNotFound) {
		t.Fatal(err)
	}
	return why
}

// TestWholeThread reads a thread from the collection that its context names, in
// the shapes of Mastodon, which pages it and counts nothing, and of NodeBB.
func TestWholeThread(t *testing.T) {
	for _, test := range []struct {
		name, file string
		whole      int
	}{{"mastodon", "mastodon/made-document-context.json", 4}, {"nodebb", "nodebb/made-document-context.json", 3}} {
		t.Run(test.name, func(t *testing.T) {
			c := newCast(t)
			root := c.alice.Note("101").With("published", c.old())
			uri, first, second, third := root["id"].(string), c.sam.URI+"/statuses/102", c.alice.URI+"/statuses/103", c.alice.URI+"/statuses/104"
			doc := captured(t, test.file, "https://masto.test/users/mia", c.alice.URI, "https://masto.test", c.good.URL(""),
				"https://forum.test/post/71", uri, "https://forum.test/post/73", second, "https://forum.test", c.good.URL(""),
				"https://far.test/users/noor/statuses/102", first)
			context := doc["id"].(string)
			root = root.With("context", context)
			c.good.Publish(root)
			c.good.Publish(doc)
			page := fedtest.Document{"id": context + "/items?page=true&min_id=103", "type": "CollectionPage", "items": []any{third, c.bob.URI + "/statuses/another"}}
			c.good.Answer("/contexts/1-101/items?page=true&min_id=103", fedtest.Serve("application/activity+json", string(page.JSON())))
			c.stranger.Publish(c.sam.Note("102").With("inReplyTo", uri))
			c.good.Publish(c.alice.Note("103").With("inReplyTo", first))
			c.good.Publish(c.alice.Note("104").With("inReplyTo", second))
			c.good.Publish(c.bob.Note("another")) // of no thread
			c.putNote(t, c.alice, root)
			post := c.find(t, uri)
			c.wantThread(t, uri)
			_, below, err := c.home.Store.ListThread(t.Context(), post.ID, social.Viewer{Owner: true})
			if err != nil || len(below) != test.whole-1 {
				t.Errorf("%d posts below (%v), want %d", len(below), err, test.whole-1)
			}
			if _, err := c.home.Store.FindPostByURI(t.Context(), c.bob.URI+"/statuses/another"); !errors.Is(err, social.ErrNotFound) {
				t.Errorf("a post of no thread is here: %v", err)
			}
			want := test.whole
			if test.name == "mastodon" {
				want++ // as it lists
			}
			if got := c.thread(t, post); got.Whole != want || got.FetchedAt.IsZero() {
				t.Errorf("known of the thread: %+v, want %d posts", got, want)
			}
		})
	}
}

// TestForeignContext believes the number of posts only from the post's own
// server: another's context is read, and counts nothing.
func TestForeignContext(t *testing.T) {
	c := newCast(t)
	context := c.evil.URL("/context")
	note := c.alice.Note("1").With("published", c.old()).With("context", context)
	c.evil.Publish(fedtest.Document{"id": context, "type": "Collection", "totalItems": 900, "items": []any{note["id"], c.mallory.URI + "/statuses/lie"}})
	c.evil.Publish(c.mallory.Note("lie").With("context", context))
	c.putNote(t, c.alice, note)
	post := c.find(t, note["id"].(string))
	c.wantThread(t, post.URI)
	if got := c.thread(t, post); got.Whole != -1 {
		t.Errorf("another server says that there are %d posts", got.Whole)
	}
	_, below, err := c.home.Store.ListThread(t.Context(), post.ID, social.Viewer{Owner: true})
	if err != nil || len(below) != 0 {
		t.Errorf("below stand %d posts (%v) that answer nothing there", len(below), err)
	}
}

// TestSaidReplies keeps the number that the post's server tells, or that of what
// it lists.
func TestSaidReplies(t *testing.T) {
	for name, test := range map[string]struct {
		doc  fedtest.Document
		want int
	}{
		"counted by its server": {fedtest.Document{"totalItems": 19, "items": []any{"https://far.test/1"}}, 19},
		"listed":                {fedtest.Document{"items": []any{"https://far.test/1", "https://far.test/2"}}, 2},
		"listed are more":       {fedtest.Document{"totalItems": 1, "items": []any{"https://far.test/1", "https://far.test/2"}}, 2},
		"absurd":                {fedtest.Document{"totalItems": -4}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCast(t)
			note := c.alice.Note("1").With("published", c.old()).With("replies", c.alice.URI+"/r")
			c.good.Publish(test.doc.With("id", c.alice.URI+"/r").With("type", "Collection"))
			c.putNote(t, c.alice, note)
			c.wantThread(t, note["id"].(string))
			if got := c.thread(t, c.find(t, note["id"].(string))).Replies; got != test.want {
				t.Errorf("%d replies, want %d", got, test.want)
			}
		})
	}
}

// TestSilentReplies: a server that does not answer is not asked again by itself,
// and stands in the way of no other thread.
func TestSilentReplies(t *testing.T) {
	c := newCast(t)
	note := c.alice.Note("1").With("published", c.old()).With("replies", c.alice.URI+"/r")
	c.good.Answer("/users/alice/r", fedtest.Status(http.StatusServiceUnavailable))
	c.putNote(t, c.alice, note)
	post := c.find(t, note["id"].(string))
	c.wantThread(t, post.URI)
	if c.asks(t, post) {
		t.Error("it is still being asked")
	}
	if why := c.missing(t, post.Replies); why != store.MissingSilent {
		t.Errorf("the replies are missing: %q", why)
	}
	if got := c.thread(t, post); !got.FetchedAt.IsZero() {
		t.Errorf("fetched at %s", got.FetchedAt)
	}
	c.good.Answer("/users/alice/r", nil)
	c.good.Publish(fedtest.Document{"id": c.alice.URI + "/r", "type": "Collection", "totalItems": 0})
	c.Advance(16 * time.Minute)
	c.wantThread(t, post.URI)
	if why := c.missing(t, post.Replies); why != "" {
		t.Errorf("the replies are missing still: %q", why)
	}
	if got := c.thread(t, post); got.Replies != 0 || got.FetchedAt.IsZero() {
		t.Errorf("known of the thread: %+v", got)
	}
}

// TestGap keeps why what a post answers is not here.
func TestGap(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		why    store.MissingWhy
		asks   bool
	}{
		{"deleted", fedtest.Status(http.StatusGone), store.MissingGone, false},
		{"nowhere", fedtest.Status(http.StatusNotFound), store.MissingRefused, false},
		{"not for us", fedtest.Status(http.StatusForbidden), store.MissingRefused, false},
		{"silent", fedtest.Status(http.StatusBadGateway), store.MissingSilent, true},
		{"no post", fedtest.Serve("application/activity+json", `{"id":"https://good.test/users/alice/statuses/0","type":"Collection"}`), store.MissingBroken, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCast(t)
			parent := fmt.Sprintf("%s/statuses/0", c.alice.URI)
			c.good.Answer("/users/alice/statuses/0", test.answer)
			post := c.putNote(t, c.sam, c.sam.Note("1").With("inReplyTo", parent))
			c.wantThread(t, post.URI)
			if why := c.missing(t, parent); why != test.why {
				t.Errorf("it is missing: %q, want %q", why, test.why)
			}
			if got := c.asks(t, post); got != test.asks {
				t.Errorf("it is being asked for: %v, want %v", got, test.asks)
			}
		})
	}
}

// TestOwnThread asks the servers of those who answered the owner what answers
// them, each as seldom as any other post.
func TestOwnThread(t *testing.T) {
	c := newCast(t)
	own := c.putOwn(t)
	reply := c.alice.Note("1").With("inReplyTo", own.URI).With("published", c.old()).With("replies", c.alice.URI+"/r")
	c.putNote(t, c.alice, reply)
	c.good.Publish(fedtest.Document{"id": c.alice.URI + "/r", "type": "Collection", "items": []any{c.bob.Note("2").With("inReplyTo", reply["id"])}})
	c.home.Know(c.bob)
	c.wantThread(t, own.URI)
	_, below, err := c.home.Store.ListThread(t.Context(), own.ID, social.Viewer{Owner: true})
	if err != nil || len(below) != 2 {
		t.Errorf("%d replies (%v), want both", len(below), err)
	}
	c.forget()
	c.wantThread(t, own.URI)
	c.wantThread(t, reply["id"].(string))
	if n := c.out(); n != 0 {
		t.Errorf("%d requests within a quarter of an hour", n)
	}
	if c.asks(t, own) {
		t.Error("it is still being asked")
	}
}
