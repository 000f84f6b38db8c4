package server

import (
	"context"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"

	"croft/store"
	"croft/templates"
)

// signInsShown is how many sign-ins the page of the account lists.
const signInsShown = 20

// signIns are where the owner is signed in, this place first and then the
// newest, and how many more there are.
func (s *Server) signIns(c echo.Context) (views []templates.SessionView, more int, err error) {
	ctx := c.Request().Context()
	here, _, err := s.thisSession(c)
	if err != nil {
		return nil, 0, err
	}
	found, err := s.door.sessions.ListSessions(ctx, maxListed)
	if err != nil {
		return nil, 0, err
	}
	count, err := s.door.sessions.CountSessions(ctx)
	if err != nil {
		return nil, 0, err
	}
	for _, one := range append([]store.Session{here}, found...) {
		view, replaced, err := sessionView(one)
		switch {
		case err != nil:
			return nil, 0, err
		case replaced:
			count--
		case len(views) < signInsShown && (len(views) == 0 || one.Token != here.Token):
			view.Here = one.Token == here.Token
			views = append(views, view)
		}
	}
	return views, max(count-len(views), 0), nil
}

// thisSession is the sign-in of the request, or the one that has taken its
// place, and the hash of the token that was shown.
func (s *Server) thisSession(c echo.Context) (store.Session, string, error) {
	hash, _ := c.Get(sessionKey).(string)
	ctx := c.Request().Context()
	v, err := s.door.find(ctx, hash)
	if err != nil {
		return store.Session{}, hash, err
	}
	current := hash
	if v.Heir != "" {
		current = v.Heir
	}
	found, err := s.door.sessions.FindSession(ctx, current)
	return found, hash, err
}

// sessionView is a sign-in as the page shows it, named by a part of its hash,
// which opens nothing. One that another has replaced is not shown.
func sessionView(one store.Session) (view templates.SessionView, replaced bool, err error) {
	var v visit
	if err := json.Unmarshal(one.Data, &v); err != nil {
		return view, false, err
	}
	return templates.SessionView{ID: one.Token[:16], Where: v.Where, From: v.From, SignedIn: v.Began, LastSeen: v.Seen}, v.Heir != "", nil
}

// postSessionsEnd signs the owner out of one place, of all others, or everywhere.
func (s *Server) postSessionsEnd(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	ctx := c.Request().Context()
	switch {
	case c.FormValue("all") != "":
		if err := s.door.sessions.DeleteAllSessions(ctx); err != nil {
			return err
		}
		c.SetCookie(s.door.cookie("", -1))
		return c.Redirect(http.StatusSeeOther, templates.PathLogin)
	case c.FormValue("others") != "":
		here, shown, err := s.thisSession(c)
		if err == nil {
			err = s.door.sessions.DeleteOtherSessions(ctx, here.Token, shown)
		}
		if err != nil {
			return err
		}
		return s.done(c, templates.PathAccountForm, "Everywhere else you are signed out.")
	}
	if err := s.endSession(ctx, c.FormValue("session")); err != nil {
		return err
	}
	return back(c, templates.PathAccountForm)
}

// endSession ends the sign-in of that name.
func (s *Server) endSession(ctx context.Context, name string) error {
	found, err := s.door.sessions.ListSessions(ctx, maxListed)
	if err != nil {
		return err
	}
	for _, one := range found {
		if one.Token[:16] == name {
			return s.door.sessions.DeleteSession(ctx, one.Token)
		}
	}
	return nil
}
