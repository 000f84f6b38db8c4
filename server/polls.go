package server

import (
	"context"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
	"croft/timeline"
)

// postVote votes in the poll of a post.
func (s *Server) postVote(c echo.Context) error {
	return act(c, func(ctx context.Context, id social.ID) error {
		choices, err := timeline.ParseChoices(c.Request().PostForm["choice"])
		if err != nil {
			return err
		}
		return s.timeline.Vote(ctx, id, choices)
	}, templates.PostPath)
}
