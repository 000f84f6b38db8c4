package timeline_test

import (
	"testing"
	"time"

	"croft/federation/fedtest"
	"croft/social"
)

// TestMoveInARound is ACT-31: a follow goes along once, and from one home to the
// next, but nobody moves again within a week, and no round of homes sends it on
// and on.
func TestMoveInARound(t *testing.T) {
	c := newCast(t)
	homes := []*fedtest.Actor{c.carol, c.sam, c.alice}
	for i, a := range homes { // each names the others
		a.Change("alsoKnownAs", []string{homes[(i+1)%3].URI, homes[(i+2)%3].URI})
	}
	move := func(from, to *fedtest.Actor, name string) fedtest.Document {
		return from.Act("Move", name, from.URI).With("target", to.URI)
	}
	answer := func(a *fedtest.Actor) {
		follow, err := c.home.Store.FindFollow(t.Context(), c.home.Node.OwnerID(), c.id(a))
		c.must(err)
		c.deliver(a, a.Act("Accept", "1", follow.URI))
	}
	for i, from := range homes {
		to := homes[(i+1)%3]
		c.deliver(from, move(from, to, "1"))
		answer(to)
		check(t, "old", c.relation(from).Following, "")
		check(t, "new", c.relation(to).Following, social.FollowAccepted)
	}
	c.sent()
	c.unchanged(func() { c.attack(c.carol, move(c.carol, c.sam, "2")) }, "actors", "keys") // looked up anew
	c.Advance(6 * 24 * time.Hour)
	c.unchanged(func() { c.attack(c.carol, move(c.carol, c.alice, "3")) }, "actors", "keys")
	c.wantSent("")
	check(t, "still", c.relation(c.carol).Following, social.FollowAccepted)
}
