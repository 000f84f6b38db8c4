package server

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
)

// kindsOf are the kinds of notification behind each filter of the page; none
// means all of them.
func kindsOf(filter templates.NoticeFilter) []social.NotificationKind {
	switch filter {
	case templates.NoticesMentions:
		return []social.NotificationKind{social.NotifyMention}
	case templates.NoticesPosts:
		return []social.NotificationKind{social.NotifyLike, social.NotifyBoost, social.NotifyEdit, social.NotifyPoll}
	case templates.NoticesFollows:
		return []social.NotificationKind{social.NotifyFollow, social.NotifyFollowRequest}
	case templates.NoticesHouse:
		return []social.NotificationKind{social.NotifyMove, social.NotifyReport}
	default:
		return nil
	}
}

// getNotifications shows what concerns the owner. To look at it does not mark it
// as read: a GET changes nothing.
func (s *Server) getNotifications(c echo.Context) error {
	from, err := before(c)
	if err != nil {
		return err
	}
	d := templates.NoticesPage{Kind: templates.NoticeFilter(c.QueryParam("kind"))}
	kinds := kindsOf(d.Kind)
	if kinds == nil {
		d.Kind = templates.NoticesAll
	}
	all, err := s.store.ListNotifications(c.Request().Context(), from, pageSize, kinds...)
	if err != nil {
		return err
	}
	if d.Page, err = s.page(c, "Notifications", templates.RoomNotices); err != nil {
		return err
	}
	if len(all) > 0 {
		d.UpTo = all[0].ID
	}
	if d.Notices, err = s.noticeViews(c, all); err != nil {
		return err
	}
	d.Older = older(templates.PathNotices, url.Values{"kind": {string(d.Kind)}}, len(all), func() social.ID { return all[len(all)-1].ID })
	return s.show(c, http.StatusOK, templates.Notices(d))
}

// facesShown is how many of those who did the same are named.
const facesShown = 3

// noticeViews are notifications as the page shows them. Likes and boosts of one
// post that stand side by side are told together.
func (s *Server) noticeViews(c echo.Context, all []social.Notification) ([]templates.NoticeView, error) {
	var posts []*social.Post
	var people []*social.Actor
	for _, n := range all {
		if n.Post != nil {
			posts = append(posts, n.Post)
		}
		people = append(people, n.Actor)
	}
	sight, err := s.sightOf(c, posts, people)
	if err != nil {
		return nil, err
	}
	var views []templates.NoticeView
	for _, n := range all {
		if last := len(views) - 1; last >= 0 && sameNews(views[last].Notification, n) {
			if len(views[last].Actors) < facesShown {
				views[last].Actors = append(views[last].Actors, sight.actor(n.Actor))
			} else {
				views[last].More++
			}
			continue
		}
		v := templates.NoticeView{Notification: n, Actors: []templates.ActorView{sight.actor(n.Actor)}}
		if n.Post != nil {
			post := sight.post(n.Post)
			v.Post = &post
		}
		views = append(views, v)
	}
	return views, nil
}

func sameNews(a, b social.Notification) bool {
	return (a.Kind == social.NotifyLike || a.Kind == social.NotifyBoost) && a.Kind == b.Kind && a.PostID == b.PostID && a.Read == b.Read
}

// postNotificationsRead marks everything up to the one the page began with.
func (s *Server) postNotificationsRead(c echo.Context) error {
	if err := readForm(c); err != nil {
		return err
	}
	upTo, err := social.ParseID(c.FormValue("upto"))
	if err != nil {
		return err
	}
	if err := s.timeline.ReadNotifications(c.Request().Context(), upTo); err != nil {
		return err
	}
	return back(c, templates.PathNotices)
}
