package queue

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// TestStopInMidWork: what runs is given back, nothing is lost, and it takes
// less than two seconds.
func TestStopInMidWork(t *testing.T) {
	w, ran := newWorld(t), &journal{}
	var hang atomic.Bool
	hang.Store(true)
	var begun sync.WaitGroup
	begun.Add(20)
	register := func(q *Queue) {
		q.Register("deliver", func(ctx context.Context, j *Job) error {
			if hang.Load() {
				begun.Done()
				<-ctx.Done()
				return fmt.Errorf("post: %w: %w", social.ErrUnavailable, ctx.Err())
			}
			ran.add(j.Host)
			return nil
		}, KindOptions{Peer: true})
	}
	w.start(128, register)
	for i := range 20 {
		w.put(Job{Kind: "deliver", Host: fmt.Sprintf("h%d.test", i)})
	}
	begun.Wait()
	stopped := time.Now()
	w.end()
	if took := time.Since(stopped); took > 2*time.Second {
		t.Errorf("stopping took %v", took)
	}
	hang.Store(false)
	w.start(128, register)
	w.settle()
	if n := len(ran.all()); n != 20 {
		t.Errorf("%d of 20 ran after the restart", n)
	}
}

// moveUntil moves the clock, a little at a time, until something happens.
func (w *world) moveUntil(happened <-chan struct{}) {
	w.Helper()
	for range 3000 {
		select {
		case <-happened:
			return
		case <-time.After(10 * time.Millisecond):
			w.clock.move(time.Minute)
			w.q.Wake()
		}
	}
	w.Fatal("it never happened")
}

// crash leaves a handler hanging for good, so that its job stays booked as
// after a kill, and gives the store to a new process.
func crash(w *world, path string, register func(*Queue)) {
	w.Helper()
	w.end()
	if err := w.store.Close(); err != nil {
		w.Fatal(err)
	}
	st, err := store.Open(context.Background(), path, store.Options{Now: w.clock.now})
	if err != nil {
		w.Fatal(err)
	}
	w.store = st
	w.start(8, register)
}

// TestPoisonIsParked is PAR-22: a job that ends the program each time is set
// aside after three tries, and those booked with it are not blamed.
func TestPoisonIsParked(t *testing.T) {
	t.Parallel()
	c := &clock{at: time.UnixMilli(1_800_000_000_000)}
	path := filepath.Join(t.TempDir(), "croft.db")
	st, err := store.Open(t.Context(), path, store.Options{Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{TB: t, clock: c, store: st, end: func() {}}
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	ran, forever := &journal{}, make(chan struct{})
	t.Cleanup(func() { close(forever) })
	died := make(chan struct{}, 10)
	register := func(q *Queue) {
		q.Register("receive", func(_ context.Context, j *Job) error {
			if string(j.Payload) == "a 2" {
				died <- struct{}{}
				<-forever // never reports: as good as dead
			}
			ran.add(string(j.Payload))
			return nil
		}, KindOptions{Batch: 5})
	}
	w.start(8, register)
	w.put(jobsFor("receive", "a", 5)...)
	for range 3 {
		w.moveUntil(died)
		crash(w, path, register)
	}
	w.settle()
	for w.advanceToNext() {
	}
	parked := w.parked()
	if len(parked) != 1 || string(parked[0].Payload) != "a 2" {
		t.Fatalf("parked %+v", parked)
	}
	if c := w.counts(); c.Pending != 0 {
		t.Errorf("left %+v", c)
	}
	for _, job := range []string{"a 3", "a 4"} {
		if n := ran.count(job); n != 1 {
			t.Errorf("%s ran %d times", job, n)
		}
	}
	if len(died) != 0 {
		t.Errorf("the poison was taken %d times more", len(died))
	}
}

// TestDoneIsExactlyOnce is FLT-09: the effect and the end of the job are one
// transaction.
func TestDoneIsExactlyOnce(t *testing.T) {
	w := newWorld(t)
	entered, goOn := make(chan int64), make(chan struct{})
	outcome := make(chan error, 1)
	w.start(4, func(q *Queue) {
		q.Register("receive", func(ctx context.Context, j *Job) error {
			entered <- j.ID
			<-goOn
			err := w.store.Update(ctx, func(tx *store.Tx) error {
				if err := tx.SetHostScheme(ctx, "effect", "there"); err != nil {
					return err
				}
				return j.Done(ctx, tx)
			})
			outcome <- err
			return err
		}, KindOptions{})
	})
	effect := func() string {
		scheme, err := w.store.FindHostScheme(t.Context(), "effect")
		if err != nil {
			t.Fatal(err)
		}
		return scheme
	}
	w.put(Job{Kind: "receive", Host: "a", Topic: "t"})
	<-entered
	storetest.Update(t, w.store, func(tx *store.Tx) error {
		_, err := w.q.Cancel(t.Context(), tx, Filter{Kind: "receive", Host: "a"})
		return err
	})
	goOn <- struct{}{}
	if err := <-outcome; !errors.Is(err, social.ErrConflict) || effect() != "" {
		t.Errorf("done after it was taken back: %v, effect %q", err, effect())
	}
	w.put(Job{Kind: "receive", Host: "a"})
	<-entered
	goOn <- struct{}{}
	if err := <-outcome; err != nil || effect() != "there" {
		t.Errorf("done: %v, effect %q", err, effect())
	}
	w.settle()
	if c := w.counts(); c != (Counts{}) {
		t.Errorf("left %+v", c)
	}
}

// TestBatchHandler: a panic halfway leaves what was done done, and the rest is
// run one by one.
func TestBatchHandler(t *testing.T) {
	w, ran := newWorld(t), &journal{}
	w.start(4, func(q *Queue) {
		q.RegisterBatch("receive", func(ctx context.Context, jobs []*Job) []error {
			ran.add(fmt.Sprint("batch of ", len(jobs)))
			errs := make([]error, len(jobs))
			for i, j := range jobs {
				if string(j.Payload) == "a 2" {
					panic("a fault")
				}
				errs[i] = w.store.Update(ctx, func(tx *store.Tx) error { return j.Done(ctx, tx) })
				ran.add(string(j.Payload))
			}
			return errs
		}, KindOptions{Batch: 5})
	})
	w.put(jobsFor("receive", "a", 5)...)
	w.settle()
	for range 3 {
		w.advance(time.Hour)
	}
	for _, job := range []string{"a 0", "a 1", "a 3", "a 4"} {
		if n := ran.count(job); n != 1 {
			t.Errorf("%s ran %d times", job, n)
		}
	}
	if p := w.parked(); len(p) != 1 || string(p[0].Payload) != "a 2" {
		t.Errorf("parked %+v", p)
	}
	if got := ran.all()[:4]; got[0] != "batch of 5" || got[3] != "batch of 1" {
		t.Errorf("ran %q", got)
	}
}

// TestClockSetBack is FLT-11: a day back, and nothing waits a day for it.
func TestClockSetBack(t *testing.T) {
	w, ran := newWorld(t), &journal{}
	var down atomic.Bool
	down.Store(true)
	w.start(4, failing(&down, ran))
	w.put(Job{Kind: "deliver", Host: "a.test"})
	w.settle()
	down.Store(false)
	w.advance(-24 * time.Hour)
	w.advance(time.Minute)
	if c := w.counts(); c != (Counts{}) {
		t.Errorf("left %+v", c)
	}
	down.Store(true)
	w.put(Job{Kind: "deliver", Host: "a.test"})
	w.settle()
	w.advance(365 * 24 * time.Hour)
	if c := w.counts(); c.Pending != 1 {
		t.Errorf("a year forward, and the queue has expired: %+v", c)
	}
}

// TestTakenBackWhileItRuns: whatever the handler then says, the lane goes on.
func TestTakenBackWhileItRuns(t *testing.T) {
	for _, outcome := range []error{nil, social.ErrUnavailable, social.ErrGone, errors.New("a fault")} {
		w, ran := newWorld(t), &journal{}
		entered, goOn := make(chan struct{}), make(chan struct{})
		tries := 0
		w.start(4, func(q *Queue) {
			q.Register("deliver", func(_ context.Context, j *Job) error {
				ran.add(string(j.Payload))
				if j.Topic == "" {
					return nil
				}
				if tries++; tries == maxTries || outcome == nil || errors.Is(outcome, social.ErrGone) {
					entered <- struct{}{}
					<-goOn
				}
				return outcome
			}, KindOptions{Peer: true})
		})
		w.put(Job{Kind: "deliver", Host: "a.test", Topic: "post"}, Job{Kind: "deliver", Host: "a.test", Payload: []byte("next")})
		w.moveUntil(entered)
		storetest.Update(t, w.store, func(tx *store.Tx) error {
			_, err := w.q.Cancel(t.Context(), tx, Filter{Kind: "deliver", Topic: "post"})
			return err
		})
		close(goOn)
		w.settle()
		w.advance(time.Hour)
		if c := w.counts(); c != (Counts{}) || ran.count("next") != 1 {
			t.Errorf("%v: left %+v, the next ran %d times", outcome, c, ran.count("next"))
		}
		w.end()
	}
}
