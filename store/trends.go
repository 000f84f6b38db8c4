package store

import (
	"context"
	"fmt"
	"time"

	"croft/social"
)

// recent is what those whom the owner follows wrote and passed on of public posts
// since ?1, an ID: each post with each of them once.
const recent = `
	with recent (post_id, actor_id) as materialized (
		select p.id, p.author_id
		from posts p
		where p.id > ?1 and p.visibility = 'public' and p.deleted_at is null and not p.local
			and exists (select 1 from follows f where f.follower_id = (select h.owner_id from home h) and f.followed_id = p.author_id and f.state = 'accepted')
			and ` + notMutedNow + ` and ` + welcome + `
		union
		select b.post_id, b.booster_id
		from boosts b not indexed
		cross join posts p on p.id = b.post_id
		where b.id > ?1 and p.visibility = 'public' and p.deleted_at is null
			and exists (select 1 from follows f where f.follower_id = (select h.owner_id from home h) and f.followed_id = b.booster_id and f.state = 'accepted')
			and ` + notMutedNow + ` and ` + welcome + `
	)`

// notMutedNow is unmuted where ?2 is the moment in milliseconds.
const notMutedNow = `not exists (select 1 from mutes u where u.actor_id = p.author_id and (u.until is null or u.until > ?2))`

// Page is a part of a list that has an order of its own, which may change: how many
// lines to pass over, and how many to return.
type Page struct{ Offset, Limit int }

// Trend is something that several people had to do with.
type Trend struct {
	People, Posts int
}

// TrendingTag is a hashtag, in lower case, that is used.
type TrendingTag struct {
	Name string
	Trend
}

// TrendingLink is a page that is led to.
type TrendingLink struct {
	Link
	Trend
}

func (r Reader) trendArgs(since time.Time, page Page) []any {
	return []any{social.NewID(since, 0), r.q.moment().UnixMilli(), page.Limit, page.Offset}
}

// ListTrendingTags returns the hashtags of what those whom the owner follows wrote
// and passed on since the moment, by how many of them did.
func (r Reader) ListTrendingTags(ctx context.Context, since time.Time, page Page) ([]TrendingTag, error) {
	all, err := list(ctx, r.q, func(r row) (t TrendingTag, err error) {
		err = r.Scan(&t.Name, &t.People, &t.Posts)
		return t, err
	}, recent+`
		select lower(j.value) as name, count(distinct e.actor_id), count(distinct e.post_id)
		from recent e
		cross join posts p on p.id = e.post_id
		cross join json_each(iif(p.tags = '', '[]', p.tags)) j
		group by name
		order by 2 desc, 3 desc, name
		limit ?3 offset ?4`, r.trendArgs(since, page)...)
	if err != nil {
		return nil, fmt.Errorf("list trending tags: %w", err)
	}
	return all, nil
}

// ListTrendingPosts returns the posts that most of those whom the owner follows
// passed on since the moment.
func (r Reader) ListTrendingPosts(ctx context.Context, since time.Time, page Page) ([]*social.Post, error) {
	ids, err := list(ctx, r.q, scanID, recent+`
		select e.post_id
		from recent e
		cross join posts p on p.id = e.post_id
		where e.actor_id <> p.author_id
		group by e.post_id
		order by count(*) desc, e.post_id desc
		limit ?3 offset ?4`, r.trendArgs(since, page)...)
	if err != nil {
		return nil, fmt.Errorf("list trending posts: %w", err)
	}
	posts, err := r.ListPosts(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("list trending posts: %w", err)
	}
	byID := make(map[social.ID]*social.Post, len(posts))
	for _, p := range posts {
		byID[p.ID] = p
	}
	ordered := make([]*social.Post, 0, len(posts))
	for _, id := range ids {
		if byID[id] != nil {
			ordered = append(ordered, byID[id])
		}
	}
	return ordered, nil
}

// ListTrendingLinks returns the pages that most of those whom the owner follows led
// to since the moment, each with the last post that does.
func (r Reader) ListTrendingLinks(ctx context.Context, since time.Time, page Page) ([]TrendingLink, error) {
	var ids []social.ID
	all, err := list(ctx, r.q, func(r row) (t TrendingLink, err error) {
		var id social.ID
		err = r.Scan(&t.URL, &t.People, &t.Posts, &id)
		ids = append(ids, id)
		return t, err
	}, recent+`
		select l.url, count(distinct e.actor_id), count(distinct e.post_id), max(e.post_id)
		from recent e
		cross join post_links l on l.post_id = e.post_id
		group by l.url
		order by 2 desc, 3 desc, 4 desc
		limit ?3 offset ?4`, r.trendArgs(since, page)...)
	if err != nil {
		return nil, fmt.Errorf("list trending links: %w", err)
	}
	posts, err := r.ListPosts(ctx, distinct(ids))
	if err != nil {
		return nil, fmt.Errorf("list trending links: %w", err)
	}
	for i, id := range ids {
		for _, p := range posts {
			if p.ID == id {
				all[i].Post = p
			}
		}
		for _, one := range linksOfMaybe(all[i].Post) {
			if one.URL == all[i].URL {
				all[i].Name = one.Name
			}
		}
	}
	return all, nil
}

func linksOfMaybe(p *social.Post) []Link {
	if p == nil {
		return nil
	}
	return linksOf(p)
}
