package server_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"croft/queue"
	"croft/store"
)

// TestGivenUp shows the owner what was given up, and does as they decide.
func TestGivenUp(t *testing.T) {
	h := openHouse(t)
	h.get("/settings/account").wants(http.StatusOK).says("main", "Nothing was given up.").says("main", "Croft test")
	var ids []string
	for _, host := range []string{"one.test", "two.test"} {
		h.update(func(tx *store.Tx) error {
			err := h.home.Queue.Put(t.Context(), tx, queue.Job{Kind: "deliver", Host: host, Recipient: "https://" + host + "/inbox", Payload: []byte("-a\nb")})
			if err != nil {
				return err
			}
			heads, err := tx.ListHeads(t.Context(), "deliver", host, 1)
			if err != nil {
				return err
			}
			ids = append(ids, strconv.FormatInt(heads[0].ID, 10))
			return tx.SetParked(t.Context(), heads[0].ID, 3, "the reason")
		})
	}
	h.get("/settings/account").shows("form[action='/settings/jobs/again']", 2).says("main", "one.test").says("main", "the reason")
	h.post("/settings/jobs/drop", url.Values{"job": {ids[0]}}).wants(http.StatusSeeOther, "/settings/account")
	h.post("/settings/jobs/again", url.Values{"job": {ids[1]}}).wants(http.StatusSeeOther, "/settings/account")
	h.get("/settings/account").shows("form[action='/settings/jobs/again']", 0)
	for _, odd := range []string{"", "x", ids[0], "99999"} {
		h.post("/settings/jobs/again", url.Values{"job": {odd}}).wants(http.StatusNotFound)
	}
}

// TestSessionsEnd ends one sign-in out of two by its name, which is not the
// secret of its cookie.
func TestSessionsEnd(t *testing.T) {
	h := openHouse(t)
	other := h.cookie
	h.cookie = nil
	h.signIn()
	page := h.get("/settings/account").shows("form[action='/settings/sessions/end'] [name=session]", 1)
	name := page.attr("[name=session]", "value")
	for _, c := range other {
		if name == "" || len(name) >= len(c.Value) {
			t.Errorf("the sign-in is called %q", name)
		}
	}
	h.post("/settings/sessions/end", url.Values{"session": {name}}).wants(http.StatusSeeOther, "/settings/account")
	h.get("/settings/account").wants(http.StatusOK).shows("[name=session]", 0)
	h.cookie = other
	h.get("/settings/account").wants(http.StatusSeeOther)
}
