package store

import (
	"context"
	"fmt"
	"time"

	"croft/social"
)

// Bookmark is a post that the owner keeps to find again. Nobody is told of it.
type Bookmark struct {
	ID        social.ID    // by the moment it was kept; pages go by it
	Post      *social.Post // nil, or deleted, if it went while the list was read
	CreatedAt time.Time
}

// ListBookmarks returns one page of what the owner bookmarked, by the bookmark's
// ID. What is by somebody blocked is not among them until the block ends.
func (r Reader) ListBookmarks(ctx context.Context, span Span) ([]Bookmark, error) {
	var ids []social.ID
	all, err := list(ctx, r.q, func(r row) (b Bookmark, err error) {
		var id social.ID
		err = r.Scan(&b.ID, &id, (*when)(&b.CreatedAt))
		ids = append(ids, id)
		return b, err
	}, `
		select b.id, b.post_id, b.created_at
		from bookmarks b
		join posts p on p.id = b.post_id
		where b.id < ? and b.id > ? and p.deleted_at is null and `+welcome+`
		order by b.id `+span.order()+`
		limit ?`, span.args()...)
	if err != nil {
		return nil, fmt.Errorf("list bookmarks: %w", err)
	}
	posts, err := r.ListPosts(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("list bookmarks: %w", err)
	}
	byID := make(map[social.ID]*social.Post, len(posts))
	for _, p := range posts {
		byID[p.ID] = p
	}
	for i := range all {
		all[i].Post = byID[ids[i]]
	}
	return all, nil
}

// PutBookmark keeps a post, newest of all. One that is kept already stays where
// it is. A post that is not here is ErrConflict.
func (tx *Tx) PutBookmark(ctx context.Context, postID social.ID) error {
	_, err := tx.exec(ctx, `insert into bookmarks (id, post_id, created_at) values (?, ?, ?) on conflict (post_id) do nothing`,
		tx.NewID(tx.Now), postID, tx.Now.UnixMilli())
	if err != nil {
		return fmt.Errorf("put bookmark of %s: %w", postID, err)
	}
	return nil
}

// DeleteBookmark lets a post go. Nothing happens if it is not kept.
func (tx *Tx) DeleteBookmark(ctx context.Context, postID social.ID) error {
	if _, err := tx.exec(ctx, `delete from bookmarks where post_id = ?`, postID); err != nil {
		return fmt.Errorf("delete bookmark of %s: %w", postID, err)
	}
	return nil
}
