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

// holds has something of an actor held back.
func (h *house) holds(by *social.Actor, kind social.NotificationKind, post social.ID) {
	h.t.Helper()
	h.update(func(tx *store.Tx) error {
		return tx.PutHeld(h.t.Context(), social.Notification{Kind: kind, ActorID: by.ID, PostID: post, CreatedAt: tx.Now})
	})
}

// TestHeldBackOnPages decides who may notify, and on whom is held back, by forms.
func TestHeldBackOnPages(t *testing.T) {
	h := openHouse(t)
	bob, sam := h.know(storetest.Actor("bob", "far.test")), h.know(storetest.Actor("sam", "far.test"))
	p := h.keep(storetest.Post(bob, "1", h.Now()))
	h.get("/notifications").shows(`a[href="/notifications/held"]`, 0)
	h.holds(bob, social.NotifyMention, p.ID)
	h.holds(bob, social.NotifyFollow, 0)
	h.holds(sam, social.NotifyFollow, 0)
	h.get("/notifications").shows("ul.list li", 0).says("main", "2 people are held back")
	page := h.get("/notifications/held").shows("ul.list > li", 2).says("main", "2 notifications").shows("#policy option[value=hold][selected]", 0)
	if got := page.attr("[name=person]", "value"); got == "" {
		t.Fatal("nobody can be let through")
	}
	h.post("/notifications/held", url.Values{"person": {bob.ID.String()}, "act": {"accept"}}).wants(http.StatusSeeOther, "/notifications/held")
	h.get("/notifications").shows("ul.list > li", 2)
	h.post("/notifications/held", url.Values{"person": {sam.ID.String()}, "act": {"dismiss"}}).wants(http.StatusSeeOther)
	h.get("/notifications/held").shows("ul.list > li", 0)
	h.post("/notifications/held", url.Values{"person": {sam.ID.String()}, "act": {"accept"}}).wants(http.StatusNotFound)

	h.post("/notifications/policy", url.Values{"not_followed": {"hold"}, "letters": {"drop"}}).wants(http.StatusSeeOther, "/notifications/held")
	h.get("/notifications/held").shows("#not_followed [value=hold][selected]", 1).shows("#letters [value=drop][selected]", 1)
	h.post("/settings/preferences", url.Values{"visibility": {"public"}}).wants(http.StatusSeeOther)
	h.get("/notifications/held").shows("#not_followed [value=hold][selected]", 1)
	h.post("/notifications/policy", url.Values{"not_followed": {"shout"}}).wants(http.StatusUnprocessableEntity).shows("#not_followed-error", 1)
	h.get("/notifications/held").shows("#not_followed [value=hold][selected]", 1)
}

// TestHeldBackOfTheAPI does it as apps do, in both wordings of the policy.
func TestHeldBackOfTheAPI(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write")
	bob, sam := h.know(storetest.Actor("bob", "far.test")), h.know(storetest.Actor("sam", "far.test"))
	p := h.keep(storetest.Post(bob, "1", h.Now()))
	h.holds(bob, social.NotifyMention, p.ID)
	h.holds(sam, social.NotifyFollow, 0)
	const policy = "/api/v2/notifications/policy"
	if got := h.call("GET", policy, key).wants(200).body; got != `{"for_not_following":"accept","for_not_followers":"accept","for_new_accounts":"accept","for_private_mentions":"accept","for_limited_accounts":"accept","summary":{"pending_requests_count":2,"pending_notifications_count":2}}` {
		t.Errorf("the policy is %s", got)
	}
	if got := h.call("PATCH", policy, key, `{"for_not_following":"filter","for_limited_accounts":"drop"}`).wants(200).body; !strings.Contains(got, `"for_not_following":"filter","for_not_followers":"accept"`) || !strings.Contains(got, `"for_limited_accounts":"drop"`) {
		t.Errorf("then it is %s", got)
	}
	h.call("PATCH", policy, key, "for_new_accounts=hold").wants(422)
	if got := h.call("PUT", "/api/v1/notifications/policy", key, "filter_new_accounts=true&filter_not_following=false").wants(200).body; !strings.Contains(got, `{"filter_not_following":false,"filter_not_followers":false,"filter_new_accounts":true`) {
		t.Errorf("the old policy is %s", got)
	}

	const requests = "/api/v1/notifications/requests"
	list := h.call("GET", requests+"?limit=1", key).wants(200)
	if !strings.Contains(list.body, `"notifications_count":"1"`) || !strings.Contains(list.header.Get("Link"), `rel="next"`) {
		t.Errorf("the requests are %s", list.body)
	}
	one := h.call("GET", requests+"/"+bob.ID.String(), key).wants(200).body
	if !strings.Contains(one, `"last_status":{"id":"`+p.ID.String()+`"`) {
		t.Errorf("the request is %s", one)
	}
	all := func(query string, want int) {
		t.Helper()
		if got := h.call("GET", "/api/v1/notifications"+query, key).wants(200).body; strings.Count(got, `"group_key"`) != want {
			t.Errorf("%s gives %s", query, got)
		}
	}
	all("", 0)
	all("?include_filtered=true", 2)
	all("?include_filtered=true&account_id="+bob.ID.String(), 1)
	before := h.home.Dump("tokens")
	h.call("POST", requests+"/7/accept", key).wants(404)
	h.call("POST", requests+"/accept", key, "id[]="+bob.ID.String()+"&id[]=7").wants(404)
	if h.home.Dump("tokens") != before {
		t.Error("a refused call changed something")
	}
	h.call("POST", requests+"/"+bob.ID.String()+"/accept", key).wants(200)
	all("", 1)
	if got := h.call("GET", requests+"/merged", key).wants(200).body; got != `{"merged":true}` {
		t.Errorf("merged: %s", got)
	}
	h.call("POST", requests+"/dismiss", key, `{"id":["`+sam.ID.String()+`"]}`).wants(200)
	all("?include_filtered=true", 1)
	if got := h.call("GET", requests, key).wants(200).body; got != "[]" {
		t.Errorf("the requests are %s", got)
	}
}
