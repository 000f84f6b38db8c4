package store

import (
	"context"
	"fmt"

	"croft/social"
)

// SetQuote changes nothing but how far the quote of a post has come; ErrNotFound if
// the post quotes nothing.
func (tx *Tx) SetQuote(ctx context.Context, postID social.ID, state social.QuoteState, stamp string) error {
	err := tx.set(ctx, `update posts set quote_state = ?, quote_stamp = ? where id = ? and quote_uri <> ''`, string(state), stamp, postID)
	if err != nil {
		return fmt.Errorf("set quote of %s: %w", postID, err)
	}
	return nil
}

// ListQuotes returns one page of the posts that quote a post, by its URI, with its
// author's leave, as far as the viewer may see them. Others than the owner are
// shown the owner's.
func (r Reader) ListQuotes(ctx context.Context, uri string, v social.Viewer, span Span) ([]*social.Post, error) {
	return r.listPosts(ctx, `
		select `+postColumns+`
		from posts p
		where p.quote_uri = ?5 and p.id < ?6 and p.id > ?7 and p.quote_state = 'accepted' and p.visibility <> 'direct'
			and (?1 or p.local) and `+visible+` and `+welcome+`
		order by p.id `+span.order()+`
		limit ?8`, viewerArgs(v, uri, upTo(span.Before), span.After, span.Limit)...)
}

// ListOwnQuotes returns the owner's posts that quote a post, by its URI, with its
// author's leave; at most 20, the newest first.
func (r Reader) ListOwnQuotes(ctx context.Context, uri string) ([]social.ID, error) {
	ids, err := list(ctx, r.q, scanID, `
		select p.id
		from posts p
		where p.quote_uri = ? and p.quote_uri <> '' and p.local and p.quote_state = 'accepted' and p.deleted_at is null
		order by p.id desc
		limit 20`, uri)
	if err != nil {
		return nil, fmt.Errorf("list own quotes: %w", err)
	}
	return ids, nil
}

// CountQuotes says how many open posts quote each of these, by URI, with their
// authors' leave, as far as is known here. What nobody quotes is not in the map.
func (r Reader) CountQuotes(ctx context.Context, uris []string) (map[string]int, error) {
	counts := map[string]int{}
	_, err := list(ctx, r.q, func(r row) (struct{}, error) {
		var uri string
		var n int
		err := r.Scan(&uri, &n)
		counts[uri] = n
		return struct{}{}, err
	}, `
		select j.value, count(*)
		from json_each(?) j
		cross join posts p on p.quote_uri = j.value and p.quote_uri <> ''
		where p.quote_state = 'accepted' and p.deleted_at is null and p.visibility in ('public', 'unlisted')
		group by j.value`, encode(uris))
	if err != nil {
		return nil, fmt.Errorf("count quotes: %w", err)
	}
	return counts, nil
}

// QuoteStamp is an approval that the owner gave.
type QuoteStamp struct {
	ID         social.ID
	PostID     social.ID // the owner's, that is quoted
	QuotingURI string
	ActorID    social.ID // whose post it is
}

const stampColumns = `x.id, x.post_id, x.quoting_uri, x.actor_id`

func scanStamp(r row) (s QuoteStamp, err error) {
	err = r.Scan(&s.ID, &s.PostID, &s.QuotingURI, &s.ActorID)
	return s, err
}

// FindQuoteStamp returns an approval; ErrNotFound if there is none, or no more.
func (r Reader) FindQuoteStamp(ctx context.Context, id social.ID) (QuoteStamp, error) {
	s, err := find(ctx, r.q, scanStamp, `select `+stampColumns+` from quote_stamps x where x.id = ?`, id)
	if err != nil {
		return s, fmt.Errorf("find quote stamp %s: %w", id, err)
	}
	return s, nil
}

// FindQuoteStampOf is FindQuoteStamp by the post that quotes.
func (r Reader) FindQuoteStampOf(ctx context.Context, quotingURI string) (QuoteStamp, error) {
	s, err := find(ctx, r.q, scanStamp, `select `+stampColumns+` from quote_stamps x where x.quoting_uri = ?`, quotingURI)
	if err != nil {
		return s, fmt.Errorf("find quote stamp of %s: %w", quotingURI, err)
	}
	return s, nil
}

// PutQuoteStamp keeps an approval, whose ID is made, and returns it. A post that is
// approved already keeps the one that it has.
func (tx *Tx) PutQuoteStamp(ctx context.Context, s QuoteStamp) (QuoteStamp, error) {
	kept, err := find(ctx, tx, scanStamp, `
		insert into quote_stamps as x (id, post_id, quoting_uri, actor_id) values (?, ?, ?, ?)
		on conflict (quoting_uri) do update set quoting_uri = excluded.quoting_uri
		returning id, post_id, quoting_uri, actor_id`, tx.NewID(tx.Now), s.PostID, s.QuotingURI, s.ActorID)
	return kept, wrapPut("quote stamp", s.QuotingURI, err)
}

// DeleteQuoteStamp takes an approval back. Nothing happens if there is none.
func (tx *Tx) DeleteQuoteStamp(ctx context.Context, id social.ID) error {
	if _, err := tx.exec(ctx, `delete from quote_stamps where id = ?`, id); err != nil {
		return fmt.Errorf("delete quote stamp %s: %w", id, err)
	}
	return nil
}

// FindQuoting returns the post that was approved by a stamp, by the stamp's URI;
// ErrNotFound if there is none here.
func (r Reader) FindQuoting(ctx context.Context, stamp string) (*social.Post, error) {
	p, err := r.findPost(ctx, `select `+postColumns+` from posts p where p.quote_stamp = ? and p.quote_stamp <> ''`, stamp)
	if err != nil {
		return nil, fmt.Errorf("find what was approved by %s: %w", stamp, err)
	}
	return p, nil
}
