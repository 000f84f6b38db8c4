package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
)

// getReport is the form by which the owner reports somebody.
func (s *Server) getReport(c echo.Context) error {
	return s.showReport(c, http.StatusOK, templates.ReportPage{Ticked: ticked([]string{c.QueryParam("post")})})
}

func ticked(ids []string) map[social.ID]bool {
	set := map[social.ID]bool{}
	for _, text := range ids {
		if id, err := social.ParseID(text); err == nil {
			set[id] = true
		}
	}
	return set
}

func (s *Server) showReport(c echo.Context, status int, d templates.ReportPage) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	actor, err := s.store.FindActor(ctx, id)
	if err != nil {
		return err
	}
	page, err := s.page(c, "Report", templates.RoomMore)
	if err != nil {
		return err
	}
	page.Problems, page.Path = d.Problems, templates.PersonPath(id)
	d.Page, d.Person = page, s.actorView(actor, true)
	entries, err := s.store.ListByAuthor(ctx, id, s.viewer(c), 0, pageSize)
	if err != nil {
		return err
	}
	var posts []*social.Post
	for _, e := range entries {
		if e.Boost == nil {
			posts = append(posts, e.Post)
		}
	}
	if d.Posts, err = s.postViews(c, posts); err != nil {
		return err
	}
	return s.show(c, status, templates.ReportForm(d))
}

func (s *Server) postReport(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	id, err := pathID(c)
	if err != nil {
		return err
	}
	set := ticked(c.Request().PostForm["post"])
	var posts []social.ID
	for post := range set {
		posts = append(posts, post)
	}
	err = s.timeline.Report(c.Request().Context(), id, posts, c.FormValue("comment"))
	if err == nil {
		return s.done(c, templates.PersonPath(id), "The report is on its way to their server.")
	}
	problems, err := formProblems(err)
	if err != nil {
		return err
	}
	d := templates.ReportPage{Ticked: set, Comment: c.FormValue("comment")}
	d.Problems = problems
	return s.showReport(c, http.StatusUnprocessableEntity, d)
}

// getReports is where the owner reads what others complain of.
func (s *Server) getReports(c echo.Context) error {
	from, err := before(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	found, err := s.store.ListReports(ctx, from, pageSize)
	if err != nil {
		return err
	}
	page, err := s.page(c, "Reports", templates.RoomMore)
	if err != nil {
		return err
	}
	d := templates.ReportsPage{Page: page}
	for _, r := range found {
		posts, err := s.store.ListPostsByURI(ctx, r.Posts)
		if err != nil {
			return err
		}
		view := templates.ReportView{
			ID: r.ID, From: s.actorView(r.Actor, true), Target: s.actorView(r.Target, true), Outgoing: r.Outgoing,
			Comment: r.Comment, CreatedAt: r.CreatedAt, ClosedAt: r.ClosedAt,
		}
		if view.Posts, err = s.postViews(c, living(posts)); err != nil {
			return err
		}
		d.Reports = append(d.Reports, view)
	}
	d.Older = older(templates.PathReports, nil, len(found), func() social.ID { return found[len(found)-1].ID })
	return s.show(c, http.StatusOK, templates.Reports(d))
}

// living leaves tombstones out.
func living(posts []*social.Post) []*social.Post {
	var alive []*social.Post
	for _, p := range posts {
		if p.DeletedAt.IsZero() {
			alive = append(alive, p)
		}
	}
	return alive
}

func (s *Server) postReportClose(c echo.Context) error {
	return act(c, s.timeline.CloseReport, func(social.ID) string { return templates.PathReports })
}
