package server

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
)

// getSearch opens a handle or an address of any server, and looks up anything
// else in what is kept here.
func (s *Server) getSearch(c echo.Context) error {
	from, err := before(c)
	if err != nil {
		return err
	}
	d := templates.SearchPage{Query: c.QueryParam("q")}
	found, err := s.timeline.Search(c.Request().Context(), d.Query, from)
	status := http.StatusOK
	if err != nil {
		problems, err := formProblems(err)
		if err != nil {
			return err
		}
		d.Failed, status = problems[0].Text, http.StatusUnprocessableEntity
	}
	switch {
	case found.Actor != nil:
		return c.Redirect(http.StatusSeeOther, s.personHref(found.Actor))
	case found.Post != nil:
		return c.Redirect(http.StatusSeeOther, templates.PostPath(found.Post.ID))
	}
	if d.Page, err = s.page(c, "Search", templates.RoomSearch); err != nil {
		return err
	}
	sight, err := s.sightOf(c, found.Posts, found.Actors)
	if err != nil {
		return err
	}
	d.People, d.Posts = sight.people(found.Actors), sight.posts(found.Posts)
	if d.Query == "" {
		if d.Around, err = s.goesRound(c); err != nil {
			return err
		}
	}
	if found.Older != 0 {
		d.Older = pagePath(templates.PathSearch, url.Values{"q": {d.Query}}, found.Older)
	}
	return s.show(c, status, templates.Search(d))
}

// personHref is the owner's page of an actor, who may be the owner.
func (s *Server) personHref(a *social.Actor) string {
	if a.ID == s.node.OwnerID() {
		return "/@" + s.site.Name
	}
	return templates.PersonPath(a.ID)
}
