package queue

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"croft/store"
)

// run is one lane at work: what was booked, and then what came of it. The
// worker fills in the results and reports it back.
type run struct {
	lane    store.Lane // as it was before it was booked
	kind    kind
	heads   []store.JobHead
	started time.Time // by the real clock
	slow    bool      // no longer counted among the workers

	results []result // of the first heads, up to the first that must wait
	touched int64    // the last job that the handler may have begun
}

// result is what came of one job.
type result struct {
	head    store.JobHead
	verdict verdict
	gone    bool // its row is deleted already
	unheard bool // the handler did not say this of it: it was taken back
	err     error
}

// panicError is a handler's panic. It has no kind, whatever was thrown.
type panicError struct {
	value any
	stack []byte
}

// Error gives the value and the stack.
func (p *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

var errGoexit = errors.New("the handler ended its goroutine")

// runner calls a handler. Nothing new is begun once stop has ended; ctx ends
// what runs. It gives one error or nil for each of the first jobs.
type runner func(stop, ctx context.Context, jobs []*Job) []error

// oneByOne gives each job the deadline, but begins no more of them after it.
func oneByOne(h Handler, timeout time.Duration) runner {
	return func(stop, ctx context.Context, jobs []*Job) []error {
		begun := time.Now()
		var errs []error
		for i, job := range jobs {
			if i > 0 && (stop.Err() != nil || time.Since(begun) > timeout) {
				break
			}
			err := guard(func() error {
				ctx, cancel := context.WithTimeout(ctx, timeout)
				defer cancel()
				return h(ctx, job)
			})
			errs = append(errs, err)
			if judge(err).stops() && !job.finished {
				break
			}
		}
		return errs
	}
}

// together lays a panic at the door of every job; those that were done have
// said so by then.
func together(h BatchHandler, timeout time.Duration) runner {
	return func(_, ctx context.Context, jobs []*Job) (errs []error) {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		err := guard(func() error {
			errs = h(ctx, jobs)
			return nil
		})
		if err == nil {
			return errs
		}
		errs = make([]error, len(jobs))
		for i := range errs {
			errs[i] = err
		}
		return errs
	}
}

func guard(fn func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicError{v, debug.Stack()}
		}
	}()
	return fn()
}

// work runs what was booked and reports it.
func (q *Queue) work(stop, ctx context.Context, r *run) {
	r.fail(errGoexit)
	defer func() { q.reports <- r }()
	jobs, err := q.load(ctx, r)
	if err != nil {
		r.fail(err)
		return
	}
	errs := r.kind.run(stop, ctx, jobs)
	r.results = pair(r.heads, jobs, errs)
	if len(jobs) > 0 && len(errs) > 0 {
		r.touched = jobs[min(len(errs), len(jobs))-1].ID
	}
	for i := range r.results {
		if res := &r.results[i]; res.verdict.stops() && ctx.Err() != nil {
			res.verdict = untried // it failed because the program stops
		}
	}
}

// fail says of the first job that it failed, and nothing of the others.
func (r *run) fail(err error) {
	r.results = []result{{head: r.heads[0], verdict: faulty, err: err}}
	r.touched = r.heads[len(r.heads)-1].ID
}

// load reads the booked jobs that have not been taken back since.
func (q *Queue) load(ctx context.Context, r *run) ([]*Job, error) {
	ids := make([]int64, len(r.heads))
	for i, h := range r.heads {
		ids[i] = h.ID
	}
	rows, err := q.store.ListJobs(ctx, ids)
	if err != nil {
		return nil, err
	}
	jobs := make([]*Job, len(rows))
	for i, row := range rows {
		job := fromRow(row)
		job.Attempt = 1
		if row.ID == r.heads[0].ID {
			job.Attempt += r.lane.Attempts
		}
		jobs[i] = &job
	}
	return jobs, nil
}

// pair brings a handler's errors together with the jobs that were booked, up
// to the first that must wait.
func pair(heads []store.JobHead, jobs []*Job, errs []error) []result {
	var results []result
	for _, h := range heads {
		res := result{head: h, verdict: done, gone: true, unheard: true}
		if len(jobs) > 0 && jobs[0].ID == h.ID {
			res = result{head: h}
			if len(errs) > 0 {
				res.err, errs = errs[0], errs[1:]
				res.verdict = judge(res.err)
			}
			if job := jobs[0]; job.finished {
				res.verdict, res.gone = done, true
			} else if job.missing && res.verdict == hopeless {
				res = result{head: h, verdict: done, gone: true, unheard: true}
			}
			jobs = jobs[1:]
		}
		results = append(results, res)
		if res.verdict.stops() {
			break
		}
	}
	return results
}
