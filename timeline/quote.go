package timeline

import (
	"context"
	"errors"
	"fmt"

	"croft/federation/activity"
	"croft/social"
	"croft/store"
)

// placeQuote gives a new post of the owner's what it quotes, and returns that post;
// nil if it quotes nothing. What cannot be quoted is ErrInvalid for the field
// "quote".
func (t *Timeline) placeQuote(ctx context.Context, tx *store.Tx, post *social.Post, quotedID social.ID) (*social.Post, error) {
	if quotedID == 0 {
		return nil, nil
	}
	quoted, err := findLiving(ctx, tx.Reader, quotedID)
	if errors.Is(err, social.ErrNotFound) || errors.Is(err, social.ErrGone) {
		return nil, social.InvalidField("quote", "The post you quote is no longer there. Your words are still here: publish them without it.")
	}
	if err != nil {
		return nil, err
	}
	may, err := t.mayOwnerQuote(ctx, tx.Reader, quoted)
	if err != nil {
		return nil, err
	}
	switch {
	case may == social.MayQuoteNobody:
		return nil, social.InvalidField("quote", "This post cannot be quoted: whoever wrote it does not want it, or it is not for everybody to read.")
	case quoted.Visibility == social.Followers && post.Visibility.IsOpen():
		return nil, social.InvalidField("quote", "The post you quote is for your followers only. Choose the same for this one.")
	}
	post.Quote = &social.Quote{URI: quoted.URI, State: social.QuotePending}
	if quoted.Local {
		post.Quote.State = social.QuoteAccepted // nobody else has to agree
	}
	return quoted, nil
}

// mayOwnerQuote says whether the owner may quote a post: anybody (at once), asked
// (its author decides) or nobody.
func (t *Timeline) mayOwnerQuote(ctx context.Context, r store.Reader, p *social.Post) (social.MayQuote, error) {
	if !p.Quotable() {
		return social.MayQuoteNobody, nil
	}
	if p.Local {
		return social.MayQuoteAnybody, nil
	}
	relation, err := r.FindRelation(ctx, p.AuthorID)
	if err != nil || relation.BlockedBy {
		return social.MayQuoteNobody, err
	}
	switch p.MayQuote {
	case social.MayQuoteFollowers:
		if relation.Following != social.FollowAccepted {
			return social.MayQuoteNobody, nil
		}
	case social.MayQuoteFollowed:
		if relation.FollowedBy != social.FollowAccepted {
			return social.MayQuoteNobody, nil
		}
	case social.MayQuoteNobody:
		return social.MayQuoteNobody, nil
	case social.MayQuoteAsked, social.MayQuoteUnknown:
		return social.MayQuoteAsked, nil
	}
	return social.MayQuoteAnybody, nil
}

// Quoted is what posts quote with the leave of whoever wrote that, by URI, as far as
// it is here and the viewer may see it. What was deleted is among them as its
// tombstone; whom the owner blocks, or mutes where they look, is not, nor is for
// others a reply that the owner has not let through.
func (t *Timeline) Quoted(ctx context.Context, posts []*social.Post, v social.Viewer) (map[string]*social.Post, error) {
	var uris []string
	for _, p := range posts {
		if p.Quote != nil && p.Quote.State == social.QuoteAccepted {
			uris = append(uris, p.Quote.URI)
		}
	}
	if len(uris) == 0 {
		return nil, nil
	}
	all, err := t.store.ListPostsByURI(ctx, uris)
	if err != nil {
		return nil, err
	}
	var authors []social.ID
	for _, p := range all {
		authors = append(authors, p.AuthorID)
	}
	relations, err := t.store.ListRelations(ctx, authors)
	if err != nil {
		return nil, err
	}
	found := map[string]*social.Post{}
	for _, p := range all {
		r := relations[p.AuthorID]
		if !p.WasVisibleTo(v) || r.Blocking || r.HostBlocked || v.Owner && r.Muting {
			continue
		}
		if !v.Owner && t.site.Owns(p.InReplyTo) {
			if held, err := t.store.IsHeldReply(ctx, p.ID); err != nil {
				return nil, err
			} else if held {
				continue
			}
		}
		found[p.URI] = p
	}
	return found, nil
}

// MayOwnerQuote is what an app or a page asks before it offers a quote: see
// mayOwnerQuote.
func (t *Timeline) MayOwnerQuote(ctx context.Context, p *social.Post) (social.MayQuote, error) {
	return t.mayOwnerQuote(ctx, t.store.Reader, p)
}

// askToQuote asks the author of what a post of the owner's quotes.
func (t *Timeline) askToQuote(ctx context.Context, tx *store.Tx, post, quoted *social.Post) error {
	if quoted == nil || quoted.Local || quoted.Author == nil {
		return nil
	}
	return t.node.Send(ctx, tx, activity.QuoteRequest{
		ID: t.site.QuoteRequest(post.ID), Actor: t.site.Actor(), Object: quoted.URI, Instrument: post.URI, Post: post,
	}, to(quoted.Author))
}

// ownQuoting is the post of the owner's with which they asked to quote what an
// actor wrote, by what the actor's answer names; ErrNotFound if there is none.
func (t *Timeline) ownQuoting(ctx context.Context, tx *store.Tx, actor *social.Actor, requestID string, request *activity.QuoteRequest) (*social.Post, error) {
	uri := t.site.QuotingPost(requestID)
	if uri == "" && request != nil {
		uri = request.Instrument
	}
	if uri == "" {
		return nil, social.ErrNotFound
	}
	post, err := tx.FindPostByURI(ctx, uri)
	if err != nil {
		return nil, err
	}
	if !post.Local || !post.DeletedAt.IsZero() || post.Quote == nil {
		return nil, social.ErrNotFound
	}
	quoted, err := tx.FindPostByURI(ctx, post.Quote.URI)
	if err == nil && quoted.AuthorID != actor.ID {
		err = fmt.Errorf("it is not %s's to answer: %w", actor.URI, social.ErrNotFound)
	}
	return post, err
}

// receiveQuoteAnswer takes note that an author agreed to be quoted, by a stamp of
// their own server's, or did not. Everybody who got the post is told.
func (t *Timeline) receiveQuoteAnswer(ctx context.Context, tx *store.Tx, actor *social.Actor, requestID string, request *activity.QuoteRequest, state social.QuoteState, stamp string) (answered bool, err error) {
	post, err := t.ownQuoting(ctx, tx, actor, requestID, request)
	if errors.Is(err, social.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if state == social.QuoteAccepted && !social.SameOrigin(stamp, actor.URI) || post.Quote.State == social.QuoteRevoked {
		return true, nil
	}
	return true, t.settleQuote(ctx, tx, post, state, stamp)
}

// settleQuote keeps how far a quote of the owner's has come, and tells who got the
// post.
func (t *Timeline) settleQuote(ctx context.Context, tx *store.Tx, post *social.Post, state social.QuoteState, stamp string) error {
	if post.Quote.State == state && post.Quote.Stamp == stamp {
		return nil
	}
	if err := tx.SetQuote(ctx, post.ID, state, stamp); err != nil {
		return err
	}
	settled := *post
	settled.Quote = &social.Quote{URI: post.Quote.URI, State: state, Stamp: stamp}
	t.happens(tx, Edited, post.ID)
	if state == social.QuoteRejected {
		return nil // there is nothing new to be told
	}
	return t.sendEdit(ctx, tx, &settled, nil)
}

// receiveStampGone takes a quote off the page whose stamp is gone, if it was the
// actor's to take back. It reports whether there was one.
func (t *Timeline) receiveStampGone(ctx context.Context, tx *store.Tx, actor *social.Actor, stamp string) (bool, error) {
	post, err := tx.FindQuoting(ctx, stamp)
	if errors.Is(err, social.ErrNotFound) {
		return false, nil
	}
	if err != nil || !social.SameOrigin(stamp, actor.URI) {
		return true, err
	}
	quoted, err := tx.FindPostByURI(ctx, post.Quote.URI)
	if err != nil && !errors.Is(err, social.ErrNotFound) {
		return true, err
	}
	if err == nil && quoted.AuthorID != actor.ID {
		return true, nil
	}
	if post.Local {
		return true, t.settleQuote(ctx, tx, post, social.QuoteRevoked, "")
	}
	t.happens(tx, Edited, post.ID)
	return true, tx.SetQuote(ctx, post.ID, social.QuoteRevoked, "")
}

// SetMayQuote changes who may quote a post of the owner's. Who has their leave
// keeps it. A word that there is not is ErrInvalid for the field "may_quote".
func (t *Timeline) SetMayQuote(ctx context.Context, id social.ID, may social.MayQuote) error {
	if !may.ValidOwn() {
		return social.InvalidField("may_quote", "Choose who may quote the post.")
	}
	return t.store.Update(ctx, func(tx *store.Tx) error {
		post, err := t.findOwn(ctx, tx.Reader, id)
		if err != nil || post.MayQuote == may {
			return err
		}
		post.MayQuote = may
		if _, err := tx.PutPost(ctx, post); err != nil {
			return err
		}
		return t.sendEdit(ctx, tx, post, nil)
	})
}
