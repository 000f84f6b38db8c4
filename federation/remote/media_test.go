package remote

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"croft/social"
)

func TestFetchMedia(t *testing.T) {
	w := newWorld(t)
	const picture = "a picture of 24 bytes..."
	good := w.host("good.test", func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/a.png":
			answerWith("Image/PNG; x=y", picture)(rw, r)
		case "/cdn":
			http.Redirect(rw, r, "https://cdn.test/a.png", http.StatusFound)
		case "/inside":
			http.Redirect(rw, r, "https://127.0.0.1/a.png", http.StatusFound)
		case "/plain":
			http.Redirect(rw, r, "http://cdn.test/a.png", http.StatusFound)
		case "/long":
			answerWith("image/png", picture+picture)(rw, r)
		case "/hidden": // the length is not announced
			rw.(http.Flusher).Flush()
			io.WriteString(rw, picture+"!")
		default:
			http.NotFound(rw, r)
		}
	})
	w.host("cdn.test", answerWith("image/png", picture))
	c := w.client()
	for path, kind := range map[string]error{
		"a.png": nil, "cdn": nil, "inside": social.ErrForbidden, "plain": social.ErrForbidden,
		"long": social.ErrInvalid, "hidden": social.ErrInvalid, "none": social.ErrNotFound,
	} {
		body, mediaType, err := c.FetchMedia(t.Context(), "https://good.test/"+path, int64(len(picture)))
		var data []byte
		if err == nil {
			data, err = io.ReadAll(body)
			body.Close()
		}
		if !errors.Is(err, kind) {
			t.Errorf("%s: %v, want %v", path, err, kind)
		}
		if kind == nil && (string(data) != picture || mediaType != "image/png") {
			t.Errorf("%s: %q, %s", path, data, mediaType)
		}
		if len(data) > len(picture) {
			t.Errorf("%s: %d bytes", path, len(data))
		}
	}
	for _, r := range good.seen() {
		if r.Header.Get("Signature") != "" {
			t.Errorf("%s was signed", r.URL)
		}
	}
	if len(c.fetches.all) > 0 {
		t.Error("a place is still held")
	}
}

func TestFetchPage(t *testing.T) {
	w := newWorld(t)
	long := "<a rel=me>" + strings.Repeat("x", 2<<20)
	w.host("good.test", func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			answerWith("text/html; charset=utf-8", "<p>hi")(rw, r)
		case "/home":
			http.Redirect(rw, r, "https://www.good.test/", http.StatusMovedPermanently)
		case "/long":
			answerWith("text/html", long)(rw, r)
		case "/empty":
			answerWith("text/html", "")(rw, r)
		case "/json":
			answerWith("application/json", "{}")(rw, r)
		}
	})
	w.host("www.good.test", answerWith("application/xhtml+xml", "<p/>"))
	c := w.client()
	for path, want := range map[string]Page{
		"/":      {"https://good.test/", []byte("<p>hi")},
		"/home":  {"https://www.good.test/", []byte("<p/>")},
		"/long":  {"https://good.test/long", []byte(long[:maxDocument])},
		"/empty": {},
		"/json":  {},
	} {
		got, err := c.FetchPage(t.Context(), "https://good.test"+path)
		if got.URL != want.URL || string(got.Body) != string(want.Body) || (err != nil) != (want.URL == "") {
			t.Errorf("%s: %s, %d bytes, %v", path, got.URL, len(got.Body), err)
		}
	}
}
