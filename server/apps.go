package server

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"

	"croft/server/oauth"
	"croft/social"
)

// appAnswer is an app as the Mastodon API shows it to the app itself.
type appAnswer struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	Website      *string  `json:"website"`
	Scopes       []string `json:"scopes"`
	RedirectURI  string   `json:"redirect_uri"`
	RedirectURIs []string `json:"redirect_uris"`
	ClientID     string   `json:"client_id"`
	ClientSecret string   `json:"client_secret"`
	SecretUntil  int      `json:"client_secret_expires_at"` // 0: it does not expire
	VAPIDKey     string   `json:"vapid_key"`                // older apps look for it here
}

// postApps registers an app.
func (s *Server) postApps(c echo.Context) error {
	if wait, ok := s.registering.take(c.RealIP(), s.now()); !ok {
		return tooMany{wait}
	}
	form, err := appForm(c)
	if err != nil {
		return err
	}
	made, err := s.keys.Register(c.Request().Context(), oauth.Registration{
		Name: form.Get("client_name"), Website: form.Get("website"), Scopes: form.Get("scopes"),
		RedirectURIs: append(form["redirect_uris"], form["redirect_uris[]"]...),
	})
	if err != nil {
		return err
	}
	app := made.App
	answer := appAnswer{
		ID: app.ID.String(), Name: app.Name, Scopes: app.Scopes, RedirectURI: strings.Join(app.RedirectURIs, "\n"), RedirectURIs: app.RedirectURIs,
		ClientID: app.ClientID, ClientSecret: made.Secret, VAPIDKey: s.timeline.PushKey(),
	}
	if app.Website != "" {
		answer.Website = &app.Website
	}
	return sendApp(c, http.StatusOK, answer)
}

// tokenAnswer is a new key (RFC 6749 §5.1).
type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	Scope       string `json:"scope"`
	CreatedAt   int64  `json:"created_at"` // seconds; Mastodon's
	Me          string `json:"me"`         // whose home it opens; IndieAuth's and Pleroma's
}

// postToken gives a key for a code, or for the app's own word.
func (s *Server) postToken(c echo.Context) error {
	form, err := appForm(c)
	if err != nil {
		return err
	}
	id, secret := clientOf(c, form)
	grant, err := s.keys.Exchange(c.Request().Context(), oauth.Request{
		GrantType: form.Get("grant_type"), ClientID: id, ClientSecret: secret, RedirectURI: form.Get("redirect_uri"),
		Code: form.Get("code"), Verifier: form.Get("code_verifier"), Scope: form.Get("scope"),
	})
	if err != nil {
		return err
	}
	return sendApp(c, http.StatusOK, tokenAnswer{grant.Token, "Bearer", grant.Scopes.String(), grant.CreatedAt.Unix(), s.site.Actor()})
}

// clientOf is who asks: by the form, or by the Authorization header (RFC 6749
// §2.3.1).
func clientOf(c echo.Context, form url.Values) (id, secret string) {
	if id, secret, ok := c.Request().BasicAuth(); ok {
		return id, secret
	}
	return form.Get("client_id"), form.Get("client_secret")
}

// postRevoke takes a key back (RFC 7009).
func (s *Server) postRevoke(c echo.Context) error {
	form, err := appForm(c)
	if err != nil {
		return err
	}
	id, secret := clientOf(c, form)
	if err := s.keys.Revoke(c.Request().Context(), id, secret, form.Get("token")); err != nil {
		return err
	}
	return sendApp(c, http.StatusOK, struct{}{})
}

// metadataAnswer says where keys are asked for (RFC 8414).
type metadataAnswer struct {
	Issuer        string   `json:"issuer"`
	Authorization string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	Revocation    string   `json:"revocation_endpoint"`
	UserInfo      string   `json:"userinfo_endpoint"`
	Registration  string   `json:"app_registration_endpoint"` // Mastodon's
	Documentation string   `json:"service_documentation"`
	Scopes        []string `json:"scopes_supported"`
	Responses     []string `json:"response_types_supported"`
	Modes         []string `json:"response_modes_supported"`
	Grants        []string `json:"grant_types_supported"`
	Auth          []string `json:"token_endpoint_auth_methods_supported"`
	Challenges    []string `json:"code_challenge_methods_supported"`
	Issues        bool     `json:"authorization_response_iss_parameter_supported"`
}

func (s *Server) getOAuthMetadata(c echo.Context) error {
	origin := s.site.Origin
	return sendApp(c, http.StatusOK, metadataAnswer{
		Issuer: origin + "/", Authorization: origin + "/oauth/authorize", Token: origin + "/oauth/token", Revocation: origin + "/oauth/revoke", UserInfo: origin + "/oauth/userinfo",
		Registration: origin + "/api/v1/apps", Documentation: "https://docs.joinmastodon.org/", Scopes: oauth.Known(),
		Responses: []string{"code"}, Modes: []string{"query"}, Grants: []string{"authorization_code", "client_credentials"},
		Auth: []string{"client_secret_basic", "client_secret_post", "none"}, Challenges: []string{"S256"},
	})
}

// sendApp answers an app. Nothing of it is kept by anybody (RFC 6749 §5.1).
func sendApp(c echo.Context, status int, answer any) error {
	body, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	a := newAnswer("application/json; charset=utf-8", noStore, body)
	a.link = c.Response().Header().Get("Link")
	return sendAnswer(c, status, a)
}

// appHeaders lets any page call what opens by a key and never by a cookie
// (AUT-18).
func appHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h["Access-Control-Allow-Origin"] = anyOrigin
		h["Access-Control-Expose-Headers"] = exposedHeaders
		return next(c)
	}
}

var exposedHeaders = []string{"Link, X-RateLimit-Reset, X-RateLimit-Limit, X-RateLimit-Remaining, X-Request-Id, Mastodon-Async-Refresh"}

// preflight says what a page may send (Fetch Standard §3.2).
func preflight(methods []string) echo.HandlerFunc {
	allow := []string{strings.Join(methods, ", ")}
	return func(c echo.Context) error {
		h := c.Response().Header()
		h["Access-Control-Allow-Methods"] = allow
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, *")
		h.Set("Access-Control-Max-Age", "86400")
		return c.NoContent(http.StatusNoContent)
	}
}

// refusal is an error as the Mastodon API shows it: always an object, with more words
// where they help.
type refusal struct {
	Error       string              `json:"error"`
	Description string              `json:"error_description,omitempty"`
	Details     map[string][]detail `json:"details,omitempty"` // by parameter
}

// tellApp answers an app's request that failed.
func tellApp(c echo.Context, status int, err error) error {
	answer := refusal{Error: http.StatusText(status)}
	var ofKeys *oauth.Error
	var scope outOfScope
	var words []string
	for _, p := range social.Problems(err) {
		words = append(words, p.Text)
	}
	switch {
	case errors.As(err, &ofKeys):
		answer.Error, answer.Description = ofKeys.Code, ofKeys.Description
	case errors.As(err, &scope):
		answer.Error = scope.Error()
	case status == http.StatusNotFound:
		answer.Error = "Record not found"
	case len(words) > 0:
		answer.Error, answer.Details = strings.Join(words, " "), detailsOf(err)
	}
	return sendApp(c, status, answer)
}

// detail is one thing wrong with a parameter.
type detail struct {
	Error       string `json:"error"`
	Description string `json:"description"`
}

// paramOf are the API's names of fields that the pages call otherwise.
var paramOf = map[string]string{
	"text": "status", "warning": "spoiler_text", "media": "media_ids", "in_reply_to": "in_reply_to_id", "publish_at": "scheduled_at", "websites": "attribution_domains", "quote": "quoted_status_id", "may_quote": "quote_approval_policy",
	"name": "display_name", "bio": "note", "host": "domain",
}

// detailsOf says which parameters are wrong, where it is known.
func detailsOf(err error) map[string][]detail {
	details := map[string][]detail{}
	for _, p := range social.Problems(err) {
		name := p.Field
		if own, ok := paramOf[name]; ok {
			name = own
		}
		if strings.HasPrefix(name, "field-") {
			name = "fields_attributes"
		}
		if name != "" {
			details[name] = append(details[name], detail{"ERR_INVALID", p.Text})
		}
	}
	return details
}
