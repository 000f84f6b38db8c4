package server

import (
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"

	"croft/markup"
)

// completions is how many words are offered at once.
const completions = 6

// completion is one way to go on with what is being typed.
type completion struct {
	Text string `json:"text"`          // what takes the place of what was typed
	Name string `json:"name,omitzero"` // who or what that is
	Face string `json:"face,omitzero"` // path of a picture
}

// getComplete offers ways to go on with the word in q that begins with @, # or
// a colon; none for any other.
func (s *Server) getComplete(c echo.Context) error {
	found, err := s.complete(c, c.QueryParam("q"))
	if err != nil {
		return err
	}
	body, err := json.Marshal(found)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderCacheControl, noStore)
	return c.Blob(http.StatusOK, "application/json", body)
}

func (s *Server) complete(c echo.Context, q string) ([]completion, error) {
	found := []completion{}
	ctx := c.Request().Context()
	switch {
	case strings.HasPrefix(q, "@"):
		people, err := s.store.CompleteActors(ctx, q[1:], completions)
		for _, a := range people {
			face := s.actorView(a, true).Avatar
			if face == "" {
				face = s.assets.Avatar
			}
			found = append(found, completion{Text: a.Handle.String(), Name: a.DisplayName(), Face: face})
		}
		return found, err
	case strings.HasPrefix(q, "#"):
		tags, err := s.store.CompleteTags(ctx, q[1:], completions)
		for _, tag := range tags {
			found = append(found, completion{Text: "#" + tag})
		}
		return found, err
	case strings.HasPrefix(q, ":"):
		own, err := s.store.ListEmojis(ctx)
		if err != nil {
			return nil, err
		}
		for _, e := range own {
			if len(found) < completions && strings.HasPrefix(strings.ToLower(e.Name), strings.ToLower(q[1:])) {
				found = append(found, completion{Text: ":" + e.Name + ":", Name: strings.ReplaceAll(e.Name, "_", " "), Face: "/media/" + e.File})
			}
		}
		for _, e := range markup.FindEmoji(q[1:], completions-len(found)) {
			found = append(found, completion{Text: e.Text, Name: strings.ReplaceAll(e.Name, "_", " ")})
		}
	}
	return found, nil
}
