package timeline_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"croft/federation/fedtest"
	"croft/social"
	"croft/store"
)

// TestLiked counts a like once, tells the owner once, and forgets it by its id
// or by what was liked.
func TestLiked(t *testing.T) {
	for _, kind := range []string{"Like", "Announce", "EmojiReact"} {
		t.Run(kind, func(t *testing.T) {
			c := newCast(t)
			p := c.publish("hello", social.Public)
			word, count := "like", func() int { return c.post(p.URI).LikeCount }
			if kind == "Announce" {
				word, count = "boost", func() int { return c.post(p.URI).BoostCount }
			}
			act := func(name string) fedtest.Document { return c.sam.Act(kind, name, p.URI).With("content", "🐟") }
			for i := range 50 { // ACT-30
				c.deliver(c.sam, act(fmt.Sprint(i)))
			}
			check(t, "count", count(), 1)
			check(t, "notified", c.notified(), "sam "+word)
			c.deliver(c.sam, c.sam.Act("Undo", "1", act("never came")))
			check(t, "count after the end by what it was done to", count(), 0)
			check(t, "notified", c.notified(), "")
			c.deliver(c.sam, act("again"))
			check(t, "count", count(), 1)
			c.deliver(c.sam, c.sam.Act("Undo", "2", act("again")["id"]))
			check(t, "count after the end by its id", count(), 0)
			check(t, "notified", c.notified(), "")
			c.wantSent("")
		})
	}
}

// TestLikedByFollower takes a like of a post for followers from one of them.
func TestLikedByFollower(t *testing.T) {
	c := newCast(t)
	c.follower(c.alice)
	private := c.publish("private", social.Followers)
	message := c.publish("@sam@stranger.test hello", social.Direct)
	c.deliver(c.alice, c.alice.Act("Like", "1", private.URI))
	c.deliver(c.sam, c.sam.Act("Like", "1", message.URI))
	check(t, "notified", c.notified(), "alice like, sam like")
}

// TestMuted tells nothing of somebody muted, and keeps what they do.
func TestMuted(t *testing.T) {
	c := newCast(t)
	p := c.publish("hello", social.Public)
	sam := c.home.Know(c.sam)
	c.must(c.tl.Mute(t.Context(), sam.ID, time.Time{}, false))
	c.deliver(c.sam, c.sam.Act("Like", "1", p.URI), c.sam.Act("Announce", "1", p.URI), c.sam.Act("Follow", "1", owner),
		c.sam.Act("Create", "1", c.sam.Note("1").With("inReplyTo", p.URI)))
	c.must(c.tl.Unmute(t.Context(), sam.ID))
	check(t, "notified", c.notified(), "")
	kept := c.post(p.URI)
	check(t, "counts", []int{kept.LikeCount, kept.BoostCount, kept.ReplyCount}, []int{1, 1, 1})
}

// TestMutedButHeeded tells of somebody whose posts are out of sight.
func TestMutedButHeeded(t *testing.T) {
	c := newCast(t)
	p := c.publish("hello", social.Public)
	c.must(c.tl.Mute(t.Context(), c.home.Know(c.sam).ID, time.Time{}, true))
	c.deliver(c.sam, c.sam.Act("Like", "1", p.URI))
	check(t, "notified", c.notified(), "sam like")
}

// TestMutedThread tells nothing of a thread, wherever in it something happens and
// whoever does it, until it is unmuted.
func TestMutedThread(t *testing.T) {
	c := newCast(t)
	ctx := t.Context()
	root, other := c.publish("A question", social.Public), c.publish("Another", social.Public)
	c.deliver(c.sam, c.sam.Act("Create", "1", c.sam.Note("1").With("inReplyTo", root.URI)))
	answer := c.post(c.sam.URI + "/statuses/1")
	check(t, "notified", c.notified(), "sam mention")
	c.must(c.tl.DismissAll(ctx))
	c.must(c.tl.MuteThread(ctx, answer.ID))
	c.deliver(c.alice, c.alice.Act("Create", "1", c.alice.Note("1").With("inReplyTo", answer.URI).With("to", []string{owner})), c.alice.Act("Like", "1", root.URI))
	check(t, "notified of a muted thread", c.notified(), "")
	muted, err := c.home.Store.ListMutedThreads(ctx, []social.ID{root.ID, answer.ID, other.ID, c.post(c.alice.URI + "/statuses/1").ID})
	c.must(err)
	check(t, "in muted threads", len(muted), 3)
	c.deliver(c.alice, c.alice.Act("Like", "2", other.URI))
	check(t, "notified of another thread", c.notified(), "alice like")
	c.must(c.tl.DismissAll(ctx))
	c.must(c.tl.UnmuteThread(ctx, root.ID))
	c.deliver(c.bob, c.bob.Act("Like", "3", root.URI))
	check(t, "notified of a thread that is unmuted", c.notified(), "bob like")
	c.unchanged(func() {
		if err := c.tl.MuteThread(ctx, 7); !errors.Is(err, social.ErrNotFound) {
			t.Errorf("muted nothing: %v", err)
		}
	})
}

// TestToldOfPosts tells of what somebody posts of whom the owner wants to hear: no
// answers to others, no boosts, and nothing of anybody else.
func TestToldOfPosts(t *testing.T) {
	c := newCast(t)
	ctx := t.Context()
	carol := c.id(c.carol)
	create := func(name, answers string) {
		note := c.carol.Note(name)
		if answers != "" {
			note = note.With("inReplyTo", answers)
		}
		c.deliver(c.carol, c.carol.Act("Create", name, note))
	}
	create("1", "")
	check(t, "notified unasked", c.notified(), "")
	c.must(c.tl.ChangeFollow(ctx, carol, func(o *social.FollowOptions) { o.Notify = true }))
	create("2", "")
	check(t, "notified", c.notified(), "carol post")
	create("3", "https://stranger.test/users/sam/statuses/9")
	check(t, "notified of an answer", c.notified(), "carol post")
	create("4", c.carol.URI+"/statuses/2")
	check(t, "notified of more", c.notified(), "carol post, carol post")
	sam := c.home.Know(c.sam).ID
	c.unchanged(func() {
		if err := c.tl.ChangeFollow(ctx, sam, func(o *social.FollowOptions) { o.Notify = true }); !errors.Is(err, social.ErrInvalid) {
			t.Errorf("of somebody who is not followed: %v", err)
		}
		c.wantProblem(c.tl.ChangeFollow(ctx, carol, func(o *social.FollowOptions) { o.Languages = []string{"so lang"} }), "languages")
	})
}

// TestBoosted keeps others' posts that somebody followed passes on. However
// many do, and how often (ACT-29): the post is fetched once, and each of them
// counts once.
func TestBoosted(t *testing.T) {
	c := newCast(t)
	note := c.alice.Peer.Publish(c.alice.Note("1"))
	boosters := []*fedtest.Actor{c.carol, c.sam, c.mallory}
	c.home.Follow(c.sam)
	c.home.Follow(c.mallory)
	c.forget()
	for round := range 3 {
		for _, a := range boosters {
			c.deliver(a, a.Act("Announce", fmt.Sprint(round), note["id"]))
		}
	}
	if n := strings.Count(c.peers[0].Asked(), "/statuses/1\n"); n != 1 {
		t.Errorf("asked for it %d times:\n%s", n, c.peers[0].Asked())
	}
	check(t, "boosts", c.post(note["id"].(string)).BoostCount, 3)
	lines, err := c.home.Store.ListHome(t.Context(), store.HomeQuery{Span: store.Span{Limit: 20}})
	c.must(err)
	check(t, "lines", len(lines), len(boosters))
	check(t, "notified", c.notified(), "")
	c.wantSent("")
}

// TestBoostOfTheBlocked keeps nothing of somebody blocked, whoever passes it on.
func TestBoostOfTheBlocked(t *testing.T) {
	c := newCast(t)
	note := c.mallory.Peer.Publish(c.mallory.Note("1"))
	c.must(c.tl.Block(t.Context(), c.home.Know(c.mallory).ID))
	c.unchanged(func() { c.attack(c.carol, c.carol.Act("Announce", "1", note["id"])) })
}

// TestBoostOfFollowersPost does not show what its author meant for followers.
func TestBoostOfFollowersPost(t *testing.T) {
	c := newCast(t)
	c.home.Follow(c.alice)
	note := c.alice.Note("1").With("to", []string{c.alice.URI + "/followers"}).With("cc", nil)
	c.deliver(c.alice, c.alice.Act("Create", "1", note))
	c.unchanged(func() { c.attack(c.carol, c.carol.Act("Announce", "1", note["id"])) })
}
