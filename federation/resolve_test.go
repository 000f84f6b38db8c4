package federation_test

import (
	"net/http"
	"testing"
	"time"

	"croft/federation/fedtest"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// TestResolve finds what a person means by what they paste.
func TestResolve(t *testing.T) {
	c := newCast(t)
	note := c.good.Publish(c.alice.Note("1"))
	uri := note["id"].(string)
	c.good.Answer("/@alice", fedtest.Serve("application/activity+json", string(c.alice.Document().JSON())))
	c.good.Answer("/@alice/1", fedtest.Serve("application/activity+json", string(note.JSON())))
	c.good.Answer("/lost", fedtest.Serve("text/html", "<p>a page</p>"))
	c.good.Answer("/away", fedtest.Redirect(c.mallory.URI))
	own := c.putOwn(t)
	for _, test := range []struct {
		address, want string
		err           error
	}{
		{"@alice@good.test", c.alice.URI, nil},
		{"alice@good.test", c.alice.URI, nil},
		{" https://good.test/@alice ", c.alice.URI, nil},
		{"good.test/@alice", c.alice.URI, nil},
		{c.alice.URI, c.alice.URI, nil},
		{"https://stranger.test/@bob@good.test", c.bob.URI, nil},
		{"https://good.test/@alice/1", uri, nil},
		{uri, uri, nil},
		{"https://good.test/away", c.mallory.URI, nil},
		{"@owner@me.test", c.home.Site.Actor(), nil},
		{c.home.Site.Actor(), c.home.Site.Actor(), nil},
		{own.URI, own.URI, nil},
		{"@nobody@me.test", "", social.ErrNotFound},
		{"https://me.test/@owner/12", "", social.ErrNotFound},
		{"@nobody@good.test", "", social.ErrNotFound},
		{"https://good.test/lost", "", social.ErrInvalid},
		{"https://nowhere.test/x", "", social.ErrUnavailable},
		{"what is this", "", social.ErrInvalid},
	} {
		thing, err := c.home.Node.Resolve(t.Context(), test.address)
		checkKind(t, err, test.err)
		got := ""
		switch thing := thing.(type) {
		case *social.Actor:
			got = thing.URI
		case *social.Post:
			got = thing.URI
			if thing.ID == 0 {
				t.Errorf("%q was not saved", test.address)
			}
		}
		if got != test.want {
			t.Errorf("Resolve(%q) = %q, %v, want %q", test.address, got, err, test.want)
		}
	}
	if n := c.countPosts(t); n != 2 {
		t.Errorf("%d posts are here, want 2", n)
	}
}

// TestResolveRefused fetches what must not be taken for what it says.
func TestResolveRefused(t *testing.T) {
	for name, serve := range map[string]func(c *cast) string{
		"an id of ours": func(c *cast) string {
			c.evil.Answer("/x", fedtest.Serve("application/activity+json", string(c.mallory.Note("1").With("id", "https://me.test/@owner/1").JSON())))
			return c.evil.URL("/x")
		},
		"an actor of ours": func(c *cast) string {
			c.evil.Answer("/x", fedtest.Serve("application/activity+json", string(c.mallory.Document().With("id", "https://me.test/@owner").JSON())))
			return c.evil.URL("/x")
		},
		"an id of another server": func(c *cast) string {
			c.evil.Answer("/x", fedtest.Serve("application/activity+json", string(c.alice.Note("1").JSON())))
			return c.evil.URL("/x")
		},
		"an author of another server": func(c *cast) string {
			return c.evil.Publish(c.mallory.Note("1").With("attributedTo", c.alice.URI))["id"].(string)
		},
		"our own address": func(*cast) string { return "https://me.test/@owner/12/activity" },
	} {
		t.Run(name, func(t *testing.T) {
			c := newCast(t)
			address := serve(c)
			c.unchanged(t, func() {
				if thing, err := c.home.Node.Resolve(t.Context(), address); err == nil {
					t.Errorf("found %+v", thing)
				}
				if post, err := c.home.Node.ResolvePost(t.Context(), address); err == nil {
					t.Errorf("found %+v", post)
				}
			})
		})
	}
}

// TestResolveBlocked keeps nothing of whom the owner blocks.
func TestResolveBlocked(t *testing.T) {
	c := newCast(t)
	note := c.evil.Publish(c.mallory.Note("1"))
	storetest.Update(t, c.home.Store, func(tx *store.Tx) error { return tx.PutHostBlock(t.Context(), "evil.test") })
	c.unchanged(t, func() {
		_, err := c.home.Node.ResolvePost(t.Context(), note["id"].(string))
		checkKind(t, err, social.ErrForbidden)
		_, err = c.home.Node.Resolve(t.Context(), c.mallory.URI)
		checkKind(t, err, social.ErrForbidden)
	})
}

// TestFreshness asks again about an actor after a day, keeps them where nobody
// answers, and notes when they are gone (ORI-16, ORI-23).
func TestFreshness(t *testing.T) {
	c := newCast(t)
	first := c.home.Know(c.alice)
	c.forget()
	c.alice.Change("preferredUsername", "root")
	if got := c.home.Know(c.alice); got.Handle != first.Handle || c.out() != 0 {
		t.Errorf("%v after %d requests", got.Handle, c.out())
	}
	c.Advance(25 * time.Hour)
	if got := c.home.Know(c.alice); got.ID != first.ID || got.Handle != first.Handle || c.out() == 0 {
		t.Errorf("%v after %d requests", got, c.out())
	}
	c.Advance(25 * time.Hour)
	c.good.Answer("/users/alice", fedtest.Status(http.StatusBadGateway))
	if got := c.home.Know(c.alice); got.ID != first.ID {
		t.Errorf("%v", got)
	}
	c.good.Answer("/users/alice", fedtest.Status(http.StatusGone))
	_, err := c.home.Node.ResolveActor(t.Context(), c.alice.URI)
	checkKind(t, err, social.ErrGone)
	if gone, err := c.home.Store.FindActor(t.Context(), first.ID); err != nil || gone.GoneAt.IsZero() {
		t.Errorf("%+v, %v", gone, err)
	}
}

// TestSubscribeAddress sends a visitor to their own server.
func TestSubscribeAddress(t *testing.T) {
	c := newCast(t)
	got, err := c.home.Node.SubscribeAddress(t.Context(), social.Handle{Name: "alice", Host: "good.test"}, "https://me.test/@owner")
	if want := "https://good.test/authorize_interaction?uri=https%3A%2F%2Fme.test%2F%40owner"; err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}
