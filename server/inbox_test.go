package server_test

import (
	"bytes"
	"crypto/ed25519"
	"io"
	"net/http"
	"strings"
	"testing"

	"croft/federation/signature"
	"croft/social"
	"croft/store"
)

// stranger is somebody of another server with a key that the home knows.
type stranger struct {
	*social.Actor
	key signature.Key
}

func (g *gate) stranger(name, host string) *stranger {
	g.t.Helper()
	a := g.know(name, host)
	public, private, err := ed25519.GenerateKey(nil)
	g.must(err)
	s := &stranger{a, signature.Key{ID: a.URI + "#key", Private: private}}
	g.update(func(tx *store.Tx) error {
		return tx.PutKeys(g.t.Context(), a.ID, []store.Key{{
			URI: s.key.ID, ActorID: a.ID, Material: signature.EncodeMultikey(public), FetchedAt: tx.Now,
		}})
	})
	return s
}

// sign signs a request in a stranger's name.
func (g *gate) sign(s *stranger, req *http.Request, body string) *http.Request {
	g.t.Helper()
	g.must(signature.Sign(req, []byte(body), s.key, signature.RFC9421, g.clock()))
	return req
}

// counted counts what is read of a body that never ends by itself.
type counted struct {
	left, read int
}

func (c *counted) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), c.left)
	copy(p, bytes.Repeat([]byte(" "), n))
	c.left, c.read = c.left-n, c.read+n
	return n, nil
}

const activityJSON = "application/activity+json"

var inboxes = []string{"/inbox", "/@ana/inbox", "/actor/inbox"}

// TestInboxSize refuses what is too large before all of it is read (attack PAR-01).
func TestInboxSize(t *testing.T) {
	g := newGate(t)
	before := g.dump()
	for _, path := range inboxes {
		for _, length := range []int64{1<<20 + 1, -1} {
			body := &counted{left: 64 << 20}
			req := g.request(http.MethodPost, path, "")
			req.Header.Set("Content-Type", activityJSON)
			req.Body, req.ContentLength = io.NopCloser(body), length
			got := g.send(req).wants(http.StatusRequestEntityTooLarge)
			if most := 1<<20 + 64<<10; body.read > most {
				t.Errorf("%s of length %d: %d bytes were read, want at most %d", path, length, body.read, most)
			}
			if length > 0 && body.read > 0 {
				t.Errorf("%s: %d bytes were read although the length was told", path, body.read)
			}
			if kind := got.header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
				t.Errorf("%s: refused as %q", path, kind)
			}
		}
	}
	if g.dump() != before {
		t.Error("something has changed")
	}
}

// TestInboxType takes ActivityPub only, and only as it is.
func TestInboxType(t *testing.T) {
	g := newGate(t)
	bob := g.stranger("bob", "far.test")
	before := g.dump()
	for _, kind := range []string{"", "text/plain", "application/json", "application/ld+json", "text/html", "application/x-www-form-urlencoded",
		`application/ld+json; profile="https://evil.test"`, "application/activity+json, text/plain"} {
		body := follow(bob)
		req := g.request(http.MethodPost, "/inbox", body)
		if kind != "" {
			req.Header.Set("Content-Type", kind)
		}
		g.send(g.sign(bob, req, body)).wants(http.StatusUnsupportedMediaType)
	}
	if g.dump() != before {
		t.Error("something has changed")
	}
}

func follow(s *stranger) string {
	return `{"@context":"https://www.w3.org/ns/activitystreams","id":"` + s.URI + `#follows/1","type":"Follow","actor":"` +
		s.URI + `","object":"` + gateOrigin + `/@ana"}`
}

// TestInboxBelievesNoProxy holds a signature against the home's own address,
// whatever the headers of a proxy or Host say (attack SIG-08).
func TestInboxBelievesNoProxy(t *testing.T) {
	g := newGate(t)
	bob := g.stranger("bob", "far.test")
	body := follow(bob)
	post := func(signedFor string) *http.Request {
		req := g.request(http.MethodPost, "/@ana/inbox", body)
		req.URL.Host, req.Host = signedFor, signedFor
		req.Header.Set("Content-Type", activityJSON)
		return g.sign(bob, req, body)
	}
	before := g.dump()
	stolen := post("other.test") // signed for another server, and sent on to us
	for _, h := range []string{"X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Original-Host", "X-Forwarded-Server"} {
		stolen.Header.Set(h, map[bool]string{true: "host=other.test;proto=https", false: "other.test"}[h == "Forwarded"])
	}
	stolen.Header.Set("X-Forwarded-Proto", "https")
	g.send(stolen).wants(http.StatusUnauthorized)
	g.send(g.request(http.MethodPost, "/inbox", body)).wants(http.StatusUnsupportedMediaType)
	unsigned := g.request(http.MethodPost, "/inbox", body)
	unsigned.Header.Set("Content-Type", activityJSON)
	g.send(unsigned).wants(http.StatusUnauthorized)
	if g.dump() != before {
		t.Error("something has changed")
	}

	honest := post("me.test")
	honest.Header.Set("X-Forwarded-Host", "other.test")
	honest.Header.Set("X-Forwarded-Proto", "http")
	g.send(honest).wants(http.StatusAccepted)
	if g.dump() == before {
		t.Error("an honest follow left nothing")
	}
}

// TestUploadIsNeverADocument sends a picture whose bytes also read as JSON, asks
// for it as an ActivityPub document, and never gets one (attack ORI-04).
func TestUploadIsNeverADocument(t *testing.T) {
	g := signedGate(t)
	for name, data := range map[string]string{
		"json":    `{"@context":"https://www.w3.org/ns/activitystreams","id":"https://me.test/@ana","type":"Person"}`,
		"gif":     `GIF89a={"id":"https://me.test/@ana","type":"Person"}`,
		"svg":     `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`,
		"webpage": `<!doctype html><script>alert(1)</script>`,
	} {
		if m, err := g.Timeline.Attach(t.Context(), strings.NewReader(data), details("x")); err == nil {
			t.Errorf("%s was kept as %s %s", name, m.MediaType, m.File)
		}
	}
	polyglot := append(picture(t, 9), `{"@context":"https://www.w3.org/ns/activitystreams","id":"https://me.test/@ana","type":"Person"}`...)
	m, err := g.Timeline.Attach(t.Context(), bytes.NewReader(polyglot), details("x"))
	g.must(err)
	for _, accept := range []string{activityJSON, `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`, "application/json", "*/*", "text/html"} {
		req := g.request(http.MethodGet, "/media/"+m.File, "")
		req.Header.Set("Accept", accept)
		got := g.send(req).wants(http.StatusOK)
		if kind := got.header.Get("Content-Type"); !strings.HasPrefix(kind, "image/") {
			t.Errorf("asked as %s, the picture is %q", accept, kind)
		}
		if strings.Contains(got.body, "activitystreams") {
			t.Error("what hung on the picture is still there")
		}
		if policy := got.header.Get("Content-Security-Policy"); !strings.Contains(policy, "sandbox") || got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("policy of a file: %q", policy)
		}
	}
}
