package server

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/store"
	"croft/templates"
)

// kindsOf are the kinds of notification behind each filter of the page; none
// means all of them.
func kindsOf(filter templates.NoticeFilter) []social.NotificationKind {
	switch filter {
	case templates.NoticesMentions:
		return []social.NotificationKind{social.NotifyMention, social.NotifyQuote}
	case templates.NoticesPosts:
		return []social.NotificationKind{social.NotifyLike, social.NotifyBoost, social.NotifyEdit, social.NotifyQuotedEdit, social.NotifyPoll, social.NotifyPost}
	case templates.NoticesFollows:
		return []social.NotificationKind{social.NotifyFollow, social.NotifyFollowRequest}
	case templates.NoticesHouse:
		return []social.NotificationKind{social.NotifyMove, social.NotifyReport}
	default:
		return nil
	}
}

// whoShown is how many of those who did the same come with their line.
const whoShown = 12

// getNotifications shows what concerns the owner. To look at it does not mark it
// as read: a GET changes nothing.
func (s *Server) getNotifications(c echo.Context) error {
	from, err := before(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	d := templates.NoticesPage{Kind: templates.NoticeFilter(c.QueryParam("kind"))}
	kinds := kindsOf(d.Kind)
	if kinds == nil {
		d.Kind = templates.NoticesAll
	}
	groups, err := s.store.ListNotificationGroups(ctx, store.GroupQuery{NotificationQuery: store.NotificationQuery{Span: store.Below(from, pageSize), Kinds: kinds}, Newest: whoShown})
	if err != nil {
		return err
	}
	unread, err := s.store.CountUnreadByKind(ctx)
	if err != nil {
		return err
	}
	if d.Page, err = s.page(c, "Notifications", templates.RoomNotices); err != nil {
		return err
	}
	if len(groups) > 0 {
		d.UpTo = groups[0].ID
	}
	d.Waiting = waitingBehind(unread)
	held, err := s.store.CountHeld(ctx)
	if err != nil {
		return err
	}
	d.Held = held.Actors
	if d.Notices, err = s.noticeViews(c, groups); err != nil {
		return err
	}
	d.Older = older(templates.PathNotices, url.Values{"kind": {string(d.Kind)}}, len(groups), func() social.ID { return groups[len(groups)-1].ID })
	return s.show(c, http.StatusOK, templates.Notices(d))
}

// waitingBehind counts what is unread behind each filter.
func waitingBehind(unread map[social.NotificationKind]int) map[templates.NoticeFilter]int {
	waiting := map[templates.NoticeFilter]int{}
	for _, n := range unread {
		waiting[templates.NoticesAll] += n
	}
	for _, filter := range []templates.NoticeFilter{templates.NoticesMentions, templates.NoticesPosts, templates.NoticesFollows, templates.NoticesHouse} {
		for _, kind := range kindsOf(filter) {
			waiting[filter] += unread[kind]
		}
	}
	return waiting
}

// noticeViews are groups of notifications as the page shows them.
func (s *Server) noticeViews(c echo.Context, groups []store.NotificationGroup) ([]templates.NoticeView, error) {
	var all []social.Notification
	for _, g := range groups {
		all = append(all, g.Newest...)
	}
	sight, err := s.noticeSight(c, all)
	if err != nil {
		return nil, err
	}
	var views []templates.NoticeView
	for _, g := range groups {
		v := sight.notice(g.Newest)
		v.Key, v.Count, v.Notification.Read = g.Key, g.Count, g.Unread == 0
		views = append(views, v)
	}
	return views, nil
}

func (s *Server) noticeSight(c echo.Context, all []social.Notification) (sight, error) {
	var posts []*social.Post
	var people []*social.Actor
	for _, n := range all {
		if n.Post != nil && (len(posts) == 0 || posts[len(posts)-1] != n.Post) {
			posts = append(posts, n.Post)
		}
		people = append(people, n.Actor)
	}
	return s.sightOf(c, posts, people)
}

// notice is what notifications that say the same have to tell.
func (k sight) notice(all []social.Notification) templates.NoticeView {
	v := templates.NoticeView{Notification: all[0]}
	for _, n := range all {
		who := k.actor(n.Actor)
		who.Since = n.CreatedAt
		v.Actors = append(v.Actors, who)
	}
	if all[0].Post != nil {
		post := k.post(all[0].Post)
		v.Post = &post
	}
	return v
}

// getGroup lists everybody whom one line of the notifications tells of.
func (s *Server) getGroup(c echo.Context) error {
	from, err := before(c)
	if err != nil {
		return err
	}
	key := c.Param("group")
	all, err := s.store.ListGroup(c.Request().Context(), key, from, pageSize)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return social.ErrNotFound
	}
	d := templates.GroupPage{}
	if d.Page, err = s.page(c, "Notifications", templates.RoomNotices); err != nil {
		return err
	}
	sight, err := s.noticeSight(c, all)
	if err != nil {
		return err
	}
	d.Notice = sight.notice(all)
	d.Older = older(templates.GroupPath(key), nil, len(all), func() social.ID { return all[len(all)-1].ID })
	return s.show(c, http.StatusOK, templates.Group(d))
}

// postNotificationsDismiss forgets what one line tells of, or everything.
func (s *Server) postNotificationsDismiss(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	var err error
	if key := c.FormValue("group"); key != "" {
		err = s.timeline.DismissGroup(c.Request().Context(), key)
	} else {
		err = s.timeline.DismissAll(c.Request().Context())
	}
	if err != nil {
		return err
	}
	return back(c, templates.PathNotices)
}

// postNotificationsRead marks everything up to the one the page began with: of
// the kinds that the page shows, or of the lines that a script says were seen.
func (s *Server) postNotificationsRead(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	upTo, err := social.ParseID(c.FormValue("upto"))
	if err != nil {
		return err
	}
	if seen := c.Request().PostForm["group"]; len(seen) > 0 {
		if err := s.timeline.ReadGroups(c.Request().Context(), upTo, seen); err != nil {
			return err
		}
		return c.NoContent(http.StatusNoContent)
	}
	kinds := kindsOf(templates.NoticeFilter(c.FormValue("kind")))
	if err := s.timeline.ReadNotifications(c.Request().Context(), upTo, kinds...); err != nil {
		return err
	}
	return back(c, templates.PathNotices)
}
