package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"croft/social"
)

// Ancestors and descendants beyond these are not listed.
const (
	maxAncestors   = 100
	maxDescendants = 500
)

// ListThread returns what stands around a post, as far as it is here and the
// viewer may see it: what it answers, from the first post down to its parent,
// and everything that answers it, in the order of time. The chain does not
// break at a post that is left out. (The cross joins keep SQLite from walking
// all posts to spare itself a small sort.)
func (r Reader) ListThread(ctx context.Context, postID social.ID, v social.Viewer) (ancestors, descendants []*social.Post, err error) {
	ancestors, err = r.listPosts(ctx, `
		with recursive up (id, depth) as (
			select q.in_reply_to_id, 1 from posts q where q.id = ?5 and q.in_reply_to_id is not null
			union
			select q.in_reply_to_id, up.depth + 1
			from up
			join posts q on q.id = up.id
			where q.in_reply_to_id is not null and q.in_reply_to_id <> ?5 and up.depth < ?6
		)
		select `+postColumns+`
		from (select up.id, min(up.depth) as depth from up group by up.id) up
		cross join posts p on p.id = up.id
		where `+visible+` and `+welcome+`
		order by up.depth desc`, viewerArgs(v, postID, maxAncestors)...)
	if err != nil {
		return nil, nil, fmt.Errorf("list thread of %s: %w", postID, err)
	}
	descendants, err = r.listPosts(ctx, `
		with recursive down (id) as (
			select q.id from posts q where q.in_reply_to_id = ?5
			union
			select q.id
			from down
			join posts q on q.in_reply_to_id = down.id
			where q.id <> ?5
			limit ?6
		)
		select `+postColumns+`
		from down
		cross join posts p on p.id = down.id
		where `+visible+` and `+welcome+`
		order by p.id`, viewerArgs(v, postID, maxDescendants)...)
	if err != nil {
		return nil, nil, fmt.Errorf("list thread of %s: %w", postID, err)
	}
	return ancestors, descendants, nil
}

// ListReplies returns one page of the posts that answer a post directly, newest
// first, from before the ID on (0: from the newest).
func (r Reader) ListReplies(ctx context.Context, postID social.ID, v social.Viewer, before social.ID, limit int) ([]*social.Post, error) {
	return r.listPosts(ctx, `
		select `+postColumns+`
		from posts p
		where p.in_reply_to_id = ?5 and p.id < ?6 and `+visible+` and `+welcome+`
		order by p.id desc
		limit ?7`, viewerArgs(v, postID, upTo(before), limit)...)
}

// Thread says how fresh our picture of a post's replies is.
type Thread struct {
	PostID    social.ID
	FetchedAt time.Time
	Total     int // replies that its server counted; -1 unknown
}

// FindThread returns when the replies of a post were last asked for;
// ErrNotFound if never.
func (r Reader) FindThread(ctx context.Context, postID social.ID) (Thread, error) {
	t, err := find(ctx, r.q, func(r row) (t Thread, err error) {
		err = r.Scan(&t.PostID, (*when)(&t.FetchedAt), &t.Total)
		return t, err
	}, `select t.post_id, t.fetched_at, t.total from threads t where t.post_id = ?`, postID)
	if err != nil {
		return Thread{}, fmt.Errorf("find thread %s: %w", postID, err)
	}
	return t, nil
}

// PutThread notes that the replies of a post were asked for.
func (tx *Tx) PutThread(ctx context.Context, t Thread) error {
	_, err := tx.exec(ctx, `
		insert into threads (post_id, fetched_at, total)
		values (?, ?, ?)
		on conflict (post_id) do update set fetched_at = excluded.fetched_at, total = excluded.total`,
		t.PostID, t.FetchedAt.UnixMilli(), t.Total)
	if err != nil {
		return fmt.Errorf("put thread %s: %w", t.PostID, err)
	}
	return nil
}

// Recipient is an inbox that got a post.
type Recipient struct{ Inbox, Host string }

// ListRecipients returns the inboxes to which a post was sent, so that an edit
// or a deletion reaches them all. It knows deleted posts as well.
func (r Reader) ListRecipients(ctx context.Context, postID social.ID) ([]Recipient, error) {
	all, err := list(ctx, r.q, func(r row) (c Recipient, err error) {
		err = r.Scan(&c.Inbox, &c.Host)
		return c, err
	}, `
		select i.url, i.host
		from recipients c, json_each(c.inboxes) j
		join inboxes i on i.id = j.value
		where c.post_id = ?
		order by i.id`, postID)
	if err != nil {
		return nil, fmt.Errorf("list recipients of %s: %w", postID, err)
	}
	return all, nil
}

// PutRecipients adds to the inboxes that got a post.
func (tx *Tx) PutRecipients(ctx context.Context, postID social.ID, recipients []Recipient) error {
	ids, err := find(ctx, tx, func(r row) (ids []social.ID, err error) {
		err = r.Scan(asJSON{&ids})
		return ids, err
	}, `select c.inboxes from recipients c where c.post_id = ?`, postID)
	if err != nil && !errors.Is(err, social.ErrNotFound) {
		return fmt.Errorf("put recipients of %s: %w", postID, err)
	}
	for _, c := range recipients {
		id, err := tx.putInbox(ctx, c)
		if err != nil {
			return fmt.Errorf("put recipients of %s: %w", postID, err)
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	_, err = tx.exec(ctx, `
		insert into recipients (post_id, inboxes)
		values (?, ?)
		on conflict (post_id) do update set inboxes = excluded.inboxes`, postID, idList(slices.Compact(ids)))
	if err != nil {
		return fmt.Errorf("put recipients of %s: %w", postID, err)
	}
	return nil
}

// putInbox gives an inbox a small number of its own.
func (tx *Tx) putInbox(ctx context.Context, c Recipient) (social.ID, error) {
	id, err := find(ctx, tx, scanID, `select i.id from inboxes i where i.url = ?`, c.Inbox)
	if errors.Is(err, social.ErrNotFound) {
		return find(ctx, tx, scanID, `insert into inboxes (url, host) values (?, ?) returning id`, c.Inbox, c.Host)
	}
	return id, err
}
