package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"croft/social"
)

// Peer is what is remembered of another server, by its host.
type Peer struct {
	Host         string
	Failures     int         // tries in a row that failed; none if it is well
	Recent       []time.Time // the last of them, the oldest first
	OpenUntil    time.Time   // the breaker is open and lets a probe through then; zero if closed
	RestingSince time.Time   // every delivery failed for a week; zero if not
	ProbeAt      time.Time   // if resting: when one more job may be put
}

// FindPeer returns what is remembered of a host; ErrNotFound if nothing is.
func (r Reader) FindPeer(ctx context.Context, host string) (Peer, error) {
	peer, err := find(ctx, r.q, func(r row) (p Peer, err error) {
		var recent []int64
		err = r.Scan(&p.Host, &p.Failures, asJSON{&recent},
			(*when)(&p.OpenUntil), (*when)(&p.RestingSince), (*when)(&p.ProbeAt))
		for _, ms := range recent {
			p.Recent = append(p.Recent, time.UnixMilli(ms).UTC())
		}
		return p, err
	}, `
		select h.host, h.failures, h.recent, h.open_until, h.resting_since, h.probe_at
		from hosts h
		where h.host = ?`, host)
	if err != nil {
		return Peer{}, fmt.Errorf("find peer %s: %w", host, err)
	}
	return peer, nil
}

// SilentHost is a host whose last try failed.
type SilentHost struct {
	Host         string
	FailedAt     time.Time // the last try
	RestingSince time.Time // nothing is queued for it since then; zero if it is not resting
	Waiting      int       // deliveries
}

// Trouble counts what is not well: jobs that were given up, and hosts whose last
// try failed.
type Trouble struct{ Parked, Silent int }

// CountTrouble counts what is not well. It is quick, however much waits.
func (r Reader) CountTrouble(ctx context.Context) (Trouble, error) {
	trouble, err := find(ctx, r.q, func(r row) (t Trouble, err error) {
		err = r.Scan(&t.Parked, &t.Silent)
		return t, err
	}, `
		select (select count(*) from jobs j where j.parked_at is not null), (select count(*) from hosts h where h.failed_at is not null)`)
	if err != nil {
		return Trouble{}, fmt.Errorf("count trouble: %w", err)
	}
	return trouble, nil
}

// ListSilentHosts lists the hosts whose last try failed, the latest first.
func (r Reader) ListSilentHosts(ctx context.Context, limit int) ([]SilentHost, error) {
	all, err := list(ctx, r.q, func(r row) (h SilentHost, err error) {
		err = r.Scan(&h.Host, (*when)(&h.FailedAt), (*when)(&h.RestingSince), &h.Waiting)
		return h, err
	}, `
		select h.host, h.failed_at, h.resting_since, (
			select count(*) from jobs j where j.kind = 'deliver' and j.host = h.host and j.parked_at is null)
		from hosts h
		where h.failed_at is not null
		order by h.failed_at desc
		limit ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("list silent hosts: %w", err)
	}
	return all, nil
}

// PutPeer keeps how a host has been failing. The signature it wants stays.
func (tx *Tx) PutPeer(ctx context.Context, p Peer) error {
	recent := make([]int64, len(p.Recent))
	var failedAt time.Time
	for i, t := range p.Recent {
		recent[i], failedAt = t.UnixMilli(), t
	}
	_, err := tx.exec(ctx, `
		insert into hosts (host, scheme, failures, recent, failed_at, open_until, resting_since, probe_at)
		values (?, '', ?, ?, ?, ?, ?, ?)
		on conflict (host) do update set failures = excluded.failures, recent = excluded.recent,
			failed_at = excluded.failed_at, open_until = excluded.open_until,
			resting_since = excluded.resting_since, probe_at = excluded.probe_at`,
		p.Host, p.Failures, toJSON(recent), millis(failedAt),
		millis(p.OpenUntil), millis(p.RestingSince), millis(p.ProbeAt))
	if err != nil {
		return fmt.Errorf("put peer %s: %w", p.Host, err)
	}
	return nil
}

// DeleteStalePeers forgets the failures of hosts that have not been tried since
// the given moment, so that the table does not grow with every host that ever
// was named.
func (tx *Tx) DeleteStalePeers(ctx context.Context, before time.Time) error {
	_, err := tx.exec(ctx, `
		delete from hosts
		where failed_at < ?
		and not exists (select 1 from lanes l where l.host = hosts.host and l.class <> 'house')`, millis(before))
	if err != nil {
		return fmt.Errorf("delete stale peers: %w", err)
	}
	return nil
}

// FindHostScheme returns the signature scheme that a host wants, as
// SetHostScheme kept it; empty if it is not known.
func (r Reader) FindHostScheme(ctx context.Context, host string) (string, error) {
	scheme, err := find(ctx, r.q, scanText, `select h.scheme from hosts h where h.host = ?`, host)
	if errors.Is(err, social.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("find scheme of %s: %w", host, err)
	}
	return scheme, nil
}

// SupposeHostScheme is SetHostScheme for a host of which nothing is known.
func (tx *Tx) SupposeHostScheme(ctx context.Context, host, scheme string) error {
	_, err := tx.exec(ctx, `
		insert into hosts (host, scheme, failures, recent)
		values (?, ?, 0, '')
		on conflict (host) do update set scheme = excluded.scheme
		where hosts.scheme = ''`, host, scheme)
	if err != nil {
		return fmt.Errorf("suppose scheme of %s: %w", host, err)
	}
	return nil
}

// SetHostScheme remembers the signature scheme that a host wants.
func (tx *Tx) SetHostScheme(ctx context.Context, host, scheme string) error {
	_, err := tx.exec(ctx, `
		insert into hosts (host, scheme, failures, recent)
		values (?, ?, 0, '')
		on conflict (host) do update set scheme = excluded.scheme
		where hosts.scheme <> excluded.scheme`, host, scheme)
	if err != nil {
		return fmt.Errorf("set scheme of %s: %w", host, err)
	}
	return nil
}
