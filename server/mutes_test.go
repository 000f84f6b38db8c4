package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"croft/social"
	"croft/store/storetest"
)

// TestMuteForAWhile mutes from the page of a person with an end, and from its menu
// for good.
func TestMuteForAWhile(t *testing.T) {
	h := openHouse(t)
	bob := h.know(storetest.Actor("bob", "far.test"))
	path := "/people/" + bob.ID.String()
	h.post(path+"/mute", url.Values{"lasts": {"60"}, "heed": {"1"}}).wants(http.StatusSeeOther)
	h.get(path).says("main", "You muted them until").says("main", "You are told all the same")
	relation, err := h.home.Store.FindRelation(t.Context(), bob.ID)
	h.must(err)
	if left := relation.MutedUntil.Sub(h.Now()); !relation.Heeding || left > time.Hour || left < 59*time.Minute {
		t.Errorf("the relation is %+v", relation)
	}
	h.post(path+"/unmute", nil).wants(http.StatusSeeOther)
	h.post(path+"/mute", url.Values{"lasts": {"long"}}).wants(http.StatusUnprocessableEntity)
	if relation, err = h.home.Store.FindRelation(t.Context(), bob.ID); err != nil || relation.Muting {
		t.Errorf("a refused form muted: %+v (%v)", relation, err)
	}
	h.post(path+"/mute", nil).wants(http.StatusSeeOther)
	h.get(path).says("main", "You muted them.").shows(`#aside form[action$="/mute"]`, 0)
}

// TestWhatOneSees keeps the wishes about somebody by the form, and as apps have
// them.
func TestWhatOneSees(t *testing.T) {
	h := openHouse(t)
	bob := h.know(storetest.Actor("bob", "far.test"))
	path, key := "/people/"+bob.ID.String(), h.key("read write follow")
	h.get(path).shows("#aside [name=notify]", 0)
	h.post(path+"/see", url.Values{"notify": {"1"}}).wants(http.StatusUnprocessableEntity)
	h.follows(bob)
	h.post(path+"/see", url.Values{"notify": {"1"}, "languages": {"en, gd"}}).wants(http.StatusSeeOther, path)
	h.get(path).shows("#aside [name=notify][checked]", 1).shows("#aside [name=boosts][checked]", 0).shows(`#aside [name=languages][value="en, gd"]`, 1)
	h.post(path+"/see", url.Values{"languages": {"a language"}, "boosts": {"1"}}).wants(http.StatusUnprocessableEntity)
	got := h.call("GET", "/api/v1/accounts/relationships?id="+bob.ID.String(), key).wants(200).body
	if !strings.Contains(got, `"showing_reblogs":false,"notifying":true,"languages":["en","gd"]`) {
		t.Errorf("the relationship is %s", got)
	}
	call := "/api/v1/accounts/" + bob.ID.String()
	if got := h.call("POST", call+"/follow", key, `{"notify":false,"reblogs":true}`).wants(200).body; !strings.Contains(got, `"showing_reblogs":true,"notifying":false,"languages":["en","gd"]`) {
		t.Errorf("then it is %s", got)
	}
	h.call("POST", call+"/follow", key, `{"languages":["a language"]}`).wants(422)
	if got := h.call("POST", call+"/follow", key, `{"languages":["pt_BR"]}`).wants(200).body; !strings.Contains(got, `"languages":["pt-BR"]`) {
		t.Errorf("then it is %s", got)
	}
	if got := h.call("POST", call+"/follow", key, `languages[]=`).wants(200).body; !strings.Contains(got, `"languages":[]`) {
		t.Errorf("then it is %s", got)
	}
	if got := h.call("POST", call+"/mute", key, "duration=60&notifications=false").wants(200).body; !strings.Contains(got, `"muting":true,"muting_notifications":false,"muting_expires_at":"2`) {
		t.Errorf("muted it is %s", got)
	}
}

// TestMuteConversation mutes a thread from the menu of one of its posts, and as
// apps do.
func TestMuteConversation(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write")
	bob := h.know(storetest.Actor("bob", "far.test"))
	h.follows(bob)
	p := h.keep(storetest.Post(bob, "1", h.Now()))
	answer := storetest.Post(bob, "2", h.Now())
	answer.InReplyTo = p.URI
	answer = h.keep(answer)
	path := "/posts/" + answer.ID.String()
	h.get(path).shows(`[formaction="`+path+`/mute"]`, 1)
	h.post(path+"/mute", url.Values{"next": {path}}).wants(http.StatusSeeOther, path)
	h.get(path).shows(`[formaction="`+path+`/unmute"]`, 1).shows(`[formaction="/posts/`+p.ID.String()+`/unmute"]`, 1)
	call := "/api/v1/statuses/" + p.ID.String()
	if got := h.call("GET", call, key).wants(200).body; !strings.Contains(got, `"muted":true`) {
		t.Errorf("it is %s", got)
	}
	if got := h.call("POST", call+"/unmute", key).wants(200).body; !strings.Contains(got, `"muted":false`) {
		t.Errorf("it is %s", got)
	}
	h.get(path).shows(`[formaction="`+path+`/mute"]`, 1)
	h.call("POST", call+"/mute", key).wants(200)
	h.call("POST", "/api/v1/statuses/7/mute", key).wants(404)
	h.post("/posts/7/mute", nil).wants(http.StatusNotFound)
	h.notify(social.NotifyPost, bob, p.ID)
	h.get("/notifications").says("main", "posted")
	if got := h.call("GET", "/api/v1/notifications?types[]=status", key).wants(200).body; !strings.Contains(got, `"type":"status"`) {
		t.Errorf("the notifications are %s", got)
	}
}
