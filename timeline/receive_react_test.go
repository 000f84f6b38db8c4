package timeline_test

import (
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
	c.must(c.tl.Mute(t.Context(), sam.ID, time.Time{}))
	c.deliver(c.sam, c.sam.Act("Like", "1", p.URI), c.sam.Act("Announce", "1", p.URI), c.sam.Act("Follow", "1", owner),
		c.sam.Act("Create", "1", c.sam.Note("1").With("inReplyTo", p.URI)))
	c.must(c.tl.Unmute(t.Context(), sam.ID))
	check(t, "notified", c.notified(), "")
	kept := c.post(p.URI)
	check(t, "counts", []int{kept.LikeCount, kept.BoostCount, kept.ReplyCount}, []int{1, 1, 1})
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
