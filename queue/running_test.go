package queue

import (
	"context"
	"testing"
	"time"
)

// TestRunningIsNotParked: a job at its last try is not given up while it runs,
// however far the clock jumps, as it does when a laptop wakes.
func TestRunningIsNotParked(t *testing.T) {
	t.Parallel()
	w, tries := newWorld(t), 0
	begun, release := make(chan struct{}), make(chan struct{})
	w.start(8, func(q *Queue) {
		q.Register("receive", func(context.Context, *Job) error {
			if tries++; tries < maxTries {
				panic("not yet")
			}
			close(begun)
			<-release
			return nil
		}, KindOptions{})
	})
	w.put(Job{Kind: "receive", Host: "a"})
	w.settle()
	w.advanceToNext()
	w.clock.move(time.Hour)
	w.q.Wake()
	<-begun
	for range 20 {
		time.Sleep(10 * time.Millisecond)
		w.clock.move(time.Hour)
		w.q.Wake()
	}
	if parked := w.parked(); len(parked) != 0 {
		t.Errorf("parked while it runs: %+v", parked)
	}
	close(release)
	w.settle()
	if c := w.counts(); c != (Counts{}) {
		t.Errorf("left %+v", c)
	}
}
