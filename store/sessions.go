package store

import (
	"context"
	"fmt"
	"time"
)

// Session is a sign-in of the owner's.
type Session struct {
	Token     string // hashed by the caller: who reads the database cannot sign in
	Data      []byte
	CreatedAt time.Time // when it was first put; kept
	ExpiresAt time.Time
}

// Sessions is the one narrow handle by which HTTP writes: sign-ins, the password
// and the keys of apps, and nothing else.
type Sessions struct{ s *Store }

// Sessions returns the handle.
func (s *Store) Sessions() Sessions { return Sessions{s} }

func scanSession(r row) (v Session, err error) {
	err = r.Scan(&v.Token, &v.Data, (*when)(&v.CreatedAt), (*when)(&v.ExpiresAt))
	return v, err
}

// FindSession returns the session with the token; ErrNotFound if there is none
// or it has expired.
func (v Sessions) FindSession(ctx context.Context, token string) (Session, error) {
	one, err := find(ctx, v.s.q, scanSession, `
		select s.token, s.data, s.created_at, s.expires_at
		from sessions s
		where s.token = ? and s.expires_at > ?`, token, v.s.q.moment().UnixMilli())
	if err != nil {
		return Session{}, fmt.Errorf("find session: %w", err)
	}
	return one, nil
}

// ListSessions returns the newest of those that have not expired, at most limit.
func (v Sessions) ListSessions(ctx context.Context, limit int) ([]Session, error) {
	all, err := list(ctx, v.s.q, scanSession, `
		select s.token, s.data, s.created_at, s.expires_at
		from sessions s
		where s.expires_at > ?
		order by s.created_at desc, s.token
		limit ?`, v.s.q.moment().UnixMilli(), limit)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return all, nil
}

// CountSessions counts those that have not expired.
func (v Sessions) CountSessions(ctx context.Context) (int, error) {
	n, err := find(ctx, v.s.q, scanCount, `select count(*) from sessions s where s.expires_at > ?`, v.s.q.moment().UnixMilli())
	if err != nil {
		return 0, fmt.Errorf("count sessions: %w", err)
	}
	return n, nil
}

// PutSession keeps a new session, and forgets those that have expired.
func (v Sessions) PutSession(ctx context.Context, one Session) error {
	return v.s.Update(ctx, func(tx *Tx) error {
		if err := tx.putSession(ctx, one); err != nil {
			return fmt.Errorf("put session: %w", err)
		}
		return nil
	})
}

func (tx *Tx) putSession(ctx context.Context, one Session) error {
	if _, err := tx.exec(ctx, `delete from sessions where expires_at <= ?`, tx.Now.UnixMilli()); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `insert into sessions (token, data, created_at, expires_at) values (?, ?, ?, ?)`,
		one.Token, blob(one.Data), tx.Now.UnixMilli(), one.ExpiresAt.UnixMilli())
	return translate(err)
}

// RenewSession gives the session with the token new data and another end, and
// puts heir beside it, if there is one, to take its place: the device that it has
// told of notifications is the heir's. A session that has
// ended meanwhile is ErrNotFound and stays so.
func (v Sessions) RenewSession(ctx context.Context, one Session, heir *Session) error {
	return v.s.Update(ctx, func(tx *Tx) error {
		err := tx.set(ctx, `update sessions set data = ?, expires_at = ? where token = ?`,
			blob(one.Data), one.ExpiresAt.UnixMilli(), one.Token)
		if err == nil && heir != nil {
			if err = tx.putSession(ctx, *heir); err == nil {
				_, err = tx.exec(ctx, `update pushes set session = ? where session = ?`, heir.Token, one.Token)
			}
		}
		if err != nil {
			return fmt.Errorf("renew session: %w", err)
		}
		return nil
	})
}

// DeleteSession ends one session. Nothing happens if there is none.
func (v Sessions) DeleteSession(ctx context.Context, token string) error {
	return v.s.Update(ctx, func(tx *Tx) error {
		if _, err := tx.exec(ctx, `delete from sessions where token = ?`, token); err != nil {
			return fmt.Errorf("delete session: %w", err)
		}
		return nil
	})
}

// DeleteOtherSessions ends every session but those two, which may be the same.
func (v Sessions) DeleteOtherSessions(ctx context.Context, token, heir string) error {
	return v.s.Update(ctx, func(tx *Tx) error {
		if _, err := tx.exec(ctx, `delete from sessions where token not in (?, ?)`, token, heir); err != nil {
			return fmt.Errorf("delete other sessions: %w", err)
		}
		return nil
	})
}

// DeleteAllSessions signs the owner out everywhere.
func (v Sessions) DeleteAllSessions(ctx context.Context) error {
	return v.s.Update(ctx, func(tx *Tx) error { return tx.deleteSessions(ctx) })
}

func (tx *Tx) deleteSessions(ctx context.Context) error {
	if _, err := tx.exec(ctx, `delete from sessions`); err != nil {
		return fmt.Errorf("delete sessions: %w", err)
	}
	return nil
}

// deleteKeys takes back what apps hold or were promised.
func (tx *Tx) deleteKeys(ctx context.Context) error {
	tx.AfterCommit(tx.w.ended.ring)
	for _, text := range []string{`delete from tokens where owner = 1`, `delete from codes`} {
		if _, err := tx.exec(ctx, text); err != nil {
			return fmt.Errorf("delete keys: %w", err)
		}
	}
	return nil
}

// FindPasswordHash returns the hash of the owner's password; ErrNotFound before
// the home is set up. An empty one means that nobody can sign in.
func (v Sessions) FindPasswordHash(ctx context.Context) (string, error) {
	hash, err := find(ctx, v.s.q, scanText, `select h.password from home h`)
	if err != nil {
		return "", fmt.Errorf("find password: %w", err)
	}
	return hash, nil
}

// SetPassword keeps the hash of a new password, ends every session and takes
// every key back; ErrNotFound before the home is set up.
func (v Sessions) SetPassword(ctx context.Context, hash string) error {
	return v.s.Update(ctx, func(tx *Tx) error { return tx.SetPassword(ctx, hash) })
}
