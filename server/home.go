package server

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"croft/config"
	"croft/social"
	"croft/store"
	"croft/templates"
	"croft/timeline"
)

// getHome is the owner's home timeline, and the profile for everybody else. To
// look at it does not move the owner's place.
func (s *Server) getHome(c echo.Context) error {
	if !s.signedIn(c) {
		return s.getActor(c)
	}
	ctx := c.Request().Context()
	ask, err := homeAsk(c)
	if err != nil {
		return err
	}
	home, err := s.timeline.Home(ctx, ask.HomeAsk)
	if err != nil {
		return err
	}
	page, err := s.page(c, "Home", templates.RoomHome)
	if err != nil {
		return err
	}
	d := templates.HomePage{Page: page, Alone: config.IsLoopback(s.site.Origin)}
	if d.Compose, err = s.composeDefaults(ctx); err != nil {
		return err
	}
	if d.Lists, err = s.store.ListLists(ctx); err != nil {
		return err
	}
	if d.Drafts, err = s.store.CountDrafts(ctx); err != nil {
		return err
	}
	if d.Replies, err = s.store.CountHeldReplies(ctx); err != nil {
		return err
	}
	trouble, err := s.store.CountTrouble(ctx)
	if err != nil {
		return err
	}
	d.Parked, d.Silent = trouble.Parked, trouble.Silent
	if d.Following, err = s.store.CountFollowing(ctx, social.FollowAccepted); err != nil {
		return err
	}
	if d.Lines, err = s.homeLines(c, home.Lines); err != nil {
		return err
	}
	placeHome(&d, ask, home)
	return s.show(c, http.StatusOK, templates.Home(d))
}

// homeQuery is which part of the home timeline an address names. Top is the
// newest line of the page on which the reader began to go down.
type homeQuery struct {
	timeline.HomeAsk
	Top social.ID
}

func homeAsk(c echo.Context) (q homeQuery, err error) {
	if q.Before, err = lineOf(c, "before"); err != nil {
		return q, err
	}
	if q.After, err = lineOf(c, "after"); err != nil {
		return q, err
	}
	q.Top, err = lineOf(c, "top")
	return q, err
}

// placeHome says where on the page the owner was, and what leads on from it.
func placeHome(d *templates.HomePage, ask homeQuery, home timeline.HomePage) {
	marker := home.Marker
	d.New, d.MostNew, d.ReadAt, d.From, d.Low = home.New, timeline.MostNew, marker.UpdatedAt, ask.Before, home.Older
	d.ReadUpTo = -1
	if marker.Version > 0 {
		d.ReadUpTo = firstFrom(d.Lines, marker.LastRead)
	}
	if ask.After != 0 {
		d.Begin = max(firstFrom(d.Lines, ask.After), 0)
	}
	if home.Newer == 0 && len(d.Lines) > 0 {
		d.Newest = d.Lines[0].ID
	}
	top := ask.Top
	if len(d.Lines) > 0 {
		top = max(top, d.Lines[0].ID)
	}
	if kept := ask.Before == 0 || d.ReadUpTo > 0; kept && top > marker.LastRead {
		d.UpTo = top
	}
	if ask.HomeAsk == (timeline.HomeAsk{}) && d.ReadUpTo < 0 && d.New > 0 {
		d.GoOn = upwardsFrom(marker.LastRead)
	}
	if home.Newer != 0 {
		d.Newer = upwardsFrom(home.Newer)
	}
	if home.Older != 0 {
		d.Older = pagePath(templates.PathHome, url.Values{"top": {top.String()}}, home.Older)
	}
}

// firstFrom is the index of the first line that is not above the ID; -1 if all are.
func firstFrom(lines []templates.HomeLine, id social.ID) int {
	return slices.IndexFunc(lines, func(l templates.HomeLine) bool { return l.ID <= id })
}

// upwardsFrom is the page directly above a line, opened at that line.
func upwardsFrom(id social.ID) string { return templates.PathHome + "?after=" + id.String() + "#here" }

// homeLines are lines of home as the page shows them.
func (s *Server) homeLines(c echo.Context, lines []timeline.HomeLine) ([]templates.HomeLine, error) {
	var entries []store.Entry
	for _, l := range lines {
		entries = append(entries, l.Parts...)
	}
	views, err := s.entryViews(c, entries)
	if err != nil {
		return nil, err
	}
	shown := make([]templates.HomeLine, 0, len(lines))
	for _, l := range lines {
		posts := views[:len(l.Parts)]
		views = views[len(l.Parts):]
		if !l.Row { // one post, with all who boosted it
			for _, more := range posts[1:] {
				posts[0].BoostedBy = append(posts[0].BoostedBy, more.BoostedBy...)
			}
			posts = posts[:1]
		}
		shown = append(shown, templates.HomeLine{ID: l.ID, Posts: posts, Seen: l.Seen})
	}
	return shown, nil
}

// postHomeRead keeps the owner's place: by a button, or by the script as posts
// are seen.
func (s *Server) postHomeRead(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	upTo, err := social.ParseID(c.FormValue("upto"))
	if err != nil {
		return err
	}
	if err := s.timeline.ReadUpTo(c.Request().Context(), social.MarkerHome, upTo); err != nil {
		return err
	}
	return back(c, templates.PathHome)
}

// composeDefaults are what the small composer begins with.
func (s *Server) composeDefaults(ctx context.Context) (templates.ComposeDefaults, error) {
	d, err := s.timeline.Writes(ctx)
	return templates.ComposeDefaults{
		Visibility: string(d.Visibility), Language: d.Language, MayReply: d.MayReply, MayQuote: d.MayQuote, MaxText: s.timeline.MaxPost(),
	}, err
}
