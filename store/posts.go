package store

import (
	"context"
	"fmt"

	"croft/social"
)

// The text of the post answered is not kept where that post is here.
const postColumns = `p.id, p.uri, p.url, p.kind, p.author_id, p.title, p.content, p.source, p.warning, p.sensitive,
	p.language, p.visibility, p.to_uris, p.cc_uris, p.mentions, p.tags, p.emojis,
	ifnull(p.in_reply_to, (select q.uri from posts q where q.id = p.in_reply_to_id)), p.in_reply_to_id,
	p.context, p.replies, p.poll, p.link, p.may_reply, p.quote_uri, p.quote_state, p.quote_stamp, p.may_quote, p.like_count, p.boost_count, p.reply_count, p.local,
	p.published_at, p.edited_at, p.deleted_at, p.pinned_at, p.fetched_at`

func scanPost(r row) (*social.Post, error) {
	p := &social.Post{}
	var likes, boosts, answers int64
	var quote social.Quote
	err := r.Scan(&p.ID, &p.URI, &p.URL, &p.Kind, &p.AuthorID, &p.Title, &p.Content, &p.Source, &p.Warning,
		&p.Sensitive, &p.Language, &p.Visibility, (*texts)(&p.To), (*texts)(&p.Cc), (*mentionList)(&p.Mentions),
		(*texts)(&p.Tags), asJSON{&p.Emojis}, (*maybeText)(&p.InReplyTo), (*maybeID)(&p.InReplyToID),
		&p.Context, &p.Replies, asJSON{&p.Poll}, &p.Link, &p.MayReply, &quote.URI, &quote.State, &quote.Stamp, &p.MayQuote, &likes, &boosts, &answers, &p.Local,
		(*when)(&p.PublishedAt), (*when)(&p.EditedAt), (*when)(&p.DeletedAt), (*when)(&p.PinnedAt),
		(*when)(&p.FetchedAt))
	p.URL, p.Context, p.Replies = longURI(p.URI, p.URL), longURI(p.URI, p.Context), longURI(p.URI, p.Replies)
	longURIs(p.URI, p.To)
	longURIs(p.URI, p.Cc)
	if quote.URI != "" {
		p.Quote = &quote
	}
	p.LikeCount, p.BoostCount, p.ReplyCount = int(likes), int(boosts), int(answers)
	return p, err
}

// FindPost returns the post with the ID; ErrNotFound if there is none. One that
// was deleted is returned as the tombstone that is left, with DeletedAt.
func (r Reader) FindPost(ctx context.Context, id social.ID) (*social.Post, error) {
	p, err := r.findPost(ctx, `select `+postColumns+` from posts p where p.id = ?`, id)
	if err != nil {
		return nil, fmt.Errorf("find post %s: %w", id, err)
	}
	return p, nil
}

// FindPostByURI is FindPost by URI.
func (r Reader) FindPostByURI(ctx context.Context, uri string) (*social.Post, error) {
	p, err := r.findPost(ctx, `select `+postColumns+` from posts p where p.uri = ?`, uri)
	if err != nil {
		return nil, fmt.Errorf("find post %s: %w", uri, err)
	}
	return p, nil
}

func (r Reader) findPost(ctx context.Context, query string, arg any) (*social.Post, error) {
	p, err := find(ctx, r.q, scanPost, query, arg)
	if err != nil {
		return nil, err
	}
	return p, r.fillPosts(ctx, []*social.Post{p})
}

// ListPosts returns those of the IDs that there are, newest first, tombstones
// included.
func (r Reader) ListPosts(ctx context.Context, ids []social.ID) ([]*social.Post, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return r.listPosts(ctx, `
		select `+postColumns+`
		from posts p
		where p.id in (select j.value from json_each(?) j)
		order by p.id desc`, idList(ids))
}

// ListPostsByURI returns those of the URIs that there are, newest first,
// tombstones included.
func (r Reader) ListPostsByURI(ctx context.Context, uris []string) ([]*social.Post, error) {
	if len(uris) == 0 {
		return nil, nil
	}
	return r.listPosts(ctx, `
		select `+postColumns+`
		from posts p
		where p.uri in (select j.value from json_each(?) j)
		order by p.id desc`, toJSON(uris))
}

// listPosts runs a query for postColumns and loads what belongs to the posts:
// one query per relation.
func (r Reader) listPosts(ctx context.Context, query string, args ...any) ([]*social.Post, error) {
	posts, err := list(ctx, r.q, scanPost, query, args...)
	if err != nil {
		return nil, fmt.Errorf("list posts: %w", err)
	}
	if err := r.fillPosts(ctx, posts); err != nil {
		return nil, fmt.Errorf("list posts: %w", err)
	}
	return posts, nil
}

// fillPosts gives the posts their authors and attachments.
func (r Reader) fillPosts(ctx context.Context, posts []*social.Post) error {
	if len(posts) == 0 {
		return nil
	}
	ids := make([]social.ID, len(posts))
	authors := make([]social.ID, len(posts))
	byID := make(map[social.ID]*social.Post, len(posts))
	for i, p := range posts {
		ids[i], authors[i] = p.ID, p.AuthorID
		byID[p.ID] = p
	}
	actors, err := r.actorsByID(ctx, authors)
	if err != nil {
		return err
	}
	for _, p := range posts {
		p.Author = actors[p.AuthorID]
		p.AuthorURI = p.Author.URI
	}
	attachments, err := list(ctx, r.q, scanAttachment, `
		select `+attachmentColumns+`
		from attachments m
		where m.post_id in (select j.value from json_each(?) j)
		order by m.post_id, m.position`, idList(ids))
	for _, m := range attachments {
		byID[m.PostID].Attachments = append(byID[m.PostID].Attachments, m)
	}
	return err
}

// CountPosts says how many posts an author has here, tombstones not counted;
// for author 0, of all authors together. Of the owner's only those that anybody
// may see are counted: the number is told to everybody.
func (r Reader) CountPosts(ctx context.Context, author social.ID) (int, error) {
	query, args := `select ifnull(sum(c.n), 0) from post_counts c`, []any{}
	if author != 0 {
		query, args = `select ifnull((select c.n from post_counts c where c.author_id = ?), 0)`, []any{author}
	}
	n, err := find(ctx, r.q, scanCount, query, args...)
	if err != nil {
		return 0, fmt.Errorf("count posts: %w", err)
	}
	return n, nil
}

// FindLastLanguage returns the language of an author's last post that is not
// direct; ErrNotFound if there is none.
func (r Reader) FindLastLanguage(ctx context.Context, author social.ID) (string, error) {
	language, err := find(ctx, r.q, scanText, `
		select p.language
		from posts p
		where p.author_id = ? and p.visibility <> 'direct' and p.deleted_at is null
		order by p.id desc
		limit 1`, author)
	if err != nil {
		return "", fmt.Errorf("find last language of %s: %w", author, err)
	}
	return language, nil
}

// ListRevisions returns the earlier wordings of a post, newest first.
func (r Reader) ListRevisions(ctx context.Context, postID social.ID) ([]social.Revision, error) {
	all, err := list(ctx, r.q, func(r row) (v social.Revision, err error) {
		err = r.Scan(&v.PostID, (*when)(&v.At), &v.Content, &v.Source, &v.Warning, &v.Sensitive, &v.Language,
			asJSON{&v.Attachments})
		return v, err
	}, `
		select v.post_id, v.at, v.content, v.source, v.warning, v.sensitive, v.language, v.attachments
		from revisions v
		where v.post_id = ?
		order by v.at desc`, postID)
	if err != nil {
		return nil, fmt.Errorf("list revisions of %s: %w", postID, err)
	}
	return all, nil
}

// PutRevision keeps an earlier wording. One of the same post and moment is
// replaced.
func (tx *Tx) PutRevision(ctx context.Context, v social.Revision) error {
	_, err := tx.exec(ctx, `
		insert or replace into revisions (post_id, at, content, source, warning, sensitive, language, attachments)
		values (?, ?, ?, ?, ?, ?, ?, ?)`,
		v.PostID, v.At.UnixMilli(), string(v.Content), v.Source, v.Warning, v.Sensitive, v.Language,
		toJSON(v.Attachments))
	if err != nil {
		return fmt.Errorf("put revision of %s: %w", v.PostID, err)
	}
	return nil
}
