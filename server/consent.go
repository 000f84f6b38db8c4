package server

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"croft/server/oauth"
	"croft/social"
	"croft/store"
	"croft/templates"
)

// getAuthorizeApp asks the owner whether an app may have a key. They are always
// asked, whatever they said before (AUT-02).
func (s *Server) getAuthorizeApp(c echo.Context) error {
	w := wishOf(c.Request().URL.Query())
	asking, err := s.keys.Ask(c.Request().Context(), w)
	if err != nil {
		return refuseApp(c, w, err)
	}
	return s.showConsent(c, http.StatusOK, asking, nil)
}

func wishOf(form url.Values) oauth.Wish {
	return oauth.Wish{
		ResponseType: form.Get("response_type"), ClientID: form.Get("client_id"), RedirectURI: form.Get("redirect_uri"), Scope: form.Get("scope"),
		State: form.Get("state"), Challenge: form.Get("code_challenge"), ChallengeMethod: form.Get("code_challenge_method"),
	}
}

// hidden is the question once more, for the form that answers it.
func hidden(w oauth.Wish) []templates.HiddenField {
	return []templates.HiddenField{
		{Name: "response_type", Value: w.ResponseType}, {Name: "client_id", Value: w.ClientID}, {Name: "redirect_uri", Value: w.RedirectURI},
		{Name: "asked", Value: w.Scope}, {Name: "state", Value: w.State},
		{Name: "code_challenge", Value: w.Challenge}, {Name: "code_challenge_method", Value: w.ChallengeMethod},
	}
}

// refuseApp leads the app back with why it gets no code, or tells the owner,
// where it is not sure that it is the app's address.
func refuseApp(c echo.Context, w oauth.Wish, err error) error {
	var refusal *oauth.Error
	if !errors.As(err, &refusal) || w.RedirectURI == oauth.OutOfBand {
		return err
	}
	return c.Redirect(http.StatusSeeOther, w.Back("", refusal))
}

func (s *Server) showConsent(c echo.Context, status int, a oauth.Asking, problems []social.Problem) error {
	page, err := s.page(c, "Let an app in", "")
	if err != nil {
		return err
	}
	page.Problems, page.Head.NoIndex = problems, true
	d := templates.ConsentPage{Page: page, App: a.App.Name, Website: social.HostOf(a.App.Website), Hidden: hidden(a.Wish)}
	for _, one := range a.Scopes {
		d.Scopes = append(d.Scopes, scopeView(one))
	}
	if uri := a.Wish.RedirectURI; uri != oauth.OutOfBand {
		name, source := appPlace(uri)
		d.Back = name
		// The form's answer leads to the app, which a browser allows only if the page says so.
		policy := strings.Replace(contentPolicy, "form-action 'self'", "form-action 'self' "+source, 1)
		c.Response().Header().Set("Content-Security-Policy", policy)
	}
	return s.show(c, status, templates.Consent(d))
}

// appPlace is where an app is, for a person and as a source of a content policy:
// its host, or the scheme that opens it.
func appPlace(uri string) (name, source string) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		scheme, _, _ := strings.Cut(uri, ":")
		return scheme + ":", scheme + ":"
	}
	return u.Host, u.Scheme + "://" + u.Host
}

// postAuthorizeApp takes the owner's word.
func (s *Server) postAuthorizeApp(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	form := c.Request().PostForm
	w := wishOf(form)
	w.Scope = form.Get("asked")
	ctx := c.Request().Context()
	asking, err := s.keys.Ask(ctx, w)
	if err != nil {
		return refuseApp(c, w, err)
	}
	if form.Get("act") != "allow" {
		if w.RedirectURI == oauth.OutOfBand {
			return s.done(c, templates.PathApps, "The app was not let in.")
		}
		return c.Redirect(http.StatusSeeOther, w.Back("", &oauth.Error{Code: "access_denied", Description: "The owner said no."}))
	}
	asking.Scopes = allowed(asking.Scopes, form["scope"])
	if len(asking.Scopes) == 0 {
		asking, err := s.keys.Ask(ctx, w)
		if err != nil {
			return err
		}
		return s.showConsent(c, http.StatusUnprocessableEntity, asking, []social.Problem{{Field: "scope", Text: "Tick what the app may do, or say Not now."}})
	}
	code, err := s.keys.Allow(ctx, asking)
	if err != nil {
		return err
	}
	if w.RedirectURI != oauth.OutOfBand {
		return c.Redirect(http.StatusSeeOther, w.Back(code, nil))
	}
	page, err := s.page(c, "Code", "")
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, templates.Code(templates.CodePage{Page: page, App: asking.App.Name, Code: code}))
}

// allowed are those of the scopes asked for that the owner left ticked.
func allowed(asked oauth.Scopes, ticked []string) oauth.Scopes {
	return slices.DeleteFunc(slices.Clone(asked), func(one string) bool { return !slices.Contains(ticked, one) })
}

// getApps lists who holds keys.
func (s *Server) getApps(c echo.Context) error {
	tokens, err := s.door.sessions.ListTokens(c.Request().Context())
	if err != nil {
		return err
	}
	page, err := s.page(c, "Apps", templates.RoomMore)
	if err != nil {
		return err
	}
	d := templates.AppsPage{Page: page}
	for _, t := range tokens {
		d.Keys = append(d.Keys, appView(t))
	}
	return s.show(c, http.StatusOK, templates.Apps(d))
}

func appView(t store.Token) templates.AppView {
	return templates.AppView{ID: t.ID, Name: t.App.Name, Website: t.App.Website, Scopes: scopeWords(t.Scopes), Since: t.CreatedAt, Used: t.UsedAt}
}

// postAppEnd takes one key back.
func (s *Server) postAppEnd(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	id, err := social.ParseID(c.FormValue("key"))
	if err != nil {
		return err
	}
	if err := s.door.sessions.DeleteToken(c.Request().Context(), id); err != nil {
		return err
	}
	return s.done(c, templates.PathApps, "The key is taken back.")
}
