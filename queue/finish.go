package queue

import (
	"errors"
	"log/slog"
	"strings"
	"time"

	"croft/social"
	"croft/store"
)

// finish writes down what came of every run that was reported.
func (t *turn) finish() error {
	for _, r := range t.plan.finished {
		if err := t.finishRun(r); err != nil {
			return err
		}
	}
	return nil
}

// ending is a run being written down: how its lane goes on.
type ending struct {
	*turn
	run      *run
	lane     store.Lane
	due      time.Time
	gone     []int64 // jobs to delete
	answered bool    // the host's last word was an answer, whatever it said
}

func (t *turn) finishRun(r *run) error {
	e := &ending{turn: t, run: r, lane: r.lane, due: t.now}
	for _, res := range r.results {
		if err := e.apply(res); err != nil {
			return err
		}
	}
	e.lane.BookedID = max(e.lane.BookedID, e.touched())
	if len(e.gone) > 0 {
		if _, err := t.tx.DeleteJobs(t.ctx, e.gone...); err != nil {
			return err
		}
	}
	if e.answered && r.lane.Class == store.ProbationLane {
		if err := revive(t.ctx, t.tx, r.lane.Host); err != nil {
			return err
		}
	}
	return e.goOn()
}

// touched is the last job that was begun and is still there, if there may be
// one.
func (e *ending) touched() int64 {
	if last := e.run.results[len(e.run.results)-1]; last.verdict.stops() {
		return max(last.head.ID, e.run.touched)
	}
	return 0
}

// goOn makes the lane wait for its next job, or forgets it.
func (e *ending) goOn() error {
	heads, err := e.tx.ListHeads(e.ctx, e.lane.Kind, e.lane.Host, 1)
	if err != nil {
		return err
	}
	if len(heads) == 0 {
		return e.tx.DeleteLane(e.ctx, e.lane.Kind, e.lane.Host)
	}
	if heads[0].RunAt.After(e.due) {
		return e.postponeTo(e.lane, heads[0])
	}
	return e.postpone(e.lane, e.due)
}

// apply is the retry policy for one job.
func (e *ending) apply(res result) error {
	e.answered = e.answered || !res.unheard && (res.verdict == done || res.verdict == hopeless || res.verdict == refused)
	switch res.verdict {
	case untried:
		return nil
	case done:
		if res.err != nil {
			e.report(slog.LevelWarn, "job done, but not well", res)
		}
		e.getOn(res)
		return nil
	case hopeless:
		e.drop("job dropped", res)
		return nil
	case later:
		return e.again(res)
	case refused:
		e.lane.Refused++
		if e.lane.Refused >= maxTries {
			e.drop("job dropped after three refusals", res)
			return nil
		}
	case faulty:
		e.lane.Faults++
		if e.lane.Faults >= maxTries {
			return e.parkJob(res)
		}
	}
	e.wait(res, e.backoff(e.lane.Attempts+1))
	return nil
}

// getOn takes a job off the lane, whose troubles are over with that. The jobs
// behind one that ended the program were booked together with it and are not
// trusted yet.
func (e *ending) getOn(res result) {
	if !res.gone {
		e.gone = append(e.gone, res.head.ID)
	}
	e.lane.Attempts = 0
	e.nextJob(res.head.ID)
}

func (e *ending) nextJob(after int64) {
	e.lane.Faults, e.lane.Refused, e.lane.LastError = 0, 0, ""
	if e.run.lane.BookedID > after {
		e.lane.Faults = 1
	}
}

func (e *ending) drop(text string, res result) {
	e.report(slog.LevelWarn, text, res)
	e.getOn(res)
}

func (e *ending) report(level slog.Level, text string, res result) {
	e.note(level, text, e.lane, res.head.ID, res.err.Error())
}

func (e *ending) parkJob(res result) error {
	err := e.tx.SetParked(e.ctx, res.head.ID, maxTries, reason(res.err))
	if err == nil {
		e.report(slog.LevelError, "job parked after three faults", res)
	} else if !errors.Is(err, social.ErrNotFound) { // taken back while it ran
		return err
	}
	res.gone = true
	e.getOn(res)
	return nil
}

// again makes the lane wait for a peer that is not well, or gives the job up
// after a week of waiting. The week is measured in waits, not by the clock,
// which may jump.
func (e *ending) again(res result) error {
	e.answered = false
	expired := e.lane.Waited-res.head.Waited >= horizon
	wait := max(e.backoff(e.lane.Attempts+1), retryAfter(res.err))
	if e.run.kind.Peer {
		p, err := e.failed(e.lane.Host, expired)
		if err != nil {
			return err
		}
		if !p.RestingSince.IsZero() {
			wait = restingWait
		}
		if until := p.OpenUntil.Sub(e.now); until > wait {
			wait = until
		}
	}
	e.wait(res, wait)
	if expired {
		e.report(slog.LevelWarn, "job dropped after a week", res)
		e.gone = append(e.gone, res.head.ID)
		e.nextJob(res.head.ID)
	}
	return nil
}

func (e *ending) wait(res result, d time.Duration) {
	e.lane.Attempts++
	e.lane.Waited += d
	e.lane.LastError = reason(res.err)
	e.due = e.now.Add(d)
}

// reason is what the owner is shown of an error.
func reason(err error) string {
	const most = 4000
	text := err.Error()
	return strings.ToValidUTF8(text[:min(len(text), most)], "")
}
