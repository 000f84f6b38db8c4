package server

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
)

// getHome is the owner's home timeline, and the profile for everybody else.
func (s *Server) getHome(c echo.Context) error {
	if !s.signedIn(c) {
		return s.getActor(c)
	}
	ctx := c.Request().Context()
	from, err := before(c)
	if err != nil {
		return err
	}
	entries, err := s.store.ListHome(ctx, from, pageSize)
	if err != nil {
		return err
	}
	page, err := s.page(c, "Home", templates.RoomHome)
	if err != nil {
		return err
	}
	d := templates.HomePage{Page: page}
	if d.Compose, err = s.composeDefaults(ctx); err != nil {
		return err
	}
	if d.Posts, err = s.entryViews(c, entries); err != nil {
		return err
	}
	if d.Following, err = s.store.CountFollowing(ctx, social.FollowAccepted); err != nil {
		return err
	}
	d.Older = older("/", nil, len(entries), func() social.ID { return entries[len(entries)-1].ID })
	return s.show(c, http.StatusOK, templates.Home(d))
}

// composeDefaults are what the small composer begins with.
func (s *Server) composeDefaults(ctx context.Context) (templates.ComposeDefaults, error) {
	language, err := s.lastLanguage(ctx)
	return templates.ComposeDefaults{Visibility: string(social.Public), Language: language, MaxText: s.timeline.MaxPost()}, err
}
