package server_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"croft/social"
)

func TestVisitorsSeeEveryChangeAtOnce(t *testing.T) {
	h := openHouse(t)
	profile := "/@owner"
	for range 2 {
		h.visit(profile).shows(".h-entry", 0)
	}
	id := h.publish(url.Values{"text": {"first words"}})
	for range 2 {
		h.visit(profile).shows(".h-entry", 1)
		h.visit(profile+"/"+id).says("main", "first words")
	}
	h.post("/posts/"+id+"/edit", url.Values{"text": {"second words"}, "visibility": {"public"}}).wants(http.StatusSeeOther)
	h.visit(profile+"/"+id).says("main", "second words")
	h.visit(profile + ".rss").wants(http.StatusOK)
	h.post("/posts/"+id+"/delete", nil).wants(http.StatusSeeOther)
	h.visit(profile + "/" + id).wants(http.StatusGone)
	h.visit(profile).shows(".h-entry", 0)
	if feed := h.visit(profile + ".rss"); strings.Contains(feed.body, "second words") {
		t.Error("the feed still has the deleted post")
	}
}

func TestKeptPagesAreOfOneKindOfVisitor(t *testing.T) {
	h := openHouse(t)
	id := h.publish(url.Values{"text": {"for few"}, "visibility": {string(social.Followers)}})
	path := "/@owner"
	h.get(path).says("main", "for few") // the owner's page must not be kept
	h.visit(path).shows(".h-entry", 0)
	h.get(path).says("main", "for few") // nor the visitor's shown to the owner
	h.visit(path + "/" + id).wants(http.StatusNotFound)
	h.get(path + "/" + id).wants(http.StatusOK)
	h.visit(path + "/" + id).wants(http.StatusNotFound)

	dark := func() *page {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, h.home.Site.Origin+path, nil)
		req.AddCookie(&http.Cookie{Name: "theme", Value: "dark"})
		return h.ask(req)
	}
	if light, dark := h.visit(path).body, dark().body; light == dark {
		t.Error("the dark page is the light one")
	}
	document := httptest.NewRequestWithContext(t.Context(), http.MethodGet, h.home.Site.Origin+path, nil)
	document.Header.Set("Accept", "application/activity+json")
	if got := h.ask(document).header.Get("Content-Type"); !strings.HasPrefix(got, "application/activity+json") {
		t.Errorf("a server was answered with %s", got)
	}
}

func TestAKeptPageIsTheSamePage(t *testing.T) {
	h := openHouse(t)
	h.publish(url.Values{"text": {strings.Repeat("many words ", 300)}})
	ask := func(header, value string) *page {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, h.home.Site.Origin+"/@owner", nil)
		req.Header.Set(header, value)
		return h.ask(req)
	}
	first, second := h.visit("/@owner"), h.visit("/@owner")
	if first.body != second.body {
		t.Error("the kept page has another body")
	}
	for _, name := range []string{"Content-Type", "Cache-Control", "Vary", "Etag", "Content-Security-Policy", "X-Content-Type-Options", "Link"} {
		if a, b := first.header.Get(name), second.header.Get(name); a == "" || a != b {
			t.Errorf("%s: %q, kept %q", name, a, b)
		}
	}
	for _, encoding := range []string{"gzip", "zstd"} {
		for range 2 {
			if p := ask("Accept-Encoding", encoding); p.header.Get("Content-Encoding") != encoding || len(p.body) >= len(first.body) {
				t.Errorf("%s: sent as %q in %d bytes", encoding, p.header.Get("Content-Encoding"), len(p.body))
			}
		}
	}
	ask("If-None-Match", first.header.Get("Etag")).wants(http.StatusNotModified)
	h.Advance(time.Hour)
	h.visit("/@owner").wants(http.StatusOK)
}
