package store

import (
	"context"
	"fmt"

	"croft/social"
)

// ListHome returns one page of the owner's timeline, newest first, from before
// the ID on (0: from the newest): posts of the owner and of those they follow,
// and what these boosted. Direct posts are not among them (ListDirect), nor
// anything by somebody muted or blocked.
func (r Reader) ListHome(ctx context.Context, before social.ID, limit int) ([]Entry, error) {
	entries, err := r.listHome(ctx, before, limit)
	if err != nil {
		return nil, fmt.Errorf("list home: %w", err)
	}
	return entries, nil
}

// listHome looks through the newest posts first, where a page is commonly full
// soon. Where strangers wrote most of them, it asks each of those who are heard.
func (r Reader) listHome(ctx context.Context, before social.ID, limit int) ([]Entry, error) {
	floor, err := r.findHomeFloor(ctx, before)
	if err != nil {
		return nil, err
	}
	lines, err := list(ctx, r.q, scanLine, homeByTime(), r.q.moment().UnixMilli(), upTo(before), limit, floor)
	if err == nil && floor > 0 && len(lines) < limit {
		lines, err = list(ctx, r.q, scanLine, homeByAuthor(), r.q.moment().UnixMilli(), upTo(before), limit)
	}
	if err != nil {
		return nil, err
	}
	return r.entries(ctx, lines)
}

// homeWindow is how many posts, and how many boosts, are looked through one by
// one at most.
const homeWindow = 1000

// findHomeFloor is the ID below which one would look through more than
// homeWindow posts or boosts; 0 if there are fewer.
func (r Reader) findHomeFloor(ctx context.Context, before social.ID) (social.ID, error) {
	return find(ctx, r.q, scanID, `
		select max(
			ifnull((select p.id from posts p where p.id < ?1 order by p.id desc limit 1 offset ?2), 0),
			ifnull((select b.id from boosts b where b.id < ?1 order by b.id desc limit 1 offset ?2), 0))`,
		upTo(before), homeWindow)
}

// heard is a fixed fragment: the actor of the column is the owner, or followed
// by them, and not muted.
func heard(column string) string {
	return `(` + column + ` = (select h.owner_id from home h)
		or exists (select 1 from follows f where f.follower_id = (select h.owner_id from home h)
			and f.followed_id = ` + column + ` and f.state = 'accepted'))
		and not exists (select 1 from mutes u where u.actor_id = ` + column + ` and (u.until is null or u.until > ?1))`
}

// homely is a fixed fragment: a post that may stand in the home timeline.
const homely = `p.deleted_at is null and p.visibility <> 'direct' and ` + welcome

// homeByTime goes from the newest to the floor, ?4.
func homeByTime() string {
	return `
	select * from (
		select p.id as id, p.id as post_id, null as uri, null as booster_id, null as created_at
		from posts p
		where p.id < ?2 and p.id >= ?4 and ` + homely + ` and ` + heard("p.author_id") + `
		order by p.id desc
		limit ?3)
	union all
	select * from (
		select b.id, b.post_id, b.uri, b.booster_id, b.created_at
		from boosts b
		join posts p on p.id = b.post_id
		where b.id < ?2 and b.id >= ?4 and ` + homely + ` and ` + unmuted + ` and ` + heard("b.booster_id") + `
		order by b.id desc
		limit ?3)
	order by id desc
	limit ?3`
}

// homeByAuthor asks everybody who is heard for the last thing they said, and
// then only those who spoke last for a page: no more of them than the page has
// lines can stand on it.
func homeByAuthor() string {
	return `
	with heard (id) as (
		select h.owner_id from home h
		union all
		select f.followed_id from follows f where f.follower_id = (select h.owner_id from home h) and f.state = 'accepted'
	),
	listened (id) as (
		select e.id from heard e
		where not exists (select 1 from mutes u where u.actor_id = e.id and (u.until is null or u.until > ?1))
	),
	authors (id) as materialized (
		select e.id from listened e
		order by ` + homePosts("1") + ` desc
		limit ?3
	),
	boosters (id) as materialized (
		select e.id from listened e
		order by ` + homeBoosts("1") + ` desc
		limit ?3
	)
	select p.id as id, p.id as post_id, null as uri, null as booster_id, null as created_at
	from authors e
	cross join posts p on p.id in ` + homePosts("?3") + `
	union all
	select b.id, b.post_id, b.uri, b.booster_id, b.created_at
	from boosters e
	cross join boosts b on b.id in ` + homeBoosts("?3") + `
	order by id desc
	limit ?3`
}

// homePosts is a fixed fragment: the last posts of the actor e, by an index that
// has all it looks at.
func homePosts(limit string) string {
	return `(
			select p.id from posts p
			where p.author_id = e.id and p.id < ?2 and ` + homely + `
			order by p.id desc
			limit ` + limit + `)`
}

// homeBoosts is homePosts for what the actor boosted.
func homeBoosts(limit string) string {
	return `(
			select b.id from boosts b
			join posts p on p.id = b.post_id
			where b.booster_id = e.id and b.id < ?2 and ` + homely + ` and ` + unmuted + `
			order by b.id desc
			limit ` + limit + `)`
}
