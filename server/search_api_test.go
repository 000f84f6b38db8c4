package server_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"croft/store/storetest"
)

func TestSearchOfTheAPI(t *testing.T) {
	h := openHouse(t)
	bob := h.know(storetest.Actor("bob", "far.test"))
	h.know(storetest.Actor("bobby", "far.test"))
	theirs := storetest.Post(bob, "1", h.Now())
	theirs.Content = "<p>A loom in a barn</p>"
	theirs = h.keep(theirs)
	mine := h.publish(url.Values{"text": {"My own loom #looming"}, "visibility": {"followers"}})
	token := h.key("read")
	type found struct {
		Accounts []struct{ Acct string }
		Statuses []struct{ ID string }
		Hashtags []struct{ Name string }
	}
	search := func(query string) string {
		t.Helper()
		got := decode[found](h, h.call("GET", "/api/v2/search?"+query, token).wants(200))
		var words []string
		for _, a := range got.Accounts {
			words = append(words, "@"+a.Acct)
		}
		for _, s := range got.Statuses {
			words = append(words, s.ID)
		}
		for _, tag := range got.Hashtags {
			words = append(words, "#"+tag.Name)
		}
		return strings.Join(words, " ")
	}
	id := theirs.ID.String()
	for query, want := range map[string]string{
		"q=loom": mine + " " + id + " #looming", "q=loom&type=statuses": mine + " " + id, "q=loom&type=statuses&limit=1": mine,
		"q=loom&type=statuses&limit=1&offset=1": id, "q=loom&type=statuses&max_id=" + mine: id, "q=loom&type=hashtags": "#looming", "q=%23loom&type=hashtags": "#looming",
		"q=loom&type=statuses&account_id=" + bob.ID.String(): id, "q=bob&type=accounts&limit=1&offset=1": "@bob@far.test", "q=bob&type=accounts&following=true": "",
		"q=@bob@far.test": "@bob@far.test", "q=" + url.QueryEscape(theirs.URI): id, "q=" + url.QueryEscape(bob.URI): "@bob@far.test",
		"q=@none@far.test": "", "q=https%3A%2F%2Ffar.test%2Fnothing": "", "q=%22": "", "q=nothing": "",
	} {
		if got := search(query); got != want {
			t.Errorf("%s finds %s, want %s", query, got, want)
		}
	}
	if got := search("q=bob"); got != "@bobby@far.test @bob@far.test" {
		t.Errorf("by the beginning of their names: %s", got)
	}
	h.call("GET", "/api/v2/search?type=accounts", token).wants(422)
	h.call("GET", "/api/v2/search?q=x&account_id=x", token).wants(422)
	h.call("GET", "/api/v2/search?q=x", h.key("read:statuses")).wants(403)
	h.call("GET", "/api/v2/search?q=loom", "").wants(401)
	if got := h.call("GET", "/api/v1/accounts/search?q=bob&limit=1", token).wants(200); strings.Count(got.body, `"acct"`) != 1 {
		t.Errorf("accounts: %s", got.body)
	}
}

// decode reads an answer of the API.
func decode[T any](h *house, p *page) (v T) {
	h.t.Helper()
	h.must(json.Unmarshal([]byte(p.body), &v))
	return v
}
