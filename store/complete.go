package store

import (
	"context"
	"fmt"
	"strings"

	"croft/social"
)

// The parts of what CompleteActors asks. The owner knows who follows or is
// followed; each range goes along an index and ends with the limit.
const (
	byHandle = `a.name >= ?1 and a.name < ?1 || char(0x10ffff) and a.handle_host >= ?2 and a.handle_host < ?2 || char(0x10ffff)`
	byName   = `?2 = '' and a.display_name <> '' and a.display_name >= ?1 and a.display_name < ?1 || char(0x10ffff)`
	befriend = ` and (exists (select 1 from follows f where f.follower_id = (select h.owner_id from home h) and f.followed_id = a.id)
		or exists (select 1 from follows f where f.follower_id = a.id and f.followed_id = (select h.owner_id from home h)))`
	inHandleOrder = ` order by a.name, a.handle_host limit ?3`
	inNameOrder   = ` order by a.display_name limit ?3`
)

// CompleteActors lists people whose handle or display name begins with the
// text, to be named in a post: those who follow the owner or are followed come
// first, then whoever else is known. Who is gone, blocked or of this home is
// left out.
func (r Reader) CompleteActors(ctx context.Context, text string, limit int) ([]*social.Actor, error) {
	name, host, _ := strings.Cut(strings.TrimPrefix(text, "@"), "@")
	if name == "" {
		return nil, nil
	}
	var found []*social.Actor
	seen := map[social.ID]bool{}
	for _, rule := range []string{byHandle + befriend + inHandleOrder, byName + befriend + inNameOrder, byHandle + inHandleOrder, byName + inNameOrder} {
		some, err := list(ctx, r.q, scanActor, `
			select `+actorColumns+`
			from actors a
			where a.local = 0 and a.gone_at is null and a.host_blocked = 0
				and not exists (select 1 from blocks k where k.actor_id = a.id)
				and `+rule, name, strings.ToLower(host), limit)
		if err != nil {
			return nil, fmt.Errorf("complete actors %q: %w", text, err)
		}
		for _, a := range some {
			if !seen[a.ID] && len(found) < limit {
				seen[a.ID] = true
				found = append(found, a)
			}
		}
		if len(found) == limit {
			break
		}
	}
	return found, nil
}

// tagMemory is how many of the owner's latest posts are read for hashtags.
const tagMemory = 1000

// CompleteTags lists hashtags, without #, that begin with the text: those of the
// owner's latest posts first, the latest one first and as it was written there,
// then others that are known, in lower case.
func (r Reader) CompleteTags(ctx context.Context, text string, limit int) ([]string, error) {
	text = strings.ToLower(strings.TrimPrefix(text, "#"))
	if text == "" {
		return nil, nil
	}
	used, err := list(ctx, r.q, scanText, `
		select j.value
		from (
			select p.id, p.tags
			from home h
			cross join posts p on p.author_id = h.owner_id
			where p.deleted_at is null
			order by p.id desc
			limit ?) latest
		cross join json_each(latest.tags) j
		where latest.tags <> ''`, tagMemory)
	if err != nil {
		return nil, fmt.Errorf("complete tags %q: %w", text, err)
	}
	// From one hashtag to the next along the index: a popular one has many posts.
	known, err := list(ctx, r.q, scanText, `
		with recursive next (tag) as (
			select (select min(t.tag) from post_tags t where t.tag >= ?1)
			union all
			select (select min(t.tag) from post_tags t where t.tag > next.tag) from next where next.tag is not null
			limit ?2)
		select next.tag from next where next.tag < ?1 || char(0x10ffff)`, text, limit)
	if err != nil {
		return nil, fmt.Errorf("complete tags %q: %w", text, err)
	}
	var found []string
	seen := map[string]bool{}
	for _, tag := range append(used, known...) {
		lower := strings.ToLower(tag)
		if strings.HasPrefix(lower, text) && !seen[lower] && len(found) < limit {
			seen[lower] = true
			found = append(found, tag)
		}
	}
	return found, nil
}
