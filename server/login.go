package server

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
)

// loginPath is the door, with where to go on to.
func loginPath(next string) string {
	return templates.PathLogin + "?next=" + url.QueryEscape(next)
}

func (s *Server) getLogin(c echo.Context) error {
	next := safePath(c.QueryParam("next"), templates.PathHome)
	if s.signedIn(c) {
		return c.Redirect(http.StatusSeeOther, next)
	}
	return s.showLogin(c, http.StatusOK, templates.LoginPage{Handle: s.site.Name, Next: next}) // nobody else lives here
}

// getSetup leads on who comes back to the set-up page once there is a home.
func (s *Server) getSetup(c echo.Context) error {
	if s.signedIn(c) {
		return c.Redirect(http.StatusSeeOther, templates.PathHome)
	}
	return c.Redirect(http.StatusSeeOther, templates.PathLogin)
}

func (s *Server) showLogin(c echo.Context, status int, d templates.LoginPage) error {
	page, err := s.page(c, "Sign in", "")
	if err != nil {
		return err
	}
	page.Problems, page.Head.NoIndex = d.Problems, true
	d.Page = page
	return s.show(c, status, templates.Login(d))
}

// postLogin signs the owner in. A wrong handle costs the same time as a wrong
// password, and says the same.
func (s *Server) postLogin(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	if err := s.door.mayTry(c); err != nil {
		return err
	}
	handle, password := strings.TrimSpace(c.FormValue("handle")), c.FormValue("password")
	next := safePath(c.FormValue("next"), templates.PathHome)
	hash, err := s.door.sessions.FindPasswordHash(c.Request().Context())
	if err != nil && !errors.Is(err, social.ErrNotFound) {
		return err
	}
	if !s.isOwnHandle(handle) {
		hash = ""
	}
	right, err := s.door.isPassword(c.Request().Context(), password, hash)
	if err != nil {
		return err
	}
	if !right {
		d := templates.LoginPage{Handle: handle, Next: next}
		d.Problems = []social.Problem{{Field: "password", Text: "Handle and password do not belong together. Look at both and try again."}}
		return s.showLogin(c, http.StatusUnprocessableEntity, d)
	}
	if err := s.forget(c); err != nil {
		return err
	}
	if err := s.door.open(c, s.now()); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, next)
}

// mayTry refuses who tries too often, and strangers where many together do (attack
// AUT-10): the owner is none, nor whoever comes from where they are signed in.
func (d *door) mayTry(c echo.Context) error {
	if wait, ok := d.tries.take(c.RealIP(), d.now()); !ok {
		return tooMany{wait}
	}
	if d.allTries == nil || c.Get(sessionKey) != nil {
		return nil
	}
	if known, err := d.isKnown(c.Request().Context(), c.RealIP()); err != nil || known {
		return err
	}
	if wait, ok := takeFrom(d.allTries, d.now()); !ok {
		return tooMany{wait}
	}
	return nil
}

// isKnown reports whether the owner is signed in from the network of an address.
func (d *door) isKnown(ctx context.Context, address string) (bool, error) {
	found, err := d.sessions.ListSessions(ctx, maxListed)
	if err != nil {
		return false, err
	}
	for _, one := range found {
		var v visit
		if err := json.Unmarshal(one.Data, &v); err != nil {
			return false, err
		}
		if network(v.From) == network(address) {
			return true, nil
		}
	}
	return false, nil
}

// isOwnHandle takes the owner's name with or without @ and host.
func (s *Server) isOwnHandle(text string) bool {
	if strings.EqualFold(strings.TrimPrefix(text, "@"), s.site.Name) {
		return true
	}
	handle, err := social.ParseHandle(text)
	return err == nil && strings.EqualFold(handle.Name, s.site.Name) &&
		(handle.Host == s.site.HandleHost || handle.Host == s.site.Host())
}

// forget ends the sign-in that the request carries, if any.
func (s *Server) forget(c echo.Context) error {
	hash, ok := c.Get(sessionKey).(string)
	if !ok {
		return nil
	}
	return s.door.sessions.DeleteSession(c.Request().Context(), hash)
}

func (s *Server) postLogout(c echo.Context) error {
	if err := s.forget(c); err != nil {
		return err
	}
	c.SetCookie(s.door.cookie("", -1))
	return c.Redirect(http.StatusSeeOther, templates.PathHome)
}
