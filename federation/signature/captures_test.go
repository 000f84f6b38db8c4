package signature

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"croft/social"
)

type capture struct {
	File, Software, Method, Target string
	ReceivedAt                     int64 `json:"received_at"`
	Signatures                     []struct {
		Scheme         string
		KeyID          string `json:"key_id"`
		Base           string
		Verifies       bool
		VerifiesOnlyIf string `json:"verifies_only_if"`
	}
}

func (c capture) now() time.Time { return time.UnixMilli(c.ReceivedAt) }

// accepted is what we make of it: what is good by the letter, and the Fedify GETs
// whose (request-target) lacks the query.
func (c capture) accepted() bool {
	s := c.Signatures[0]
	return s.Verifies || strings.Contains(s.VerifiesOnlyIf, "without its query")
}

const captureOrigin = "https://home.test"

func readJSON(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata/captures", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

func captures(t *testing.T) (all []capture, keyFor KeyFunc) {
	t.Helper()
	var index struct{ Entries []capture }
	var keys struct{ RSA map[string]string }
	readJSON(t, "index.json", &index)
	readJSON(t, "keys.json", &keys)
	return index.Entries, func(_ context.Context, id string) (PublicKey, error) {
		key, err := ParsePEM(keys.RSA[id])
		return PublicKey{ID: id, Owner: "https://owner.test/of/" + id, Key: key}, err
	}
}

// replay makes the recorded request again.
func (c capture) replay(t *testing.T) (*http.Request, []byte) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata/captures", c.File))
	if err != nil {
		t.Fatal(err)
	}
	head, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	req, err := http.ReadRequest(bufio.NewReader(io.MultiReader(bytes.NewReader(head), strings.NewReader("\r\n\r\n"))))
	if err != nil {
		t.Fatal(err)
	}
	return req, body
}

func TestCapturesVerify(t *testing.T) {
	all, keyFor := captures(t)
	signed := 0
	for _, c := range all {
		req, body := c.replay(t)
		if len(c.Signatures) == 0 {
			if _, err := Verify(req, captureOrigin, body, noKey(t), c.now()); !errors.Is(err, social.ErrUnauthorized) {
				t.Errorf("%s: unsigned, got %v", c.File, err)
			}
			continue
		}
		signed++
		want := c.Signatures[0]
		got, err := Verify(req, captureOrigin, body, keyFor, c.now())
		if (err == nil) != c.accepted() {
			t.Errorf("%s: %v, want accepted %v", c.File, err, c.accepted())
			continue
		}
		if err == nil && (got.KeyID != want.KeyID || got.Owner != "https://owner.test/of/"+want.KeyID) {
			t.Errorf("%s: verified as %+v", c.File, got)
		}
		if name := map[string]Scheme{"draft-cavage": Cavage, "rfc9421": RFC9421}[want.Scheme]; err == nil && got.Scheme != name {
			t.Errorf("%s: scheme %q, want %q", c.File, got.Scheme, name)
		}
		if age := c.now().Sub(got.Created); err == nil && (age < -time.Minute || age > time.Minute) {
			t.Errorf("%s: created %v, received %v", c.File, got.Created, c.now())
		}
		if id, err := KeyID(req); err != nil || id != want.KeyID {
			t.Errorf("%s: KeyID = %q, %v", c.File, id, err)
		}
		checkBase(t, c, req)
	}
	if signed != 288 {
		t.Errorf("%d signed requests, want 288", signed)
	}
}

func checkBase(t *testing.T, c capture, req *http.Request) {
	t.Helper()
	claim, err := readClaim(req.Header)
	if err != nil {
		t.Fatal(err)
	}
	m, err := received(req, captureOrigin)
	if err != nil {
		t.Fatal(err)
	}
	bases, err := claim.bases(m)
	if err != nil {
		t.Fatal(err)
	}
	want := c.Signatures[0].Base
	switch {
	case c.Signatures[0].Verifies && bases[0] != want:
		t.Errorf("%s: base\n%s\nwant\n%s", c.File, bases[0], want)
	case slices.Contains(bases, want) != c.accepted():
		t.Errorf("%s: bases\n%q\nwant\n%s", c.File, bases, want)
	}
}

func noKey(t *testing.T) KeyFunc {
	return func(_ context.Context, id string) (PublicKey, error) {
		t.Errorf("key %s was looked up", id)
		return PublicKey{}, social.ErrNotFound
	}
}

// bent is one change to a recorded request that must make it worthless.
type bent struct {
	name    string
	applies func(*http.Request, []byte) bool
	change  func(*http.Request)
	body    func([]byte) []byte
	later   time.Duration
}

func always(*http.Request, []byte) bool         { return true }
func hasBody(_ *http.Request, body []byte) bool { return len(body) > 0 }
func bend(path string) func(*http.Request)      { return func(r *http.Request) { r.RequestURI = path } }
func addToTarget(suffix string) func(*http.Request) {
	return func(r *http.Request) { r.RequestURI += suffix }
}

var bends = []bent{
	{name: "first byte of the body", applies: hasBody, body: func(b []byte) []byte { return flip(b, 0) }},
	{name: "last byte of the body", applies: hasBody, body: func(b []byte) []byte { return flip(b, len(b)-1) }},
	{name: "a space after the body", applies: always, body: func(b []byte) []byte { return append(bytes.Clone(b), ' ') }},
	{name: "no body", applies: hasBody, body: func([]byte) []byte { return nil }},
	{name: "another method", applies: always, change: func(r *http.Request) { r.Method = http.MethodPut }},
	{name: "another path", applies: always, change: bend("/elsewhere")},
	{name: "two slashes", applies: always, change: func(r *http.Request) { r.RequestURI = "/" + r.RequestURI }},
	{name: "an escape", applies: always, change: func(r *http.Request) { r.RequestURI = "/%2e" + r.RequestURI }},
	{name: "a slash after", applies: func(r *http.Request, _ []byte) bool { return !strings.Contains(r.RequestURI, "?") }, change: addToTarget("/")},
	{name: "another host", applies: always, change: func(r *http.Request) { r.Host = "other.test" }},
	{name: "a day later", applies: always, later: 24 * time.Hour},
	{name: "a day earlier", applies: always, later: -24 * time.Hour},
	{name: "an added query", applies: func(r *http.Request, _ []byte) bool {
		return r.Method == http.MethodPost || r.Header.Get("Signature-Input") != ""
	}, change: addToTarget("?a=b")},
}

func TestCapturesBent(t *testing.T) {
	all, keyFor := captures(t)
	for _, c := range all {
		if len(c.Signatures) == 0 {
			continue
		}
		for _, b := range bends {
			req, body := c.replay(t)
			if !b.applies(req, body) {
				continue
			}
			if b.change != nil {
				b.change(req)
			}
			if b.body != nil {
				body = b.body(body)
			}
			if _, err := Verify(req, captureOrigin, body, keyFor, c.now().Add(b.later)); !errors.Is(err, social.ErrUnauthorized) {
				t.Errorf("%s with %s: %v", c.File, b.name, err)
			}
		}
	}
}

func TestCapturesSignedFieldBent(t *testing.T) {
	all, keyFor := captures(t)
	for _, c := range all {
		if len(c.Signatures) == 0 {
			continue
		}
		req, _ := c.replay(t)
		claim, err := readClaim(req.Header)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range claim.components {
			if strings.HasPrefix(name, "(") || strings.HasPrefix(name, "@") || name == "host" {
				continue
			}
			req, body := c.replay(t)
			value := req.Header.Get(name)
			changes := []string{value + "x", "", strings.ToUpper(value)}
			if name == "date" {
				date, _ := http.ParseTime(value)
				changes = append(changes, date.Add(time.Second).Format(http.TimeFormat))
			}
			for _, changed := range changes {
				if changed == value {
					continue
				}
				req.Header.Set(name, changed)
				if _, err := Verify(req, captureOrigin, body, keyFor, c.now()); !errors.Is(err, social.ErrUnauthorized) {
					t.Errorf("%s with %s %q: %v", c.File, name, changed, err)
				}
			}
			req.Header.Del(name)
			if _, err := Verify(req, captureOrigin, body, noKey(t), c.now()); !errors.Is(err, social.ErrUnauthorized) {
				t.Errorf("%s without %s: %v", c.File, name, err)
			}
		}
	}
}

func TestCapturesWithAnotherKey(t *testing.T) {
	all, _ := captures(t)
	for _, c := range all {
		if len(c.Signatures) == 0 {
			continue
		}
		req, body := c.replay(t)
		for _, other := range []any{rsaKey().Public(), edKey().Public()} {
			_, err := Verify(req, captureOrigin, body, func(_ context.Context, id string) (PublicKey, error) {
				return PublicKey{ID: id, Owner: alice, Key: other}, nil
			}, c.now())
			if !errors.Is(err, social.ErrUnauthorized) {
				t.Errorf("%s with another key: %v", c.File, err)
			}
		}
	}
}

func TestCapturedMultikeys(t *testing.T) {
	var keys struct{ Multikey map[string]string }
	readJSON(t, "keys.json", &keys)
	for id, text := range keys.Multikey {
		key, err := ParseMultikey(text)
		if err != nil || EncodeMultikey(key) != text {
			t.Errorf("%s: %q read as %x, %v", id, text, key, err)
		}
	}
	if len(keys.Multikey) == 0 {
		t.Error("no multikeys were recorded")
	}
}
