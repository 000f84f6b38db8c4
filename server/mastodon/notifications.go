package mastodon

import (
	"slices"

	"croft/federation/webpush"
	"croft/social"
	"croft/store"
)

// notification tells of something that concerns the owner (entity Notification).
type notification struct {
	ID        string  `json:"id"`
	Type      string  `json:"type"`
	CreatedAt string  `json:"created_at"`
	GroupKey  string  `json:"group_key"`
	Account   account `json:"account"`
	Status    *status `json:"status,omitzero"`
}

// types are the API's words for kinds of notification. What is not among them
// stands on the home's own pages.
var types = webpush.Types

// kinds are the kinds of notification that are asked for: those in types, but
// for those in exclude_types. None at all is no kind, and not every one.
func (c *Call) kinds() []social.NotificationKind {
	wanted, unwanted := c.list("types"), c.list("exclude_types")
	kinds := []social.NotificationKind{}
	for kind, name := range types {
		if (len(wanted) == 0 || slices.Contains(wanted, name)) && !slices.Contains(unwanted, name) {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

// notifications asks for the notifications that a call wants; not ok if it can
// want none.
func (a *API) notificationQuery(c *Call) (q store.NotificationQuery, ok bool, err error) {
	q.Kinds, q.Held = c.kinds(), c.isTrue("include_filtered", false)
	ids, err := c.ids("account_id")
	if len(ids) > 0 {
		q.ActorID = ids[0]
	}
	return q, len(q.Kinds) > 0, err
}

// getNotifications are they one by one, numbered by arrival.
func (a *API) getNotifications(c *Call) (Answer, error) {
	q, ok, err := a.notificationQuery(c)
	if err != nil {
		return Answer{}, err
	}
	return walk(a, c, 40, 80,
		func(span store.Span) ([]social.Notification, error) {
			if !ok {
				return nil, nil
			}
			q.Span = span
			return a.store.ListNotifications(c.Context, q)
		},
		func(n social.Notification) social.ID { return n.ID },
		func(all []social.Notification) (any, error) { return a.notifications(c, all) })
}

// notifications are they as the API shows them. One whose post or actor went
// while they were read is left out.
func (a *API) notifications(c *Call, all []social.Notification) ([]notification, error) {
	statuses, err := a.statusesOf(c, all)
	if err != nil {
		return nil, err
	}
	shown := []notification{}
	for _, n := range all {
		if n.Actor == nil || n.PostID != 0 && n.Post == nil {
			continue
		}
		v := notification{
			ID: n.ID.String(), Type: types[n.Kind], CreatedAt: moment(n.CreatedAt), GroupKey: store.SingleKey(n.ID), Account: a.view(c).account(n.Actor),
		}
		if n.Post != nil {
			v.Status = new(statuses[n.PostID])
		}
		shown = append(shown, v)
	}
	return shown, nil
}

// statusesOf are the posts of notifications, each once.
func (a *API) statusesOf(c *Call, all []social.Notification) (map[social.ID]status, error) {
	var posts []*social.Post
	byID := map[social.ID]status{}
	for _, n := range all {
		if _, twice := byID[n.PostID]; n.Post != nil && !twice {
			byID[n.PostID] = status{}
			posts = append(posts, n.Post)
		}
	}
	shown, err := a.statuses(c, posts)
	for i, p := range posts {
		if err == nil {
			byID[p.ID] = shown[i]
		}
	}
	return byID, err
}

// getNotification is one.
func (a *API) getNotification(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	n, err := a.store.FindNotification(c.Context, id)
	if err != nil {
		return Answer{}, err
	}
	shown, err := a.notifications(c, []social.Notification{n})
	if err != nil {
		return Answer{}, err
	}
	if len(shown) == 0 || shown[0].Type == "" {
		return Answer{}, social.ErrNotFound
	}
	return answer(shown[0]), nil
}

// dismiss forgets one.
func (a *API) dismiss(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	return answer(struct{}{}), a.timeline.DismissNotification(c.Context, id)
}

// clear forgets all.
func (a *API) clear(c *Call) (Answer, error) {
	return answer(struct{}{}), a.timeline.DismissAll(c.Context)
}

// count is how many are not read.
type count struct {
	Count int `json:"count"`
}

func (a *API) getUnread(c *Call) (Answer, error) {
	unread, err := a.store.CountUnreadByKind(c.Context)
	n := 0
	for _, kind := range c.kinds() {
		n += unread[kind]
	}
	return answer(count{min(n, c.limit(100, 1000))}), err
}

func (a *API) getUnreadGroups(c *Call) (Answer, error) {
	kinds := c.kinds()
	if len(kinds) == 0 {
		return answer(count{}), nil
	}
	n, err := a.store.CountUnreadGroups(c.Context, kinds...)
	return answer(count{min(n, c.limit(100, 1000))}), err
}
