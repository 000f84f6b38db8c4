package federation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"croft/federation/activity"
	"croft/federation/remote"
	"croft/queue"
	"croft/social"
	"croft/store"
)

const kindQuote = "quote" // find out whether a quote was approved

// quoteFetches is how much that may cost: the post that is quoted with its author,
// and the stamp.
const quoteFetches = 6

func (n *Node) registerQuote() {
	n.queue.Register(kindQuote, n.verifyQuote, queue.KindOptions{Peer: true, Timeout: time.Minute})
}

// WantQuote has it found out in the background whether the author of what another's
// post quotes agreed (FEP-044f), if that is not known.
func (n *Node) WantQuote(ctx context.Context, tx *store.Tx, p *social.Post) error {
	if p.Quote == nil || p.Local || p.Quote.State != social.QuotePending {
		return nil
	}
	job := jobFor(kindQuote, p.Quote.URI)
	job.Topic, job.Payload = p.URI, []byte(p.URI)
	if !n.isForeign(p.Quote.URI) { // the owner's: it needs nobody's answer
		job.Host = social.HostOf(p.URI)
	}
	if _, err := n.queue.Cancel(ctx, tx, queue.Filter{Kind: job.Kind, Host: job.Host, Topic: job.Topic}); err != nil {
		return err
	}
	return n.queue.Put(ctx, tx, job)
}

// verifyQuote fetches what a post quotes, if it is not here, and looks at the stamp.
// What cannot be shown to be approved stays as it is: it is not shown.
func (n *Node) verifyQuote(ctx context.Context, job *queue.Job) error {
	ctx = remote.WithBudget(ctx, quoteFetches)
	post, err := n.store.FindPostByURI(ctx, string(job.Payload))
	if err != nil || post.Quote == nil || post.Quote.State != social.QuotePending {
		return err
	}
	approved, err := n.isApproved(ctx, post)
	if errors.Is(err, social.ErrUnavailable) {
		return err
	}
	return n.store.Update(ctx, func(tx *store.Tx) error {
		if approved {
			if err := tx.SetQuote(ctx, post.ID, social.QuoteAccepted, post.Quote.Stamp); err != nil {
				return err
			}
		}
		return job.Done(ctx, tx)
	})
}

// isApproved reports whether a post may be shown with what it quotes: by its own
// author it may always, by another's with a stamp from where the quoted one lives.
func (n *Node) isApproved(ctx context.Context, post *social.Post) (bool, error) {
	quoted, err := n.findOrFetch(ctx, post.Quote.URI)
	if err != nil {
		return false, fmt.Errorf("quoted post: %w", err)
	}
	switch {
	case !quoted.DeletedAt.IsZero() || !quoted.Quotable():
		return false, nil
	case quoted.AuthorID == post.AuthorID:
		return true, nil
	case quoted.Local:
		stamp, err := n.store.FindQuoteStampOf(ctx, post.URI)
		if errors.Is(err, social.ErrNotFound) {
			return false, nil
		}
		return err == nil && stamp.PostID == quoted.ID, err
	case post.Quote.Stamp == "" || !social.SameOrigin(post.Quote.Stamp, quoted.URI):
		return false, nil
	}
	return n.isStamped(ctx, post.URI, quoted, post.Quote.Stamp)
}

// isStamped asks the server of a quoted post whether a stamp approves that another
// quotes it.
func (n *Node) isStamped(ctx context.Context, quotingURI string, quoted *social.Post, stamp string) (bool, error) {
	found, err := n.fetchObject(ctx, stamp)
	if err != nil {
		return false, fmt.Errorf("stamp: %w", err)
	}
	s, ok := found.(activity.QuoteStamp)
	return ok && s.ID == stamp && s.Author == quoted.AuthorURI && s.Quoting == quotingURI && s.Target == quoted.URI, nil
}

// StampDocument is an approval of the owner's, for whoever wants to see it.
func (n *Node) StampDocument(ctx context.Context, id social.ID) ([]byte, error) {
	s, err := n.store.FindQuoteStamp(ctx, id)
	if err != nil {
		return nil, err
	}
	return activity.EncodeStamp(activity.QuoteStamp{ID: n.site.Stamp(s.ID), Author: n.site.Actor(), Quoting: s.QuotingURI, Target: n.site.Post(s.PostID)})
}
