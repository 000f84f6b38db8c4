package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"
)

// FindActivity returns an activity of this home, byte for byte as it was put;
// ErrNotFound if it is not kept.
func (r Reader) FindActivity(ctx context.Context, uri string) ([]byte, error) {
	packed, err := find(ctx, r.q, func(r row) (b []byte, err error) {
		err = r.Scan(&b)
		return b, err
	}, `select a.body from activities a where a.uri = ?`, uri)
	if err != nil {
		return nil, fmt.Errorf("find activity %s: %w", uri, err)
	}
	body, err := unpack(packed)
	if err != nil {
		return nil, fmt.Errorf("find activity %s: %w", uri, err)
	}
	return body, nil
}

// PutActivity keeps an activity of this home, in place of one with the same
// URI.
func (tx *Tx) PutActivity(ctx context.Context, uri string, body []byte) error {
	packed, err := pack(body)
	if err == nil {
		_, err = tx.exec(ctx, `
			insert into activities (uri, body) values (?, ?)
			on conflict (uri) do update set body = excluded.body`, uri, packed)
	}
	return wrapPut("activity", uri, err)
}

// deleteActivitiesOf forgets what was sent of a post of the owner's: activities
// whose ids go on from its URI with # or /. Both come before the digits, so that
// a longer number is another post's.
func (tx *Tx) deleteActivitiesOf(ctx context.Context, postURI string) error {
	_, err := tx.exec(ctx, `delete from activities where uri > ?1 || '#' and uri < ?1 || '0'`, postURI)
	return err
}

// PutSeen notes that an activity of an actor has come in, and reports whether
// it had not before.
func (tx *Tx) PutSeen(ctx context.Context, actorURI, activityID string) (fresh bool, err error) {
	n, err := tx.exec(ctx, `insert into seen (hash, at) values (?, ?) on conflict do nothing`,
		seenHash(actorURI, activityID), tx.Now.UnixMilli())
	if err != nil {
		return false, fmt.Errorf("put seen %s: %w", activityID, err)
	}
	return n > 0, nil
}

// seenHash is 64 bits of SHA-256: nobody can make an activity that passes for
// another's, and a million kept ones meet by chance once in 30 million homes.
func seenHash(actorURI, activityID string) int64 {
	sum := sha256.Sum256([]byte(actorURI + "\n" + activityID))
	return int64(binary.BigEndian.Uint64(sum[:]))
}

// DeleteSeenBefore forgets what came in before the moment, at most the given
// number, and returns how many those were. Call it until there are none.
func (tx *Tx) DeleteSeenBefore(ctx context.Context, moment time.Time, limit int) (int, error) {
	n, err := tx.exec(ctx, `
		delete from seen where hash in (select s.hash from seen s where s.at < ? order by s.at limit ?)`,
		moment.UnixMilli(), limit)
	if err != nil {
		return 0, fmt.Errorf("delete seen: %w", err)
	}
	return int(n), nil
}
