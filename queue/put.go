package queue

import (
	"context"
	"fmt"

	"croft/store"
)

// Put adds jobs at the ends of their lanes, within the caller's transaction;
// Run wakes when it is on disk. Of what is for a resting host one job a day is
// let through, as a probe, and the rest is left out without an error. A kind
// that is not registered is an error.
func (q *Queue) Put(ctx context.Context, tx *store.Tx, jobs ...Job) error {
	open := map[string]bool{} // hosts that were asked about
	for _, j := range jobs {
		k, ok := q.kinds[j.Kind]
		if !ok {
			return fmt.Errorf("put job: the kind %q is not registered", j.Kind)
		}
		if k.Peer {
			may, err := letThrough(ctx, tx, open, j.Host)
			if err != nil {
				return fmt.Errorf("put job %s for %s: %w", j.Kind, j.Host, err)
			}
			if !may {
				continue
			}
		}
		if err := tx.PutJob(ctx, newRow(tx, j), k.Peer); err != nil {
			return err
		}
	}
	tx.AfterCommit(q.Wake)
	return nil
}

// newRow writes a moment that is not in the future as "at once": the order of
// what is done at once must not depend on the clock.
func newRow(tx *store.Tx, j Job) store.Job {
	r := store.Job{Kind: j.Kind, Host: j.Host, Topic: j.Topic, Recipient: j.Recipient, Payload: j.Payload}
	if j.At.After(tx.Now) {
		r.RunAt = j.At
	}
	return r
}

// Filter picks jobs of one kind to take back: those of a host, or about a
// topic, or both. A recipient narrows it further. Without host and topic it
// picks none.
type Filter struct{ Kind, Host, Topic, Recipient string }

// Cancelled is a job that was taken back. Tried is false if nothing of it can
// have been done: whom it was for has not heard of it.
type Cancelled struct {
	Job
	Tried bool
}

// Cancel takes jobs back, within the caller's transaction, and returns them in
// the order in which they were put. One that runs at this moment is taken back
// too, so that it is not tried again, but may still come to its end.
func (q *Queue) Cancel(ctx context.Context, tx *store.Tx, f Filter) ([]Cancelled, error) {
	rows, err := tx.CancelJobs(ctx, store.JobFilter(f))
	if err != nil {
		return nil, err
	}
	jobs := make([]Cancelled, len(rows))
	for i, r := range rows {
		jobs[i] = Cancelled{fromRow(r.Job), r.Tried}
	}
	return jobs, nil
}

// CancelHost takes back everything that waits to be said to a host or to one of
// its subdomains, within the caller's transaction.
func (q *Queue) CancelHost(ctx context.Context, tx *store.Tx, host string) error {
	hosts, err := tx.ListLaneHosts(ctx, host)
	if err != nil {
		return err
	}
	for _, h := range append(hosts, host) { // the host itself may have parked jobs only
		for name, k := range q.kinds {
			if !k.Peer {
				continue
			}
			if _, err := tx.CancelJobs(ctx, store.JobFilter{Kind: name, Host: h}); err != nil {
				return err
			}
		}
	}
	return nil
}

func fromRow(r store.Job) Job {
	return Job{
		Kind: r.Kind, Host: r.Host, Topic: r.Topic, Recipient: r.Recipient,
		Payload: r.Payload, At: r.RunAt, ID: r.ID,
	}
}
