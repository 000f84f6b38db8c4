package oauth_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"croft/server/oauth"
	"croft/social"
	"croft/store/storetest"
)

// desk is a home with one app that is registered.
type desk struct {
	*oauth.Keys
	t    *testing.T
	now  time.Time
	mine oauth.Credentials
}

const back = "https://app.test/cb"

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return d.now }
	d.Keys = oauth.New(storetest.New(t, clock).Sessions(), clock)
	d.mine = d.register("Phanpy")
	return d
}

func (d *desk) register(name string) oauth.Credentials {
	d.t.Helper()
	c, err := d.Register(d.t.Context(), oauth.Registration{Name: name, RedirectURIs: []string{back + "\n" + oauth.OutOfBand}, Scopes: "read write follow"})
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" // RFC 7636 appendix B

func challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// allow is the owner's yes.
func (d *desk) allow(challenge string) string {
	d.t.Helper()
	w := oauth.Wish{ResponseType: "code", ClientID: d.mine.App.ClientID, RedirectURI: back, Scope: "read write:media", Challenge: challenge}
	if challenge != "" {
		w.ChallengeMethod = "S256"
	}
	asking, err := d.Ask(d.t.Context(), w)
	if err != nil {
		d.t.Fatal(err)
	}
	code, err := d.Allow(d.t.Context(), asking)
	if err != nil {
		d.t.Fatal(err)
	}
	return code
}

func (d *desk) request(code string) oauth.Request {
	return oauth.Request{
		GrantType: "authorization_code", ClientID: d.mine.App.ClientID, ClientSecret: d.mine.Secret, RedirectURI: back, Code: code,
	}
}

func codeOf(err error) string {
	var refusal *oauth.Error
	if errors.As(err, &refusal) {
		return refusal.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// TestRegister takes redirect URIs that lead to an app, and no others (AUT-01).
func TestRegister(t *testing.T) {
	d := newDesk(t)
	for uri, good := range map[string]bool{
		back: true, "tusky://callback": true, "com.example.app:/oauth": true, oauth.OutOfBand: true, "http://localhost:4000/cb": true, "http://127.0.0.1/cb": true,
		"icecubesapp://":     true,
		"http://app.test/cb": false, "javascript:alert(1)": false, "JavaScript:alert(1)": false, "data:text/html,x": false, "file:///etc/passwd": false,
		"vbscript:x": false, "https://app.test/cb#x": false, "https://user@app.test/cb": false, "/cb": false, "app.test": false, "https:///cb": false,
		"https://app.test\\@evil.test/": false, "https://app.test;script-src": false, "https://a,b.test/": false, "": false,
	} {
		_, err := d.Register(t.Context(), oauth.Registration{Name: "App", RedirectURIs: []string{uri}})
		if (err == nil) != good || err != nil && social.Problems(err)[0].Field != "redirect_uris" {
			t.Errorf("%q: %v, want good %v", uri, err, good)
		}
	}
	for field, r := range map[string]oauth.Registration{
		"client_name": {Name: strings.Repeat("x", 101), RedirectURIs: []string{back}},
		"website":     {Name: "App", Website: "javascript:alert(1)", RedirectURIs: []string{back}},
		"scopes":      {Name: "App", Scopes: "admin:write", RedirectURIs: []string{back}},
	} {
		_, err := d.Register(t.Context(), r)
		if problems := social.Problems(err); len(problems) != 1 || problems[0].Field != field {
			t.Errorf("%+v: %v, want a problem of %s", r, err, field)
		}
	}
}

// TestAsk compares redirect URIs letter by letter, and leads back only to those
// that were registered (AUT-01).
func TestAsk(t *testing.T) {
	d := newDesk(t)
	good := oauth.Wish{ResponseType: "code", ClientID: d.mine.App.ClientID, RedirectURI: back, Scope: "read", State: "a b"}
	for _, uri := range []string{back + "/", back + "?x", back + "#f", "https://app.test/c", "https://app.test/x/../cb", "https://u@app.test/cb",
		"https://app.test:443/cb", "HTTPS://app.test/cb", "http://app.test/cb", "javascript:alert(1)", ""} {
		w := good
		w.RedirectURI = uri
		if _, err := d.Ask(t.Context(), w); len(social.Problems(err)) != 1 || codeOf(err) == "" {
			t.Errorf("%q: %v, want a sentence for the owner", uri, err)
		}
	}
	for want, change := range map[string]func(*oauth.Wish){
		"":                          func(*oauth.Wish) {},
		"unsupported_response_type": func(w *oauth.Wish) { w.ResponseType = "token" },
		"invalid_scope":             func(w *oauth.Wish) { w.Scope = "push" },
		"invalid_request":           func(w *oauth.Wish) { w.Challenge, w.ChallengeMethod = challenge(verifier), "plain" },
	} {
		w := good
		change(&w)
		if _, err := d.Ask(t.Context(), w); codeOf(err) != want {
			t.Errorf("%+v: %v, want %q", w, err, want)
		}
	}
	u, err := url.Parse(good.Back("c&d", nil))
	if err != nil || u.Query().Get("code") != "c&d" || u.Query().Get("state") != "a b" || u.Host != "app.test" {
		t.Errorf("led back to %s (%v)", u, err)
	}
	if u, err = url.Parse(good.Back("", &oauth.Error{Code: "access_denied"})); err != nil || u.Query().Get("error") != "access_denied" || u.Query().Has("code") {
		t.Errorf("led back to %s (%v)", u, err)
	}
}

// TestExchange refuses whoever is not who asked, and every second use (AUT-03,
// AUT-04).
func TestExchange(t *testing.T) {
	for _, test := range []struct {
		name, challenge string
		change          func(d *desk, r *oauth.Request)
		want            string
	}{
		{"with the secret", "", func(*desk, *oauth.Request) {}, ""},
		{"with PKCE and no secret", challenge(verifier), func(_ *desk, r *oauth.Request) { r.ClientSecret, r.Verifier = "", verifier }, ""},
		{"with both", challenge(verifier), func(_ *desk, r *oauth.Request) { r.Verifier = verifier }, ""},
		{"without either", "", func(_ *desk, r *oauth.Request) { r.ClientSecret = "" }, "invalid_client"},
		{"a wrong secret", "", func(_ *desk, r *oauth.Request) { r.ClientSecret = "no" }, "invalid_client"},
		{"a wrong secret and PKCE", challenge(verifier), func(_ *desk, r *oauth.Request) { r.ClientSecret, r.Verifier = "no", verifier }, "invalid_client"},
		{"no verifier", challenge(verifier), func(*desk, *oauth.Request) {}, "invalid_grant"},
		{"a wrong verifier", challenge(verifier), func(_ *desk, r *oauth.Request) { r.Verifier = strings.Repeat("a", 43) }, "invalid_grant"},
		{"a short verifier", challenge(strings.Repeat("a", 42)), func(_ *desk, r *oauth.Request) { r.Verifier = strings.Repeat("a", 42) }, "invalid_grant"},
		{"a long verifier", challenge(strings.Repeat("a", 129)), func(_ *desk, r *oauth.Request) { r.Verifier = strings.Repeat("a", 129) }, "invalid_grant"},
		{"a verifier for no challenge", "", func(_ *desk, r *oauth.Request) { r.Verifier = verifier }, "invalid_grant"},
		{"another redirect URI", "", func(_ *desk, r *oauth.Request) { r.RedirectURI = oauth.OutOfBand }, "invalid_grant"},
		{"another app", "", func(d *desk, r *oauth.Request) {
			other := d.register("Elk")
			r.ClientID, r.ClientSecret = other.App.ClientID, other.Secret
		}, "invalid_grant"},
		{"no app", "", func(_ *desk, r *oauth.Request) { r.ClientID = "none" }, "invalid_client"},
		{"no code", "", func(_ *desk, r *oauth.Request) { r.Code = "" }, "invalid_request"},
		{"a strange code", "", func(_ *desk, r *oauth.Request) { r.Code = "none" }, "invalid_grant"},
		{"a password", "", func(_ *desk, r *oauth.Request) { r.GrantType = "password" }, "unsupported_grant_type"},
		{"after ten minutes", "", func(d *desk, _ *oauth.Request) { d.now = d.now.Add(10 * time.Minute) }, "invalid_grant"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t)
			r := d.request(d.allow(test.challenge))
			test.change(d, &r)
			grant, err := d.Exchange(t.Context(), r)
			if codeOf(err) != test.want {
				t.Fatalf("%v, want %q", err, test.want)
			}
			if test.want != "" {
				return
			}
			key, err := d.Find(t.Context(), grant.Token)
			if err != nil || !key.Owner || key.Scopes.String() != "read write:media" || key.App.Name != "Phanpy" {
				t.Errorf("the key is %+v (%v)", key, err)
			}
			if _, err := d.Exchange(t.Context(), r); codeOf(err) != "invalid_grant" {
				t.Errorf("the second use: %v", err)
			}
			if _, err := d.Find(t.Context(), grant.Token); codeOf(err) != "invalid_token" {
				t.Errorf("the key after the second use: %v", err)
			}
		})
	}
}

// TestAppKey is a key that stands for the app alone.
func TestAppKey(t *testing.T) {
	d := newDesk(t)
	r := oauth.Request{GrantType: "client_credentials", ClientID: d.mine.App.ClientID, ClientSecret: d.mine.Secret, Scope: "read"}
	grant, err := d.Exchange(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if key, err := d.Find(t.Context(), grant.Token); err != nil || key.Owner || key.Scopes.String() != "read" {
		t.Errorf("the key is %+v (%v)", key, err)
	}
	r.Scope = "push"
	if _, err := d.Exchange(t.Context(), r); codeOf(err) != "invalid_scope" {
		t.Errorf("more than it registered for: %v", err)
	}
	r.ClientSecret = ""
	if _, err := d.Exchange(t.Context(), r); codeOf(err) != "invalid_client" {
		t.Errorf("without a secret: %v", err)
	}
}

func TestRevoke(t *testing.T) {
	d := newDesk(t)
	grant, err := d.Exchange(t.Context(), d.request(d.allow("")))
	if err != nil {
		t.Fatal(err)
	}
	other := d.register("Elk")
	for _, test := range []struct{ name, id, secret, token, want, key string }{
		{"another app", other.App.ClientID, other.Secret, grant.Token, "unauthorized_client", ""},
		{"a wrong secret", d.mine.App.ClientID, "no", grant.Token, "invalid_client", ""},
		{"no such key", d.mine.App.ClientID, d.mine.Secret, "none", "", ""},
		{"its own app", d.mine.App.ClientID, d.mine.Secret, grant.Token, "", "invalid_token"},
		{"once more", d.mine.App.ClientID, d.mine.Secret, grant.Token, "", "invalid_token"},
	} {
		if err := d.Revoke(t.Context(), test.id, test.secret, test.token); codeOf(err) != test.want {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
		if _, err := d.Find(t.Context(), grant.Token); codeOf(err) != test.key {
			t.Errorf("%s: the key is %v, want %q", test.name, err, test.key)
		}
	}
}
