package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestHeaders wants on every answer of every route what browsers are to refuse:
// pages, documents, redirects, refusals and what is not there.
func TestHeaders(t *testing.T) {
	g := signedGate(t)
	v := g.furnish()
	for _, line := range g.lines() {
		if line.Path == "/logout" {
			continue // it would end the sign-in that the others need
		}
		for _, owner := range []bool{false, true} {
			req := g.request(line.Method, v.path(line), "")
			if line.Method == http.MethodPost && owner {
				req.Header.Set("Origin", "https://evil.test")
			}
			if owner {
				g.owned(req)
			}
			checkHeaders(t, g.send(req))
		}
	}
	checkHeaders(t, g.send(g.request(http.MethodGet, "/nothing/here", "")))
	checkHeaders(t, g.send(g.request(http.MethodGet, "/a%2fb", "")))
	checkHeaders(t, g.send(g.form("/login", url.Values{"handle": {"x"}})))
	checkHeaders(t, g.send(g.request("BREW", "/", "")))
}

func checkHeaders(t *testing.T, got *page) {
	t.Helper()
	opener := "same-origin"
	if path := strings.Fields(got.asked)[1]; strings.HasPrefix(path, "/login") || strings.HasPrefix(path, "/oauth/authorize") {
		opener = "unsafe-none" // an app that asks in a window of its own must find it again
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options":     "nosniff",
		"Referrer-Policy":            "same-origin",
		"Cross-Origin-Opener-Policy": opener,
		"Strict-Transport-Security":  "max-age=31536000",
	} {
		if value := got.header.Get(name); value != want {
			t.Errorf("%s: %s is %q, want %q", got.asked, name, value, want)
		}
	}
	policy := got.header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe-eval") || strings.Contains(policy, "script-src 'unsafe") {
		t.Errorf("%s: policy %q", got.asked, policy)
	}
	if strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
		for _, part := range []string{"script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: a page's policy lacks %q", got.asked, part)
			}
		}
	}
	if got.header.Get("Permissions-Policy") == "" {
		t.Errorf("%s: no Permissions-Policy", got.asked)
	}
	if got.header.Get("Access-Control-Allow-Origin") != "" && len(got.header.Values("Access-Control-Allow-Credentials")) > 0 {
		t.Errorf("%s: other sites may read with the sign-in", got.asked)
	}
}

// TestOwnerPagesAreNotKept wants no cache to keep what only the owner may see.
func TestOwnerPagesAreNotKept(t *testing.T) {
	g := signedGate(t)
	v := g.furnish()
	for _, line := range g.lines() {
		if !line.Owner || line.Method != http.MethodGet {
			continue
		}
		got := g.view(v.path(line))
		if cache := got.header.Get("Cache-Control"); got.status == http.StatusOK && !strings.Contains(cache, "no-store") && !strings.Contains(cache, "private") {
			t.Errorf("%s: Cache-Control %q", got.asked, cache)
		}
	}
}
