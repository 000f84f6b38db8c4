package timeline_test

import (
	"testing"
	"time"
)

// TestDeletedByANeighbour is ACT-13 and ACT-11: what its author has deleted does not come
// in later, not even after a month; what somebody else says is deleted does.
func TestDeletedByANeighbour(t *testing.T) {
	c := newCast(t)
	neighbour := c.carol.Peer.Person("neighbour")
	c.home.Follow(neighbour)
	gone, kept := c.carol.Note("gone"), neighbour.Note("kept")
	c.deliver(c.carol, c.carol.Act("Delete", "1", gone["id"]), c.carol.Act("Delete", "2", kept["id"]))
	c.deliver(neighbour, neighbour.Act("Create", "1", kept))
	if p := c.post(kept["id"].(string)); p == nil || !p.DeletedAt.IsZero() {
		t.Errorf("somebody else's Delete came first, and the post is %+v", p)
	}
	c.Advance(30 * 24 * time.Hour) // the daily cleaning has been, often
	c.home.Queue.Wake()
	c.home.Settle()
	c.deliver(c.carol, c.carol.Act("Create", "1", gone))
	if p := c.post(gone["id"].(string)); p != nil && p.DeletedAt.IsZero() {
		t.Errorf("a post that was deleted before is here: %+v", p)
	}
}

// TestStrangersFillNoGraveyard keeps nothing of the ends that strangers tell of.
func TestStrangersFillNoGraveyard(t *testing.T) {
	c := newCast(t)
	c.home.Know(c.sam)
	c.unchanged(func() {
		for i := range 50 {
			c.attack(c.sam, c.sam.Act("Delete", time.Duration(i).String(), c.sam.URI+"/statuses/"+time.Duration(i).String()))
		}
	})
}
