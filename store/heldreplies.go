package store

import (
	"context"
	"fmt"

	"croft/social"
)

// holdReply holds a new post back that answers one of the owner's by somebody who
// may not, and reports whether it does. Direct posts are letters, and no replies
// for others to see.
func (tx *Tx) holdReply(ctx context.Context, id social.ID, p *social.Post, parent social.ID) (bool, error) {
	if parent == 0 || p.Local || p.Visibility == social.Direct {
		return false, nil
	}
	n, err := tx.exec(ctx, `
		insert into held_replies (post_id, declined)
		select ?1, 0
		from posts q
		where q.id = ?2 and q.local and q.may_reply <> '' and not (
			q.may_reply = 'followers' and exists (
				select 1 from follows f where f.follower_id = ?3 and f.followed_id = q.author_id and f.state = 'accepted')
			or q.may_reply = 'followed' and exists (
				select 1 from follows f where f.follower_id = q.author_id and f.followed_id = ?3 and f.state = 'accepted')
			or q.mentions <> '' and exists (
				select 1 from json_each(q.mentions) j where j.value ->> 'u' = (select a.uri from actors a where a.id = ?3))
			or exists (select 1 from posts c where c.id = q.in_reply_to_id and c.author_id = ?3))`, id, parent, p.AuthorID)
	return n > 0, err
}

// IsHeldReply reports whether a post is a reply that is held back, or declined.
func (r Reader) IsHeldReply(ctx context.Context, postID social.ID) (bool, error) {
	n, err := find(ctx, r.q, scanCount, `select exists (select 1 from held_replies x where x.post_id = ?)`, postID)
	if err != nil {
		return false, fmt.Errorf("is reply %s held: %w", postID, err)
	}
	return n > 0, nil
}

// ListHeldReplies returns one page of the replies that wait for the owner's word,
// the newest first. Those of who is blocked or muted are left out.
func (r Reader) ListHeldReplies(ctx context.Context, span Span) ([]*social.Post, error) {
	return r.listPosts(ctx, `
		select `+postColumns+`
		from held_replies x
		cross join posts p on p.id = x.post_id
		where x.declined = 0 and x.post_id < ?2 and x.post_id > ?3 and p.deleted_at is null and `+welcome+` and `+unmuted+`
		order by x.post_id `+span.order()+`
		limit ?4`, span.with(r.q.moment().UnixMilli())...)
}

// CountHeldReplies says how many ListHeldReplies has.
func (r Reader) CountHeldReplies(ctx context.Context) (int, error) {
	n, err := find(ctx, r.q, scanCount, `
		select count(*)
		from held_replies x
		cross join posts p on p.id = x.post_id
		where x.declined = 0 and p.deleted_at is null and `+welcome+` and `+unmuted, r.q.moment().UnixMilli())
	if err != nil {
		return 0, fmt.Errorf("count held replies: %w", err)
	}
	return n, nil
}

// ReleaseReply shows a reply that was held back, and counts it; ErrNotFound if it
// was not.
func (tx *Tx) ReleaseReply(ctx context.Context, p *social.Post) error {
	err := tx.set(ctx, `delete from held_replies where post_id = ?`, p.ID)
	if err == nil {
		err = tx.countReply(ctx, p.Visibility, p.InReplyToID, +1)
	}
	if err != nil {
		return fmt.Errorf("release reply %s: %w", p.ID, err)
	}
	return nil
}

// DeclineReply has a reply that is held back wait no more, and never be shown;
// ErrNotFound if it is not held back.
func (tx *Tx) DeclineReply(ctx context.Context, id social.ID) error {
	if err := tx.set(ctx, `update held_replies set declined = 1 where post_id = ? and declined = 0`, id); err != nil {
		return fmt.Errorf("decline reply %s: %w", id, err)
	}
	return nil
}
