package store

import (
	"context"
	"errors"
	"fmt"

	"croft/social"
)

// Mine is what the owner did with a post.
type Mine struct{ Liked, Boosted, Bookmarked bool }

// ListMine says what the owner did with each post of a page; a post without
// anything is not in the map.
func (r Reader) ListMine(ctx context.Context, postIDs []social.ID) (map[social.ID]Mine, error) {
	mine := map[social.ID]Mine{}
	if len(postIDs) == 0 {
		return mine, nil
	}
	_, err := list(ctx, r.q, func(r row) (struct{}, error) {
		var id social.ID
		var m Mine
		err := r.Scan(&id, &m.Liked, &m.Boosted, &m.Bookmarked)
		if m != (Mine{}) {
			mine[id] = m
		}
		return struct{}{}, err
	}, `
		select j.value,
			exists (select 1 from likes l where l.post_id = j.value and l.actor_id = h.owner_id),
			exists (select 1 from boosts b where b.post_id = j.value and b.booster_id = h.owner_id),
			exists (select 1 from bookmarks k where k.post_id = j.value)
		from home h, json_each(?) j`, idList(postIDs))
	if err != nil {
		return nil, fmt.Errorf("list mine: %w", err)
	}
	return mine, nil
}

const boostColumns = `b.id, b.uri, b.booster_id, b.post_id, b.created_at`

func scanBoost(r row) (b social.Boost, err error) {
	err = r.Scan(&b.ID, &b.URI, &b.BoosterID, &b.PostID, (*when)(&b.CreatedAt))
	return b, err
}

// FindBoost returns the actor's boost of a post; ErrNotFound if there is none.
func (r Reader) FindBoost(ctx context.Context, boosterID, postID social.ID) (social.Boost, error) {
	b, err := find(ctx, r.q, scanBoost, `
		select `+boostColumns+` from boosts b where b.post_id = ? and b.booster_id = ?`, postID, boosterID)
	if err != nil {
		return b, fmt.Errorf("find boost of %s by %s: %w", postID, boosterID, err)
	}
	return b, nil
}

// FindBoostByURI returns the boost that the Announce made; ErrNotFound if there
// is none.
func (r Reader) FindBoostByURI(ctx context.Context, uri string) (social.Boost, error) {
	b, err := find(ctx, r.q, scanBoost, `select `+boostColumns+` from boosts b where b.uri = ?`, uri)
	if err != nil {
		return b, fmt.Errorf("find boost %s: %w", uri, err)
	}
	return b, nil
}

// FindBoostByID is FindBoostByURI by our own number.
func (r Reader) FindBoostByID(ctx context.Context, id social.ID) (social.Boost, error) {
	b, err := find(ctx, r.q, scanBoost, `select `+boostColumns+` from boosts b where b.id = ?`, id)
	if err != nil {
		return b, fmt.Errorf("find boost %s: %w", id, err)
	}
	return b, nil
}

// Booster is somebody who passed a post on.
type Booster struct {
	Boost social.Boost
	Actor *social.Actor
}

// ListBoosters returns one page of those who boosted a post, the last first,
// by the boost's ID.
func (r Reader) ListBoosters(ctx context.Context, postID social.ID, span Span) ([]Booster, error) {
	boosts, err := list(ctx, r.q, scanBoost, `
		select `+boostColumns+`
		from boosts b
		where b.post_id = ? and b.id < ? and b.id > ?
		order by b.id `+span.order()+`
		limit ?`, span.with(postID)...)
	if err != nil {
		return nil, fmt.Errorf("list boosters of %s: %w", postID, err)
	}
	return withActors(ctx, r, boosts,
		func(b social.Boost) social.ID { return b.BoosterID },
		func(b social.Boost, a *social.Actor) Booster { return Booster{b, a} })
}

// PutBoost keeps a boost and counts it; its ID is made from CreatedAt if it has
// none. A second one by the same actor takes the place of the first, whose ID
// stays and is returned. A URI that made another boost is ErrConflict; a post
// that is deleted or not here is ErrNotFound.
func (tx *Tx) PutBoost(ctx context.Context, b social.Boost) (social.ID, error) {
	old, err := tx.FindBoost(ctx, b.BoosterID, b.PostID)
	if err == nil {
		_, err = tx.exec(ctx, `update boosts set uri = ? where id = ?`, b.URI, old.ID)
		return old.ID, wrapPut("boost", b.URI, err)
	}
	if !errors.Is(err, social.ErrNotFound) {
		return 0, wrapPut("boost", b.URI, err)
	}
	if b.ID == 0 {
		b.ID = tx.NewID(b.CreatedAt)
	}
	err = tx.set(ctx, `update posts set boost_count = boost_count + 1 where id = ? and deleted_at is null`, b.PostID)
	if err == nil {
		_, err = tx.exec(ctx, `insert into boosts (id, uri, booster_id, post_id, created_at) values (?, ?, ?, ?, ?)`,
			b.ID, b.URI, b.BoosterID, b.PostID, b.CreatedAt.UnixMilli())
	}
	return b.ID, wrapPut("boost", b.URI, err)
}

// DeleteBoost takes a boost back. Nothing happens if there is none.
func (tx *Tx) DeleteBoost(ctx context.Context, boosterID, postID social.ID) error {
	n, err := tx.exec(ctx, `delete from boosts where post_id = ? and booster_id = ?`, postID, boosterID)
	if err == nil && n > 0 {
		_, err = tx.exec(ctx, `update posts set boost_count = boost_count - 1 where id = ?`, postID)
	}
	if err != nil {
		return fmt.Errorf("delete boost of %s by %s: %w", postID, boosterID, err)
	}
	return nil
}

const likeColumns = `l.id, l.uri, l.actor_id, l.post_id, l.emoji, l.picture, l.created_at`

func scanLike(r row) (l social.Like, err error) {
	err = r.Scan(&l.ID, &l.URI, &l.ActorID, &l.PostID, &l.Emoji, &l.Picture, (*when)(&l.CreatedAt))
	return l, err
}

// FindLike returns the actor's like of a post; ErrNotFound if there is none.
func (r Reader) FindLike(ctx context.Context, actorID, postID social.ID) (social.Like, error) {
	l, err := find(ctx, r.q, scanLike, `
		select `+likeColumns+` from likes l where l.post_id = ? and l.actor_id = ?`, postID, actorID)
	if err != nil {
		return l, fmt.Errorf("find like of %s by %s: %w", postID, actorID, err)
	}
	return l, nil
}

// FindLikeByURI returns the like that the activity made; ErrNotFound if there
// is none.
func (r Reader) FindLikeByURI(ctx context.Context, uri string) (social.Like, error) {
	l, err := find(ctx, r.q, scanLike, `select `+likeColumns+` from likes l where l.uri = ?`, uri)
	if err != nil {
		return l, fmt.Errorf("find like %s: %w", uri, err)
	}
	return l, nil
}

// Liker is somebody who liked a post.
type Liker struct {
	Like  social.Like
	Actor *social.Actor
}

// ListLikers returns one page of those who liked a post, the last first, from
// before the like's ID on (0: from the newest).
func (r Reader) ListLikers(ctx context.Context, postID social.ID, span Span) ([]Liker, error) {
	likes, err := list(ctx, r.q, scanLike, `
		select `+likeColumns+`
		from likes l
		where l.post_id = ? and l.id < ? and l.id > ?
		order by l.id `+span.order()+`
		limit ?`, span.with(postID)...)
	if err != nil {
		return nil, fmt.Errorf("list likers of %s: %w", postID, err)
	}
	return withActors(ctx, r, likes,
		func(l social.Like) social.ID { return l.ActorID },
		func(l social.Like, a *social.Actor) Liker { return Liker{l, a} })
}

// PutLike keeps a like and counts it; its ID is made if it has none. A second
// one by the same actor takes the place of the first, whose ID stays and is
// returned. A URI that made another like is ErrConflict; a post that is deleted
// or not here is ErrNotFound.
func (tx *Tx) PutLike(ctx context.Context, l social.Like) (social.ID, error) {
	old, err := tx.FindLike(ctx, l.ActorID, l.PostID)
	if err == nil {
		_, err = tx.exec(ctx, `update likes set uri = ?, emoji = ?, picture = ? where id = ?`, l.URI, l.Emoji, l.Picture, old.ID)
		return old.ID, wrapPut("like", l.URI, err)
	}
	if !errors.Is(err, social.ErrNotFound) {
		return 0, wrapPut("like", l.URI, err)
	}
	if l.ID == 0 {
		l.ID = tx.NewID(tx.Now)
	}
	err = tx.set(ctx, `update posts set like_count = like_count + 1 where id = ? and deleted_at is null`, l.PostID)
	if err == nil {
		_, err = tx.exec(ctx, `
			insert into likes (id, uri, actor_id, post_id, emoji, picture, created_at) values (?, ?, ?, ?, ?, ?, ?)`,
			l.ID, l.URI, l.ActorID, l.PostID, l.Emoji, l.Picture, l.CreatedAt.UnixMilli())
	}
	return l.ID, wrapPut("like", l.URI, err)
}

// ListReactions returns how posts were reacted to, by post: the commonest first. A
// mere like is none.
func (r Reader) ListReactions(ctx context.Context, postIDs []social.ID) (map[social.ID][]social.Reaction, error) {
	all := map[social.ID][]social.Reaction{}
	if len(postIDs) == 0 {
		return all, nil
	}
	_, err := list(ctx, r.q, func(r row) (struct{}, error) {
		var id social.ID
		var one social.Reaction
		err := r.Scan(&id, &one.Emoji, &one.Picture, &one.LikeID, &one.Count)
		all[id] = append(all[id], one)
		return struct{}{}, err
	}, `
		select l.post_id, l.emoji, max(l.picture), max(l.id), count(*)
		from json_each(?) j
		cross join likes l on l.post_id = j.value
		where l.emoji <> ''
		group by l.post_id, l.emoji
		order by count(*) desc, min(l.id)`, idList(postIDs))
	if err != nil {
		return nil, fmt.Errorf("list reactions: %w", err)
	}
	return all, nil
}

// FindLikeByID returns a like by our own number; ErrNotFound if there is none.
func (r Reader) FindLikeByID(ctx context.Context, id social.ID) (social.Like, error) {
	l, err := find(ctx, r.q, scanLike, `select `+likeColumns+` from likes l where l.id = ?`, id)
	if err != nil {
		return l, fmt.Errorf("find like %s: %w", id, err)
	}
	return l, nil
}

// DeleteLike takes a like back. Nothing happens if there is none.
func (tx *Tx) DeleteLike(ctx context.Context, actorID, postID social.ID) error {
	n, err := tx.exec(ctx, `delete from likes where post_id = ? and actor_id = ?`, postID, actorID)
	if err == nil && n > 0 {
		_, err = tx.exec(ctx, `update posts set like_count = like_count - 1 where id = ?`, postID)
	}
	if err != nil {
		return fmt.Errorf("delete like of %s by %s: %w", postID, actorID, err)
	}
	return nil
}

// DeleteReactionsBy takes back every boost and like of an actor's.
func (tx *Tx) DeleteReactionsBy(ctx context.Context, actorID social.ID) error {
	for _, query := range []string{
		`update posts set boost_count = boost_count - 1 where id in (select b.post_id from boosts b where b.booster_id = ?)`,
		`delete from boosts where booster_id = ?`,
		`update posts set like_count = like_count - 1 where id in (select l.post_id from likes l where l.actor_id = ?)`,
		`delete from likes where actor_id = ?`,
	} {
		if _, err := tx.exec(ctx, query, actorID); err != nil {
			return fmt.Errorf("delete reactions by %s: %w", actorID, err)
		}
	}
	return nil
}

func wrapPut(noun, uri string, err error) error {
	if err != nil {
		return fmt.Errorf("put %s %s: %w", noun, uri, err)
	}
	return nil
}

// withActors pairs the rows of a page with the actors they name.
func withActors[T, U any](ctx context.Context, r Reader, rows []T, id func(T) social.ID, pair func(T, *social.Actor) U) ([]U, error) {
	ids := make([]social.ID, len(rows))
	for i, one := range rows {
		ids[i] = id(one)
	}
	actors, err := r.actorsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	var all []U
	for _, one := range rows {
		all = append(all, pair(one, actors[id(one)]))
	}
	return all, nil
}
