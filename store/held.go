package store

import (
	"context"
	"fmt"
	"time"

	"croft/social"
)

// NoticeRequest is what the owner's policy holds back of one actor.
type NoticeRequest struct {
	Actor       *social.Actor
	Count       int
	First, Last time.Time    // when the first and the last of them came
	Post        *social.Post // the last post among them; nil if there is none
}

type heldRow struct {
	actorID, postID social.ID
	NoticeRequest
}

func scanHeld(r row) (h heldRow, err error) {
	err = r.Scan(&h.actorID, &h.Count, (*when)(&h.First), (*when)(&h.Last), (*maybeID)(&h.postID))
	return h, err
}

const heldColumns = `x.actor_id, count(*), min(x.created_at), max(x.created_at), max(x.post_id)`

// ListNoticeRequests returns one page of those of whom something is held back, by
// the actor's ID. Whoever is blocked or muted is left out.
func (r Reader) ListNoticeRequests(ctx context.Context, span Span) ([]NoticeRequest, error) {
	rows, err := list(ctx, r.q, scanHeld, `
		select `+heldColumns+`
		from held_notifications x
		where x.actor_id < ?2 and x.actor_id > ?3 and `+heldWelcome+`
		group by x.actor_id
		order by x.actor_id `+span.order()+`
		limit ?4`, span.with(r.q.moment().UnixMilli())...)
	if err != nil {
		return nil, fmt.Errorf("list notice requests: %w", err)
	}
	return r.noticeRequests(ctx, rows)
}

// heldWelcome leaves out what is by somebody whom the owner blocks or mutes; ?1 is
// the moment in milliseconds.
const heldWelcome = `not exists (select 1 from blocks k where k.actor_id = x.actor_id)
	and not exists (select 1 from mutes u where u.actor_id = x.actor_id and u.notices = 0 and (u.until is null or u.until > ?1))
	and not exists (select 1 from actors w indexed by actors_host_blocked where w.id = x.actor_id and w.host_blocked = 1)`

func (r Reader) noticeRequests(ctx context.Context, rows []heldRow) ([]NoticeRequest, error) {
	var actorIDs, postIDs []social.ID
	for _, h := range rows {
		actorIDs, postIDs = append(actorIDs, h.actorID), append(postIDs, h.postID)
	}
	actors, err := r.actorsByID(ctx, actorIDs)
	if err != nil {
		return nil, fmt.Errorf("list notice requests: %w", err)
	}
	posts, err := r.ListPosts(ctx, distinct(postIDs))
	if err != nil {
		return nil, fmt.Errorf("list notice requests: %w", err)
	}
	all := make([]NoticeRequest, 0, len(rows))
	for _, h := range rows {
		h.Actor = actors[h.actorID]
		for _, p := range posts {
			if p.ID == h.postID && p.DeletedAt.IsZero() {
				h.Post = p
			}
		}
		if h.Actor != nil {
			all = append(all, h.NoticeRequest)
		}
	}
	return all, nil
}

// FindNoticeRequest returns what is held back of an actor; ErrNotFound if nothing
// is.
func (r Reader) FindNoticeRequest(ctx context.Context, actorID social.ID) (NoticeRequest, error) {
	rows, err := list(ctx, r.q, scanHeld, `
		select `+heldColumns+` from held_notifications x where x.actor_id = ?2 and `+heldWelcome+` group by x.actor_id`,
		r.q.moment().UnixMilli(), actorID)
	if err == nil && len(rows) == 0 {
		err = social.ErrNotFound
	}
	if err != nil {
		return NoticeRequest{}, fmt.Errorf("find notice request of %s: %w", actorID, err)
	}
	all, err := r.noticeRequests(ctx, rows)
	if err != nil || len(all) == 0 {
		return NoticeRequest{}, err
	}
	return all[0], nil
}

// HeldCount is how much is held back.
type HeldCount struct{ Actors, Notifications int }

// CountHeld says of how many actors something is held back, and how much.
func (r Reader) CountHeld(ctx context.Context) (HeldCount, error) {
	n, err := find(ctx, r.q, func(r row) (n HeldCount, err error) { err = r.Scan(&n.Actors, &n.Notifications); return n, err }, `
		select count(distinct x.actor_id), count(*) from held_notifications x where `+heldWelcome, r.q.moment().UnixMilli())
	if err != nil {
		return n, fmt.Errorf("count held: %w", err)
	}
	return n, nil
}

// ListHeld returns what is held back of an actor, the oldest first, without its
// Actor and Post.
func (r Reader) ListHeld(ctx context.Context, actorID social.ID) ([]social.Notification, error) {
	all, err := list(ctx, r.q, func(r row) (n social.Notification, err error) {
		err = r.Scan(&n.ID, &n.Kind, &n.ActorID, (*maybeID)(&n.PostID), (*when)(&n.CreatedAt))
		return n, err
	}, `
		select x.id, x.kind, x.actor_id, x.post_id, x.created_at
		from held_notifications x
		where x.actor_id = ?
		order by x.id`, actorID)
	if err != nil {
		return nil, fmt.Errorf("list held of %s: %w", actorID, err)
	}
	return all, nil
}

// PutHeld holds a notification back. One that is held already changes nothing.
func (tx *Tx) PutHeld(ctx context.Context, n social.Notification) error {
	_, err := tx.exec(ctx, `
		insert into held_notifications (id, kind, actor_id, post_id, created_at) values (?, ?, ?, ?, ?)
		on conflict (actor_id, kind, ifnull(post_id, 0)) do nothing`,
		tx.NewID(tx.Now), string(n.Kind), n.ActorID, idOrNull(n.PostID), n.CreatedAt.UnixMilli())
	if err != nil {
		return fmt.Errorf("put held notification: %w", err)
	}
	return nil
}

// DeleteHeld forgets what is held back of an actor.
func (tx *Tx) DeleteHeld(ctx context.Context, actorID social.ID) error {
	if _, err := tx.exec(ctx, `delete from held_notifications where actor_id = ?`, actorID); err != nil {
		return fmt.Errorf("delete held of %s: %w", actorID, err)
	}
	return nil
}

// PutHeard lets the notifications of an actor through, whatever the policy says.
func (tx *Tx) PutHeard(ctx context.Context, actorID social.ID) error {
	_, err := tx.exec(ctx, `insert or ignore into heard_actors (actor_id) values (?)`, actorID)
	return wrapPut("heard actor", actorID.String(), err)
}

// IsHeard reports whether PutHeard was called for the actor.
func (r Reader) IsHeard(ctx context.Context, actorID social.ID) (bool, error) {
	n, err := find(ctx, r.q, scanCount, `select exists (select 1 from heard_actors x where x.actor_id = ?)`, actorID)
	if err != nil {
		return false, fmt.Errorf("is %s heard: %w", actorID, err)
	}
	return n > 0, nil
}

// HasWrittenIn reports whether the owner wrote in the conversation of a direct
// post.
func (r Reader) HasWrittenIn(ctx context.Context, postID social.ID) (bool, error) {
	n, err := find(ctx, r.q, scanCount, `
		select exists (select 1 from posts p
			where p.conversation = (select q.conversation from posts q where q.id = ?) and p.local and p.deleted_at is null)`, postID)
	if err != nil {
		return false, fmt.Errorf("has written in conversation of %s: %w", postID, err)
	}
	return n > 0, nil
}
