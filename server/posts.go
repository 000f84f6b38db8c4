package server

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
)

// thingAct is one of the owner's acts on a post, an actor or a report.
type thingAct func(ctx context.Context, id social.ID) error

// act does one act on what the address names, and goes back to where the form
// stood.
func act(c echo.Context, do thingAct, otherwise func(social.ID) string) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	if err := readForm(c); err != nil {
		return err
	}
	if err := do(c.Request().Context(), id); err != nil {
		return err
	}
	return back(c, otherwise(id))
}

func (s *Server) postLike(c echo.Context) error { return act(c, s.timeline.Like, templates.PostPath) }
func (s *Server) postUnlike(c echo.Context) error {
	return act(c, s.timeline.Unlike, templates.PostPath)
}
func (s *Server) postBoost(c echo.Context) error { return act(c, s.timeline.Boost, templates.PostPath) }
func (s *Server) postUnboost(c echo.Context) error {
	return act(c, s.timeline.Unboost, templates.PostPath)
}
func (s *Server) postPin(c echo.Context) error   { return act(c, s.timeline.Pin, templates.PostPath) }
func (s *Server) postUnpin(c echo.Context) error { return act(c, s.timeline.Unpin, templates.PostPath) }

func (s *Server) getDelete(c echo.Context) error {
	return s.confirmPost(c, "delete", templates.ConfirmPage{
		Heading: "Delete this post?", Button: "Delete it",
		Text: "Its words and pictures go from this home, and every server that has it is asked to do the same. It cannot be taken back.",
	})
}

func (s *Server) getRedraft(c echo.Context) error {
	return s.confirmPost(c, "redraft", templates.ConfirmPage{
		Heading: "Delete and write anew?", Button: "Delete and write anew",
		Text: "The post is deleted here and elsewhere; likes, boosts and replies lose what they belong to. Its words and pictures are put on the desk for you to publish again.",
	})
}

// confirmPost asks before something that cannot be taken back.
func (s *Server) confirmPost(c echo.Context, what string, d templates.ConfirmPage) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	if _, err := s.timeline.EditDraft(c.Request().Context(), id); err != nil {
		return err // not the owner's, or gone
	}
	post, err := s.store.FindPost(c.Request().Context(), id)
	if err != nil {
		return err
	}
	page, err := s.page(c, d.Heading, templates.RoomHome)
	if err != nil {
		return err
	}
	views, err := s.postViews(c, []*social.Post{post})
	if err != nil {
		return err
	}
	d.Page, d.Post, d.Action = page, &views[0], templates.PostAct(id, what)
	d.Back, d.Next = templates.PostPath(id), templates.PathHome
	return s.show(c, http.StatusOK, templates.Confirm(d))
}

func (s *Server) postDelete(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	if err := s.timeline.Delete(c.Request().Context(), id); err != nil {
		return err
	}
	return s.done(c, templates.PathHome, "Deleted. The servers that have it are being told.")
}

// postRedraft deletes a post and puts its words on the desk.
func (s *Server) postRedraft(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	draft, err := s.timeline.Redraft(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return s.showCompose(c, http.StatusOK, templates.ComposePage{Mode: templates.ComposeRedraft}, draft)
}
