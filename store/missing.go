package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"croft/social"
)

// MissingWhy is why something could not be had when it was last asked for.
type MissingWhy string

// The reasons.
const (
	MissingSilent  MissingWhy = "silent"  // its server does not answer
	MissingGone    MissingWhy = "gone"    // it was deleted
	MissingRefused MissingWhy = "refused" // its server does not show it to this home, or has no such thing
	MissingBlocked MissingWhy = "blocked" // the owner blocks its author or their server
	MissingBroken  MissingWhy = "broken"  // what came is nothing that can be kept
)

// FindMissing returns why what is at a URI could not be had; ErrNotFound if
// nothing is known against it.
func (r Reader) FindMissing(ctx context.Context, uri string) (MissingWhy, error) {
	why, err := find(ctx, r.q, scanText, `select m.why from missing m where m.uri = ?`, uri)
	if err != nil {
		return "", fmt.Errorf("find what is missing at %s: %w", uri, err)
	}
	return MissingWhy(why), nil
}

// PutMissing notes that what is at a URI could not be had now; with an empty why
// that it could. It writes nothing that is known already.
func (tx *Tx) PutMissing(ctx context.Context, uri string, why MissingWhy) error {
	old, err := tx.FindMissing(ctx, uri)
	if err == nil && why == "" {
		_, err = tx.exec(ctx, `delete from missing where uri = ?`, uri)
	} else if (err == nil || errors.Is(err, social.ErrNotFound)) && why != old {
		_, err = tx.exec(ctx, `
			insert into missing (uri, why, at) values (?, ?, ?)
			on conflict (uri) do update set why = excluded.why, at = excluded.at`, uri, string(why), tx.Now.UnixMilli())
	} else if errors.Is(err, social.ErrNotFound) {
		err = nil
	}
	if err != nil {
		return fmt.Errorf("put what is missing at %s: %w", uri, err)
	}
	return nil
}

// DeleteMissingBefore forgets what was noted before the moment.
func (tx *Tx) DeleteMissingBefore(ctx context.Context, before time.Time) error {
	if _, err := tx.exec(ctx, `delete from missing where at < ?`, before.UnixMilli()); err != nil {
		return fmt.Errorf("delete what is missing: %w", err)
	}
	return nil
}
