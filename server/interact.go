package server

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
)

// postInteract finds out where a visitor's own server lets them follow the owner
// or answer a post, and shows them the way. Nothing is kept.
func (s *Server) postInteract(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	if wait, ok := s.asking.take(c.RealIP(), s.now()); !ok {
		return tooMany{wait} // it makes this home ask another server
	}
	page, err := s.page(c, "On to your own server", "")
	if err != nil {
		return err
	}
	page.Head.NoIndex = true
	d := templates.InteractPage{Page: page, Acct: c.FormValue("acct"), URI: c.FormValue("uri"), Subject: page.Owner.Name}
	uri := d.URI
	if _, ok := s.site.PostID(uri); !ok {
		uri, d.URI = s.site.Actor(), ""
	}
	handle, err := social.ParseHandle(d.Acct)
	if err == nil {
		d.Target, err = s.node.SubscribeAddress(c.Request().Context(), handle, uri)
	}
	if err == nil {
		d.Host = handle.Host
		return s.show(c, http.StatusOK, templates.Interact(d))
	}
	text := "The server of " + handle.String() + " did not tell where to go on. Copy this address and search for it there: " + uri
	if problems := social.Problems(err); len(problems) > 0 {
		text = problems[0].Text
	}
	d.Problems = []social.Problem{{Field: "acct", Text: text}}
	d.Target = ""
	return s.show(c, http.StatusUnprocessableEntity, templates.Interact(d))
}

// getAuthorize is where other servers send the owner, to follow somebody or to
// look at a post (OStatus subscribe, FEP-3b86).
func (s *Server) getAuthorize(c echo.Context) error {
	page, err := s.page(c, "From another server", "")
	if err != nil {
		return err
	}
	d := templates.AuthorizePage{Page: page, URI: c.QueryParam("uri")}
	found, err := s.timeline.Search(c.Request().Context(), d.URI, 0)
	switch {
	case err != nil && !errors.Is(err, social.ErrInvalid):
		return err
	case found.Actor != nil:
		view, err := s.personView(c, found.Actor)
		if err != nil {
			return err
		}
		d.Person = &view
	case found.Post != nil:
		return c.Redirect(http.StatusSeeOther, templates.PostPath(found.Post.ID))
	}
	return s.show(c, http.StatusOK, templates.Authorize(d))
}
