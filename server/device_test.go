package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestThisDeviceIsTold has the browser of a sign-in told of notifications, while
// its sign-in lasts, and no longer than the owner wants.
func TestThisDeviceIsTold(t *testing.T) {
	h := openHouse(t)
	d, bob := h.device(), h.Peer("far.test").Person("bob")
	acts := 0
	follow := func() []string {
		acts++
		h.must(h.home.Deliver(bob, bob.Act("Undo", "u"+string(rune('a'+acts)), bob.Act("Follow", "1", h.home.Site.Actor()))))
		h.must(h.home.Deliver(bob, bob.Act("Follow", "f"+string(rune('a'+acts)), h.home.Site.Actor())))
		var told []string
		for _, p := range d.told() {
			told = append(told, d.opens(p))
		}
		return told
	}
	const page, path = "/settings/preferences", "/settings/push"
	key := h.get(page).wants(200).shows(`form[data-push]`, 1).attr("form[data-push]", "data-push")
	fields := url.Values{"endpoint": {d.peer.URL("/send/secret")}, "p256dh": {b64(d.private.PublicKey().Bytes())}, "auth": {b64(d.auth)}}
	before := h.home.Dump("sessions")
	for name, value := range map[string]string{"endpoint": "https://192.168.0.1/", "p256dh": "x", "auth": ""} {
		odd := url.Values{"endpoint": fields["endpoint"], "p256dh": fields["p256dh"], "auth": fields["auth"]}
		odd.Set(name, value)
		h.post(path, odd).wants(http.StatusUnprocessableEntity).says("main", "Your browser has to take part")
	}
	if h.home.Dump("sessions") != before {
		t.Error("a refused device is kept")
	}
	h.post(path, fields).wants(http.StatusSeeOther, page)
	h.get(page).shows(`form[data-push]`, 0).says(`form[action="/settings/push"]`, "This device is told")
	if got := follow(); len(got) != 1 || !strings.Contains(got[0], `"title":"The bob followed you"`) || !strings.Contains(got[0], `"access_token":""`) {
		t.Fatalf("told %v", got)
	}
	h.Advance(25 * time.Hour) // the cookie is replaced by another
	if fresh := h.get("/"); len(fresh.cookies) > 0 {
		h.cookie = fresh.cookies
	} else {
		t.Fatal("the cookie is the old one")
	}
	h.Advance(time.Hour)
	h.signInElsewhere()
	if got := follow(); len(got) != 1 {
		t.Errorf("with the new cookie told %d times", len(got))
	}
	h.post(path, url.Values{"end": {"1"}}).wants(http.StatusSeeOther, page)
	if got := follow(); len(got) != 0 {
		t.Errorf("told no more, and yet %d times", len(got))
	}
	h.post(path, fields).wants(http.StatusSeeOther, page)
	h.post("/logout", nil).wants(http.StatusSeeOther)
	if got := follow(); len(got) != 0 {
		t.Errorf("signed out, and told %d times", len(got))
	}
	if worker := h.visit("/worker.js").wants(200); worker.header.Get("Cache-Control") != "no-cache" || key == "" {
		t.Errorf("the worker comes with %v, the key is %q", worker.header, key)
	}
}

// signInElsewhere signs the owner in at another place; what has expired is
// forgotten then.
func (h *house) signInElsewhere() {
	h.t.Helper()
	here := h.cookie
	h.cookie = nil
	h.signIn()
	h.cookie = here
}
