package store

import (
	"context"
	"fmt"
	"time"

	"croft/social"
)

// FindRepeat returns the post that a call has made already; ErrNotFound if the
// call is new here.
func (r Reader) FindRepeat(ctx context.Context, hash string) (social.ID, error) {
	id, err := find(ctx, r.q, func(r row) (id social.ID, err error) { err = r.Scan(&id); return id, err },
		`select z.post_id from repeats z where z.hash = ?`, hash)
	if err != nil {
		return 0, fmt.Errorf("find repeat: %w", err)
	}
	return id, nil
}

// PutRepeat notes that a call made a post.
func (tx *Tx) PutRepeat(ctx context.Context, hash string, postID social.ID) error {
	_, err := tx.exec(ctx, `insert into repeats (hash, post_id, at) values (?, ?, ?)`, hash, postID, tx.Now.UnixMilli())
	return wrapPut("repeat", postID.String(), err)
}

// DeleteRepeatsBefore forgets the calls that are older.
func (tx *Tx) DeleteRepeatsBefore(ctx context.Context, before time.Time) error {
	if _, err := tx.exec(ctx, `delete from repeats where at < ?`, before.UnixMilli()); err != nil {
		return fmt.Errorf("delete repeats: %w", err)
	}
	return nil
}
