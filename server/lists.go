package server

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/store"
	"croft/templates"
)

func (s *Server) getLists(c echo.Context) error {
	return s.showLists(c, http.StatusOK, social.List{}, nil)
}

func (s *Server) showLists(c echo.Context, status int, typed social.List, problems []social.Problem) error {
	page, err := s.page(c, "Lists", templates.RoomMore)
	if err != nil {
		return err
	}
	page.Problems = problems
	d := templates.ListsPage{Page: page, Typed: typed}
	if d.Lists, err = s.store.ListLists(c.Request().Context()); err != nil {
		return err
	}
	return s.show(c, status, templates.Lists(d))
}

// typedList reads the form of a list.
func typedList(c echo.Context, id social.ID) social.List {
	return social.List{ID: id, Title: c.FormValue("title"), Replies: social.ListReplies(c.FormValue("replies_policy")), Exclusive: c.FormValue("exclusive") != ""}
}

func (s *Server) postList(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	typed := typedList(c, 0)
	made, err := s.timeline.SaveList(c.Request().Context(), typed)
	if err != nil {
		problems, err := formProblems(err)
		if err != nil {
			return err
		}
		return s.showLists(c, http.StatusUnprocessableEntity, typed, problems)
	}
	return s.done(c, templates.ListPath(made.ID), "The list is made. Put people into it on their pages.")
}

// oneList is the list that the address names.
func (s *Server) oneList(c echo.Context) (social.List, error) {
	id, err := pathID(c)
	if err != nil {
		return social.List{}, err
	}
	return s.store.FindList(c.Request().Context(), id)
}

// getList is the timeline of a list.
func (s *Server) getList(c echo.Context) error {
	l, err := s.oneList(c)
	if err != nil {
		return err
	}
	from, err := before(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	page, err := s.page(c, l.Title, templates.RoomHome)
	if err != nil {
		return err
	}
	d := templates.ListPage{Page: page, List: l}
	if d.All, err = s.store.ListLists(ctx); err != nil {
		return err
	}
	lines, err := s.store.ListListLines(ctx, l, store.Below(from, pageSize))
	if err != nil {
		return err
	}
	entries, err := s.store.ListHomeEntries(ctx, lines)
	if err != nil {
		return err
	}
	if d.Posts, err = s.entryViews(c, entries); err != nil {
		return err
	}
	d.Older = older(templates.ListPath(l.ID), nil, len(lines), func() social.ID { return lines[len(lines)-1].ID })
	return s.show(c, http.StatusOK, templates.ListTimeline(d))
}

func (s *Server) getListEdit(c echo.Context) error {
	l, err := s.oneList(c)
	if err != nil {
		return err
	}
	return s.showListEdit(c, http.StatusOK, l, nil)
}

func (s *Server) showListEdit(c echo.Context, status int, l social.List, problems []social.Problem) error {
	page, err := s.page(c, "Change a list", templates.RoomMore)
	if err != nil {
		return err
	}
	page.Problems = problems
	members, err := s.store.ListMembers(c.Request().Context(), l.ID, store.Below(0, store.Everybody))
	if err != nil {
		return err
	}
	d := templates.ListEditPage{Page: page, List: l}
	for _, m := range members {
		d.Members = append(d.Members, s.actorView(m, true))
	}
	return s.show(c, status, templates.ListEdit(d))
}

func (s *Server) postListEdit(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	l, err := s.oneList(c)
	if err != nil {
		return err
	}
	typed := typedList(c, l.ID)
	if _, err := s.timeline.SaveList(c.Request().Context(), typed); err != nil {
		problems, err := formProblems(err)
		if err != nil {
			return err
		}
		return s.showListEdit(c, http.StatusUnprocessableEntity, typed, problems)
	}
	return s.done(c, templates.ListPath(l.ID), "The list is changed.")
}

func (s *Server) postListDelete(c echo.Context) error {
	if _, err := actOn(c, s.timeline.DeleteList); err != nil {
		return err
	}
	return s.done(c, templates.PathLists, "The list is deleted.")
}

func (s *Server) postListRemove(c echo.Context) error {
	id, err := actOn(c, func(ctx context.Context, id social.ID) error {
		person, err := social.ParseID(c.FormValue("person"))
		if err != nil {
			return err
		}
		return s.timeline.RemoveFromList(ctx, id, []social.ID{person})
	})
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, templates.ListAct(id, "edit"))
}
