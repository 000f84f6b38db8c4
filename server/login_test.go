package server_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

func (g *gate) try(handle, password string) *page {
	g.t.Helper()
	return g.send(g.form("/login", url.Values{"handle": {handle}, "password": {password}}))
}

// isIn reports whether a cookie opens the owner's rooms.
func (g *gate) isIn(c *http.Cookie) bool {
	g.t.Helper()
	req := g.request(http.MethodGet, "/compose", "")
	req.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	return g.send(req).status == http.StatusOK
}

// TestSetupIsOver leads on who comes back to the set-up page.
func TestSetupIsOver(t *testing.T) {
	h := openHouse(t)
	h.visit("/setup?code=old").wants(http.StatusSeeOther, "/login")
	h.get("/setup").wants(http.StatusSeeOther, "/")
}

// TestLoginTellsNothing answers a wrong password and a wrong handle alike.
func TestLoginTellsNothing(t *testing.T) {
	g := newGate(t)
	before := g.dump()
	wrongPassword := g.try("ana", "not the password").wants(http.StatusUnprocessableEntity)
	wrongHandle := g.try("eve", "not the password").wants(http.StatusUnprocessableEntity)
	if a, b := wrongPassword.body, strings.ReplaceAll(wrongHandle.body, `value="eve"`, `value="ana"`); a != b {
		t.Errorf("the answers differ:\n%s\n%s", wrongPassword.text("main"), wrongHandle.text("main"))
	}
	if right := g.try("eve", password).wants(http.StatusUnprocessableEntity); strings.Contains(right.body, password) {
		t.Error("the page holds the password")
	}
	if len(wrongPassword.cookies)+len(wrongHandle.cookies) > 0 || g.dump() != before {
		t.Error("a refused sign-in left something")
	}
	for _, handle := range []string{"ana", "@ana", "ana@me.test", "@ANA@me.test", " ana "} {
		g.try(handle, password).wants(http.StatusSeeOther, "/")
	}
	g.try("ana@evil.test", password).wants(http.StatusUnprocessableEntity)
}

// TestLoginRate stops one address after ten tries, and says when to come back.
func TestLoginRate(t *testing.T) {
	g := newGate(t)
	from := func(address, password string) *page {
		req := g.form("/login", url.Values{"handle": {"ana"}, "password": {password}})
		req.RemoteAddr = address
		req.Header.Set("X-Forwarded-For", "203.0.113."+strconv.Itoa(len(password))) // believed from nobody
		return g.send(req)
	}
	for i := range 10 {
		from("198.51.100.7:1000", strings.Repeat("x", i)).wants(http.StatusUnprocessableEntity)
	}
	got := from("198.51.100.7:2000", password).wants(http.StatusTooManyRequests)
	if after, err := strconv.Atoi(got.header.Get("Retry-After")); err != nil || after < 1 || after > 60 {
		t.Errorf("Retry-After is %q", got.header.Get("Retry-After"))
	}
	from("198.51.100.8:1000", password).wants(http.StatusSeeOther)
	g.wait(31 * time.Second)
	from("198.51.100.7:3000", password).wants(http.StatusSeeOther)
}

// TestAppRate tells an app in every answer how often it may still ask, until it may
// no more.
func TestAppRate(t *testing.T) {
	g := newGate(t)
	left := func(wants int) int {
		req := g.request(http.MethodGet, "/api/v2/instance", "")
		req.RemoteAddr = "198.51.100.7:1000"
		got := g.send(req).wants(wants)
		n, err := strconv.Atoi(got.header.Get("X-RateLimit-Remaining"))
		g.must(err)
		reset, err := time.Parse(time.RFC3339, got.header.Get("X-RateLimit-Reset"))
		g.must(err)
		if in := time.Until(reset); got.header.Get("X-RateLimit-Limit") != "200" || in < 0 || in > 10*time.Second {
			t.Errorf("told of %s, and again in %s", got.header.Get("X-RateLimit-Limit"), in)
		}
		return n
	}
	first := left(http.StatusOK)
	if second := left(http.StatusOK); first > 199 || first < 190 || second > first {
		t.Errorf("%d and then %d are left", first, second)
	}
	for range 100 { // faster than they come back
		for range 50 {
			req := g.request(http.MethodGet, "/api/v1/streaming/health", "")
			req.RemoteAddr = "198.51.100.7:1000"
			g.send(req)
		}
		req := g.request(http.MethodGet, "/api/v1/streaming/health", "")
		req.RemoteAddr = "198.51.100.7:1000"
		if got := g.send(req); got.status == http.StatusTooManyRequests {
			if got.header.Get("X-RateLimit-Remaining") != "0" || got.header.Get("Retry-After") == "" || !strings.Contains(got.body, `"error"`) {
				t.Errorf("refused with %v: %s", got.header, got.body)
			}
			return
		}
	}
	t.Error("never refused")
}

// TestRotation replaces a day-old token, and the old one opens nothing once
// those requests that were under way are done.
func TestRotation(t *testing.T) {
	g := signedGate(t)
	old := g.cookie
	if c := old; !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("the cookie is %v", c)
	}
	g.wait(25 * time.Hour)
	got := g.view("/compose").wants(http.StatusOK)
	fresh := g.sessionOf(got)
	if fresh.Value == old.Value {
		t.Fatal("the token is the same")
	}
	if !g.isIn(old) || !g.isIn(fresh) {
		t.Error("both tokens must open right after")
	}
	g.wait(2 * time.Minute)
	if g.isIn(old) || !g.isIn(fresh) {
		t.Error("only the new token may open later")
	}
	g.cookie = fresh
	g.wait(25 * time.Hour)
	latest := g.sessionOf(g.view("/compose"))
	if !g.isIn(fresh) {
		t.Error("both tokens must open right after")
	}
	out := g.form("/logout", nil)
	out.AddCookie(latest)
	g.send(out).wants(http.StatusSeeOther)
	if g.isIn(fresh) {
		t.Error("a replaced token opens after its heir was signed out")
	}
	month := g.signIn()
	g.wait(31 * 24 * time.Hour)
	if g.isIn(month) {
		t.Error("a token opens after a month without a visit")
	}
}

// TestSignInIsNew gives another token at each sign-in and ends the one before.
func TestSignInIsNew(t *testing.T) {
	g := signedGate(t)
	req := g.owned(g.form("/login", url.Values{"handle": {"ana"}, "password": {password}}))
	again := g.sessionOf(g.send(req).wants(http.StatusSeeOther))
	if again.Value == g.cookie.Value || g.isIn(g.cookie) || !g.isIn(again) {
		t.Error("the sign-in before must end with a new one")
	}
	fixed := &http.Cookie{Name: "__Host-croft", Value: "chosen-by-somebody-else"}
	req = g.form("/login", url.Values{"handle": {"ana"}, "password": {password}})
	req.AddCookie(fixed)
	if got := g.sessionOf(g.send(req)); got.Value == fixed.Value || g.isIn(fixed) {
		t.Error("a token that came from outside opens")
	}
	if strings.Contains(g.dump(), again.Value) {
		t.Error("the database holds a token that opens")
	}
}

// TestSignOut ends one sign-in, or all.
func TestSignOut(t *testing.T) {
	g := signedGate(t)
	second, third := g.signIn(), g.signIn()
	out := g.form("/logout", nil)
	out.AddCookie(third)
	g.send(out).wants(http.StatusSeeOther, "/")
	if g.isIn(third) || !g.isIn(second) {
		t.Error("signing out must end this sign-in and no other")
	}
	g.view("/settings/account").shows(`form[action="/settings/sessions/end"] input[name=session]`, 1)
	g.send(g.owned(g.form("/settings/sessions/end", url.Values{"all": {"1"}}))).wants(http.StatusSeeOther, "/login")
	if g.isIn(g.cookie) || g.isIn(second) {
		t.Error("signing out everywhere must end all")
	}
}

// TestPasswordChange ends every other sign-in, and only with the old password.
func TestPasswordChange(t *testing.T) {
	g := signedGate(t)
	other := g.signIn()
	change := func(current, next string) *page {
		return g.send(g.owned(g.form("/settings/password", url.Values{"current": {current}, "password": {next}})))
	}
	const fresh = "quite another password"
	for _, bad := range [][2]string{{"wrong", fresh}, {password, "tiny-words"}, {password, strings.Repeat("x", 1025)}} {
		got := change(bad[0], bad[1]).wants(http.StatusUnprocessableEntity).shows("main .error", 1)
		if strings.Contains(got.body, bad[1]) || strings.Contains(got.body, `value="`+bad[0]+`"`) {
			t.Errorf("the page of a refused change holds a password")
		}
	}
	if !g.isIn(other) {
		t.Error("a refused change ended a sign-in")
	}
	here := g.sessionOf(change(password, fresh).wants(http.StatusSeeOther))
	if g.isIn(other) || g.isIn(g.cookie) || !g.isIn(here) {
		t.Error("only the new sign-in may open")
	}
	g.try("ana", password).wants(http.StatusUnprocessableEntity)
	g.try("ana", fresh).wants(http.StatusSeeOther)
}
