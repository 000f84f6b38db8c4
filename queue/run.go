package queue

import (
	"context"
	"log/slog"
	"time"

	"croft/store"
)

const (
	grace        = 500 * time.Millisecond // for what runs when Run is told to end
	lastGrace    = time.Second            // for it to notice
	longestSleep = time.Minute            // so that a clock that jumps is noticed
	afterFailure = time.Second            // until the database is tried again
	sweepEvery   = 24 * time.Hour
	forgetPeers  = 90 * 24 * time.Hour
)

// laneKey names a lane.
type laneKey struct{ kind, host string }

// plan is the schedule. It belongs to the goroutine of Run.
type plan struct {
	q        *Queue
	running  map[laneKey]*run
	finished []*run // reported, not written down yet
	settlers []chan struct{}
	last     time.Time // the clock at the last look
	swept    time.Time
	quiet    bool // nothing runs, and nothing was due at the last look
}

// Run runs what is due until ctx ends. Then it begins nothing more, gives what
// runs a moment to end, and returns nil within two seconds; what did not end is
// tried again at the next start. Faults of the database are logged and waited
// out.
func (q *Queue) Run(ctx context.Context) error {
	p := &plan{q: q, running: map[laneKey]*run{}, last: q.Now().Round(0)}
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	for ctx.Err() == nil {
		p.wait(ctx, p.look(ctx, work))
	}
	p.collect(grace)
	cancel()
	p.collect(lastGrace)
	p.update(work, func(t *turn) error { return t.finish() })
	return nil
}

// look writes down what came of the finished runs and starts what is due. It
// says when to look again.
func (p *plan) look(stop, work context.Context) time.Time {
	now := time.Now()
	free := p.free(now)
	t, ok := p.update(work, func(t *turn) error {
		t.free = free
		if err := t.finish(); err != nil {
			return err
		}
		return t.claim()
	})
	if !ok {
		return now.Add(afterFailure)
	}
	for _, r := range t.booked {
		r.started = now
		p.running[r.key()] = r
		go p.q.work(stop, work, r)
	}
	p.quiet = len(p.running) == 0 && !t.more
	wait := longestSleep
	if !t.next.IsZero() {
		wait = min(wait, max(t.next.Sub(t.now), 0))
	}
	if t.more {
		wait = 0
	}
	return sooner(now.Add(wait), p.nextSlow())
}

// update runs one turn of the schedule in a transaction and logs what came of
// it. Where that fails, nothing is lost: the next turn begins with the same.
func (p *plan) update(ctx context.Context, fn func(*turn) error) (*turn, bool) {
	var t *turn
	err := p.q.store.Update(ctx, func(tx *store.Tx) error {
		t = &turn{plan: p, tx: tx, ctx: ctx, now: p.q.Now().Round(0)}
		return fn(t)
	})
	if err != nil {
		p.q.Log.Error("jobs could not be booked", "error", err)
		return nil, false
	}
	p.last = t.now
	if t.swept {
		p.swept = t.now
	}
	p.finished = nil
	for _, n := range t.notes {
		p.q.Log.Log(ctx, n.level, n.text, "job", n.job, "kind", n.kind, "host", n.host, "error", n.err)
	}
	return t, true
}

// note is what the log shall say once it is true.
type note struct {
	level      slog.Level
	text       string
	job        int64
	kind, host string
	err        string
}

// wait sleeps until the given moment, or until something happens.
func (p *plan) wait(ctx context.Context, until time.Time) {
	p.answerSettlers()
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-p.q.wake:
	case r := <-p.q.reports:
		p.take(r)
	case settled := <-p.q.settle:
		p.settlers = append(p.settlers, settled)
	}
	p.drain()
}

// answerSettlers tells those who wait for it that all is quiet. A job that was
// put meanwhile has woken the queue.
func (p *plan) answerSettlers() {
	if !p.quiet || len(p.q.wake) > 0 {
		return
	}
	for _, settled := range p.settlers {
		close(settled)
	}
	p.settlers = nil
}

func (p *plan) take(r *run) {
	delete(p.running, r.key())
	p.finished = append(p.finished, r)
}

// drain takes every report that is there.
func (p *plan) drain() {
	for {
		select {
		case r := <-p.q.reports:
			p.take(r)
		default:
			return
		}
	}
}

// collect waits for what runs, but not longer than d.
func (p *plan) collect(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for len(p.running) > 0 {
		select {
		case r := <-p.q.reports:
			p.take(r)
		case <-timer.C:
			return
		}
	}
}

func (r *run) key() laneKey { return laneKey{r.lane.Kind, r.lane.Host} }
