package queue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"croft/social"
)

// script is what a job's successive tries come to; after its end all is well.
type script struct {
	name  string
	lane  string
	tries []string
}

// stage plays the scripts and writes down what it saw.
type stage struct {
	mu      sync.Mutex
	scripts map[string]*script
	running map[string]bool
	ended   map[string][]string // by lane, in order
	wrong   []string
}

func (s *stage) enter(j *Job) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running[j.Host] {
		s.wrong = append(s.wrong, "two at once in "+j.Host)
	}
	s.running[j.Host] = true
	sc := s.scripts[string(j.Payload)]
	if len(sc.tries) == 0 {
		return "well"
	}
	next := sc.tries[0]
	sc.tries = sc.tries[1:]
	return next
}

func (s *stage) leave(j *Job, ended bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running[j.Host] = false
	if ended {
		s.ended[j.Host] = append(s.ended[j.Host], string(j.Payload))
	}
}

func (s *stage) play(_ context.Context, j *Job) error {
	what := s.enter(j)
	defer func() { s.leave(j, what == "well" || what == "final") }()
	switch what {
	case "later":
		return social.ErrUnavailable
	case "fault":
		return errors.New("a fault")
	case "panic":
		panic("a fault")
	case "final":
		return social.ErrGone
	default:
		return nil
	}
}

// expect is which jobs of a script end by themselves, and which are parked.
func (sc *script) parks() bool {
	faults := 0
	for _, try := range sc.tries {
		switch try {
		case "fault", "panic":
			faults++
		case "final", "well":
			return false
		}
		if faults == maxTries {
			return true
		}
	}
	return false
}

// TestEveryLaneKeepsItsOrder: whatever happens to the jobs, at most one of a
// lane runs, they end in the order in which they were put, and every one ends
// or is parked; restarts in between change nothing of it.
func TestEveryLaneKeepsItsOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rapid.Check(t, func(rt *rapid.T) {
		s := &stage{scripts: map[string]*script{}, running: map[string]bool{}, ended: map[string][]string{}}
		batch := rapid.IntRange(1, 4).Draw(rt, "batch")
		register := func(q *Queue) {
			q.Register("deliver", s.play, KindOptions{Peer: true, Batch: batch})
		}
		w.start(rapid.IntRange(1, 5).Draw(rt, "workers"), register)
		want, parked := map[string][]string{}, 0
		for i := range rapid.IntRange(1, 8).Draw(rt, "jobs") {
			sc := &script{
				name:  fmt.Sprint("job ", i),
				lane:  rapid.SampledFrom([]string{"a.test", "b.test", "c.test"}).Draw(rt, "lane"),
				tries: rapid.SliceOfN(rapid.SampledFrom([]string{"later", "later", "fault", "panic", "final"}), 0, 4).Draw(rt, "tries"),
			}
			s.mu.Lock()
			s.scripts[sc.name] = sc
			s.mu.Unlock()
			if sc.parks() {
				parked++
			} else {
				want[sc.lane] = append(want[sc.lane], sc.name)
			}
			w.put(Job{Kind: "deliver", Host: sc.lane, Payload: []byte(sc.name)})
			if rapid.IntRange(0, 5).Draw(rt, "restart") == 0 {
				w.start(2, register)
			}
		}
		w.settle()
		for steps := 0; w.advanceToNext(); steps++ {
			if steps > 300 {
				rt.Fatalf("no end: %+v", w.counts())
			}
		}
		w.check(rt, s, want, parked)
	})
}

func (w *world) check(rt *rapid.T, s *stage, want map[string][]string, parked int) {
	if len(s.wrong) > 0 {
		rt.Fatal(s.wrong)
	}
	for lane, jobs := range want {
		if !slices.Equal(s.ended[lane], jobs) {
			rt.Fatalf("%s: ended %q, want %q", lane, s.ended[lane], jobs)
		}
	}
	left := w.parked()
	if c := w.counts(); c.Pending != 0 || len(left) != parked {
		rt.Fatalf("left %+v, want %d parked", c, parked)
	}
	for _, p := range left {
		if err := w.drop(p.ID); err != nil {
			rt.Fatal(err)
		}
	}
}
