package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"croft/server/mastodon"
	"croft/server/oauth"
	"croft/social"
	"croft/store/storetest"
)

// key makes a key of the owner's that opens some scopes.
func (h *house) key(scopes string) string {
	h.t.Helper()
	grant, err := oauth.New(h.home.Store.Sessions(), h.Now).Give(h.t.Context(), "Test", scopes)
	h.must(err)
	return grant.Token
}

// call is a request of an app.
func (h *house) call(method, path, token string, fields ...string) *page {
	h.t.Helper()
	body := ""
	if len(fields) > 0 {
		body = fields[0]
	}
	req := httptest.NewRequestWithContext(h.t.Context(), method, h.home.Site.Origin+path, strings.NewReader(body))
	if strings.HasPrefix(body, "{") {
		req.Header.Set("Content-Type", "application/json")
	} else if body != "" {
		req.Header.Set("Content-Type", formKind)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return h.ask(req)
}

// TestCallsNeedTheirScope refuses a key that is missing, strange, too narrow or
// not the owner's, as the API says it (AUT-05).
func TestCallsNeedTheirScope(t *testing.T) {
	h := openHouse(t)
	one := h.registerApp("https://app.test/cb")
	ofApp := h.appPost("/oauth/token", formKind, "grant_type=client_credentials&scope=read&client_id="+one.id+"&client_secret="+one.secret).field("access_token")
	const me = "/api/v1/accounts/verify_credentials"
	for _, test := range []struct {
		token  string
		status int
		says   string
	}{
		{"", 401, "invalid_token"}, {"none", 401, "invalid_token"}, {h.key("write read:lists"), 403, "This action is outside the authorized scopes"},
		{ofApp, 422, "This method requires an authenticated user."}, {h.key("read"), 200, ""}, {h.key("read:accounts"), 200, ""},
	} {
		if got := h.call("GET", me, test.token).wants(test.status); got.field("error") != test.says {
			t.Errorf("%s, want %q", got.body, test.says)
		}
	}
	h.call("GET", "/api/v2/instance", "none").wants(401)
	if got := h.call("GET", "/api/v2/instance/", "").wants(200); !strings.HasPrefix(got.field("version"), "4.5.0 (compatible; Croft") {
		t.Errorf("version %s", got.field("version"))
	}
	got := h.call("GET", "/api/v1/accounts/nobody", h.key("read")).wants(404)
	if got.field("error") != "Record not found" || got.header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("%s as %s", got.body, got.header.Get("Content-Type"))
	}
}

// TestAccounts shows the owner and others as the API has them.
func TestAccounts(t *testing.T) {
	h := openHouse(t)
	token := h.key("read")
	me := h.call("GET", "/api/v1/accounts/verify_credentials", token).wants(200)
	if me.field("acct") != "owner" || me.field("url") != h.home.Site.Actor() || me.fields()["source"] == nil {
		t.Errorf("the owner is %s", me.body)
	}
	bob := storetest.Actor("bob", "far.test")
	bob.CreatedAt = time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC)
	bob.Fields = []social.Field{{Name: "Home", Value: "<b>x</b>", VerifiedAt: bob.CreatedAt}}
	bob = h.know(bob)
	h.follows(bob)
	for _, path := range []string{"/api/v1/accounts/" + bob.ID.String(), "/api/v1/accounts/lookup?acct=@bob@far.test", "/api/v1/accounts/lookup?acct=bob%40far.test"} {
		got := h.call("GET", path, token).wants(200)
		if got.field("acct") != "bob@far.test" || got.field("created_at") != "2024-05-06T00:00:00.000Z" || !strings.Contains(got.body, `"verified_at":"2024-05-06`) {
			t.Errorf("%s: %s", path, got.body)
		}
	}
	if got := h.call("GET", "/api/v1/accounts/lookup?acct=OWNER", token).wants(200); got.field("acct") != "owner" {
		t.Errorf("the owner by name: %s", got.body)
	}
	relations := h.call("GET", "/api/v1/accounts/relationships?id[]="+bob.ID.String()+"&id[]=7&id=x", token).wants(200)
	if !strings.HasPrefix(relations.body, `[{"id":"`+bob.ID.String()+`","following":true,"showing_reblogs":true`) || strings.Count(relations.body, `"id"`) != 1 {
		t.Errorf("relations %s", relations.body)
	}
}

// TestStatusOfTheAPI shows a post, and shows a stranger no more than they may
// see (PRI-01).
func TestStatusOfTheAPI(t *testing.T) {
	h := openHouse(t)
	token := h.key("read")
	id := strings.TrimPrefix(h.publish(map[string][]string{"text": {"Hello #Wool & *all*"}, "visibility": {"public"}, "language": {"en"}}), "/posts/")
	got := h.call("GET", "/api/v1/statuses/"+id, token).wants(200)
	if got.field("id") != id || got.field("visibility") != "public" || !strings.Contains(got.body, `"tags":[{"name":"wool"`) || got.fields()["favourited"] != false {
		t.Errorf("the post is %s", got.body)
	}
	if anon := h.call("GET", "/api/v1/statuses/"+id, "").wants(200); anon.fields()["favourited"] != nil {
		t.Errorf("anybody learns what the owner likes: %s", anon.body)
	}
	quiet := strings.TrimPrefix(h.publish(map[string][]string{"text": {"Only us"}, "visibility": {"followers"}}), "/posts/")
	if got := h.call("GET", "/api/v1/statuses/"+quiet, token).wants(200); got.field("visibility") != "private" {
		t.Errorf("the quiet post is %s", got.body)
	}
	none := h.call("GET", "/api/v1/statuses/1", "").wants(http.StatusNotFound)
	if hidden := h.call("GET", "/api/v1/statuses/"+quiet, "").wants(http.StatusNotFound); hidden.body != none.body {
		t.Errorf("a hidden post answers %s, none %s", hidden.body, none.body)
	}
	far := storetest.Post(h.know(storetest.Actor("bob", "far.test")), "1", h.Now())
	far.Visibility = social.Public
	far = h.keep(far)
	h.call("GET", "/api/v1/statuses/"+far.ID.String(), "").wants(http.StatusNotFound)
	h.call("GET", "/api/v1/statuses/"+far.ID.String(), token).wants(200)
}

// TestSealedPicture shows an app of the owner's a picture of a post that
// strangers may not see, and nobody else by a changed address.
func TestSealedPicture(t *testing.T) {
	h := openHouse(t)
	far := storetest.Post(h.know(storetest.Actor("bob", "far.test")), "1", h.Now())
	far.Visibility, far.Content = social.Followers, "<p>us</p>"
	far.Attachments = []social.Attachment{{Kind: social.MediaImage, RemoteURL: "https://far.test/one.png", MediaType: "image/png"}}
	far = h.keep(far)
	var shown struct {
		Media []struct{ URL string } `json:"media_attachments"`
	}
	h.must(json.Unmarshal([]byte(h.call("GET", "/api/v1/statuses/"+far.ID.String(), h.key("read")).wants(200).body), &shown))
	address := strings.TrimPrefix(shown.Media[0].URL, h.home.Site.Origin)
	standIn := h.visit(address).wants(http.StatusFound) // not to be had
	for _, got := range []*page{standIn, h.visit(standIn.location).wants(http.StatusOK)} {
		if got.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: an app in a browser may not look at it", got.asked)
		}
	}
	other := strings.Replace(address, "seal=", "seal=x", 1)
	for _, path := range []string{other, address[:strings.Index(address, "&seal=")], strings.Replace(address, "?v=", "?v=1", 1)} {
		h.visit(path).wants(http.StatusNotFound)
	}
}

// TestEveryCallIsWrittenDown holds the tables of docs/client-api.md against the route
// table and against what each client was seen to call. go test ./server -run
// TestEveryCallIsWrittenDown -update writes scopes and clients anew.
func TestEveryCallIsWrittenDown(t *testing.T) {
	const file = "../docs/client-api.md"
	paper, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	scopes, testers := map[string]string{}, testersOfCalls(t)
	for _, r := range apiRoutes() {
		scopes[r.Method+" "+r.Path] = scopeInWords(r)
	}
	rows := map[string]int{}
	lines := strings.Split(string(paper), "\n")
	for i, line := range lines {
		cells := strings.Split(line, " |")
		call, ok := strings.CutPrefix(cells[0], "| `")
		if call = strings.TrimSuffix(call, "`"); !ok || len(cells) != 5 {
			continue
		}
		rows[call]++
		if scope, ok := scopes[call]; ok { // a stream's is its own
			cells[1] = " " + scope
		}
		cells[2] = strings.TrimRight(" "+strings.Join(testers[call], ", "), " ")
		lines[i] = strings.Join(cells, " |")
	}
	for _, line := range openHouse(t).server.Lines() {
		call := line.Method + " " + line.Path
		if n := rows[call]; strings.HasPrefix(line.Path, "/api/") && n != 1 && call != "POST /api/v1/apps" {
			t.Errorf("docs/client-api.md has %d rows for %s", n, call)
		}
		delete(rows, call)
	}
	for call := range rows {
		t.Errorf("docs/client-api.md has a row for %s, which is not served", call)
	}
	words := strings.Join(lines, "\n")
	if *update {
		if err := os.WriteFile(file, []byte(words), 0o600); err != nil {
			t.Error(err)
		}
	} else if words != string(paper) {
		t.Errorf("docs/client-api.md is not what is served. Run go test ./server -run TestEveryCallIsWrittenDown -update. %s", firstOther([]byte(words), paper))
	}
}

// scopeInWords is the scope of a call as the table has it.
func scopeInWords(r mastodon.Route) string {
	scope, open := r.Needs()
	switch {
	case open && scope == "":
		return "open"
	case open:
		return "open; more with `" + scope + "`"
	default:
		return "`" + scope + "`"
	}
}

// testersOfCalls are the clients that call each, as package interop has seen them.
func testersOfCalls(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("../interop/testdata/calls/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no clients (%v)", err)
	}
	by := map[string][]string{}
	for _, file := range files {
		words, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for call := range strings.Lines(string(words)) {
			call = strings.TrimSpace(call)
			by[call] = append(by[call], strings.TrimSuffix(filepath.Base(file), ".txt"))
		}
	}
	return by
}

// TestWholeNumbers reads a number in JSON digit by digit: our IDs are larger than
// what a float64 tells apart, and Mastodon.py sends them as numbers.
func TestWholeNumbers(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write")
	const id = "117677876248444927"
	if got := h.call("POST", "/api/v1/markers", key, `{"home":{"last_read_id":`+id+`}}`).wants(200).body; !strings.Contains(got, `"last_read_id":"`+id+`"`) {
		t.Errorf("the marker is %s", got)
	}
}
