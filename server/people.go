package server

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/store"
	"croft/templates"
)

// getPerson is another actor, as far as this home knows them.
func (s *Server) getPerson(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	from, err := before(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	actor, err := s.timeline.Person(ctx, id)
	if err != nil {
		return err
	}
	if id == s.node.OwnerID() {
		return c.Redirect(http.StatusSeeOther, "/@"+s.site.Name)
	}
	page, err := s.page(c, actor.DisplayName(), templates.RoomSearch)
	if err != nil {
		return err
	}
	d := templates.PersonPage{Page: page}
	if d.Person, err = s.personView(c, actor); err != nil {
		return err
	}
	if d.Known, err = s.store.CountPosts(ctx, id); err != nil {
		return err
	}
	entries, err := s.store.ListByAuthor(ctx, id, s.viewer(c), from, pageSize)
	if err != nil {
		return err
	}
	if d.Posts, err = s.entryViews(c, entries); err != nil {
		return err
	}
	if from == 0 {
		if d.Pinned, err = s.pinned(c, id); err != nil {
			return err
		}
	}
	d.Older = older(templates.PersonPath(id), nil, len(entries), func() social.ID { return entries[len(entries)-1].ID })
	return s.show(c, http.StatusOK, templates.Person(d))
}

func (s *Server) postFollow(c echo.Context) error {
	return act(c, s.timeline.Follow, templates.PersonPath)
}

func (s *Server) postUnfollow(c echo.Context) error {
	return act(c, s.timeline.Unfollow, templates.PersonPath)
}

func (s *Server) postBlock(c echo.Context) error {
	return act(c, s.timeline.Block, templates.PersonPath)
}

func (s *Server) postUnblock(c echo.Context) error {
	return act(c, s.timeline.Unblock, templates.PersonPath)
}

func (s *Server) postMute(c echo.Context) error {
	return act(c, func(ctx context.Context, id social.ID) error { return s.timeline.Mute(ctx, id, time.Time{}) }, templates.PersonPath)
}

func (s *Server) postUnmute(c echo.Context) error {
	return act(c, s.timeline.Unmute, templates.PersonPath)
}

func (s *Server) postRemove(c echo.Context) error {
	return act(c, s.timeline.RemoveFollower, templates.PersonPath)
}

func (s *Server) postAccept(c echo.Context) error {
	return act(c, s.timeline.AcceptFollower, func(social.ID) string { return templates.PathRequests })
}

func (s *Server) postReject(c echo.Context) error {
	return act(c, s.timeline.RejectFollower, func(social.ID) string { return templates.PathRequests })
}

// listEdges is Reader.ListFollowers or ListFollowing.
type listEdges func(ctx context.Context, state social.FollowState, before social.ID, limit int) ([]store.Edge, error)

// edges is one page of a follow list, as a page shows it.
func (s *Server) edges(c echo.Context, list listEdges, state social.FollowState, path string) ([]templates.ActorView, string, error) {
	from, err := before(c)
	if err != nil {
		return nil, "", err
	}
	found, err := list(c.Request().Context(), state, from, pageSize)
	if err != nil {
		return nil, "", err
	}
	var people []templates.ActorView
	for _, e := range found {
		view, err := s.personView(c, e.Actor)
		if err != nil {
			return nil, "", err
		}
		people = append(people, view)
	}
	return people, older(path, nil, len(found), func() social.ID { return found[len(found)-1].Follow.ID }), nil
}

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

func (s *Server) getFollowers(c echo.Context) error {
	total, err := s.store.CountFollowers(c.Request().Context(), social.FollowAccepted)
	if err != nil {
		return err
	}
	return s.showCircle(c, templates.CirclePage{Total: total}, s.store.ListFollowers, templates.PathFollowers)
}

// getFollowing lists whom the owner follows, and whom they asked.
func (s *Server) getFollowing(c echo.Context) error {
	total, err := s.store.CountFollowing(c.Request().Context(), social.FollowAccepted)
	if err != nil {
		return err
	}
	d := templates.CirclePage{Following: true, Total: total}
	if c.QueryParam("before") == "" {
		if d.People, _, err = s.edges(c, s.store.ListFollowing, social.FollowPending, templates.PathFollowing); err != nil {
			return err
		}
	}
	return s.showCircle(c, d, s.store.ListFollowing, templates.PathFollowing)
}

func (s *Server) showCircle(c echo.Context, d templates.CirclePage, list listEdges, path string) error {
	page, err := s.page(c, "Your circle", templates.RoomMore)
	if err != nil {
		return err
	}
	people, next, err := s.edges(c, list, social.FollowAccepted, path)
	if err != nil {
		return err
	}
	d.Page, d.People, d.Older = page, append(d.People, people...), next
	return s.show(c, http.StatusOK, templates.Circle(d))
}
