package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
)

func (s *Server) getEmojis(c echo.Context) error { return s.showEmojis(c, http.StatusOK, nil) }

func (s *Server) showEmojis(c echo.Context, status int, problems []social.Problem) error {
	page, err := s.page(c, "Emoji", templates.RoomMore)
	if err != nil {
		return err
	}
	page.Problems = problems
	d := templates.EmojisPage{Page: page}
	if problems != nil {
		d.Name, d.Category = c.FormValue("name"), c.FormValue("category")
	}
	all, err := s.store.ListEmojis(c.Request().Context())
	if err != nil {
		return err
	}
	for _, e := range all {
		d.Emojis = append(d.Emojis, templates.OwnEmojiView{ID: e.ID, Name: e.Name, Category: e.Category, Src: "/media/" + e.File})
	}
	return s.show(c, status, templates.Emojis(d))
}

// postEmoji adds an emoji.
func (s *Server) postEmoji(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	f, err := openUpload(c, "media")
	if err != nil {
		return err
	}
	if f == nil {
		return s.showEmojis(c, http.StatusUnprocessableEntity, []social.Problem{{Field: "media", Text: "Choose a picture."}})
	}
	defer f.Close()
	e, err := s.timeline.AddEmoji(c.Request().Context(), c.FormValue("name"), c.FormValue("category"), f)
	if err != nil {
		problems, err := formProblems(err)
		if err != nil {
			return err
		}
		return s.showEmojis(c, http.StatusUnprocessableEntity, problems)
	}
	return s.done(c, templates.PathEmojis, "Write it as :"+e.Name+":.")
}

func (s *Server) postEmojiRetire(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	id, err := social.ParseID(c.FormValue("emoji"))
	if err != nil {
		return err
	}
	if err := s.timeline.RetireEmoji(c.Request().Context(), id); err != nil {
		return err
	}
	return s.done(c, templates.PathEmojis, "It is out of use. What you wrote with it stays as it is.")
}

// getEmoji is the document of an emoji of the owner's.
func (s *Server) getEmoji(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	body, err := s.node.EmojiDocument(c.Request().Context(), id)
	return sendActivity(c, http.StatusOK, body, err)
}
