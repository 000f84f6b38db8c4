package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"croft/social"
	"croft/store/storetest"
)

// TestFiltersOnPages makes a filter by the form alone, and sees it fold, hide and
// cover, only where it is for and never without saying so.
func TestFiltersOnPages(t *testing.T) {
	h := openHouse(t)
	bob := h.know(storetest.Actor("bob", "far.test"))
	h.follows(bob)
	p := storetest.Post(bob, "1", h.Now())
	p.Content = "<p>The final is tonight</p>"
	p.Attachments = []social.Attachment{{Kind: social.MediaImage, RemoteURL: "https://far.test/a.png", MediaType: "image/png"}}
	p = h.keep(p)
	h.publish(url.Values{"text": {"My final word"}})
	page, person := "/posts/"+p.ID.String(), "/people/"+bob.ID.String()
	form := url.Values{"title": {"Football"}, "word_1": {"final"}, "whole_1": {"1"}, "word_2": {""}, "filter_action": {"hide"}, "context": {"home"}}

	before := h.home.Dump("sessions")
	for field, value := range map[string]string{"title": "", "word_1": "", "filter_action": "shout", "context": "street", "lasts": "long"} {
		wrong := url.Values{}
		for name, values := range form {
			wrong[name] = values
		}
		wrong.Set(field, value)
		h.post("/settings/filters", wrong).wants(http.StatusUnprocessableEntity).shows(".error", 1)
	}
	if h.home.Dump("sessions") != before {
		t.Error("a refused form changed something")
	}
	h.post("/settings/filters", form).wants(http.StatusSeeOther, "/settings/filters")
	filter := h.get("/settings/filters").says("ul.list", "Football").says("ul.list", "final").attr("ul.list a.name", "href")
	home := h.get("/").shows("article.post", 2).says("article.post .why", "hides a post here.").says("main", "My final word")
	if strings.Contains(home.body, "tonight") {
		t.Error("what is hidden stands in the page")
	}
	h.get(page).says("main", "tonight").shows("details.veil", 0)
	h.get(person).says("main", "tonight").shows("details.veil", 0)

	again := formAt(h.get(filter).shows("[name=word_1][value=final]", 1), "main form:has([name=title])")
	again.Set("filter_action", "warn")
	again["context"] = []string{"home", "account"}
	again.Set("word_2", "tonight")
	h.post(filter, again).wants(http.StatusSeeOther, "/settings/filters")
	h.get("/").shows("details.veil:not([open])", 1).says("details.veil summary", "Filtered: Football")
	h.get(person).shows("details.veil:not([open])", 1)
	again.Set("filter_action", "blur")
	again.Set("lasts", "60")
	h.post(filter, again).wants(http.StatusSeeOther)
	h.get("/").says("main", "tonight").says("details.veil summary", "Filtered: Football").shows("details.veil .shots", 1)
	h.get(filter).says("#lasts option[selected]", "Until")
	h.post(filter+"/delete", nil).wants(http.StatusSeeOther, "/settings/filters")
	h.get("/").shows("details.veil", 0)
	h.get(filter).wants(http.StatusNotFound)
}

// TestFilterOfOnePost hides a post by what it is, from its menu, and lets it go.
func TestFilterOfOnePost(t *testing.T) {
	h := openHouse(t)
	bob := h.know(storetest.Actor("bob", "far.test"))
	h.follows(bob)
	p := h.keep(storetest.Post(bob, "1", h.Now()))
	other := h.keep(storetest.Post(bob, "2", h.Now()))
	menu := h.get("/").attr(`#p`+p.ID.String()+` .menu a[href*="/settings/filters"]`, "href")
	form := formAt(h.get(menu).says("h2", "This post"), "main form:has([name=title])")
	form.Set("title", "Enough")
	form.Set("filter_action", "hide")
	form["context"] = []string{"home"}
	h.post("/settings/filters", form).wants(http.StatusSeeOther)
	h.get("/").shows("article.post .why", 1)
	filter := h.get("/settings/filters").says("ul.list", "1 single post").attr("ul.list a.name", "href")
	h.post(filter+"/post", url.Values{"post": {other.ID.String()}}).wants(http.StatusSeeOther, filter)
	h.get("/").shows("article.post .why", 2)
	h.post(filter+"/post", url.Values{"post": {"7"}}).wants(http.StatusNotFound)
	h.post(filter+"/post", url.Values{"post": {p.ID.String()}, "out": {"1"}}).wants(http.StatusSeeOther, filter)
	h.get(filter).shows(".list li", 1)
	h.get("/").shows("article.post .why", 1)
}

// TestFilteredNotification folds what a mention says.
func TestFilteredNotification(t *testing.T) {
	h := openHouse(t)
	bob := h.know(storetest.Actor("bob", "far.test"))
	_, err := h.tl.SaveFilter(t.Context(), social.Filter{
		Title: "Football", Action: social.FilterHide, Contexts: []social.FilterContext{social.FilterNotifications}, Keywords: []social.FilterKeyword{{Word: "final"}},
	})
	h.must(err)
	p := storetest.Post(bob, "1", h.Now())
	p.Content = "<p>The final is tonight</p>"
	p = h.keep(p)
	h.notify(social.NotifyMention, bob, p.ID)
	h.get("/notifications").says("ul.list", "hides what it says.").shows("ul.list li", 1)
}
