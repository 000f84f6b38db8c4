package server_test

import (
	"net/http"
	"strings"
	"testing"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// TestWhatGoesRound shows trends and suggestions where nothing is searched, and to
// apps of the owner's alone.
func TestWhatGoesRound(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write")
	bob, sam := h.know(storetest.Actor("bob", "far.test")), h.know(storetest.Actor("sam", "far.test"))
	h.follows(bob)
	p := storetest.Post(sam, "1", h.Now())
	p.Tags, p.Content = []string{"Wool"}, `<p>See <a href="https://weave.test/loom">a loom</a></p>`
	p = h.keep(p)
	h.get("/search").shows("section", 0).says("main", "Everybody known here")
	h.boost(bob, p)
	dora := h.know(storetest.Actor("dora", "far.test"))
	h.update(func(tx *store.Tx) error { return tx.SetCircle(t.Context(), bob.ID, []string{dora.URI, sam.URI}) })
	h.get("/search").says("[aria-labelledby=around-tags]", "wool").says("[aria-labelledby=around-links]", "a loom").says("[aria-labelledby=around-links]", "1 person").
		shows("[aria-labelledby=around-posts] article", 1).shows("[aria-labelledby=around-people] li", 2).says("[aria-labelledby=around-people]", "Followed by 1 person")
	h.get("/search?q=nothing").shows("[aria-labelledby=around-tags]", 0)
	for path, want := range map[string]string{
		"/api/v1/trends": `"name":"wool"`, "/api/v1/trends/tags": `"accounts":"1","uses":"1"`, "/api/v1/trends/statuses": `"id":"` + p.ID.String(),
		"/api/v1/trends/links": `{"url":"https://weave.test/loom","title":"a loom"`, "/api/v1/suggestions": `"acct":"dora@far.test"`,
		"/api/v2/suggestions": `{"source":"past_interactions","sources":["friends_of_friends"],"account":{"id":"`,
		"/api/v1/accounts/familiar_followers?id[]=" + sam.ID.String(): `"accounts":[{"id":"` + bob.ID.String(),
	} {
		if got := h.call("GET", path, key).wants(200).body; !strings.Contains(got, want) {
			t.Errorf("%s gives %s, want %s", path, got, want)
		}
		if strings.Contains(path, "trends") {
			if got := h.call("GET", path, "").wants(200).body; got != "[]" {
				t.Errorf("%s tells anybody %s", path, got)
			}
		}
	}
	h.post("/people/"+sam.ID.String()+"/unsuggest", nil).wants(http.StatusSeeOther)
	h.call("DELETE", "/api/v1/suggestions/"+dora.ID.String(), key).wants(200)
	h.call("DELETE", "/api/v1/suggestions/7", key).wants(404)
	h.get("/search").shows("[aria-labelledby=around-people]", 0)
}

// TestDirectory is of who wishes to be found, in either order, and strangers see
// the owner at most.
func TestDirectory(t *testing.T) {
	h := openHouse(t)
	key := h.key("read")
	var people []*social.Actor
	for _, name := range []string{"bob", "sam", "shy", "rude"} {
		a := storetest.Actor(name, "far.test")
		a.Discoverable = name != "shy"
		people = append(people, h.know(a))
	}
	h.must(h.tl.Block(t.Context(), people[3].ID))
	h.keep(storetest.Post(people[0], "1", h.Now()))
	names := func(path, token string) string {
		t.Helper()
		var found []string
		got := h.call("GET", path, token).wants(200).body
		for _, name := range []string{"bob", "sam", "shy", "rude", "owner"} {
			if i := strings.Index(got, `"username":"`+name); i >= 0 {
				found = append(found, name)
			}
		}
		if len(found) > 1 && strings.Index(got, `"username":"bob"`) > strings.Index(got, `"username":"sam"`) {
			found[0], found[1] = found[1], found[0]
		}
		return strings.Join(found, " ")
	}
	for path, want := range map[string]string{
		"/api/v1/directory": "bob sam", "/api/v1/directory?order=new": "sam bob", "/api/v1/directory?limit=1": "bob", "/api/v1/directory?offset=1": "sam", "/api/v1/directory?local=true": "",
	} {
		if got := names(path, key); got != want {
			t.Errorf("%s has %s, want %s", path, got, want)
		}
	}
	if got := names("/api/v1/directory", ""); got != "" {
		t.Errorf("strangers see %s", got)
	}
	h.get("/directory").shows("ul.list > li", 2).says("ul.list > li", "bob")
	h.get("/directory?order=new").says("ul.list > li", "sam")
	h.get("/directory?offset=20").shows("ul.list > li", 0).says("main", "Nobody yet")
	h.visit("/directory").wants(http.StatusSeeOther)
}
