package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"croft/social"
)

// Home is the one row that says whose home this is.
type Home struct {
	Origin      string // scheme://host[:port]; never changes
	HandleHost  string // the host of the owner's handle
	Name        string // the owner's handle without its host; from their actor, not written
	OwnerID     social.ID
	InstanceID  social.ID // the actor that signs our GETs and reports
	Profile     social.Profile
	Preferences social.Preferences
	CreatedAt   time.Time
}

// Site is what builds this home's URIs.
func (h Home) Site() social.Site {
	return social.Site{Origin: h.Origin, Name: h.Name, HandleHost: h.HandleHost}
}

// FindHome returns the home; before it is set up, ErrNotFound.
func (r Reader) FindHome(ctx context.Context) (Home, error) {
	home, err := find(ctx, r.q, func(r row) (h Home, err error) {
		err = r.Scan(&h.Origin, &h.HandleHost, &h.Name, &h.OwnerID, &h.InstanceID,
			asJSON{&h.Profile}, asJSON{&h.Preferences}, (*when)(&h.CreatedAt))
		return h, err
	}, `
		select h.origin, h.handle_host, a.name, h.owner_id, h.instance_id, h.profile, h.preferences, h.created_at
		from home h
		join actors a on a.id = h.owner_id`)
	if err != nil {
		return Home{}, fmt.Errorf("find home: %w", err)
	}
	return home, nil
}

// PutHome sets the home up. Both actors must have been put before. A home that
// is there already is ErrConflict.
func (tx *Tx) PutHome(ctx context.Context, h Home) error {
	_, err := tx.exec(ctx, `
		insert into home (id, origin, handle_host, owner_id, instance_id, password, profile, preferences, created_at)
		values (1, ?, ?, ?, ?, '', ?, ?, ?)`,
		h.Origin, h.HandleHost, h.OwnerID, h.InstanceID, encode(h.Profile), encode(h.Preferences), h.CreatedAt.UnixMilli())
	if err != nil {
		return fmt.Errorf("put home: %w", err)
	}
	return nil
}

// SetProfile keeps the owner's profile as they typed it; ErrNotFound before the
// home is set up. What others see is the owner's actor, put beside it.
func (tx *Tx) SetProfile(ctx context.Context, p social.Profile) error {
	if err := tx.set(ctx, `update home set profile = ?`, encode(p)); err != nil {
		return fmt.Errorf("set profile: %w", err)
	}
	return nil
}

// SetPreferences keeps how the owner likes to read and write; ErrNotFound before
// the home is set up.
func (tx *Tx) SetPreferences(ctx context.Context, p social.Preferences) error {
	if err := tx.set(ctx, `update home set preferences = ?`, encode(p)); err != nil {
		return fmt.Errorf("set preferences: %w", err)
	}
	return nil
}

// SetPassword keeps the hash of a new password, ends every session and takes
// every key of an app back; ErrNotFound before the home is set up.
func (tx *Tx) SetPassword(ctx context.Context, hash string) error {
	if err := tx.set(ctx, `update home set password = ?`, hash); err != nil {
		return fmt.Errorf("set password: %w", err)
	}
	return errors.Join(tx.deleteSessions(ctx), tx.deleteKeys(ctx))
}

// OwnKeys are the private keys of the owner or the instance actor, as PEM.
type OwnKeys struct{ RSA, Ed25519 []byte }

// FindOwnKeys returns the private keys of a local actor; ErrNotFound if it has
// none.
func (r Reader) FindOwnKeys(ctx context.Context, actorID social.ID) (OwnKeys, error) {
	keys, err := find(ctx, r.q, func(r row) (k OwnKeys, err error) {
		err = r.Scan(&k.RSA, &k.Ed25519)
		return k, err
	}, `select k.rsa, k.ed25519 from own_keys k where k.actor_id = ?`, actorID)
	if err != nil {
		return OwnKeys{}, fmt.Errorf("find own keys: %w", err)
	}
	return keys, nil
}

// PutOwnKeys keeps the private keys of a local actor, in place of older ones.
func (tx *Tx) PutOwnKeys(ctx context.Context, actorID social.ID, k OwnKeys) error {
	_, err := tx.exec(ctx, `
		insert into own_keys (actor_id, rsa, ed25519)
		values (?, ?, ?)
		on conflict (actor_id) do update set rsa = excluded.rsa, ed25519 = excluded.ed25519`,
		actorID, string(k.RSA), string(k.Ed25519))
	if err != nil {
		return fmt.Errorf("put own keys: %w", err)
	}
	return nil
}
