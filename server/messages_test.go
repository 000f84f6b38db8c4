package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"croft/social"
	"croft/store/storetest"
)

// letter keeps a direct post to the owner and others, of which the owner is
// told.
func (h *house) letter(by *social.Actor, name string, to ...*social.Actor) *social.Post {
	h.t.Helper()
	h.Advance(time.Second)
	p := storetest.Post(by, name, h.Now())
	p.Visibility, p.To, p.Cc = social.Direct, []string{h.home.Site.Actor()}, nil
	p.Mentions = []social.Mention{{URI: h.home.Site.Actor(), Handle: h.home.Site.Handle().String()}}
	for _, a := range to {
		p.To = append(p.To, a.URI)
		p.Mentions = append(p.Mentions, social.Mention{URI: a.URI, Handle: a.Handle.String()})
	}
	p = h.keep(p)
	h.notify(social.NotifyMention, by, p.ID)
	return p
}

// TestConversationIsRead by its button, up to what was shown, or by an answer;
// looking alone changes nothing, and other conversations stay unread.
func TestConversationIsRead(t *testing.T) {
	h := openHouse(t)
	sam, ann := h.home.Know(h.Peer("stranger.test").Person("sam")), h.home.Know(h.Peer("good.test").Person("ann"))
	h.letter(sam, "one")
	last := h.letter(sam, "two")
	group := h.letter(sam, "to both", ann)
	h.get("/messages").shows("li.new", 2).says("main li:nth-child(2)", "2 new")
	path := "/messages/" + last.ID.String()
	for range 2 {
		h.get(path).wants(http.StatusOK).shows("form[data-read]", 1).says(`nav a[href="/messages"]`, "3")
	}
	action := h.get(path).attr("form[data-read]", "action")
	h.letter(sam, "three") // after the page was shown
	h.post(action, url.Values{"next": {path + "#answer"}}).wants(http.StatusSeeOther, path+"#answer")
	h.get("/messages").says("main li:first-child", "1 new").says(`nav a[href="/messages"]`, "2")

	both := h.get("/messages/"+group.ID.String()).says("h1", "ann").says("h1", "sam").says("textarea#text", "@sam@stranger.test").says("textarea#text", "@ann@good.test").
		says("main", "not end-to-end encrypted")
	h.post("/compose", url.Values{"text": {both.text("textarea#text") + " yes"}, "visibility": {"direct"}, "in_reply_to": {group.ID.String()}}).wants(http.StatusSeeOther)
	h.get("/messages/"+group.ID.String()).shows("ol.letters > li", 2).shows("form[data-read]", 0)
	h.get("/messages").shows("li.new", 1)
	h.post("/messages/77/read", nil).wants(http.StatusNotFound)
	h.post("/messages/"+h.said(sam, "open", nil).ID.String()+"/read", nil).wants(http.StatusNotFound)
}

// TestLongConversation is read page by page, and a letter of the owner's can be
// taken back; nothing of it is seen anywhere else.
func TestLongConversation(t *testing.T) {
	h := openHouse(t)
	sam := h.home.Know(h.Peer("stranger.test").Person("sam"))
	h.follows(sam)
	var last *social.Post
	for i := range 25 {
		last = h.letter(sam, fmt.Sprint("letter ", i))
	}
	page := h.get("/messages/"+last.ID.String()).shows("ol.letters > li", 20).says("ol.letters > li:last-child", "letter 24")
	h.get(page.attr("main p.row > a.btn", "href")).shows("ol.letters > li", 5).says("ol.letters > li", "letter 0")
	h.post("/compose", url.Values{"text": {"@sam@stranger.test mine"}, "visibility": {"direct"}, "in_reply_to": {last.ID.String()}}).wants(http.StatusSeeOther)
	for _, path := range []string{"/", "/@owner", "/@owner.atom"} {
		h.get(path).wants(http.StatusOK).shows("article.post", 0)
	}
	h.visit("/@owner").shows("article.post", 0)
	ask := h.get(h.get("/messages/"+last.ID.String()).attr("li.me a[href$=delete]", "href")).wants(http.StatusOK)
	h.post(ask.attr("main form", "action"), url.Values{"next": {ask.attr("main form input[name=next]", "value")}}).wants(http.StatusSeeOther, "/messages")
	h.get("/messages").says("main li", "letter 24").shows("main li .entry", 1)
}

// TestLetterAboutPost: what answers an open post in confidence is read among the
// messages and not in the thread, which says so to the owner alone.
func TestLetterAboutPost(t *testing.T) {
	h := openHouse(t)
	sam := h.home.Know(h.Peer("stranger.test").Person("sam"))
	id, err := social.ParseID(h.publish(url.Values{"text": {"to all"}}))
	h.must(err)
	post, err := h.home.Store.FindPost(t.Context(), id)
	h.must(err)
	letter := storetest.Post(sam, "in confidence", h.Now())
	letter.Visibility, letter.To, letter.Cc = social.Direct, []string{h.home.Site.Actor()}, nil
	letter.InReplyTo, letter.InReplyToID = post.URI, post.ID
	letter = h.keep(letter)
	answer := h.letter(sam, "more of it")
	answer.InReplyTo, answer.InReplyToID = letter.URI, letter.ID
	h.keep(answer)
	h.get("/posts/"+id.String()).shows("article", 1).says("#told", "2 more are messages and in Messages").shows(`#told a[href="/messages"]`, 1)
	h.visit("/@owner/"+id.String()).shows("article", 1).shows("#told a", 0)
	h.get("/messages/"+letter.ID.String()).shows("ol.letters > li", 2).says("ol.letters > li", "About a post of").
		shows(`ol.letters a[href="/posts/`+id.String()+`"]`, 1)
	h.get("/posts/"+letter.ID.String()).shows("article.up", 1).shows("#answer article", 1)
}
