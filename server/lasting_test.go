package server_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// An app that asks again is answered from the shelf until something changes, and
// never what its key does not open.
func TestAnswersToAppsLast(t *testing.T) {
	h := openHouse(t)
	h.publish(url.Values{"text": {"the first"}, "visibility": {"followers"}})
	const home = "/api/v1/timelines/home"
	key := h.key("read")
	first := h.call("GET", home, key).wants(http.StatusOK)
	if again := h.call("GET", home, key).wants(http.StatusOK); again.body != first.body || again.header.Get("Link") != first.header.Get("Link") || again.header.Get("Link") == "" {
		t.Errorf("asked again, it is %s with Link %q", again.body, again.header.Get("Link"))
	}
	h.call("GET", home, "").wants(http.StatusUnauthorized)
	h.call("GET", home, h.key("write read:lists")).wants(http.StatusForbidden)

	id := h.publish(url.Values{"text": {"the second"}, "visibility": {"followers"}})
	if got := h.call("GET", home, key); !strings.Contains(got.body, "the second") {
		t.Error("what is new is not shown")
	}
	status := "/api/v1/statuses/" + id
	h.call("GET", status, key).wants(http.StatusOK)
	h.call("GET", status, "").wants(http.StatusNotFound)
	h.call("GET", status, key).wants(http.StatusOK)
}

func TestAnswersToAppsArePacked(t *testing.T) {
	h := openHouse(t)
	for range 3 {
		h.publish(url.Values{"text": {"some words"}})
	}
	req := httptest.NewRequestWithContext(t.Context(), "GET", h.home.Site.Origin+"/api/v1/timelines/home", http.NoBody)
	req.Header.Set("Authorization", "Bearer "+h.key("read"))
	plain := len(h.ask(req.Clone(t.Context())).wants(http.StatusOK).body)
	req.Header.Set("Accept-Encoding", "gzip")
	packed := h.ask(req).wants(http.StatusOK)
	if encoding := packed.header.Get("Content-Encoding"); encoding != "gzip" || len(packed.body) > plain/3 {
		t.Errorf("%d bytes as %q, of %d", len(packed.body), encoding, plain)
	}
}
