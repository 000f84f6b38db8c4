package server

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"croft/config"
	"croft/social"
	"croft/store"
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
	entries, err := s.store.ListHome(ctx, store.HomeQuery{Before: from, Limit: pageSize})
	if err != nil {
		return err
	}
	page, err := s.page(c, "Home", templates.RoomHome)
	if err != nil {
		return err
	}
	d := templates.HomePage{Page: page}
	if from == 0 && len(entries) > 0 {
		d.Newest = entries[0].ID
	}
	if d.Compose, err = s.composeDefaults(ctx); err != nil {
		return err
	}
	views, err := s.entryViews(c, entries)
	if err != nil {
		return err
	}
	d.Posts = once(views)
	d.Alone = config.IsLoopback(s.site.Origin)
	if d.Following, err = s.store.CountFollowing(ctx, social.FollowAccepted); err != nil {
		return err
	}
	d.Older = older("/", nil, len(entries), func() social.ID { return entries[len(entries)-1].ID })
	return s.show(c, http.StatusOK, templates.Home(d))
}

// once leaves every post of a page standing once, where it comes first, with all
// who boosted it.
func once(views []templates.PostView) []templates.PostView {
	at := map[social.ID]int{}
	kept := views[:0]
	for _, v := range views {
		i, known := at[v.Post.ID]
		if !known {
			at[v.Post.ID] = len(kept)
			kept = append(kept, v)
			continue
		}
		kept[i].BoostedBy = append(kept[i].BoostedBy, v.BoostedBy...)
	}
	return kept
}

// composeDefaults are what the small composer begins with.
func (s *Server) composeDefaults(ctx context.Context) (templates.ComposeDefaults, error) {
	visibility, language, err := s.writes(ctx)
	return templates.ComposeDefaults{Visibility: string(visibility), Language: language, MaxText: s.timeline.MaxPost()}, err
}
