package remote

import (
	"context"
	"crypto/ed25519"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"croft/federation/signature"
	"croft/social"
)

func ownKeys() Keys {
	return Keys{RSA: signature.Key{ID: "https://me.test/@ana#main-key", Private: rsaKey()}}
}

// wants answers as a server does that verifies only one scheme: it checks the
// signature in earnest, and answers refusal to all others.
func wants(t *testing.T, scheme signature.Scheme, refusal int, key any, then http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		var body []byte
		keyFor := func(_ context.Context, id string) (signature.PublicKey, error) {
			return signature.PublicKey{ID: id, Owner: "https://me.test/@ana", Key: key}, nil
		}
		if req.Method == http.MethodPost {
			body = []byte(activityBody)
		}
		v, err := signature.Verify(req, "https://"+req.Host, body, keyFor, time.Now())
		if err != nil || v.Scheme != scheme {
			w.WriteHeader(refusal)
			return
		}
		then(w, req)
	}
}

const activityBody = `{"type":"Like"}`

// schemes writes how the requests a host has seen were signed.
func (h *host) schemes() string {
	var all []string
	for _, r := range h.seen() {
		switch {
		case r.Header.Get("Signature-Input") != "":
			all = append(all, "rfc9421")
		case r.Header.Get("Signature") != "":
			all = append(all, "cavage")
		default:
			all = append(all, "none")
		}
	}
	return strings.Join(all, " ")
}

func TestDoubleKnock(t *testing.T) {
	accept := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }
	for _, test := range []struct {
		scheme  signature.Scheme
		refusal int
		posts   int
		want    string
	}{
		{signature.Cavage, 401, 2, "cavage cavage"},
		{signature.RFC9421, 401, 3, "cavage rfc9421 rfc9421 rfc9421"},
		{signature.RFC9421, 400, 2, "cavage rfc9421 rfc9421"},
	} {
		w := newWorld(t)
		good := w.host("good.test", wants(t, test.scheme, test.refusal, rsaKey().Public(), accept))
		c := w.client()
		for range test.posts {
			if err := c.Post(t.Context(), "https://good.test/inbox", []byte(activityBody), PostOptions{Keys: ownKeys()}); err != nil {
				t.Errorf("%s, %d: %v", test.scheme, test.refusal, err)
			}
		}
		if got := good.schemes(); got != test.want {
			t.Errorf("%s, %d: knocked with %s, want %s", test.scheme, test.refusal, got, test.want)
		}
	}
}

// TestDoubleKnockGET learns from a signed GET, and unlearns when a host changes.
func TestDoubleKnockGET(t *testing.T) {
	w := newWorld(t)
	scheme := signature.RFC9421
	serve := answerWith(activityJSON, note("https://good.test/x"))
	good := w.host("good.test", func(rw http.ResponseWriter, r *http.Request) {
		wants(t, scheme, 401, rsaKey().Public(), serve)(rw, r)
	})
	c := w.client()
	for i := range 4 {
		if i == 2 {
			scheme = signature.Cavage
		}
		if _, err := c.Fetch(t.Context(), "https://good.test/x"); err != nil {
			t.Error(err)
		}
	}
	if got, want := good.schemes(), "cavage rfc9421 rfc9421 rfc9421 cavage cavage"; got != want {
		t.Errorf("knocked with %s, want %s", got, want)
	}
}

// TestKnockRefused sees that a peer who refuses both is not learned from, and
// that 401 is the answer that is kept.
func TestKnockRefused(t *testing.T) {
	for _, answers := range [][2]int{{401, 401}, {401, 400}, {400, 401}} {
		w := newWorld(t)
		n := 0
		good := w.host("good.test", func(rw http.ResponseWriter, _ *http.Request) {
			rw.WriteHeader(answers[n%2])
			n++
		})
		c := w.client()
		for range 2 {
			err := c.Post(t.Context(), "https://good.test/inbox", []byte(activityBody), PostOptions{Keys: ownKeys()})
			if !errors.Is(err, social.ErrUnauthorized) {
				t.Errorf("%v: %v", answers, err)
			}
		}
		if got, want := good.schemes(), "cavage rfc9421 cavage rfc9421"; got != want {
			t.Errorf("%v: knocked with %s, want %s", answers, got, want)
		}
	}
}

func TestEd25519(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	keys := ownKeys()
	keys.Ed25519 = signature.Key{ID: "https://me.test/@ana#ed25519-key", Private: private}
	accept := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }
	w := newWorld(t)
	good := w.host("good.test", wants(t, signature.RFC9421, 401, public, accept))
	known := &memory{learned: map[string]signature.Scheme{"good.test": RFC9421Ed25519}}
	c := w.client(func(o *Options) { o.Schemes = known })
	if err := c.Post(t.Context(), "https://good.test/inbox", []byte(activityBody), PostOptions{Keys: keys}); err != nil {
		t.Error(err)
	}
	if got := good.schemes(); got != "rfc9421" {
		t.Errorf("knocked with %s", got)
	}
	// Unasked it is never tried.
	plain := w.host("plain.test", wants(t, signature.RFC9421, 401, public, accept))
	if err := c.Post(t.Context(), "https://plain.test/inbox", []byte(activityBody), PostOptions{Keys: keys}); !errors.Is(err, social.ErrUnauthorized) {
		t.Errorf("a host of which nothing is known: %v", err)
	}
	if got := plain.schemes(); got != "cavage rfc9421" {
		t.Errorf("knocked with %s", got)
	}
}

// TestEd25519Unknown: a host that does not know Ed25519 after all is knocked with
// RSA, and not asked that again.
func TestEd25519Unknown(t *testing.T) {
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	keys := ownKeys()
	keys.Ed25519 = signature.Key{ID: "https://me.test/@ana#ed25519-key", Private: private}
	accept := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }
	w := newWorld(t)
	good := w.host("good.test", wants(t, signature.RFC9421, 401, keys.RSA.Private.Public(), accept))
	known := &memory{learned: map[string]signature.Scheme{"good.test": RFC9421Ed25519}}
	c := w.client(func(o *Options) { o.Schemes = known })
	for range 2 {
		if err := c.Post(t.Context(), "https://good.test/inbox", []byte(activityBody), PostOptions{Keys: keys}); err != nil {
			t.Error(err)
		}
	}
	if got := good.schemes(); got != "rfc9421 rfc9421 rfc9421" || known.Scheme("good.test") != signature.RFC9421 {
		t.Errorf("knocked with %s, then knows %s", got, known.Scheme("good.test"))
	}
}

// TestNET11Post sees that no redirect of a delivery is followed: the body and
// its signature go to nobody else.
func TestNET11Post(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		w := newWorld(t)
		other := w.host("other.test", site(nil))
		good := w.host("good.test", func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Location", "https://other.test/inbox")
			if r.URL.Path == "/same" {
				rw.Header().Set("Location", "/inbox")
			}
			rw.WriteHeader(status)
		})
		c := w.client()
		for _, path := range []string{"/inbox", "/same"} {
			if err := c.Post(t.Context(), "https://good.test"+path, []byte(activityBody), PostOptions{Keys: ownKeys()}); !errors.Is(err, social.ErrInvalid) {
				t.Errorf("NET-11 %d: %v", status, err)
			}
		}
		if len(other.seen()) > 0 || len(good.seen()) != 2 {
			t.Errorf("NET-11 %d: %d requests here, %d elsewhere", status, len(good.seen()), len(other.seen()))
		}
	}
}

// TestNET11Get sees that each hop of a GET is signed for its own host, and that
// nothing of one hop reaches the next.
func TestNET11Get(t *testing.T) {
	w := newWorld(t)
	good := w.host("good.test", func(rw http.ResponseWriter, _ *http.Request) {
		http.SetCookie(rw, &http.Cookie{Name: "id", Value: "1"})
		rw.Header().Set("Location", "https://other.test/x")
		rw.WriteHeader(http.StatusTemporaryRedirect)
	})
	other := w.host("other.test", wants(t, signature.Cavage, 500, rsaKey().Public(), answerWith(activityJSON, note("https://other.test/x"))))
	c := w.client()
	for range 2 {
		if _, err := c.Fetch(t.Context(), "https://good.test/x"); err != nil {
			t.Fatal(err)
		}
	}
	first, second := good.seen()[0].Header, other.seen()[0].Header
	if first.Get("Signature") == second.Get("Signature") {
		t.Error("NET-11: the signature went to another host")
	}
	for _, r := range append(good.seen(), other.seen()...) {
		if r.Header.Get("Cookie") != "" || r.Header.Get("Referer") != "" || r.Header.Get("Authorization") != "" {
			t.Errorf("NET-11: %v", r.Header)
		}
	}
}
