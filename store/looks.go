package store

import (
	"context"
	"fmt"
	"time"

	"croft/social"
)

// Look says how fresh our picture is of what an actor wrote.
type Look struct {
	ActorID social.ID
	AskedAt time.Time // when their server was last to be asked
	EndedAt time.Time // when that came to an end, whatever it brought; zero while it goes on
}

// FindLook returns when an actor's server was last asked for their posts;
// ErrNotFound if never.
func (r Reader) FindLook(ctx context.Context, actorID social.ID) (Look, error) {
	l, err := find(ctx, r.q, func(r row) (l Look, err error) {
		err = r.Scan(&l.ActorID, (*when)(&l.AskedAt), (*when)(&l.EndedAt))
		return l, err
	}, `select l.actor_id, l.asked_at, l.ended_at from looks l where l.actor_id = ?`, actorID)
	if err != nil {
		return Look{}, fmt.Errorf("find look at %s: %w", actorID, err)
	}
	return l, nil
}

// PutLook notes that an actor's server is asked for their posts, or was.
func (tx *Tx) PutLook(ctx context.Context, l Look) error {
	_, err := tx.exec(ctx, `
		insert into looks (actor_id, asked_at, ended_at)
		values (?, ?, ?)
		on conflict (actor_id) do update set asked_at = excluded.asked_at, ended_at = excluded.ended_at`,
		l.ActorID, l.AskedAt.UnixMilli(), millis(l.EndedAt))
	if err != nil {
		return fmt.Errorf("put look at %s: %w", l.ActorID, err)
	}
	return nil
}
