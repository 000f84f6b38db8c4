package store

import (
	"context"
	"fmt"
	"math"

	"croft/social"
)

// HomeQuery asks for a page of the owner's timeline.
type HomeQuery struct {
	Span
	AllReplies bool // with replies to people whom the owner does not follow
	NoBoosts   bool
}

// HomeLine is a line of the owner's timeline before its post is loaded.
type HomeLine struct {
	ID       social.ID // of the boost if it is one, else of the post; pages go by it
	PostID   social.ID
	AuthorID social.ID     // of the post
	Boost    *social.Boost // nil if it is the post itself
}

func scanHomeLine(r row) (h HomeLine, err error) {
	l, err := scanLine(rowPlus{r, []any{&h.AuthorID}})
	h.ID, h.PostID, h.Boost = l.id, l.postID, l.boost
	return h, err
}

// ListHome returns one page of the owner's timeline, newest first: posts of the
// owner and of those they follow, what these boosted, and public posts with a
// hashtag that the owner follows. Direct posts are not
// among them (ListDirect), nor anything by somebody muted or blocked, nor boosts
// of those whose boosts are hidden.
func (r Reader) ListHome(ctx context.Context, q HomeQuery) ([]Entry, error) {
	lines, err := r.ListHomeLines(ctx, q)
	if err != nil {
		return nil, err
	}
	return r.ListHomeEntries(ctx, lines)
}

// ListHomeEntries loads the posts of lines. One that went meanwhile is left out.
func (r Reader) ListHomeEntries(ctx context.Context, lines []HomeLine) ([]Entry, error) {
	plain := make([]line, len(lines))
	for i, l := range lines {
		plain[i] = line{id: l.ID, postID: l.PostID, boost: l.Boost}
	}
	entries, err := r.entries(ctx, plain)
	if err != nil {
		return nil, fmt.Errorf("list home entries: %w", err)
	}
	return entries, nil
}

// ListHomeLines is ListHome without the posts. It looks through the nearest
// posts first, where a page is commonly full soon. Where strangers wrote most of
// them, it asks each of those who are heard.
func (r Reader) ListHomeLines(ctx context.Context, q HomeQuery) ([]HomeLine, error) {
	near, whole, err := r.homeWindow(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("list home: %w", err)
	}
	lines, err := list(ctx, r.q, scanHomeLine, homeByTime(q.Upwards), r.homeArgs(near)...)
	if err == nil && !whole && len(lines) < q.Limit {
		lines, err = list(ctx, r.q, scanHomeLine, homeByAuthor(q.Upwards), r.homeArgs(q)...)
	}
	if err != nil {
		return nil, fmt.Errorf("list home: %w", err)
	}
	return lines, nil
}

// homeArgs are the arguments of every query that says heard.
func (r Reader) homeArgs(q HomeQuery) []any {
	return []any{r.q.moment().UnixMilli(), upTo(q.Before), q.Limit, q.After, q.AllReplies, q.NoBoosts}
}

// homeNear is how many posts, and how many boosts, are looked through one by one
// at most: enough where the owner hears one in eight. To count so many off costs
// as well.
func homeNear(limit int) int { return 100 + 8*limit }

// homeWindow is the part of a question that can be answered by looking through
// homeNear posts or boosts, and whether that is the whole of it.
func (r Reader) homeWindow(ctx context.Context, q HomeQuery) (near HomeQuery, whole bool, err error) {
	edge, err := find(ctx, r.q, scanID, homeEdge(q.Upwards), upTo(q.Before), q.After, homeNear(q.Limit))
	near = q
	switch {
	case err != nil || edge == 0 || edge == math.MaxInt64:
		return q, true, err
	case q.Upwards:
		near.Before = edge + 1
	default:
		near.After = edge - 1
	}
	return near, false, nil
}

// homeEdge finds where one would have looked through too many: 0, or upwards the
// last of all numbers, if there are fewer.
func homeEdge(upwards bool) string {
	pick, none, order := "max", "0", "desc"
	if upwards {
		pick, none, order = "min", "9223372036854775807", "asc"
	}
	return `
		select ` + pick + `(
			ifnull((select p.id from posts p where p.id < ?1 and p.id > ?2 order by p.id ` + order + ` limit 1 offset ?3), ` + none + `),
			ifnull((select b.id from boosts b where b.id < ?1 and b.id > ?2 order by b.id ` + order + ` limit 1 offset ?3), ` + none + `))`
}

// heard is a fixed fragment: the actor of the column is the owner, or followed
// by them with what more says of the follow f, or else is another reason; and they
// are not muted.
func heard(column, more, another string) string {
	return `(` + column + ` = (select h.owner_id from home h)
		or exists (select 1 from follows f where f.follower_id = (select h.owner_id from home h)
			and f.followed_id = ` + column + ` and f.state = 'accepted' and f.aside = 0` + more + `)` + another + `)
		and not exists (select 1 from mutes u where u.actor_id = ` + column + ` and (u.until is null or u.until > ?1))`
}

// byStranger is a fixed fragment: a public post by somebody whom the owner does not
// follow. Of whom they follow the follow says what is seen.
const byStranger = `p.visibility = 'public' and not p.local and not exists (
	select 1 from follows g where g.follower_id = (select h.owner_id from home h) and g.followed_id = p.author_id and g.state = 'accepted')`

// tagged is a fixed fragment, a reason for heard: the post has a hashtag that the
// owner follows.
const tagged = ` or ` + byStranger + ` and exists (
	select 1 from followed_tags x cross join post_tags t where t.tag = x.tag and t.post_id = p.id)`

// homely is a fixed fragment: a post that may stand in the home timeline.
const homely = `p.deleted_at is null and p.visibility <> 'direct' and ` + welcome

// between is a fixed fragment: no reply, or one to the owner, to its own author
// or to somebody whom the owner follows, or by the owner. What answers a post
// that is not here is a reply to a stranger. ?5 lets all of them in.
const between = `(?5 or p.in_reply_to_id is null and p.in_reply_to is null
		or p.author_id = (select h.owner_id from home h)
		or exists (select 1 from posts q where q.id = p.in_reply_to_id and (q.author_id = p.author_id
			or q.author_id = (select h.owner_id from home h)
			or exists (select 1 from follows g where g.follower_id = (select h.owner_id from home h)
				and g.followed_id = q.author_id and g.state = 'accepted'))))`

// understood is a fixed fragment of a follow, or of another row that has its
// languages: the post is in one of them, or says in none.
func understood(row string) string {
	return ` and (` + row + `.languages = '' or p.language = '' or exists (
		select 1 from json_each(` + row + `.languages) j where p.language = j.value or p.language like j.value || '-%'))`
}

// shown is a fixed fragment of a follow: what the followed boosts shall be seen.
const shown = ` and f.hide_boosts = 0`

const (
	postLine  = `p.id as id, p.id as post_id, null as uri, null as booster_id, null as created_at, p.author_id as author_id`
	boostLine = `b.id, b.post_id, b.uri, b.booster_id, b.created_at, p.author_id`
)

func homeOrder(upwards bool) string {
	if upwards {
		return "asc"
	}
	return "desc"
}

// homeByTime looks at everything between two IDs. Each half comes in order, and
// SQLite looks at no more of either than the page holds: a limit on each would
// have it find a whole page of boosts, most of them to be thrown away.
func homeByTime(upwards bool) string {
	return `
	select ` + postLine + `
	from posts p
	where p.id < ?2 and p.id > ?4 and ` + homely + ` and ` + between + ` and ` + heard("p.author_id", understood("f"), tagged) + `
	union all
	select ` + boostLine + `
	from boosts b
	cross join posts p on p.id = b.post_id
	where b.id < ?2 and b.id > ?4 and not ?6 and ` + homely + ` and ` + unmuted + ` and ` + heard("b.booster_id", shown, "") + `
	order by id ` + homeOrder(upwards) + `
	limit ?3`
}

// homeByAuthor asks everybody who is heard for the last thing they said (upwards
// for the first), and then only those who spoke last for a page: no more of them
// than the page has lines can stand on it.
func homeByAuthor(upwards bool) string {
	return byEach(homeOrder(upwards), between, `
		select h.owner_id, 1, '' from home h
		union all
		select f.followed_id, not f.hide_boosts, f.languages
		from follows f where f.follower_id = (select h.owner_id from home h) and f.state = 'accepted' and f.aside = 0`,
		byTags(homeOrder(upwards)))
}

// byTags are the last posts of strangers with each hashtag that the owner follows.
func byTags(order string) string {
	return `
	union all
	select distinct p.id, p.id, null, null, null, p.author_id
	from followed_tags x
	cross join posts p on p.id in (
			select t.post_id
			from post_tags t
			cross join posts p on p.id = t.post_id
			where t.tag = x.tag and t.post_id < ?2 and t.post_id > ?4 and ` + homely + ` and ` + between + ` and ` + unmuted + ` and ` + byStranger + `
			order by t.post_id ` + order + `
			limit ?3)`
}

// homeByMember is homeByAuthor for the members of the list ?7, whose replies are
// as ?8 says.
func homeByMember(upwards bool) string {
	return byEach(homeOrder(upwards), betweenMembers, `
		select e.actor_id, not f.hide_boosts, f.languages
		from list_members e
		join follows f on f.follower_id = (select h.owner_id from home h) and f.followed_id = e.actor_id and f.state = 'accepted'
		where e.list_id = ?7`, "")
}

// betweenMembers is between for a list: no reply, or one to its own author, and
// as the list has it to its members or to whom the owner follows.
const betweenMembers = `(p.in_reply_to_id is null and p.in_reply_to is null
		or exists (select 1 from posts q where q.id = p.in_reply_to_id and (q.author_id = p.author_id
			or ?8 = 'list' and exists (select 1 from list_members o where o.list_id = ?7 and o.actor_id = q.author_id)
			or ?8 = 'followed' and (q.author_id = (select h.owner_id from home h)
				or exists (select 1 from follows g where g.follower_id = (select h.owner_id from home h)
					and g.followed_id = q.author_id and g.state = 'accepted')))))`

// byEach asks each of those who are heard, by id, whether their boosts are, and in
// which languages; another is what else belongs there.
func byEach(order, replies, who, another string) string {
	return `
	with heard (id, boosts, languages) as (` + who + `
	),
	listened (id, boosts, languages) as (
		select e.id, e.boosts, e.languages from heard e
		where not exists (select 1 from mutes u where u.actor_id = e.id and (u.until is null or u.until > ?1))
	),
	authors (id, languages) as materialized (
		select e.id, e.languages from listened e
		order by ` + homePosts(order, "1", replies) + ` ` + order + ` nulls last
		limit ?3
	),
	boosters (id) as materialized (
		select e.id from listened e
		where e.boosts and not ?6
		order by ` + homeBoosts(order, "1") + ` ` + order + ` nulls last
		limit ?3
	)
	select ` + postLine + `
	from authors e
	cross join posts p on p.id in ` + homePosts(order, "?3", replies) + `
	union all
	select ` + boostLine + `
	from boosters e
	cross join boosts b on b.id in ` + homeBoosts(order, "?3") + `
	cross join posts p on p.id = b.post_id` + another + `
	order by id ` + order + `
	limit ?3`
}

// homePosts is a fixed fragment: the last posts of the actor e, by an index that
// has all it looks at but for whom a reply answers.
func homePosts(order, limit, replies string) string {
	return `(
			select p.id from posts p
			where p.author_id = e.id and p.id < ?2 and p.id > ?4 and ` + homely + ` and ` + replies + understood("e") + `
			order by p.id ` + order + `
			limit ` + limit + `)`
}

// homeBoosts is homePosts for what the actor boosted.
func homeBoosts(order, limit string) string {
	return `(
			select b.id from boosts b
			join posts p on p.id = b.post_id
			where b.booster_id = e.id and b.id < ?2 and b.id > ?4 and ` + homely + ` and ` + unmuted + `
			order by b.id ` + order + `
			limit ` + limit + `)`
}

// ListSeenBoosts returns which of the boosts among the lines pass on what had
// stood in the timeline when the owner read up to the marker: the post itself,
// or an earlier boost of it. Of q it takes what is filtered.
func (r Reader) ListSeenBoosts(ctx context.Context, lines []HomeLine, marker social.ID, q HomeQuery) (map[social.ID]bool, error) {
	var asked [][3]social.ID
	for _, l := range lines {
		if l.Boost != nil {
			asked = append(asked, [3]social.ID{l.ID, l.PostID, min(marker, l.ID-1)})
		}
	}
	if len(asked) == 0 || marker == 0 {
		return nil, nil
	}
	ids, err := list(ctx, r.q, scanID, seenBoosts(), r.q.moment().UnixMilli(), encode(asked), nil, nil, q.AllReplies, q.NoBoosts)
	if err != nil {
		return nil, fmt.Errorf("list seen boosts: %w", err)
	}
	seen := make(map[social.ID]bool, len(ids))
	for _, id := range ids {
		seen[id] = true
	}
	return seen, nil
}

// seenBoosts takes for seen what its author was followed for when it was said. A
// post that was fetched long after it was published stood nowhere before.
func seenBoosts() string {
	const line, post, bound = `(j.value ->> 0)`, `(j.value ->> 1)`, `(j.value ->> 2)`
	return `
	select ` + line + `
	from json_each(?2) j
	where exists (
			select 1 from posts p
			where p.id = ` + post + ` and p.id <= ` + bound + ` and ifnull(p.fetched_at, 0) < p.published_at + 86400000
				and ` + homely + ` and ` + between + ` and ` + heard("p.author_id", understood("f")+` and f.created_at <= p.published_at`, "") + `)
		or exists (
			select 1 from boosts b
			where b.post_id = ` + post + ` and b.id <= ` + bound + ` and not ?6
				and ` + heard("b.booster_id", shown+` and f.created_at <= b.created_at`, "") + `)`
}
