package server

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
	"croft/timeline"
)

// postPreview shows what is being typed as the post that it will be. The script
// that sends the desk's form wants no page, only the part of it. Nothing is
// kept; of the pictures those are shown that are here.
func (s *Server) postPreview(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	draft, _ := parseDraft(c) // what is wrong is said when it is posted
	places, _ := placesOf(c)
	said := map[social.ID]timeline.Details{}
	for _, p := range places {
		if p.id != 0 && !p.drop {
			draft.Attachments, said[p.id] = append(draft.Attachments, p.id), p.details
		}
	}
	post, err := s.timeline.Preview(c.Request().Context(), draft)
	if err != nil {
		return err
	}
	for i := range post.Attachments {
		m := &post.Attachments[i]
		m.Alt, m.FocusX, m.FocusY = said[m.ID].Alt, said[m.ID].FocusX, said[m.ID].FocusY
	}
	page, err := s.page(c, "Preview", templates.RoomWrite)
	if err != nil {
		return err
	}
	var d templates.PreviewView // of nothing there is nothing to see
	if strings.TrimSpace(draft.Text) != "" || len(post.Attachments) > 0 {
		d = s.previewOf(post)
	}
	d.Waiting, _ = strconv.Atoi(c.FormValue("waiting"))
	return s.show(c, http.StatusOK, templates.Preview(page, d))
}

// previewOf is a post that is not one yet, as the desk shows it. It leads
// nowhere, so that nobody leaves what they are writing.
func (s *Server) previewOf(post *social.Post) templates.PreviewView {
	v := sight{s: s, owner: true}.post(post)
	const here = "#preview"
	v.Preview, v.Href, v.Author.Href = true, here, here
	for i := range v.Media {
		v.Media[i].Full = here
	}
	d := templates.PreviewView{Post: &v}
	for _, h := range timeline.Unfound(post) {
		d.Unknown = append(d.Unknown, h.String())
	}
	return d
}
