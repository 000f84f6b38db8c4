// Package oauth gives apps keys to the home and tells what a key opens (OAuth
// 2.0, RFC 6749, with PKCE, RFC 7636, as the apps of the Mastodon family use
// it). It speaks no HTTP, shows no page and does not know who is signed in: the
// server asks the owner, and tells it what they said.
//
//	oauth.go      Keys, registering, the errors of the protocol
//	authorize.go  an app asks, the owner allows
//	token.go      codes and the app's own word for keys; taking them back
//	scopes.go     what a key opens
package oauth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"time"

	"croft/social"
	"croft/store"
)

// OutOfBand is the redirect URI of an app that cannot be led back to: the owner
// is shown the code and carries it over (RFC 8252 has ended it elsewhere; toot
// and others live by it).
const OutOfBand = "urn:ietf:wg:oauth:2.0:oob"

// Keys is who gives and knows keys. It is safe for use by many goroutines.
type Keys struct {
	store store.Sessions
	now   func() time.Time
}

// New makes the Keys of a home.
func New(sessions store.Sessions, now func() time.Time) *Keys { return &Keys{sessions, now} }

// Error is a refusal as the protocol says it (RFC 6749 §5.2). It is ErrInvalid,
// or ErrUnauthorized where a client has not shown who it is.
type Error struct {
	Code        string // invalid_grant and the like
	Description string // a whole sentence for whoever writes the app
}

func (e *Error) Error() string { return e.Code + ": " + e.Description }

// Unwrap is the kind of the error.
func (e *Error) Unwrap() error {
	if e.Code == "invalid_client" || e.Code == "invalid_token" {
		return social.ErrUnauthorized
	}
	return social.ErrInvalid
}

// Registration is what an app says of itself.
type Registration struct {
	Name, Website string
	RedirectURIs  []string // each whole, or several in one parted by line ends
	Scopes        string
}

// Credentials are what it has to show from now on. The secret is known to
// nobody else.
type Credentials struct {
	App    store.App
	Secret string
}

const (
	maxAppName = 100
	maxURIs    = 10
	maxURI     = 2000
)

// Register keeps a new app. A name that is missing or long, a redirect URI that
// leads to no app, or a scope that is not known is ErrInvalid with a sentence
// and the field client_name, redirect_uris, website or scopes.
func (k *Keys) Register(ctx context.Context, r Registration) (Credentials, error) {
	name := strings.TrimSpace(r.Name)
	if name == "" || len([]rune(name)) > maxAppName {
		return Credentials{}, social.InvalidField("client_name", "Give the app a name of at most %d characters.", maxAppName)
	}
	if r.Website != "" && !isWebsite(r.Website) {
		return Credentials{}, social.InvalidField("website", "The website must be an http or https address.")
	}
	uris := splitURIs(r.RedirectURIs)
	if len(uris) == 0 || len(uris) > maxURIs {
		return Credentials{}, social.InvalidField("redirect_uris", "Name one to %d redirect URIs.", maxURIs)
	}
	for _, uri := range uris {
		if !isRedirect(uri) {
			return Credentials{}, social.InvalidField("redirect_uris",
				"%.200q is no redirect URI: it must be absolute, without a fragment, and of https, of http on loopback, or of the app's own scheme.", uri)
		}
	}
	scopes, ok := ParseScopes(r.Scopes)
	if !ok {
		return Credentials{}, social.InvalidField("scopes", "There are scopes in %.200q that this home does not know.", r.Scopes)
	}
	secret := NewSecret()
	app, err := k.store.PutApp(ctx, store.App{
		ClientID: NewSecret(), Secret: Hash(secret), Name: name, Website: r.Website, RedirectURIs: uris, Scopes: scopes,
	})
	return Credentials{app, secret}, err
}

func splitURIs(all []string) []string {
	var uris []string
	for _, one := range all {
		for _, uri := range strings.Fields(one) {
			if !slices.Contains(uris, uri) {
				uris = append(uris, uri)
			}
		}
	}
	return uris
}

func isWebsite(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= maxURI && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// noApps are schemes that run or show something instead of opening an app
// (AUT-01).
var noApps = []string{"javascript", "data", "file", "vbscript", "about", "blob", "filesystem", "view-source", "ftp", "ws", "wss"}

func isRedirect(uri string) bool {
	if uri == OutOfBand {
		return true
	}
	u, err := url.Parse(uri)
	if err != nil || len(uri) > maxURI || u.Scheme == "" || !plainHost(u.Host) || u.User != nil || strings.Contains(uri, "#") || strings.ContainsAny(uri, "\\ \x00") {
		return false
	}
	switch scheme := strings.ToLower(u.Scheme); scheme {
	case "https":
		return u.Host != ""
	case "http":
		return u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1"
	default:
		return !slices.Contains(noApps, scheme)
	}
}

// plainHost holds a host to what stands in one, since the consent page names it
// in its content policy.
func plainHost(host string) bool {
	return !strings.ContainsFunc(host, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:[]", r)
	})
}

// Hash is how secrets are kept: who reads the database can open nothing.
func Hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// NewSecret is 256 bits that were never there before, as letters and digits that
// an address can hold.
func NewSecret() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(raw)
}
