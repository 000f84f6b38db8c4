// Package queue is in charge of work in the background: it keeps jobs in the
// database, runs them in order, and decides from the kind of an error whether
// and when to try again. It does not know what any job does, and it never
// touches the network itself.
//
// A lane is kind and host. At most one job of a lane runs, the oldest first,
// and what comes later waits behind what failed.
//
//	queue.go    Queue, the kinds of job, and what a handler is
//	put.go      putting jobs and taking them back, within a transaction
//	run.go      the one goroutine that owns the schedule
//	slots.go    how many may run at once
//	claim.go    booking what is due
//	finish.go   writing down what came of it
//	work.go     running handlers: deadlines, panics
//	policy.go   from an error to what happens next; Backoff
//	peers.go    hosts that fail: probation, breaker, resting
//	parked.go   what waits, and what the owner must decide
package queue

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"croft/social"
	"croft/store"
)

// Options are what New needs besides the store. All may be left zero.
type Options struct {
	Workers int              // jobs for other servers that run at once; 0 means 128
	Now     func() time.Time // the clock; nil means time.Now
	Rand    func() float64   // from 0 to below 1, for jitter; nil means math/rand
	Log     *slog.Logger     // where Run reports what was dropped or parked; nil means slog.Default
}

// Job is something to be done. Of one that is put, Kind is needed and the rest
// may be empty; a handler finds ID and Attempt as well.
type Job struct {
	Kind      string
	Host      string    // the server it speaks to; for the house's own kinds any name of a lane
	Topic     string    // what it is about, such as a post's URI, to cancel it by
	Recipient string    // whom it is for, such as an inbox, to cancel it by
	Payload   []byte    // what the handler needs to know; keep it small
	At        time.Time // not before this moment; zero means at once

	ID      int64
	Attempt int // 1 at the first try

	finished bool // Done's transaction is on disk
	missing  bool // Done found that there was no such job any more
}

// Done deletes the job within the handler's own transaction, so that what it
// did and that it is done are on disk together. If the job was taken back
// meanwhile, or has been done before, it is ErrConflict: return it, so that the
// transaction is undone.
func (j *Job) Done(ctx context.Context, tx *store.Tx) error {
	n, err := tx.DeleteJobs(ctx, j.ID)
	if err != nil {
		return err
	}
	if n == 0 {
		j.missing = true
		return fmt.Errorf("finish job %d: it is no longer there: %w", j.ID, social.ErrConflict)
	}
	tx.AfterCommit(func() { j.finished = true })
	return nil
}

// Handler does one job. It must be harmless when run twice. The kind of its
// error decides what follows: ErrUnavailable is tried again for seven days,
// ErrUnauthorized three times; the other kinds are final, and the job is
// dropped; an unknown error or a panic is tried three times, then the job is
// parked for the owner to decide. An error with a method
// RetryAfter() time.Duration is not tried sooner than that, up to a day.
type Handler func(ctx context.Context, job *Job) error

// BatchHandler does several jobs of one lane, in order. It returns one error
// or nil for each; if it returns fewer, the rest has not been tried. What
// follows the first that must be tried again waits, whatever is said of it. It
// must call Done for each job in the transaction of that job's effect: after a
// panic or a crash the jobs that are still there are run again, one by one.
type BatchHandler func(ctx context.Context, jobs []*Job) []error

// KindOptions say how jobs of one kind are run.
type KindOptions struct {
	Peer    bool          // Host is another server: its health decides when and whether
	Timeout time.Duration // the deadline of one run; 0 means a minute
	Batch   int           // how many jobs of a lane are booked at once; 0 means 1
}

// kind is a registered kind of job.
type kind struct {
	KindOptions
	run runner
}

// Queue runs the jobs of one home. Register every kind, then call Run once; the
// other methods may be called from any goroutine.
type Queue struct {
	Options
	store   *store.Store
	kinds   map[string]kind
	wake    chan struct{}
	reports chan *run
	settle  chan chan struct{}
}

// New makes the queue over the jobs in the store.
func New(st *store.Store, o Options) *Queue {
	if o.Workers <= 0 {
		o.Workers = 128
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Float64
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Queue{
		Options: o, store: st, kinds: map[string]kind{},
		wake:    make(chan struct{}, 1),
		reports: make(chan *run, newSlots(o.Workers).total()),
		settle:  make(chan chan struct{}),
	}
}

// Register names the handler of a kind. Call it before anything is put or run.
func (q *Queue) Register(name string, h Handler, o KindOptions) {
	o = o.withDefaults()
	q.kinds[name] = kind{o, oneByOne(h, o.Timeout)}
}

// RegisterBatch is Register for a handler of several jobs at once.
func (q *Queue) RegisterBatch(name string, h BatchHandler, o KindOptions) {
	o = o.withDefaults()
	q.kinds[name] = kind{o, together(h, o.Timeout)}
}

func (o KindOptions) withDefaults() KindOptions {
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	if o.Batch <= 0 {
		o.Batch = 1
	}
	return o
}

// Wake has the schedule looked at now, as must be done after the clock was
// moved by hand. Putting a job does so by itself.
func (q *Queue) Wake() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// Settle waits until nothing runs and nothing is due, while Run is running
// elsewhere. It fails when ctx ends.
func (q *Queue) Settle(ctx context.Context) error {
	settled := make(chan struct{})
	select {
	case q.settle <- settled:
	case <-ctx.Done():
		return fmt.Errorf("settle queue: %w", ctx.Err())
	}
	select {
	case <-settled:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("settle queue: %w", ctx.Err())
	}
}
