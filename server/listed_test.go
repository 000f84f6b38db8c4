package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"croft/social"
	"croft/store/storetest"
)

// TestListsOfTheAPI makes a list, puts people in and takes them out, and reads
// what they say, as apps do.
func TestListsOfTheAPI(t *testing.T) {
	h := openHouse(t)
	token := h.key("read write")
	bob, carol := h.know(storetest.Actor("bob", "far.test")), h.know(storetest.Actor("carol", "far.test"))
	h.follows(bob)
	for _, fields := range []string{"", "title=+", "title=x&replies_policy=some", "title=" + strings.Repeat("x", 101)} {
		h.call("POST", "/api/v1/lists", token, fields).wants(422)
	}
	made := h.call("POST", "/api/v1/lists", token, `{"title":"Weavers","exclusive":true}`).wants(200)
	if made.field("replies_policy") != "list" || made.fields()["exclusive"] != true {
		t.Errorf("it is made as %s", made.body)
	}
	path := "/api/v1/lists/" + made.field("id")
	h.call("POST", path+"/accounts", token, `{"account_ids":["`+bob.ID.String()+`","`+carol.ID.String()+`"]}`).wants(422)
	if got := h.call("GET", path+"/accounts", token).wants(200); strings.TrimSpace(got.body) != "[]" {
		t.Errorf("a refused call put in %s", got.body)
	}
	h.follows(carol)
	for range 2 { // twice is once
		h.call("POST", path+"/accounts?account_ids[]="+bob.ID.String(), token).wants(200)
		h.call("POST", path+"/accounts", token, "account_ids[]="+carol.ID.String()).wants(200)
	}
	if got := h.call("GET", path+"/accounts?limit=0", token).wants(200); strings.Count(got.body, `"acct"`) != 2 {
		t.Errorf("in it are %s", got.body)
	}
	if got := h.call("GET", "/api/v1/accounts/"+bob.ID.String()+"/lists", token).wants(200); !strings.Contains(got.body, "Weavers") {
		t.Errorf("bob is in %s", got.body)
	}
	var ids []string
	for _, p := range h.talk(bob, "word", 7) {
		ids = append(ids, p.ID.String())
	}
	w := walker{h, "/api/v1/timelines/list/" + made.field("id"), token, ids, func() {}}
	w.all()
	w.since(2)
	if got := h.call("GET", "/api/v1/timelines/home", token).wants(200); strings.TrimSpace(got.body) != "[]" {
		t.Errorf("what stands in an exclusive list stands at home: %s", got.body)
	}
	if got := h.call("PUT", path, token, "exclusive=false").wants(200); got.field("title") != "Weavers" || got.fields()["exclusive"] != false {
		t.Errorf("after the change it is %s", got.body)
	}
	if got := h.call("GET", "/api/v1/timelines/home", token).wants(200); !strings.Contains(got.body, ids[0]) {
		t.Error("home misses who is in no exclusive list")
	}
	h.call("DELETE", path+"/accounts?account_ids[]="+bob.ID.String(), token).wants(200)
	h.call("DELETE", path+"/accounts?account_ids[]="+bob.ID.String(), token).wants(200)
	if got := h.call("GET", path+"/accounts", token).wants(200); strings.Count(got.body, `"acct"`) != 1 {
		t.Errorf("left in it are %s", got.body)
	}
	h.call("DELETE", path, token).wants(200)
	for _, at := range []string{path, path + "/accounts", "/api/v1/timelines/list/" + made.field("id")} {
		h.call("GET", at, token).wants(404)
	}
	h.call("DELETE", path, token).wants(404)
}

func TestNotesOfTheAPI(t *testing.T) {
	h := openHouse(t)
	token := h.key("read write")
	bob := h.know(storetest.Actor("bob", "far.test"))
	path := "/api/v1/accounts/" + bob.ID.String() + "/note"
	if got := h.call("POST", path, token, "comment=met+at+the+fair").wants(200); got.field("note") != "met at the fair" {
		t.Errorf("noted is %s", got.body)
	}
	h.call("POST", path, token, "comment="+strings.Repeat("x", social.MaxNote+1)).wants(422)
	h.get("/people/"+bob.ID.String()).says("#note", "met at the fair")
	h.post("/people/"+bob.ID.String()+"/note", url.Values{"note": {""}}).wants(http.StatusSeeOther)
	if got := h.call("GET", "/api/v1/accounts/relationships?id[]="+bob.ID.String(), token).wants(200); !strings.Contains(got.body, `"note":""`) {
		t.Errorf("after it was taken away: %s", got.body)
	}
	h.call("POST", "/api/v1/accounts/7/note", token, "comment=x").wants(404)
}

func TestListsOnPages(t *testing.T) {
	h := openHouse(t)
	bob := h.know(storetest.Actor("bob", "far.test"))
	h.follows(bob)
	h.get("/").shows(".tabs", 0)
	h.get("/lists").says("main", "No lists yet.")
	h.post("/lists", url.Values{"title": {""}, "replies_policy": {"list"}}).wants(http.StatusUnprocessableEntity).shows("#title-error", 1)
	list := h.post("/lists", url.Values{"title": {"Weavers"}, "replies_policy": {"none"}}).wants(http.StatusSeeOther).location
	id := strings.TrimPrefix(list, "/lists/")
	h.talk(bob, "word", 21)
	person := "/people/" + bob.ID.String()
	h.get(person).shows("#aside [name=list]:not([checked])", 1)
	h.post(person+"/lists", url.Values{"list": {id}}).wants(http.StatusSeeOther, person)
	h.get(person).shows("#aside [name=list][checked]", 1)
	page := h.get(list).wants(http.StatusOK).shows("article.post", 20).says(".tabs [aria-current]", "Weavers")
	h.get(page.attr("a[rel=next]", "href")).shows("article.post", 1)
	h.get("/").says(".tabs", "Weavers").says(".tabs [aria-current]", "Following")
	h.get(list+"/edit").shows("[name=person]", 1).shows("[value=none][checked]", 1)
	h.post(list+"/edit", url.Values{"title": {"Spinners"}, "replies_policy": {"list"}, "exclusive": {"1"}}).wants(http.StatusSeeOther, list)
	h.get("/").says(".tabs", "Spinners").shows("article.post", 0)
	h.post(list+"/edit", url.Values{"title": {strings.Repeat("x", 101)}, "replies_policy": {"list"}}).wants(http.StatusUnprocessableEntity)
	h.post(list+"/remove", url.Values{"person": {bob.ID.String()}}).wants(http.StatusSeeOther, list+"/edit")
	h.get(list).shows("article.post", 0)
	h.post(list+"/delete", nil).wants(http.StatusSeeOther, "/lists")
	for _, path := range []string{list, list + "/edit"} {
		h.get(path).wants(http.StatusNotFound)
	}
	h.post(fmt.Sprint(list, "/edit"), url.Values{"title": {"x"}, "replies_policy": {"list"}}).wants(http.StatusNotFound)
}
