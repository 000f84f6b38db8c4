package interop

import (
	"net/http"
	"net/url"
	"testing"
	"time"

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

// readAPI asks for everything that an app can read.
func (f *furnished) readAPI(t *testing.T) {
	grant, err := oauth.New(f.Store.Sessions(), time.Now).Give(t.Context(), "Reader", "read")
	f.do(err)
	post, person := f.first.ID.String(), f.people["wide"].ID.String()
	for _, path := range []string{
		"/api/v1/instance", "/api/v2/instance", "/api/v1/accounts/verify_credentials", "/api/v1/accounts/lookup?acct=ana",
		"/api/v1/accounts/relationships?id[]=" + person, "/api/v1/accounts/" + person, "/api/v1/statuses/" + post,
		"/api/v1/timelines/home", "/api/v1/bookmarks",
		"/api/v1/custom_emojis", "/api/v1/instance/rules", "/api/v1/announcements", "/api/v1/lists",
		"/api/v1/filters", "/api/v2/filters", "/api/v1/followed_tags", "/api/v1/featured_tags",
		"/api/v1/trends/tags", "/api/v1/trends/statuses", "/api/v1/trends/links", "/api/v2/suggestions",
	} {
		f.request(t, http.MethodGet, path, "", http.StatusOK, "Authorization", "Bearer "+grant.Token)
	}
}
