package server

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
	"croft/timeline"
)

// page fills what every page carries. room is the owner's room it stands in;
// empty for visitors.
func (s *Server) page(c echo.Context, title string, room templates.Room) (templates.Page, error) {
	ctx := c.Request().Context()
	page := s.barePage(c)
	page.Title, page.Room, page.SignedIn = title, room, s.signedIn(c)
	home, err := s.store.FindHome(ctx)
	if err != nil {
		return page, err
	}
	me, err := s.store.FindActor(ctx, home.OwnerID)
	if err != nil {
		return page, err
	}
	page.Owner = templates.Owner{
		Name: me.DisplayName(), Handle: s.site.Handle().String(), Host: s.site.Host(), URL: "/@" + s.site.Name,
		Avatar: s.ownPicture(me.Avatar), AvatarAlt: me.Avatar.Alt,
		Header: s.ownPicture(me.Header), HeaderAlt: me.Header.Alt, Hue: home.Profile.Hue, Origin: s.site.Origin,
		TouchIcon: iconPath + iconName(me.Avatar.File, home.Profile.Hue, "touch"),
	}
	if me.Avatar.File != "" {
		page.Owner.Icon = iconPath + iconName(me.Avatar.File, home.Profile.Hue, "tab")
	}
	if !page.SignedIn {
		return page, nil
	}
	page.Preferences = home.Preferences
	page.Now = page.Now.In(s.zone(home.Preferences.TimeZone))
	s.still.Store(home.Preferences.Still)
	page.Notice = s.takeNotice(c)
	page.Reads = filterContext(c.Path())
	page.Unread, err = s.unread(c)
	return page, err
}

// filterContext is which filters take effect on the page of a route.
func filterContext(route string) social.FilterContext {
	switch {
	case route == "/" || strings.HasPrefix(route, "/lists/"):
		return social.FilterHome
	case strings.HasPrefix(route, "/notifications"):
		return social.FilterNotifications
	case strings.HasPrefix(route, "/tags/") || route == "/search":
		return social.FilterPublic
	case strings.HasPrefix(route, "/posts/") || strings.HasPrefix(route, "/messages"):
		return social.FilterThread
	case strings.HasPrefix(route, "/people/"):
		return social.FilterAccount
	default:
		return ""
	}
}

// zoned is a time zone with its name.
type zoned struct {
	name     string
	location *time.Location
}

// zone is the time zone of that name. The last one is kept, since to look it up
// is to read a file.
func (s *Server) zone(name string) *time.Location {
	if last := s.lastZone.Load(); last != nil && last.name == name {
		return last.location
	}
	z := &zoned{name, timeline.Location(name)}
	s.lastZone.Store(z)
	return z.location
}

// barePage is a page of a home of which nothing can be said.
func (s *Server) barePage(c echo.Context) templates.Page {
	return templates.Page{Assets: s.assets, Path: c.Request().URL.RequestURI(), Theme: themeOf(c.Request()), Now: s.now()}
}

// ownPicture is the path of a picture of the owner's; empty if there is none.
func (s *Server) ownPicture(i social.Image) string {
	if i.File == "" {
		return ""
	}
	return "/media/" + i.File
}

// unread counts what waits for the owner.
func (s *Server) unread(c echo.Context) (n templates.Unread, err error) {
	ctx := c.Request().Context()
	if n.Notices, err = s.store.CountUnread(ctx); err != nil {
		return n, err
	}
	if n.Messages, err = s.store.CountUnreadMessages(ctx); err != nil {
		return n, err
	}
	if n.Reports, err = s.store.CountOpenReports(ctx); err != nil {
		return n, err
	}
	n.Requests, err = s.store.CountFollowers(ctx, social.FollowPending)
	return n, err
}

// noticeName is the cookie that carries one sentence over a redirect.
const noticeName = "note"

// done redirects to a page of this home, where one sentence says what was done.
func (s *Server) done(c echo.Context, path, sentence string) error {
	s.setNotice(c, sentence, 60)
	return c.Redirect(http.StatusSeeOther, safePath(path, templates.PathHome))
}

// takeNotice reads the sentence and forgets it.
func (s *Server) takeNotice(c echo.Context) string {
	cookie, err := c.Request().Cookie(s.door.cookieName(noticeName))
	if err != nil {
		return ""
	}
	s.setNotice(c, "", -1)
	sentence, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return ""
	}
	return string(sentence)
}

func (s *Server) setNotice(c echo.Context, sentence string, age int) {
	c.SetCookie(&http.Cookie{
		Name: s.door.cookieName(noticeName), Value: base64.RawURLEncoding.EncodeToString([]byte(sentence)), Path: "/",
		MaxAge: age, HttpOnly: true, Secure: s.door.secure, SameSite: http.SameSiteLaxMode,
	})
}

// themeCookie remembers light or dark. It is no secret and script may read it.
const themeCookie = "theme"

func themeOf(req *http.Request) string {
	cookie, err := req.Cookie(themeCookie)
	if err != nil || cookie.Value != "light" && cookie.Value != "dark" {
		return ""
	}
	return cookie.Value
}

// postTheme changes between light and dark, for whoever asks.
func (s *Server) postTheme(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	cookie := &http.Cookie{
		Name: themeCookie, Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
		Secure: s.door.secure, SameSite: http.SameSiteLaxMode,
	}
	switch theme := c.FormValue("theme"); theme {
	case "light", "dark":
		cookie.Value = theme
	default:
		cookie.MaxAge = -1
	}
	c.SetCookie(cookie)
	return back(c, templates.PathHome)
}

var pageBuffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// show renders a page whole before a byte is sent, so that a fault becomes an
// error page and not half a page.
func (s *Server) show(c echo.Context, status int, page templ.Component) error {
	if c.Response().Header().Get("Cache-Control") == "" {
		c.Response().Header().Set("Cache-Control", cacheRule(s.signedIn(c)))
	}
	return renderTo(c, status, page, s.assets.CSS)
}

// renderTo is show without a home, which the set-up page shares. The stylesheet
// is named ahead of the page: without it nothing is painted, and on a slow line
// the page itself takes a while to be read.
func renderTo(c echo.Context, status int, page templ.Component, style string) error {
	buffer, _ := pageBuffers.Get().(*bytes.Buffer)
	defer pageBuffers.Put(buffer)
	buffer.Reset()
	if err := page.Render(c.Request().Context(), buffer); err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	a := newAnswer("text/html; charset=utf-8", c.Response().Header().Get("Cache-Control"), buffer.Bytes())
	a.link = "<" + style + ">; rel=preload; as=style"
	return sendAnswer(c, status, a)
}

// noStore keeps an answer out of every cache.
const noStore = "no-store"

// cacheRule keeps the owner's pages out of every cache; a visitor's is asked
// about again each time.
func cacheRule(signedIn bool) string {
	if signedIn {
		return noStore
	}
	return "private, no-cache"
}

// formProblems are the sentences to show beside the fields of a form; nothing,
// with the error, if it is another kind of error.
func formProblems(err error) ([]social.Problem, error) {
	problems := social.Problems(err)
	if len(problems) == 0 || !errors.Is(err, social.ErrInvalid) {
		return nil, err
	}
	return problems, nil
}
