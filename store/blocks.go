package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"croft/social"
)

// Blocked is an actor whom the owner blocks.
type Blocked struct {
	Actor     *social.Actor
	CreatedAt time.Time
}

// Muted is an actor whom the owner does not want to hear of.
type Muted struct {
	Actor     *social.Actor
	Until     time.Time // zero: for good
	CreatedAt time.Time
}

// HostBlock is a server from which the owner wants nothing, its subdomains
// included.
type HostBlock struct {
	Host      string
	CreatedAt time.Time
}

// IsBlocked reports whether the owner blocks the actor, or the host or one that
// it is a subdomain of. Either may be empty. It is the question of the door,
// and quick.
func (r Reader) IsBlocked(ctx context.Context, actorURI, host string) (bool, error) {
	blocked, err := find(ctx, r.q, func(r row) (b bool, err error) {
		err = r.Scan(&b)
		return b, err
	}, `
		select exists (select 1 from host_blocks)
				and exists (select 1 from host_blocks b where b.host in (select j.value from json_each(?) j))
			or exists (
				select 1 from actors a
				where a.uri = ? and (a.host_blocked or exists (select 1 from blocks k where k.actor_id = a.id)))`,
		encode(hostAndParents(host)), actorURI)
	if err != nil {
		return false, fmt.Errorf("look for a block of %s: %w", actorURI, err)
	}
	return blocked, nil
}

// hostAndParents are the host and every domain above it, with its port and
// without.
func hostAndParents(host string) []string {
	if host == "" {
		return nil
	}
	all := []string{host}
	name, _, hasPort := strings.Cut(host, ":")
	if hasPort {
		all = append(all, name)
	}
	for {
		_, parent, ok := strings.Cut(name, ".")
		if !ok {
			return all
		}
		all = append(all, parent)
		name = parent
	}
}

// ListBlocks returns whom the owner blocks, the last first.
func (r Reader) ListBlocks(ctx context.Context) ([]Blocked, error) {
	type block struct {
		id social.ID
		at time.Time
	}
	blocks, err := list(ctx, r.q, func(r row) (b block, err error) {
		err = r.Scan(&b.id, (*when)(&b.at))
		return b, err
	}, `select k.actor_id, k.created_at from blocks k order by k.created_at desc, k.actor_id desc`)
	if err != nil {
		return nil, fmt.Errorf("list blocks: %w", err)
	}
	return withActors(ctx, r, blocks,
		func(b block) social.ID { return b.id },
		func(b block, a *social.Actor) Blocked { return Blocked{a, b.at} })
}

// PutBlock blocks an actor. What a block entails (follows, deliveries) is not
// done here.
func (tx *Tx) PutBlock(ctx context.Context, actorID social.ID) error {
	_, err := tx.exec(ctx, `insert into blocks (actor_id, created_at) values (?, ?) on conflict do nothing`,
		actorID, tx.Now.UnixMilli())
	if err != nil {
		return fmt.Errorf("put block of %s: %w", actorID, err)
	}
	return nil
}

// DeleteBlock ends a block. Nothing happens if there is none.
func (tx *Tx) DeleteBlock(ctx context.Context, actorID social.ID) error {
	if _, err := tx.exec(ctx, `delete from blocks where actor_id = ?`, actorID); err != nil {
		return fmt.Errorf("delete block of %s: %w", actorID, err)
	}
	return nil
}

// ListMutes returns whom the owner mutes at this moment, the last first.
func (r Reader) ListMutes(ctx context.Context) ([]Muted, error) {
	type mute struct {
		id        social.ID
		until, at time.Time
	}
	mutes, err := list(ctx, r.q, func(r row) (m mute, err error) {
		err = r.Scan(&m.id, (*when)(&m.until), (*when)(&m.at))
		return m, err
	}, `
		select u.actor_id, u.until, u.created_at
		from mutes u
		where u.until is null or u.until > ?
		order by u.created_at desc, u.actor_id desc`, r.q.moment().UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("list mutes: %w", err)
	}
	return withActors(ctx, r, mutes,
		func(m mute) social.ID { return m.id },
		func(m mute, a *social.Actor) Muted { return Muted{a, m.until, m.at} })
}

// PutMute mutes an actor until the moment, or for good if it is zero. With
// notices the owner is told all the same of what they cause.
func (tx *Tx) PutMute(ctx context.Context, actorID social.ID, until time.Time, notices bool) error {
	_, err := tx.exec(ctx, `
		insert into mutes (actor_id, until, notices, created_at)
		values (?, ?, ?, ?)
		on conflict (actor_id) do update set until = excluded.until, notices = excluded.notices`,
		actorID, millis(until), notices, tx.Now.UnixMilli())
	if err != nil {
		return fmt.Errorf("put mute of %s: %w", actorID, err)
	}
	return nil
}

// DeleteMute ends a mute. Nothing happens if there is none.
func (tx *Tx) DeleteMute(ctx context.Context, actorID social.ID) error {
	if _, err := tx.exec(ctx, `delete from mutes where actor_id = ?`, actorID); err != nil {
		return fmt.Errorf("delete mute of %s: %w", actorID, err)
	}
	return nil
}

// ListHostBlocks returns the servers that the owner blocks, the last first.
func (r Reader) ListHostBlocks(ctx context.Context) ([]HostBlock, error) {
	all, err := list(ctx, r.q, func(r row) (b HostBlock, err error) {
		err = r.Scan(&b.Host, (*when)(&b.CreatedAt))
		return b, err
	}, `select b.host, b.created_at from host_blocks b order by b.created_at desc, b.host`)
	if err != nil {
		return nil, fmt.Errorf("list host blocks: %w", err)
	}
	return all, nil
}

// PutHostBlock blocks a server, written as social.ParseHost writes it, and its
// subdomains.
func (tx *Tx) PutHostBlock(ctx context.Context, host string) error {
	_, err := tx.exec(ctx, `insert into host_blocks (host, created_at) values (?, ?) on conflict do nothing`,
		host, tx.Now.UnixMilli())
	if err == nil {
		err = tx.markActorsOf(ctx, host)
	}
	if err != nil {
		return fmt.Errorf("put block of host %s: %w", host, err)
	}
	return nil
}

// DeleteHostBlock ends the block of a server. Nothing happens if there is none.
func (tx *Tx) DeleteHostBlock(ctx context.Context, host string) error {
	_, err := tx.exec(ctx, `delete from host_blocks where host = ?`, host)
	if err == nil {
		err = tx.markActorsOf(ctx, host)
	}
	if err != nil {
		return fmt.Errorf("delete block of host %s: %w", host, err)
	}
	return nil
}

// markActorsOf brings host_blocked up to date for the actors at and below the
// host. It looks at every actor, which is worth it: lists then need not.
func (tx *Tx) markActorsOf(ctx context.Context, host string) error {
	type actor struct {
		id               social.ID
		host, handleHost string
		blocked          bool
	}
	actors, err := list(ctx, tx, func(r row) (a actor, err error) {
		err = r.Scan(&a.id, &a.host, &a.handleHost, &a.blocked)
		return a, err
	}, `
		select a.id, a.host, a.handle_host, a.host_blocked
		from actors a
		where instr(a.host, ?1) or instr(a.handle_host, ?1)`, host)
	if err != nil {
		return err
	}
	for _, a := range actors {
		blocked, err := tx.IsBlocked(ctx, "", a.host)
		if err == nil && !blocked {
			blocked, err = tx.IsBlocked(ctx, "", a.handleHost)
		}
		if err == nil && blocked != a.blocked {
			_, err = tx.exec(ctx, `update actors set host_blocked = ? where id = ?`, blocked, a.id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// FindBlockedBy returns the actor who made the Block of the owner with the URI;
// ErrNotFound if there is none.
func (r Reader) FindBlockedBy(ctx context.Context, uri string) (social.ID, error) {
	id, err := find(ctx, r.q, scanID, `select k.actor_id from blocked_by k where k.uri = ?`, uri)
	if err != nil {
		return 0, fmt.Errorf("find block %s: %w", uri, err)
	}
	return id, nil
}

// PutBlockedBy notes that an actor blocks the owner.
func (tx *Tx) PutBlockedBy(ctx context.Context, actorID social.ID, uri string) error {
	_, err := tx.exec(ctx, `
		insert into blocked_by (actor_id, uri, created_at)
		values (?, ?, ?)
		on conflict (actor_id) do update set uri = excluded.uri`, actorID, uri, tx.Now.UnixMilli())
	return wrapPut("block", uri, err)
}

// DeleteBlockedBy notes that an actor blocks the owner no longer.
func (tx *Tx) DeleteBlockedBy(ctx context.Context, actorID social.ID) error {
	if _, err := tx.exec(ctx, `delete from blocked_by where actor_id = ?`, actorID); err != nil {
		return fmt.Errorf("delete block by %s: %w", actorID, err)
	}
	return nil
}
