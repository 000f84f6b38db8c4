package server_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"croft/social"
)

// TestPrivatePostsAreAsIfNotThere asks for posts that a visitor may not see, and for
// numbers that no post has (PRI-02): nothing in the answers tells one from the other,
// nor the time that they take.
func TestPrivatePostsAreAsIfNotThere(t *testing.T) {
	g := signedGate(t)
	fan, _ := g.stranger("fan", "strange.test"), g.stranger("mia", "named.test")
	var hidden []social.ID
	for _, v := range []social.Visibility{social.Followers, social.Direct} {
		hidden = append(hidden, g.publish(social.Draft{Text: "@mia@named.test hush", Visibility: v}).ID)
	}
	none := hidden[1] + 4096
	ask := func(method, path, accept string, id social.ID, signed bool) (*page, string, time.Duration) {
		req := httptest.NewRequestWithContext(t.Context(), method, gateOrigin+strings.ReplaceAll(path, "ID", id.String()), nil)
		req.RequestURI = req.URL.RequestURI()
		req.Header.Set("Accept", accept)
		if signed {
			g.sign(fan, req, "")
		}
		began := time.Now()
		got := g.send(req)
		took := time.Since(began)
		for name := range got.header {
			if strings.HasPrefix(name, "X-Ratelimit-") {
				got.header.Del(name) // counts every call of an address
			}
		}
		return got, strings.ReplaceAll(got.body, id.String(), "ID"), took
	}
	for _, path := range []string{
		"/@ana/ID", "/@ana/ID/activity", "/@ana/ID/replies", "/@ana/ID/likes", "/@ana/ID/shares", "/@ana/ID/context", "/posts/ID",
		"/api/v1/statuses/ID", "/api/v1/statuses/ID/context", "/api/v1/statuses/ID/favourited_by", "/api/v1/statuses/ID/reblogged_by", "/api/v1/statuses/ID/history", "/api/v1/polls/ID",
	} {
		for _, accept := range []string{"text/html", activityJSON, "application/json", "*/*;q=0.1", "text/html, application/activity+json", ""} {
			for _, signed := range []bool{false, true} {
				for _, method := range []string{http.MethodGet, http.MethodHead} {
					want, wantBody, _ := ask(method, path, accept, none, signed)
					for _, id := range hidden {
						got, body, _ := ask(method, path, accept, id, signed)
						if got.status != want.status || got.status < 300 || body != wantBody || !cmp.Equal(got.header, want.header) && got.location == "" {
							t.Errorf("%s (%q, signed %v): %d, want %d; %s", got.asked, accept, signed, got.status, want.status, cmp.Diff(want.header, got.header)+cmp.Diff(wantBody, body))
						}
					}
				}
			}
		}
		median := func(id social.ID) time.Duration {
			var all []time.Duration
			for range 21 {
				_, _, took := ask(http.MethodGet, path, "application/json", id, false)
				all = append(all, took)
			}
			slices.Sort(all)
			return all[len(all)/2]
		}
		if there, nowhere := median(hidden[0]), median(none); (there - nowhere).Abs() > 5*time.Millisecond {
			t.Errorf("%s takes %s where there is a post and %s where there is none", path, there, nowhere)
		}
	}
}

// TestLogTellsNoSecrets has requests fail by a fault of ours that carry what must
// never be written down, and what would write lines of its own (PRI-22).
func TestLogTellsNoSecrets(t *testing.T) {
	g := signedGate(t)
	secrets := []string{"hush-words", "hush-password", "hush-token", g.cookie.Value, "hush-agent"}
	g.must(g.Close())
	forged := "\x1b[31m\r\ntime=2026-01-01T00:00:00Z level=INFO msg=forged\x00"
	for _, req := range []*http.Request{
		g.owned(g.form("/compose", url.Values{"text": {"@mia@named.test hush-words"}, "visibility": {"direct"}})),
		g.form("/login", url.Values{"handle": {"ana" + forged}, "password": {"hush-password"}}),
		g.request(http.MethodGet, "/@ana/"+url.PathEscape("7"+forged), ""),
		g.request(http.MethodGet, "/tags/"+url.PathEscape("wool"+forged), ""),
		g.request(http.MethodGet, "/api/v1/timelines/home?access_token=hush-token", ""),
		g.request(http.MethodPost, "/inbox", `{"id":"https://far.test/1","type":"Create","actor":"https://far.test/users/bob","object":"hush-words"}`),
	} {
		req.Header.Set("User-Agent", "hush-agent"+forged)
		if req.Header.Get("Content-Type") == "" {
			req.Header.Set("Authorization", "Bearer hush-token")
		}
		g.send(req)
	}
	said := g.log.String()
	if n := strings.Count(said, "\n"); n < 3 {
		t.Fatalf("only %d lines: nothing has failed", n)
	}
	for line := range strings.Lines(said) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.HasPrefix(line, "time=") || strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r == 0x7f }) || strings.HasPrefix(line, "time=2026-01-01") {
			t.Errorf("a line of the log is %q", line)
		}
		for _, secret := range secrets {
			if strings.Contains(line, secret) {
				t.Errorf("the log tells %q: %s", secret, line)
			}
		}
	}
}
