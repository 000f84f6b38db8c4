package server_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

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
	h.get("/settings/account").shows("form[action='/settings/jobs/again']", 2).says("main", "Something of yours was not delivered: two.test").says("main", "the reason")
	h.post("/settings/jobs/drop", url.Values{"job": {ids[0]}}).wants(http.StatusSeeOther, "/settings/account")
	h.post("/settings/jobs/again", url.Values{"job": {ids[1]}}).wants(http.StatusSeeOther, "/settings/account")
	h.get("/settings/account").shows("form[action='/settings/jobs/again']", 0)
	for _, odd := range []string{"", "x", ids[0], "99999"} {
		h.post("/settings/jobs/again", url.Values{"job": {odd}}).wants(http.StatusNotFound)
	}
}

// TestSessionsListed names every place, this one first, and shows twenty of
// them.
func TestSessionsListed(t *testing.T) {
	h := openHouse(t)
	req := h.owned(newGet(t, h.home.Site.Origin+"/settings/account"))
	h.Advance(time.Hour)
	req.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	req.RemoteAddr = "203.0.113.7:5000"
	h.ask(req).wants(http.StatusOK).shows(".list [name=session]", 0).shows("[name=others]", 0).
		says(`[aria-labelledby="sessions"] li`, "Firefox on Linux this one").says(`[aria-labelledby="sessions"] li`, ", from 203.0.113.7.")
	this := h.cookie
	for range 25 {
		h.Advance(time.Second)
		h.cookie = nil
		h.signIn()
	}
	h.cookie = this
	list := h.get("/settings/account").wants(http.StatusOK).shows("[name=session]", 19).shows(`[aria-labelledby="sessions"] li`, 20)
	list.says(`[aria-labelledby="sessions"] li`, "Firefox on Linux this one").says(`[aria-labelledby="sessions"]`, "And 6 more")
}

// TestSessionsEndElsewhere ends all sign-ins but the one that asks, even where
// its token is being replaced at that moment.
func TestSessionsEndElsewhere(t *testing.T) {
	h := openHouse(t)
	this := h.cookie
	h.cookie = nil
	h.signIn()
	other := h.cookie
	h.cookie = this
	h.Advance(25 * time.Hour)
	replaced := h.get("/settings/account").wants(http.StatusOK).shows(`[aria-labelledby="sessions"] li`, 2).says(`[aria-labelledby="sessions"] li`, "this one")
	h.saysOnce(h.post("/settings/sessions/end", url.Values{"others": {"1"}}).wants(http.StatusSeeOther, "/settings/account"))
	h.get("/settings/account").wants(http.StatusOK)
	h.cookie = replaced.cookies
	h.get("/settings/account").wants(http.StatusOK).shows(`[aria-labelledby="sessions"] li`, 1)
	h.cookie = other
	h.get("/settings/account").wants(http.StatusSeeOther)
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
