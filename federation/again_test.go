package federation_test

import (
	"testing"
	"time"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// TestFollowAgain lets a follow that stands in again, once an hour, so that it is
// answered again; one that has ended stays out, and so does everything else.
func TestFollowAgain(t *testing.T) {
	c := newCast(t)
	alice := c.home.Know(c.alice)
	follow := c.alice.Act("Follow", "1", "https://me.test/@owner")
	again := func(want string) {
		t.Helper()
		for range 3 {
			checkKind(t, c.home.Deliver(c.alice, follow), nil)
		}
		checkText(t, "arrived", c.home.Arrived(), want)
	}
	const arrived = "alice Follow https://me.test/@owner"
	again(arrived)
	again("")
	storetest.Update(t, c.home.Store, func(tx *store.Tx) error {
		_, err := tx.PutFollow(t.Context(), social.Follow{
			URI: follow["id"].(string), FollowerID: alice.ID, FollowedID: c.home.Node.OwnerID(), State: social.FollowAccepted, CreatedAt: tx.Now,
		})
		return err
	})
	// Another act by the same id is not the follow.
	like := c.alice.Act("Like", "1", "https://me.test/@owner/1").With("id", follow["id"])
	checkKind(t, c.home.Deliver(c.alice, like), nil)
	checkText(t, "arrived", c.home.Arrived(), "")
	again(arrived)
	c.Advance(time.Hour)
	again(arrived)
	storetest.Update(t, c.home.Store, func(tx *store.Tx) error {
		return tx.DeleteFollow(t.Context(), alice.ID, c.home.Node.OwnerID())
	})
	c.Advance(time.Hour)
	again("")
}
