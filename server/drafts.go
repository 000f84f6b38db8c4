package server

import (
	"net/http"
	"strings"

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
