package timeline

import (
	"context"

	"croft/queue"
	"croft/store"
)

// Work is what waits to be done in the background.
type Work struct {
	Waiting int                // jobs, all in all
	Parked  []queue.Parked     // given up until the owner decides, the newest first
	Silent  []store.SilentHost // those whose last try failed, the latest first
}

// Work lists what waits, of each kind at most limit. It counts every job there
// is: for the owner's page only.
func (t *Timeline) Work(ctx context.Context, limit int) (Work, error) {
	counts, err := t.queue.CountJobs(ctx)
	if err != nil {
		return Work{}, err
	}
	w := Work{Waiting: counts.Pending}
	if w.Parked, err = t.queue.ListParked(ctx, 0, limit); err != nil {
		return Work{}, err
	}
	w.Silent, err = t.store.ListSilentHosts(ctx, limit)
	return w, err
}

// RetryJob has a parked job tried again; ErrNotFound if it is not parked.
func (t *Timeline) RetryJob(ctx context.Context, id int64) error {
	return t.store.Update(ctx, func(tx *store.Tx) error { return t.queue.Retry(ctx, tx, id) })
}

// DropJob forgets a parked job; ErrNotFound if it is not parked.
func (t *Timeline) DropJob(ctx context.Context, id int64) error {
	return t.store.Update(ctx, func(tx *store.Tx) error { return t.queue.Drop(ctx, tx, id) })
}
