package signature

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"croft/social"
)

const (
	home  = "https://me.test"
	alice = "https://good.test/alice"
	keyID = "https://good.test/alice#main-key"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

var rsaKey = sync.OnceValue(func() *rsa.PrivateKey { return makeRSA(2048) })

var edKey = sync.OnceValue(func() ed25519.PrivateKey {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	return private
})

func makeRSA(bits int) *rsa.PrivateKey {
	private, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return private
}

// forgery is a signed request that a test can bend before it is signed, and after.
// It lays out what is signed with code of its own.
type forgery struct {
	scheme               Scheme
	method, target, host string
	header               http.Header
	body                 string
	keyID, algorithm     string
	components           []string
	created, expires     string // as written; empty leaves the parameter out
	private              crypto.Signer
	input                func(string) string // bends the parameters before they are signed
	after                func(*http.Request) // bends the request after
	found                func(*PublicKey)    // bends what the key's look-up answers
}

// forge makes a good request: a POST with a body, or a GET without.
func forge(scheme Scheme, method string) *forgery {
	f := &forgery{
		scheme: scheme, method: method, target: "/inbox", host: "me.test",
		header: http.Header{"Date": {noon.Format(http.TimeFormat)}, "Content-Type": {"application/activity+json"}},
		keyID:  keyID, private: rsaKey(),
	}
	if method == http.MethodPost {
		f.body = `{"type":"Create"}`
	}
	if scheme == Cavage {
		f.algorithm, f.components = "rsa-sha256", []string{"(request-target)", "host", "date"}
	} else {
		f.algorithm, f.components = "rsa-v1_5-sha256", []string{"@method", "@target-uri"}
		f.created = fmt.Sprint(noon.Unix())
	}
	if method == http.MethodPost {
		f.digest()
	}
	return f
}

func (f *forgery) digest() {
	hash := sha256.Sum256([]byte(f.body))
	sum := base64.StdEncoding.EncodeToString(hash[:])
	if f.scheme == Cavage {
		f.header.Set("Digest", "SHA-256="+sum)
		f.components = append(f.components, "digest")
	} else {
		f.header.Set("Content-Digest", "sha-256=:"+sum+":")
		f.components = append(f.components, "content-digest")
	}
}

func (f *forgery) drop(name string) {
	var kept []string
	for _, c := range f.components {
		if c != name {
			kept = append(kept, c)
		}
	}
	f.components = kept
}

func (f *forgery) value(name string) string {
	path, query, _ := strings.Cut(f.target, "?")
	switch name {
	case "(request-target)":
		return strings.ToLower(f.method) + " " + f.target
	case "(created)":
		return f.created
	case "(expires)":
		return f.expires
	case "host":
		return f.host
	case "@method":
		return f.method
	case "@target-uri":
		return "https://" + strings.ToLower(f.host) + f.target
	case "@authority":
		return f.host
	case "@scheme":
		return "https"
	case "@request-target":
		return f.target
	case "@path":
		return path
	case "@query":
		return "?" + query
	}
	return strings.Join(f.header.Values(name), ", ")
}

func (f *forgery) request() *http.Request {
	req := httptest.NewRequest(f.method, "/", nil)
	req.RequestURI, req.Host, req.Header = f.target, f.host, f.header.Clone()
	var base strings.Builder
	var params string
	if f.scheme == Cavage {
		params = f.cavage(&base)
	} else {
		params = f.rfc9421(&base)
	}
	if f.input != nil && f.scheme == Cavage {
		params = f.input(params)
	}
	signature := base64.StdEncoding.EncodeToString(f.sign(base.String()))
	if f.scheme == Cavage {
		req.Header.Set("Signature", params+`,signature="`+signature+`"`)
	} else {
		req.Header.Set("Signature-Input", "sig1="+params)
		req.Header.Set("Signature", "sig1=:"+signature+":")
	}
	if f.after != nil {
		f.after(req)
	}
	return req
}

func (f *forgery) cavage(base *strings.Builder) string {
	for i, name := range f.components {
		if i > 0 {
			base.WriteString("\n")
		}
		base.WriteString(strings.ToLower(name) + ": " + f.value(strings.ToLower(name)))
	}
	params := fmt.Sprintf(`keyId="%s",headers="%s"`, f.keyID, strings.Join(f.components, " "))
	if f.algorithm != "" {
		params += fmt.Sprintf(`,algorithm="%s"`, f.algorithm)
	}
	if f.created != "" {
		params += ",created=" + f.created
	}
	if f.expires != "" {
		params += `, expires="` + f.expires + `"`
	}
	return params
}

func (f *forgery) rfc9421(base *strings.Builder) string {
	for _, name := range f.components {
		fmt.Fprintf(base, "%q: %s\n", name, f.value(name))
	}
	params := `("` + strings.Join(f.components, `" "`) + `")`
	if f.created != "" {
		params += ";created=" + f.created
	}
	params += fmt.Sprintf(`;keyid="%s"`, f.keyID)
	if f.expires != "" {
		params += ";expires=" + f.expires
	}
	if f.algorithm != "" {
		params += fmt.Sprintf(`;alg="%s"`, f.algorithm)
	}
	if f.input != nil {
		params = f.input(params)
	}
	base.WriteString(`"@signature-params": ` + params)
	return params
}

func (f *forgery) sign(base string) []byte {
	if private, ok := f.private.(ed25519.PrivateKey); ok {
		return ed25519.Sign(private, []byte(base))
	}
	hash := sha256.Sum256([]byte(base))
	signature, err := f.private.Sign(rand.Reader, hash[:], crypto.SHA256)
	if err != nil {
		panic(err)
	}
	return signature
}

// verify runs the door's check and counts how often a key was looked up.
func (f *forgery) verify(now time.Time) (got Verified, lookups int, err error) {
	req := f.request()
	got, err = Verify(req, home, []byte(f.body), func(_ context.Context, id string) (PublicKey, error) {
		lookups++
		key := PublicKey{ID: id, Owner: alice, Key: f.private.Public()}
		if f.found != nil {
			f.found(&key)
		}
		return key, nil
	}, now)
	return got, lookups, err
}

// mustPass checks that a request is accepted, and as whose.
func (f *forgery) mustPass(t *testing.T, now time.Time) {
	t.Helper()
	got, lookups, err := f.verify(now)
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	if got.KeyID != f.keyID || got.Owner != alice || got.Scheme != f.scheme || got.Created.IsZero() {
		t.Errorf("verified as %+v", got)
	}
	if lookups != 1 {
		t.Errorf("%d keys looked up", lookups)
	}
}

// mustFail checks that a request is refused with nothing told, and how many keys
// were looked up before.
func (f *forgery) mustFail(t *testing.T, now time.Time, lookups int) {
	t.Helper()
	got, n, err := f.verify(now)
	if !errors.Is(err, social.ErrUnauthorized) {
		t.Errorf("error %v, want unauthorized", err)
	}
	if got != (Verified{}) {
		t.Errorf("refused, but tells %+v", got)
	}
	if n != lookups {
		t.Errorf("%d keys looked up, want %d (%v)", n, lookups, err)
	}
}

func replace(old, with string) func(string) string {
	return func(s string) string {
		if !strings.Contains(s, old) {
			panic(fmt.Sprintf("%q is not in %q", old, s))
		}
		return strings.Replace(s, old, with, 1)
	}
}

// editField bends a field of the finished request.
func editField(name, old, with string) func(*http.Request) {
	return func(req *http.Request) { req.Header.Set(name, replace(old, with)(req.Header.Get(name))) }
}

func flip(b []byte, i int) []byte {
	b = bytes.Clone(b)
	b[i] ^= 1
	return b
}
