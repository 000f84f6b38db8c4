package mastodon

import (
	"slices"

	"croft/social"
	"croft/store"
)

// grouped is a page of groups, with each account and post once (entity
// GroupedNotificationsResults).
type grouped struct {
	Accounts []account          `json:"accounts"`
	Partial  []partialAccount   `json:"partial_accounts,omitzero"`
	Statuses []status           `json:"statuses"`
	Groups   []notificationLine `json:"notification_groups"`
}

// notificationLine is what is told in one line (entity NotificationGroup). Its
// newest notification is a number, as the API has it.
type notificationLine struct {
	Key     string   `json:"group_key"`
	Count   int      `json:"notifications_count"`
	Type    string   `json:"type"`
	Newest  int64    `json:"most_recent_notification_id"`
	PageMin string   `json:"page_min_id"`
	PageMax string   `json:"page_max_id"`
	Latest  string   `json:"latest_page_notification_at"`
	Sample  []string `json:"sample_account_ids"`
	Status  *string  `json:"status_id,omitzero"`
}

// partialAccount is as much of one as a small picture needs.
type partialAccount struct {
	ID           string `json:"id"`
	Acct         string `json:"acct"`
	URL          string `json:"url"`
	Avatar       string `json:"avatar"`
	AvatarStatic string `json:"avatar_static"`
	AvatarAlt    string `json:"avatar_description"`
	Locked       bool   `json:"locked"`
	Bot          bool   `json:"bot"`
}

// maxSample is how many of those who did the same come with their line.
const maxSample = 8

// getGroups are notifications in groups, numbered by the newest of each.
func (a *API) getGroups(c *Call) (Answer, error) {
	wanted, ok, err := a.notificationQuery(c)
	if err != nil {
		return Answer{}, err
	}
	return walk(a, c, 40, 80,
		func(span store.Span) ([]store.NotificationGroup, error) {
			if !ok {
				return nil, nil
			}
			wanted.Span = span
			return a.store.ListNotificationGroups(c.Context, store.GroupQuery{NotificationQuery: wanted, Newest: maxSample, Single: c.single()})
		},
		func(g store.NotificationGroup) social.ID { return g.ID },
		func(groups []store.NotificationGroup) (any, error) { return a.grouped(c, groups) })
}

// single are the kinds of which an app wants each told by itself: those that the
// home groups and the app does not name.
func (c *Call) single() []social.NotificationKind {
	named := c.list("grouped_types")
	if len(named) == 0 {
		named = []string{"favourite", "follow", "reblog"}
	}
	var single []social.NotificationKind
	for _, kind := range []social.NotificationKind{social.NotifyLike, social.NotifyBoost, social.NotifyFollow, social.NotifyFollowRequest} {
		if !slices.Contains(named, types[kind]) {
			single = append(single, kind)
		}
	}
	return single
}

// grouped is a page of groups as the API shows it.
func (a *API) grouped(c *Call, groups []store.NotificationGroup) (grouped, error) {
	g := grouped{Accounts: []account{}, Statuses: []status{}, Groups: []notificationLine{}}
	var all []social.Notification
	for _, one := range groups {
		all = append(all, one.Newest...)
	}
	statuses, err := a.statusesOf(c, all)
	if err != nil {
		return g, err
	}
	seen := map[string]bool{}
	for _, one := range groups {
		newest := one.Newest[0]
		if newest.PostID != 0 && newest.Post == nil {
			continue // it went while the list was read
		}
		line := lineOf(one)
		if newest.Post != nil {
			line.Status = new(newest.PostID.String())
			if !seen["post "+*line.Status] {
				g.Statuses = append(g.Statuses, statuses[newest.PostID])
			}
			seen["post "+*line.Status] = true
		}
		g.Groups = append(g.Groups, line)
		a.addPeople(c, &g, one.Newest, seen)
	}
	return g, nil
}

func lineOf(g store.NotificationGroup) notificationLine {
	newest, oldest := g.Newest[0], g.Newest[len(g.Newest)-1]
	line := notificationLine{
		Key: g.Key, Count: g.Count, Type: types[newest.Kind], Newest: int64(newest.ID),
		PageMin: oldest.ID.String(), PageMax: newest.ID.String(), Latest: moment(newest.CreatedAt), Sample: []string{},
	}
	for _, n := range g.Newest {
		line.Sample = append(line.Sample, n.ActorID.String())
	}
	return line
}

// addPeople adds those who caused a group: all of them whole, or the first alone
// where an app says that small pictures of the others are enough.
func (a *API) addPeople(c *Call, g *grouped, all []social.Notification, seen map[string]bool) {
	for i, n := range all {
		if n.Actor == nil || seen[n.ActorID.String()] {
			continue
		}
		whole := a.view(c).account(n.Actor)
		if i == 0 || c.Form.Get("expand_accounts") != "partial_avatars" {
			seen[n.ActorID.String()] = true
			g.Accounts = append(g.Accounts, whole)
			continue
		}
		if !seen["part "+whole.ID] {
			seen["part "+whole.ID] = true
			g.Partial = append(g.Partial, partialAccount{whole.ID, whole.Acct, whole.URL, whole.Avatar, whole.AvatarStatic, whole.AvatarAlt, whole.Locked, whole.Bot})
		}
	}
}

// getGroup is one group.
func (a *API) getGroup(c *Call) (Answer, error) {
	all, err := a.members(c, maxSample)
	if err != nil {
		return Answer{}, err
	}
	key := c.Param("key")
	n, err := a.store.CountGroup(c.Context, key)
	if err != nil {
		return Answer{}, err
	}
	shown, err := a.grouped(c, []store.NotificationGroup{{ID: all[0].ID, Key: key, Count: n, Newest: all}})
	return answer(shown), err
}

// getGroupAccounts is everybody who caused a group, as far as one answer goes.
func (a *API) getGroupAccounts(c *Call) (Answer, error) {
	all, err := a.members(c, maxAsked)
	if err != nil {
		return Answer{}, err
	}
	shown, err := a.accounts(c, actorsOf(all, func(n social.Notification) *social.Actor { return n.Actor }))
	return answer(shown), err
}

// members are the notifications of a group that the API has a word for;
// ErrNotFound if there are none.
func (a *API) members(c *Call, limit int) ([]social.Notification, error) {
	all, err := a.store.ListGroup(c.Context, c.Param("key"), 0, limit)
	if err == nil && (len(all) == 0 || types[all[0].Kind] == "") {
		err = social.ErrNotFound
	}
	return all, err
}

func (a *API) dismissGroup(c *Call) (Answer, error) {
	return answer(struct{}{}), a.timeline.DismissGroup(c.Context, c.Param("key"))
}
