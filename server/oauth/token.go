package oauth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"regexp"
	"time"

	"croft/social"
	"croft/store"
)

// Request is what an app asks the token endpoint for (RFC 6749 §4.1.3, §4.4.2).
type Request struct {
	GrantType, ClientID, ClientSecret, RedirectURI string
	Code, Verifier, Scope                          string
}

// Grant is a new key.
type Grant struct {
	Token     string
	Scopes    Scopes
	CreatedAt time.Time
}

// Key is what is known of a key that is shown.
type Key struct {
	ID     social.ID
	App    store.App
	Scopes Scopes
	Owner  bool // opens what is the owner's; else it stands for the app alone
}

// Exchange gives a key for a code that the owner's yes made, or for the app's
// own word. Refusals are *Error. Whoever uses a code a second time ends the key
// that was made from it (AUT-03).
func (k *Keys) Exchange(ctx context.Context, r Request) (Grant, error) {
	app, secret, err := k.client(ctx, r.ClientID, r.ClientSecret)
	if err != nil {
		return Grant{}, err
	}
	switch r.GrantType {
	case "authorization_code":
		return k.exchangeCode(ctx, app, secret, r)
	case "client_credentials":
		return k.giveAppKey(ctx, app, secret, r)
	default:
		return Grant{}, &Error{"unsupported_grant_type", "This home knows the grants authorization_code and client_credentials."}
	}
}

// client is the app that asks, and whether it showed its secret. A wrong one is
// refused; none may do, with PKCE.
func (k *Keys) client(ctx context.Context, id, secret string) (app store.App, shown bool, err error) {
	app, err = k.store.FindApp(ctx, id)
	if errors.Is(err, social.ErrNotFound) {
		return app, false, &Error{"invalid_client", "No app with this client_id is registered here."}
	}
	if err != nil {
		return app, false, err
	}
	if secret != "" && subtle.ConstantTimeCompare([]byte(Hash(secret)), []byte(app.Secret)) != 1 {
		return app, false, &Error{"invalid_client", "The client_secret is wrong."}
	}
	return app, secret != "", nil
}

// exchangeCode: an app was given a secret when it registered. Without a
// challenge it must show that; with one, the verifier (AUT-04).
func (k *Keys) exchangeCode(ctx context.Context, app store.App, secret bool, r Request) (Grant, error) {
	if r.Code == "" {
		return Grant{}, &Error{"invalid_request", "The code is missing."}
	}
	token := NewSecret()
	made, err := k.store.ExchangeCode(ctx, Hash(r.Code), func(c store.Code) (store.Token, error) {
		switch {
		case c.AppID != app.ID || c.RedirectURI != r.RedirectURI:
			return store.Token{}, &Error{"invalid_grant", "The code was made for another app or another redirect_uri."}
		case c.Challenge == "" && !secret:
			return store.Token{}, &Error{"invalid_client", "Without PKCE the client_secret is needed."}
		case c.Challenge == "" && r.Verifier != "" || c.Challenge != "" && !verifies(r.Verifier, c.Challenge):
			return store.Token{}, &Error{"invalid_grant", "The code_verifier does not belong to the code."}
		}
		return store.Token{Hash: Hash(token), AppID: app.ID, Scopes: c.Scopes, Owner: true}, nil
	})
	if errors.Is(err, social.ErrNotFound) {
		return Grant{}, &Error{"invalid_grant", "The code is not known, was used or has expired."}
	}
	if err != nil {
		return Grant{}, err
	}
	return Grant{token, made.Scopes, k.now()}, nil
}

var verifierShape = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`) // RFC 7636 §4.1

func verifies(verifier, challenge string) bool {
	sum := sha256.Sum256([]byte(verifier))
	return verifierShape.MatchString(verifier) &&
		subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(sum[:])), []byte(challenge)) == 1
}

// giveAppKey gives an app a key that stands for itself: it opens what anybody
// may see.
func (k *Keys) giveAppKey(ctx context.Context, app store.App, secret bool, r Request) (Grant, error) {
	if !secret {
		return Grant{}, &Error{"invalid_client", "The client_secret is missing."}
	}
	scopes, ok := ParseScopes(r.Scope)
	if !ok || !scopes.Within(app.Scopes) {
		return Grant{}, &Error{"invalid_scope", "The app asks for more than it registered for, or for scopes that are not known."}
	}
	return k.give(ctx, app, scopes, false)
}

// Give makes a key of the owner's own, for a script. A name or scopes that cannot
// be are ErrInvalid with a sentence.
func (k *Keys) Give(ctx context.Context, name, scopes string) (Grant, error) {
	made, err := k.Register(ctx, Registration{Name: name, RedirectURIs: []string{OutOfBand}, Scopes: scopes})
	if err != nil {
		return Grant{}, err
	}
	return k.give(ctx, made.App, made.App.Scopes, true)
}

func (k *Keys) give(ctx context.Context, app store.App, scopes Scopes, owner bool) (Grant, error) {
	token := NewSecret()
	_, err := k.store.PutToken(ctx, store.Token{Hash: Hash(token), AppID: app.ID, Scopes: scopes, Owner: owner})
	return Grant{token, scopes, k.now()}, err
}

// touchEvery is how exactly the last use of a key is known.
const touchEvery = 10 * time.Minute

// Find tells what a key opens; one that is not known, or was taken back, is an
// *Error of the code invalid_token. It notes the use now and then.
func (k *Keys) Find(ctx context.Context, token string) (Key, error) {
	found, err := k.store.FindToken(ctx, Hash(token))
	if errors.Is(err, social.ErrNotFound) {
		return Key{}, &Error{"invalid_token", "The access token is not known here, or was taken back."}
	}
	if err != nil {
		return Key{}, err
	}
	if k.now().Sub(found.UsedAt) >= touchEvery {
		err = k.store.TouchToken(ctx, found.ID)
	}
	return Key{found.ID, found.App, found.Scopes, found.Owner}, err
}

// Revoke takes a key back on its app's word (RFC 7009): who holds the key need
// not show the secret, but must not show a wrong one. A key that is not known is
// no error; one of another app is refused, and stays.
func (k *Keys) Revoke(ctx context.Context, clientID, secret, token string) error {
	app, _, err := k.client(ctx, clientID, secret)
	if err != nil {
		return err
	}
	found, err := k.store.FindToken(ctx, Hash(token))
	if errors.Is(err, social.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if found.AppID != app.ID {
		return &Error{"unauthorized_client", "The token belongs to another app."}
	}
	return k.store.DeleteToken(ctx, found.ID)
}
