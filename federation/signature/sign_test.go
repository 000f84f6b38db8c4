package signature

import (
	"context"
	"crypto"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"croft/social"
)

func outgoingRequest(t *testing.T, method, url string) *http.Request {
	t.Helper()
	req, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/activity+json")
	return req
}

// arrived is the request as a server would get it.
func arrived(req *http.Request) *http.Request {
	got := &http.Request{Method: req.Method, RequestURI: req.URL.RequestURI(), Host: req.Host, Header: req.Header.Clone()}
	if got.Host == "" {
		got.Host = req.URL.Host
	}
	return got
}

func knows(key Key) KeyFunc {
	return func(_ context.Context, id string) (PublicKey, error) {
		return PublicKey{ID: id, Owner: alice, Key: key.Private.Public()}, nil
	}
}

func TestSignThenVerify(t *testing.T) {
	body := []byte(`{"type":"Create"}`)
	for _, scheme := range both {
		for _, private := range []crypto.Signer{rsaKey(), edKey()} {
			for _, method := range []string{post, get, http.MethodHead} {
				for _, url := range []string{"https://me.test/inbox", "https://me.test", "https://me.test/a%2Fb?x=%20y&z"} {
					key := Key{ID: keyID, Private: private}
					req, sent := outgoingRequest(t, method, url), body
					if method != post {
						sent = nil
					}
					if err := Sign(req, sent, key, scheme, noon); err != nil {
						t.Fatal(err)
					}
					got, err := Verify(arrived(req), home, sent, knows(key), noon)
					want := Verified{KeyID: keyID, Owner: alice, Scheme: scheme, Created: got.Created}
					if err != nil || got != want || !got.Created.Equal(noon) {
						t.Errorf("%s %T %s %s: %+v, %v", scheme, private, method, url, got, err)
					}
				}
			}
		}
	}
}

func TestSignedFields(t *testing.T) {
	body := []byte(`{"hello": "world"}`)
	const sum = "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=" // RFC 9530 appendix B.1
	elsewhere := noon.In(time.FixedZone("", 3600))
	for _, test := range []struct {
		method  string
		scheme  Scheme
		private crypto.Signer
		digest  [2]string
		want    string // the start of Signature or the whole of Signature-Input
	}{
		{get, Cavage, rsaKey(), [2]string{}, `keyId="https://good.test/alice#main-key",algorithm="rsa-sha256",headers="(request-target) host date",signature="`},
		{post, Cavage, rsaKey(), [2]string{"SHA-256=" + sum, ""}, `keyId="https://good.test/alice#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest content-type",signature="`},
		{get, Cavage, edKey(), [2]string{}, `keyId="https://good.test/alice#main-key",algorithm="hs2019",headers="(request-target) host date",signature="`},
		{get, RFC9421, rsaKey(), [2]string{}, `sig1=("@method" "@target-uri");created=1795348800;keyid="https://good.test/alice#main-key";alg="rsa-v1_5-sha256"`},
		{post, RFC9421, rsaKey(), [2]string{"", "sha-256=:" + sum + ":"}, `sig1=("@method" "@target-uri" "content-digest");created=1795348800;keyid="https://good.test/alice#main-key";alg="rsa-v1_5-sha256"`},
		{post, RFC9421, edKey(), [2]string{"", "sha-256=:" + sum + ":"}, `sig1=("@method" "@target-uri" "content-digest");created=1795348800;keyid="https://good.test/alice#main-key";alg="ed25519"`},
	} {
		req := outgoingRequest(t, test.method, "https://me.test/inbox")
		for _, name := range []string{"Digest", "Content-Digest", "Signature", "Signature-Input", "Date"} {
			req.Header.Set(name, "of the last try")
		}
		if err := Sign(req, body, Key{keyID, test.private}, test.scheme, elsewhere); err != nil {
			t.Fatal(err)
		}
		h := req.Header
		if got := [2]string{h.Get("Digest"), h.Get("Content-Digest")}; got != test.digest {
			t.Errorf("%s %s: digests %q, want %q", test.scheme, test.method, got, test.digest)
		}
		if got := h.Get("Date"); got != "Sun, 22 Nov 2026 12:00:00 GMT" {
			t.Errorf("Date %q", got)
		}
		if test.scheme == Cavage && (!strings.HasPrefix(h.Get("Signature"), test.want) || h.Get("Signature-Input") != "") {
			t.Errorf("Signature %q, Signature-Input %q, want %q", h.Get("Signature"), h.Get("Signature-Input"), test.want)
		}
		if test.scheme == RFC9421 && (h.Get("Signature-Input") != test.want || !strings.HasPrefix(h.Get("Signature"), "sig1=:")) {
			t.Errorf("Signature-Input %q, Signature %q, want %q", h.Get("Signature-Input"), h.Get("Signature"), test.want)
		}
	}
}

func TestSignForHostField(t *testing.T) {
	for _, scheme := range both {
		unset := outgoingRequest(t, get, "https://me.test/inbox")
		unset.Host = "" // net/http then sends that of the URL
		if err := Sign(unset, nil, Key{keyID, rsaKey()}, scheme, noon); err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(arrived(unset), home, nil, knows(Key{keyID, rsaKey()}), noon); err != nil {
			t.Error(err)
		}
		req := outgoingRequest(t, get, "https://192.0.2.1/inbox")
		req.Host = "me.test"
		key := Key{keyID, rsaKey()}
		if err := Sign(req, nil, key, scheme, noon); err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(arrived(req), home, nil, knows(key), noon); err != nil {
			t.Error(err)
		}
	}
}

// stubborn is a key that will not sign, like one in a device that was pulled out.
type stubborn struct{}

func (stubborn) Public() crypto.PublicKey { return rsaKey().Public() }
func (stubborn) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, social.ErrUnavailable
}

func TestSignRefuses(t *testing.T) {
	good := Key{keyID, rsaKey()}
	for _, test := range []struct {
		name, url string
		key       Key
		scheme    Scheme
		types     []string
		want      error
	}{
		{"no scheme", "https://me.test/", good, "", nil, social.ErrInvalid},
		{"a URL without scheme", "//me.test/", good, Cavage, nil, social.ErrInvalid},
		{"a URL without host", "/inbox", good, RFC9421, nil, social.ErrInvalid},
		{"another protocol", "ftp://me.test/", good, RFC9421, nil, social.ErrInvalid},
		{"no key", "https://me.test/", Key{ID: keyID}, Cavage, nil, social.ErrInvalid},
		{"a small key", "https://me.test/", Key{keyID, smallKey()}, Cavage, nil, social.ErrInvalid},
		{"no key id", "https://me.test/", Key{"", rsaKey()}, Cavage, nil, social.ErrInvalid},
		{"a key id with quotes", "https://me.test/", Key{`https://me.test/"`, rsaKey()}, RFC9421, nil, social.ErrInvalid},
		{"a key id beyond ASCII", "https://me.test/", Key{"https://me.test/é", rsaKey()}, RFC9421, nil, social.ErrInvalid},
		{"no content type", "https://me.test/", good, Cavage, []string{}, social.ErrInvalid},
		{"two content types", "https://me.test/", good, Cavage, []string{"a/b", "c/d"}, social.ErrInvalid},
		{"a key that fails", "https://me.test/", Key{keyID, stubborn{}}, Cavage, nil, social.ErrUnavailable},
		{"a key that fails", "https://me.test/", Key{keyID, stubborn{}}, RFC9421, nil, social.ErrUnavailable},
	} {
		req := outgoingRequest(t, post, test.url)
		if test.types != nil {
			req.Header["Content-Type"] = test.types
		}
		if err := Sign(req, []byte("{}"), test.key, test.scheme, noon); !errors.Is(err, test.want) {
			t.Errorf("%s by %q: %v, want %v", test.name, test.scheme, err, test.want)
		}
		if got := req.Header.Get("Signature"); got != "" {
			t.Errorf("%s: signed %q", test.name, got)
		}
	}
}
