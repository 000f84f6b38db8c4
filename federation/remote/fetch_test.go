package remote

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"croft/social"
)

func TestFetch(t *testing.T) {
	w := newWorld(t)
	good := w.host("good.test", site(map[string]string{
		"/alice":     note("https://good.test/alice"),
		"/root":      `>/`,
		"/":          note("https://good.test"),
		"/%C3%BC":    note("https://good.test/ü"),
		"/moved":     ">https://other.test/alice",
		"/q?a=1&b=2": note("https://good.test/q?a=1&b=2"),
	}))
	w.host("other.test", site(map[string]string{"/alice": note("https://other.test/alice")}))
	c := w.client()
	for uri, want := range map[string]string{
		"https://good.test/alice":          "https://good.test/alice",
		"https://good.test/alice#main-key": "https://good.test/alice",
		"https://GOOD.test:443/alice":      "https://good.test/alice",
		"https://good.test":                "https://good.test",
		"https://good.test/root":           "https://good.test",
		"https://good.test/ü":              "https://good.test/ü",
		"https://good.test/q?a=1&b=2":      "https://good.test/q?a=1&b=2",
		"https://good.test/moved":          "https://other.test/alice",
	} {
		doc, err := c.Fetch(t.Context(), uri)
		if err != nil || doc.URI != want || string(doc.Body) != note(want) {
			t.Errorf("Fetch(%s) = %s, %v, want %s", uri, doc.URI, err, want)
		}
	}
	r := good.seen()[0]
	if r.Header.Get("Accept") != `application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"` ||
		r.UserAgent() != "croft-test" || !strings.Contains(r.Header.Get("Signature"), "https://me.test/actor#main-key") {
		t.Errorf("header %v", r.Header)
	}
}

// TestORI03 serves the right JSON under wrong types.
func TestORI03(t *testing.T) {
	w := newWorld(t)
	contentType := ""
	const uri = "https://good.test/upload.json"
	w.host("good.test", func(rw http.ResponseWriter, r *http.Request) { answerWith(contentType, note(uri))(rw, r) })
	c := w.client()
	for _, wrong := range []string{
		"text/html", "text/plain", "application/json", "image/png", "application/ld+json", "application/octet-stream",
		`application/ld+json; profile="https://www.w3.org/ns/anno"`, "application/jrd+json",
	} {
		contentType = wrong
		if _, err := c.Fetch(t.Context(), uri); !errors.Is(err, social.ErrInvalid) {
			t.Errorf("ORI-03 %s: %v", wrong, err)
		}
	}
	for _, right := range []string{
		activityJSON, "Application/ACTIVITY+json; charset=UTF-8", "application/ld+json; profile=https://www.w3.org/ns/activitystreams",
		`application/ld+json;profile="https://x.test/y https://www.w3.org/ns/activitystreams"`,
	} {
		contentType = right
		if _, err := c.Fetch(t.Context(), uri); err != nil {
			t.Errorf("ORI-03 %s: %v", right, err)
		}
	}
	w.host("twice.test", func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header()["Content-Type"] = []string{activityJSON, "text/html"}
		fmt.Fprint(rw, note("https://twice.test/x"))
	})
	if _, err := c.Fetch(t.Context(), "https://twice.test/x"); !errors.Is(err, social.ErrInvalid) {
		t.Errorf("ORI-03 two types: %v", err)
	}
}

// TestORI05 is the rule of ids.
func TestORI05(t *testing.T) {
	w := newWorld(t)
	good := w.host("good.test", site(map[string]string{
		"/notes/1":           note("https://good.test/notes/1"),
		"/@alice/1":          note("https://good.test/notes/1"),
		"/@alice/1?lang=de":  note("https://good.test/notes/1"),
		"/redirect?to=evil":  ">https://evil.test/x",
		"/redirect?to=good":  ">https://evil.test/back",
		"/chain/1":           note("https://good.test/chain/2"),
		"/chain/2":           note("https://good.test/chain/3"),
		"/chain/3":           note("https://good.test/chain/3"),
		"/ping":              note("https://good.test/pong"),
		"/pong":              note("https://good.test/ping"),
		"/away":              note("https://good.test/redirect?to=evil2"),
		"/redirect?to=evil2": ">https://evil.test/true",
		"/part":              note("https://good.test/part#me"),
		"/none":              `{"type":"Note"}`,
		"/port":              note("https://good.test:444/port"),
		"/plain":             note("http://good.test/plain"),
		"/user":              note("https://u@good.test/user"),
		"/list":              `{"type":"Note","id":["https://good.test/list"]}`,
		"/twice":             `{"type":"Note","id":"https://good.test/twice","id":"https://evil.test/x"}`,
		"/case":              `{"type":"Note","ID":"https://good.test/case","id":"https://evil.test/case"}`,
		"/stolen":            note("https://evil.test/true"),
		"/upper":             note("https://good.test/UPPER"),
	}))
	evil := w.host("evil.test", site(map[string]string{
		"/x":    note("https://good.test/notes/1"),
		"/true": note("https://evil.test/true"),
		"/back": ">https://good.test/notes/1",
		"/own":  note("https://me.test/@ana/1"),
	}))
	c := w.client()
	for uri, want := range map[string]string{
		"https://good.test/notes/1":          "https://good.test/notes/1",
		"https://good.test/@alice/1":         "https://good.test/notes/1",
		"https://good.test/@alice/1?lang=de": "https://good.test/notes/1",
		"https://good.test/redirect?to=good": "https://good.test/notes/1",
		"https://good.test/chain/2":          "https://good.test/chain/3",
		"https://good.test/chain/1":          "",
		"https://good.test/redirect?to=evil": "",
		"https://good.test/ping":             "",
		"https://good.test/away":             "",
		"https://good.test/part":             "",
		"https://good.test/none":             "",
		"https://good.test/port":             "",
		"https://good.test/plain":            "",
		"https://good.test/user":             "",
		"https://good.test/list":             "",
		"https://good.test/twice":            "",
		"https://good.test/case":             "",
		"https://good.test/stolen":           "",
		"https://good.test/upper":            "",
		"https://evil.test/x":                "",
		"https://evil.test/own":              "",
	} {
		doc, err := c.Fetch(t.Context(), uri)
		if doc.URI != want || (err != nil) != (want == "") {
			t.Errorf("ORI-05 Fetch(%s) = %q, %v, want %q", uri, doc.URI, err, want)
		}
		if err != nil && errors.Is(err, social.ErrUnavailable) {
			t.Errorf("ORI-05 Fetch(%s): %v would be tried again", uri, err)
		}
	}
	// Nobody is asked because a document says so, but for one id at its own home.
	for _, path := range strings.Fields(evil.paths()) {
		if path == "/case" {
			t.Errorf("ORI-05: evil.test was asked for %s", path)
		}
	}
	if n := strings.Count(good.paths(), "/chain/3"); n != 1 {
		t.Errorf("ORI-05: /chain/3 asked for %d times, want 1", n)
	}
}

// TestStatus is the table from statuses to kinds, for documents and deliveries.
func TestStatus(t *testing.T) {
	w := newWorld(t)
	status := 0
	w.host("good.test", func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(status) })
	c := w.client()
	for code, kind := range map[int]error{
		300: social.ErrInvalid, 304: social.ErrInvalid, 400: social.ErrInvalid, 401: social.ErrUnauthorized, 403: social.ErrForbidden,
		404: social.ErrNotFound, 405: social.ErrInvalid, 406: social.ErrInvalid, 408: social.ErrUnavailable, 409: social.ErrConflict,
		410: social.ErrGone, 413: social.ErrInvalid, 418: social.ErrInvalid, 422: social.ErrInvalid, 425: social.ErrUnavailable,
		429: social.ErrUnavailable, 451: social.ErrForbidden, 500: social.ErrUnavailable, 502: social.ErrUnavailable,
		503: social.ErrUnavailable, 504: social.ErrUnavailable, 599: social.ErrUnavailable,
	} {
		status = code
		if _, err := c.Fetch(t.Context(), "https://good.test/x"); !errors.Is(err, kind) {
			t.Errorf("GET answered %d: %v, want %v", code, err, kind)
		}
		if err := c.Post(t.Context(), "https://good.test/inbox", []byte("{}"), PostOptions{Keys: ownKeys()}); !errors.Is(err, kind) {
			t.Errorf("POST answered %d: %v, want %v", code, err, kind)
		}
	}
	for _, code := range []int{200, 201, 202, 204} {
		status = code
		if err := c.Post(t.Context(), "https://good.test/inbox", []byte("{}"), PostOptions{Keys: ownKeys()}); err != nil {
			t.Errorf("POST answered %d: %v", code, err)
		}
	}
	if _, err := c.Fetch(t.Context(), "https://nowhere.test/"); !errors.Is(err, social.ErrUnavailable) {
		t.Errorf("a host that nobody knows: %v", err)
	}
}

// TestRetryAfter reads for how long a busy server wants to be left alone, in
// both forms, on documents and deliveries (DEL-06).
func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	w := newWorld(t)
	said := ""
	w.host("good.test", func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Retry-After", said)
		rw.WriteHeader(http.StatusServiceUnavailable)
	})
	c := w.client(func(o *Options) { o.Now = func() time.Time { return now } })
	for value, want := range map[string]time.Duration{
		"30": 30 * time.Second, "Fri, 01 May 2026 13:00:00 GMT": time.Hour, "315360000": 10 * 365 * 24 * time.Hour,
		"Fri, 01 May 2026 11:00:00 GMT": 0, "-1": 0, "soon": 0, "": 0, "99999999999999999999": 0,
	} {
		said = value
		_, fetched := c.Fetch(t.Context(), "https://good.test/x")
		posted := c.Post(t.Context(), "https://good.test/inbox", []byte("{}"), PostOptions{Keys: ownKeys()})
		for _, err := range []error{fetched, posted} {
			var asks interface{ RetryAfter() time.Duration }
			if !errors.As(err, &asks) || asks.RetryAfter() != want {
				t.Errorf("Retry-After: %s: %v asks for something else than %v", value, err, want)
			}
		}
	}
}

// TestBudget counts every GET: documents, redirects, ids asked for again.
func TestBudget(t *testing.T) {
	w := newWorld(t)
	good := w.host("good.test", site(map[string]string{
		"/a": note("https://good.test/a"), "/b": ">/a", "/c": note("https://good.test/a"),
	}))
	c := w.client()
	ctx := WithBudget(t.Context(), 5)
	for _, path := range []string{"/a", "/b", "/c"} { // 1, 2, 2
		if _, err := c.Fetch(ctx, "https://good.test"+path); err != nil {
			t.Fatal(err)
		}
	}
	_, err := c.Fetch(ctx, "https://good.test/a")
	if !errors.Is(err, ErrBudget) || !errors.Is(err, social.ErrForbidden) {
		t.Errorf("the sixth GET: %v", err)
	}
	if len(good.seen()) != 5 {
		t.Errorf("%d requests, want 5: %s", len(good.seen()), good.paths())
	}
	if err := c.Post(ctx, "https://good.test/a", nil, PostOptions{Keys: ownKeys()}); err != nil {
		t.Errorf("a delivery with no budget left: %v", err)
	}
	if _, err := c.Fetch(t.Context(), "https://good.test/a"); err != nil {
		t.Errorf("another cause: %v", err)
	}
}
