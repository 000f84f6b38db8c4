package store_test

import (
	"errors"
	"testing"
	"time"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// keys is a home with an app that may ask for keys.
type keys struct {
	store.Sessions
	t   *testing.T
	now time.Time
	app store.App
}

func newKeys(t *testing.T) *keys {
	t.Helper()
	k := &keys{t: t, now: clock()}
	s := storetest.New(t, func() time.Time { return k.now })
	k.Sessions = s.Sessions()
	k.app = k.put("one")
	return k
}

func (k *keys) put(clientID string) store.App {
	k.t.Helper()
	a, err := k.PutApp(k.t.Context(), store.App{
		ClientID: clientID, Secret: "s", Name: "Tusky", Website: "https://tusky.app", RedirectURIs: []string{"tusky://back"}, Scopes: []string{"read", "write"},
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return a
}

func (k *keys) code(hash string) {
	k.t.Helper()
	err := k.PutCode(k.t.Context(), store.Code{
		Hash: hash, AppID: k.app.ID, RedirectURI: "tusky://back", Scopes: []string{"read"}, Challenge: "c", ExpiresAt: k.now.Add(time.Minute),
	})
	if err != nil {
		k.t.Fatal(err)
	}
}

func (k *keys) exchange(code, token string) error {
	_, err := k.ExchangeCode(k.t.Context(), code, func(c store.Code) (store.Token, error) {
		return store.Token{Hash: token, AppID: c.AppID, Scopes: c.Scopes, Owner: true}, nil
	})
	return err
}

// holds holds what keys there are, newest first.
func (k *keys) holds(what string, want ...string) {
	k.t.Helper()
	all, err := k.ListTokens(k.t.Context())
	if err != nil {
		k.t.Fatal(err)
	}
	got := []string{}
	for _, one := range all {
		got = append(got, one.Hash)
	}
	wantSame(k.t, what, got, append([]string{}, want...))
}

func TestApps(t *testing.T) {
	k := newKeys(t)
	got, err := k.FindApp(t.Context(), "one")
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "app", got, store.App{
		ID: k.app.ID, ClientID: "one", Secret: "s", Name: "Tusky", Website: "https://tusky.app",
		RedirectURIs: []string{"tusky://back"}, Scopes: []string{"read", "write"}, CreatedAt: k.now.Truncate(time.Millisecond),
	})
	_, err = k.FindApp(t.Context(), "two")
	wantError(t, "an app that is not there", err, social.ErrNotFound)
}

// TestUnusedApps forgets apps that nobody let in, and no others (AUT-08).
func TestUnusedApps(t *testing.T) {
	k := newKeys(t)
	k.code("code")
	if err := k.exchange("code", "token"); err != nil {
		t.Fatal(err)
	}
	idle := k.put("idle")
	if _, err := k.PutToken(t.Context(), store.Token{Hash: "of the app", AppID: idle.ID}); err != nil {
		t.Fatal(err)
	}
	k.now = k.now.Add(25 * time.Hour)
	k.put("new")
	_, err := k.FindApp(t.Context(), "idle")
	wantError(t, "an app without a key", err, social.ErrNotFound)
	_, err = k.FindToken(t.Context(), "of the app")
	wantError(t, "its own key", err, social.ErrNotFound)
	k.holds("the key of the other", "token")
}

// TestExchangeCode makes one key of a code, whatever is tried (AUT-03).
func TestExchangeCode(t *testing.T) {
	k := newKeys(t)
	k.code("code")
	if err := k.exchange("code", "token"); err != nil {
		t.Fatal(err)
	}
	got, err := k.FindToken(t.Context(), "token")
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "token", got, store.Token{
		ID: got.ID, Hash: "token", AppID: k.app.ID, Code: "code", Scopes: []string{"read"}, Owner: true, CreatedAt: k.now.Truncate(time.Millisecond), App: k.app,
	})
	wantError(t, "the code once more", k.exchange("code", "other"), social.ErrNotFound)
	k.holds("keys after the second use")

	k.code("refused")
	refusal := errors.New("wrong verifier")
	_, err = k.ExchangeCode(t.Context(), "refused", func(store.Code) (store.Token, error) { return store.Token{}, refusal })
	wantError(t, "a refusal", err, refusal)
	wantError(t, "after a refusal", k.exchange("refused", "other"), social.ErrNotFound)

	k.code("late")
	k.now = k.now.Add(time.Minute)
	wantError(t, "an expired code", k.exchange("late", "other"), social.ErrNotFound)
	wantError(t, "no code", k.exchange("none", "other"), social.ErrNotFound)
	k.holds("keys in the end")
}

func TestTokens(t *testing.T) {
	k := newKeys(t)
	for _, hash := range []string{"a", "b", "c"} {
		k.code("code " + hash)
		if err := k.exchange("code "+hash, hash); err != nil {
			t.Fatal(err)
		}
	}
	k.holds("all", "c", "b", "a")
	b, err := k.FindToken(t.Context(), "b")
	if err != nil {
		t.Fatal(err)
	}
	k.now = k.now.Add(time.Hour)
	if err := errors.Join(k.TouchToken(t.Context(), b.ID), k.DeleteToken(t.Context(), b.ID+100)); err != nil {
		t.Fatal(err)
	}
	if b, err = k.FindToken(t.Context(), "b"); err != nil || !b.UsedAt.Equal(k.now.Truncate(time.Millisecond)) {
		t.Errorf("used at %v (%v), want %v", b.UsedAt, err, k.now)
	}
	if err := k.DeleteToken(t.Context(), b.ID); err != nil {
		t.Fatal(err)
	}
	k.holds("without b", "c", "a")
	if err := k.DeleteApp(t.Context(), k.app.ID); err != nil {
		t.Fatal(err)
	}
	k.holds("without the app")
}

// TestPasswordTakesKeysBack ends every key with a new password (AUT-06).
func TestPasswordTakesKeysBack(t *testing.T) {
	k := newKeys(t)
	k.code("code")
	k.code("unused")
	if err := errors.Join(k.exchange("code", "token"), k.SetPassword(t.Context(), "hash")); err != nil {
		t.Fatal(err)
	}
	k.holds("keys")
	wantError(t, "a code from before", k.exchange("unused", "other"), social.ErrNotFound)
}
