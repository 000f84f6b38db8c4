package server_test

import (
	"encoding/json"
	"image"
	"image/color"
	"image/gif"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"croft/social"
	"croft/store/storetest"
)

func newGet(t *testing.T, address string) *http.Request {
	t.Helper()
	return httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
}

// TestPageOrDocument asks for the owner and a post in the ways that browsers and
// servers do.
func TestPageOrDocument(t *testing.T) {
	g := newGate(t)
	post := g.publish(social.Draft{Text: "both ways"})
	for accept, document := range map[string]bool{
		"":                          false,
		"*/*":                       false,
		"application/activity+json": true,
		"APPLICATION/Activity+JSON": true,
		`application/ld+json; profile="https://www.w3.org/ns/activitystreams"`:                           true,
		`application/ld+json;profile="https://www.w3.org/ns/activitystreams", application/activity+json`: true,
		"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8":          false,
		"application/activity+json;q=0, text/html":                                                       false,
		"text/html;q=0.9, application/activity+json":                                                     true,
		"text/html, application/activity+json;q=0.5":                                                     false,
		"application/json": false,
		"application/activity+json, application/ld+json, application/json, text/html;q=0.1":               true,
		`application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"`: true,
	} {
		for _, address := range []string{g.Site.Actor(), post.URI} {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				req := g.request(method, strings.TrimPrefix(address, gateOrigin), "")
				if accept != "" {
					req.Header.Set("Accept", accept)
				}
				got := g.send(req).wants(http.StatusOK)
				want := "text/html; charset=utf-8"
				if document {
					want = "application/activity+json; charset=utf-8"
				}
				if kind := got.header.Get("Content-Type"); kind != want {
					t.Errorf("%s with %q: %q, want %q", got.asked, accept, kind, want)
				}
				if vary := got.header.Get("Vary"); !strings.Contains(vary, "Accept") || !strings.Contains(vary, "Signature") {
					t.Errorf("%s with %q: Vary %q", got.asked, accept, vary)
				}
			}
		}
	}
}

// TestDocuments asks for each document of the home: its type, and its own id
// within.
func TestDocuments(t *testing.T) {
	g := newGate(t)
	post := g.publish(social.Draft{Text: "a post"})
	for _, path := range []string{
		"/@ana", "/actor", "/actor/outbox", "/@ana/outbox", "/@ana/outbox?page=1", "/@ana/followers", "/@ana/following", "/@ana/featured",
		"/@ana/" + post.ID.String(), "/@ana/" + post.ID.String() + "/activity", "/@ana/" + post.ID.String() + "/replies",
		"/@ana/" + post.ID.String() + "/replies?page=1", "/@ana/" + post.ID.String() + "/likes",
		"/@ana/" + post.ID.String() + "/shares", "/@ana/" + post.ID.String() + "/context",
	} {
		req := g.request(http.MethodGet, path, "")
		req.Header.Set("Accept", "application/activity+json")
		got := g.send(req).wants(http.StatusOK)
		var doc struct{ ID string }
		if err := json.Unmarshal([]byte(got.body), &doc); err != nil || doc.ID != gateOrigin+path {
			t.Errorf("%s: id %q, %v", path, doc.ID, err)
		}
		if kind := got.header.Get("Content-Type"); kind != "application/activity+json; charset=utf-8" {
			t.Errorf("%s: type %q", path, kind)
		}
	}
	for path, status := range map[string]int{
		"/@ana/1": http.StatusNotFound, "/@ana/01": http.StatusNotFound, "/@ana/x": http.StatusNotFound, "/@bob": http.StatusNotFound,
		"/@ana/" + post.ID.String() + "/none":   http.StatusNotFound,
		"/@ana/" + post.ID.String() + "/likes/": http.StatusPermanentRedirect,
		"/@ana/outbox?before=x":                 http.StatusNotFound,
		"/@ana/followers_synchronization":       http.StatusUnauthorized,
	} {
		req := g.request(http.MethodGet, path, "")
		req.Header.Set("Accept", "application/activity+json")
		if got := g.send(req); got.status != status || strings.Contains(got.body, "<html") {
			t.Errorf("%s: %d, want %d and no page", path, got.status, status)
		}
	}
}

// TestDeletedPost is a tombstone for a server and a page of its own for a person.
func TestDeletedPost(t *testing.T) {
	g := newGate(t)
	post := g.publish(social.Draft{Text: "soon gone"})
	g.must(g.Timeline.Delete(t.Context(), post.ID))
	path := strings.TrimPrefix(post.URI, gateOrigin)
	g.send(g.request(http.MethodGet, path, "")).wants(http.StatusGone).shows("h1", 1)
	req := g.request(http.MethodGet, path, "")
	req.Header.Set("Accept", "application/activity+json")
	got := g.send(req).wants(http.StatusGone)
	if !strings.Contains(got.body, `"Tombstone"`) || strings.Contains(got.body, "soon gone") {
		t.Errorf("the tombstone is %s", got.body)
	}
}

// TestDiscovery asks for what everybody may ask from anywhere.
func TestDiscovery(t *testing.T) {
	g := newGate(t)
	for path, kind := range map[string]string{
		"/.well-known/webfinger?resource=acct:ana@me.test":  "application/jrd+json",
		"/.well-known/webfinger?resource=" + g.Site.Actor(): "application/jrd+json",
		"/.well-known/host-meta":                            "application/xrd+xml",
		"/.well-known/host-meta.json":                       "application/json",
		"/.well-known/nodeinfo":                             "application/json",
		"/nodeinfo/2.0":                                     "application/json",
		"/nodeinfo/2.1":                                     "application/json",
	} {
		got := g.send(g.request(http.MethodGet, path, "")).wants(http.StatusOK)
		if !strings.HasPrefix(got.header.Get("Content-Type"), kind) || got.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %v", path, got.header)
		}
	}
	for path, status := range map[string]int{
		"/.well-known/webfinger": http.StatusBadRequest, "/.well-known/webfinger?resource=acct:bob@me.test": http.StatusNotFound,
		"/nodeinfo/3.0": http.StatusNotFound,
	} {
		got := g.send(g.request(http.MethodGet, path, ""))
		if got.status != status || strings.Contains(got.body, "bob") {
			t.Errorf("%s: %d %s, want %d", path, got.status, got.body, status)
		}
	}
}

// TestOddPaths asks for files by paths that lead elsewhere (attack WEB-15).
func TestOddPaths(t *testing.T) {
	g := newGate(t)
	for _, path := range []string{
		"/media/..%2fcroft.db", "/media/%2e%2e%2fcroft.db", `/media/..%5ccroft.db`, "/media/croft.db", "/media/x%00.png",
		"/static/..%2f..%2fcroft.db", "/static/none.css", "/media/../croft.db", "/media", "/media/remote/avatar/1",
		"/media/remote/attachment/1", "/media/remote/none/1", "/media/remote/avatar/" + g.Node.OwnerID().String(),
	} {
		if got := g.send(g.request(http.MethodGet, path, "")); got.status != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, got.status)
		}
	}
}

// TestRemotePictures holds that others' pictures are fetched for the owner only.
func TestRemotePictures(t *testing.T) {
	h := openHouse(t)
	far := h.Peer("far.test")
	far.Answer("/face.png", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(picture(t, 30))
	})
	bob := far.Person("bob")
	actor := h.home.Know(bob)
	actor.Avatar = social.Image{RemoteURL: "https://far.test/face.png"}
	actor = h.know(actor)
	path := "/media/remote/avatar/" + actor.ID.String()

	far.Forget()
	h.visit(path).wants(http.StatusFound)
	if asked := far.Asked(); asked != "" {
		t.Errorf("a visitor made the home ask: %s", asked)
	}
	h.get(path).wants(http.StatusOK)
	got := h.visit(path).wants(http.StatusOK)
	if got.header.Get("Content-Type") != "image/png" || got.header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
		t.Errorf("the picture comes as %v", got.header)
	}
	if asked := strings.TrimSpace(far.Asked()); asked != "GET /face.png" {
		t.Errorf("asked %q, want the picture once", asked)
	}
}

// TestStillPictures stops what moves, for the owner who wishes it.
func TestStillPictures(t *testing.T) {
	h := openHouse(t)
	far := h.Peer("far.test")
	far.Answer("/face.gif", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/gif")
		frame := func(shade uint8) *image.Paletted {
			return image.NewPaletted(image.Rect(0, 0, 9, 9), color.Palette{color.Gray{Y: shade}})
		}
		_ = gif.EncodeAll(w, &gif.GIF{Image: []*image.Paletted{frame(9), frame(99)}, Delay: []int{5, 5}})
	})
	actor := h.home.Know(far.Person("bob"))
	actor.Avatar = social.Image{RemoteURL: "https://far.test/face.gif"}
	actor = h.know(actor)
	path := "/media/remote/avatar/" + actor.ID.String() + "?v=1"
	for address, want := range map[string]string{path: "image/gif", path + "&still=1": "image/png"} {
		got := h.get(address).wants(http.StatusOK)
		if kind := got.header.Get("Content-Type"); kind != want || got.header.Get("Content-Length") != strconv.Itoa(len(got.body)) {
			t.Errorf("%s comes as %v, want %s", address, got.header, want)
		}
	}
	if kind := h.visit(path + "&still=1").wants(http.StatusOK).header.Get("Content-Type"); kind != "image/gif" {
		t.Errorf("a visitor has this home work: %s", kind)
	}
}

// TestPicturesOfPosts shows a visitor no picture of a post that they may not
// see, whoever looked at it here before.
func TestPicturesOfPosts(t *testing.T) {
	h := openHouse(t)
	far := h.Peer("far.test")
	far.Answer("/face.png", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(picture(t, 30))
	})
	bob := h.home.Know(far.Person("bob"))
	for visibility, want := range map[social.Visibility]int{
		social.Public: http.StatusOK, social.Unlisted: http.StatusOK, social.Followers: http.StatusNotFound, social.Direct: http.StatusNotFound,
	} {
		address := "https://far.test/face.png?" + string(visibility)
		post := storetest.Post(bob, "picture-"+string(visibility), h.Now())
		post.Visibility = visibility
		post.Attachments = []social.Attachment{{Kind: social.MediaImage, RemoteURL: address, MediaType: "image/png"}}
		post.Emojis = []social.Emoji{{Name: "wool", RemoteURL: address}}
		post, err := h.home.Store.FindPost(t.Context(), h.keep(post).ID)
		h.must(err)
		for _, path := range []string{
			"/media/remote/attachment/" + post.Attachments[0].ID.String(),
			"/media/remote/post-emoji/" + post.ID.String() + "/wool",
		} {
			h.get(path).wants(http.StatusOK)
			h.visit(path).wants(want)
		}
	}
}
