package server_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// appPost is a request as an app sends it: no cookie, no page.
func (h *house) appPost(path, kind, body string, header ...string) *page {
	h.t.Helper()
	req := httptest.NewRequestWithContext(h.t.Context(), http.MethodPost, h.home.Site.Origin+path, strings.NewReader(body))
	req.Header.Set("Content-Type", kind)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return h.ask(req)
}

const formKind = "application/x-www-form-urlencoded"

func (p *page) fields() map[string]any {
	p.t.Helper()
	got := map[string]any{}
	if err := json.Unmarshal([]byte(p.body), &got); err != nil {
		p.t.Fatalf("%s: %v in %s", p.asked, err, p.body)
	}
	return got
}

func (p *page) field(name string) string {
	p.t.Helper()
	text, _ := p.fields()[name].(string)
	return text
}

// app is one that registered itself.
type app struct{ id, secret string }

func (h *house) registerApp(redirect string) app {
	h.t.Helper()
	got := h.appPost("/api/v1/apps", "application/json",
		`{"client_name": "Tusky <b>", "redirect_uris": "`+redirect+`", "scopes": "read write push", "website": "https://tusky.app"}`).wants(http.StatusOK)
	return app{got.field("client_id"), got.field("client_secret")}
}

func (a app) question(redirect string) string {
	return "/oauth/authorize?" + url.Values{
		"response_type": {"code"}, "client_id": {a.id}, "redirect_uri": {redirect}, "scope": {"read write push"}, "state": {"s&1"},
	}.Encode()
}

// answers sends the form of the consent page as it stands, with an act and the
// scopes that are left ticked.
func (h *house) answers(consent *page, act string, scopes ...string) *page {
	h.t.Helper()
	form := url.Values{"act": {act}, "scope": scopes}
	for _, node := range consent.all("input[type=hidden]") {
		var name, value string
		for _, a := range node.Attr {
			switch a.Key {
			case "name":
				name = a.Val
			case "value":
				value = a.Val
			}
		}
		form.Set(name, value)
	}
	return h.post("/oauth/authorize", form)
}

// TestAppComesIn is the whole way of an app: it registers, the owner is asked
// and unticks something, a code is exchanged, and the key is taken back.
func TestAppComesIn(t *testing.T) {
	h := openHouse(t)
	const back = "tusky://callback?x=1"
	tusky := h.registerApp(back)
	h.visit(tusky.question(back)).wants(http.StatusSeeOther, "/login?next="+url.QueryEscape(tusky.question(back)))

	consent := h.get(tusky.question(back)).wants(http.StatusOK).says("h1", "Tusky <b>").shows("[name=scope]", 3).says("main", "tusky:")
	if policy := consent.header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' tusky:;") {
		t.Errorf("the browser would not lead to the app: %s", policy)
	}
	h.answers(consent, "allow").wants(http.StatusUnprocessableEntity).shows("#scope-error", 1)
	led := h.answers(consent, "allow", "read", "push", "admin:write").wants(http.StatusSeeOther)
	u, err := url.Parse(led.location)
	if err != nil || u.Scheme != "tusky" || u.Query().Get("state") != "s&1" || u.Query().Get("x") != "1" {
		t.Fatalf("led to %s (%v)", led.location, err)
	}
	got := h.appPost("/oauth/token/", formKind, url.Values{
		"grant_type": {"authorization_code"}, "code": {u.Query().Get("code")}, "client_id": {tusky.id}, "client_secret": {tusky.secret}, "redirect_uri": {back},
	}.Encode()).wants(http.StatusOK)
	if got.field("scope") != "read push" || got.field("token_type") != "Bearer" || got.field("me") != "https://me.test/@owner" || got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the key is %s, %v", got.body, got.header)
	}
	token := got.field("access_token")
	if dump := h.home.Dump(); strings.Contains(dump, token) || strings.Contains(dump, tusky.secret) || strings.Contains(dump, u.Query().Get("code")) {
		t.Error("what opens the home stands in the database")
	}
	list := h.get("/settings/apps").wants(http.StatusOK).says(".entry", "Tusky <b>").says(".entry", "Read, notify you.")
	h.post("/settings/apps/end", url.Values{"key": {list.attr("[name=key]", "value")}}).wants(http.StatusSeeOther, "/settings/apps")
	h.get("/settings/apps").shows(".entry", 0)
}

// TestNoToAnApp leads it back without a code, or says so.
func TestNoToAnApp(t *testing.T) {
	h := openHouse(t)
	const back, oob = "https://app.test/cb", "urn:ietf:wg:oauth:2.0:oob"
	one := h.registerApp(back)
	led := h.answers(h.get(one.question(back)), "deny", "read").wants(http.StatusSeeOther)
	if !strings.HasPrefix(led.location, back+"?error=access_denied") || strings.Contains(led.location, "code=") {
		t.Errorf("led to %s", led.location)
	}
	two := h.registerApp(oob)
	h.answers(h.get(two.question(oob)), "deny", "read").wants(http.StatusSeeOther, "/settings/apps")
	code := h.answers(h.get(two.question(oob)), "allow", "read").wants(http.StatusOK).text("code")
	got := h.appPost("/oauth/token", "application/json", `{"grant_type":"authorization_code","code":"`+code+`","redirect_uri":"`+oob+`"}`,
		"Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(two.id+":"+two.secret))).wants(http.StatusOK)
	h.appPost("/oauth/revoke", formKind, url.Values{"token": {got.field("access_token")}, "client_id": {two.id}, "client_secret": {two.secret}}.Encode()).wants(http.StatusOK)
	h.get("/settings/apps").shows(".entry", 0)
}

// TestStrangeApps are answered by a page where the address is not sure, and led
// back otherwise; nothing changes.
func TestStrangeApps(t *testing.T) {
	h := openHouse(t)
	const back = "https://app.test/cb"
	one := h.registerApp(back)
	before := h.home.Dump("sessions")
	h.get(app{id: "none"}.question(back)).wants(http.StatusUnprocessableEntity).says("main", "not known here")
	h.get(one.question("https://app.test/cb/")).wants(http.StatusUnprocessableEntity).says("main", "did not name")
	led := h.get(strings.Replace(one.question(back), "scope=read+write+push", "scope=admin%3Aread", 1)).wants(http.StatusSeeOther)
	if !strings.HasPrefix(led.location, back+"?error=invalid_scope") {
		t.Errorf("led to %s", led.location)
	}
	for _, test := range []struct {
		name, path, kind, body string
		status                 int
		want                   string
	}{
		{"a list of numbers", "/api/v1/apps", "application/json", `{"client_name": [1]}`, 422, "Give the app a name"},
		{"an object", "/api/v1/apps", "application/json", `{"client_name": "x", "redirect_uris": {}}`, 422, "Name one to"},
		{"too deep", "/api/v1/apps", "application/json", `{"client_name": [[[[["x"]]]]]}`, 422, "client_name[]"},
		{"no JSON", "/api/v1/apps", "application/json", `{`, 422, "Unprocessable Entity"},
		{"not an object", "/api/v1/apps", "application/json", `[]`, 422, "Unprocessable Entity"},
		{"a script", "/api/v1/apps", formKind, "client_name=x&redirect_uris=javascript:alert(1)", 422, `"javascript:alert(1)" is no redirect URI`},
		{"a password", "/oauth/token", formKind, "grant_type=password&username=a&password=b&client_id=" + one.id, 400, "unsupported_grant_type"},
		{"nobody", "/oauth/token", formKind, "grant_type=client_credentials", 401, "invalid_client"},
		{"nobody revokes", "/oauth/revoke", formKind, "token=x", 401, "invalid_client"},
	} {
		got := h.appPost(test.path, test.kind, test.body).wants(test.status)
		if !strings.HasPrefix(got.field("error"), test.want) || got.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %s, want %s", test.name, got.body, test.want)
		}
	}
	if h.home.Dump("sessions") != before {
		t.Error("the database changed")
	}
}

// TestConsentNeedsThePage takes the owner's yes from the page alone (AUT-02).
func TestConsentNeedsThePage(t *testing.T) {
	h := openHouse(t)
	const back = "https://app.test/cb"
	one := h.registerApp(back)
	consent := h.get(one.question(back))
	if !strings.Contains(consent.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Error("the page can be framed")
	}
	u, err := url.Parse(h.home.Site.Origin + one.question(back))
	if err != nil {
		t.Fatal(err)
	}
	form := u.Query()
	form.Set("asked", "read")
	form.Set("act", "allow")
	form.Add("scope", "read")
	req := h.owned(httptest.NewRequestWithContext(t.Context(), http.MethodPost, h.home.Site.Origin+"/oauth/authorize", strings.NewReader(form.Encode())))
	req.Header.Set("Content-Type", formKind)
	req.Header.Set("Origin", "https://evil.test")
	h.ask(req).wants(http.StatusForbidden)
}

// TestPreflight lets any page call, and no cookie open (AUT-18).
func TestPreflight(t *testing.T) {
	h := openHouse(t)
	for path, allow := range map[string]string{
		"/oauth/token": "POST, OPTIONS", "/.well-known/oauth-authorization-server": "GET, HEAD, OPTIONS",
	} {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodOptions, h.home.Site.Origin+path, nil)
		req.Header.Set("Origin", "https://elk.test")
		got := h.ask(req).wants(http.StatusNoContent).header
		if got.Get("Access-Control-Allow-Methods") != allow || got.Get("Access-Control-Allow-Origin") != "*" || got.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: %v", path, got)
		}
	}
	if got := h.visit("/.well-known/oauth-authorization-server").wants(http.StatusOK); got.field("token_endpoint") != h.home.Site.Origin+"/oauth/token" {
		t.Errorf("metadata %s", got.body)
	}
}
