package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"croft/social"
)

// App is a program that registered itself, to ask the owner for a key.
type App struct {
	ID           social.ID
	ClientID     string
	Secret       string // as a hash
	Name         string // plain text, as it calls itself
	Website      string
	RedirectURIs []string
	Scopes       []string
	CreatedAt    time.Time
}

// Code is the owner's word that an app may have a key. It is exchanged for one
// once.
type Code struct {
	Hash        string
	AppID       social.ID
	RedirectURI string
	Scopes      []string
	Challenge   string // S256 of the verifier (RFC 7636); empty if the app sent none
	ExpiresAt   time.Time
}

// Token is a key that is held by an app.
type Token struct {
	ID        social.ID // names it where the token itself must not be
	Hash      string
	AppID     social.ID
	Code      string // hash of the code that it was made from; empty if it was not
	Scopes    []string
	Owner     bool // opens what is the owner's; else it stands for the app alone
	CreatedAt time.Time
	UsedAt    time.Time // about; zero if never
	App       App       // of which it is
}

const appColumns = `a.id, a.client_id, a.secret, a.name, a.website, a.redirect_uris, a.scopes, a.created_at`

func (a *App) targets() []any {
	return []any{&a.ID, &a.ClientID, &a.Secret, &a.Name, &a.Website, asJSON{&a.RedirectURIs}, asJSON{&a.Scopes}, (*when)(&a.CreatedAt)}
}

func scanApp(r row) (a App, err error) {
	err = r.Scan(a.targets()...)
	return a, err
}

const tokenColumns = `t.id, t.hash, t.app_id, t.code, t.scopes, t.owner, t.created_at, t.used_at, ` + appColumns

func scanToken(r row) (t Token, err error) {
	err = r.Scan(append([]any{&t.ID, &t.Hash, &t.AppID, &t.Code, asJSON{&t.Scopes}, &t.Owner, (*when)(&t.CreatedAt), (*when)(&t.UsedAt)},
		t.App.targets()...)...)
	return t, err
}

// unusedApp is how long an app may stand without a key of the owner's.
const unusedApp = 24 * time.Hour

// PutApp keeps a new app and gives it its ID. Apps that got no key within a day
// are forgotten on the way: whoever pleases may register some.
func (v Sessions) PutApp(ctx context.Context, a App) (App, error) {
	err := v.s.Update(ctx, func(tx *Tx) error {
		a.ID, a.CreatedAt = tx.NewID(tx.Now), tx.Now.Truncate(time.Millisecond)
		for _, text := range []string{
			`delete from tokens where owner = 0 and app_id in (` + unusedApps + `)`,
			`delete from codes where app_id in (` + unusedApps + `)`,
			`delete from apps where id in (` + unusedApps + `)`,
		} {
			if _, err := tx.exec(ctx, text, tx.Now.Add(-unusedApp).UnixMilli()); err != nil {
				return err
			}
		}
		_, err := tx.exec(ctx, `
			insert into apps (id, client_id, secret, name, website, redirect_uris, scopes, created_at)
			values (?, ?, ?, ?, ?, ?, ?, ?)`,
			a.ID, a.ClientID, a.Secret, a.Name, a.Website, encode(a.RedirectURIs), encode(a.Scopes), a.CreatedAt.UnixMilli())
		return err
	})
	if err != nil {
		return App{}, fmt.Errorf("put app: %w", err)
	}
	return a, nil
}

// unusedApps is a fixed fragment: apps made before ?1 that hold no key of the
// owner's.
const unusedApps = `
	select a.id from apps a
	where a.created_at < ?1 and not exists (select 1 from tokens t where t.app_id = a.id and t.owner = 1)`

// FindApp returns the app with the client id; ErrNotFound if there is none.
func (v Sessions) FindApp(ctx context.Context, clientID string) (App, error) {
	a, err := find(ctx, v.s.q, scanApp, `select `+appColumns+` from apps a where a.client_id = ?`, clientID)
	if err != nil {
		return App{}, fmt.Errorf("find app: %w", err)
	}
	return a, nil
}

// PutCode keeps a new code, and forgets those that have expired.
func (v Sessions) PutCode(ctx context.Context, c Code) error {
	err := v.s.Update(ctx, func(tx *Tx) error {
		if _, err := tx.exec(ctx, `delete from codes where expires_at <= ?`, tx.Now.UnixMilli()); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `
			insert into codes (hash, app_id, redirect_uri, scopes, challenge, used, expires_at)
			values (?, ?, ?, ?, ?, 0, ?)`,
			c.Hash, c.AppID, c.RedirectURI, encode(c.Scopes), c.Challenge, c.ExpiresAt.UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("put code: %w", err)
	}
	return nil
}

// ExchangeCode uses a code up and keeps the key that made makes of it, in one
// transaction. A code is used up even where made refuses: nobody may try twice.
// One that is not there or has expired is ErrNotFound. One that was used before
// is, too, and the key made from it ends: somebody else has it (RFC 6749 §4.1.2).
func (v Sessions) ExchangeCode(ctx context.Context, hash string, made func(Code) (Token, error)) (t Token, err error) {
	var refusal error
	err = v.s.Update(ctx, func(tx *Tx) error {
		refusal = nil
		c, used, err := tx.findCode(ctx, hash)
		if err != nil {
			return err
		}
		if used {
			refusal = fmt.Errorf("used before: %w", social.ErrNotFound)
			tx.AfterCommit(tx.w.ended.ring)
			_, err = tx.exec(ctx, `delete from tokens where code = ?`, hash)
			return err
		}
		if err := tx.set(ctx, `update codes set used = 1 where hash = ?`, hash); err != nil {
			return err
		}
		if t, refusal = made(c); refusal != nil {
			return nil
		}
		t.Code = hash
		t.ID, err = tx.putToken(ctx, t)
		return err
	})
	if err = errors.Join(err, refusal); err != nil {
		return Token{}, fmt.Errorf("exchange code: %w", err)
	}
	return t, nil
}

func (tx *Tx) findCode(ctx context.Context, hash string) (c Code, used bool, err error) {
	c, err = find(ctx, tx, func(r row) (c Code, err error) {
		err = r.Scan(&c.Hash, &c.AppID, &c.RedirectURI, asJSON{&c.Scopes}, &c.Challenge, &used, (*when)(&c.ExpiresAt))
		return c, err
	}, `
		select c.hash, c.app_id, c.redirect_uri, c.scopes, c.challenge, c.used, c.expires_at
		from codes c
		where c.hash = ? and c.expires_at > ?`, hash, tx.Now.UnixMilli())
	return c, used, err
}

// PutToken keeps a new key that no code stands for, and returns its ID.
func (v Sessions) PutToken(ctx context.Context, t Token) (id social.ID, err error) {
	err = v.s.Update(ctx, func(tx *Tx) error {
		id, err = tx.putToken(ctx, t)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("put token: %w", err)
	}
	return id, nil
}

func (tx *Tx) putToken(ctx context.Context, t Token) (social.ID, error) {
	id := tx.NewID(tx.Now)
	_, err := tx.exec(ctx, `
		insert into tokens (id, hash, app_id, code, scopes, owner, created_at)
		values (?, ?, ?, ?, ?, ?, ?)`, id, t.Hash, t.AppID, t.Code, encode(t.Scopes), t.Owner, tx.Now.UnixMilli())
	return id, translate(err)
}

// FindToken returns the key with the hash, and its app; ErrNotFound if it was
// never given or has been taken back.
func (v Sessions) FindToken(ctx context.Context, hash string) (Token, error) {
	t, err := find(ctx, v.s.q, scanToken, `
		select `+tokenColumns+` from tokens t join apps a on a.id = t.app_id where t.hash = ?`, hash)
	if err != nil {
		return Token{}, fmt.Errorf("find token: %w", err)
	}
	return t, nil
}

// ListTokens returns the keys to what is the owner's, newest first.
func (v Sessions) ListTokens(ctx context.Context) ([]Token, error) {
	all, err := list(ctx, v.s.q, scanToken, `
		select `+tokenColumns+` from tokens t join apps a on a.id = t.app_id where t.owner = 1 order by t.id desc`)
	if err != nil {
		return nil, fmt.Errorf("list tokens: %w", err)
	}
	return all, nil
}

// TouchToken notes that a key is used now.
func (v Sessions) TouchToken(ctx context.Context, id social.ID) error {
	return v.s.Update(ctx, func(tx *Tx) error {
		if _, err := tx.exec(ctx, `update tokens set used_at = ? where id = ?`, tx.Now.UnixMilli(), id); err != nil {
			return fmt.Errorf("touch token: %w", err)
		}
		return nil
	})
}

// DeleteToken takes one key back. Nothing happens if there is none.
func (v Sessions) DeleteToken(ctx context.Context, id social.ID) error {
	return v.s.Update(ctx, func(tx *Tx) error {
		tx.AfterCommit(tx.w.ended.ring)
		if _, err := tx.exec(ctx, `delete from tokens where id = ?`, id); err != nil {
			return fmt.Errorf("delete token: %w", err)
		}
		return nil
	})
}

// DeleteApp takes back every key of an app, and forgets it. Nothing happens if
// there is none.
func (v Sessions) DeleteApp(ctx context.Context, id social.ID) error {
	return v.s.Update(ctx, func(tx *Tx) error {
		tx.AfterCommit(tx.w.ended.ring)
		for _, text := range []string{`delete from tokens where app_id = ?`, `delete from codes where app_id = ?`, `delete from apps where id = ?`} {
			if _, err := tx.exec(ctx, text, id); err != nil {
				return fmt.Errorf("delete app %s: %w", id, err)
			}
		}
		return nil
	})
}
