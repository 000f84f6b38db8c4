package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"croft/social"
)

// PutPost keeps a post with its attachments and words, or what is new of the
// one with the same URI, and returns its ID. For a new one p.ID is used if it
// is given, else one is made from its published time. What it answers and what
// answers it are linked as far as they are here. The counts are the store's own
// and not taken from p; so is PinnedAt (SetPinned) of a post that is there.
// A post that was deleted stays so: ErrGone; but where somebody else said so of
// a post that was not here (PutTombstone), its author's comes in. Another author
// for a URI that is taken is ErrConflict.
func (tx *Tx) PutPost(ctx context.Context, p *social.Post) (social.ID, error) {
	id, err := tx.putPost(ctx, p)
	if err != nil {
		return 0, fmt.Errorf("put post %s: %w", p.URI, err)
	}
	return id, nil
}

func (tx *Tx) putPost(ctx context.Context, p *social.Post) (social.ID, error) {
	old, err := tx.findStanding(ctx, p.URI)
	if errors.Is(err, social.ErrNotFound) {
		return tx.insertPost(ctx, p)
	}
	if err != nil {
		return 0, err
	}
	if !old.DeletedAt.IsZero() {
		neverCame := old.PublishedAt.Equal(old.DeletedAt)
		if old.AuthorID == p.AuthorID || !neverCame {
			return 0, social.ErrGone
		}
		return old.ID, tx.raisePost(ctx, old, p)
	}
	if old.AuthorID != p.AuthorID {
		return 0, fmt.Errorf("it is another author's: %w", social.ErrConflict)
	}
	return old.ID, tx.updatePost(ctx, old, p)
}

// raisePost puts a post in place of a tombstone that was never its author's.
func (tx *Tx) raisePost(ctx context.Context, old, p *social.Post) error {
	_, err := tx.exec(ctx, `update posts set author_id = ?, published_at = ?, deleted_at = null where id = ?`,
		p.AuthorID, p.PublishedAt.UnixMilli(), old.ID)
	if err != nil {
		return err
	}
	if err := tx.updatePost(ctx, old, p); err != nil {
		return err
	}
	return tx.adoptReplies(ctx, old.ID, p.URI)
}

// findStanding is the row that a Put or Delete changes, without its author.
func (tx *Tx) findStanding(ctx context.Context, uri string) (*social.Post, error) {
	p, err := find(ctx, tx, scanPost, `select `+postColumns+` from posts p where p.uri = ?`, uri)
	if err != nil {
		return nil, err
	}
	p.Attachments, err = list(ctx, tx, scanAttachment, `
		select `+attachmentColumns+` from attachments m where m.post_id = ? order by m.position`, p.ID)
	return p, err
}

func (tx *Tx) insertPost(ctx context.Context, p *social.Post) (social.ID, error) {
	id := p.ID
	if id == 0 {
		id = tx.NewID(p.PublishedAt)
	}
	parent, err := tx.findParent(ctx, p)
	if err != nil {
		return 0, err
	}
	conversation, err := tx.conversationOf(ctx, p)
	if err != nil {
		return 0, err
	}
	_, err = tx.exec(ctx, `
		insert into posts (id, uri, author_id, local, pinned_at, published_at, conversation, url, kind, title, content, source,
			warning, sensitive, language, visibility, to_uris, cc_uris, mentions, tags, emojis, in_reply_to,
			in_reply_to_id, context, replies, poll, link, may_reply, quote_uri, quote_state, quote_stamp, may_quote, edited_at, fetched_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		append([]any{id, p.URI, p.AuthorID, p.Local, millis(p.PinnedAt), p.PublishedAt.UnixMilli(), textOrNull(conversation)},
			postValues(p, parent)...)...)
	if err != nil {
		return 0, err
	}
	held, err := tx.holdReply(ctx, id, p, parent)
	if err != nil {
		return 0, err
	}
	if !held {
		if err := tx.countReply(ctx, p.Visibility, parent, +1); err != nil {
			return 0, err
		}
	}
	if err := tx.adoptReplies(ctx, id, p.URI); err != nil {
		return 0, err
	}
	if err := tx.putTags(ctx, id, p.Tags); err != nil {
		return 0, err
	}
	if err := tx.putLinks(ctx, id, p); err != nil {
		return 0, err
	}
	if err := tx.putPostAttachments(ctx, id, nil, p.Attachments); err != nil {
		return 0, err
	}
	tx.replaceWords(id, "", postWords(p))
	return id, nil
}

// postValues are the columns that an edit may change, in the order of both
// statements.
func postValues(p *social.Post, parent social.ID) []any {
	inReplyTo := p.InReplyTo
	if parent != 0 {
		inReplyTo = ""
	}
	quote := social.Quote{}
	if p.Quote != nil {
		quote = *p.Quote
	}
	poll := ""
	if p.Poll != nil {
		poll = encode(p.Poll)
	}
	return []any{shortURI(p.URI, p.URL), string(p.Kind), p.Title, string(p.Content), p.Source, p.Warning, p.Sensitive, p.Language,
		string(p.Visibility), shortURIs(p.URI, p.To), shortURIs(p.URI, p.Cc), mentionJSON(p.Mentions), toJSON(p.Tags),
		toJSON(p.Emojis), textOrNull(inReplyTo), idOrNull(parent), shortURI(p.URI, p.Context),
		shortURI(p.URI, p.Replies), poll, p.Link, string(p.MayReply), quote.URI, string(quote.State), quote.Stamp, string(p.MayQuote),
		millis(p.EditedAt), millis(p.FetchedAt)}
}

func (tx *Tx) updatePost(ctx context.Context, old, p *social.Post) error {
	p = withKnownQuote(old, p)
	parent, err := tx.findParent(ctx, p)
	if err != nil {
		return err
	}
	conversation, err := tx.conversationOf(ctx, p)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		update posts
		set conversation = ?, url = ?, kind = ?, title = ?, content = ?, source = ?, warning = ?, sensitive = ?, language = ?,
			visibility = ?, to_uris = ?, cc_uris = ?, mentions = ?, tags = ?, emojis = ?, in_reply_to = ?,
			in_reply_to_id = ?, context = ?, replies = ?, poll = ?, link = ?, may_reply = ?, quote_uri = ?, quote_state = ?, quote_stamp = ?, may_quote = ?, edited_at = ?, fetched_at = ?
		where id = ?`, slices.Concat([]any{textOrNull(conversation)}, postValues(p, parent), []any{old.ID})...)
	if err != nil {
		return err
	}
	if err := tx.countReply(ctx, old.Visibility, old.InReplyToID, -1); err != nil {
		return err
	}
	if err := tx.countReply(ctx, p.Visibility, parent, +1); err != nil {
		return err
	}
	if !slices.Equal(old.Tags, p.Tags) {
		if err := tx.deleteTags(ctx, old); err != nil {
			return err
		}
		if err := tx.putTags(ctx, old.ID, p.Tags); err != nil {
			return err
		}
	}
	if old.Content != p.Content || old.Link != p.Link {
		if err := tx.deleteLinks(ctx, old.ID); err != nil {
			return err
		}
		if err := tx.putLinks(ctx, old.ID, p); err != nil {
			return err
		}
	}
	if err := tx.putPostAttachments(ctx, old.ID, old.Attachments, p.Attachments); err != nil {
		return err
	}
	tx.replaceWords(old.ID, postWords(old), postWords(p))
	return nil
}

// withKnownQuote is a post of another's as it comes anew, with what has been found
// out of its quote: what comes cannot say that.
func withKnownQuote(old, p *social.Post) *social.Post {
	if p.Local || p.Quote == nil || old.Quote == nil || p.Quote.URI != old.Quote.URI {
		return p
	}
	known, quote := *p, *old.Quote
	if quote.State == social.QuotePending && p.Quote.Stamp != "" {
		quote.Stamp = p.Quote.Stamp
	}
	known.Quote = &quote
	return &known
}

// SetPinned pins a post to its author's profile, or takes it off; ErrNotFound
// if there is no such post.
func (tx *Tx) SetPinned(ctx context.Context, id social.ID, pinned bool) error {
	var at any
	if pinned {
		at = tx.Now.UnixMilli()
	}
	err := tx.set(ctx, `update posts set pinned_at = ? where id = ? and deleted_at is null`, at, id)
	if err != nil {
		return fmt.Errorf("set post %s pinned: %w", id, err)
	}
	return nil
}

// SetPoll changes nothing but the poll of a post; ErrNotFound if there is none.
func (tx *Tx) SetPoll(ctx context.Context, id social.ID, poll social.Poll) error {
	err := tx.set(ctx, `update posts set poll = ? where id = ? and poll <> ''`, encode(poll), id)
	if err != nil {
		return fmt.Errorf("set poll of %s: %w", id, err)
	}
	return nil
}

// findParent is the post answered, if it is here; a post never answers itself.
func (tx *Tx) findParent(ctx context.Context, p *social.Post) (social.ID, error) {
	if p.InReplyTo == "" || p.InReplyTo == p.URI {
		return 0, nil
	}
	id, err := find(ctx, tx, scanID, `select p.id from posts p where p.uri = ?`, p.InReplyTo)
	if errors.Is(err, social.ErrNotFound) {
		return 0, nil
	}
	return id, err
}

// adoptReplies links the replies that came before what they answer.
func (tx *Tx) adoptReplies(ctx context.Context, id social.ID, uri string) error {
	orphans, err := list(ctx, tx, scanID, `select p.id from posts p where p.in_reply_to = ? and p.id <> ?`, uri, id)
	if err != nil || len(orphans) == 0 {
		return err
	}
	_, err = tx.exec(ctx, `
		update posts
		set in_reply_to_id = ?, in_reply_to = null
		where id in (select j.value from json_each(?) j)`, id, idList(orphans))
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `
		update posts
		set reply_count = (
			select count(*) from posts c
			where c.in_reply_to_id = posts.id and c.deleted_at is null and c.visibility in ('public', 'unlisted'))
		where id = ?`, id)
	return err
}

// countReply keeps count of the replies that anybody may see: the number is told
// to everybody, and must not tell of the others.
func (tx *Tx) countReply(ctx context.Context, v social.Visibility, parent social.ID, by int) error {
	if parent == 0 || !v.IsOpen() {
		return nil
	}
	_, err := tx.exec(ctx, `update posts set reply_count = reply_count + ? where id = ?`, by, parent)
	return err
}

func (tx *Tx) putTags(ctx context.Context, id social.ID, tags []string) error {
	for _, tag := range tags {
		_, err := tx.exec(ctx, `insert or ignore into post_tags (tag, post_id) values (?, ?)`, strings.ToLower(tag), id)
		if err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) deleteTags(ctx context.Context, p *social.Post) error {
	for _, tag := range p.Tags {
		_, err := tx.exec(ctx, `delete from post_tags where tag = ? and post_id = ?`, strings.ToLower(tag), p.ID)
		if err != nil {
			return err
		}
	}
	return nil
}
