package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// TestMeet finds somebody by their handle, follows them and changes their mind.
func TestMeet(t *testing.T) {
	h := openHouse(t)
	alice := h.Peer("good.test").Person("alice")
	found := h.get("/search?q=" + url.QueryEscape("@alice@good.test")).wants(http.StatusSeeOther)
	person := h.get(found.location).wants(http.StatusOK).says("h1", "alice").shows(`form[action$="/follow"]`, 1)
	if got := person.attr("a[href^='https://good.test']", "href"); got == "" {
		t.Errorf("nothing leads to %s", alice.URI)
	}
	h.post(found.location+"/follow", url.Values{"next": {found.location}}).wants(http.StatusSeeOther, found.location)
	h.get(found.location).says("main", "You asked to follow them").shows(`form[action$="/unfollow"]`, 1)
	h.get("/following").shows("ul.list > li", 0).shows(`a[href="/following?asked=1"]`, 1)
	h.get("/following?asked=1").says("h1", "People you asked").shows("ul.list > li", 1).says("ul.list", "alice").shows("ul.list time", 1).says("ul.list", "Take it back")
	h.post(found.location+"/unfollow", nil).wants(http.StatusSeeOther, found.location)
	h.get("/following").shows("ul.list > li", 0).shows(`a[href="/following?asked=1"]`, 0)
	h.get("/following?asked=1").shows("ul.list > li", 0)
	h.get(found.location).shows(`form[action$="/follow"]`, 1)

	failed := h.get("/search?q=" + url.QueryEscape("@nobody@good.test")).wants(http.StatusUnprocessableEntity)
	failed.shows(".note.bad", 1)
	if got := failed.attr("#q", "value"); got != "@nobody@good.test" {
		t.Errorf("what was typed is now %q", got)
	}
}

// TestKeepingPeace does what can be done about somebody, from their page.
func TestKeepingPeace(t *testing.T) {
	h := openHouse(t)
	sam := h.know(storetest.Actor("sam", "stranger.test"))
	post := h.keep(storetest.Post(sam, "rude words", h.Now()))
	h.followedBy(sam, social.FollowAccepted)
	path := "/people/" + sam.ID.String()
	do := func(act, says string) {
		t.Helper()
		h.post(path+"/"+act, nil).wants(http.StatusSeeOther, path)
		if says != "" {
			h.get(path).says("main", says)
		}
	}
	h.get(path).says("main", "Follows you").says("main", "rude words")
	h.get("/followers").shows("ul.list > li", 1)
	do("remove", "")
	h.get("/followers").shows("ul.list > li", 0)
	do("mute", "You muted them")
	h.get("/settings/moderation").says("main", "sam")
	do("unmute", "")
	h.follows(sam)
	do("block", "You block them")
	h.get("/following").shows("ul.list > li", 0)
	h.post(path+"/follow", nil).wants(http.StatusUnprocessableEntity).says("main", "Unblock them first")
	do("unblock", "")

	h.get("/hosts/block?host=stranger.test").wants(http.StatusOK).says("main", "stranger.test").shows("form[action='/hosts/block']", 1)
	h.post("/hosts/block", url.Values{"host": {"stranger.test"}, "next": {path}}).wants(http.StatusSeeOther, path)
	h.get(path).says("main", "You block their whole server")
	h.post("/hosts/unblock", url.Values{"host": {"stranger.test"}, "next": {path}}).wants(http.StatusSeeOther, path)

	report := h.get(path+"/report?post="+post.ID.String()).wants(http.StatusOK).shows("input[name=post][checked]", 1)
	report.says("main", "rude words")
	long := url.Values{"comment": {strings.Repeat("x", 5001)}, "post": {post.ID.String()}}
	h.post(path+"/report", long).wants(http.StatusUnprocessableEntity).shows("#comment-error", 1).shows("input[name=post][checked]", 1)
	h.post(path+"/report", url.Values{"comment": {"he shouts"}, "post": {post.ID.String()}}).wants(http.StatusSeeOther, path)
	h.get("/reports").shows("ul.list > li", 1).says("main", "You reported").says("main", "he shouts").says("main", "rude words")
}

// TestRequests lets one person in and declines another.
func TestRequests(t *testing.T) {
	h := openHouse(t)
	sam, carol := h.know(storetest.Actor("sam", "stranger.test")), h.know(storetest.Actor("carol", "friend.test"))
	h.followedBy(sam, social.FollowPending)
	h.followedBy(carol, social.FollowPending)
	h.get("/requests").shows("ul.list > li", 2)
	h.get("/people/"+sam.ID.String()).says("main", "They ask to follow you")
	h.post("/people/"+sam.ID.String()+"/accept", nil).wants(http.StatusSeeOther, "/requests")
	h.post("/people/"+carol.ID.String()+"/reject", nil).wants(http.StatusSeeOther, "/requests")
	h.get("/requests").shows("ul.list > li", 0)
	h.get("/followers").shows("ul.list > li", 1).says("ul.list", "sam")
	h.post("/people/"+carol.ID.String()+"/accept", nil).wants(http.StatusNotFound)
}

func (h *house) notify(kind social.NotificationKind, by *social.Actor, post social.ID) {
	h.t.Helper()
	h.update(func(tx *store.Tx) error {
		_, err := tx.PutNotification(h.t.Context(), social.Notification{Kind: kind, ActorID: by.ID, PostID: post, CreatedAt: tx.Now})
		return err
	})
}

// TestMessages reads a message and answers it on its own page.
func TestMessages(t *testing.T) {
	h := openHouse(t)
	sam := h.Peer("stranger.test").Person("sam")
	known := h.home.Know(sam)
	letter := storetest.Post(known, "psst", h.Now())
	letter.Visibility, letter.To, letter.Cc = social.Direct, []string{h.home.Site.Actor()}, nil
	letter = h.keep(letter)
	h.notify(social.NotifyMention, known, letter.ID)

	list := h.get("/messages").wants(http.StatusOK).shows("ul.list > li", 1).shows("li.new", 1).says("main li", "psst").
		says(`nav a[href="/messages"]`, "1")
	path := list.attr("main li a.name", "href")
	h.get(path).wants(http.StatusOK).says("h1", "sam").shows("ol.letters > li", 1).says("textarea#text", "@sam@stranger.test")
	form := url.Values{"text": {"@sam@stranger.test yes?"}, "visibility": {"direct"}, "in_reply_to": {letter.ID.String()}, "next": {path + "#answer"}}
	h.post("/compose", form).wants(http.StatusSeeOther, path+"#answer")
	h.get(path).shows("ol.letters > li", 2).shows("li.me", 1).says("li.me", "yes?")
	h.get("/messages").shows("ul.list > li", 1).says("main li", "yes?")
	h.get("/").shows("article.post", 0)
	h.visit("/@owner").shows("article.post", 0)

	note := h.keep(storetest.Post(known, "no letter", h.Now()))
	h.get("/messages/" + note.ID.String()).wants(http.StatusNotFound)
	form.Set("text", "")
	h.post("/compose", form).wants(http.StatusUnprocessableEntity).shows("#text-error", 1).says("aside", "psst").shows("input[value=direct][checked]", 1)
}

// TestReports reads a report that arrived and closes it.
func TestReports(t *testing.T) {
	h := openHouse(t)
	id := h.publish(url.Values{"text": {"a bold claim"}})
	server := h.know(storetest.Actor("good.test", "good.test"))
	h.update(func(tx *store.Tx) error {
		_, err := tx.PutReport(t.Context(), social.Report{
			URI: "https://good.test/flags/1", ActorID: server.ID, TargetID: h.home.Node.OwnerID(), CreatedAt: tx.Now,
			Posts: []string{h.home.Site.Actor() + "/" + id, "https://good.test/unknown"}, Comment: "not so",
		})
		return err
	})
	page := h.get("/reports").shows("ul.list > li", 1).says("main li", "not so").says("main li", "a bold claim").says("main li", "reported you")
	h.post(page.attr("main li form", "action"), nil).wants(http.StatusSeeOther, "/reports")
	h.get("/reports").says("main li", "Closed").shows("main li form", 0)
	h.post("/reports/77/close", nil).wants(http.StatusNotFound)
}
