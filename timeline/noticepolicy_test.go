package timeline_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"croft/federation/fedtest"
	"croft/social"
	"croft/store"
)

// held lists whose notifications are held back, and how many of each.
func (c *cast) held() string {
	c.t.Helper()
	all, err := c.home.Store.ListNoticeRequests(c.t.Context(), store.Below(0, 20))
	c.must(err)
	var words []string
	for _, h := range all {
		words = append(words, h.Actor.Handle.Name+strings.Repeat("!", h.Count))
	}
	return strings.Join(words, ", ")
}

// TestNoticePolicy holds back, or drops, what each rule is about and nothing else.
func TestNoticePolicy(t *testing.T) {
	const hold, drop = social.NoticeHold, social.NoticeDrop
	long := func(c *cast) { // sam has followed the owner for long, carol is followed
		c.follower(c.sam)
		c.Advance(4 * 24 * time.Hour)
	}
	like := func(c *cast, by *fedtest.Actor, p *social.Post) { c.deliver(by, by.Act("Like", "1", p.URI)) }
	letter := func(c *cast, by *fedtest.Actor, name string) {
		c.deliver(by, by.Act("Create", name, by.Note(name).With("to", []string{owner}).With("cc", []string{}).With("tag", []any{fedtest.Document{"type": "Mention", "href": owner}})))
	}
	for name, test := range map[string]struct {
		policy        social.NoticePolicy
		before        func(*cast)
		do            func(*cast, *social.Post)
		notices, held string
	}{
		"nothing is held":                {social.NoticePolicy{}, nil, func(c *cast, p *social.Post) { like(c, c.sam, p) }, "sam like", ""},
		"not followed":                   {social.NoticePolicy{NotFollowed: hold}, nil, func(c *cast, p *social.Post) { like(c, c.sam, p); like(c, c.carol, p) }, "carol like", "sam!"},
		"not followed, dropped":          {social.NoticePolicy{NotFollowed: drop}, nil, func(c *cast, p *social.Post) { like(c, c.sam, p) }, "", ""},
		"the strictest":                  {social.NoticePolicy{NotFollowed: hold, NotFollowing: drop}, nil, func(c *cast, p *social.Post) { like(c, c.sam, p) }, "", ""},
		"not following":                  {social.NoticePolicy{NotFollowing: hold}, nil, func(c *cast, p *social.Post) { like(c, c.carol, p) }, "", "carol!"},
		"following for long":             {social.NoticePolicy{NotFollowing: hold}, long, func(c *cast, p *social.Post) { like(c, c.sam, p) }, "sam like", ""},
		"only begun to follow":           {social.NoticePolicy{NotFollowing: hold}, func(c *cast) { c.follower(c.sam) }, func(c *cast, p *social.Post) { like(c, c.sam, p) }, "", "sam!"},
		"a letter":                       {social.NoticePolicy{Letters: hold}, nil, func(c *cast, _ *social.Post) { letter(c, c.sam, "1"); letter(c, c.carol, "1") }, "carol mention", "sam!"},
		"a like is no letter":            {social.NoticePolicy{Letters: hold}, nil, func(c *cast, p *social.Post) { like(c, c.sam, p) }, "sam like", ""},
		"an answer to a letter":          {social.NoticePolicy{Letters: hold}, func(c *cast) { c.publish("@sam@stranger.test hello", social.Direct) }, func(c *cast, _ *social.Post) { letter(c, c.sam, "1") }, "sam mention", ""},
		"a follow request comes through": {social.NoticePolicy{NotFollowed: drop, NotFollowing: drop}, (*cast).lock, func(c *cast, _ *social.Post) { c.deliver(c.sam, c.sam.Act("Follow", "1", owner)) }, "sam follow_request", ""},
		"a follow does not":              {social.NoticePolicy{NotFollowed: hold}, nil, func(c *cast, _ *social.Post) { c.deliver(c.sam, c.sam.Act("Follow", "1", owner)) }, "", "sam!"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCast(t)
			p := c.publish("hello", social.Public)
			if test.before != nil {
				test.before(c)
			}
			c.must(c.tl.SetNoticePolicy(t.Context(), test.policy))
			test.do(c, p)
			check(t, "notified", c.notified(), test.notices)
			check(t, "held back", c.held(), test.held)
		})
	}
}

// TestNewActors holds back who is new on the network, by when their server says
// that they came.
func TestNewActors(t *testing.T) {
	c := newCast(t)
	p := c.publish("hello", social.Public)
	c.must(c.tl.SetNoticePolicy(t.Context(), social.NoticePolicy{NewActors: social.NoticeHold}))
	c.sam.Change("published", c.Now().Add(-29*24*time.Hour).UTC().Format(time.RFC3339))
	c.alice.Change("published", c.Now().Add(-31*24*time.Hour).UTC().Format(time.RFC3339))
	c.deliver(c.sam, c.sam.Act("Like", "1", p.URI))
	c.deliver(c.alice, c.alice.Act("Like", "1", p.URI))
	check(t, "notified", c.notified(), "alice like")
	check(t, "held back", c.held(), "sam!")
}

// TestHeldBack lets through, forgets, and takes back what is held back.
func TestHeldBack(t *testing.T) {
	c := newCast(t)
	ctx := t.Context()
	p, q := c.publish("one", social.Public), c.publish("two", social.Public)
	c.must(c.tl.SetNoticePolicy(ctx, social.NoticePolicy{NotFollowed: social.NoticeHold}))
	c.deliver(c.sam, c.sam.Act("Like", "1", p.URI), c.sam.Act("Like", "2", q.URI))
	c.deliver(c.alice, c.alice.Act("Like", "1", p.URI))
	c.deliver(c.mallory, c.mallory.Act("Like", "1", p.URI))
	check(t, "held back", len(c.held()), len("sam!!, alice!, mallory!"))
	c.deliver(c.sam, c.sam.Act("Undo", "3", c.sam.Act("Like", "2", q.URI)))
	sam, alice, mallory := c.id(c.sam), c.id(c.alice), c.id(c.mallory)
	c.unchanged(func() {
		if err := c.tl.HearActors(ctx, []social.ID{sam, 7}); !errors.Is(err, social.ErrNotFound) {
			t.Errorf("let nobody through: %v", err)
		}
	})
	c.must(c.tl.HearActors(ctx, []social.ID{sam}))
	c.must(c.tl.DropHeld(ctx, []social.ID{alice}))
	check(t, "notified", c.notified(), "sam like")
	check(t, "held back", c.held(), "mallory!")
	n, err := c.home.Store.CountUnread(ctx)
	c.must(err)
	check(t, "unread", n, 0)
	c.deliver(c.sam, c.sam.Act("Announce", "5", p.URI))
	c.deliver(c.alice, c.alice.Act("Announce", "5", p.URI))
	check(t, "notified later", c.notified(), "sam like, sam boost")
	c.must(c.tl.Block(ctx, mallory))
	check(t, "held back at last", c.held(), "alice!")
	c.unchanged(func() {
		c.wantProblem(c.tl.SetNoticePolicy(ctx, social.NoticePolicy{Letters: "shout"}), "letters")
	})
}
