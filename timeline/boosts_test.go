package timeline_test

import (
	"fmt"
	"strings"
	"testing"

	"croft/federation/fedtest"
)

// TestManyBoostsOfOne is of ACT-29: what many boost is fetched once, and two who
// boost each other's boosts come to an end.
func TestManyBoostsOfOne(t *testing.T) {
	c := newCast(t)
	note := c.alice.Peer.Publish(c.alice.Note("1"))
	c.home.Know(c.alice)
	var boosters []*fedtest.Actor
	for i := range 30 {
		a := c.carol.Peer.Person(fmt.Sprint("booster", i))
		c.home.Follow(a)
		boosters = append(boosters, a)
	}
	c.forget()
	for _, a := range boosters {
		c.deliver(a, a.Act("Announce", "1", note["id"]))
	}
	if n := strings.Count(c.peers[0].Asked(), "GET /users/alice/statuses/1\n"); n != 1 {
		t.Errorf("the note was asked for %d times, want 1:\n%s", n, c.peers[0].Asked())
	}
	a, b := boosters[0], boosters[1]
	c.forget()
	c.unchanged(func() {
		c.attack(a, a.Act("Announce", "loop", b.URI+"#Announce/loop"))
		c.attack(b, b.Act("Announce", "loop", a.URI+"#Announce/loop"))
	})
	if n := len(c.peers[2].Requests()); n > 4 {
		t.Errorf("%d requests for a loop of boosts", n)
	}
	check(t, "boosts", c.post(note["id"].(string)).BoostCount, 30)
}
