package queue

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"croft/store"
	"croft/store/storetest"
)

// clock is a clock that stands still until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// world is a store, a clock, and the queue that runs over them just now.
type world struct {
	testing.TB
	clock *clock
	store *store.Store
	q     *Queue
	end   func()
}

func newWorld(t testing.TB) *world {
	t.Helper()
	c := &clock{at: time.UnixMilli(1_800_000_000_000)}
	st := storetest.Open(t, filepath.Join(t.TempDir(), "croft.db"), c.now)
	return &world{TB: t, clock: c, store: st, end: func() {}}
}

// start runs a new queue over the same store, after ending the one before.
func (w *world) start(workers int, register func(*Queue)) {
	w.Helper()
	w.end()
	q := New(w.store, Options{
		Workers: workers, Now: w.clock.now, Rand: func() float64 { return 0.5 },
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	register(q)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- q.Run(ctx) }()
	w.q = q
	w.end = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			w.Error(err)
		}
	})
	w.Cleanup(w.end)
}

func (w *world) put(jobs ...Job) {
	w.Helper()
	storetest.Update(w, w.store, func(tx *store.Tx) error { return w.q.Put(context.Background(), tx, jobs...) })
}

func (w *world) settle() {
	w.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := w.q.Settle(ctx); err != nil {
		w.Fatal(err)
	}
}

// advance moves the clock and lets everything run that is due then.
func (w *world) advance(d time.Duration) {
	w.Helper()
	w.clock.move(d)
	w.q.Wake()
	w.settle()
}

// advanceToNext moves the clock to when the next lane is due, and reports
// whether there was one.
func (w *world) advanceToNext() bool {
	w.Helper()
	var next time.Time
	for _, class := range []store.LaneClass{store.HouseLane, store.PeerLane, store.ProbationLane} {
		_, at, err := w.store.ListDueLanes(context.Background(), class, time.UnixMilli(0), 1)
		if err != nil {
			w.Fatal(err)
		}
		next = sooner(next, at)
	}
	if next.IsZero() {
		return false
	}
	w.advance(max(next.Sub(w.clock.now()), 0))
	return true
}

func (w *world) counts() Counts {
	w.Helper()
	counts, err := w.store.CountJobs(context.Background())
	if err != nil {
		w.Fatal(err)
	}
	return counts
}

func (w *world) parked() []Parked {
	w.Helper()
	parked, err := w.q.ListParked(context.Background(), 0, 100)
	if err != nil {
		w.Fatal(err)
	}
	return parked
}

func (w *world) peer(host string) store.Peer {
	w.Helper()
	p, err := w.store.FindPeer(context.Background(), host)
	if err != nil {
		w.Fatal(err)
	}
	return p
}

// journal is a handler's record of the payloads that it was given.
type journal struct {
	mu   sync.Mutex
	text []string
}

func (j *journal) add(s string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.text = append(j.text, s)
}

func (j *journal) all() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]string{}, j.text...)
}

func (j *journal) count(s string) (n int) {
	for _, t := range j.all() {
		if t == s {
			n++
		}
	}
	return n
}

func (w *world) drop(id int64) error {
	return w.store.Update(context.Background(), func(tx *store.Tx) error {
		return w.q.Drop(context.Background(), tx, id)
	})
}
