package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"croft/federation/fedtest"
	"croft/store/storetest"
)

// TestFirstLookAtPerson opens the page of somebody who was never heard of: it
// says that it looks, and then has their posts, their pin and their counts.
func TestFirstLookAtPerson(t *testing.T) {
	h := openHouse(t)
	alice := h.Peer("good.test").Person("alice")
	note := func(name string) fedtest.Document { return alice.Note(name).With("content", "<p>word "+name+"</p>") }
	alice.Change("featured", alice.URI+"/featured")
	gate := make(chan struct{}) // nothing is answered before the page was seen
	open := sync.OnceFunc(func() { close(gate) })
	t.Cleanup(open)
	for name, doc := range map[string]fedtest.Document{
		"featured":  {"orderedItems": []any{note("pinned").With("published", "2024-01-02T03:04:05Z")}},
		"followers": {"totalItems": 77},
		"following": {"totalItems": 8},
		"outbox": {"totalItems": 1234, "orderedItems": []any{
			fedtest.Document{"id": alice.URI + "/act", "type": "Create", "actor": alice.URI, "object": note("one")},
		}},
	} {
		doc = doc.With("id", alice.URI+"/"+name).With("type", "OrderedCollection")
		serve := fedtest.Serve("application/activity+json", string(doc.JSON()))
		alice.Peer.Answer(strings.TrimPrefix(alice.URI, alice.Peer.URL(""))+"/"+name, func(w http.ResponseWriter, req *http.Request) {
			<-gate
			serve(w, req)
		})
	}
	path := h.get("/search?q=" + url.QueryEscape("@alice@good.test")).wants(http.StatusSeeOther).location
	h.Advance(time.Minute)
	h.get(path).wants(http.StatusOK).shows("article.post", 0).says("p.rest", "Their server is being asked for more. Look again").shows(`p.rest a[href="`+path+`"]`, 1)
	open()
	h.home.Settle()
	h.get(path).wants(http.StatusOK).shows("article.post", 3).says("main", "word one").says("main", "word pinned").
		says(".counts", "1,234 posts").says(".counts", "77 followers").says(".counts", "8 following").
		says("main", "knows 2 of their 1,234 posts").shows(`p.rest a[href="`+path+`"]`, 0)
	h.get("/").shows("article.post", 0)
	h.get("/notifications").shows("ul.list > li", 0)
}

// TestDeadHostPerson opens the page of somebody whose server is no more.
func TestDeadHostPerson(t *testing.T) {
	h := openHouse(t)
	h.Dead("stranger.test")
	sam := h.know(storetest.Actor("sam", "stranger.test"))
	path := "/people/" + sam.ID.String()
	for range 3 {
		h.get(path).wants(http.StatusOK).says("h1", "sam").shows(".note.bad", 0)
		h.home.Settle()
		h.Advance(time.Hour)
	}
}
