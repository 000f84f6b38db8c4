package store

import (
	"context"
	"fmt"

	"croft/social"
)

const pushColumns = `u.id, u.key_id, u.session, u.endpoint, u.p256dh, u.auth, u.legacy, u.kinds, u.policy`

func scanPush(r row) (p social.Push, err error) {
	err = r.Scan(&p.ID, (*maybeID)(&p.KeyID), (*maybeText)(&p.Session), &p.Endpoint, &p.P256DH, &p.Auth, &p.Legacy, asJSON{&p.Kinds}, &p.Policy)
	return p, err
}

// FindPush returns where a device is told; ErrNotFound if it is not, or no more.
func (r Reader) FindPush(ctx context.Context, id social.ID) (social.Push, error) {
	return r.findPush(ctx, "find push", `u.id = ?`, id)
}

// FindPushOfKey is FindPush by the key of the app whose it is.
func (r Reader) FindPushOfKey(ctx context.Context, key social.ID) (social.Push, error) {
	return r.findPush(ctx, "find push of key", `u.key_id = ?`, key)
}

// FindPushOfSession is FindPush by the sign-in whose it is.
func (r Reader) FindPushOfSession(ctx context.Context, session string) (social.Push, error) {
	return r.findPush(ctx, "find push of session", `u.session = ?`, session)
}

func (r Reader) findPush(ctx context.Context, what, which string, args ...any) (social.Push, error) {
	p, err := find(ctx, r.q, scanPush, `select `+pushColumns+` from pushes u where `+which, args...)
	if err != nil {
		return p, fmt.Errorf("%s: %w", what, err)
	}
	return p, nil
}

// ListPushes returns every device that is told. Those of a sign-in that has
// expired are left out.
func (r Reader) ListPushes(ctx context.Context) ([]social.Push, error) {
	all, err := list(ctx, r.q, scanPush, `
		select `+pushColumns+`
		from pushes u
		where u.session is null or exists (select 1 from sessions g where g.token = u.session and g.expires_at > ?)`, r.q.moment().UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("list pushes: %w", err)
	}
	return all, nil
}

// PutPush keeps where a device is told, in place of what its app or sign-in had
// before, and returns the ID. A key or sign-in that is not there is ErrConflict.
func (tx *Tx) PutPush(ctx context.Context, p social.Push) (social.ID, error) {
	_, err := tx.exec(ctx, `delete from pushes where key_id = ? or session = ?`, idOrNull(p.KeyID), textOrNull(p.Session))
	if err == nil {
		_, err = tx.exec(ctx, `
			insert into pushes (key_id, session, endpoint, p256dh, auth, legacy, kinds, policy) values (?, ?, ?, ?, ?, ?, ?, ?)`,
			idOrNull(p.KeyID), textOrNull(p.Session), p.Endpoint, p.P256DH, p.Auth, p.Legacy, encode(p.Kinds), string(p.Policy))
	}
	if err != nil {
		return 0, fmt.Errorf("put push: %w", err)
	}
	kept, err := tx.findPush(ctx, "put push", `u.key_id = ?1 or u.session = ?2`, idOrNull(p.KeyID), textOrNull(p.Session))
	return kept.ID, err
}

// SetPush changes of what and of whom a device is told; ErrNotFound if it is not
// told at all.
func (tx *Tx) SetPush(ctx context.Context, id social.ID, kinds []social.NotificationKind, policy social.PushPolicy) error {
	if err := tx.set(ctx, `update pushes set kinds = ?, policy = ? where id = ?`, encode(kinds), string(policy), id); err != nil {
		return fmt.Errorf("set push %s: %w", id, err)
	}
	return nil
}

// DeletePush tells a device no more. Nothing happens if it is not told.
func (tx *Tx) DeletePush(ctx context.Context, id social.ID) error {
	if _, err := tx.exec(ctx, `delete from pushes where id = ?`, id); err != nil {
		return fmt.Errorf("delete push %s: %w", id, err)
	}
	return nil
}
