package server

import (
	"context"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/store"
	"croft/templates"
)

// listEdges is Reader.ListFollowers or ListFollowing.
type listEdges func(ctx context.Context, state social.FollowState, span store.Span) ([]store.Edge, error)

// edges is one page of a follow list, as a page shows it, and the address of
// the next one.
func (s *Server) edges(c echo.Context, list listEdges, state social.FollowState, path string) ([]templates.ActorView, string, error) {
	from, err := before(c)
	if err != nil {
		return nil, "", err
	}
	found, err := list(c.Request().Context(), state, store.Below(from, pageSize))
	if err != nil {
		return nil, "", err
	}
	actors := make([]*social.Actor, 0, len(found))
	for _, e := range found {
		actors = append(actors, e.Actor)
	}
	people, err := s.peopleViews(c, actors)
	if err != nil {
		return nil, "", err
	}
	if state == social.FollowPending { // how long somebody waits is worth knowing
		for i := range people {
			people[i].Since = found[i].Follow.CreatedAt
		}
	}
	query := url.Values{"asked": {c.QueryParam("asked")}}
	return people, older(path, query, len(found), func() social.ID { return found[len(found)-1].Follow.ID }), nil
}

// getRequests lists who asks to follow the owner.
func (s *Server) getRequests(c echo.Context) error {
	page, err := s.page(c, "Follow requests", templates.RoomNotices)
	if err != nil {
		return err
	}
	home, err := s.store.FindHome(c.Request().Context())
	if err != nil {
		return err
	}
	d := templates.RequestsPage{Page: page, Locked: home.Profile.Locked}
	if d.People, d.Older, err = s.edges(c, s.store.ListFollowers, social.FollowPending, templates.PathRequests); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, templates.Requests(d))
}

// getFollowers lists who follows the owner.
func (s *Server) getFollowers(c echo.Context) error {
	return s.showCircle(c, templates.CircleFollowers, s.store.CountFollowers, s.store.ListFollowers)
}

// getFollowing lists whom the owner follows, or by ?asked= whom they asked and
// who have not answered yet.
func (s *Server) getFollowing(c echo.Context) error {
	tab := templates.CircleFollowing
	if c.QueryParam("asked") != "" {
		tab = templates.CircleAsked
	}
	return s.showCircle(c, tab, s.store.CountFollowing, s.store.ListFollowing)
}

// countEdges is Reader.CountFollowers or CountFollowing.
type countEdges func(ctx context.Context, state social.FollowState) (int, error)

func (s *Server) showCircle(c echo.Context, tab templates.CircleTab, count countEdges, list listEdges) error {
	ctx := c.Request().Context()
	page, err := s.page(c, "Your circle", templates.RoomMore)
	if err != nil {
		return err
	}
	d, state := templates.CirclePage{Page: page, Tab: tab}, social.FollowAccepted
	if tab == templates.CircleAsked {
		state = social.FollowPending
	}
	if d.Total, err = count(ctx, state); err != nil {
		return err
	}
	if d.Asked, err = s.store.CountFollowing(ctx, social.FollowPending); err != nil {
		return err
	}
	if tab == templates.CircleFollowing {
		tags, err := s.store.ListFollowedTags(ctx, store.Below(0, store.Everybody))
		if err != nil {
			return err
		}
		d.Tags = tagNames(tags)
	}
	if d.People, d.Older, err = s.edges(c, list, state, c.Request().URL.Path); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, templates.Circle(d))
}

// showOwnCircle shows visitors who follows the owner, or is followed, as far as
// the owner lets them see that.
func (s *Server) showOwnCircle(c echo.Context, heading string, count countEdges, list listEdges) error {
	ctx := c.Request().Context()
	page, err := s.page(c, heading, "")
	if err != nil {
		return err
	}
	home, err := s.store.FindHome(ctx)
	if err != nil {
		return err
	}
	page.Head.NoIndex = true // it is about others, who did not ask to be found here
	d := templates.PeoplePage{Page: page, Heading: heading, Hidden: !home.Profile.ShowCircle, HideTotal: home.Profile.HideCounts}
	if d.Total, err = count(ctx, social.FollowAccepted); err != nil {
		return err
	}
	if !d.Hidden {
		if d.People, d.Older, err = s.edges(c, list, social.FollowAccepted, c.Request().URL.Path); err != nil {
			return err
		}
	}
	return s.show(c, http.StatusOK, templates.People(d))
}
