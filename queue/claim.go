package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"croft/store"
)

// maxBytes bounds the payloads of one booking.
const maxBytes = 256 << 10

// turn is one transaction of the schedule. It changes nothing but the database
// and itself, since a transaction may have to be run again.
type turn struct {
	plan *plan
	tx   *store.Tx
	ctx  context.Context
	now  time.Time
	free slots

	booked []*run
	notes  []note
	next   time.Time // when something else becomes due; zero if never
	more   bool      // something is due and there is room for it
	swept  bool
}

// claim books what is due, as far as there are workers.
func (t *turn) claim() error {
	if err := t.mindClock(); err != nil {
		return err
	}
	for _, class := range []store.LaneClass{store.ProbationLane, store.HouseLane, store.PeerLane} {
		if err := t.claimClass(class); err != nil {
			return err
		}
	}
	return nil
}

func (t *turn) claimClass(class store.LaneClass) error {
	limit := t.free.of(class)
	if limit <= 0 {
		return nil // a report will wake us
	}
	due, next, err := t.tx.ListDueLanes(t.ctx, class, t.now, limit)
	if err != nil {
		return err
	}
	left := 0 // of the due lanes, those that have not taken a worker
	for _, l := range due {
		r, err := t.claimLane(l)
		if err != nil {
			return err
		}
		if r == nil {
			left++
			continue
		}
		t.booked = append(t.booked, r)
		t.free.take(r)
	}
	if next.After(t.now) {
		t.next = sooner(t.next, next)
	}
	t.more = t.more || left > 0
	return nil
}

// claimLane books the first jobs of a lane: what is written now is what shall
// be true if the program ends before the report. It returns nil where there is
// nothing to start, and has then moved the lane on.
func (t *turn) claimLane(l store.Lane) (*run, error) {
	k, known := t.plan.q.kinds[l.Kind]
	heads, err := t.tx.ListHeads(t.ctx, l.Kind, l.Host, max(k.Batch, 1))
	if err != nil {
		return nil, err
	}
	if len(heads) == 0 {
		return nil, t.tx.DeleteLane(t.ctx, l.Kind, l.Host)
	}
	if heads[0].ID > l.BookedID {
		l.Faults, l.Refused = 0, 0 // those were of jobs before
	}
	switch {
	case !known:
		return nil, t.park(l, heads[0].ID, fmt.Sprintf("nothing is registered for jobs of the kind %q", l.Kind))
	case t.plan.running[laneKey{l.Kind, l.Host}] != nil:
		return nil, t.postpone(l, t.now.Add(k.Timeout))
	case l.Faults >= maxTries:
		return nil, t.park(l, heads[0].ID, "the program ended while this was running, three times. "+l.LastError)
	case heads[0].RunAt.After(t.now):
		return nil, t.postponeTo(l, heads[0])
	}
	if l.Class == store.ProbationLane {
		if until, err := t.knock(l.Host); err != nil || until.After(t.now) {
			return nil, errors.Join(err, t.postpone(l, until))
		}
	}
	r := &run{lane: l, kind: k, heads: cut(heads, l.BookedID, t.now)}
	return r, t.book(r)
}

// cut is how many of the first jobs are booked together. One that may be what
// ended the program is tried alone, so that it takes no other with it.
func cut(heads []store.JobHead, bookedID int64, now time.Time) []store.JobHead {
	bytes := heads[0].Size
	for i, h := range heads[1:] {
		bytes += h.Size
		if h.RunAt.After(now) || bytes > maxBytes || heads[0].ID <= bookedID || h.ID <= bookedID {
			return heads[:i+1]
		}
	}
	return heads
}

func (t *turn) book(r *run) error {
	l := r.lane
	for _, h := range r.heads {
		l.BookedID = max(l.BookedID, h.ID)
	}
	l.Attempts++
	l.Faults++
	l.DueAt = t.now.Add(max(t.backoff(l.Attempts), 2*r.kind.Timeout))
	return t.tx.SetLane(t.ctx, l)
}

func (t *turn) backoff(attempt int) time.Duration {
	return jitter(Backoff(attempt), t.plan.q.Rand())
}

func (t *turn) postpone(l store.Lane, until time.Time) error {
	l.DueAt = until
	return t.tx.SetLane(t.ctx, l)
}

// postponeTo waits for a job that is not due yet. Without attempts, whatever is
// put meanwhile may go before it.
func (t *turn) postponeTo(l store.Lane, h store.JobHead) error {
	l.Attempts = 0
	return t.postpone(l, h.RunAt)
}

// park sets the first job of a lane aside; the lane goes on.
func (t *turn) park(l store.Lane, id int64, reason string) error {
	if err := t.tx.SetParked(t.ctx, id, max(l.Faults, 1), reason); err != nil {
		return err
	}
	t.note(slog.LevelError, "job parked", l, id, reason)
	l.Attempts, l.Faults, l.Refused = 0, 0, 0
	return t.postpone(l, t.now)
}

func (t *turn) note(level slog.Level, text string, l store.Lane, job int64, err string) {
	t.notes = append(t.notes, note{level, text, job, l.Kind, l.Host, err})
}

// mindClock keeps a clock that was set back, now or between two starts, from
// holding everything up. Once a day it forgets hosts that nobody speaks to.
func (t *turn) mindClock() error {
	if back := t.plan.last.Sub(t.now); back > 0 {
		if err := t.tx.ShiftLanes(t.ctx, t.now, back); err != nil {
			return err
		}
	}
	if t.now.Sub(t.plan.swept).Abs() < sweepEvery {
		return nil
	}
	t.swept = true
	if err := t.tx.ShiftLanes(t.ctx, t.now.Add(2*longestAsk), horizon*1000); err != nil {
		return err
	}
	return t.tx.DeleteStalePeers(t.ctx, t.now.Add(-forgetPeers))
}
