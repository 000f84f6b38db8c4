package server

import (
	"context"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
)

// addLists says in which lists somebody is.
func (s *Server) addLists(c echo.Context, d *templates.PersonPage, id social.ID) (err error) {
	ctx := c.Request().Context()
	if d.Lists, err = s.store.ListLists(ctx); err != nil {
		return err
	}
	in, err := s.store.ListListsOf(ctx, id)
	d.In = map[social.ID]bool{}
	for _, l := range in {
		d.In[l.ID] = true
	}
	return err
}

// postPersonLists has somebody be in the lists that are ticked, and no other.
func (s *Server) postPersonLists(c echo.Context) error {
	id, err := actOn(c, func(ctx context.Context, id social.ID) error {
		var lists []social.ID
		for _, text := range c.Request().PostForm["list"] {
			l, err := social.ParseID(text)
			if err != nil {
				return err
			}
			lists = append(lists, l)
		}
		return s.timeline.SetListsOf(ctx, id, lists)
	})
	if err != nil {
		return err
	}
	return s.done(c, templates.PersonPath(id), "The lists are saved.")
}

// postPersonNote keeps what the owner writes of somebody.
func (s *Server) postPersonNote(c echo.Context) error {
	id, err := actOn(c, func(ctx context.Context, id social.ID) error { return s.timeline.SetNote(ctx, id, c.FormValue("note")) })
	if err != nil {
		return err
	}
	return s.done(c, templates.PersonPath(id), "The note is saved.")
}
