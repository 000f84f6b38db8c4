package server

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/store"
	"croft/templates"
)

// getReport is the form by which the owner reports somebody.
func (s *Server) getReport(c echo.Context) error {
	ticked := postIDs([]string{c.QueryParam("post")})
	return s.showReport(c, http.StatusOK, ticked, "", nil)
}

// postIDs reads the numbers of posts; what is none is left out.
func postIDs(texts []string) []social.ID {
	var ids []social.ID
	for _, text := range texts {
		if id, err := social.ParseID(text); err == nil && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (s *Server) showReport(c echo.Context, status int, ticked []social.ID, comment string, problems []social.Problem) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	actor, err := s.store.FindActor(c.Request().Context(), id)
	if err != nil {
		return err
	}
	d := templates.ReportPage{Comment: comment, Ticked: map[social.ID]bool{}}
	if d.Page, err = s.page(c, "Report", templates.RoomMore); err != nil {
		return err
	}
	d.Problems, d.Path = problems, templates.PersonPath(id)
	for _, post := range ticked {
		d.Ticked[post] = true
	}
	evidence, err := s.evidence(c, actor, ticked)
	if err != nil {
		return err
	}
	k, err := s.plainSight(c, evidence, []*social.Actor{actor})
	if err != nil {
		return err
	}
	d.Person, d.Posts = k.actor(actor), k.posts(evidence)
	return s.show(c, status, templates.ReportForm(d))
}

// evidence are the posts of an actor to choose from: those that are ticked, and
// their latest.
func (s *Server) evidence(c echo.Context, a *social.Actor, ticked []social.ID) ([]*social.Post, error) {
	ctx := c.Request().Context()
	posts, err := s.store.ListPosts(ctx, ticked)
	if err != nil {
		return nil, err
	}
	latest, err := s.store.ListByAuthor(ctx, a.ID, s.viewer(c), store.AuthorQuery{Span: store.Below(0, pageSize)})
	if err != nil {
		return nil, err
	}
	for _, e := range latest {
		if e.Boost == nil && !slices.Contains(ticked, e.Post.ID) {
			posts = append(posts, e.Post)
		}
	}
	return slices.DeleteFunc(posts, func(p *social.Post) bool { return p.AuthorID != a.ID || !p.DeletedAt.IsZero() }), nil
}

func (s *Server) postReport(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	id, err := pathID(c)
	if err != nil {
		return err
	}
	ticked, comment := postIDs(c.Request().PostForm["post"]), social.Lines(c.FormValue("comment"))
	err = s.timeline.Report(c.Request().Context(), id, ticked, comment)
	if err == nil {
		return s.done(c, templates.PersonPath(id), "The report is on its way to their server.")
	}
	problems, err := formProblems(err)
	if err != nil {
		return err
	}
	return s.showReport(c, http.StatusUnprocessableEntity, ticked, comment, problems)
}

// getReports is where the owner reads what others complain of, and what they
// reported themselves.
func (s *Server) getReports(c echo.Context) error {
	from, err := before(c)
	if err != nil {
		return err
	}
	found, err := s.store.ListReports(c.Request().Context(), from, pageSize)
	if err != nil {
		return err
	}
	d := templates.ReportsPage{}
	if d.Page, err = s.page(c, "Reports", templates.RoomMore); err != nil {
		return err
	}
	if d.Reports, err = s.reportViews(c, found); err != nil {
		return err
	}
	d.Older = older(templates.PathReports, nil, len(found), func() social.ID { return found[len(found)-1].ID })
	return s.show(c, http.StatusOK, templates.Reports(d))
}

func (s *Server) reportViews(c echo.Context, found []social.Report) ([]templates.ReportView, error) {
	var uris []string
	var people []*social.Actor
	for _, r := range found {
		uris, people = append(uris, r.Posts...), append(people, r.Actor, r.Target)
	}
	posts, err := s.store.ListPostsByURI(c.Request().Context(), uris)
	if err != nil {
		return nil, err
	}
	posts = slices.DeleteFunc(posts, func(p *social.Post) bool { return !p.DeletedAt.IsZero() })
	k, err := s.plainSight(c, posts, people)
	if err != nil {
		return nil, err
	}
	views := make([]templates.ReportView, 0, len(found))
	for _, r := range found {
		v := templates.ReportView{
			ID: r.ID, From: k.actor(r.Actor), Target: k.actor(r.Target), Outgoing: r.Outgoing,
			Comment: r.Comment, CreatedAt: r.CreatedAt, ClosedAt: r.ClosedAt,
		}
		for _, p := range posts {
			if slices.Contains(r.Posts, p.URI) {
				v.Posts = append(v.Posts, k.post(p))
			}
		}
		views = append(views, v)
	}
	return views, nil
}

func (s *Server) postReportClose(c echo.Context) error {
	return act(c, s.timeline.CloseReport, func(social.ID) string { return templates.PathReports })
}
