package interop

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// webClient is a client in a browser, at an origin of its own.
type webClient struct {
	*clients
	token string
}

const clientOrigin = "https://phanpy.test"

// call does what a browser does for a script of another origin: it asks first
// whether it may, and lets the script have the answer only if the server says so.
func (w *webClient) call(method, path string, form url.Values, wants int) (map[string]any, []any, http.Header) {
	w.t.Helper()
	target := path
	if !strings.HasPrefix(path, "http") {
		target = w.Site.Origin + path
	}
	send := func(method string, body io.Reader, header map[string]string) *http.Response {
		req, err := http.NewRequestWithContext(w.t.Context(), method, target, body)
		w.do(err)
		req.Header.Set("Origin", clientOrigin)
		for name, value := range header {
			req.Header.Set(name, value)
		}
		answer, err := http.DefaultClient.Do(req)
		w.do(err)
		if got := answer.Header.Get("Access-Control-Allow-Origin"); got != "*" {
			w.t.Errorf("%s %s may be read by %q", method, path, got)
		}
		return answer
	}
	header := map[string]string{}
	if w.token != "" {
		header["Authorization"] = "Bearer " + w.token
		asked := send(http.MethodOptions, nil, map[string]string{
			"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
		})
		_ = asked.Body.Close()
		allowed := strings.ToLower(asked.Header.Get("Access-Control-Allow-Headers"))
		if asked.StatusCode >= 300 || !strings.Contains(asked.Header.Get("Access-Control-Allow-Methods"), method) ||
			!strings.Contains(allowed, "authorization") || !strings.Contains(allowed, "idempotency-key") {
			w.t.Errorf("%s %s is not allowed: %d %v", method, path, asked.StatusCode, asked.Header)
		}
	}
	var body io.Reader
	if form != nil {
		header["Content-Type"], body = "application/x-www-form-urlencoded", strings.NewReader(form.Encode())
	}
	answer := send(method, body, header)
	defer answer.Body.Close()
	words, err := io.ReadAll(answer.Body)
	w.do(err)
	if answer.StatusCode != wants {
		w.t.Fatalf("%s %s answers %d: %s", method, path, answer.StatusCode, words)
	}
	var one map[string]any
	var all []any
	if json.Unmarshal(words, &one) != nil && json.Unmarshal(words, &all) != nil {
		w.t.Errorf("%s %s answers no JSON: %.200s", method, path, words)
	}
	return one, all, answer.Header
}

// TestFirstMinuteOfABrowserClient replays what Phanpy asks in its first minute, in
// its order, with the preflights of a browser.
func TestFirstMinuteOfABrowserClient(t *testing.T) {
	if testing.Short() {
		t.Skip("opens two homes")
	}
	w := &webClient{clients: openClients(t, "browser")}
	w.asks("/friend/mention", url.Values{"text": {"have you seen my goat? #wool"}})
	const oob = "urn:ietf:wg:oauth:2.0:oob"
	app, _, _ := w.call("POST", "/api/v1/apps", url.Values{"client_name": {"Phanpy"}, "redirect_uris": {oob}, "scopes": {"read write follow push"}}, 200)
	meta, _, _ := w.call("GET", "/.well-known/oauth-authorization-server", nil, 200)
	if methods, _ := meta["code_challenge_methods_supported"].([]any); !slices.Contains(methods, any("S256")) {
		t.Errorf("PKCE is said to be %v", methods)
	}
	id, secret := app["client_id"].(string), app["client_secret"].(string)
	// The challenge of RFC 7636, appendix B.
	authorize := w.Site.Origin + "/oauth/authorize?" + url.Values{
		"client_id": {id}, "redirect_uri": {oob}, "response_type": {"code"}, "scope": {"read write follow push"},
		"code_challenge": {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}, "code_challenge_method": {"S256"},
	}.Encode()
	key, _, _ := w.call("POST", "/oauth/token", url.Values{
		"client_id": {id}, "client_secret": {secret}, "redirect_uri": {oob}, "grant_type": {"authorization_code"}, "scope": {"read write follow push"},
		"code": {w.asks("/code", url.Values{"url": {authorize}})}, "code_verifier": {"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"},
	}, 200)
	w.token = key["access_token"].(string)
	me, _, _ := w.call("GET", "/api/v1/accounts/verify_credentials", nil, 200)
	mine := me["id"].(string)
	if me["username"] != "ana" || me["source"] == nil || me["fields"] == nil {
		t.Errorf("who signs in is %v", me)
	}
	w.call("GET", "/api/v1/preferences", nil, 200)
	instance, _, _ := w.call("GET", "/api/v2/instance", nil, 200)
	streaming := instance["configuration"].(map[string]any)["urls"].(map[string]any)["streaming"].(string)
	token := w.token
	w.token = "" // read from the browser, without a key
	nodeinfo, _, _ := w.call("GET", "/.well-known/nodeinfo", nil, 200)
	for _, one := range nodeinfo["links"].([]any) {
		link := one.(map[string]any)
		if !strings.Contains(link["rel"].(string), "nodeinfo") {
			continue // who speaks for the server
		}
		about, _, _ := w.call("GET", link["href"].(string), nil, 200)
		if about["software"].(map[string]any)["name"] != "croft" {
			t.Errorf("the software is %v", about["software"])
		}
	}
	w.token = token

	_, home, header := w.call("GET", "/api/v1/timelines/home?limit=20", nil, 200)
	if len(home) == 0 || !strings.Contains(header.Get("Link"), `rel="prev"`) || !strings.Contains(header.Get("Access-Control-Expose-Headers"), "Link") {
		t.Errorf("home has %d posts, and leads to %s", len(home), header.Get("Link"))
	}
	post := home[0].(map[string]any)["id"].(string)
	w.call("GET", "/api/v1/followed_tags?limit=200", nil, 200)
	conn, answer, err := websocket.Dial(t.Context(), streaming+"/api/v1/streaming?access_token="+w.token+"&stream=user", &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {clientOrigin}}})
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body
	defer func() { _ = conn.CloseNow() }()

	for _, path := range []string{
		"/api/v1/notifications?limit=80&exclude_types[]=follow_request", "/api/v1/notifications?types[]=mention&types[]=quote", "/api/v1/follow_requests", "/api/v1/announcements",
		"/api/v1/bookmarks", "/api/v1/favourites", "/api/v1/lists", "/api/v2/filters", "/api/v1/scheduled_statuses", "/api/v1/timelines/public?limit=20", "/api/v1/trends/tags", "/api/v1/trends/statuses",
		"/api/v1/trends/links", "/api/v1/accounts/" + mine + "/statuses?exclude_replies=true", "/api/v1/accounts/" + mine + "/featured_tags", "/api/v1/timelines/tag/wool", "/api/v1/custom_emojis",
	} {
		w.call("GET", path, nil, 200)
	}
	if _, told, _ := w.call("GET", "/api/v1/notifications?types[]=mention", nil, 200); len(told) != 1 {
		t.Errorf("told of %d mentions", len(told))
	}
	for _, path := range []string{
		"/api/v2/notifications?limit=40", "/api/v2/notifications/policy", "/api/v2/search?q=goat&resolve=true&limit=5", "/api/v1/accounts/" + mine, "/api/v1/tags/wool", "/api/v1/statuses/" + post + "/context",
	} {
		w.call("GET", path, nil, 200)
	}
	published, _, _ := w.call("POST", "/api/v1/statuses", url.Values{"status": {"From a browser"}, "visibility": {"public"}}, 200)
	if _, words, err := conn.Read(t.Context()); err != nil || !strings.Contains(string(words), published["id"].(string)) {
		t.Errorf("heard %s (%v)", words, err)
	}
	refused, _, _ := w.call("GET", "/api/v1/statuses/7", nil, 404)
	if refused["error"] == nil {
		t.Errorf("refused with %v", refused)
	}
}
