package timeline_test

import (
	"errors"
	"strings"
	"testing"

	"croft/federation/fedtest"
	"croft/social"
	"croft/store"
	"croft/timeline"
)

// carolsPost is a post that the owner got.
func (c *cast) carolsPost(name string) *social.Post {
	c.t.Helper()
	note := c.carol.Note(name)
	c.deliver(c.carol, c.carol.Act("Create", name, note))
	p := c.post(note["id"].(string))
	if p == nil {
		c.t.Fatalf("post %s was not kept", name)
	}
	c.forget()
	return p
}

// TestBoost tells the followers and the author, once.
func TestBoost(t *testing.T) {
	c := newCast(t)
	c.follower(c.alice)
	p := c.carolsPost("1")
	c.must(c.tl.Boost(t.Context(), p.ID))
	c.wantSent("good.test/inbox Announce", "friend.test/users/carol/inbox Announce")
	c.unchanged(func() { c.must(c.tl.Boost(t.Context(), p.ID)) })
	check(t, "boosts", c.post(p.URI).BoostCount, 1)
	c.must(c.tl.Unboost(t.Context(), p.ID))
	c.wantSent("good.test/inbox Undo Announce", "friend.test/users/carol/inbox Undo Announce")
	c.unchanged(func() { c.must(c.tl.Unboost(t.Context(), p.ID)) })
	check(t, "boosts", c.post(p.URI).BoostCount, 0)
	for _, v := range []social.Visibility{social.Followers, social.Direct} {
		own := c.publish("@sam@stranger.test hello", v)
		c.sent()
		c.unchanged(func() {
			if err := c.tl.Boost(t.Context(), own.ID); !errors.Is(err, social.ErrInvalid) {
				t.Errorf("boost of a post that is %s: %v", v, err)
			}
		})
	}
}

// TestLike tells the author and nobody else, once.
func TestLike(t *testing.T) {
	c := newCast(t)
	c.follower(c.alice)
	p := c.carolsPost("1")
	c.must(c.tl.Like(t.Context(), p.ID))
	c.wantSent("friend.test/users/carol/inbox Like")
	c.unchanged(func() { c.must(c.tl.Like(t.Context(), p.ID)) })
	c.must(c.tl.Unlike(t.Context(), p.ID))
	c.wantSent("friend.test/users/carol/inbox Undo Like")
	c.unchanged(func() { c.must(c.tl.Unlike(t.Context(), p.ID)) })
	own := c.publish("mine", social.Public)
	c.sent()
	c.must(c.tl.Like(t.Context(), own.ID))
	c.wantSent("")
}

// TestPin tells the followers what stands at the top, at most five posts.
func TestPin(t *testing.T) {
	c := newCast(t)
	c.follower(c.alice)
	p := c.publish("0", social.Public)
	c.sent()
	c.must(c.tl.Pin(t.Context(), p.ID))
	c.wantSent("good.test/inbox Add")
	c.unchanged(func() { c.must(c.tl.Pin(t.Context(), p.ID)) })
	for _, text := range []string{"1", "2", "3", "4"} {
		c.must(c.tl.Pin(t.Context(), c.publish(text, social.Public).ID))
	}
	direct := c.publish("@sam@stranger.test hello", social.Direct)
	sixth := c.publish("5", social.Public)
	c.sent()
	carols := c.carolsPost("1")
	for what, id := range map[string]social.ID{"a sixth": sixth.ID, "a message": direct.ID, "another's": carols.ID} {
		c.unchanged(func() {
			if err := c.tl.Pin(t.Context(), id); !errors.Is(err, social.ErrInvalid) {
				t.Errorf("pin of %s: %v", what, err)
			}
		})
	}
	c.must(c.tl.Unpin(t.Context(), p.ID))
	c.wantSent("good.test/inbox Remove")
	c.unchanged(func() { c.must(c.tl.Unpin(t.Context(), p.ID)) })
	pinned, err := c.home.Store.ListPinned(t.Context(), c.home.Node.OwnerID(), social.Viewer{})
	if err != nil || len(pinned) != 4 {
		t.Errorf("pinned %d, %v; want 4", len(pinned), err)
	}
}

// TestSetProfile tells the followers, and ticks the links that link back.
func TestSetProfile(t *testing.T) {
	c := newCast(t)
	c.follower(c.alice)
	c.forget()
	c.peers[3].Answer("/me", fedtest.Serve("text/html", `<a rel="me" href="`+owner+`">me</a>`))
	c.peers[3].Answer("/other", fedtest.Serve("text/html", `<a href="`+owner+`">somebody</a>`))
	c.must(c.tl.SetProfile(t.Context(), social.Profile{Name: " Owner ", Bio: "hello", Fields: []social.ProfileField{
		{Name: "mine", Value: "https://stranger.test/me"}, {Name: "not mine", Value: "https://stranger.test/other"},
	}}, timeline.Pictures{}))
	c.wantSent("good.test/inbox Update Person")
	me, err := c.home.Store.FindActor(t.Context(), c.home.Node.OwnerID())
	c.must(err)
	if me.Name != "Owner" || me.Fields[0].VerifiedAt.IsZero() || !me.Fields[1].VerifiedAt.IsZero() {
		t.Errorf("owner %+v", me)
	}
	c.unchanged(func() {
		err := c.tl.SetProfile(t.Context(), social.Profile{Name: strings.Repeat("x", social.MaxName+1)}, timeline.Pictures{})
		if p := social.Problems(err); len(p) != 1 || p[0].Field != "name" {
			t.Errorf("name too long: %v", err)
		}
	})
}

// TestFollow asks, once, and takes back.
func TestFollow(t *testing.T) {
	c := newCast(t)
	sam := c.home.Know(c.sam)
	c.forget()
	c.must(c.tl.Follow(t.Context(), sam.ID))
	c.wantSent("stranger.test/users/sam/inbox Follow")
	check(t, "state", c.relation(c.sam).Following, social.FollowPending)
	c.unchanged(func() { c.must(c.tl.Follow(t.Context(), sam.ID)) })
	c.must(c.tl.Unfollow(t.Context(), sam.ID))
	c.wantSent("stranger.test/users/sam/inbox Undo Follow")
	c.unchanged(func() { c.must(c.tl.Unfollow(t.Context(), sam.ID)) })
	c.must(c.tl.Block(t.Context(), sam.ID))
	for what, id := range map[string]social.ID{"oneself": c.home.Node.OwnerID(), "somebody blocked": sam.ID} {
		c.unchanged(func() {
			if err := c.tl.Follow(t.Context(), id); !errors.Is(err, social.ErrInvalid) {
				t.Errorf("follow of %s: %v", what, err)
			}
		})
	}
	found, err := c.tl.FollowHandle(t.Context(), "@mallory@evil.test")
	c.must(err)
	check(t, "found", found.URI, c.mallory.URI)
	c.wantSent("evil.test/users/mallory/inbox Follow")
}

// TestBookmark keeps a post of any kind, and says so to nobody.
func TestBookmark(t *testing.T) {
	c := newCast(t)
	c.follower(c.carol)
	letter := c.publish("@sam@stranger.test between us", social.Direct)
	p := c.carolsPost("1")
	c.sent()
	for _, id := range []social.ID{letter.ID, p.ID} {
		c.must(c.tl.Bookmark(t.Context(), id))
	}
	c.wantSent()
	kept := func() (ids []social.ID) {
		all, err := c.home.Store.ListBookmarks(t.Context(), store.Below(0, 9))
		c.must(err)
		for _, b := range all {
			ids = append(ids, b.Post.ID)
		}
		return ids
	}
	check(t, "bookmarks", kept(), []social.ID{p.ID, letter.ID})
	c.unchanged(func() { c.must(c.tl.Bookmark(t.Context(), letter.ID)) })
	c.must(c.tl.Unbookmark(t.Context(), p.ID))
	c.unchanged(func() { c.must(c.tl.Unbookmark(t.Context(), p.ID)) })
	check(t, "bookmarks", kept(), []social.ID{letter.ID})
	c.unchanged(func() {
		if err := c.tl.Bookmark(t.Context(), 99); !errors.Is(err, social.ErrNotFound) {
			t.Errorf("bookmark of nothing: %v", err)
		}
	})
	c.must(c.tl.Delete(t.Context(), letter.ID))
	check(t, "bookmarks", kept(), []social.ID(nil))
	c.unchanged(func() {
		if err := c.tl.Bookmark(t.Context(), letter.ID); !errors.Is(err, social.ErrGone) {
			t.Errorf("bookmark of what was deleted: %v", err)
		}
	})
}
