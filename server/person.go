package server

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

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
	person, err := s.timeline.Person(ctx, id)
	if err != nil {
		return err
	}
	actor := person.Actor
	if id == s.node.OwnerID() {
		return c.Redirect(http.StatusSeeOther, s.personHref(actor))
	}
	d := templates.PersonPage{Looking: person.Looking}
	if d.Page, err = s.page(c, actor.DisplayName(), templates.RoomSearch); err != nil {
		return err
	}
	if d.Person, err = s.wholePerson(c, actor); err != nil {
		return err
	}
	if err := s.addLists(c, &d, id); err != nil {
		return err
	}
	if d.Known, err = s.store.CountPosts(ctx, id); err != nil {
		return err
	}
	entries, err := s.store.ListByAuthor(ctx, id, s.viewer(c), store.AuthorQuery{Span: store.Below(from, pageSize)})
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

// wholePerson is an actor with their relation to the owner and, where they moved
// house, whom they became, if that one is known here.
func (s *Server) wholePerson(c echo.Context, a *social.Actor) (templates.ActorView, error) {
	view, err := s.personView(c, a)
	if err != nil || a.MovedTo == "" {
		return view, err
	}
	became, err := s.store.FindActorByURI(c.Request().Context(), a.MovedTo)
	if errors.Is(err, social.ErrNotFound) {
		return view, nil
	}
	if err != nil {
		return view, err
	}
	moved := s.actorView(became, true)
	view.MovedTo = &moved
	return view, nil
}

func (s *Server) postFollow(c echo.Context) error {
	return act(c, s.timeline.Follow, templates.PersonPath)
}

// postUnfollow also takes back a request that was not answered yet.
func (s *Server) postUnfollow(c echo.Context) error {
	return act(c, s.timeline.Unfollow, templates.PersonPath)
}

func (s *Server) postBlock(c echo.Context) error {
	return act(c, s.timeline.Block, templates.PersonPath)
}

func (s *Server) postUnblock(c echo.Context) error {
	return act(c, s.timeline.Unblock, templates.PersonPath)
}

// postMute mutes somebody: for good, unless the form says for how long.
func (s *Server) postMute(c echo.Context) error {
	return act(c, func(ctx context.Context, id social.ID) error {
		until, err := s.untilAfter(c.FormValue("lasts"))
		if err != nil {
			return err
		}
		return s.timeline.Mute(ctx, id, until, c.FormValue("heed") != "")
	}, templates.PersonPath)
}

// untilAfter is the end of so many minutes that a form names; zero for none.
func (s *Server) untilAfter(minutes string) (time.Time, error) {
	if minutes == "" {
		return time.Time{}, nil
	}
	n, err := strconv.ParseUint(minutes, 10, 24)
	if err != nil {
		return time.Time{}, social.InvalidField("lasts", "Choose for how long.")
	}
	return s.now().Add(time.Duration(n) * time.Minute).Truncate(time.Millisecond), nil
}

// postSee keeps what the owner wishes to see of somebody whom they follow.
func (s *Server) postSee(c echo.Context) error {
	id, err := actOn(c, func(ctx context.Context, id social.ID) error {
		languages := strings.FieldsFunc(c.FormValue("languages"), func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
		return s.timeline.ChangeFollow(ctx, id, func(o *social.FollowOptions) {
			*o = social.FollowOptions{HideBoosts: c.FormValue("boosts") == "", Notify: c.FormValue("notify") != "", Languages: languages}
		})
	})
	if err != nil {
		return err
	}
	return s.done(c, templates.PersonPath(id), "Saved.")
}

func (s *Server) postUnmute(c echo.Context) error {
	return act(c, s.timeline.Unmute, templates.PersonPath)
}

func (s *Server) postHideBoosts(c echo.Context) error {
	return act(c, s.timeline.HideBoosts, templates.PersonPath)
}

func (s *Server) postShowBoosts(c echo.Context) error {
	return act(c, s.timeline.ShowBoosts, templates.PersonPath)
}

func (s *Server) postRemove(c echo.Context) error {
	return act(c, s.timeline.RemoveFollower, templates.PersonPath)
}

func (s *Server) postAccept(c echo.Context) error {
	return act(c, s.timeline.AcceptFollower, toRequests)
}

func (s *Server) postReject(c echo.Context) error {
	return act(c, s.timeline.RejectFollower, toRequests)
}

func toRequests(social.ID) string { return templates.PathRequests }
