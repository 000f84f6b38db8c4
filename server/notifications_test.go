package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// TestNotices tells likes of one post together, filters, and marks as read only
// when asked.
func TestNotices(t *testing.T) {
	h := openHouse(t)
	id := h.publish(url.Values{"text": {"liked by many"}})
	liked, err := social.ParseID(id)
	h.must(err)
	sam := h.know(storetest.Actor("sam", "stranger.test"))
	hello := h.keep(storetest.Post(sam, "hello you", h.Now()))
	for i, name := range []string{"a", "b", "c", "d", "e"} {
		h.notify(social.NotifyLike, h.know(storetest.Actor(name, "good.test")), liked)
		if i == 2 { // something else between
			h.notify(social.NotifyFollow, sam, 0)
			h.notify(social.NotifyMention, sam, hello.ID)
		}
	}
	all := h.get("/notifications").wants(http.StatusOK).shows("ul.list > li", 3).shows("li.new", 3)
	all.says("main", "e , d and 3 others liked your post").says("main", "sam mentioned you").says("main", "hello you")
	all.says(".list > li details", "All 5 e now d now c now b now a now")
	all.says("nav.tabs", "All (7) Replies and mentions (1) Your posts (5) Follows (1) The house")
	all.shows(`a[href="/compose?reply=`+hello.ID.String()+`"]`, 1)
	h.get("/notifications?kind=mentions").shows("ul.list > li", 1)
	h.get("/notifications?kind=posts").shows("ul.list > li", 1)
	h.get("/notifications?kind=follows").shows("ul.list > li", 1)
	h.get("/notifications?kind=house").shows("ul.list > li", 0).shows(`form[action="/notifications/read"]`, 0)
	h.get("/notifications").shows("li.new", 3)

	upTo := all.attr("input[name=upto]", "value")
	follows := url.Values{"upto": {upTo}, "kind": {"follows"}, "next": {"/notifications?kind=follows"}}
	h.post("/notifications/read", follows).wants(http.StatusSeeOther, "/notifications?kind=follows")
	h.get("/notifications").shows("li.new", 2)
	seen := url.Values{"upto": {upTo}, "group": {"like-" + id, "no such group"}}
	h.post("/notifications/read", seen).wants(http.StatusNoContent)
	h.get("/notifications").shows("li.new", 1).says("li.new", "sam mentioned you")
	h.post("/notifications/read", url.Values{"upto": {"x"}, "group": {"ungrouped"}}).wants(http.StatusNotFound)
	h.get("/notifications").shows("li.new", 1)
	h.post("/notifications/read", url.Values{"upto": {upTo}}).wants(http.StatusSeeOther, "/notifications")
	h.get("/notifications").shows("ul.list > li", 3).shows("li.new", 0)

	h.update(func(tx *store.Tx) error { return tx.PutBlock(t.Context(), sam.ID) })
	h.get("/notifications").shows("ul.list > li", 1)
}

// TestEverybodyOfAGroup names more people than their line does, on pages of
// their own.
func TestEverybodyOfAGroup(t *testing.T) {
	h := openHouse(t)
	id := h.publish(url.Values{"text": {"liked by very many"}})
	liked, err := social.ParseID(id)
	h.must(err)
	for i := range 25 {
		h.notify(social.NotifyLike, h.know(storetest.Actor(fmt.Sprintf("fan%d", i), "good.test")), liked)
	}
	line := h.get("/notifications").shows("ul.list > li", 1).says("main", "fan24 , fan23 and 23 others liked your post")
	line.shows(".faces img", 6).says(".list details", "fan13").says(".list details", "See all 25")
	path := line.attr(".list details a[href^='/notifications/']", "href")
	first := h.get(path).wants(http.StatusOK).says("h1", "They liked your post").says("main", "liked by very many").shows("ul.list > li", 20).says("ul.list", "fan24")
	next := first.attr("a[rel=next]", "href")
	h.get(next).wants(http.StatusOK).shows("ul.list > li", 5).says("ul.list", "fan0").shows("a[rel=next]", 0)
	h.get("/notifications/like-12").wants(http.StatusNotFound)
	h.visit(path).wants(http.StatusSeeOther)
}

// TestBookmarks keeps a post, finds it again and lets it go; visitors see
// nothing of it.
func TestBookmarks(t *testing.T) {
	h := openHouse(t)
	sam := h.know(storetest.Actor("sam", "stranger.test"))
	p := h.keep(storetest.Post(sam, "worth keeping", h.Now()))
	h.get("/bookmarks").wants(http.StatusOK).says("main", "No bookmarks yet")
	page, act := "/posts/"+p.ID.String(), func(verb string) string { return "/posts/" + p.ID.String() + "/" + verb }
	h.get(page).shows(fmt.Sprintf("button[formaction=%q][aria-pressed=false]", act("bookmark")), 1)
	h.post(act("bookmark"), url.Values{"next": {page}}).wants(http.StatusSeeOther, page)
	h.get(page).shows(fmt.Sprintf("button[formaction=%q][aria-pressed=true]", act("unbookmark")), 1)
	h.get("/bookmarks").says("main", "worth keeping").shows("article", 1)
	part := url.Values{"part": {"1"}, "next": {"/"}}
	h.post(act("like"), part).wants(http.StatusOK).shows("main", 0).shows(".acts button[aria-pressed=true]", 2)
	h.post(act("unlike"), part).wants(http.StatusOK).shows(".acts button[aria-pressed=true]", 1)
	h.post("/posts/12/like", part).wants(http.StatusNotFound)
	h.visit("/bookmarks").wants(http.StatusSeeOther)
	h.post(act("unbookmark"), nil).wants(http.StatusSeeOther, page)
	h.get("/bookmarks").shows("article", 0)
	h.post("/posts/12/bookmark", nil).wants(http.StatusNotFound)
	for i := range 25 {
		kept := h.keep(storetest.Post(sam, fmt.Sprintf("number %d", i), h.Now()))
		h.post("/posts/"+kept.ID.String()+"/bookmark", nil).wants(http.StatusSeeOther)
	}
	first := h.get("/bookmarks").shows("article", 20).says("main", "number 24")
	h.get(first.attr("a[rel=next]", "href")).shows("article", 5).says("main", "number 0")
}

// TestShortcuts can be turned off, which the other preferences leave as it is.
func TestShortcutsCanBeTurnedOff(t *testing.T) {
	h := openHouse(t)
	h.get("/shortcuts").wants(http.StatusOK).shows("input[name=on][checked]", 1).shows("html[data-keys]", 0).says("main", "g then h Home")
	h.post("/shortcuts", nil).wants(http.StatusSeeOther, "/shortcuts")
	h.get("/shortcuts").shows("input[name=on][checked]", 0)
	h.get("/").shows("html[data-keys=off]", 1)
	h.post("/settings/preferences", url.Values{"boosts": {"none"}}).wants(http.StatusSeeOther)
	h.get("/").shows("html[data-keys=off]", 1)
	h.post("/shortcuts", url.Values{"on": {"1"}}).wants(http.StatusSeeOther, "/shortcuts")
	h.get("/").shows("html[data-keys]", 0)
	home, err := h.home.Store.FindHome(t.Context())
	h.must(err)
	if want := (social.Preferences{Visibility: home.Preferences.Visibility, Boosts: social.BoostsNone}); home.Preferences != want {
		t.Errorf("the preferences are %+v, want %+v", home.Preferences, want)
	}
}
