package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"croft/templates"
)

// getShortcuts lists the keys that do something.
func (s *Server) getShortcuts(c echo.Context) error {
	page, err := s.page(c, "Keyboard shortcuts", templates.RoomMore)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, templates.Shortcuts(templates.ShortcutsPage{Page: page, On: !page.Preferences.NoShortcuts}))
}

// postShortcuts turns the shortcuts of one key on or off (WCAG 2.1.4).
func (s *Server) postShortcuts(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	home, err := s.store.FindHome(c.Request().Context())
	if err != nil {
		return err
	}
	p, sentence := home.Preferences, "Shortcuts of one key are on."
	if p.NoShortcuts = c.FormValue("on") == ""; p.NoShortcuts {
		sentence = "Shortcuts of one key are off."
	}
	if err := s.timeline.SetPreferences(c.Request().Context(), p); err != nil {
		return err
	}
	return s.done(c, templates.PathShortcuts, sentence)
}
