package server

import (
	"errors"
	"fmt"
	"mime/multipart"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/timeline"
)

// photos are what takePhotos kept, and what was wrong with the others.
type photos struct {
	ids      []social.ID
	alts     map[social.ID]string // descriptions as typed that could not be kept
	typed    map[int]string       // the same where the file was refused, by its place on the desk
	problems []social.Problem
}

// place is one of the places for a picture on the desk, as its form says.
type place struct {
	id      social.ID // of the picture that lies there already; 0 if none
	drop    bool      // it shall go
	file    *multipart.FileHeader
	details timeline.Details
}

// placesOf reads the places of a form, and how many files were chosen for which
// there is none. Several files of one field go on to the places that are free.
func placesOf(c echo.Context) (places []place, left int) {
	var more []*multipart.FileHeader
	for n := 1; n <= social.MaxAttachments; n++ {
		p := place{drop: c.FormValue(numbered("drop_", n)) != ""}
		p.details.Alt = strings.TrimSpace(social.Lines(c.FormValue(numbered("alt_", n))))
		if _, err := fmt.Sscanf(c.FormValue(numbered("focus_", n)), "%g,%g", &p.details.FocusX, &p.details.FocusY); err != nil {
			p.details.FocusX, p.details.FocusY = 0, 0 // the middle, where nothing was chosen
		}
		if id, err := social.ParseID(c.FormValue(numbered("media_id_", n))); err == nil {
			p.id = id
		}
		if chosen := filesOf(c, numbered("media_", n)); p.id == 0 && len(chosen) > 0 {
			p.file, more = chosen[0], append(more, chosen[1:]...)
		}
		places = append(places, p)
	}
	for i := range places {
		if len(more) > 0 && places[i].id == 0 && places[i].file == nil {
			places[i].file, more = more[0], more[1:]
		}
	}
	return places, len(more)
}

func numbered(field string, n int) string { return field + strconv.Itoa(n) }

// filesOf are the files that a form carries in a field.
func filesOf(c echo.Context, field string) (files []*multipart.FileHeader) {
	form := c.Request().MultipartForm
	if form == nil {
		return nil
	}
	for _, f := range form.File[field] {
		if f.Size > 0 { // a field left empty is sent, too
			files = append(files, f)
		}
	}
	return files
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
	places, left := placesOf(c)
	for _, p := range places {
		id, err := s.takePhoto(c, p)
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
			refused = append(refused, refusal{p.details.Alt, wrong})
			continue
		}
		kept.alts[id] = p.details.Alt
		kept.add("alt_", len(kept.ids), wrong) // of a picture that is here only this can be wrong
	}
	for i, r := range refused {
		place := len(kept.ids) + 1 + i
		kept.typed[place] = r.alt
		kept.add("media_", place, r.wrong)
	}
	if left > 0 {
		kept.problems = append(kept.problems, social.Problem{
			Field: "media", Text: fmt.Sprintf("%d photos fit on a post, and %d more were left out.", social.MaxAttachments, left),
		})
	}
	return kept, nil
}

// add notes what is wrong with the picture at a place of the desk.
func (p *photos) add(field string, place int, wrong []social.Problem) {
	for _, one := range wrong {
		p.problems = append(p.problems, social.Problem{Field: numbered(field, place), Text: one.Text})
	}
}

// takePhoto keeps the picture of one place and returns its ID; 0 if there is
// none.
func (s *Server) takePhoto(c echo.Context, p place) (social.ID, error) {
	ctx := c.Request().Context()
	if p.id != 0 {
		if p.drop {
			return 0, nil
		}
		described, err := s.timeline.Describe(ctx, p.id, p.details)
		if errors.Is(err, social.ErrNotFound) {
			return 0, social.Invalidf("This picture is no longer there. Please add it again.")
		}
		if err != nil {
			return p.id, err
		}
		return described, nil
	}
	if p.file == nil {
		return 0, nil
	}
	f, err := p.file.Open()
	if err != nil {
		return 0, fmt.Errorf("open upload: %w", err)
	}
	defer f.Close()
	m, err := s.timeline.Attach(ctx, f, p.details)
	return m.ID, err
}
