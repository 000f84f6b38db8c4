package interop

import (
	"net/url"

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
