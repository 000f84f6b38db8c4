package oauth

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"time"

	"croft/social"
	"croft/store"
)

// codeLife is how long a code can be exchanged (RFC 6749 §4.1.2 says at most ten
// minutes).
const codeLife = 10 * time.Minute

// Wish is an app's question to the owner, as its query says it.
type Wish struct {
	ResponseType, ClientID, RedirectURI, Scope, State string
	Challenge, ChallengeMethod                        string // PKCE
}

// Asking is a question that can be put to the owner.
type Asking struct {
	App    store.App
	Scopes Scopes
	Wish   Wish
}

// Ask looks whether a question can be put to the owner. An app or a redirect URI
// that is not registered is ErrNotFound or ErrInvalid with a sentence for the
// owner: nobody is led anywhere. Anything else is an *Error, with which the app
// is led back (Back).
func (k *Keys) Ask(ctx context.Context, w Wish) (Asking, error) {
	app, err := k.store.FindApp(ctx, w.ClientID)
	if errors.Is(err, social.ErrNotFound) {
		return Asking{}, social.Invalidf("The app that asks is not known here, or not any more. Sign in from the app again.")
	}
	if err != nil {
		return Asking{}, err
	}
	if !slices.Contains(app.RedirectURIs, w.RedirectURI) { // nothing but the very same string (AUT-01)
		return Asking{}, social.Invalidf("The app asks to be led to an address that it did not name when it registered. Sign in from the app again.")
	}
	scopes, ok := ParseScopes(w.Scope)
	switch {
	case w.ResponseType != "code":
		return Asking{}, &Error{"unsupported_response_type", "This home gives codes only."}
	case !ok || !scopes.Within(app.Scopes):
		return Asking{}, &Error{"invalid_scope", "The app asks for more than it registered for, or for scopes that are not known."}
	case w.Challenge == "" && w.ChallengeMethod != "" || w.Challenge != "" && (w.ChallengeMethod != "S256" || !isChallenge(w.Challenge)):
		return Asking{}, &Error{"invalid_request", "A code_challenge must be of the method S256."}
	}
	return Asking{app, scopes, w}, nil
}

var challengeShape = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

func isChallenge(s string) bool { return challengeShape.MatchString(s) }

// Allow makes the code that stands for the owner's yes.
func (k *Keys) Allow(ctx context.Context, a Asking) (code string, err error) {
	code = NewSecret()
	return code, k.store.PutCode(ctx, store.Code{
		Hash: Hash(code), AppID: a.App.ID, RedirectURI: a.Wish.RedirectURI, Scopes: a.Scopes,
		Challenge: a.Wish.Challenge, ExpiresAt: k.now().Add(codeLife),
	})
}

// Back is where the app is led with the answer: a code, or why there is none
// (RFC 6749 §4.1.2). The redirect URI must have passed Ask.
func (w Wish) Back(code string, refusal *Error) string {
	u, err := url.Parse(w.RedirectURI)
	if err != nil {
		return "" // it was parsed when it was registered
	}
	query := u.Query()
	if refusal != nil {
		query.Set("error", refusal.Code)
		query.Set("error_description", refusal.Description)
	} else {
		query.Set("code", code)
	}
	if w.State != "" {
		query.Set("state", w.State)
	}
	u.RawQuery = query.Encode()
	return u.String()
}
