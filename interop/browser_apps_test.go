package interop

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"croft/server"
	"croft/server/oauth"
	"croft/store"
)

// consentPath is where the app of the furnished home asks.
var consentPath = "/oauth/authorize?" + url.Values{
	"response_type": {"code"}, "client_id": {"tusk-and-quill"}, "redirect_uri": {oauth.OutOfBand}, "scope": {"read write:media follow push"},
}.Encode()

// letAppIn registers an app that may ask again, and gives it a key.
func (f *furnished) letAppIn() {
	f.t.Helper()
	ctx, keys := f.t.Context(), f.Store.Sessions()
	app, err := keys.PutApp(ctx, store.App{
		ClientID: "tusk-and-quill", Name: "Tusk & Quill", Website: "https://far.test/app", RedirectURIs: []string{oauth.OutOfBand},
		Scopes: []string{"read", "write", "follow", "push"},
	})
	f.do(err)
	id, err := keys.PutToken(ctx, store.Token{Hash: "h", AppID: app.ID, Scopes: []string{"read", "write:media"}, Owner: true})
	f.do(err)
	f.do(keys.TouchToken(ctx, id))
}

// makeCalls makes every call of the table once: what reads with a key, at a number
// at which nothing is, and all else without one. What each gives and refuses is
// held in package server.
func (f *furnished) makeCalls(t *testing.T, table []server.Line) {
	grant, err := oauth.New(f.Store.Sessions(), time.Now).Give(t.Context(), "Reader", "read push")
	f.do(err)
	for _, l := range table {
		if !strings.HasPrefix(l.Path, "/api/") {
			continue
		}
		req, err := http.NewRequestWithContext(t.Context(), l.Method, f.Site.Origin+varying.ReplaceAllString(l.Path, "7"), strings.NewReader("{}"))
		f.do(err)
		req.Header.Set("Content-Type", "application/json")
		wants := []int{http.StatusUnauthorized}
		if l.Method == http.MethodGet && !strings.HasPrefix(l.Path, "/api/v1/streaming") {
			req.Header.Set("Authorization", "Bearer "+grant.Token)
			wants = []int{http.StatusOK, http.StatusNotFound, http.StatusUnprocessableEntity}
			if strings.HasPrefix(l.Path, "/api/v1/media/") {
				wants = []int{http.StatusForbidden} // who may read may not upload
			}
		}
		switch l.Path {
		case "/api/v1/apps":
			wants = []int{http.StatusUnprocessableEntity}
		case "/api/v1/streaming/health":
			wants = []int{http.StatusOK}
		}
		answer, err := http.DefaultClient.Do(req)
		f.do(err)
		f.do(answer.Body.Close())
		if !slices.Contains(wants, answer.StatusCode) {
			t.Errorf("%s %s answers %d, want one of %v", l.Method, l.Path, answer.StatusCode, wants)
		}
	}
}
