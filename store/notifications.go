package store

import (
	"context"
	"fmt"

	"croft/social"
)

// heeded leaves out what is by somebody whom the owner blocks or mutes; ?1 is
// the moment in milliseconds.
const heeded = `not exists (select 1 from blocks k where k.actor_id = n.actor_id)
	and not exists (select 1 from mutes u where u.actor_id = n.actor_id and u.notices = 0 and (u.until is null or u.until > ?1))
	and not exists (select 1 from actors w indexed by actors_host_blocked where w.id = n.actor_id and w.host_blocked = 1)`

const notificationColumns = `n.id, n.kind, n.actor_id, n.post_id, n.created_at, n.read`

func scanNotification(r row) (n social.Notification, err error) {
	err = r.Scan(&n.ID, &n.Kind, &n.ActorID, (*maybeID)(&n.PostID), (*when)(&n.CreatedAt), &n.Read)
	return n, err
}

// NotificationQuery asks for a page of notifications.
type NotificationQuery struct {
	Span
	Kinds   []social.NotificationKind // these only; none means all
	ActorID social.ID                 // who caused them; 0 means anybody
	Held    bool                      // with those that the owner's policy holds back, as read
}

// source is where a query looks.
func (q NotificationQuery) source() string {
	if !q.Held {
		return `notifications`
	}
	return `(select m.id, m.kind, m.actor_id, m.post_id, m.created_at, m.read from notifications m
			union all
			select x.id, x.kind, x.actor_id, x.post_id, x.created_at, 1 from held_notifications x)`
}

// ListNotifications returns one page, each with its Actor and Post.
func (r Reader) ListNotifications(ctx context.Context, q NotificationQuery) ([]social.Notification, error) {
	all, err := list(ctx, r.q, scanNotification, `
		select `+notificationColumns+`
		from `+q.source()+` n
		where n.id < ?2 and n.id > ?3 and `+heeded+`
			and (?5 or n.kind in (select j.value from json_each(?6) j)) and (?7 = 0 or n.actor_id = ?7)
		order by n.id `+q.order()+`
		limit ?4`, r.q.moment().UnixMilli(), upTo(q.Before), q.After, q.Limit, len(q.Kinds) == 0, encode(q.Kinds), q.ActorID)
	if err != nil {
		return nil, fmt.Errorf("list notifications: %w", err)
	}
	if err := r.fillNotifications(ctx, all); err != nil {
		return nil, fmt.Errorf("list notifications: %w", err)
	}
	return all, nil
}

func (r Reader) fillNotifications(ctx context.Context, all []social.Notification) error {
	var actorIDs, postIDs []social.ID
	for _, n := range all {
		actorIDs, postIDs = append(actorIDs, n.ActorID), append(postIDs, n.PostID)
	}
	actors, err := r.actorsByID(ctx, actorIDs)
	if err != nil {
		return err
	}
	posts, err := r.ListPosts(ctx, distinct(postIDs))
	if err != nil {
		return err
	}
	byID := map[social.ID]*social.Post{}
	for _, p := range posts {
		if p.DeletedAt.IsZero() {
			byID[p.ID] = p
		}
	}
	for i := range all {
		all[i].Actor, all[i].Post = actors[all[i].ActorID], byID[all[i].PostID]
	}
	return nil
}

// FindNotification returns one, with its Actor and Post; ErrNotFound if there is
// none, or it is by somebody blocked or muted.
func (r Reader) FindNotification(ctx context.Context, id social.ID) (social.Notification, error) {
	n, err := find(ctx, r.q, scanNotification, `
		select `+notificationColumns+` from notifications n where n.id = ?2 and `+heeded, r.q.moment().UnixMilli(), id)
	all := []social.Notification{n}
	if err == nil {
		err = r.fillNotifications(ctx, all)
	}
	if err != nil {
		return n, fmt.Errorf("find notification %s: %w", id, err)
	}
	return all[0], nil
}

// CountUnreadByKind is CountUnread, told apart. A kind of which there is none is
// not in the map.
func (r Reader) CountUnreadByKind(ctx context.Context) (map[social.NotificationKind]int, error) {
	counts := map[social.NotificationKind]int{}
	_, err := list(ctx, r.q, func(r row) (struct{}, error) {
		var kind social.NotificationKind
		var n int
		err := r.Scan(&kind, &n)
		counts[kind] = n
		return struct{}{}, err
	}, `select n.kind, count(*) from notifications n where n.read = 0 and `+heeded+` group by n.kind`, r.q.moment().UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("count unread by kind: %w", err)
	}
	return counts, nil
}

// CountUnread says how many notifications the owner has not seen.
func (r Reader) CountUnread(ctx context.Context) (int, error) {
	n, err := find(ctx, r.q, scanCount, `select count(*) from notifications n where n.read = 0 and `+heeded,
		r.q.moment().UnixMilli())
	if err != nil {
		return 0, fmt.Errorf("count unread: %w", err)
	}
	return n, nil
}

// CountUnreadMessages says how many of the notifications that the owner has not
// seen are of direct posts.
func (r Reader) CountUnreadMessages(ctx context.Context) (int, error) {
	n, err := find(ctx, r.q, scanCount, `
		select count(*)
		from notifications n
		join posts p on p.id = n.post_id
		where n.read = 0 and n.kind = 'mention' and p.visibility = 'direct' and `+heeded, r.q.moment().UnixMilli())
	if err != nil {
		return 0, fmt.Errorf("count unread messages: %w", err)
	}
	return n, nil
}

// PutNotification keeps a notification, for which it makes an ID by arrival,
// and returns it, or 0 if it is no news: there is one at most for each kind, actor
// and post, and a second changes nothing. An edit or a report is news each time and
// takes the place of the one before.
func (tx *Tx) PutNotification(ctx context.Context, n social.Notification) (social.ID, error) {
	if n.Kind == social.NotifyEdit || n.Kind == social.NotifyQuotedEdit || n.Kind == social.NotifyReport {
		_, err := tx.exec(ctx, `delete from notifications where actor_id = ? and kind = ? and ifnull(post_id, 0) = ?`,
			n.ActorID, string(n.Kind), n.PostID)
		if err != nil {
			return 0, fmt.Errorf("put notification: %w", err)
		}
	}
	id := tx.NewID(tx.Now)
	changed, err := tx.exec(ctx, `
		insert into notifications (id, kind, actor_id, post_id, created_at, read)
		values (?, ?, ?, ?, ?, ?)
		on conflict (actor_id, kind, ifnull(post_id, 0)) do nothing`,
		id, string(n.Kind), n.ActorID, idOrNull(n.PostID), n.CreatedAt.UnixMilli(), n.Read)
	if err != nil {
		return 0, fmt.Errorf("put notification: %w", err)
	}
	if changed == 0 {
		return 0, nil
	}
	return id, nil
}

// SetNotificationsRead marks everything up to the ID, itself included, as seen;
// where kinds are named, these only.
func (tx *Tx) SetNotificationsRead(ctx context.Context, upTo social.ID, kinds ...social.NotificationKind) error {
	_, err := tx.exec(ctx, `
		update notifications set read = 1
		where read = 0 and id <= ? and (? or kind in (select j.value from json_each(?) j))`, upTo, len(kinds) == 0, encode(kinds))
	if err != nil {
		return fmt.Errorf("set notifications read: %w", err)
	}
	return nil
}

// ListUnreadConversations counts by conversation the direct posts that the owner
// was told of and has not seen.
func (r Reader) ListUnreadConversations(ctx context.Context) (map[string]int, error) {
	unread := map[string]int{}
	_, err := list(ctx, r.q, func(r row) (struct{}, error) {
		var key string
		var n int
		err := r.Scan(&key, &n)
		unread[key] = n
		return struct{}{}, err
	}, `
		select p.conversation, count(*)
		from notifications n
		join posts p on p.id = n.post_id
		where n.read = 0 and n.kind = 'mention' and p.conversation is not null and `+heeded+`
		group by p.conversation`, r.q.moment().UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("list unread conversations: %w", err)
	}
	return unread, nil
}

// SetConversationRead marks what the owner was told of a conversation as seen, up
// to and with a post of it.
func (tx *Tx) SetConversationRead(ctx context.Context, key string, upTo social.ID) error {
	_, err := tx.exec(ctx, `
		update notifications set read = 1
		where read = 0 and kind = 'mention' and post_id <= ?2
			and exists (select 1 from posts p where p.id = notifications.post_id and p.conversation = ?1)`, key, upTo)
	if err != nil {
		return fmt.Errorf("set conversation %s read: %w", key, err)
	}
	return nil
}

// DeleteNotification takes back what an actor caused; a postID of 0 stands for
// none. Nothing happens if there is no such notification.
func (tx *Tx) DeleteNotification(ctx context.Context, kind social.NotificationKind, actorID, postID social.ID) error {
	for _, query := range []string{
		`delete from notifications where actor_id = ? and kind = ? and ifnull(post_id, 0) = ?`,
		`delete from held_notifications where actor_id = ? and kind = ? and ifnull(post_id, 0) = ?`,
	} {
		if _, err := tx.exec(ctx, query, actorID, string(kind), postID); err != nil {
			return fmt.Errorf("delete notification: %w", err)
		}
	}
	return nil
}

// DeleteNotificationsBy takes back everything that an actor caused.
func (tx *Tx) DeleteNotificationsBy(ctx context.Context, actorID social.ID) error {
	if _, err := tx.exec(ctx, `delete from notifications where actor_id = ?`, actorID); err != nil {
		return fmt.Errorf("delete notifications by %s: %w", actorID, err)
	}
	return tx.DeleteHeld(ctx, actorID)
}

// DeleteNotificationByID forgets one. Nothing happens if there is none.
func (tx *Tx) DeleteNotificationByID(ctx context.Context, id social.ID) error {
	if _, err := tx.exec(ctx, `delete from notifications where id = ?`, id); err != nil {
		return fmt.Errorf("delete notification %s: %w", id, err)
	}
	return nil
}

// DeleteAllNotifications forgets all.
func (tx *Tx) DeleteAllNotifications(ctx context.Context) error {
	if _, err := tx.exec(ctx, `delete from notifications`); err != nil {
		return fmt.Errorf("delete all notifications: %w", err)
	}
	return nil
}
