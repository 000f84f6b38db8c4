package server

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
)

// getDrafts lists what was begun.
func (s *Server) getDrafts(c echo.Context) error {
	drafts, err := s.store.ListDrafts(c.Request().Context())
	if err != nil {
		return err
	}
	page, err := s.page(c, "Drafts", templates.RoomWrite)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, templates.Drafts(templates.DraftsPage{Page: page, Drafts: drafts}))
}

// saveDraft keeps the desk as a draft and leads back to it.
func (s *Server) saveDraft(c echo.Context, d social.Draft) error {
	id, err := s.timeline.SaveDraft(c.Request().Context(), d)
	if err != nil {
		return err
	}
	return s.done(c, templates.DraftPath(id), "Draft saved.")
}

// scheduleDraft keeps the desk as a post that is published by itself.
func (s *Server) scheduleDraft(c echo.Context, d social.Draft) error {
	home, err := s.store.FindHome(c.Request().Context())
	if err != nil {
		return err
	}
	d.PublishAt, err = time.ParseInLocation(templates.TimeField, c.FormValue("publish_at"), s.zone(home.Preferences.TimeZone))
	if err != nil {
		return social.InvalidField("publish_at", "Choose a day and a time.")
	}
	if _, err := s.timeline.Schedule(c.Request().Context(), "", d); err != nil {
		return err
	}
	return s.done(c, templates.PathDrafts, "It waits, and is posted by itself at its time.")
}

// postDraftKeep has a draft wait for the owner again, not for a time.
func (s *Server) postDraftKeep(c echo.Context) error {
	_, err := actOn(c, func(ctx context.Context, id social.ID) error { return s.timeline.Reschedule(ctx, id, time.Time{}) })
	if err != nil {
		return err
	}
	return s.done(c, templates.PathDrafts, "It is a draft now, and is not posted by itself.")
}

// postDraft keeps the desk's form while it is being typed. The script that
// sends it wants no page: the answer is where the draft is, or, with 200 because
// a browser complains of anything else on its console, in a few words why it is
// not kept.
func (s *Server) postDraft(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	d, problems := parseDraft(c)
	taken, err := s.takePhotos(c)
	if err != nil {
		return err
	}
	d.Attachments, problems = taken.ids, append(problems, taken.problems...)
	if len(problems) == 0 {
		id, err := s.timeline.SaveDraft(c.Request().Context(), d)
		if err == nil {
			c.Response().Header().Set(echo.HeaderLocation, templates.DraftPath(id))
			return c.NoContent(http.StatusCreated)
		}
		if problems, err = formProblems(err); err != nil {
			return err
		}
	}
	words := make([]string, len(problems))
	for i, one := range problems {
		words[i] = one.Text
	}
	return c.String(http.StatusOK, strings.Join(words, " "))
}

func (s *Server) postDraftDelete(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	id, err := pathID(c)
	if err != nil {
		return err
	}
	if err := s.timeline.DeleteDraft(c.Request().Context(), id); err != nil {
		return err
	}
	return s.done(c, templates.PathDrafts, "The draft is thrown away.")
}
