package store

import (
	"context"
	"fmt"

	"croft/social"
)

// PublicQuery asks for a page of the public posts known here.
type PublicQuery struct {
	Span
	Local     bool // only the owner's
	Remote    bool // only others'
	OnlyMedia bool // only with something attached
}

// ListPublic returns one page of public posts that answer nothing, by whoever is
// neither blocked nor muted. Others than the owner are shown the owner's.
func (r Reader) ListPublic(ctx context.Context, q PublicQuery, v social.Viewer) ([]*social.Post, error) {
	if q.Local && q.Remote || q.Remote && !v.Owner {
		return nil, nil
	}
	local := q.Local || !v.Owner
	return r.listPosts(ctx, public(q.order(), local, q.OnlyMedia), r.q.moment().UnixMilli(), upTo(q.Before), q.After, q.Limit, q.Remote)
}

// public walks the posts by number; the owner's by an index of theirs, and what
// has something attached by the attachments, of which there are fewer.
func public(order string, local, onlyMedia bool) string {
	from, by, once := "posts p", "p.id", ""
	if onlyMedia {
		from, by, once = "attachments m indexed by attachments_post join posts p on p.id = m.post_id", "m.post_id", "group by m.post_id"
	}
	whose := ""
	if local {
		whose = "and p.author_id = (select h.owner_id from home h)"
	}
	return `
		select ` + postColumns + `
		from ` + from + `
		where ` + by + ` < ?2 and ` + by + ` > ?3 and p.visibility = 'public' and p.deleted_at is null
			and p.in_reply_to is null and p.in_reply_to_id is null ` + whose + ` and (not ?5 or not p.local)
			and ` + unmuted + ` and ` + welcome + `
		` + once + `
		order by ` + by + ` ` + order + `
		limit ?4`
}

// ListByLink returns one page of the posts that lead to a page, as far as the
// viewer may see them. Others than the owner are shown the owner's public posts.
func (r Reader) ListByLink(ctx context.Context, url string, span Span, v social.Viewer) ([]*social.Post, error) {
	return r.listPosts(ctx, `
		select `+postColumns+`
		from post_links l
		join posts p on p.id = l.post_id
		where l.url = ?5 and l.post_id < ?6 and l.post_id > ?7 and p.visibility <> 'direct'
			and (?1 or p.local and p.visibility = 'public') and `+visible+` and `+welcome+`
		order by l.post_id `+span.order()+`
		limit ?8`, viewerArgs(v, url, upTo(span.Before), span.After, span.Limit)...)
}

// Liked is a post that somebody liked.
type Liked struct {
	Like social.Like
	Post *social.Post // nil, or deleted, if it went while the list was read
}

// ListLiked returns one page of what an actor liked, by the like's ID. What is
// by somebody blocked is not among them until the block ends.
func (r Reader) ListLiked(ctx context.Context, actor social.ID, span Span) ([]Liked, error) {
	likes, err := list(ctx, r.q, scanLike, `
		select `+likeColumns+`
		from likes l
		join posts p on p.id = l.post_id
		where l.actor_id = ? and l.id < ? and l.id > ? and p.deleted_at is null and `+welcome+`
		order by l.id `+span.order()+`
		limit ?`, span.with(actor)...)
	if err != nil {
		return nil, fmt.Errorf("list liked by %s: %w", actor, err)
	}
	ids := make([]social.ID, len(likes))
	for i, l := range likes {
		ids[i] = l.PostID
	}
	posts, err := r.ListPosts(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("list liked by %s: %w", actor, err)
	}
	byID := make(map[social.ID]*social.Post, len(posts))
	for _, p := range posts {
		byID[p.ID] = p
	}
	liked := make([]Liked, len(likes))
	for i, l := range likes {
		liked[i] = Liked{l, byID[l.PostID]}
	}
	return liked, nil
}
