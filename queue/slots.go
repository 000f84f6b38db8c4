package queue

import (
	"time"

	"croft/store"
)

// slowAfter is how long a job may hold a worker. After that it is waiting for
// somebody slow, and goes on beside the workers, so that those who hang for the
// first time delay nobody either.
const slowAfter = time.Second

// slots is how many lanes of each sort may run at once.
type slots struct{ house, peers, probation, slow int }

// newSlots gives the house's own jobs half as many workers beside those for
// peers, so that a long delivery does not hold up what arrives.
func newSlots(workers int) slots {
	return slots{
		house:     max(workers/2, 1),
		peers:     workers, // those on probation among them
		probation: max(workers/4, 1),
		slow:      4 * workers,
	}
}

// total is the most that can run.
func (s slots) total() int { return s.house + s.peers + s.slow }

// take counts a running lane.
func (s *slots) take(r *run) { s.add(r, -1) }

// give is the opposite of take.
func (s *slots) give(r *run) { s.add(r, 1) }

func (s *slots) add(r *run, n int) {
	switch {
	case r.slow:
		s.slow += n
	case r.lane.Class == store.HouseLane:
		s.house += n
	case r.lane.Class == store.ProbationLane:
		s.probation += n
		s.peers += n
	default:
		s.peers += n
	}
}

// of is how many lanes of a class may be started.
func (s *slots) of(class store.LaneClass) int {
	switch class {
	case store.HouseLane:
		return s.house
	case store.ProbationLane:
		return min(s.probation, s.peers)
	default:
		return s.peers
	}
}

// free counts what may be started beside what runs, after letting the slow go
// on by themselves.
func (p *plan) free(now time.Time) slots {
	free := newSlots(p.q.Workers)
	for _, r := range p.running {
		free.take(r)
	}
	for _, r := range p.running {
		if r.mayBeSlow() && free.slow > 0 && !r.started.Add(slowAfter).After(now) {
			free.give(r)
			r.slow = true
			free.take(r)
		}
	}
	return free
}

// nextSlow is when a worker will become free because its job is slow; zero if
// none can.
func (p *plan) nextSlow() (next time.Time) {
	slow := 0
	for _, r := range p.running {
		if r.slow {
			slow++
		} else if r.mayBeSlow() {
			next = sooner(next, r.started.Add(slowAfter))
		}
	}
	if slow >= newSlots(p.q.Workers).slow {
		return time.Time{}
	}
	return next
}

// mayBeSlow is not so for hosts on probation, which have their share.
func (r *run) mayBeSlow() bool { return !r.slow && r.lane.Class != store.ProbationLane }

// sooner is the earlier of two moments, of which zero is never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
