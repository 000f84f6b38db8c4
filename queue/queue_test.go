package queue

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

func jobsFor(kind, host string, n int) []Job {
	jobs := make([]Job, n)
	for i := range jobs {
		jobs[i] = Job{Kind: kind, Host: host, Payload: fmt.Appendf(nil, "%s %d", host, i)}
	}
	return jobs
}

func TestJobsOfALaneRunInOrder(t *testing.T) {
	for _, batch := range []int{1, 3} {
		w, ran := newWorld(t), &journal{}
		w.start(4, func(q *Queue) {
			q.Register("deliver", func(_ context.Context, j *Job) error {
				ran.add(string(j.Payload))
				return nil
			}, KindOptions{Peer: true, Batch: batch})
		})
		w.put(jobsFor("deliver", "a.test", 8)...)
		w.settle()
		var want []string
		for _, j := range jobsFor("deliver", "a.test", 8) {
			want = append(want, string(j.Payload))
		}
		if got := ran.all(); !slices.Equal(got, want) {
			t.Errorf("batch %d: ran %q, want %q", batch, got, want)
		}
		if c := w.counts(); c != (Counts{}) {
			t.Errorf("batch %d: left %+v", batch, c)
		}
	}
}

// TestUpdateWaitsBehindCreate is DEL-03: what comes later never overtakes.
func TestUpdateWaitsBehindCreate(t *testing.T) {
	w, ran := newWorld(t), &journal{}
	down := atomic.Bool{}
	down.Store(true)
	w.start(4, func(q *Queue) {
		q.Register("deliver", func(_ context.Context, j *Job) error {
			if down.Load() {
				return fmt.Errorf("post: %w", social.ErrUnavailable)
			}
			ran.add(string(j.Payload))
			return nil
		}, KindOptions{Peer: true})
	})
	for _, act := range []string{"create", "update", "delete"} {
		w.put(Job{Kind: "deliver", Host: "a.test", Payload: []byte(act)})
		w.settle()
	}
	w.advance(time.Minute)
	down.Store(false)
	w.advance(time.Hour)
	if got := ran.all(); !slices.Equal(got, []string{"create", "update", "delete"}) {
		t.Errorf("ran %q", got)
	}
}

// TestCancelTellsWhatWasNeverTried is the other half of DEL-03: a post deleted
// before it went out is not heard of at all.
func TestCancelTellsWhatWasNeverTried(t *testing.T) {
	w := newWorld(t)
	w.start(4, func(q *Queue) {
		q.Register("deliver", func(context.Context, *Job) error { return social.ErrUnavailable }, KindOptions{Peer: true})
	})
	w.put(
		Job{Kind: "deliver", Host: "a.test", Topic: "other", Recipient: "https://a.test/inbox"},
		Job{Kind: "deliver", Host: "a.test", Topic: "post", Recipient: "https://a.test/inbox"},
		Job{Kind: "deliver", Host: "b.test", Topic: "post", Recipient: "https://b.test/inbox"},
	)
	w.settle()
	var got []string
	storetest.Update(t, w.store, func(tx *store.Tx) error {
		jobs, err := w.q.Cancel(t.Context(), tx, Filter{Kind: "deliver", Topic: "post"})
		for _, j := range jobs {
			got = append(got, fmt.Sprint(j.Recipient, " tried ", j.Tried))
		}
		return err
	})
	want := []string{"https://a.test/inbox tried false", "https://b.test/inbox tried true"}
	if !slices.Equal(got, want) {
		t.Errorf("cancelled %q, want %q", got, want)
	}
	if c := w.counts(); c.Pending != 1 {
		t.Errorf("left %+v, want one pending", c)
	}
}

// TestBlockTakesDeliveriesBack is PRI-13.
func TestBlockTakesDeliveriesBack(t *testing.T) {
	w := newWorld(t)
	w.start(4, func(q *Queue) {
		q.Register("deliver", func(context.Context, *Job) error { return social.ErrUnavailable }, KindOptions{Peer: true})
		q.Register("receive", func(context.Context, *Job) error { return social.ErrUnavailable }, KindOptions{})
	})
	w.put(
		Job{Kind: "deliver", Host: "a.test", Recipient: "https://a.test/carol/inbox"},
		Job{Kind: "deliver", Host: "a.test", Recipient: "https://a.test/dora/inbox"},
		Job{Kind: "deliver", Host: "b.test", Recipient: "https://b.test/inbox"},
		Job{Kind: "deliver", Host: "sub.b.test", Recipient: "https://sub.b.test/inbox"},
		Job{Kind: "deliver", Host: "notb.test", Recipient: "https://notb.test/inbox"},
		Job{Kind: "receive", Host: "b.test"},
	)
	storetest.Update(t, w.store, func(tx *store.Tx) error {
		_, err := w.q.Cancel(t.Context(), tx, Filter{Kind: "deliver", Host: "a.test", Recipient: "https://a.test/carol/inbox"})
		return errors.Join(err, w.q.CancelHost(t.Context(), tx, "b.test"))
	})
	w.settle()
	silent, err := w.store.ListSilentHosts(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	waiting := map[string]int{}
	for _, h := range silent {
		if h.Waiting > 0 { // those of the blocked host may have been tried before
			waiting[h.Host] = h.Waiting
		}
	}
	if want := map[string]int{"a.test": 1, "notb.test": 1}; !maps.Equal(waiting, want) {
		t.Errorf("deliveries wait for %v, want %v", waiting, want)
	}
	if n := w.counts().Pending; n != 3 {
		t.Errorf("%d jobs wait, want the arrival of the blocked host among three", n)
	}
}

func TestJobOfALaterTimeWaits(t *testing.T) {
	w, ran := newWorld(t), &journal{}
	w.start(4, func(q *Queue) {
		q.Register("publish", func(_ context.Context, j *Job) error {
			ran.add(string(j.Payload))
			return nil
		}, KindOptions{})
	})
	at := w.clock.now()
	w.put(Job{Kind: "publish", At: at.Add(48 * time.Hour), Payload: []byte("in two days")})
	w.put(Job{Kind: "publish", At: at.Add(time.Hour), Payload: []byte("in an hour")})
	w.settle()
	w.put(Job{Kind: "publish", Payload: []byte("at once")})
	w.settle()
	if got := ran.all(); !slices.Equal(got, []string{"at once"}) {
		t.Errorf("at first ran %q", got)
	}
	w.advance(time.Hour)
	w.advance(46 * time.Hour)
	if got := ran.all(); !slices.Equal(got, []string{"at once", "in an hour"}) {
		t.Errorf("then ran %q", got)
	}
	w.advance(time.Hour)
	if got := ran.all(); len(got) != 3 {
		t.Errorf("at last ran %q", got)
	}
}

// TestPolicy holds every kind of error against how often it is tried and where
// it ends (DEL-05, PAR-21).
func TestPolicy(t *testing.T) {
	for name, test := range map[string]struct {
		do     func() error
		tries  int
		parked bool
	}{
		"well":         {func() error { return nil }, 1, false},
		"forbidden":    {func() error { return social.ErrForbidden }, 1, false},
		"gone":         {func() error { return fmt.Errorf("post: %w", social.ErrGone) }, 1, false},
		"unauthorized": {func() error { return social.ErrUnauthorized }, 3, false},
		"fault":        {func() error { return errors.New("a fault") }, 3, true},
		"panic":        {func() error { panic("a fault") }, 3, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			var tries, next atomic.Int32
			w.start(4, func(q *Queue) {
				q.Register("deliver", func(_ context.Context, j *Job) error {
					if string(j.Payload) == "next" {
						next.Add(1)
						return nil
					}
					if n := tries.Add(1); int(n) != j.Attempt {
						t.Errorf("try %d says that it is attempt %d", n, j.Attempt)
					}
					return test.do()
				}, KindOptions{Peer: true, Batch: 2})
			})
			w.put(Job{Kind: "deliver", Host: "a.test"}, Job{Kind: "deliver", Host: "a.test", Payload: []byte("next")})
			w.settle()
			for range 6 {
				w.advance(time.Hour)
			}
			if got := int(tries.Load()); got != test.tries || next.Load() != 1 {
				t.Errorf("tried %d times, then the next %d times; want %d and 1", got, next.Load(), test.tries)
			}
			parked := w.parked()
			if (len(parked) == 1) != test.parked || test.parked && !strings.Contains(parked[0].Reason, "a fault") {
				t.Errorf("parked %+v", parked)
			}
		})
	}
}

func TestOwnerDecidesAboutParkedJobs(t *testing.T) {
	w := newWorld(t)
	fault := errors.New("a fault")
	var broken atomic.Bool
	broken.Store(true)
	w.start(4, func(q *Queue) {
		q.Register("receive", func(context.Context, *Job) error {
			if broken.Load() {
				return fault
			}
			return nil
		}, KindOptions{})
	})
	w.put(jobsFor("receive", "a", 2)...)
	w.settle()
	for range 8 {
		w.advance(time.Hour)
	}
	parked := w.parked()
	if len(parked) != 2 || parked[0].Attempts != 3 || parked[0].Reason != "a fault" || parked[0].ParkedAt.IsZero() {
		t.Fatalf("parked %+v", parked)
	}
	broken.Store(false)
	storetest.Update(t, w.store, func(tx *store.Tx) error {
		return errors.Join(w.q.Retry(t.Context(), tx, parked[0].ID), w.q.Drop(t.Context(), tx, parked[1].ID))
	})
	w.settle()
	if c := w.counts(); c != (Counts{}) {
		t.Errorf("left %+v", c)
	}
	err := w.store.Update(t.Context(), func(tx *store.Tx) error { return w.q.Retry(t.Context(), tx, parked[0].ID) })
	if !errors.Is(err, social.ErrNotFound) {
		t.Errorf("retry what is not parked: %v", err)
	}
}

// TestWeekOfFailures is DEL-04: a job is tried for seven days, not longer, and
// the first success ends it.
func TestWeekOfFailures(t *testing.T) {
	w := newWorld(t)
	var up atomic.Bool
	var tries atomic.Int32
	w.start(4, func(q *Queue) {
		q.Register("deliver", func(context.Context, *Job) error {
			tries.Add(1)
			if up.Load() {
				return nil
			}
			return fmt.Errorf("post: %w", social.ErrUnavailable)
		}, KindOptions{Peer: true})
	})
	begun := w.clock.now()
	w.put(jobsFor("deliver", "back.test", 3)...)
	w.settle()
	for w.clock.now().Sub(begun) < 6*24*time.Hour {
		w.advanceToNext()
	}
	up.Store(true)
	w.advance(14 * time.Hour)
	if c := w.counts(); c != (Counts{}) {
		t.Errorf("back on the sixth day, yet %+v", c)
	}
	up.Store(false)
	tries.Store(0)
	begun = w.clock.now()
	w.put(jobsFor("deliver", "dead.test", 1)...)
	w.settle()
	for w.counts().Pending > 0 {
		w.advanceToNext()
	}
	if took := w.clock.now().Sub(begun); took < 7*24*time.Hour || took > 8*24*time.Hour {
		t.Errorf("given up after %v", took)
	}
	if n := tries.Load(); n < 15 || n > 30 {
		t.Errorf("tried %d times", n)
	}
	if w.peer("dead.test").RestingSince.IsZero() {
		t.Error("a week of failures, and the host is not resting")
	}
}
