package queue

import (
	"context"
	"time"

	"croft/store"
)

// Parked is a job that failed three times by our own fault. It is never lost:
// the owner has it tried again or drops it.
type Parked struct {
	Job
	Attempts int
	Reason   string
	ParkedAt time.Time
}

// ListParked lists parked jobs, the newest first, one page from below the given
// job (0: from the top).
func (q *Queue) ListParked(ctx context.Context, before int64, limit int) ([]Parked, error) {
	rows, err := q.store.ListParked(ctx, before, limit)
	if err != nil {
		return nil, err
	}
	parked := make([]Parked, len(rows))
	for i, r := range rows {
		parked[i] = Parked{fromRow(r), r.Attempts, r.LastError, r.ParkedAt}
	}
	return parked, nil
}

// Retry puts a parked job back into its lane, at its old place; ErrNotFound if
// it is not parked.
func (q *Queue) Retry(ctx context.Context, tx *store.Tx, id int64) error {
	job, err := tx.FindParked(ctx, id)
	if err != nil {
		return err
	}
	if err := tx.SetUnparked(ctx, id, q.kinds[job.Kind].Peer); err != nil {
		return err
	}
	tx.AfterCommit(q.Wake)
	return nil
}

// Drop deletes a parked job for good; ErrNotFound if it is not parked.
func (q *Queue) Drop(ctx context.Context, tx *store.Tx, id int64) error {
	if _, err := tx.FindParked(ctx, id); err != nil {
		return err
	}
	_, err := tx.DeleteJobs(ctx, id)
	return err
}

// Counts are how many jobs wait and how many are parked.
type Counts = store.JobCounts

// CountJobs counts every job there is.
func (q *Queue) CountJobs(ctx context.Context) (Counts, error) { return q.store.CountJobs(ctx) }
