package store

import (
	"context"
	"fmt"

	"croft/social"
)

// ListEverythingBy returns one page of the IDs of an author's living posts,
// newest first, from before the ID on (0: from the newest). Unlike in
// ListByAuthor, direct posts are among them.
func (r Reader) ListEverythingBy(ctx context.Context, author, before social.ID, limit int) ([]social.ID, error) {
	ids, err := list(ctx, r.q, scanID, `
		select p.id from posts p
		where p.author_id = ? and p.id < ? and p.deleted_at is null
		order by p.id desc
		limit ?`, author, upTo(before), limit)
	if err != nil {
		return nil, fmt.Errorf("list everything by %s: %w", author, err)
	}
	return ids, nil
}

// ListBoostedBy returns one page of the IDs of the posts that an actor boosted,
// the last boosted first, from before the boost's ID on (0: from the newest). Unlike in
// ListByAuthor, posts of the blocked are among them.
func (r Reader) ListBoostedBy(ctx context.Context, booster, before social.ID, limit int) ([]social.ID, error) {
	ids, err := list(ctx, r.q, scanID, `
		select b.post_id from boosts b
		where b.booster_id = ? and b.id < ?
		order by b.id desc
		limit ?`, booster, upTo(before), limit)
	if err != nil {
		return nil, fmt.Errorf("list boosted by %s: %w", booster, err)
	}
	return ids, nil
}
