package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"croft/markup"
	"croft/social"
	"croft/templates"
)

// getAbout is what the owner says of themself at length; nothing, until they do.
func (s *Server) getAbout(c echo.Context) error {
	ctx := c.Request().Context()
	home, err := s.store.FindHome(ctx)
	if err != nil {
		return err
	}
	if home.Profile.About == "" {
		return social.ErrNotFound
	}
	me, err := s.store.FindActor(ctx, home.OwnerID)
	if err != nil {
		return err
	}
	page, err := s.page(c, "About "+me.DisplayName(), "")
	if err != nil {
		return err
	}
	path := "/@" + s.site.Name
	d := templates.AboutPage{Page: page, Rooms: s.rooms(home.Profile), RSS: path + ".rss", Atom: path + ".atom"}
	d.Words = markup.Render(home.Profile.About, markup.Links{Tag: s.site.Tag})
	d.Head = templates.Head{
		Canonical: s.site.Actor() + "/about", Description: markup.Excerpt(markup.Text(d.Words), 200), NoIndex: !me.Discoverable, Alternates: s.feeds(),
	}
	return s.show(c, http.StatusOK, templates.About(d))
}
