package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"croft/social"
	"croft/store/storetest"
)

// TestWhoMayReply is chosen at the desk, and what waits is shown or not by the
// owner's word, by forms and by apps.
func TestWhoMayReply(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write")
	before := h.home.Dump("sessions", "tokens", "apps")
	h.post("/compose", url.Values{"text": {"hello"}, "visibility": {"public"}, "may_reply": {"friends"}}).wants(http.StatusUnprocessableEntity).shows("#may_reply-error", 1)
	if h.home.Dump("sessions", "tokens", "apps") != before {
		t.Error("a refused form changed something")
	}
	id := h.publish(url.Values{"text": {"hello"}, "may_reply": {"nobody"}})
	h.get("/posts/"+id+"/edit").shows("#may_reply [value=nobody][selected]", 1)
	if got := h.document("/@owner/" + id); !strings.Contains(got, `"canReply":{"always":["https://me.test/@owner"]`) {
		t.Errorf("other servers get %s", got)
	}
	parent, err := social.ParseID(id)
	h.must(err)
	post, err := h.home.Store.FindPost(t.Context(), parent)
	h.must(err)
	var replies []*social.Post
	for _, name := range []string{"bob", "sam", "dora"} {
		p := storetest.Post(h.know(storetest.Actor(name, "far.test")), "1", h.Now())
		p.Content, p.InReplyTo = social.HTML("<p>"+name+" answers</p>"), post.URI
		replies = append(replies, h.keep(p))
	}
	path := func(i int) string { return replies[i].ID.String() }
	h.visit("/@owner/"+id).shows("#answer article", 0)
	h.get("/").says("aside", "3 replies wait for your word")
	h.get("/replies").shows("ul.list > li", 3).says("main", "bob answers")
	h.post("/posts/"+path(0)+"/approve", nil).wants(http.StatusSeeOther, "/replies")
	h.post("/posts/"+path(1)+"/decline", nil).wants(http.StatusSeeOther, "/replies")
	h.visit("/@owner/"+id).says("main", "bob answers")
	const requests = "/api/v1/interaction_requests"
	got := h.call("GET", requests, key).wants(200).body
	if strings.Count(got, `"type":"reply"`) != 1 || !strings.Contains(got, "dora answers") || !strings.Contains(got, `"status":{"id":"`+id) {
		t.Errorf("what waits is %s", got)
	}
	h.call("POST", requests+"/"+path(1)+"/reject", key).wants(404)
	h.call("POST", requests+"/"+path(2)+"/authorize", key).wants(200)
	h.call("POST", requests+"/"+path(2)+"/authorize", key).wants(404)
	if got := h.call("GET", "/api/v1/statuses/"+id+"/context", "").wants(200).body; !strings.Contains(got, "dora answers") || strings.Contains(got, "sam answers") {
		t.Errorf("around the post stands %s", got)
	}
	h.get("/replies").shows("ul.list > li", 0)

	one := h.call("POST", "/api/v1/statuses", key, `{"status":"By an app","interaction_policy":{"can_reply":{"automatic_approval":["author","followers"],"manual_approval":["public"]}}}`).wants(200)
	if got := h.document("/@owner/" + one.field("id")); !strings.Contains(got, `"automaticApproval":["https://me.test/@owner/followers"]`) {
		t.Errorf("other servers get %s", got)
	}
	h.call("POST", "/api/v1/statuses", key, `{"status":"x","interaction_policy":{"can_reply":{"automatic_approval":["friends"]}}}`).wants(422)
}
