package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
	"croft/timeline"
)

// postCompose publishes what was written, or keeps it as a draft.
func (s *Server) postCompose(c echo.Context) error {
	return s.takeDesk(c, desk{mode: templates.ComposeNew}, func(ctx context.Context, d social.Draft) error {
		if c.FormValue("act") == "draft" {
			return s.saveDraft(c, d)
		}
		post, err := s.timeline.Publish(ctx, d)
		if err != nil {
			return err
		}
		return s.done(c, afterwards(c.FormValue("next"), post.ID), "Your post is out.")
	})
}

// afterwards is where to go from the desk: back home or to a conversation, if
// that was where the form stood, else to the post.
func afterwards(next string, id social.ID) string {
	if next == templates.PathHome || strings.HasPrefix(next, templates.PathMessages+"/") {
		return next
	}
	return templates.PostPath(id)
}

func (s *Server) postEdit(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	k := desk{mode: templates.ComposeEdit, post: id}
	return s.takeDesk(c, k, func(ctx context.Context, d social.Draft) error {
		if err := s.timeline.Edit(ctx, id, d); err != nil {
			return err
		}
		return s.done(c, templates.PostPath(id), "The edit is saved. Everybody who got the post is told.")
	})
}

// takeDesk reads the desk's form, takes its files in, and does what its button
// says. Where something is wrong the desk comes back: what is wrong stands
// beside its field, and nothing that was typed or uploaded is lost.
func (s *Server) takeDesk(c echo.Context, k desk, save func(context.Context, social.Draft) error) error {
	if err := readForm(c); err != nil {
		return err
	}
	var problems []social.Problem
	k.draft, problems = parseDraft(c)
	taken, err := s.takePhotos(c)
	if err != nil {
		return err
	}
	k.draft.Attachments, k.alts, k.typed, problems = taken.ids, taken.alts, taken.typed, append(problems, taken.problems...)
	if len(problems) == 0 && c.FormValue("act") != "upload" {
		err := save(c.Request().Context(), k.draft)
		if err == nil {
			return nil
		}
		if problems, err = formProblems(err); err != nil {
			return err
		}
	}
	status := http.StatusOK
	if len(problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.showDesk(c, status, k, problems)
}

// languageTag is the shape of a language's name (BCP 47).
var languageTag = regexp.MustCompile(`^([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4})?$`)

// parseDraft reads the words of the composer's form.
func parseDraft(c echo.Context) (social.Draft, []social.Problem) {
	d := social.Draft{
		Text: lines(c.FormValue("text")), Warning: strings.TrimSpace(c.FormValue("warning")), Language: c.FormValue("language"),
		Sensitive: c.FormValue("sensitive") != "", Visibility: social.Visibility(c.FormValue("visibility")),
	}
	if id, err := social.ParseID(c.FormValue("in_reply_to")); err == nil {
		d.InReplyToID = id
	}
	if id, err := social.ParseID(c.FormValue("draft")); err == nil {
		d.ID = id
	}
	if !languageTag.MatchString(d.Language) {
		d.Language = ""
		return d, []social.Problem{{Field: "language", Text: "Choose one of the languages, or none."}}
	}
	return d, nil
}

// photos are what takePhotos kept, and what was wrong with the others.
type photos struct {
	ids      []social.ID
	alts     map[social.ID]string // descriptions as typed that could not be kept
	typed    map[int]string       // the same where the file was refused, by its place on the desk
	problems []social.Problem
}

// takePhotos keeps the pictures of the form: those that are here already with
// what is said of them now, and new files. What is wrong with one is said beside
// it, where the desk shows it next: those that were kept come first.
func (s *Server) takePhotos(c echo.Context) (photos, error) {
	kept := photos{alts: map[social.ID]string{}, typed: map[int]string{}}
	type refusal struct {
		alt   string
		wrong []social.Problem
	}
	var refused []refusal
	for n := 1; n <= social.MaxAttachments; n++ {
		number := strconv.Itoa(n)
		id, err := s.takePhoto(c, number)
		if id != 0 {
			kept.ids = append(kept.ids, id)
		}
		if err == nil {
			continue
		}
		wrong, err := formProblems(err)
		if err != nil {
			return kept, err
		}
		if id == 0 {
			refused = append(refused, refusal{c.FormValue("alt_" + number), wrong})
			continue
		}
		kept.alts[id] = c.FormValue("alt_" + number)
		kept.add("alt_", len(kept.ids), wrong) // of a picture that is here only this can be wrong
	}
	for i, r := range refused {
		place := len(kept.ids) + 1 + i
		kept.typed[place] = r.alt
		kept.add("media_", place, r.wrong)
	}
	return kept, nil
}

// add notes what is wrong with the picture at a place of the desk.
func (p *photos) add(field string, place int, wrong []social.Problem) {
	for _, one := range wrong {
		p.problems = append(p.problems, social.Problem{Field: field + strconv.Itoa(place), Text: one.Text})
	}
}

// takePhoto keeps one picture and returns its ID; 0 if there is none.
func (s *Server) takePhoto(c echo.Context, number string) (social.ID, error) {
	ctx := c.Request().Context()
	details := timeline.Details{Alt: strings.TrimSpace(lines(c.FormValue("alt_" + number)))}
	if _, err := fmt.Sscanf(c.FormValue("focus_"+number), "%g,%g", &details.FocusX, &details.FocusY); err != nil {
		details.FocusX, details.FocusY = 0, 0 // the middle, where nothing was chosen
	}
	if id, err := social.ParseID(c.FormValue("media_id_" + number)); err == nil {
		if c.FormValue("drop_"+number) != "" {
			return 0, nil
		}
		described, err := s.timeline.Describe(ctx, id, details)
		if errors.Is(err, social.ErrNotFound) {
			return 0, social.Invalidf("This picture is no longer there. Please add it again.")
		}
		if err != nil {
			return id, err
		}
		return described, nil
	}
	f, err := openUpload(c, "media_"+number)
	if f == nil || err != nil {
		return 0, err
	}
	defer f.Close()
	m, err := s.timeline.Attach(ctx, f, details)
	return m.ID, err
}
