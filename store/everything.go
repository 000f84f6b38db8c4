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
