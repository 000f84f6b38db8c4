package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/store"
	"croft/templates"
)

// getHeld shows whose notifications are held back, and who may notify the owner.
func (s *Server) getHeld(c echo.Context) error { return s.showHeld(c, http.StatusOK, nil, nil) }

func (s *Server) showHeld(c echo.Context, status int, typed *social.NoticePolicy, problems []social.Problem) error {
	from, err := before(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	page, err := s.page(c, "Held back", templates.RoomNotices)
	if err != nil {
		return err
	}
	page.Problems = problems
	d := templates.HeldPage{Page: page, Policy: page.Preferences.Notices}
	if typed != nil {
		d.Policy = *typed
	}
	held, err := s.store.ListNoticeRequests(ctx, store.Below(from, pageSize))
	if err != nil {
		return err
	}
	var posts []*social.Post
	var people []*social.Actor
	for _, h := range held {
		people = append(people, h.Actor)
		if h.Post != nil {
			posts = append(posts, h.Post)
		}
	}
	sight, err := s.plainSight(c, posts, people)
	if err != nil {
		return err
	}
	for _, h := range held {
		v := templates.HeldView{Person: sight.actor(h.Actor), Count: h.Count, Last: h.Last}
		if h.Post != nil {
			v.Post = new(sight.post(h.Post))
		}
		d.Held = append(d.Held, v)
	}
	d.Older = older(templates.PathHeld, nil, len(held), func() social.ID { return held[len(held)-1].Actor.ID })
	return s.show(c, status, templates.Held(d))
}

// postHeld lets somebody's notifications through, or forgets what is held back of
// them.
func (s *Server) postHeld(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	id, err := social.ParseID(c.FormValue("person"))
	if err != nil {
		return err
	}
	do, words := s.timeline.DropHeld, "It is forgotten."
	if c.FormValue("act") == "accept" {
		do, words = s.timeline.HearActors, "It is among your notifications now, and what they do comes through from now on."
	}
	if err := do(c.Request().Context(), []social.ID{id}); err != nil {
		return err
	}
	return s.done(c, templates.PathHeld, words)
}

func (s *Server) postNoticePolicy(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	rule := func(name string) social.NoticeRule { return social.NoticeRule(c.FormValue(name)) }
	home, err := s.store.FindHome(c.Request().Context())
	if err != nil {
		return err
	}
	typed := home.Preferences.Notices
	typed.NotFollowed, typed.NotFollowing, typed.NewActors, typed.Letters = rule("not_followed"), rule("not_following"), rule("new_actors"), rule("letters")
	if err := s.timeline.SetNoticePolicy(c.Request().Context(), typed); err != nil {
		problems, err := formProblems(err)
		if err != nil {
			return err
		}
		return s.showHeld(c, http.StatusUnprocessableEntity, &typed, problems)
	}
	return s.done(c, templates.PathHeld, "Saved.")
}
