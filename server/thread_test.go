package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"croft/federation/fedtest"
	"croft/social"
	"croft/store/storetest"
)

// TestThread shows a thread in its order, with a word where a post is missing.
func TestThread(t *testing.T) {
	h := openHouse(t)
	sam := h.know(storetest.Actor("sam", "stranger.test"))
	said := func(name string, answers *social.Post, change func(*social.Post)) *social.Post {
		t.Helper()
		p := storetest.Post(sam, name, h.Now())
		if answers != nil {
			p.InReplyTo, p.InReplyToID = answers.URI, answers.ID
		}
		if change != nil {
			change(p)
		}
		return h.keep(p)
	}
	first := said("first", nil, func(p *social.Post) { p.InReplyTo = "https://nowhere.test/lost" })
	hidden := said("hidden", first, func(p *social.Post) { p.Visibility = social.Followers })
	mine := h.publish(url.Values{"text": {"mine"}, "in_reply_to": {hidden.ID.String()}})
	id, err := social.ParseID(mine)
	h.must(err)
	post, err := h.home.Store.FindPost(t.Context(), id)
	h.must(err)
	a := said("a", post, nil)
	said("a1", a, nil)
	said("b", post, nil)
	quiet := said("quiet", post, func(p *social.Post) { p.Visibility = social.Followers })
	said("after the quiet one", quiet, nil)

	owner := h.get("/posts/"+mine).wants(http.StatusOK).shows("article.up", 2).shows("p.gone", 1)
	if got := order(owner); got != "first hidden mine a a1 b quiet after the quiet one" {
		t.Errorf("the owner reads %q", got)
	}
	owner.shows(".kids article", 2).says("#replies", "5 replies")
	visitor := h.visit("/@owner/"+mine).wants(http.StatusOK).shows("article.up", 1).shows("p.gone", 2)
	if got := order(visitor); got != "first mine a a1 b after the quiet one" {
		t.Errorf("a visitor reads %q", got)
	}
	h.get("/posts/"+a.ID.String()).shows("article.up", 3).shows("#answer article", 1)
	h.visit("/@owner/" + a.ID.String()).wants(http.StatusNotFound)
	h.get("/@owner/" + a.ID.String()).wants(http.StatusNotFound)
}

// order is what the posts of a page say, from top to bottom.
func order(p *page) string {
	var said []string
	for _, n := range p.all("article .e-content") {
		said = append(said, textOf(n))
	}
	return strings.Join(said, " ")
}

// TestThreadIsAskedFor opens a thread of another server: what its server has
// more is not here at the first look, and is at the next.
func TestThreadIsAskedFor(t *testing.T) {
	h := openHouse(t)
	peer := h.Peer("stranger.test")
	sam := peer.Person("sam")
	note := sam.Note("q").With("content", "<p>question</p>").With("published", h.Now().Add(-time.Hour).UTC().Format(time.RFC3339))
	uri, _ := note["id"].(string)
	answer := sam.Note("r").With("content", "<p>late answer</p>").With("inReplyTo", uri)
	peer.Publish(answer)
	replies := fedtest.Document{
		"@context": "https://www.w3.org/ns/activitystreams", "id": uri + "/replies", "type": "Collection",
		"totalItems": 2, "items": []any{answer["id"], peer.URL("/notes/lost")},
	}
	seen := make(chan struct{})
	serve := fedtest.Serve("application/activity+json", string(replies.JSON()))
	peer.Answer(strings.TrimPrefix(uri, peer.URL(""))+"/replies", func(w http.ResponseWriter, req *http.Request) {
		<-seen // what is being asked for is not here before the first look
		serve(w, req)
	})
	peer.Publish(note.With("replies", uri+"/replies"))

	found := h.get("/search?q=" + url.QueryEscape(uri)).wants(http.StatusSeeOther)
	h.get(found.location).wants(http.StatusOK).says("article.here", "question").says("#answer", "being asked")
	close(seen)
	h.home.Settle()
	h.get(found.location).says("#answer", "late answer").says("#replies", "2 replies").says("#told", "knows of 1 of 2 replies, as of just now")
}
