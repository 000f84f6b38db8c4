package server_test

import (
	"strings"
	"testing"
	"time"

	"croft/social"
	"croft/store/storetest"
)

// TestFiltersOfTheAPI makes a filter, changes it part by part, sees what it finds,
// and deletes it.
func TestFiltersOfTheAPI(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write")
	bob := h.know(storetest.Actor("bob", "far.test"))
	h.follows(bob)
	says := func(n, text string) string {
		p := storetest.Post(bob, n, h.Now())
		p.Content = social.HTML("<p>" + text + "</p>")
		return h.keep(p).ID.String()
	}
	spoils, calm := says("1", "The <b>Final</b> is tonight"), says("2", "Semifinals are over")
	made := h.call("POST", "/api/v2/filters", key, `{"title":"Football","context":["home","thread"],"filter_action":"hide","expires_in":3600,"keywords_attributes":[{"keyword":"final","whole_word":true},{"keyword":"goal"}]}`).wants(200)
	for _, want := range []string{`"title":"Football"`, `"context":["home","thread"]`, `"filter_action":"hide"`, `"keyword":"final","whole_word":true`, `"keyword":"goal","whole_word":false`, `"statuses":[]`} {
		if !strings.Contains(made.body, want) {
			t.Errorf("%s is not in %s", want, made.body)
		}
	}
	path := "/api/v2/filters/" + made.field("id")
	filtered := func(id, want string) {
		t.Helper()
		got := h.call("GET", "/api/v1/statuses/"+id, key).wants(200).body
		if _, got, _ = strings.Cut(got, `"filtered":`); !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
	}
	filtered(spoils, `"keyword_matches":["final"],"status_matches":[]`)
	filtered(calm, `[]`)
	if home := h.call("GET", "/api/v1/timelines/home", key).wants(200).body; !strings.Contains(home, `"filter_action":"hide"`) {
		t.Errorf("home is %s", home)
	}

	// Its words
	words := h.call("GET", path+"/keywords", key).wants(200).body
	if strings.Count(words, `"keyword"`) != 2 {
		t.Errorf("its words are %s", words)
	}
	word := "/api/v2/filters/keywords/" + h.call("POST", path+"/keywords", key, "keyword=semi&whole_word=false").wants(200).field("id")
	filtered(calm, `"keyword_matches":["semi"]`)
	h.call("PUT", word, key, "whole_word=true").wants(200)
	filtered(calm, `[]`)
	if got := h.call("GET", word, key).wants(200).body; !strings.Contains(got, `"keyword":"semi","whole_word":true`) {
		t.Errorf("the word is %s", got)
	}
	h.call("DELETE", word, key).wants(200)
	h.call("GET", word, key).wants(404)

	// Its posts
	about := h.call("POST", path+"/statuses", key, "status_id="+calm).wants(200)
	filtered(calm, `"status_matches":["`+calm+`"]`)
	h.call("POST", path+"/statuses", key, "status_id=7").wants(404)
	h.call("GET", "/api/v2/filters/statuses/"+about.field("id"), key).wants(200)
	if got := h.call("GET", path+"/statuses", key).wants(200).body; strings.Count(got, `"status_id"`) != 1 {
		t.Errorf("its posts are %s", got)
	}
	h.call("DELETE", "/api/v2/filters/statuses/"+about.field("id"), key).wants(200)
	filtered(calm, `[]`)

	// What is wrong changes nothing.
	before := h.home.Dump("tokens")
	for _, wrong := range []string{"title=", "context[]=street", "filter_action=shout", "expires_in=-3", "keywords_attributes[][keyword]=", `{"keywords_attributes":[{"keyword":"` + strings.Repeat("x", 513) + `"}]}`} {
		h.call("PUT", path, key, wrong).wants(422)
	}
	h.call("PUT", path, key, `{"keywords_attributes":[{"id":"7","keyword":"x"}]}`).wants(404)
	h.call("POST", "/api/v2/filters", key, "title=x").wants(422)
	if h.home.Dump("tokens") != before {
		t.Error("a refused call changed something")
	}

	// What is named changes, the rest stays.
	kept := h.call("PUT", path, key, "title=Sport&filter_action=warn&expires_in=").wants(200).body
	if !strings.Contains(kept, `"title":"Sport"`) || !strings.Contains(kept, `"expires_at":null`) || strings.Count(kept, `"keyword"`) != 2 {
		t.Errorf("changed it is %s", kept)
	}
	h.Advance(2 * time.Hour)
	filtered(spoils, `"filter_action":"warn"`)
	h.call("PUT", path, key, "expires_in=60").wants(200)
	h.Advance(2 * time.Minute)
	filtered(spoils, `[]`)
	h.call("DELETE", path, key).wants(200)
	h.call("GET", path, key).wants(404)
	if got := h.call("GET", "/api/v2/filters", key).wants(200).body; got != "[]" {
		t.Errorf("the filters are %s", got)
	}
}

// TestFiltersOfOldApps have each word as a filter of its own.
func TestFiltersOfOldApps(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write")
	one := h.call("POST", "/api/v1/filters", key, "phrase=final&context[]=home&whole_word=true&irreversible=true").wants(200)
	if !strings.Contains(one.body, `"phrase":"final","context":["home"],"whole_word":true,"expires_at":null,"irreversible":true`) {
		t.Errorf("it is %s", one.body)
	}
	if got := h.call("GET", "/api/v2/filters", key).wants(200).body; !strings.Contains(got, `"title":"final","context":["home"],"expires_at":null,"filter_action":"hide"`) {
		t.Errorf("as a new app has it: %s", got)
	}
	path := "/api/v1/filters/" + one.field("id")
	if got := h.call("PUT", path, key, "phrase=goal&context[]=public&irreversible=false").wants(200).body; !strings.Contains(got, `"phrase":"goal","context":["public"],"whole_word":true`) || !strings.Contains(got, `"irreversible":false`) {
		t.Errorf("changed it is %s", got)
	}
	two := h.call("POST", "/api/v2/filters", key, `{"title":"Two","context":["home"],"keywords_attributes":[{"keyword":"a"},{"keyword":"b"}]}`).wants(200)
	if got := h.call("GET", "/api/v1/filters", key).wants(200).body; strings.Count(got, `"phrase"`) != 3 {
		t.Errorf("the list is %s", got)
	}
	words := h.call("GET", "/api/v2/filters/"+two.field("id")+"/keywords", key).wants(200).body
	first := strings.Split(words, `"`)[3]
	h.call("PUT", "/api/v1/filters/"+first, key, "phrase=c").wants(422)
	h.call("DELETE", "/api/v1/filters/"+first, key).wants(200)
	if got := h.call("GET", "/api/v2/filters/"+two.field("id"), key).wants(200).body; strings.Contains(got, `"keyword":"a"`) || !strings.Contains(got, `"keyword":"b"`) {
		t.Errorf("without its first word it is %s", got)
	}
	h.call("GET", path, key).wants(200)
	h.call("DELETE", path, key).wants(200)
	h.call("GET", path, key).wants(404)
	if got := h.call("GET", "/api/v2/filters", key).wants(200).body; strings.Contains(got, "goal") {
		t.Errorf("the filters are %s", got)
	}
}
