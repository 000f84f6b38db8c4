package timeline_test

import (
	"errors"
	"strings"
	"testing"

	"croft/federation/fedtest"
	"croft/social"
	"croft/store"
)

// TestMayReply shows at once what those answer who may, and holds the others'.
func TestMayReply(t *testing.T) {
	for name, test := range map[string]struct {
		may    social.MayReply
		text   string
		before func(*cast)
		by     func(*cast) *fedtest.Actor
		held   bool
	}{
		"anybody":               {social.MayReplyAnybody, "hello", nil, func(c *cast) *fedtest.Actor { return c.sam }, false},
		"a stranger":            {social.MayReplyFollowers, "hello", nil, func(c *cast) *fedtest.Actor { return c.sam }, true},
		"a follower":            {social.MayReplyFollowers, "hello", func(c *cast) { c.follower(c.sam) }, func(c *cast) *fedtest.Actor { return c.sam }, false},
		"who is followed":       {social.MayReplyFollowed, "hello", nil, func(c *cast) *fedtest.Actor { return c.carol }, false},
		"a follower not wanted": {social.MayReplyFollowed, "hello", func(c *cast) { c.follower(c.sam) }, func(c *cast) *fedtest.Actor { return c.sam }, true},
		"nobody":                {social.MayReplyNobody, "hello", nil, func(c *cast) *fedtest.Actor { return c.carol }, true},
		"who is named":          {social.MayReplyNobody, "@sam@stranger.test hello", nil, func(c *cast) *fedtest.Actor { return c.sam }, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCast(t)
			if test.before != nil {
				test.before(c)
			}
			p, err := c.tl.Publish(t.Context(), social.Draft{Text: test.text, Visibility: social.Public, MayReply: test.may})
			c.must(err)
			by := test.by(c)
			c.deliver(by, by.Act("Create", "1", by.Note("1").With("inReplyTo", p.URI)))
			below, told := 1, by.URI[strings.LastIndex(by.URI, "/")+1:]+" mention"
			if test.held {
				below, told = 0, ""
			}
			for _, viewer := range []social.Viewer{{Owner: true}, {}} {
				thread, err := c.tl.Thread(t.Context(), p.ID, viewer)
				c.must(err)
				if len(thread.Below) != below {
					t.Errorf("%d replies stand below for %+v, want %d", len(thread.Below), viewer, below)
				}
			}
			check(t, "notified", c.notified(), told)
			check(t, "counted", c.post(p.URI).ReplyCount, below)
			waiting, err := c.home.Store.CountHeldReplies(t.Context())
			c.must(err)
			check(t, "waiting", waiting, 1-below)
		})
	}
}

// TestHeldReplies come out by the owner's word, or never, and their authors are
// told.
func TestHeldReplies(t *testing.T) {
	c := newCast(t)
	ctx := t.Context()
	p, err := c.tl.Publish(ctx, social.Draft{Text: "hello", Visibility: social.Public, MayReply: social.MayReplyNobody})
	c.must(err)
	for _, by := range []*fedtest.Actor{c.sam, c.alice, c.mallory} {
		c.deliver(by, by.Act("Create", "1", by.Note("1").With("inReplyTo", p.URI)))
	}
	c.deliver(c.sam, c.sam.Act("Create", "2", c.sam.Note("2").With("inReplyTo", p.URI).With("to", []string{owner}).With("cc", []string{})))
	id := func(a *fedtest.Actor) social.ID { return c.post(a.URI + "/statuses/1").ID }
	below := func() string {
		thread, err := c.tl.Thread(ctx, p.ID, social.Viewer{})
		c.must(err)
		replies, err := c.home.Store.ListReplies(ctx, p.ID, social.Viewer{}, 0, 10)
		c.must(err)
		var names []string
		for _, one := range thread.Below {
			names = append(names, one.Author.Handle.Name)
		}
		if len(replies) != len(names) || c.post(p.URI).ReplyCount != len(names) {
			t.Errorf("%d in the collection, %d counted, %d below", len(replies), c.post(p.URI).ReplyCount, len(names))
		}
		return strings.Join(names, " ")
	}
	check(t, "at first", below(), "")
	check(t, "of a letter the owner is told", c.notified(), "sam mention")
	c.sent()
	c.must(c.tl.ApproveReply(ctx, id(c.sam)))
	c.wantSent("stranger.test/users/sam/inbox Accept")
	check(t, "approved", below(), "sam")
	c.must(c.tl.DeclineReply(ctx, id(c.alice)))
	c.wantSent("good.test/users/alice/inbox Reject")
	c.deliver(c.mallory, c.mallory.Act("Delete", "2", c.mallory.URI+"/statuses/1"))
	check(t, "at last", below(), "sam")
	waiting, err := c.home.Store.ListHeldReplies(ctx, store.Below(0, 10))
	c.must(err)
	check(t, "waiting", len(waiting), 0)
	c.unchanged(func() {
		for _, one := range []social.ID{id(c.sam), id(c.alice)} {
			if err := c.tl.DeclineReply(ctx, one); !errors.Is(err, social.ErrNotFound) {
				t.Errorf("declined again: %v", err)
			}
		}
		if err := c.tl.ApproveReply(ctx, id(c.sam)); !errors.Is(err, social.ErrNotFound) {
			t.Errorf("approved again: %v", err)
		}
	})
	c.must(c.tl.ApproveReply(ctx, id(c.alice))) // the owner may think otherwise
	check(t, "after all", below(), "sam alice")
	c.deliver(c.sam, c.sam.Act("Delete", "3", c.sam.URI+"/statuses/1"))
	check(t, "and deleted", below(), "alice")
}
