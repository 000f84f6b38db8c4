package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"croft/social"
)

// NotificationGroup is what is told in one line: one notification, or all likes
// of a post, all boosts of a post, all follows or all requests of one day (UTC).
// It stands where its newest one stands, so that pages by ID lose and repeat
// nobody: whom a new one lifts to the top is read there.
type NotificationGroup struct {
	ID     social.ID // of its newest notification; pages go by it
	Key    string    // names the group, for ever
	Count  int       // how many there are
	Unread int       // how many of them the owner has not seen
	Newest []social.Notification
}

// GroupQuery asks for a page of groups.
type GroupQuery struct {
	NotificationQuery                           // one who caused them puts none into groups
	Newest            int                       // how many notifications of each come with it
	Single            []social.NotificationKind // each of these is a group by itself
}

// ListNotificationGroups returns one page of groups, by their newest
// notification. Each comes with the last of its notifications, with Actor and
// Post, and has one at least.
func (r Reader) ListNotificationGroups(ctx context.Context, q GroupQuery) ([]NotificationGroup, error) {
	groups, err := r.groups(ctx, q)
	if err == nil && (len(q.Single) > 0 || q.ActorID != 0) {
		var single []NotificationGroup
		single, err = r.singleGroups(ctx, q)
		groups = append(groups, single...)
		slices.SortFunc(groups, func(a, b NotificationGroup) int {
			if q.Upwards {
				a, b = b, a
			}
			return cmp.Compare(b.ID, a.ID)
		})
		groups = groups[:min(len(groups), q.Limit)]
	}
	if err != nil {
		return nil, fmt.Errorf("list notification groups: %w", err)
	}
	return groups, nil
}

// singleGroups are those of a page that are never more than one notification.
func (r Reader) singleGroups(ctx context.Context, q GroupQuery) ([]NotificationGroup, error) {
	wanted := q.NotificationQuery
	if q.ActorID == 0 {
		all := len(q.Kinds) == 0
		wanted.Kinds = slices.DeleteFunc(slices.Clone(q.Single), func(k social.NotificationKind) bool { return !all && !slices.Contains(q.Kinds, k) })
		if len(wanted.Kinds) == 0 {
			return nil, nil
		}
	}
	all, err := r.ListNotifications(ctx, wanted)
	groups := make([]NotificationGroup, len(all))
	for i, n := range all {
		groups[i] = single(n)
	}
	return groups, err
}

const singleKey = "ungrouped-"

// SingleKey is the key of a notification that is a group by itself.
func SingleKey(id social.ID) string { return singleKey + id.String() }

func single(n social.Notification) NotificationGroup {
	g := NotificationGroup{ID: n.ID, Key: SingleKey(n.ID), Count: 1, Newest: []social.Notification{n}}
	if !n.Read {
		g.Unread = 1
	}
	return g
}

// groups are those of a page that may be more than one notification.
func (r Reader) groups(ctx context.Context, q GroupQuery) ([]NotificationGroup, error) {
	if q.ActorID != 0 {
		return nil, nil
	}
	groups, err := list(ctx, r.q, func(r row) (g NotificationGroup, err error) {
		err = r.Scan(&g.ID, &g.Key, &g.Count, &g.Unread)
		return g, err
	}, `
		with heads as (
			select g.id, g.group_key
			from notifications g
			where g.head = 1 and g.id < ?2 and g.id > ?4 and (?5 or g.kind in (select j.value from json_each(?6) j))
				and g.kind not in (select j.value from json_each(?7) j)
				and exists (select 1 from notifications n where n.group_key = g.group_key and `+heeded+`)
			order by g.id `+q.order()+`
			limit ?3)
		select g.id, g.group_key, count(*), sum(n.read = 0)
		from heads g
		cross join notifications n on n.group_key = g.group_key
		where `+heeded+`
		group by g.id
		order by g.id `+q.order(), r.q.moment().UnixMilli(), upTo(q.Before), q.Limit, q.After, len(q.Kinds) == 0, encode(q.Kinds), encode(q.Single))
	if err == nil {
		err = r.fillGroups(ctx, groups, q.Newest)
	}
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(groups, func(g NotificationGroup) bool { return len(g.Newest) == 0 }), nil // it went between two queries
}

func (r Reader) fillGroups(ctx context.Context, groups []NotificationGroup, newest int) error {
	keys, at := make([]string, len(groups)), make(map[string]int, len(groups))
	for i, g := range groups {
		keys[i], at[g.Key] = g.Key, i
	}
	var in []int // the group of each notification
	all, err := list(ctx, r.q, func(r row) (n social.Notification, err error) {
		var key string
		err = r.Scan(&n.ID, &n.Kind, &n.ActorID, (*maybeID)(&n.PostID), (*when)(&n.CreatedAt), &n.Read, &key)
		in = append(in, at[key])
		return n, err
	}, `
		select `+notificationColumns+`, n.group_key
		from json_each(?2) j
		cross join notifications n
		where n.id in (
			select n.id from notifications n where n.group_key = j.value and `+heeded+` order by n.id desc limit ?3)
		order by n.id desc`, r.q.moment().UnixMilli(), encode(keys), newest)
	if err != nil {
		return err
	}
	if err := r.fillNotifications(ctx, all); err != nil {
		return err
	}
	for i, n := range all {
		g := &groups[in[i]]
		g.Newest = append(g.Newest, n)
	}
	return nil
}

// ListGroup returns one page of the notifications of a group, newest first, from
// before the ID on (0: from the newest), each with its Actor and Post. A key that
// names none is an empty page.
func (r Reader) ListGroup(ctx context.Context, key string, before social.ID, limit int) ([]social.Notification, error) {
	if number, ok := strings.CutPrefix(key, singleKey); ok {
		id, _ := social.ParseID(number)
		n, err := r.FindNotification(ctx, id)
		if errors.Is(err, social.ErrNotFound) || err == nil && before != 0 && n.ID >= before {
			return nil, nil
		}
		return []social.Notification{n}, err
	}
	all, err := list(ctx, r.q, scanNotification, `
		select `+notificationColumns+`
		from notifications n
		where n.group_key = ?2 and n.id < ?3 and `+heeded+`
		order by n.id desc
		limit ?4`, r.q.moment().UnixMilli(), key, upTo(before), limit)
	if err == nil {
		err = r.fillNotifications(ctx, all)
	}
	if err != nil {
		return nil, fmt.Errorf("list group %s: %w", key, err)
	}
	return all, nil
}

// SetGroupsRead is SetNotificationsRead for the groups with these keys.
func (tx *Tx) SetGroupsRead(ctx context.Context, upTo social.ID, keys []string) error {
	_, err := tx.exec(ctx, `
		update notifications set read = 1
		where read = 0 and id <= ? and group_key in (select j.value from json_each(?) j)`, upTo, encode(keys))
	if err != nil {
		return fmt.Errorf("set groups read: %w", err)
	}
	return nil
}

// DeleteGroup forgets what a key names. Nothing happens if it names none.
func (tx *Tx) DeleteGroup(ctx context.Context, key string) error {
	_, err := tx.exec(ctx, `delete from notifications where group_key = ?`, key)
	if number, ok := strings.CutPrefix(key, singleKey); ok && err == nil {
		id, _ := social.ParseID(number)
		err = tx.DeleteNotificationByID(ctx, id)
	}
	if err != nil {
		return fmt.Errorf("delete group %s: %w", key, err)
	}
	return nil
}

// CountGroup says how many notifications a key names.
func (r Reader) CountGroup(ctx context.Context, key string) (int, error) {
	if strings.HasPrefix(key, singleKey) {
		return 1, nil
	}
	n, err := find(ctx, r.q, scanCount, `select count(*) from notifications n where n.group_key = ?2 and `+heeded, r.q.moment().UnixMilli(), key)
	if err != nil {
		return 0, fmt.Errorf("count group %s: %w", key, err)
	}
	return n, nil
}

// CountUnreadGroups says how many groups hold something that the owner has not
// seen, of the kinds named only (none: of all).
func (r Reader) CountUnreadGroups(ctx context.Context, kinds ...social.NotificationKind) (int, error) {
	n, err := find(ctx, r.q, scanCount, `
		select count(distinct n.group_key)
		from notifications n indexed by notifications_unread
		where n.read = 0 and `+heeded+` and (?2 or n.kind in (select j.value from json_each(?3) j))`,
		r.q.moment().UnixMilli(), len(kinds) == 0, encode(kinds))
	if err != nil {
		return 0, fmt.Errorf("count unread groups: %w", err)
	}
	return n, nil
}
