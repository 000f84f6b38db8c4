package interop

import (
	"html/template"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"croft/store"
)

var windowApp = template.Must(template.New("app").Parse(`<!doctype html><title>App</title>
<button onclick="asked = window.open({{.}})">Sign in</button>
<script>addEventListener("message", e => { if (e.source === asked) document.title = e.data })</script>`))

// TestAppAsksInAWindowOfItsOwn has an app in a browser open a window in which its
// user signs in and is asked, as Phanpy does: the app must find the window again,
// and hear from it once it is back at the app.
func TestAppAsksInAWindowOfItsOwn(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	l := openLived(t)
	mux := http.NewServeMux()
	app := httptest.NewServer(mux)
	t.Cleanup(app.Close)
	_, err := l.Store.Sessions().PutApp(t.Context(), store.App{ClientID: "loom", Name: "Loom", RedirectURIs: []string{app.URL + "/back"}, Scopes: []string{"read"}})
	l.do(err)
	question := l.Site.Origin + "/oauth/authorize?" + url.Values{"response_type": {"code"}, "client_id": {"loom"}, "redirect_uri": {app.URL + "/back"}, "scope": {"read"}}.Encode()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { _ = windowApp.Execute(w, question) })
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /back", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`<!doctype html><title>Back</title><script>opener.postMessage("back", location.origin)</script>`))
	})
	w := openWindow(t, openBrowser(t), l.Site.Origin, "app", true)
	asks := func() {
		t.Helper()
		w.open(app.URL)
		w.touch("button")
		time.Sleep(1500 * time.Millisecond) // until the home's page is there: an app cannot see it
		w.wants("the window is still the app's", `!asked.closed && (asked.location = "/back", true)`)
		w.wants("it is heard, and can be closed", `document.title === "back" && (asked.close(), true)`)
	}
	asks() // at the door
	w.open(l.Site.Origin + "/login")
	w.person.signIn("me")
	asks() // at the question
}
