package server_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"croft/config"
	"croft/home"
	"croft/server"
	"croft/store"
	"croft/timeline"
)

const setupCode = "MOSS-4711"

// setupForm is the form of the set-up page, filled in well but for the changes.
func setupForm(changes map[string]string) url.Values {
	form := url.Values{
		"code": {setupCode}, "origin": {gateOrigin}, "handle": {"ana"}, "password": {password}, "name": {"Ana of the Moor"}, "hue": {"moss"},
	}
	for name, value := range changes {
		form.Set(name, value)
	}
	return form
}

func setupRequest(t *testing.T, at string, form url.Values) *http.Request {
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, at+"/setup", strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", at)
	return req
}

// newSetup is the set-up page over an empty data folder, and where the home that
// it makes is put.
func newSetup(t *testing.T) (http.Handler, **home.Home) {
	t.Helper()
	data, made := t.TempDir(), new(*home.Home)
	return server.NewSetup(server.SetupOptions{Config: config.Default(), Code: setupCode,
		Create: func(ctx context.Context, h timeline.NewHome) (store.Sessions, error) {
			folder, err := home.Create(ctx, data, h)
			if err != nil {
				return store.Sessions{}, err
			}
			opened, err := home.Open(context.WithoutCancel(ctx), folder, home.Options{Config: config.Default(), Resolver: nowhere{}, Connect: refuseToConnect})
			if err != nil {
				return store.Sessions{}, err
			}
			t.Cleanup(func() {
				if err := opened.Close(); err != nil {
					t.Error(err)
				}
			})
			*made = opened
			return opened.Store.Sessions(), nil
		},
	}), made
}

// TestSetupRefuses says beside each field what to do, keeps what was typed, and
// never shows the password again.
func TestSetupRefuses(t *testing.T) {
	for field, value := range map[string]string{
		"code": "MOSS-4712", "origin": "http://me.test", "handle": "ana maria", "password": "tiny-words",
		"name": strings.Repeat("Ana", 40),
	} {
		setup, made := newSetup(t)
		form := setupForm(map[string]string{field: value})
		got := answer(t, setup, setupRequest(t, gateOrigin, form)).wants(http.StatusUnprocessableEntity)
		got.shows("#"+field+"-error", 1).shows(".error", 1).shows(`input[name=hue][value=moss][checked]`, 1)
		for _, kept := range []string{"code", "origin", "handle", "name"} {
			if typed := got.attr("#"+kept, "value"); typed != form.Get(kept) {
				t.Errorf("wrong %s: %s comes back as %q, want %q", field, kept, typed, form.Get(kept))
			}
		}
		if strings.Contains(got.body, form.Get("password")) || len(got.cookies) > 0 || *made != nil {
			t.Errorf("wrong %s: the password is shown, somebody is signed in, or a home is made", field)
		}
	}
}

// TestSetupTellsNothingWithoutCode says of nothing else that it is wrong.
func TestSetupTellsNothingWithoutCode(t *testing.T) {
	setup, _ := newSetup(t)
	wrong := setupForm(map[string]string{"code": "", "origin": "nonsense", "handle": "?", "password": ""})
	answer(t, setup, setupRequest(t, gateOrigin, wrong)).wants(http.StatusUnprocessableEntity).shows(".error", 1).shows("#code-error", 1)
}

// TestSetupOpenConnection takes no password that anybody between could read.
func TestSetupOpenConnection(t *testing.T) {
	setup, made := newSetup(t)
	req := setupRequest(t, "http://me.test", setupForm(nil))
	req.Header.Set("X-Forwarded-Proto", "https") // of no proxy that is named
	answer(t, setup, req).wants(http.StatusUnprocessableEntity).says("[role=alert]", "open connection")
	foreign := setupRequest(t, gateOrigin, setupForm(nil))
	foreign.Header.Set("Origin", "https://evil.test")
	answer(t, setup, foreign).wants(http.StatusForbidden)
	if *made != nil {
		t.Error("a home is made")
	}
}

// TestSetupMakesHome makes the home, signs the owner in, and does so once.
func TestSetupMakesHome(t *testing.T) {
	setup, made := newSetup(t)
	get := httptest.NewRequestWithContext(t.Context(), http.MethodGet, gateOrigin+"/anything", nil)
	answer(t, setup, get).wants(http.StatusSeeOther, "/setup")
	got := answer(t, setup, setupRequest(t, gateOrigin, setupForm(map[string]string{"code": " moss-4711 "}))).wants(http.StatusSeeOther)
	if got.location != "/" && got.location != gateOrigin+"/" {
		t.Errorf("set-up leads to %q", got.location)
	}
	if *made == nil || len(got.cookies) != 1 {
		t.Fatalf("made %v, cookies %v", *made, got.cookies)
	}
	view := httptest.NewRequestWithContext(t.Context(), http.MethodGet, gateOrigin+"/compose", nil)
	view.AddCookie(got.cookies[0])
	answer(t, *made, view).wants(http.StatusOK)
	profile := httptest.NewRequestWithContext(t.Context(), http.MethodGet, gateOrigin+"/@ana", nil)
	answer(t, *made, profile).wants(http.StatusOK).says("h1", "Ana of the Moor")

	again := answer(t, setup, setupRequest(t, gateOrigin, setupForm(map[string]string{"password": "somebody else's words"})))
	if again.status != http.StatusConflict && again.status != http.StatusUnprocessableEntity || len(again.cookies) > 0 {
		t.Errorf("the second set-up: %d, cookies %v", again.status, again.cookies)
	}
}

// TestSetupGuessing stops who tries one code after the other.
func TestSetupGuessing(t *testing.T) {
	setup, _ := newSetup(t)
	for range 10 {
		answer(t, setup, setupRequest(t, gateOrigin, setupForm(map[string]string{"code": "GUESS"}))).wants(http.StatusUnprocessableEntity)
	}
	got := answer(t, setup, setupRequest(t, gateOrigin, setupForm(nil))).wants(http.StatusTooManyRequests)
	if len(got.cookies) > 0 {
		t.Error("somebody is signed in")
	}
}

// TestSetupAddressOnly asks by plain http for the code and the address alone,
// fetches the certificate, and goes on by https.
func TestSetupAddressOnly(t *testing.T) {
	var fetched []string
	setup := server.NewSetup(server.SetupOptions{Config: config.Default(), Code: setupCode,
		Certificate: func(_ context.Context, origin string) error {
			fetched = append(fetched, origin)
			return nil
		},
	})
	page := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://me.test/setup", nil)
	answer(t, setup, page).wants(http.StatusOK).shows("#code", 1).shows("#origin", 1).shows("#handle, #name, [type=password], [name=hue]", 0)
	form := url.Values{"code": {"wrong"}, "origin": {"me.test"}}
	answer(t, setup, setupRequest(t, "http://me.test", form)).wants(http.StatusUnprocessableEntity).shows("#code-error", 1).shows("[type=password]", 0)
	if len(fetched) > 0 {
		t.Error("a certificate was fetched without the code")
	}
	form.Set("code", setupCode)
	got := answer(t, setup, setupRequest(t, "http://me.test", form))
	if leads := got.location == gateOrigin+"/setup?code="+setupCode || strings.Contains(got.body, `href="`+gateOrigin+`/setup?code=`+setupCode+`"`); !leads || len(got.cookies) > 0 {
		t.Errorf("%d leads to %q: %s", got.status, got.location, got.text("main"))
	}
	if len(fetched) != 1 || fetched[0] != gateOrigin {
		t.Errorf("certificates fetched: %v", fetched)
	}
}
