package signature

import (
	"context"
	"crypto/rsa"
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

var (
	otherKey = sync.OnceValue(func() *rsa.PrivateKey { return makeRSA(2048) })
	smallKey = sync.OnceValue(func() *rsa.PrivateKey { return makeRSA(1024) })
)

// What is not an attack, at the edge of what is accepted.
var accepted = []struct {
	name    string
	schemes []Scheme
	method  string
	change  func(*forgery)
}{
	{"a POST", both, post, nil},
	{"a GET", both, get, nil},
	{"a HEAD", both, http.MethodHead, nil},
	{"a DELETE without body", both, http.MethodDelete, func(f *forgery) { f.digest() }},
	{"a GET with its digest", both, get, func(f *forgery) { f.digest() }},
	{"a GET with a body and its digest", both, get, func(f *forgery) { f.body = "{}"; f.digest() }},
	{"an unsigned, wrong digest on a GET", both, get, func(f *forgery) {
		f.header.Set("Digest", "SHA-256=AAAA")
		f.header.Set("Content-Digest", "sha-256=:AAAA:")
	}},
	{"an empty body", both, post, func(f *forgery) {
		f.body = ""
		f.drop("digest")
		f.drop("content-digest")
		f.digest()
	}},
	{"Ed25519", both, post, func(f *forgery) { f.private, f.algorithm = edKey(), "ed25519" }},
	{"Ed25519, algorithm not named", both, post, func(f *forgery) { f.private, f.algorithm = edKey(), "" }},
	{"RSA, algorithm not named", both, post, func(f *forgery) { f.algorithm = "" }},
	{"hs2019, RSA", both, post, func(f *forgery) { f.algorithm = "hs2019" }},
	{"hs2019, Ed25519", both, post, func(f *forgery) { f.private, f.algorithm = edKey(), "hs2019" }},
	{"SIG-06 digest named in small letters", cavage, post, func(f *forgery) {
		f.header.Set("Digest", strings.Replace(goodDigest(f), "SHA", "sha", 1))
	}},
	{"two kinds of Content-Digest", rfc9421, post, func(f *forgery) {
		f.header.Set("Content-Digest", "sha-512=:AAAA:, "+f.header.Get("Content-Digest"))
	}},
	{"SIG-08 X-Forwarded-Host tells another host", both, post, func(f *forgery) {
		f.header.Set("X-Forwarded-Host", "other.test")
		f.header.Set("X-Forwarded-Proto", "http")
		f.header.Set("Forwarded", "host=other.test")
	}},
	{"SIG-09 the query signed", both, get, func(f *forgery) { f.target = "/x?a=b" }},
	{"SIG-09 the query signed on a POST", both, post, func(f *forgery) { f.target = "/x?a=b" }},
	{"SIG-09 the query not signed on a GET", cavage, get, afterwards(func(r *http.Request) { r.RequestURI = "/inbox?a=b" })},
	{"odd paths as they come", both, post, func(f *forgery) { f.target = "//a/%2e%2E/./b" }},
	{"SIG-10 64 minutes old", cavage, post, dated(noon.Add(-64 * time.Minute).Format(http.TimeFormat))},
	{"SIG-10 65 minutes old", cavage, post, dated(noon.Add(-65 * time.Minute).Format(http.TimeFormat))},
	{"SIG-10 59 minutes early", cavage, post, dated(noon.Add(59 * time.Minute).Format(http.TimeFormat))},
	{"SIG-10 an hour early", cavage, post, dated(noon.Add(time.Hour).Format(http.TimeFormat))},
	{"SIG-10 64 minutes old", rfc9421, post, times(at(-64*time.Minute), "")},
	{"SIG-10 65 minutes old", rfc9421, post, times(at(-65*time.Minute), "")},
	{"SIG-10 59 minutes early", rfc9421, post, times(at(59*time.Minute), "")},
	{"SIG-10 an hour early", rfc9421, post, times(at(time.Hour), "")},
	{"an end not reached", rfc9421, post, times(at(-11*time.Hour), at(time.Minute))},
	{"an end reached this second", rfc9421, post, times(at(-11*time.Hour), at(0))},
	{"an end after 12 hours, at 12 hours", rfc9421, post, times(at(-12*time.Hour), at(time.Hour))},
	{"an end at the beginning", rfc9421, post, times(at(0), at(0))},
	{"created with date", cavage, post, hs2019(at(-time.Minute), "")},
	{"created, expires, no date", cavage, post, func(f *forgery) {
		hs2019(at(-11*time.Hour), at(time.Hour))(f)
		f.drop("date")
	}},
	{"created, algorithm not named", cavage, post, func(f *forgery) {
		hs2019(at(0), "")(f)
		f.algorithm = ""
	}},
	{"date with expires", cavage, post, hs2019("", at(time.Hour))},
	{"an unsigned old date", cavage, post, func(f *forgery) {
		hs2019(at(0), "")(f)
		f.drop("date")
		dated("long ago")(f)
	}},
	{"an unsigned created proves nothing", cavage, post, func(f *forgery) { f.created, f.expires = "1", "0" }},
	{"an unsigned old date", rfc9421, post, dated("long ago")},
	{"a signed date", rfc9421, post, signing("date", nil)},
	{"capitals among headers", cavage, post, func(f *forgery) { f.components[1] = "Host" }},
	{"an unknown parameter", cavage, post, bending("keyId=", `nonce="1, 2", z="~", keyId=`)},
	{"an unknown parameter", rfc9421, post, bending(";alg", `;nonce="1, 2";tag="x";alg`)},
	{"tabs and spaces round commas", cavage, post, bending(",headers=", " \t, \theaders=")},
	{"Authorization of another kind", both, post, field("Authorization", "Bearer x")},
	{"a host in capitals", both, post, func(f *forgery) { f.host = "ME.test" }},
	{"the default port", cavage, post, func(f *forgery) { f.host = "me.test:443" }},
	{"parts of the target", rfc9421, get, covering("@method", "@authority", "@path", "@query")},
	{"parts of the target, with a query", rfc9421, get, func(f *forgery) {
		f.target = "/x?a=b?c"
		covering("@query", "@path", "@authority", "@method", "@scheme", "@request-target")(f)
	}},
	{"a signed field with spaces round", both, post, signing("x-a", func(f *forgery) {
		f.header.Set("X-A", "b")
		f.after = func(r *http.Request) { r.Header.Set("X-A", " b ") }
	})},
	{"an empty signed field", both, post, signing("x-a", field("X-A", ""))},
	{"GoToSocial's key id", both, post, keyed("https://gts.test/users/me/main-key")},
	{"a key id of 2 kB", both, post, keyed("https://good.test/" + strings.Repeat("a", 2048-18))},
	{"a key over plain http", both, post, keyed("http://localhost:3000/@ana#main-key")},
	{"a key on a name below ours", both, post, keyed("https://x.me.test/@ana#main-key")},
}

func TestAccepted(t *testing.T) {
	for _, a := range accepted {
		for _, scheme := range a.schemes {
			t.Run(fmt.Sprintf("%s/%s", scheme, a.name), func(t *testing.T) {
				f := forge(scheme, a.method)
				if a.change != nil {
					a.change(f)
				}
				f.mustPass(t, noon)
			})
		}
	}
}

func TestCreatedIsTheSignedTime(t *testing.T) {
	for _, test := range []struct {
		scheme Scheme
		change func(*forgery)
		want   time.Time
	}{
		{Cavage, func(*forgery) {}, noon},
		{Cavage, hs2019(at(-time.Minute), ""), noon.Add(-time.Minute)},
		{Cavage, func(f *forgery) { f.created = at(time.Minute) }, noon},
		{RFC9421, times(at(-time.Minute), ""), noon.Add(-time.Minute)},
		{RFC9421, func(f *forgery) { times(at(-time.Minute), "")(f); signing("date", nil)(f) }, noon.Add(-time.Minute)},
	} {
		f := forge(test.scheme, post)
		test.change(f)
		got, _, err := f.verify(noon)
		if err != nil || !got.Created.Equal(test.want) {
			t.Errorf("created %v, %v, want %v", got.Created, err, test.want)
		}
	}
}

func TestLongestFields(t *testing.T) {
	for _, scheme := range both {
		length := func(f *forgery) int {
			h := f.request().Header
			return len(h.Get("Signature")) + len(h.Get("Signature-Input"))
		}
		f := forge(scheme, post)
		padding := map[Scheme]func(int) func(string) string{
			Cavage:  func(n int) func(string) string { return replace("keyId=", `x="`+strings.Repeat("x", n)+`",keyId=`) },
			RFC9421: func(n int) func(string) string { return replace(";alg", `;x="`+strings.Repeat("x", n)+`";alg`) },
		}[scheme]
		f.input = padding(0)
		n := maxFields - length(f)
		f.input = padding(n)
		f.mustPass(t, noon)
		f.input = padding(n + 1)
		f.mustFail(t, noon, 0)
	}
}

func TestLengthOfSignature(t *testing.T) {
	for length, want := range map[int]bool{0: false, 63: false, 64: true, 1024: true, 1025: false} {
		c := claim{keyID: keyID, signature: make([]byte, length)}
		if err := c.checkShape(); (err == nil) != want {
			t.Errorf("%d bytes: %v", length, err)
		}
	}
}

func TestOriginOfOurs(t *testing.T) {
	f := forge(RFC9421, post)
	for origin, want := range map[string]bool{
		home: true, "https://ME.test:443": true, "http://me.test": false, "https://me.test:8443": false,
		"https://other.test": false, "": false, "me.test": false,
	} {
		_, err := Verify(f.request(), origin, []byte(f.body), func(_ context.Context, id string) (PublicKey, error) {
			return PublicKey{ID: id, Owner: alice, Key: f.private.Public()}, nil
		}, noon)
		if (err == nil) != want {
			t.Errorf("for origin %q: %v", origin, err)
		}
	}
}

func TestRequestThatWasBuilt(t *testing.T) {
	f := forge(RFC9421, get)
	f.target = "/@owner?page=1"
	built := httptest.NewRequest(get, "https://me.test/@owner?page=1", nil)
	built.RequestURI, built.Header = "", f.request().Header
	if _, err := Verify(built, home, nil, func(_ context.Context, id string) (PublicKey, error) {
		return PublicKey{ID: id, Owner: alice, Key: f.private.Public()}, nil
	}, noon); err != nil {
		t.Error(err)
	}
}

func TestErrorOfKeyFuncKeepsItsKind(t *testing.T) {
	for _, kind := range []error{social.ErrUnavailable, social.ErrNotFound, social.ErrGone, social.ErrForbidden} {
		f := forge(Cavage, post)
		_, err := Verify(f.request(), home, []byte(f.body), func(context.Context, string) (PublicKey, error) {
			return PublicKey{ID: keyID, Owner: alice, Key: f.private.Public()}, fmt.Errorf("fetch: %w", kind)
		}, noon)
		if !errors.Is(err, kind) || errors.Is(err, social.ErrUnauthorized) {
			t.Errorf("%v, want %v", err, kind)
		}
	}
}

func TestContextReachesKeyFunc(t *testing.T) {
	type mark struct{}
	f := forge(Cavage, post)
	req := f.request()
	req = req.WithContext(context.WithValue(req.Context(), mark{}, true))
	_, err := Verify(req, home, []byte(f.body), func(ctx context.Context, id string) (PublicKey, error) {
		if ctx.Value(mark{}) == nil {
			t.Error("another context")
		}
		return PublicKey{ID: id, Owner: alice, Key: f.private.Public()}, nil
	}, noon)
	if err != nil {
		t.Error(err)
	}
}

func TestKeyID(t *testing.T) {
	for _, scheme := range both {
		f := forge(scheme, post)
		if id, err := KeyID(f.request()); id != keyID || err != nil {
			t.Errorf("KeyID = %q, %v", id, err)
		}
		if id, err := KeyID(httptest.NewRequest(post, "/inbox", nil)); id != "" || !errors.Is(err, social.ErrUnauthorized) {
			t.Errorf("without a signature: %q, %v", id, err)
		}
	}
	f := forge(Cavage, post)
	f.keyID = "acct:alice@good.test"
	if id, err := KeyID(f.request()); id != "" || !errors.Is(err, social.ErrUnauthorized) {
		t.Errorf("of no address: %q, %v", id, err)
	}
}
