package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestForeignForms sends every form of the table as another site would have a
// browser send it (attack WEB-10): all are refused, and nothing has changed.
func TestForeignForms(t *testing.T) {
	g := signedGate(t)
	v := g.furnish()
	before := g.dump()
	forgeries := map[string]func(h http.Header){
		"from another site":     func(h http.Header) { h.Set("Origin", "https://evil.test") },
		"from a sandbox":        func(h http.Header) { h.Set("Origin", "null") },
		"over plain http":       func(h http.Header) { h.Set("Origin", "http://me.test") },
		"across sites":          func(h http.Header) { h.Set("Sec-Fetch-Site", "cross-site") },
		"from a sibling domain": func(h http.Header) { h.Set("Sec-Fetch-Site", "same-site") },
		"from nowhere":          func(http.Header) {},
		"as text": func(h http.Header) {
			h.Set("Origin", gateOrigin)
			h.Set("Content-Type", "text/plain")
		},
	}
	// Everything that any form could want, so that none is refused for a lack.
	body := url.Values{
		"text": {"forged"}, "visibility": {"public"}, "upto": {v.post.ID.String()}, "host": {"far.test"}, "comment": {"forged"},
		"name": {"forged"}, "all": {"1"}, "theme": {"dark"}, "acct": {"bob@far.test"}, "current": {password}, "password": {"another long password"},
		"handle": {"ana"},
	}.Encode()
	tried := 0
	for _, line := range g.lines() {
		if line.Method != http.MethodPost || line.Machine {
			continue
		}
		for name, forge := range forgeries {
			req := g.owned(g.request(http.MethodPost, v.path(line), body))
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			forge(req.Header)
			if name == "as text" {
				req.Body = g.request(http.MethodPost, "/", `{"text":"forged"}`).Body
			}
			if got := g.send(req); got.status != http.StatusForbidden || len(got.cookies) > 0 {
				t.Errorf("%s %s: %d, cookies %v; want 403 and none", got.asked, name, got.status, got.cookies)
			}
			tried++
		}
	}
	if tried < 200 {
		t.Errorf("only %d forgeries were tried", tried)
	}
	if after := g.dump(); after != before {
		t.Error("a forged form changed something")
	}
}

// TestActsNeedPost asks by another method for what only a form may do. A method
// that an app has at the same address is another act, which needs a key.
func TestActsNeedPost(t *testing.T) {
	g := signedGate(t)
	v := g.furnish()
	taken := map[string]bool{}
	for _, line := range g.lines() {
		taken[line.Method+" "+line.Path] = true
	}
	before := g.dump()
	for _, line := range g.lines() {
		if line.Method != http.MethodPost || taken["GET "+line.Path] {
			continue
		}
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete} {
			if taken[method+" "+line.Path] {
				continue
			}
			got := g.send(g.owned(g.request(method, v.path(line)+"?text=x&host=far.test", "")))
			if got.status != http.StatusNotFound && got.status != http.StatusMethodNotAllowed {
				t.Errorf("%s: %d, want 404 or 405", got.asked, got.status)
			}
		}
	}
	if g.dump() != before {
		t.Error("reading changed something")
	}
}

// TestOwnerRoutesWithoutSignIn asks for all that is the owner's as a stranger,
// and with a cookie that nobody gave.
func TestOwnerRoutesWithoutSignIn(t *testing.T) {
	g := newGate(t)
	v := g.furnish()
	before := g.dump()
	for _, made := range []string{"", "made-up", strings.Repeat("A", 43)} {
		for _, line := range g.lines() {
			if !line.Owner {
				continue
			}
			path := v.path(line)
			req := g.form(path, url.Values{"text": {"x"}, "visibility": {"public"}, "host": {"far.test"}})
			if line.Method == http.MethodGet {
				path += "?q=a%26b"
				req = g.request(http.MethodGet, path, "")
			}
			if made != "" {
				req.AddCookie(&http.Cookie{Name: "__Host-croft", Value: made})
			}
			got := g.send(req)
			switch {
			case line.Method == http.MethodGet:
				if want := "/login?next=" + url.QueryEscape(path); got.status != http.StatusSeeOther || got.location != want {
					t.Errorf("%s: %d to %q, want 303 to %q", got.asked, got.status, got.location, want)
				}
			case got.status != http.StatusUnauthorized && got.status != http.StatusForbidden:
				t.Errorf("%s: %d, want 401 or 403", got.asked, got.status)
			}
		}
	}
	if g.dump() != before {
		t.Error("a stranger changed something")
	}
}

// TestNext leads nobody out of the home (attack WEB-11).
func TestNext(t *testing.T) {
	g := newGate(t)
	for next, want := range map[string]string{
		"":                             "/",
		"/compose":                     "/compose",
		"/search?q=a%2fb&x=//y":        "/search?q=a%2fb&x=//y",
		"//evil.test":                  "/",
		"///evil.test":                 "/",
		"/\\evil.test":                 "/",
		"\\\\evil.test":                "/",
		"https://evil.test":            "/",
		"https:evil.test":              "/",
		"javascript:alert(1)":          "/",
		"/%2f/evil.test":               "/",
		"/%5cevil.test":                "/",
		"/\t/evil.test":                "/",
		"/\n/evil.test":                "/",
		" //evil.test":                 "/",
		"/%0d%0aSet-Cookie:a=b":        "/",
		"/x\r\nSet-Cookie: a=b":        "/",
		"evil.test":                    "/",
		"@evil.test":                   "/",
		"/./\\evil.test":               "/",
		"/..//evil.test":               "/",
		"/" + strings.Repeat("a", 3e3): "/",
	} {
		got := g.send(g.form("/theme", url.Values{"theme": {"dark"}, "next": {next}}))
		if got.location != want {
			t.Errorf("theme, next %q: %d to %q, want %q", next, got.status, got.location, want)
		}
		shown := g.send(g.request(http.MethodGet, "/login?next="+url.QueryEscape(next), ""))
		if to := shown.attr(`form[action="/login"] input[name=next]`, "value"); to != want {
			t.Errorf("login page, next %q: goes on to %q, want %q", next, to, want)
		}
	}
	got := g.send(g.form("/login", url.Values{"handle": {"ana"}, "password": {password}, "next": {"//evil.test"}}))
	got.wants(http.StatusSeeOther, "/")
	g.cookie = g.sessionOf(got)
	g.send(g.owned(g.request(http.MethodGet, "/login?next=//evil.test", ""))).wants(http.StatusSeeOther, "/")
}
