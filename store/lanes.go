package store

import (
	"context"
	"fmt"
	"time"
)

// LaneClass says whose workers a lane gets.
type LaneClass string

// The classes of lanes: the house's own, those of other servers, and those of
// servers whose last try failed.
const (
	HouseLane     LaneClass = "house"
	PeerLane      LaneClass = "peer"
	ProbationLane LaneClass = "probation"
)

// Lane is the state of all jobs of one kind and host, as the schema tells it.
type Lane struct {
	Kind, Host string
	Class      LaneClass
	DueAt      time.Time
	Attempts   int
	Waited     time.Duration
	Faults     int
	Refused    int
	BookedID   int64
	LastError  string
}

func scanLane(r row) (l Lane, err error) {
	var due, waited int64
	err = r.Scan(&l.Kind, &l.Host, &l.Class, &due, &l.Attempts, &waited,
		&l.Faults, &l.Refused, &l.BookedID, &l.LastError)
	l.DueAt, l.Waited = fromMoment(due), time.Duration(waited)*time.Millisecond
	return l, err
}

// ListDueLanes lists the lanes of a class that are due, the longest due first.
// The last of them, if there is one more than limit, is not due yet: it tells
// when to look again.
func (r Reader) ListDueLanes(ctx context.Context, class LaneClass, now time.Time, limit int) (due []Lane, next time.Time, err error) {
	lanes, err := list(ctx, r.q, scanLane, `
		select l.kind, l.host, l.class, l.due_at, l.attempts, l.waited, l.faults, l.refused, l.booked_id, l.last_error
		from lanes l
		where l.class = ?
		order by l.due_at
		limit ?`, class, limit+1)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("list due lanes: %w", err)
	}
	for i, l := range lanes {
		if i == limit || l.DueAt.After(now) {
			return lanes[:i], l.DueAt, nil
		}
	}
	return lanes, time.Time{}, nil
}

// JobHead is what must be known of a job to book it.
type JobHead struct {
	ID     int64
	RunAt  time.Time
	Waited time.Duration
	Size   int // bytes of payload
}

// ListHeads lists the first jobs of a lane, due or not.
func (r Reader) ListHeads(ctx context.Context, kind, host string, limit int) ([]JobHead, error) {
	heads, err := list(ctx, r.q, func(r row) (h JobHead, err error) {
		var runAt, waited int64
		err = r.Scan(&h.ID, &runAt, &waited, &h.Size)
		h.RunAt, h.Waited = fromMoment(runAt), time.Duration(waited)*time.Millisecond
		return h, err
	}, `
		select j.id, j.run_at, j.waited, length(j.payload)
		from jobs j
		where j.kind = ? and j.host = ? and j.parked_at is null
		order by j.run_at, j.id
		limit ?`, kind, host, limit)
	if err != nil {
		return nil, fmt.Errorf("list first jobs: %w", err)
	}
	return heads, nil
}

// SetLane writes the state of a lane but for its class, which is its host's;
// ErrNotFound if there is no such lane.
func (tx *Tx) SetLane(ctx context.Context, l Lane) error {
	err := tx.set(ctx, `
		update lanes
		set due_at = ?, attempts = ?, waited = ?, faults = ?, refused = ?, booked_id = ?, last_error = ?
		where kind = ? and host = ?`,
		moment(l.DueAt), l.Attempts, l.Waited.Milliseconds(), l.Faults, l.Refused, l.BookedID, l.LastError,
		l.Kind, l.Host)
	if err != nil {
		return fmt.Errorf("set lane %s of %s: %w", l.Kind, l.Host, err)
	}
	return nil
}

// DeleteLane forgets a lane that has no jobs left.
func (tx *Tx) DeleteLane(ctx context.Context, kind, host string) error {
	if _, err := tx.exec(ctx, `delete from lanes where kind = ? and host = ?`, kind, host); err != nil {
		return fmt.Errorf("delete lane %s of %s: %w", kind, host, err)
	}
	return nil
}

// SetLaneClass moves the lanes that speak to a host to another class.
func (tx *Tx) SetLaneClass(ctx context.Context, host string, class LaneClass) error {
	_, err := tx.exec(ctx, `
		update lanes set class = ?1
		where host = ?2 and class <> 'house' and class <> ?1`, class, host)
	if err != nil {
		return fmt.Errorf("set lanes of %s: %w", host, err)
	}
	return nil
}

// ListLaneHosts lists the hosts of lanes for peers that are the given host or a
// subdomain of it. It looks at every such lane.
func (r Reader) ListLaneHosts(ctx context.Context, host string) ([]string, error) {
	hosts, err := list(ctx, r.q, scanText, `
		select distinct l.host
		from lanes l
		where l.class <> 'house'
		and (l.host = ?1 or substr(l.host, -length('.' || ?1)) = '.' || ?1)`, host)
	if err != nil {
		return nil, fmt.Errorf("list lanes of %s: %w", host, err)
	}
	return hosts, nil
}

// SetLanesDue makes the lanes that speak to a host due now.
func (tx *Tx) SetLanesDue(ctx context.Context, host string) error {
	_, err := tx.exec(ctx, `
		update lanes set due_at = ?1
		where host = ?2 and class <> 'house' and due_at > ?1`, moment(tx.Now), host)
	if err != nil {
		return fmt.Errorf("set lanes of %s due: %w", host, err)
	}
	return nil
}

// ShiftLanes makes lanes that are due only after the given moment due sooner by
// d, but not before now: for a clock that was set back. Lanes that wait for a
// job of a later time stay.
func (tx *Tx) ShiftLanes(ctx context.Context, after time.Time, d time.Duration) error {
	_, err := tx.exec(ctx, `
		update lanes set due_at = max(due_at - ?1, ?2)
		where class in ('house', 'peer', 'probation')
		and due_at > ?3
		and (attempts > 0 or exists (
			select 1 from jobs j
			where j.kind = lanes.kind and j.host = lanes.host and j.parked_at is null and j.run_at = 0))`,
		d.Milliseconds(), moment(tx.Now), moment(after))
	if err != nil {
		return fmt.Errorf("shift lanes: %w", err)
	}
	return nil
}

// JobCounts are the two numbers to watch.
type JobCounts struct{ Pending, Parked int }

// CountJobs counts every job there is.
func (r Reader) CountJobs(ctx context.Context) (JobCounts, error) {
	counts, err := find(ctx, r.q, func(r row) (c JobCounts, err error) {
		err = r.Scan(&c.Pending, &c.Parked)
		return c, err
	}, `
		select
			(select count(*) from jobs j where j.parked_at is null),
			(select count(*) from jobs j where j.parked_at is not null)`)
	if err != nil {
		return JobCounts{}, fmt.Errorf("count jobs: %w", err)
	}
	return counts, nil
}
