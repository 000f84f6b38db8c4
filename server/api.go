package server

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"croft/server/mastodon"
	"croft/server/oauth"
	"croft/social"
)

// newAPI makes the second face of the home.
func (s *Server) newAPI(o Options) *mastodon.API {
	origin := s.site.Origin
	return mastodon.New(mastodon.Options{
		Site: o.Site, Timeline: o.Timeline, Node: o.Node, Store: o.Store, Media: o.Media, Now: s.now, Version: s.version, Streaming: streamingURL(origin),
		Pictures: mastodon.Pictures{
			Avatar: origin + s.assets.Avatar, Header: origin + s.assets.Header,
			Remote: func(p mastodon.Picture) string {
				if p.Owner {
					return origin + s.sealedPath(p.Kind, p.ID, p.Name, p.Address, p.Still)
				}
				return origin + remotePath(p.Kind, p.ID, url.PathEscape(p.Name), p.Address, p.Still)
			},
		},
	})
}

// apiRoutes are its calls, as lines of the table.
func (s *Server) apiRoutes() []route {
	var lines []route
	for _, r := range s.api.Routes() {
		lines = append(lines, route{r.Method, r.Path, app, s.call(r), r.Body})
	}
	return lines
}

// call reads a request of an app, and answers with what the call gives.
func (s *Server) call(r mastodon.Route) echo.HandlerFunc {
	return func(c echo.Context) error {
		key, err := s.keyOf(c)
		if err != nil {
			return err
		}
		scope, open := r.Needs()
		if err := mayCall(key, scope, open); err != nil {
			return err
		}
		if r.Lasts() && c.Request().ContentLength == 0 {
			if a := s.onShelf(c, whoseKey(key)); a != nil {
				return a.send(c, http.StatusOK)
			}
		}
		form, err := appForm(c)
		if err != nil {
			return err
		}
		got, err := r.Answer(&mastodon.Call{
			Context: c.Request().Context(), Key: key, Path: c.Request().URL.Path, Param: c.Param, Form: form, Header: c.Request().Header,
			File: func(name string) (io.ReadCloser, error) { return openUpload(c, name) },
		})
		if err != nil {
			return err
		}
		for name, values := range got.Header {
			c.Response().Header()[name] = values
		}
		if got.Status == 0 {
			got.Status = http.StatusOK
		}
		return sendApp(c, got.Status, got.Body)
	}
}

// whoseKey tells apart who is not answered alike.
func whoseKey(key *oauth.Key) string {
	if key != nil && key.Owner {
		return "owner's app"
	}
	return "app"
}

// keyOf is the key that a request shows; nil if it shows none. One that is not
// known is refused even where none is needed: the app must learn of it.
func (s *Server) keyOf(c echo.Context) (*oauth.Key, error) {
	kind, token, _ := strings.Cut(c.Request().Header.Get("Authorization"), " ")
	if !strings.EqualFold(kind, "Bearer") {
		return nil, nil
	}
	token = strings.TrimSpace(token)
	key, err := s.keys.Find(c.Request().Context(), token)
	if err != nil {
		return nil, err
	}
	if key.Owner && key.Scopes.Open("push") {
		s.timeline.KeepToken(key.ID, token)
	}
	return &key, nil
}

// mayCall holds a key against what a call needs: see mastodon.Route.Needs.
func mayCall(key *oauth.Key, scope string, open bool) error {
	switch {
	case open && (key == nil || scope == ""):
		return nil
	case key == nil:
		return &oauth.Error{Code: "invalid_token", Description: "This needs an access token."}
	case !key.Scopes.Open(scope):
		return outOfScope{}
	case !key.Owner && !open:
		return social.Invalidf("This method requires an authenticated user.")
	default:
		return nil
	}
}

// outOfScope is the refusal of a key that does not open enough.
type outOfScope struct{}

func (outOfScope) Error() string { return "This action is outside the authorized scopes" }

// Unwrap is the kind of the error.
func (outOfScope) Unwrap() error { return social.ErrForbidden }
