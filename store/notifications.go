package store

import (
	"context"
	"fmt"

	"croft/social"
)

// heeded leaves out what is by somebody whom the owner blocks or mutes; ?1 is
// the moment in milliseconds.
const heeded = `not exists (select 1 from blocks k where k.actor_id = n.actor_id)
	and not exists (select 1 from mutes u where u.actor_id = n.actor_id and (u.until is null or u.until > ?1))
	and not exists (select 1 from actors w indexed by actors_host_blocked where w.id = n.actor_id and w.host_blocked = 1)`

// ListNotifications returns one page, newest first, from before the ID on (0:
// from the newest), each with its Actor and Post. Where kinds are named, it is
// of these only.
func (r Reader) ListNotifications(ctx context.Context, before social.ID, limit int, kinds ...social.NotificationKind) ([]social.Notification, error) {
	all, err := list(ctx, r.q, func(r row) (n social.Notification, err error) {
		err = r.Scan(&n.ID, &n.Kind, &n.ActorID, (*maybeID)(&n.PostID), (*when)(&n.CreatedAt), &n.Read)
		return n, err
	}, `
		select n.id, n.kind, n.actor_id, n.post_id, n.created_at, n.read
		from notifications n
		where n.id < ?2 and `+heeded+`
			and (?4 or n.kind in (select j.value from json_each(?5) j))
		order by n.id desc
		limit ?3`, r.q.moment().UnixMilli(), upTo(before), limit, len(kinds) == 0, encode(kinds))
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
// and reports whether it is news: there is one at most for each kind, actor and
// post, and a second changes nothing. An edit or a report is news each time and
// takes the place of the one before.
func (tx *Tx) PutNotification(ctx context.Context, n social.Notification) (fresh bool, err error) {
	if n.Kind == social.NotifyEdit || n.Kind == social.NotifyReport {
		_, err := tx.exec(ctx, `delete from notifications where actor_id = ? and kind = ? and ifnull(post_id, 0) = ?`,
			n.ActorID, string(n.Kind), n.PostID)
		if err != nil {
			return false, fmt.Errorf("put notification: %w", err)
		}
	}
	changed, err := tx.exec(ctx, `
		insert into notifications (id, kind, actor_id, post_id, created_at, read)
		values (?, ?, ?, ?, ?, ?)
		on conflict (actor_id, kind, ifnull(post_id, 0)) do nothing`,
		tx.NewID(tx.Now), string(n.Kind), n.ActorID, idOrNull(n.PostID), n.CreatedAt.UnixMilli(), n.Read)
	if err != nil {
		return false, fmt.Errorf("put notification: %w", err)
	}
	return changed > 0, nil
}

// SetNotificationsRead marks everything up to the ID, itself included, as seen.
func (tx *Tx) SetNotificationsRead(ctx context.Context, upTo social.ID) error {
	if _, err := tx.exec(ctx, `update notifications set read = 1 where read = 0 and id <= ?`, upTo); err != nil {
		return fmt.Errorf("set notifications read: %w", err)
	}
	return nil
}

// DeleteNotification takes back what an actor caused; a postID of 0 stands for
// none. Nothing happens if there is no such notification.
func (tx *Tx) DeleteNotification(ctx context.Context, kind social.NotificationKind, actorID, postID social.ID) error {
	_, err := tx.exec(ctx, `delete from notifications where actor_id = ? and kind = ? and ifnull(post_id, 0) = ?`,
		actorID, string(kind), postID)
	if err != nil {
		return fmt.Errorf("delete notification: %w", err)
	}
	return nil
}

// DeleteNotificationsBy takes back everything that an actor caused.
func (tx *Tx) DeleteNotificationsBy(ctx context.Context, actorID social.ID) error {
	if _, err := tx.exec(ctx, `delete from notifications where actor_id = ?`, actorID); err != nil {
		return fmt.Errorf("delete notifications by %s: %w", actorID, err)
	}
	return nil
}
