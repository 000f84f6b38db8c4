package store

import (
	"context"
	"fmt"
	"time"

	"croft/social"
)

// Key is a public key of somebody else, as their server wrote it.
type Key struct {
	URI       string // the key's id
	ActorID   social.ID
	Owner     string // the actor's URI; from their row, not written
	Material  string // PEM or multikey
	FetchedAt time.Time
}

// FindKey returns the key with the id that a signature names; ErrNotFound if we
// have not got it.
func (r Reader) FindKey(ctx context.Context, uri string) (Key, error) {
	key, err := find(ctx, r.q, func(r row) (k Key, err error) {
		err = r.Scan(&k.URI, &k.ActorID, &k.Owner, &k.Material, (*when)(&k.FetchedAt))
		return k, err
	}, `
		select k.uri, k.actor_id, a.uri, k.material, k.fetched_at
		from keys k
		join actors a on a.id = k.actor_id
		where k.uri = ?`, uri)
	if err != nil {
		return Key{}, fmt.Errorf("find key %s: %w", uri, err)
	}
	return key, nil
}

// PutKeys keeps the keys that an actor has now; others of theirs are forgotten.
// A key that is another actor's already is ErrConflict.
func (tx *Tx) PutKeys(ctx context.Context, actorID social.ID, keys []Key) error {
	if err := tx.DeleteKeys(ctx, actorID); err != nil {
		return err
	}
	for _, k := range keys {
		_, err := tx.exec(ctx, `insert into keys (uri, actor_id, material, fetched_at) values (?, ?, ?, ?)`,
			k.URI, actorID, k.Material, k.FetchedAt.UnixMilli())
		if err != nil {
			return fmt.Errorf("put key %s: %w", k.URI, err)
		}
	}
	return nil
}

// DeleteKeys forgets the keys of an actor.
func (tx *Tx) DeleteKeys(ctx context.Context, actorID social.ID) error {
	if _, err := tx.exec(ctx, `delete from keys where actor_id = ?`, actorID); err != nil {
		return fmt.Errorf("delete keys of %s: %w", actorID, err)
	}
	return nil
}
