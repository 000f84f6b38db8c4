package store

import (
	"context"
	"fmt"

	"croft/social"
)

const followColumns = `f.id, f.uri, f.follower_id, f.followed_id, f.state, f.hide_boosts, f.notify, f.languages, f.created_at`

func scanFollow(r row) (f social.Follow, err error) {
	err = r.Scan(&f.ID, &f.URI, &f.FollowerID, &f.FollowedID, &f.State, &f.HideBoosts, &f.Notify, asJSON{&f.Languages}, (*when)(&f.CreatedAt))
	return f, err
}

// FindFollow returns the edge between two actors; ErrNotFound if there is none.
func (r Reader) FindFollow(ctx context.Context, followerID, followedID social.ID) (social.Follow, error) {
	f, err := find(ctx, r.q, scanFollow, `
		select `+followColumns+` from follows f where f.follower_id = ? and f.followed_id = ?`, followerID, followedID)
	if err != nil {
		return f, fmt.Errorf("find follow of %s by %s: %w", followedID, followerID, err)
	}
	return f, nil
}

// FindFollowByURI returns the edge that the Follow made; ErrNotFound if there
// is none.
func (r Reader) FindFollowByURI(ctx context.Context, uri string) (social.Follow, error) {
	f, err := find(ctx, r.q, scanFollow, `select `+followColumns+` from follows f where f.uri = ?`, uri)
	if err != nil {
		return f, fmt.Errorf("find follow %s: %w", uri, err)
	}
	return f, nil
}

// Edge is a follow with whoever is at its other end, as seen from the owner.
type Edge struct {
	Follow social.Follow
	Actor  *social.Actor
}

// ListFollowers returns one page of those who follow the owner in the given
// state, the last to come first, by the follow's ID.
func (r Reader) ListFollowers(ctx context.Context, state social.FollowState, span Span) ([]Edge, error) {
	follows, err := list(ctx, r.q, scanFollow, `
		select `+followColumns+`
		from follows f
		where f.followed_id = (select h.owner_id from home h) and f.state = ? and f.id < ? and f.id > ?
		order by f.id `+span.order()+`
		limit ?`, span.with(string(state))...)
	if err != nil {
		return nil, fmt.Errorf("list followers: %w", err)
	}
	return withActors(ctx, r, follows,
		func(f social.Follow) social.ID { return f.FollowerID },
		func(f social.Follow, a *social.Actor) Edge { return Edge{f, a} })
}

// ListFollowing is ListFollowers for those whom the owner follows.
func (r Reader) ListFollowing(ctx context.Context, state social.FollowState, span Span) ([]Edge, error) {
	follows, err := list(ctx, r.q, scanFollow, `
		select `+followColumns+`
		from follows f
		where f.follower_id = (select h.owner_id from home h) and f.state = ? and f.id < ? and f.id > ?
		order by f.id `+span.order()+`
		limit ?`, span.with(string(state))...)
	if err != nil {
		return nil, fmt.Errorf("list following: %w", err)
	}
	return withActors(ctx, r, follows,
		func(f social.Follow) social.ID { return f.FollowedID },
		func(f social.Follow, a *social.Actor) Edge { return Edge{f, a} })
}

// CountFollowers says how many follow the owner in the given state.
func (r Reader) CountFollowers(ctx context.Context, state social.FollowState) (int, error) {
	n, err := find(ctx, r.q, scanCount, `
		select count(*) from follows f where f.followed_id = (select h.owner_id from home h) and f.state = ?`,
		string(state))
	if err != nil {
		return 0, fmt.Errorf("count followers: %w", err)
	}
	return n, nil
}

// CountFollowing says how many the owner follows in the given state.
func (r Reader) CountFollowing(ctx context.Context, state social.FollowState) (int, error) {
	n, err := find(ctx, r.q, scanCount, `
		select count(*) from follows f where f.follower_id = (select h.owner_id from home h) and f.state = ?`,
		string(state))
	if err != nil {
		return 0, fmt.Errorf("count following: %w", err)
	}
	return n, nil
}

// ListFollowerInboxes returns where to send what is meant for every accepted
// follower: each inbox once, the shared one where there is one. Those who are
// gone or blocked are left out.
func (r Reader) ListFollowerInboxes(ctx context.Context) ([]Recipient, error) {
	all, err := list(ctx, r.q, func(r row) (c Recipient, err error) {
		err = r.Scan(&c.Inbox)
		c.Host = social.HostOf(c.Inbox)
		return c, err
	}, `
		select distinct iif(a.shared_inbox <> '', a.shared_inbox, a.inbox) as address
		from follows f
		join actors a on a.id = f.follower_id
		where f.followed_id = (select h.owner_id from home h) and f.state = 'accepted'
			and a.gone_at is null and a.host_blocked = 0 and a.inbox <> ''
			and not exists (select 1 from blocks k where k.actor_id = a.id)
		order by address`)
	if err != nil {
		return nil, fmt.Errorf("list follower inboxes: %w", err)
	}
	return all, nil
}

// ListFollowerURIs returns the URIs of the accepted followers that live on the
// host (social.HostOf), for FEP-8fcf.
func (r Reader) ListFollowerURIs(ctx context.Context, host string) ([]string, error) {
	all, err := list(ctx, r.q, scanText, `
		select a.uri
		from actors a
		cross join follows f on f.follower_id = a.id and f.followed_id = (select h.owner_id from home h)
		where a.host = ? and f.state = 'accepted'
		order by a.uri`, host)
	if err != nil {
		return nil, fmt.Errorf("list followers on %s: %w", host, err)
	}
	return all, nil
}

// PutFollow keeps an edge, or the new state and URI of the one between the same
// two, whose ID and options stay and whose ID is returned. A URI that made another edge is
// ErrConflict.
func (tx *Tx) PutFollow(ctx context.Context, f social.Follow) (social.ID, error) {
	if f.ID == 0 {
		f.ID = tx.NewID(tx.Now)
	}
	id, err := find(ctx, tx, scanID, `
		insert into follows (id, uri, follower_id, followed_id, state, hide_boosts, notify, languages, created_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?)
		on conflict (follower_id, followed_id) do update set uri = excluded.uri, state = excluded.state
		returning id`,
		f.ID, f.URI, f.FollowerID, f.FollowedID, string(f.State), f.HideBoosts, f.Notify, toJSON(f.Languages), f.CreatedAt.UnixMilli())
	return id, wrapPut("follow", f.URI, err)
}

// SetFollowState changes how far a follow has come; ErrNotFound if there is no
// such edge.
func (tx *Tx) SetFollowState(ctx context.Context, followerID, followedID social.ID, state social.FollowState) error {
	err := tx.set(ctx, `update follows set state = ? where follower_id = ? and followed_id = ?`,
		string(state), followerID, followedID)
	if err != nil {
		return fmt.Errorf("set follow of %s by %s: %w", followedID, followerID, err)
	}
	return nil
}

// SetFollowOptions says what the owner wishes to see of somebody; ErrNotFound
// unless the owner follows them or asked to.
func (tx *Tx) SetFollowOptions(ctx context.Context, followedID social.ID, o social.FollowOptions) error {
	err := tx.set(ctx, `
		update follows set hide_boosts = ?, notify = ?, languages = ?
		where follower_id = (select h.owner_id from home h) and followed_id = ?`, o.HideBoosts, o.Notify, toJSON(o.Languages), followedID)
	if err != nil {
		return fmt.Errorf("set options of follow of %s: %w", followedID, err)
	}
	return nil
}

// DeleteFollow ends an edge. Nothing happens if there is none.
func (tx *Tx) DeleteFollow(ctx context.Context, followerID, followedID social.ID) error {
	_, err := tx.exec(ctx, `delete from follows where follower_id = ? and followed_id = ?`, followerID, followedID)
	if err != nil {
		return fmt.Errorf("delete follow of %s by %s: %w", followedID, followerID, err)
	}
	return nil
}
