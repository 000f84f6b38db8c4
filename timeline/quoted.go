package timeline

import (
	"context"
	"errors"
	"fmt"

	"croft/federation/activity"
	"croft/social"
	"croft/store"
)

// receiveQuoteRequest answers whoever wants to quote a post of the owner's, by what
// the post says. One that comes again is answered again, with the same stamp.
func (t *Timeline) receiveQuoteRequest(ctx context.Context, tx *store.Tx, actor *social.Actor, act activity.QuoteRequest, quoting *social.Post) error {
	if !social.SameOrigin(act.Instrument, actor.URI) {
		return nil
	}
	quoted, may, err := t.mayQuoteOwn(ctx, tx, actor, act.Object)
	if err != nil || quoted == nil {
		return err
	}
	request := act
	request.Post = nil
	if !may {
		return t.node.Send(ctx, tx, activity.Reject{
			ID: t.site.Act("rejects", tx.NewID(tx.Now)), Actor: t.site.Actor(), Object: act.ID, Request: &request,
		}, to(actor))
	}
	stamp, err := tx.PutQuoteStamp(ctx, store.QuoteStamp{PostID: quoted.ID, QuotingURI: act.Instrument, ActorID: actor.ID})
	if err != nil {
		return err
	}
	if stamp.ActorID != actor.ID || stamp.PostID != quoted.ID {
		return nil // the address stands for another quote already
	}
	err = t.node.Send(ctx, tx, activity.Accept{
		ID: t.site.Act("accepts", tx.NewID(tx.Now)), Actor: t.site.Actor(), Object: act.ID, Request: &request, Result: t.site.Stamp(stamp.ID),
	}, to(actor))
	if err != nil || quoting == nil || quoting.AuthorID != actor.ID || quoting.Quote == nil || quoting.Quote.URI != quoted.URI {
		return err
	}
	return t.keepQuoting(ctx, tx, actor, quoting, quoted)
}

// mayQuoteOwn finds a living post of the owner's that an actor would quote, and
// reports whether it says that they may. The post is nil if they are not to know that
// there is one.
func (t *Timeline) mayQuoteOwn(ctx context.Context, tx *store.Tx, actor *social.Actor, uri string) (quoted *social.Post, may bool, err error) {
	quoted, err = tx.FindPostByURI(ctx, uri)
	if errors.Is(err, social.ErrNotFound) || err == nil && (!quoted.Local || !quoted.DeletedAt.IsZero()) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	relation, err := tx.FindRelation(ctx, actor.ID)
	if err != nil {
		return nil, false, err
	}
	viewer := social.Viewer{ActorURI: actor.URI, Follows: relation.FollowedBy == social.FollowAccepted}
	if !quoted.VisibleTo(viewer) {
		return nil, false, nil
	}
	may = quoted.Visibility.IsOpen() && !relation.Blocking && !relation.HostBlocked
	switch quoted.MayQuote {
	case social.MayQuoteFollowers:
		may = may && viewer.Follows
	case social.MayQuoteNobody:
		may = false
	}
	return quoted, may, nil
}

// quotesOwner reports whether a post quotes one of the owner's that says its author
// may: servers before FEP-044f do not ask.
func (t *Timeline) quotesOwner(ctx context.Context, tx *store.Tx, actor *social.Actor, post *social.Post) (*social.Post, error) {
	if post.Quote == nil || !t.site.Owns(post.Quote.URI) {
		return nil, nil
	}
	quoted, may, err := t.mayQuoteOwn(ctx, tx, actor, post.Quote.URI)
	if !may {
		return nil, err
	}
	return quoted, err
}

// letQuote approves of a post that is here and quotes one of the owner's, and tells
// the owner of it.
func (t *Timeline) letQuote(ctx context.Context, tx *store.Tx, actor *social.Actor, quoting, quoted *social.Post) error {
	stamp, err := tx.PutQuoteStamp(ctx, store.QuoteStamp{PostID: quoted.ID, QuotingURI: quoting.URI, ActorID: actor.ID})
	if err != nil || stamp.ActorID != actor.ID || stamp.PostID != quoted.ID {
		return err
	}
	quoting.Quote.State, quoting.Quote.Stamp = social.QuoteAccepted, t.site.Stamp(stamp.ID)
	if err := tx.SetQuote(ctx, quoting.ID, quoting.Quote.State, quoting.Quote.Stamp); err != nil {
		return err
	}
	return t.notify(ctx, tx, social.NotifyQuote, actor, quoting.ID)
}

// keepQuoting keeps a post that quotes one of the owner's with their leave, which it
// may be the first to name.
func (t *Timeline) keepQuoting(ctx context.Context, tx *store.Tx, actor *social.Actor, quoting, quoted *social.Post) error {
	id, err := tx.PutPost(ctx, quoting)
	if errors.Is(err, social.ErrGone) || errors.Is(err, social.ErrConflict) {
		return nil
	}
	if err != nil {
		return err
	}
	quoting.ID = id
	t.happens(tx, Posted, id)
	return t.letQuote(ctx, tx, actor, quoting, quoted)
}

// RevokeQuote takes back the owner's leave to quote a post of theirs, and tells who
// quotes it; ErrNotFound if that post does not, or not with their leave.
func (t *Timeline) RevokeQuote(ctx context.Context, quotedID, quotingID social.ID) error {
	err := t.store.Update(ctx, func(tx *store.Tx) error {
		quoted, err := t.findOwn(ctx, tx.Reader, quotedID)
		if err != nil {
			return err
		}
		quoting, err := findLiving(ctx, tx.Reader, quotingID)
		if err != nil {
			return err
		}
		if quoting.Quote == nil || quoting.Quote.URI != quoted.URI || quoting.Quote.State != social.QuoteAccepted {
			return fmt.Errorf("%s does not quote %s: %w", quotingID, quotedID, social.ErrNotFound)
		}
		if quoting.Local {
			return t.settleQuote(ctx, tx, quoting, social.QuoteRevoked, "")
		}
		stamp, err := tx.FindQuoteStampOf(ctx, quoting.URI)
		if err != nil {
			return err
		}
		if err := tx.DeleteQuoteStamp(ctx, stamp.ID); err != nil {
			return err
		}
		if err := tx.SetQuote(ctx, quotingID, social.QuoteRevoked, ""); err != nil {
			return err
		}
		t.happens(tx, Edited, quotingID)
		return t.node.Send(ctx, tx, activity.Delete{
			ID: t.site.Act("deletes", tx.NewID(tx.Now)), Actor: t.site.Actor(), Object: t.site.Stamp(stamp.ID), To: []string{quoting.AuthorURI},
		}, to(quoting.Author))
	})
	if err != nil {
		return fmt.Errorf("revoke quote: %w", err)
	}
	return nil
}
