package store

import (
	"context"
	"errors"
	"fmt"

	"croft/social"
)

// relationColumns is what stands between the owner (h) and an actor (a); ?1 is
// the moment in milliseconds.
const relationColumns = `a.id,
	(select f.state from follows f where f.follower_id = h.owner_id and f.followed_id = a.id),
	exists (select 1 from follows f where f.follower_id = h.owner_id and f.followed_id = a.id and f.hide_boosts = 1),
	exists (select 1 from follows f where f.follower_id = h.owner_id and f.followed_id = a.id and f.notify = 1),
	ifnull((select f.languages from follows f where f.follower_id = h.owner_id and f.followed_id = a.id), ''),
	(select f.state from follows f where f.follower_id = a.id and f.followed_id = h.owner_id),
	exists (select 1 from blocks k where k.actor_id = a.id),
	exists (select 1 from blocked_by k where k.actor_id = a.id),
	exists (select 1 from mutes u where u.actor_id = a.id and (u.until is null or u.until > ?1)),
	exists (select 1 from mutes u where u.actor_id = a.id and u.notices = 1 and (u.until is null or u.until > ?1)),
	(select u.until from mutes u where u.actor_id = a.id and u.until > ?1),
	ifnull((select y.text from notes y where y.actor_id = a.id), ''),
	a.host_blocked`

// related is a relation and whom it is to.
type related struct {
	actorID  social.ID
	relation social.Relation
}

func scanRelated(r row) (v related, err error) {
	err = r.Scan(&v.actorID, (*maybeText)(&v.relation.Following), &v.relation.HideBoosts, &v.relation.Notify, asJSON{&v.relation.Languages}, (*maybeText)(&v.relation.FollowedBy),
		&v.relation.Blocking, &v.relation.BlockedBy, &v.relation.Muting, &v.relation.Heeding, (*when)(&v.relation.MutedUntil), &v.relation.Note, &v.relation.HostBlocked)
	return v, err
}

// PutNote keeps what the owner wrote of somebody; nothing takes it away.
func (tx *Tx) PutNote(ctx context.Context, actorID social.ID, text string) error {
	query, args := `insert into notes (actor_id, text) values (?, ?) on conflict (actor_id) do update set text = excluded.text`, []any{actorID, text}
	if text == "" {
		query, args = `delete from notes where actor_id = ?`, args[:1]
	}
	if _, err := tx.exec(ctx, query, args...); err != nil {
		return fmt.Errorf("put note of %s: %w", actorID, err)
	}
	return nil
}

// FindRelation says what stands between the owner and another actor. An actor
// who is not known has no relation, which is no error.
func (r Reader) FindRelation(ctx context.Context, actorID social.ID) (social.Relation, error) {
	found, err := find(ctx, r.q, scanRelated, `
		select `+relationColumns+`
		from home h, actors a
		where a.id = ?2`, r.q.moment().UnixMilli(), actorID)
	if err != nil && !errors.Is(err, social.ErrNotFound) {
		return social.Relation{}, fmt.Errorf("find relation to %s: %w", actorID, err)
	}
	return found.relation, nil
}

// ListRelations is FindRelation for all the actors of a page. Who is not known
// is not in the map.
func (r Reader) ListRelations(ctx context.Context, actorIDs []social.ID) (map[social.ID]social.Relation, error) {
	if len(actorIDs) == 0 {
		return nil, nil
	}
	all, err := list(ctx, r.q, scanRelated, `
		select `+relationColumns+`
		from home h, actors a
		where a.id in (select j.value from json_each(?2) j)`, r.q.moment().UnixMilli(), encode(actorIDs))
	if err != nil {
		return nil, fmt.Errorf("list relations: %w", err)
	}
	relations := make(map[social.ID]social.Relation, len(all))
	for _, one := range all {
		relations[one.actorID] = one.relation
	}
	return relations, nil
}
