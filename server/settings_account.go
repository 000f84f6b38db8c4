package server

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
)

// What the acts of the settings pages look like.
type (
	hostAct     func(ctx context.Context, host string) error
	savePicture func(ctx context.Context, r io.Reader) (social.Image, error)
)

const maxListed = 100

func (s *Server) getAccount(c echo.Context) error { return s.showAccount(c, http.StatusOK, nil) }

func (s *Server) showAccount(c echo.Context, status int, problems []social.Problem) error {
	page, err := s.page(c, "Account", templates.RoomMore)
	if err != nil {
		return err
	}
	page.Problems = problems
	d := templates.AccountPage{Page: page, Version: s.version}
	if d.Sessions, d.MoreSessions, err = s.signIns(c); err != nil {
		return err
	}
	work, err := s.timeline.Work(c.Request().Context(), maxListed)
	if err != nil {
		return err
	}
	d.Waiting = work.Waiting
	for _, job := range work.Parked {
		d.Parked = append(d.Parked, templates.JobView{
			ID: strconv.FormatInt(job.ID, 10), What: jobWords(job.Kind), Host: job.Host, Reason: job.Reason,
			Attempts: job.Attempts, ParkedAt: job.ParkedAt,
		})
	}
	for _, host := range work.Silent {
		d.Hosts = append(d.Hosts, templates.HostView{
			Host: host.Host, Tried: host.FailedAt, Waiting: host.Waiting, RestingSince: host.RestingSince,
		})
	}
	return s.show(c, status, templates.Account(d))
}

// postPassword changes the password, which ends every sign-in but this one.
func (s *Server) postPassword(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	if err := s.door.mayTry(c); err != nil {
		return err
	}
	ctx := c.Request().Context()
	old, err := s.door.sessions.FindPasswordHash(ctx)
	if err != nil {
		return err
	}
	right, err := s.door.isPassword(ctx, c.FormValue("current"), old)
	if err != nil {
		return err
	}
	if !right {
		return s.showAccount(c, http.StatusUnprocessableEntity, []social.Problem{{Field: "current", Text: "This is not your password. Look at it and try again."}})
	}
	hash, err := HashPassword(c.FormValue("password"))
	if err != nil {
		problems, err := formProblems(err)
		if err != nil {
			return err
		}
		return s.showAccount(c, http.StatusUnprocessableEntity, problems)
	}
	if err := s.door.sessions.SetPassword(ctx, hash); err != nil {
		return err
	}
	if err := s.door.open(c, s.now()); err != nil {
		return err
	}
	return s.done(c, templates.PathAccountForm, "The password is changed. Everywhere else you are signed out.")
}

// jobWords says what a piece of work was for; the host follows.
func jobWords(kind string) string {
	switch kind {
	case "deliver":
		return "Something of yours was not delivered:"
	case "receive", "fetch":
		return "Something that arrived was not taken in:"
	case "thread", "climb":
		return "A conversation was not fetched:"
	case "refresh", "look":
		return "A profile was not fetched:"
	case "sync":
		return "The list of followers was not compared:"
	case "tally", "poll-end":
		return "The votes of a poll were not told:"
	case "verify":
		return "A link of your profile was not checked:"
	case "discard":
		return "The pictures of a deleted post were not removed:"
	default:
		return "Some work was not done (" + kind + "):"
	}
}

func (s *Server) postJobAgain(c echo.Context) error { return s.jobAct(c, s.timeline.RetryJob) }

func (s *Server) postJobDrop(c echo.Context) error { return s.jobAct(c, s.timeline.DropJob) }

func (s *Server) jobAct(c echo.Context, act func(ctx context.Context, id int64) error) error {
	if err := readForm(c); err != nil {
		return err
	}
	id, err := strconv.ParseInt(c.FormValue("job"), 10, 64)
	if err != nil {
		return social.ErrNotFound
	}
	if err := act(c.Request().Context(), id); err != nil {
		return err
	}
	return back(c, templates.PathAccountForm)
}
