package server

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/store"
	"croft/templates"
)

// How much of what goes round is shown before anything is searched.
const aroundTags, aroundLinks, aroundPosts, aroundPeople = 10, 5, 5, 5

// goesRound is what those whom the owner follows have to do with this day, and whom
// they follow.
func (s *Server) goesRound(c echo.Context) (templates.AroundView, error) {
	ctx, v := c.Request().Context(), templates.AroundView{}
	tags, err := s.timeline.TrendingTags(ctx, store.Page{Limit: aroundTags})
	if err != nil {
		return v, err
	}
	for _, t := range tags {
		v.Tags = append(v.Tags, t.Name)
	}
	links, err := s.timeline.TrendingLinks(ctx, store.Page{Limit: aroundLinks})
	if err != nil {
		return v, err
	}
	for _, l := range links {
		v.Links = append(v.Links, templates.AroundLink{URL: l.URL, Name: l.Name, Host: social.HostOf(l.URL), People: l.People})
	}
	posts, err := s.timeline.TrendingPosts(ctx, store.Page{Limit: aroundPosts})
	if err != nil {
		return v, err
	}
	if v.Posts, err = s.postViews(c, posts); err != nil {
		return v, err
	}
	found, err := s.timeline.Suggestions(ctx, aroundPeople)
	if err != nil {
		return v, err
	}
	people := make([]*social.Actor, len(found))
	for i, one := range found {
		people[i] = one.Actor
		v.By = append(v.By, one.By)
	}
	v.People, err = s.peopleViews(c, people)
	return v, err
}

// postUnsuggest has somebody be suggested no more.
func (s *Server) postUnsuggest(c echo.Context) error {
	return act(c, s.timeline.DismissSuggestion, func(social.ID) string { return templates.PathSearch })
}

// getDirectory is who is known here and wishes to be found.
func (s *Server) getDirectory(c echo.Context) error {
	page, err := s.page(c, "People", templates.RoomSearch)
	if err != nil {
		return err
	}
	part := store.Page{Limit: pageSize}
	if n, err := strconv.Atoi(c.QueryParam("offset")); err == nil && n > 0 {
		part.Offset = min(n, 10000)
	}
	d := templates.DirectoryPage{Page: page, Newest: c.QueryParam("order") == "new"}
	people, err := s.store.ListDirectory(c.Request().Context(), d.Newest, part)
	if err != nil {
		return err
	}
	if d.People, err = s.peopleViews(c, people); err != nil {
		return err
	}
	if len(people) == pageSize {
		d.Older = templates.DirectoryPath(d.Newest, part.Offset+pageSize)
	}
	return s.show(c, http.StatusOK, templates.Directory(d))
}
