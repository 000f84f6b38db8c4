package timeline_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"croft/federation/fedtest"
	"croft/social"
)

// TestParting is PRI-13: what waits for a follower who is removed or blocked, or
// who blocks or leaves, is never sent; that they were removed is.
func TestParting(t *testing.T) {
	for _, test := range []struct {
		name string
		part func(c *cast) error
		want []string
		open bool // they may still read what names them
	}{
		{"removed", func(c *cast) error { return c.tl.RemoveFollower(c.t.Context(), c.id(c.sam)) },
			[]string{"stranger.test/users/sam/inbox Reject Follow"}, true},
		{"blocked", func(c *cast) error { return c.tl.Block(c.t.Context(), c.id(c.sam)) },
			[]string{"stranger.test/users/sam/inbox Reject Follow"}, false},
		{"server blocked", func(c *cast) error { return c.tl.BlockHost(c.t.Context(), "stranger.test") },
			[]string{"stranger.test/users/sam/inbox Reject Follow"}, false},
		{"left", func(c *cast) error { return c.home.Deliver(c.sam, c.sam.Act("Undo", "1", c.sam.URI+"#follow")) }, nil, true},
		{"blocks the owner", func(c *cast) error { return c.home.Deliver(c.sam, c.sam.Act("Block", "1", owner)) }, nil, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCast(t)
			c.follower(c.sam)
			c.follower(c.alice)
			c.forget()
			c.peers[3].Answer("/inbox", fedtest.Status(503))
			c.peers[3].Answer("/users/sam/inbox", fedtest.Status(503))
			first := c.publish("a secret", social.Followers)
			second := c.publish("@sam@stranger.test another secret", social.Followers)
			c.wantSentTo("good.test", "good.test/inbox Create Note", "good.test/inbox Create Note")
			c.must(test.part(c))
			c.home.Settle()
			c.peers[3].Answer("/inbox", nil)
			c.peers[3].Answer("/users/sam/inbox", nil)
			c.forget()
			for range 4 {
				c.Advance(time.Hour)
				c.home.Queue.Wake()
				c.home.Settle()
			}
			for _, r := range c.deliveries() {
				if strings.Contains(r.Body, first.URI) || strings.Contains(r.Body, second.URI) {
					t.Errorf("sent after the parting: %s", r.Body)
				}
			}
			c.wantSent(test.want...)
			check(t, "relation", c.relation(c.sam).FollowedBy, "")
			check(t, "may read what was for followers", c.mayRead(c.sam, first), false)
			check(t, "may read what names them", c.mayRead(c.sam, second), test.open)
		})
	}
}

// mayRead reports whether somebody gets a post of the owner's who asks for it.
func (c *cast) mayRead(a *fedtest.Actor, p *social.Post) bool {
	c.t.Helper()
	v, err := c.home.Node.Viewer(a.Get(p.URI))
	if err == nil {
		_, err = c.home.Node.PostDocument(c.t.Context(), p.ID, v)
	}
	return err == nil
}

// wantSentTo is wantSent for one server.
func (c *cast) wantSentTo(host string, want ...string) {
	c.t.Helper()
	var got []string
	for line := range strings.Lines(c.sent()) {
		if strings.HasPrefix(line, host+"/") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	check(c.t, "sent to "+host, strings.Join(got, "\n"), strings.Join(want, "\n"))
}

// TestFollowRequests answers who asked, once.
func TestFollowRequests(t *testing.T) {
	c := newCast(t)
	c.lock()
	ask := c.sam.Act("Follow", "1", owner)
	c.deliver(c.sam, ask)
	c.deliver(c.mallory, c.mallory.Act("Follow", "1", owner))
	c.wantSent("")
	c.must(c.tl.AcceptFollower(t.Context(), c.id(c.sam)))
	c.must(c.tl.RejectFollower(t.Context(), c.id(c.mallory)))
	c.wantSent("evil.test/users/mallory/inbox Reject Follow", "stranger.test/users/sam/inbox Accept Follow")
	check(t, "sam", c.relation(c.sam).FollowedBy, social.FollowAccepted)
	check(t, "mallory", c.relation(c.mallory).FollowedBy, "")
	check(t, "notified", c.notified(), "sam follow")
	c.unchanged(func() {
		for what, err := range map[string]error{
			"accept": c.tl.AcceptFollower(t.Context(), c.id(c.sam)),
			"reject": c.tl.RejectFollower(t.Context(), c.id(c.mallory)),
			"deny":   c.tl.RejectFollower(t.Context(), c.id(c.sam)),
		} {
			if !errors.Is(err, social.ErrNotFound) {
				t.Errorf("%s where nobody asks: %v", what, err)
			}
		}
	})
}

// TestBlock ends everything and lets nothing in; its end brings nothing back.
func TestBlock(t *testing.T) {
	c := newCast(t)
	c.follower(c.carol)
	p := c.publish("hello", social.Public)
	c.deliver(c.carol, c.carol.Act("Like", "1", p.URI))
	check(t, "notified", c.notified(), "carol like")
	c.sent()
	c.must(c.tl.Block(t.Context(), c.id(c.carol)))
	c.wantSent("friend.test/users/carol/inbox Reject Follow\nfriend.test/users/carol/inbox Undo Follow")
	check(t, "relation", c.relation(c.carol), social.Relation{Blocking: true})
	check(t, "notified", c.notified(), "")
	c.unchanged(func() {
		if err := c.home.Deliver(c.carol, c.carol.Act("Follow", "2", owner)); !errors.Is(err, social.ErrForbidden) {
			t.Errorf("follow by somebody blocked: %v", err)
		}
		c.must(c.tl.Block(t.Context(), c.id(c.carol)))
	})
	c.must(c.tl.Unblock(t.Context(), c.id(c.carol)))
	check(t, "relation", c.relation(c.carol), social.Relation{})
	if err := c.tl.Block(t.Context(), c.home.Node.OwnerID()); !errors.Is(err, social.ErrInvalid) {
		t.Errorf("block of oneself: %v", err)
	}
}

// TestBlockHost takes addresses and names, and never this home.
func TestBlockHost(t *testing.T) {
	c := newCast(t)
	c.must(c.tl.BlockHost(t.Context(), " https://friend.test/@carol "))
	c.wantSent("friend.test/users/carol/inbox Undo Follow")
	check(t, "relation", c.relation(c.carol), social.Relation{HostBlocked: true})
	c.must(c.tl.UnblockHost(t.Context(), "friend.test"))
	check(t, "relation", c.relation(c.carol), social.Relation{})
	for _, text := range []string{"", "no host", "me.test", owner} {
		c.unchanged(func() {
			if p := social.Problems(c.tl.BlockHost(t.Context(), text)); len(p) != 1 || p[0].Field != "host" {
				t.Errorf("block of %q: %+v", text, p)
			}
		})
	}
}

// TestMute hides, tells nobody, and ends.
func TestMute(t *testing.T) {
	c := newCast(t)
	c.must(c.tl.Mute(t.Context(), c.id(c.carol), c.Now().Add(time.Hour), false))
	check(t, "relation", c.relation(c.carol).Muting, true)
	c.Advance(2 * time.Hour)
	check(t, "relation", c.relation(c.carol).Muting, false)
	c.must(c.tl.Mute(t.Context(), c.id(c.carol), time.Time{}, false))
	c.must(c.tl.Unmute(t.Context(), c.id(c.carol)))
	check(t, "relation", c.relation(c.carol).Muting, false)
	c.wantSent("")
}

// TestReport goes out in the name of the home, with what is theirs as evidence.
func TestReport(t *testing.T) {
	c := newCast(t)
	theirs, own := c.carolsPost("1"), c.publish("mine", social.Public)
	c.sent()
	c.must(c.tl.Report(t.Context(), c.id(c.carol), []social.ID{theirs.ID, own.ID}, " spam "))
	c.home.Settle()
	all := c.deliveries()
	if len(all) != 1 || strings.Contains(all[0].Body, owner) || !strings.Contains(all[0].Body, theirs.URI) || !strings.Contains(all[0].Body, `"content":"spam"`) {
		t.Errorf("sent %+v", all)
	}
	reports, err := c.home.Store.ListReports(t.Context(), 0, 10)
	if err != nil || len(reports) != 1 || !reports[0].Outgoing || len(reports[0].Posts) != 1 {
		t.Errorf("reports %+v, %v", reports, err)
	}
}
