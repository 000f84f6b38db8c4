package server_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// TestMethods asks for every address by a method that it does not take: it is
// told which ones it does.
func TestMethods(t *testing.T) {
	g := newGate(t)
	v := g.furnish()
	takes := map[string][]string{}
	for _, line := range g.lines() {
		takes[line.Path] = append(takes[line.Path], line.Method)
	}
	for _, line := range g.lines() {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
			if slices.Contains(takes[line.Path], method) {
				continue
			}
			got := g.send(g.request(method, v.path(line), "")).wants(http.StatusMethodNotAllowed)
			for _, taken := range takes[line.Path] {
				if !strings.Contains(got.header.Get("Allow"), taken) {
					t.Errorf("%s %s: Allow is %q, want %s in it", method, line.Path, got.header.Get("Allow"), taken)
				}
			}
		}
	}
}

// TestAlmostRightPaths leads to the address that was meant, and nowhere else.
func TestAlmostRightPaths(t *testing.T) {
	g := newGate(t)
	for path, location := range map[string]string{
		"/@ana/": "/@ana", "/login/": "/login", "/@ana//": "/@ana", "/tags/wool/?before=1": "/tags/wool?before=1",
		"/@ANA": "/@ana", "/@Ana/outbox?page=1": "/@ana/outbox?page=1", "/@ANA/": "/@ANA",
	} {
		g.send(g.request(http.MethodGet, path, "")).wants(http.StatusPermanentRedirect, location)
	}
	for _, path := range []string{"//evil.test/", `/\evil.test/`, "/none", "/@bob"} {
		req := g.request(http.MethodGet, "/", "")
		req.URL.Path, req.RequestURI = path, path
		g.send(req).wants(http.StatusNotFound)
	}
}

// TestSetupIsNotReady holds what a watcher sees before there is a home.
func TestSetupIsNotReady(t *testing.T) {
	setup, _ := newSetup(t)
	for path, status := range map[string]int{
		"/livez": http.StatusOK, "/readyz": http.StatusServiceUnavailable, "/setup": http.StatusOK, "/": http.StatusSeeOther,
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			answer(t, setup, httptest.NewRequestWithContext(t.Context(), method, gateOrigin+path, nil)).wants(status)
		}
	}
}

// TestSignedOutWhileWriting tells whose sign-in ended under the pen how to save
// what they wrote.
func TestSignedOutWhileWriting(t *testing.T) {
	g := newGate(t)
	g.send(g.form("/compose", url.Values{"text": {"long words"}})).wants(http.StatusUnauthorized).says("main", "Sign in on another tab")
}
