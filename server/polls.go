package server

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/store"
	"croft/templates"
)

// postVote votes in the poll of a post.
func (s *Server) postVote(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	var choices []int
	for _, text := range c.Request().PostForm["choice"] {
		n, err := strconv.Atoi(text)
		if err != nil {
			return social.InvalidField("choices", "The poll has no such answer.")
		}
		choices = append(choices, n)
	}
	vote := func(ctx context.Context, id social.ID) error { return s.timeline.Vote(ctx, id, choices) }
	return act(c, vote, templates.PostPath)
}

// votesIn are the owner's votes in those of the posts that are polls.
func votesIn(ctx context.Context, r store.Reader, owner social.ID, posts []*social.Post) (map[social.ID][]int, error) {
	var polls []social.ID
	for _, p := range posts {
		if p.Poll != nil {
			polls = append(polls, p.ID)
		}
	}
	return r.ListVotes(ctx, owner, polls)
}
