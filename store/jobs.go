package store

import (
	"context"
	"fmt"
	"time"
)

// Job is something to be done in the background. Package queue says what its
// parts mean.
type Job struct {
	ID        int64
	Kind      string
	Host      string
	Topic     string
	Recipient string
	Payload   []byte
	RunAt     time.Time // not before; zero means at once
	Waited    time.Duration
	Attempts  int       // if parked
	LastError string    // if parked
	ParkedAt  time.Time // zero unless it was given up until the owner decides
}

const jobColumns = `j.id, j.kind, j.host, j.topic, j.recipient, j.payload, j.run_at, j.waited,
	j.attempts, j.last_error, j.parked_at`

func scanJob(r row) (j Job, err error) {
	var runAt, waited int64
	err = r.Scan(&j.ID, &j.Kind, &j.Host, &j.Topic, &j.Recipient, &j.Payload, &runAt, &waited,
		&j.Attempts, &j.LastError, (*when)(&j.ParkedAt))
	j.RunAt, j.Waited = fromMoment(runAt), time.Duration(waited)*time.Millisecond
	return j, err
}

// moment is a time of the schedule, which is never absent: zero sorts first.
func moment(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMoment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// PutJob adds a job at the end of its lane; its ID is not looked at. A lane that
// is new, or waits for nothing but a later job, becomes due. peer says that the
// lane's host is a server that the job will speak to.
func (tx *Tx) PutJob(ctx context.Context, j Job, peer bool) error {
	_, err := tx.exec(ctx, `
		insert into jobs (kind, host, topic, recipient, payload, run_at, waited, attempts, last_error)
		values (?1, ?2, ?3, ?4, ?5, ?6,
			ifnull((select l.waited from lanes l where l.kind = ?1 and l.host = ?2), 0), 0, '')`,
		j.Kind, j.Host, j.Topic, j.Recipient, blob(j.Payload), moment(j.RunAt))
	if err == nil {
		err = tx.wakeLane(ctx, j, peer)
	}
	if err != nil {
		return fmt.Errorf("put job %s for %s: %w", j.Kind, j.Host, err)
	}
	return nil
}

// wakeLane does not touch a lane that is booked or backs off: both have
// attempts.
func (tx *Tx) wakeLane(ctx context.Context, j Job, peer bool) error {
	due := j.RunAt
	if due.IsZero() {
		due = tx.Now
	}
	_, err := tx.exec(ctx, `
		insert into lanes (kind, host, class, due_at, attempts, waited, faults, refused, booked_id, last_error)
		values (?1, ?2,
			case
				when not ?4 then 'house'
				when exists (select 1 from hosts h where h.host = ?2 and h.failures > 0) then 'probation'
				else 'peer'
			end, ?3, 0, 0, 0, 0, 0, '')
		on conflict (kind, host) do update set due_at = excluded.due_at
		where lanes.attempts = 0
		and excluded.due_at < lanes.due_at`,
		j.Kind, j.Host, moment(due), peer)
	return err
}

// blob is never null, which the column refuses.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// ListJobs lists the jobs with these IDs that are still there and not parked,
// in the order of their lane.
func (r Reader) ListJobs(ctx context.Context, ids []int64) ([]Job, error) {
	jobs, err := list(ctx, r.q, scanJob, `
		select `+jobColumns+`
		from jobs j
		where j.id in (select value from json_each(?))
		and j.parked_at is null
		order by j.run_at, j.id`, encode(ids))
	if err != nil {
		return nil, fmt.Errorf("list jobs: %w", err)
	}
	return jobs, nil
}

// ListParked lists parked jobs, the newest first, from below the given ID (0:
// from the top).
func (r Reader) ListParked(ctx context.Context, before int64, limit int) ([]Job, error) {
	jobs, err := list(ctx, r.q, scanJob, `
		select `+jobColumns+`
		from jobs j
		where j.parked_at is not null
		and (?1 = 0 or j.id < ?1)
		order by j.id desc
		limit ?2`, before, limit)
	if err != nil {
		return nil, fmt.Errorf("list parked jobs: %w", err)
	}
	return jobs, nil
}

// FindParked returns one parked job, or ErrNotFound.
func (r Reader) FindParked(ctx context.Context, id int64) (Job, error) {
	job, err := find(ctx, r.q, scanJob, `
		select `+jobColumns+`
		from jobs j
		where j.id = ?
		and j.parked_at is not null`, id)
	if err != nil {
		return Job{}, fmt.Errorf("find parked job %d: %w", id, err)
	}
	return job, nil
}

// HasJob reports whether a job of a kind about a topic waits or runs.
func (r Reader) HasJob(ctx context.Context, kind, topic string) (bool, error) {
	found, err := find(ctx, r.q, scanCount, `
		select exists (select 1 from jobs j where j.topic = ? and j.topic <> '' and j.kind = ? and j.parked_at is null)`, topic, kind)
	if err != nil {
		return false, fmt.Errorf("find job %s about %s: %w", kind, topic, err)
	}
	return found > 0, nil
}

// SetParked takes a job out of its lane until the owner decides, with the
// reason; ErrNotFound if it is gone.
func (tx *Tx) SetParked(ctx context.Context, id int64, attempts int, reason string) error {
	err := tx.set(ctx, `update jobs set parked_at = ?, attempts = ?, last_error = ? where id = ?`,
		millis(tx.Now), attempts, reason, id)
	if err != nil {
		return fmt.Errorf("park job %d: %w", id, err)
	}
	return nil
}

// SetUnparked puts a parked job back into its lane, at its old place;
// ErrNotFound if it is gone or not parked.
func (tx *Tx) SetUnparked(ctx context.Context, id int64, peer bool) error {
	job, err := tx.FindParked(ctx, id)
	if err == nil {
		err = tx.set(ctx, `
			update jobs set parked_at = null, attempts = 0, last_error = '', waited = ifnull(
				(select l.waited from lanes l where l.kind = jobs.kind and l.host = jobs.host), 0)
			where id = ?`, id)
	}
	if err == nil {
		err = tx.wakeLane(ctx, job, peer)
	}
	if err != nil {
		return fmt.Errorf("put job %d back: %w", id, err)
	}
	return nil
}

// DeleteJobs removes jobs and says how many there were.
func (tx *Tx) DeleteJobs(ctx context.Context, ids ...int64) (int, error) {
	var n int64
	var err error
	if len(ids) == 1 {
		n, err = tx.exec(ctx, `delete from jobs where id = ?`, ids[0])
	} else {
		n, err = tx.exec(ctx, `delete from jobs where id in (select value from json_each(?))`, encode(ids))
	}
	if err != nil {
		return 0, fmt.Errorf("delete jobs: %w", err)
	}
	return int(n), nil
}

// JobFilter picks jobs of one kind: those of one host, or about one topic, or
// both. Recipient narrows it further. Parked jobs are among them.
type JobFilter struct{ Kind, Host, Topic, Recipient string }

// CancelledJob is a job that was taken back. Tried says that its doing may have
// begun, or even been finished but for taking note of it.
type CancelledJob struct {
	Job
	Tried bool
}

// CancelJobs deletes the jobs that the filter picks and returns them. A filter
// without host and topic picks none.
func (tx *Tx) CancelJobs(ctx context.Context, f JobFilter) ([]CancelledJob, error) {
	// Two partial indexes: a lane's waiting jobs, and the few that are parked.
	where := `j.id in (
			select a.id from jobs a where a.kind = ?1 and a.host = ?2 and a.parked_at is null
			union all
			select b.id from jobs b indexed by jobs_parked
			where b.kind = ?1 and b.host = ?2 and b.parked_at is not null)
		and (?3 = '' or j.topic = ?3)`
	if f.Host == "" {
		where = `j.topic = ?3 and j.topic <> '' and j.kind = ?1 and ?2 = ''`
	}
	const narrower = ` and (?4 = '' or j.recipient = ?4)`
	jobs, err := list(ctx, tx.q, scanCancelled, `
		select `+jobColumns+`, ifnull(j.id <= l.booked_id, 0) or j.attempts > 0
		from jobs j
		left join lanes l on l.kind = j.kind and l.host = j.host
		where `+where+narrower+`
		order by j.id`, f.Kind, f.Host, f.Topic, f.Recipient)
	if err == nil && len(jobs) > 0 {
		ids := make([]int64, len(jobs))
		for i, j := range jobs {
			ids[i] = j.ID
		}
		_, err = tx.DeleteJobs(ctx, ids...)
	}
	if err != nil {
		return nil, fmt.Errorf("cancel jobs: %w", err)
	}
	return jobs, nil
}

func scanCancelled(r row) (c CancelledJob, err error) {
	c.Job, err = scanJob(rowPlus{r, []any{&c.Tried}})
	return c, err
}

// rowPlus scans further columns behind those of another scan function.
type rowPlus struct {
	row
	more []any
}

// Scan implements row.
func (p rowPlus) Scan(dest ...any) error { return p.row.Scan(append(dest, p.more...)...) }
