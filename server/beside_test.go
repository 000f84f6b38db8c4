package server_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"croft/store"
	"croft/store/storetest"
)

// What waits stands beside the timeline, and so does what is not well.
func TestBesideTheTimeline(t *testing.T) {
	h := openHouse(t)
	h.get("/").wants(http.StatusOK).says("#well+p", "All well.").shows(".side a", 0).says("#waits+p", "Nothing.")
	h.post("/compose", url.Values{"text": {"half"}, "visibility": {"public"}, "act": {"draft"}}).wants(http.StatusSeeOther)
	storetest.Update(t, h.home.Store, func(tx *store.Tx) error {
		return tx.PutPeer(t.Context(), store.Peer{Host: "far.test", Failures: 1, Recent: []time.Time{h.Now()}})
	})
	beside := h.get("/").says("#well+p", "1 server has not answered of late.").shows(`.side a[href="/settings/account"]`, 1)
	beside.shows("#waits~p", 1).says(`.side a[href="/drafts"]`, "1 draft")
	h.visit("/").shows(".side", 0)
}
