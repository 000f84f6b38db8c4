package queue

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// gauge counts how many run at once.
type gauge struct{ now, most atomic.Int32 }

func (g *gauge) enter() {
	n := g.now.Add(1)
	for {
		most := g.most.Load()
		if n <= most || g.most.CompareAndSwap(most, n) {
			return
		}
	}
}

func (g *gauge) leave() { g.now.Add(-1) }

// TestHangingHostsDelayNobody is DEL-07 and DEL-08: a quarter of the hosts hang
// for a minute, and the others do not wait for them, neither when they hang for
// the first time nor when they are known for it.
func TestHangingHostsDelayNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	release := make(chan struct{})
	var hanging gauge
	var live sync.WaitGroup
	w.start(32, func(q *Queue) {
		q.Register("deliver", func(ctx context.Context, j *Job) error {
			if string(j.Payload) == "live" {
				time.Sleep(5 * time.Millisecond)
				live.Done()
				return nil
			}
			hanging.enter()
			defer hanging.leave()
			select {
			case <-release:
			case <-ctx.Done():
			}
			return social.ErrUnavailable
		}, KindOptions{Peer: true})
	})
	const dead, well = 100, 300
	var jobs []Job
	for i := range dead + well {
		if i%4 == 0 {
			jobs = append(jobs, Job{Kind: "deliver", Host: fmt.Sprintf("dead%d.test", i)})
		} else {
			jobs = append(jobs, Job{Kind: "deliver", Host: fmt.Sprintf("live%d.test", i), Payload: []byte("live")})
		}
	}
	publish := func() time.Duration {
		live.Add(well)
		begun := time.Now()
		w.put(jobs...)
		live.Wait()
		return time.Since(begun)
	}
	if took := publish(); took > 20*time.Second {
		t.Errorf("hosts that hang for the first time: the others were reached after %v", took)
	}
	close(release)
	w.settle()
	release = make(chan struct{})
	hanging.most.Store(0)
	w.clock.move(2 * time.Minute)
	w.q.Wake()
	if took := publish(); took > 20*time.Second {
		t.Errorf("hosts that are known to hang: the others were reached after %v", took)
	}
	if n := hanging.most.Load(); n != 8 {
		t.Errorf("%d of 32 workers were with hosts on probation, want 8", n)
	}
	close(release)
}

// failing registers a handler that fails for a.test as long as down is set.
func failing(down *atomic.Bool, ran *journal) func(*Queue) {
	return func(q *Queue) {
		for _, kind := range []string{"deliver", "thread", "refresh"} {
			q.Register(kind, func(_ context.Context, j *Job) error {
				ran.add(j.Kind)
				if down.Load() {
					return social.ErrUnavailable
				}
				return nil
			}, KindOptions{Peer: true})
		}
	}
}

// TestBreaker: five failures in ten minutes open it, also across a restart; a
// probe goes through every half hour; a request from the host closes it.
func TestBreaker(t *testing.T) {
	w, ran := newWorld(t), &journal{}
	var down atomic.Bool
	down.Store(true)
	w.start(4, failing(&down, ran))
	w.put(Job{Kind: "deliver", Host: "a.test"}, Job{Kind: "thread", Host: "a.test"}, Job{Kind: "refresh", Host: "a.test"})
	w.settle()
	if p := w.peer("a.test"); p.Failures != 3 || !p.OpenUntil.IsZero() {
		t.Fatalf("after three failures: %+v", p)
	}
	w.advance(time.Minute)
	p := w.peer("a.test")
	if want := w.clock.now().Add(30 * time.Minute); p.Failures < 5 || !p.OpenUntil.Equal(want) {
		t.Fatalf("after six failures: %+v, want open until %v", p, want)
	}
	tried := len(ran.all())
	w.start(4, failing(&down, ran))
	w.advance(29 * time.Minute)
	if n := len(ran.all()); n != tried {
		t.Errorf("%d tries while the breaker is open", n-tried)
	}
	w.advance(time.Minute)
	if n := len(ran.all()); n != tried+1 {
		t.Errorf("%d probes after half an hour, want 1", n-tried)
	}
	down.Store(false)
	storetest.Update(t, w.store, func(tx *store.Tx) error { return w.q.Alive(t.Context(), tx, "a.test") })
	w.settle()
	if c := w.counts(); c != (Counts{}) {
		t.Errorf("after the host spoke, left %+v", c)
	}
	if p := w.peer("a.test"); p.Failures != 0 || !p.OpenUntil.IsZero() {
		t.Errorf("after the host spoke: %+v", p)
	}
}

// TestSuccessEndsProbation: the probe that gets through lets the others go.
func TestSuccessEndsProbation(t *testing.T) {
	w, ran := newWorld(t), &journal{}
	var down atomic.Bool
	down.Store(true)
	w.start(4, failing(&down, ran))
	w.put(Job{Kind: "deliver", Host: "a.test"}, Job{Kind: "thread", Host: "a.test"}, Job{Kind: "refresh", Host: "a.test"})
	w.settle()
	w.advance(time.Minute)
	down.Store(false)
	w.advance(30 * time.Minute)
	if c := w.counts(); c != (Counts{}) {
		t.Errorf("left %+v", c)
	}
	if p := w.peer("a.test"); p.Failures != 0 {
		t.Errorf("after a success: %+v", p)
	}
}

// TestResting: after a week nothing is kept for the host but one probe a day,
// also across a restart, until it answers; what was left out is not sent.
func TestResting(t *testing.T) {
	w, ran := newWorld(t), &journal{}
	var down atomic.Bool
	down.Store(true)
	w.start(4, failing(&down, ran))
	w.put(Job{Kind: "deliver", Host: "a.test"})
	w.settle()
	for w.counts().Pending > 0 {
		w.advanceToNext()
	}
	w.start(4, failing(&down, ran))
	if p, err := w.store.FindPeer(t.Context(), "a.test"); err != nil || p.RestingSince.IsZero() {
		t.Fatalf("not resting: %+v, %v", p, err)
	}
	for _, step := range []struct {
		after   time.Duration
		pending int
	}{{0, 0}, {23 * time.Hour, 0}, {time.Hour, 1}, {time.Hour, 1}, {23 * time.Hour, 2}} {
		w.advance(step.after)
		w.put(Job{Kind: "deliver", Host: "a.test"}, Job{Kind: "deliver", Host: "a.test"})
		w.settle()
		if c := w.counts(); c.Pending != step.pending {
			t.Errorf("%v later: %d pending, want %d", step.after, c.Pending, step.pending)
		}
	}
	down.Store(false)
	w.advance(24 * time.Hour)
	if c := w.counts(); c.Pending != 0 {
		t.Errorf("the host answers, yet %d pending", c.Pending)
	}
	before := len(ran.all())
	w.put(Job{Kind: "deliver", Host: "a.test"})
	w.settle()
	if n := len(ran.all()); n != before+1 {
		t.Errorf("a host that is well again got %d of one job", n-before)
	}
}

func TestHouseLanesKnowNoProbation(t *testing.T) {
	w, ran := newWorld(t), &journal{}
	var down atomic.Bool
	down.Store(true)
	w.start(4, func(q *Queue) {
		failing(&down, ran)(q)
		q.Register("receive", func(context.Context, *Job) error { ran.add("receive"); return nil }, KindOptions{})
	})
	w.put(Job{Kind: "deliver", Host: "a.test"}, Job{Kind: "thread", Host: "a.test"}, Job{Kind: "refresh", Host: "a.test"})
	w.settle()
	w.advance(time.Minute)
	w.put(Job{Kind: "receive", Host: "a.test"})
	w.settle()
	if ran.count("receive") != 1 {
		t.Error("what arrived from a failing host was not received")
	}
}

func TestStalePeersAreForgotten(t *testing.T) {
	w, ran := newWorld(t), &journal{}
	var down atomic.Bool
	down.Store(true)
	w.start(4, failing(&down, ran))
	w.put(Job{Kind: "deliver", Host: "a.test"})
	w.settle()
	storetest.Update(t, w.store, func(tx *store.Tx) error {
		return w.q.CancelHost(t.Context(), tx, "a.test")
	})
	w.advance(time.Hour)
	w.advance(91 * 24 * time.Hour)
	if _, err := w.store.FindPeer(t.Context(), "a.test"); err == nil {
		t.Error("still remembered after 91 days")
	}
}
