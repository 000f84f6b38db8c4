package server

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/static"
	"croft/templates"
)

// thisDevice is whether the browser that asks is told of notifications, and how.
func (s *Server) thisDevice(c echo.Context) (p social.Push, told bool, err error) {
	here, _, err := s.thisSession(c)
	if err != nil {
		return p, false, err
	}
	p, err = s.store.FindPushOfSession(c.Request().Context(), here.Token)
	if errors.Is(err, social.ErrNotFound) {
		return p, false, nil
	}
	return p, err == nil, err
}

// postPush has this browser told of notifications, or no more.
func (s *Server) postPush(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if c.FormValue("end") != "" {
		p, told, err := s.thisDevice(c)
		if err == nil && told {
			err = s.timeline.TellDeviceNoMore(ctx, p.ID)
		}
		if err != nil {
			return err
		}
		return s.done(c, templates.PathPreferences, "This device is told no more.")
	}
	here, _, err := s.thisSession(c)
	if err != nil {
		return err
	}
	p := social.Push{Endpoint: c.FormValue("endpoint"), P256DH: social.PushKeyBytes(c.FormValue("p256dh")), Auth: social.PushKeyBytes(c.FormValue("auth"))}
	err = s.timeline.TellBrowser(ctx, here.Token, p)
	if err == nil {
		return s.done(c, templates.PathPreferences, "This device is told of your notifications.")
	}
	if !errors.Is(err, social.ErrInvalid) {
		return err
	}
	home, err := s.store.FindHome(ctx)
	if err != nil {
		return err
	}
	return s.showPreferences(c, http.StatusUnprocessableEntity, home.Preferences, social.Problems(
		social.InvalidField("push", "Your browser has to take part in this: it must run scripts and know a service that this home can use.")))
}

// getWorker sends the script that shows notifications while no page is open. Its
// address never changes: a browser looks there by itself for a newer one.
func (s *Server) getWorker(c echo.Context) error {
	f, err := s.static.Open(strings.TrimPrefix(s.static.Path("worker.js"), static.Prefix))
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-cache")
	return c.Blob(http.StatusOK, f.MediaType, f.Plain)
}
