package queue

import (
	"context"
	"errors"
	"time"

	"croft/social"
	"croft/store"
)

const (
	breakerFailures = 5
	breakerWindow   = 10 * time.Minute
	breakerOpen     = 30 * time.Minute
	probeEvery      = 24 * time.Hour
)

// Alive takes note that a host spoke to us, or answered: it is no longer on
// probation or resting, and its breaker is closed. It costs one read where the
// host was well.
func (q *Queue) Alive(ctx context.Context, tx *store.Tx, host string) error {
	if err := revive(ctx, tx, host); err != nil {
		return err
	}
	tx.AfterCommit(q.Wake)
	return nil
}

// revive lets what waited for a closed breaker or a resting host go at once. A
// lane that merely backs off keeps its wait, so that a host that talks but does
// not listen is not knocked at more often for it.
func revive(ctx context.Context, tx *store.Tx, host string) error {
	p, err := tx.FindPeer(ctx, host)
	if errors.Is(err, social.ErrNotFound) || err == nil && p.Failures == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if err := tx.PutPeer(ctx, store.Peer{Host: host}); err != nil {
		return err
	}
	if err := tx.SetLaneClass(ctx, host, store.PeerLane); err != nil {
		return err
	}
	if p.OpenUntil.IsZero() && p.RestingSince.IsZero() {
		return nil
	}
	return tx.SetLanesDue(ctx, host)
}

// failed takes note of a failure and returns what is then known of the host.
func (t *turn) failed(host string, forAWeek bool) (store.Peer, error) {
	p, err := t.tx.FindPeer(t.ctx, host)
	if err != nil && !errors.Is(err, social.ErrNotFound) {
		return p, err
	}
	p.Host = host
	noteFailure(&p, t.now)
	if forAWeek && p.RestingSince.IsZero() {
		p.RestingSince, p.ProbeAt = t.now, t.now.Add(probeEvery)
	}
	if err := t.tx.PutPeer(t.ctx, p); err != nil {
		return p, err
	}
	return p, t.tx.SetLaneClass(t.ctx, host, store.ProbationLane)
}

// noteFailure opens the breaker after five failures in ten minutes, and keeps
// it open after a probe that failed.
func noteFailure(p *store.Peer, now time.Time) {
	p.Failures++
	p.Recent = append(p.Recent, now)
	p.Recent = p.Recent[max(len(p.Recent)-breakerFailures, 0):]
	often := len(p.Recent) == breakerFailures && now.Sub(p.Recent[0]) <= breakerWindow
	if often || !p.OpenUntil.IsZero() {
		p.OpenUntil = now.Add(breakerOpen)
	}
}

// knock asks whether a host on probation may be tried. Through an open breaker
// one lane goes every half hour; the others are told how long to wait.
func (t *turn) knock(host string) (until time.Time, err error) {
	p, err := t.tx.FindPeer(t.ctx, host)
	if errors.Is(err, social.ErrNotFound) {
		return time.Time{}, nil
	}
	if err != nil || p.OpenUntil.IsZero() {
		return time.Time{}, err
	}
	if p.OpenUntil.After(t.now) {
		return p.OpenUntil, nil
	}
	p.OpenUntil = t.now.Add(breakerOpen)
	return time.Time{}, t.tx.PutPeer(t.ctx, p)
}

// letThrough reports whether something may be put for a host. A resting host
// gets one job a day; open remembers the answer for the others of a fan-out.
func letThrough(ctx context.Context, tx *store.Tx, open map[string]bool, host string) (bool, error) {
	if may, ok := open[host]; ok {
		return may, nil
	}
	p, err := tx.FindPeer(ctx, host)
	if err != nil && !errors.Is(err, social.ErrNotFound) {
		return false, err
	}
	open[host] = p.RestingSince.IsZero()
	if open[host] {
		return true, nil
	}
	if p.ProbeAt.After(tx.Now) {
		return false, nil
	}
	p.ProbeAt = tx.Now.Add(probeEvery)
	return true, tx.PutPeer(ctx, p)
}
