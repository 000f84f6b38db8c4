package store

import (
	"context"
	"fmt"
	"time"

	"croft/social"
)

// ListCircleDue returns up to limit of those whom the owner follows and whose
// server was not asked since the moment whom they follow; those asked longest ago
// first.
func (r Reader) ListCircleDue(ctx context.Context, since time.Time, limit int) ([]*social.Actor, error) {
	all, err := list(ctx, r.q, scanActor, `
		select `+actorColumns+`
		from follows f
		join actors a on a.id = f.followed_id
		left join circle_asked x on x.actor_id = f.followed_id
		where f.follower_id = (select h.owner_id from home h) and f.state = 'accepted' and ifnull(x.at, 0) < ? and a.following <> ''
			and a.gone_at is null and a.host_blocked = 0 and not exists (select 1 from blocks k where k.actor_id = a.id)
		order by ifnull(x.at, 0), f.id
		limit ?`, since.UnixMilli(), limit)
	if err != nil {
		return nil, fmt.Errorf("list circle due: %w", err)
	}
	return all, nil
}

// SetCircleAsked notes that an actor's server is asked whom they follow.
func (tx *Tx) SetCircleAsked(ctx context.Context, actorID social.ID) error {
	_, err := tx.exec(ctx, `insert into circle_asked (actor_id, at) values (?, ?) on conflict (actor_id) do update set at = excluded.at`, actorID, tx.Now.UnixMilli())
	return wrapPut("when asked", actorID.String(), err)
}

// SetCircle keeps whom an actor follows, by URI, in place of what was known.
func (tx *Tx) SetCircle(ctx context.Context, actorID social.ID, uris []string) error {
	if _, err := tx.exec(ctx, `delete from circle where follower_id = ?`, actorID); err != nil {
		return fmt.Errorf("set circle of %s: %w", actorID, err)
	}
	_, err := tx.exec(ctx, `insert or ignore into circle (followed_uri, follower_id) select j.value, ? from json_each(?) j`, actorID, encode(uris))
	return wrapPut("circle", actorID.String(), err)
}

// SetCircleMet notes that it was asked who that is, so that it is not asked again
// before their follower's server is.
func (tx *Tx) SetCircleMet(ctx context.Context, uri string) error {
	if _, err := tx.exec(ctx, `update circle set asked = 1 where followed_uri = ?`, uri); err != nil {
		return fmt.Errorf("set %s met: %w", uri, err)
	}
	return nil
}

// Suggestion is somebody whom the owner might like to follow.
type Suggestion struct {
	URI   string
	Actor *social.Actor // nil if they are not known yet
	By    int           // how many of those whom the owner follows do
}

// ListSuggestions returns whom most of those follow whom the owner follows, and
// whom the owner does not follow, block or mute, nor wished not to be shown.
func (r Reader) ListSuggestions(ctx context.Context, limit int) ([]Suggestion, error) {
	all, err := list(ctx, r.q, func(r row) (s Suggestion, err error) {
		err = r.Scan(&s.URI, &s.By)
		return s, err
	}, `
		select c.followed_uri, count(*) as by
		from circle c
		join follows f on f.follower_id = (select h.owner_id from home h) and f.followed_id = c.follower_id and f.state = 'accepted'
		left join actors a on a.uri = c.followed_uri
		where a.id is null and c.asked = 0 or a.local = 0 and a.gone_at is null and a.moved_to = '' and a.host_blocked = 0
			and not exists (select 1 from follows g where g.follower_id = (select h.owner_id from home h) and g.followed_id = a.id)
			and not exists (select 1 from blocks k where k.actor_id = a.id)
			and not exists (select 1 from mutes u where u.actor_id = a.id and (u.until is null or u.until > ?1))
			and not exists (select 1 from unsuggested x where x.actor_id = a.id)
		group by c.followed_uri
		order by by desc, c.followed_uri
		limit ?2`, r.q.moment().UnixMilli(), limit)
	if err != nil {
		return nil, fmt.Errorf("list suggestions: %w", err)
	}
	uris := make([]string, len(all))
	for i, s := range all {
		uris[i] = s.URI
	}
	actors, err := r.ListActorsByURI(ctx, uris)
	if err != nil {
		return nil, fmt.Errorf("list suggestions: %w", err)
	}
	for i := range all {
		for _, a := range actors {
			if a.URI == all[i].URI {
				all[i].Actor = a
			}
		}
	}
	return all, nil
}

// PutUnsuggested has somebody be suggested no more.
func (tx *Tx) PutUnsuggested(ctx context.Context, actorID social.ID) error {
	_, err := tx.exec(ctx, `insert or ignore into unsuggested (actor_id) values (?)`, actorID)
	return wrapPut("unsuggested", actorID.String(), err)
}

// ListFamiliar returns those whom the owner follows and who follow an actor, as far
// as their servers say so, and no more than limit.
func (r Reader) ListFamiliar(ctx context.Context, actorID social.ID, limit int) ([]*social.Actor, error) {
	all, err := list(ctx, r.q, scanActor, `
		select `+actorColumns+`
		from circle c
		join actors a on a.id = c.follower_id
		join follows f on f.follower_id = (select h.owner_id from home h) and f.followed_id = c.follower_id and f.state = 'accepted'
		where c.followed_uri = (select b.uri from actors b where b.id = ?)
		order by c.follower_id
		limit ?`, actorID, limit)
	if err != nil {
		return nil, fmt.Errorf("list familiar to %s: %w", actorID, err)
	}
	return all, nil
}

// directoryMost is how many of those who can be found are looked at by when they
// last wrote.
const directoryMost = 2000

// ListDirectory returns those who are known and wish to be found, the owner among
// them: those who wrote last first, or with newest those who became known last.
func (r Reader) ListDirectory(ctx context.Context, newest bool, page Page) ([]*social.Actor, error) {
	order := `(select max(p.id) from posts p where p.author_id = a.id) desc nulls last, a.id desc`
	if newest {
		order = `a.id desc`
	}
	all, err := list(ctx, r.q, scanActor, `
		select `+actorColumns+`
		from (select m.id from actors m indexed by actors_discoverable where m.discoverable = 1 order by m.id desc limit ?4) e
		cross join actors a on a.id = e.id
		where a.gone_at is null and a.moved_to = '' and a.host_blocked = 0 and a.type <> 'Application'
			and not exists (select 1 from blocks k where k.actor_id = a.id)
			and not exists (select 1 from mutes u where u.actor_id = a.id and (u.until is null or u.until > ?1))
		order by `+order+`
		limit ?2 offset ?3`, r.q.moment().UnixMilli(), page.Limit, page.Offset, directoryMost)
	if err != nil {
		return nil, fmt.Errorf("list directory: %w", err)
	}
	return all, nil
}
