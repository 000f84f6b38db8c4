package store

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"croft/social"
)

// visible is the SQL twin of social.Post.VisibleTo; ?1 to ?4 are viewerArgs. A
// viewer is of another server, so that in to_uris and cc_uris their URI is
// written in full (shortURI).
// Every list for a Viewer uses it.
const visible = `p.deleted_at is null and (?1 or not ?2 and (
	p.visibility in ('public', 'unlisted')
	or p.local and ?3 <> '' and (
		p.visibility = 'followers' and ?4
		or p.mentions <> '' and exists (select 1 from json_each(p.mentions) j where j.value ->> 'u' = ?3)
		or p.to_uris <> '' and exists (select 1 from json_each(p.to_uris) j where j.value = ?3)
		or p.cc_uris <> '' and exists (select 1 from json_each(p.cc_uris) j where j.value = ?3))))`

// welcome leaves out those whom the owner blocks, by name or with their server:
// they are in no list, whoever looks. The small index spares a look at every
// author's row.
const welcome = `not exists (select 1 from blocks k where k.actor_id = p.author_id)
	and not exists (select 1 from actors w indexed by actors_host_blocked where w.id = p.author_id and w.host_blocked = 1)`

// unmuted leaves out those whom the owner does not want to hear of just now; ?1
// is the moment in milliseconds.
const unmuted = `not exists (select 1 from mutes u where u.actor_id = p.author_id and (u.until is null or u.until > ?1))`

// viewerArgs are the first four arguments of a query that says visible.
func viewerArgs(v social.Viewer, more ...any) []any {
	return append([]any{v.Owner, v.Blocked, v.ActorURI, v.Follows}, more...)
}

// upTo makes the end of a page: 0 stands for no end.
func upTo(before social.ID) social.ID {
	if before == 0 {
		return math.MaxInt64
	}
	return before
}

// Entry is a line of a timeline: a post, or somebody's boost of one.
type Entry struct {
	ID        social.ID // of the boost if it is one, else of the post; pages go by it
	Post      *social.Post
	Boost     *social.Boost // nil if it is the post itself
	BoostedBy *social.Actor // likewise
}

// line is an Entry before its post is loaded.
type line struct {
	id, postID social.ID
	boost      *social.Boost
}

func scanLine(r row) (l line, err error) {
	var uri maybeText
	var booster maybeID
	var created time.Time
	err = r.Scan(&l.id, &l.postID, &uri, &booster, (*when)(&created))
	if booster != 0 {
		l.boost = &social.Boost{
			ID: l.id, URI: string(uri), BoosterID: social.ID(booster), PostID: l.postID, CreatedAt: created,
		}
	}
	return l, err
}

// AuthorQuery asks for a page of what an actor wrote and boosted.
type AuthorQuery struct {
	Span
	NoReplies bool // without answers to others
	NoBoosts  bool
	OnlyMedia bool   // only their own posts with something attached
	Tag       string // only their own posts with this hashtag; empty means any
}

// ListByAuthor returns one page of what an actor wrote and boosted, as far as
// the viewer may see it. Direct posts are not among them.
func (r Reader) ListByAuthor(ctx context.Context, author social.ID, v social.Viewer, q AuthorQuery) ([]Entry, error) {
	lines, err := list(ctx, r.q, scanLine, byAuthor(q.order()),
		viewerArgs(v, author, upTo(q.Before), q.Limit, q.After, q.NoReplies, q.NoBoosts || q.OnlyMedia || q.Tag != "", q.OnlyMedia, strings.ToLower(q.Tag))...)
	if err != nil {
		return nil, fmt.Errorf("list by author %s: %w", author, err)
	}
	entries, err := r.entries(ctx, lines)
	if err != nil {
		return nil, fmt.Errorf("list by author %s: %w", author, err)
	}
	return entries, nil
}

func byAuthor(order string) string {
	return `
		select * from (
			select p.id as id, p.id as post_id, null as uri, null as booster_id, null as created_at
			from posts p
			where p.author_id = ?5 and p.id < ?6 and p.id > ?8 and p.visibility <> 'direct' and ` + visible + `
				and (not ?9 or ` + answersNobodyElse + `)
				and (not ?11 or exists (select 1 from attachments m where m.post_id = p.id))
				and (?12 = '' or exists (select 1 from post_tags t where t.tag = ?12 and t.post_id = p.id))
			order by p.id ` + order + `
			limit ?7)
		union all
		select * from (
			select b.id, b.post_id, b.uri, b.booster_id, b.created_at
			from boosts b
			join posts p on p.id = b.post_id
			where not ?10 and b.booster_id = ?5 and b.id < ?6 and b.id > ?8 and p.visibility <> 'direct' and ` + visible + ` and ` + welcome + `
			order by b.id ` + order + `
			limit ?7)
		order by id ` + order + `
		limit ?7`
}

// entries loads the posts and boosters of a page of lines.
func (r Reader) entries(ctx context.Context, lines []line) ([]Entry, error) {
	var postIDs, boosterIDs []social.ID
	for _, l := range lines {
		postIDs = append(postIDs, l.postID)
		if l.boost != nil {
			boosterIDs = append(boosterIDs, l.boost.BoosterID)
		}
	}
	posts, err := r.ListPosts(ctx, distinct(postIDs))
	if err != nil {
		return nil, err
	}
	boosters, err := r.actorsByID(ctx, boosterIDs)
	if err != nil {
		return nil, err
	}
	byID := make(map[social.ID]*social.Post, len(posts))
	for _, p := range posts {
		byID[p.ID] = p
	}
	entries := make([]Entry, 0, len(lines))
	for _, l := range lines {
		e := Entry{ID: l.id, Post: byID[l.postID], Boost: l.boost}
		if l.boost != nil {
			e.BoostedBy = boosters[l.boost.BoosterID]
		}
		if e.Post == nil || !e.Post.DeletedAt.IsZero() {
			continue // it went between two queries
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// TagQuery asks for a page of posts with a hashtag.
type TagQuery struct {
	Span
	Tag       string   // without #, in any case
	Any       []string // or one of these
	All, None []string // and all of these, and none of those
	Local     bool     // only the owner's
	Remote    bool     // only others'
	OnlyMedia bool
}

// ListByTag returns one page of posts with a hashtag. Others than the owner are
// shown the owner's public posts and nobody else's.
func (r Reader) ListByTag(ctx context.Context, q TagQuery, v social.Viewer) ([]*social.Post, error) {
	tag := strings.ToLower(q.Tag)
	if len(q.Any) > 0 {
		tag = encode(lowered(append([]string{tag}, q.Any...)))
	}
	return r.listPosts(ctx, byTag(q.order(), len(q.Any) > 0), viewerArgs(v,
		tag, upTo(q.Before), q.Limit, q.After,
		len(q.All) == 0, encode(lowered(q.All)), len(q.None) == 0, encode(lowered(q.None)), q.Local, q.Remote, q.OnlyMedia)...)
}

// byTag walks the index of one tag in its order. Of several tags it has to
// gather all posts first.
func byTag(order string, several bool) string {
	tagged, once := "t.tag = ?5", ""
	if several {
		tagged, once = "t.tag in (select j.value from json_each(?5) j)", "group by t.post_id"
	}
	return `
		select ` + postColumns + `
		from post_tags t
		join posts p on p.id = t.post_id
		where ` + tagged + ` and t.post_id < ?6 and t.post_id > ?8 and p.visibility <> 'direct'
			and (?1 or p.local and p.visibility = 'public') and ` + visible + ` and ` + welcome + `
			and (not ?13 or p.local) and not (?14 and p.local)
			and (not ?15 or exists (select 1 from attachments m where m.post_id = p.id))
			and (?9 or not exists (select 1 from json_each(?10) j where not exists (
				select 1 from post_tags o where o.tag = j.value and o.post_id = p.id)))
			and (?11 or not exists (select 1 from json_each(?12) j
				join post_tags o on o.tag = j.value and o.post_id = p.id))
		` + once + `
		order by t.post_id ` + order + `
		limit ?7`
}

func lowered(tags []string) []string {
	low := make([]string, len(tags))
	for i, tag := range tags {
		low[i] = strings.ToLower(tag)
	}
	return low
}

// maxPinned bounds what a stranger can have shown at the top of their page.
const maxPinned = 20

// ListPinned returns the posts that an author pinned, as far as the viewer may
// see them, the one pinned last first, and no more than maxPinned.
func (r Reader) ListPinned(ctx context.Context, author social.ID, v social.Viewer) ([]*social.Post, error) {
	return r.listPosts(ctx, `
		select `+postColumns+`
		from posts p
		where p.author_id = ?5 and p.pinned_at is not null and `+visible+`
		order by p.pinned_at desc, p.id desc
		limit ?6`, viewerArgs(v, author, maxPinned)...)
}
