package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/store"
	"croft/templates"
)

// getHeldReplies shows the replies that wait for the owner's word.
func (s *Server) getHeldReplies(c echo.Context) error {
	from, err := before(c)
	if err != nil {
		return err
	}
	posts, err := s.store.ListHeldReplies(c.Request().Context(), store.Below(from, pageSize))
	if err != nil {
		return err
	}
	page, err := s.page(c, "Replies that wait", templates.RoomNotices)
	if err != nil {
		return err
	}
	d := templates.HeldRepliesPage{Page: page}
	if d.Posts, err = s.postViews(c, posts); err != nil {
		return err
	}
	d.Older = older(templates.PathHeldReplies, nil, len(posts), func() social.ID { return posts[len(posts)-1].ID })
	return s.show(c, http.StatusOK, templates.HeldReplies(d))
}

func (s *Server) postReplyApprove(c echo.Context) error {
	if _, err := actOn(c, s.timeline.ApproveReply); err != nil {
		return err
	}
	return s.done(c, templates.PathHeldReplies, "The reply is shown.")
}

func (s *Server) postReplyDecline(c echo.Context) error {
	if _, err := actOn(c, s.timeline.DeclineReply); err != nil {
		return err
	}
	return s.done(c, templates.PathHeldReplies, "The reply is not shown.")
}
