package timeline_test

import (
	"fmt"
	"testing"

	"croft/federation/fedtest"
	"croft/social"
)

// TestFollowed answers a follow at once where the profile is open, each time it
// is asked.
func TestFollowed(t *testing.T) {
	c := newCast(t)
	c.deliver(c.sam, c.sam.Act("Follow", "1", owner))
	c.wantSent("stranger.test/users/sam/inbox Accept Follow")
	check(t, "state", c.relation(c.sam).FollowedBy, social.FollowAccepted)
	check(t, "notified", c.notified(), "sam follow")
	c.deliver(c.sam, c.sam.Act("Follow", "2", owner))
	c.wantSent("stranger.test/users/sam/inbox Accept Follow")
	check(t, "notified", c.notified(), "sam follow")
	c.deliver(c.sam, c.sam.Act("Undo", "1", c.sam.Act("Follow", "1", owner)))
	check(t, "state", c.relation(c.sam).FollowedBy, "")
	check(t, "notified", c.notified(), "")
}

// TestReplayedFollow is SIG-13: what was undone does not come back by a replay.
func TestReplayedFollow(t *testing.T) {
	c := newCast(t)
	follow := c.sam.Act("Follow", "1", owner)
	body := follow.JSON()
	captured := c.sam.Post(c.home.Site.Inbox(), body)
	c.must(c.home.Admit(captured.Clone(t.Context()), body))
	c.home.Settle()
	c.deliver(c.sam, c.sam.Act("Undo", "1", follow))
	check(t, "state", c.relation(c.sam).FollowedBy, "")
	c.sent()
	c.unchanged(func() {
		_ = c.home.Admit(captured.Clone(t.Context()), body)
		c.home.Settle()
		c.attack(c.sam, follow)
	})
	c.wantSent("")
}

// TestFollowRequested is ACT-18 and ACT-19: who asks to follow a locked profile
// waits, once, and reads nothing that is for followers.
func TestFollowRequested(t *testing.T) {
	c := newCast(t)
	c.lock()
	secret := c.publish("secret", social.Followers)
	for i := range 50 {
		c.deliver(c.sam, c.sam.Act("Follow", fmt.Sprint(i), owner))
	}
	later := c.publish("another secret", social.Followers)
	c.wantSent("")
	check(t, "state", c.relation(c.sam).FollowedBy, social.FollowPending)
	check(t, "notified", c.notified(), "sam follow_request")
	check(t, "may read", c.mayRead(c.sam, secret) || c.mayRead(c.sam, later), false)
	n, err := c.home.Store.CountFollowers(t.Context(), social.FollowPending)
	if err != nil || n != 1 {
		t.Errorf("%d requests, %v", n, err)
	}
	c.must(c.tl.AcceptFollower(t.Context(), c.id(c.sam)))
	for i := range 50 {
		c.deliver(c.sam, c.sam.Act("Follow", fmt.Sprint("more", i), owner))
	}
	check(t, "may read", c.mayRead(c.sam, secret), true)
	check(t, "notified", c.notified(), "sam follow")
}

// TestFollowTaken holds a stranger's follow with the id of another's against it.
func TestFollowTaken(t *testing.T) {
	c := newCast(t)
	follow, err := c.home.Store.FindFollow(t.Context(), c.home.Node.OwnerID(), c.id(c.carol))
	c.must(err)
	c.home.Know(c.sam)
	c.unchanged(func() { c.attack(c.sam, c.sam.Act("Follow", "1", owner).With("id", follow.URI)) })
}

// TestAnswers is ACT-20, ACT-21, ACT-22, ACT-23 and ACT-24: only who is asked may answer, and only while
// they are.
func TestAnswers(t *testing.T) {
	byID := func(follow fedtest.Document) any { return follow["id"] }
	whole := func(follow fedtest.Document) any { return follow }
	renamed := func(follow fedtest.Document) any { return follow.With("id", "https://stranger.test/follows/1") }
	for name, object := range map[string]func(fedtest.Document) any{"by id": byID, "whole": whole, "by its ends": renamed} {
		t.Run(name, func(t *testing.T) {
			c := newCast(t)
			sam := c.home.Know(c.sam)
			neighbour := c.peers[3].Person("neighbour")
			c.home.Know(neighbour)
			c.home.Know(c.mallory)
			c.must(c.tl.Follow(t.Context(), sam.ID))
			asked, err := c.home.Store.FindFollow(t.Context(), c.home.Node.OwnerID(), sam.ID)
			c.must(err)
			follow := fedtest.Document{"id": asked.URI, "type": "Follow", "actor": owner, "object": c.sam.URI}
			for _, other := range []*fedtest.Actor{c.mallory, neighbour} {
				c.unchanged(func() {
					c.attack(other, other.Act("Accept", "1", object(follow)))
					c.attack(other, other.Act("Reject", "1", object(follow)))
				})
			}
			c.deliver(c.sam, c.sam.Act("Accept", "1", object(follow)))
			check(t, "accepted", c.relation(c.sam).Following, social.FollowAccepted)
			c.unchanged(func() { c.attack(c.sam, c.sam.Act("Accept", "2", object(follow))) })
			c.deliver(c.sam, c.sam.Act("Reject", "1", object(follow)))
			check(t, "rejected", c.relation(c.sam).Following, "")
			c.must(c.tl.Follow(t.Context(), sam.ID))
			c.must(c.tl.Unfollow(t.Context(), sam.ID))
			c.unchanged(func() {
				c.attack(c.sam, c.sam.Act("Accept", "1", object(follow)))
				c.attack(c.sam, c.sam.Act("Accept", "3", object(follow)))
			})
			c.must(c.tl.Follow(t.Context(), sam.ID))
			c.unchanged(func() { c.attack(c.sam, c.sam.Act("Accept", "4", follow["id"])) })
			check(t, "asked anew", c.relation(c.sam).Following, social.FollowPending)
		})
	}
}

// TestBlocked ends both follows and the request, until it is undone by whoever
// made it.
func TestBlocked(t *testing.T) {
	c := newCast(t)
	c.lock()
	c.deliver(c.carol, c.carol.Act("Follow", "1", owner), c.carol.Act("Block", "1", owner))
	check(t, "relation", c.relation(c.carol), social.Relation{BlockedBy: true})
	check(t, "notified", c.notified(), "")
	c.unchanged(func() { c.attack(c.carol, c.carol.Act("Block", "2", owner).With("id", c.carol.URI+"#Block/1")) })
	c.deliver(c.carol, c.carol.Act("Undo", "1", c.carol.Act("Block", "1", owner)))
	check(t, "relation", c.relation(c.carol), social.Relation{})
	c.wantSent("")
}

// TestMove follows along only where both ends say so.
func TestMove(t *testing.T) {
	move := func(c *cast) fedtest.Document {
		return c.carol.Act("Move", "1", c.carol.URI).With("target", c.sam.URI)
	}
	for _, test := range []struct {
		name  string
		from  func(c *cast) *fedtest.Actor
		act   func(c *cast) fedtest.Document
		known []string
		moved bool
	}{
		{"confirmed", carol, move, []string{"https://friend.test/users/carol"}, true},
		{"not confirmed", carol, move, nil, false},
		{"another is confirmed", carol, move, []string{"https://good.test/users/alice"}, false},
		{"of another", mallory, func(c *cast) fedtest.Document {
			return c.mallory.Act("Move", "1", c.carol.URI).With("target", c.sam.URI)
		}, []string{"https://friend.test/users/carol"}, false},
		{"confirmed by the message only", carol, func(c *cast) fedtest.Document {
			return move(c).With("target", c.sam.Peer.Person("sam").Document().With("alsoKnownAs", []string{c.carol.URI}))
		}, nil, false},
		{"to itself", carol, func(c *cast) fedtest.Document { return move(c).With("target", c.carol.URI) }, nil, false},
		{"to the owner", carol, func(c *cast) fedtest.Document { return move(c).With("target", owner) }, nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCast(t)
			c.home.Know(c.sam) // as they were before
			c.home.Know(c.mallory)
			if test.known != nil {
				c.sam.Change("alsoKnownAs", test.known)
			}
			c.forget()
			c.attack(test.from(c), test.act(c))
			if !test.moved {
				c.wantSent("")
				check(t, "old", c.relation(c.carol).Following, social.FollowAccepted)
				check(t, "new", c.relation(c.sam).Following, "")
				check(t, "notified", c.notified(), "")
				return
			}
			c.wantSent("friend.test/users/carol/inbox Undo Follow", "stranger.test/users/sam/inbox Follow")
			check(t, "old", c.relation(c.carol).Following, "")
			check(t, "new", c.relation(c.sam).Following, social.FollowPending)
			check(t, "notified", c.notified(), "sam move")
			old, err := c.home.Store.FindActorByURI(t.Context(), c.carol.URI)
			c.must(err)
			check(t, "moved to", old.MovedTo, c.sam.URI)
			c.unchanged(func() { c.attack(c.carol, move(c).With("id", c.carol.URI+"#Move/2")) })
		})
	}
}

// TestMoveToTheBlocked ends the follow and begins none.
func TestMoveToTheBlocked(t *testing.T) {
	c := newCast(t)
	c.sam.Change("alsoKnownAs", []string{c.carol.URI})
	c.must(c.tl.Block(t.Context(), c.home.Know(c.sam).ID))
	c.forget()
	c.deliver(c.carol, c.carol.Act("Move", "1", c.carol.URI).With("target", c.sam.URI))
	check(t, "new", c.relation(c.sam), social.Relation{Blocking: true})
	check(t, "notified", c.notified(), "")
}

func carol(c *cast) *fedtest.Actor   { return c.carol }
func mallory(c *cast) *fedtest.Actor { return c.mallory }
func sam(c *cast) *fedtest.Actor     { return c.sam }
