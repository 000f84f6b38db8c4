package server

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
)

func (s *Server) getFilters(c echo.Context) error {
	return s.showFilters(c, http.StatusOK, social.Filter{}, nil)
}

func (s *Server) showFilters(c echo.Context, status int, typed social.Filter, problems []social.Problem) error {
	page, err := s.page(c, "Filters", templates.RoomMore)
	if err != nil {
		return err
	}
	page.Problems = problems
	d := templates.FiltersPage{Page: page, Typed: typed, Lasts: c.FormValue("lasts")}
	if d.Filters, err = s.store.ListFilters(c.Request().Context()); err != nil {
		return err
	}
	if text := c.FormValue("post"); text != "" {
		id, err := social.ParseID(text)
		if err != nil {
			return err
		}
		view, err := s.onePost(c, id)
		if err != nil {
			return err
		}
		d.Post = &view
	}
	return s.show(c, status, templates.Filters(d))
}

// typedFilter reads the form of a filter upon what it was.
func (s *Server) typedFilter(c echo.Context, f social.Filter) (social.Filter, error) {
	f.Title, f.Action = c.FormValue("title"), social.FilterAction(c.FormValue("filter_action"))
	form := c.Request().PostForm
	f.Contexts = nil
	for _, one := range form["context"] {
		f.Contexts = append(f.Contexts, social.FilterContext(one))
	}
	known := f.Keywords
	f.Keywords = nil
	for n := 1; n <= social.MaxFilterWords && form.Has("word_"+strconv.Itoa(n)); n++ {
		k := social.FilterKeyword{Word: strings.TrimSpace(c.FormValue("word_" + strconv.Itoa(n))), Whole: c.FormValue("whole_"+strconv.Itoa(n)) != ""}
		if i := slices.IndexFunc(known, func(old social.FilterKeyword) bool { return old.Word == k.Word }); i >= 0 {
			k.ID = known[i].ID // an app that knows the word still does
		}
		if k.Word != "" {
			f.Keywords = append(f.Keywords, k)
		}
	}
	if lasts := c.FormValue("lasts"); lasts != "keep" {
		var err error
		if f.ExpiresAt, err = s.untilAfter(lasts); err != nil {
			return f, err
		}
	}
	if len(f.Keywords)+len(f.Posts) == 0 {
		return f, social.InvalidField("keywords", "Write a word to look for.")
	}
	return f, nil
}

// saveFilter keeps the filter of the form, or returns what is wrong with it.
func (s *Server) saveFilter(c echo.Context, f social.Filter) (social.Filter, []social.Problem, error) {
	f, err := s.typedFilter(c, f)
	typed := f
	if err == nil {
		f, err = s.timeline.SaveFilter(c.Request().Context(), f)
	}
	if err != nil {
		problems, err := formProblems(err)
		return typed, problems, err
	}
	return f, nil, nil
}

func (s *Server) postFilter(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	f := social.Filter{}
	if text := c.FormValue("post"); text != "" {
		id, err := social.ParseID(text)
		if err != nil {
			return err
		}
		if _, err := s.onePost(c, id); err != nil {
			return err
		}
		f.Posts = []social.FilterPost{{PostID: id}}
	}
	f, problems, err := s.saveFilter(c, f)
	switch {
	case err != nil:
		return err
	case problems != nil:
		return s.showFilters(c, http.StatusUnprocessableEntity, f, problems)
	default:
		return s.done(c, templates.PathFilters, "The filter is made.")
	}
}

// oneFilter is the filter that the address names.
func (s *Server) oneFilter(c echo.Context) (social.Filter, error) {
	id, err := pathID(c)
	if err != nil {
		return social.Filter{}, err
	}
	return s.store.FindFilter(c.Request().Context(), id)
}

func (s *Server) getFilter(c echo.Context) error {
	f, err := s.oneFilter(c)
	if err != nil {
		return err
	}
	return s.showFilter(c, http.StatusOK, f, nil)
}

func (s *Server) showFilter(c echo.Context, status int, f social.Filter, problems []social.Problem) error {
	page, err := s.page(c, "Change a filter", templates.RoomMore)
	if err != nil {
		return err
	}
	page.Problems = problems
	d := templates.FilterPage{Page: page, Filter: f, Lasts: c.FormValue("lasts")}
	var ids []social.ID
	for _, p := range f.Posts {
		ids = append(ids, p.PostID)
	}
	posts, err := s.store.ListPosts(c.Request().Context(), ids)
	if err != nil {
		return err
	}
	if d.Posts, err = s.postViews(c, posts); err != nil {
		return err
	}
	return s.show(c, status, templates.FilterEdit(d))
}

func (s *Server) postFilterEdit(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	f, err := s.oneFilter(c)
	if err != nil {
		return err
	}
	f, problems, err := s.saveFilter(c, f)
	switch {
	case err != nil:
		return err
	case problems != nil:
		return s.showFilter(c, http.StatusUnprocessableEntity, f, problems)
	default:
		return s.done(c, templates.PathFilters, "The filter is saved.")
	}
}

func (s *Server) postFilterDelete(c echo.Context) error {
	if _, err := actOn(c, s.timeline.DeleteFilter); err != nil {
		return err
	}
	return s.done(c, templates.PathFilters, "The filter is deleted.")
}

// postFilterPost puts a post into a filter, or takes it out.
func (s *Server) postFilterPost(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	f, err := s.oneFilter(c)
	if err != nil {
		return err
	}
	id, err := social.ParseID(c.FormValue("post"))
	if err != nil {
		return err
	}
	f.Posts = slices.DeleteFunc(f.Posts, func(p social.FilterPost) bool { return p.PostID == id })
	words := "The post is out of the filter."
	if c.FormValue("out") == "" {
		if _, err := s.onePost(c, id); err != nil {
			return err
		}
		f.Posts, words = append(f.Posts, social.FilterPost{PostID: id}), "The filter finds the post now."
	}
	if _, err := s.timeline.SaveFilter(c.Request().Context(), f); err != nil {
		return err
	}
	return s.done(c, templates.FilterPath(f.ID), words)
}
