package server_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"croft/server/mastodon"
	"croft/server/oauth"
)

// apiRoutes are the calls of the API, as the table has them.
func apiRoutes() []mastodon.Route { return mastodon.New(mastodon.Options{}).Routes() }

// pathOf is a route's address at which nothing is.
func pathOf(r mastodon.Route) string {
	return strings.NewReplacer(":id", "7", ":name", "wool", ":key", "7", ":quoting", "8").Replace(r.Path)
}

// TestScopeOfEachCall holds every call against every kind of key: only what
// opens its scope is let through, and what is revoked opens nothing (AUT-05,
// AUT-06).
func TestScopeOfEachCall(t *testing.T) {
	h := openHouse(t)
	revoked := h.key("read write follow push profile")
	h.call("GET", "/api/v1/accounts/verify_credentials", revoked).wants(200)
	h.post("/settings/apps/end", url.Values{"key": {h.get("/settings/apps").attr("[name=key]", "value")}}).wants(303, "/settings/apps")
	one := h.registerApp("https://app.test/cb")
	ofApp := h.appPost("/oauth/token", formKind, "grant_type=client_credentials&scope=read+write&client_id="+one.id+"&client_secret="+one.secret).field("access_token")
	keys := map[string]string{}
	for _, scope := range oauth.Known() {
		keys[scope] = h.key(scope)
	}
	for _, r := range apiRoutes() {
		needs, open := r.Needs()
		asks := func(kind, token string, wants bool, refusal int) {
			got := h.call(r.Method, pathOf(r), token)
			if refused := got.status == refusal; refused == wants {
				t.Errorf("%s %s (%s) with %s: %d %s", r.Method, r.Path, r.Scope, kind, got.status, got.body)
			}
		}
		asks("a revoked key", revoked, false, 401)
		asks("none", "", open, 401)
		if open && needs == "" {
			continue
		}
		if !slices.Contains(oauth.Known(), needs) {
			t.Errorf("%s %s declares %q", r.Method, r.Path, r.Scope)
		}
		if got := h.call(r.Method, pathOf(r), ofApp); !open && got.status != 422 && got.status != 403 {
			t.Errorf("%s %s with an app's key: %d", r.Method, r.Path, got.status)
		}
		for scope, token := range keys {
			asks(scope, token, oauth.Scopes{scope}.Open(needs), 403)
		}
	}
}

// TestJunkIsNeverOurFault gives each parameter of each call what it is not, in
// JSON and as a form: no answer is a 500, each is JSON, and what is refused
// changes nothing (AUT-22).
func TestJunkIsNeverOurFault(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write follow push profile")
	params := []string{
		"status", "spoiler_text", "visibility", "in_reply_to_id", "media_ids", "media_ids[]", "media_attributes", "sensitive", "language", "poll", "scheduled_at", "file", "description",
		"focus", "id", "id[]", "reblogs", "duration", "domain", "account_id", "status_ids", "comment", "display_name", "note", "avatar", "header", "locked", "fields_attributes", "source",
		"limit", "max_id", "min_id", "since_id", "acct", "q", "timeline", "last_read_id", "home", "subscription", "data",
	}
	values := []string{`null`, `[]`, `[null,1,"x",{"a":[1]}]`, `{}`, `{"0":{"name":1,"value":null}}`, `1e308`, `-1`, `true`, `""`, `"\u0000"`, `[[[[[[1]]]]]]`}
	forms := []string{"", "x", "%00", "%ff", "-1", "99999999999999999999"}
	for _, r := range apiRoutes() {
		before := h.home.Dump("tokens")
		check := func(body string) {
			got := h.call(r.Method, pathOf(r), key, body)
			if got.status >= 500 || !strings.HasPrefix(got.header.Get("Content-Type"), "application/json") {
				t.Errorf("%s %s with %s: %d %s", r.Method, r.Path, body, got.status, got.body)
			}
			if got.status < 400 {
				before = ""
			}
		}
		for _, name := range params {
			for _, v := range values {
				check(fmt.Sprintf(`{%q:%s}`, name, v))
			}
			for _, v := range forms {
				check(name + "=" + v)
			}
		}
		check(`{"status`)
		check("[]")
		if before != "" && h.home.Dump("tokens") != before {
			t.Errorf("%s %s was refused and changed something", r.Method, r.Path)
		}
	}
}
