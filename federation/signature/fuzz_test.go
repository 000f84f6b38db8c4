package signature

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"croft/social"
)

// FuzzParse feeds strangers' fields to the readers of both schemes. What is
// accepted must have one meaning only; nothing may panic; and no key may be looked
// up that is not the address of one elsewhere.
func FuzzParse(f *testing.F) {
	for _, scheme := range both {
		h := forge(scheme, post).request().Header
		f.Add(h.Get("Signature"), h.Get("Signature-Input"), "")
	}
	f.Add(`keyId="a",keyId="b",signature="AAAA"`, "", "")
	f.Add(`keyId="https://a.test/b,c" , signature="" ,created=99999999999999999999`, "", "")
	f.Add("sig1=:AAAA:", `sig1=("@method" "date";sf);created=1;created=2`, "")
	f.Add("sig1=:AAAA:", `sig1=("@method"), sig1=()`, "sha-256=:AAAA:, sha-256=:BBBB:")
	f.Add("", "", "SHA-256=AAAA,SHA-256=BBBB")
	f.Fuzz(func(t *testing.T, signature, input, digest string) {
		req := httptest.NewRequest(post, "/inbox", nil)
		req.Host = "me.test"
		req.Header.Set("Signature", signature)
		if input != "" {
			req.Header.Set("Signature-Input", input)
		}
		for _, name := range []string{"Digest", "Content-Digest"} {
			req.Header.Set(name, digest)
		}
		req.Header.Set("Date", noon.Format(http.TimeFormat))
		id, err := KeyID(req)
		if err == nil && (!validKeyID(id) || !strings.Contains(signature+input, id)) {
			t.Errorf("key id %q is not in the fields", id)
		}
		_, err = Verify(req, home, nil, func(_ context.Context, asked string) (PublicKey, error) {
			if asked != id || social.SameOrigin(asked, home) {
				t.Errorf("key %q was looked up, KeyID says %q", asked, id)
			}
			return PublicKey{ID: asked, Owner: alice, Key: rsaKey().Public()}, nil
		}, noon)
		if err == nil {
			t.Error("a signature that nobody made is good")
		}
	})
}

// FuzzParams holds the reader of cavage's field against its writer.
func FuzzParams(f *testing.F) {
	f.Add(`keyId="a",created=1, x=""`)
	f.Add(`a="b"c="d"`)
	f.Add(`a="b",A="c"`)
	f.Fuzz(func(t *testing.T, s string) {
		params, err := parseParams(s)
		if err != nil {
			return
		}
		if strings.Count(s, "=") < len(params) || len(params) == 0 {
			t.Errorf("%q has %d parameters", s, len(params))
		}
		for name, value := range params {
			if !isName(name) || strings.ContainsFunc(value, isOdd) || strings.Contains(value, `"`) || !strings.Contains(s, value) {
				t.Errorf("%q gives %q the value %q", s, name, value)
			}
		}
	})
}

// FuzzKeys feeds strangers' keys to their readers.
func FuzzKeys(f *testing.F) {
	f.Add(vectorPublic)
	f.Add(exampleMultikey)
	f.Fuzz(func(t *testing.T, s string) {
		if key, err := ParsePEM(s); err == nil {
			if _, err := EncodePEM(key); err != nil {
				t.Errorf("%q is read but not written: %v", s, err)
			}
		}
		if key, err := ParseMultikey(s); err == nil && EncodeMultikey(key) != s {
			t.Errorf("%q is written as %q", s, EncodeMultikey(key))
		}
	})
}
