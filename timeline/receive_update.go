package timeline

import (
	"context"
	"errors"
	"time"

	"croft/federation"
	"croft/federation/activity"
	"croft/social"
	"croft/store"
)

// receiveUpdate takes a new wording of a post that is here, or what has changed
// of an actor. An edit of a post that never came is treated as the post itself.
func (t *Timeline) receiveUpdate(ctx context.Context, tx *store.Tx, a federation.Arrival, act activity.Update) error {
	if act.Person != nil {
		return t.receivePerson(ctx, tx, a.Actor, act.Person.Actor)
	}
	if a.Post == nil || a.Post.AuthorID != a.Actor.ID {
		return nil
	}
	old, err := tx.FindPostByURI(ctx, a.Post.URI)
	if errors.Is(err, social.ErrNotFound) {
		return t.receivePost(ctx, tx, a)
	}
	if err != nil || old.AuthorID != a.Actor.ID || !old.DeletedAt.IsZero() {
		return err // the owner is who is stored, never who is claimed
	}
	return t.receiveEdit(ctx, tx, a.Actor, old, a.Post)
}

// receiveEdit takes new words and pictures. What a post answers, when it was
// published and who may see it stay as they were first said.
func (t *Timeline) receiveEdit(ctx context.Context, tx *store.Tx, actor *social.Actor, old, post *social.Post) error {
	edited := *post
	edited.ID, edited.PublishedAt = old.ID, old.PublishedAt
	edited.InReplyTo, edited.InReplyToID = old.InReplyTo, old.InReplyToID
	edited.Visibility, edited.To, edited.Cc = old.Visibility, old.To, old.Cc
	if sameWording(old, &edited) {
		// Votes were counted: Mastodon sends an Update for that, too.
		if err := t.receiveStamp(ctx, tx, old, post); err != nil || edited.Poll == nil {
			return err
		}
		return tx.SetPoll(ctx, old.ID, *edited.Poll)
	}
	if isOlder(edited.EditedAt, old.EditedAt) {
		return nil // an edit overtook this one
	}
	if edited.EditedAt.IsZero() {
		edited.EditedAt = tx.Now.Truncate(time.Millisecond)
	}
	if err := tx.PutRevision(ctx, revision(old)); err != nil {
		return err
	}
	if _, err := tx.PutPost(ctx, &edited); err != nil {
		return err
	}
	t.happens(tx, Edited, old.ID)
	if err := t.receiveStamp(ctx, tx, old, post); err != nil {
		return err
	}
	if !edited.Poll.SameQuestion(old.Poll) {
		if err := tx.DeleteVotes(ctx, old.ID); err != nil {
			return err
		}
	}
	return t.tellOfEdit(ctx, tx, actor, old)
}

// tellOfEdit tells the owner that a post which they boosted or quoted says something
// else now.
func (t *Timeline) tellOfEdit(ctx context.Context, tx *store.Tx, actor *social.Actor, post *social.Post) error {
	mine, err := tx.ListMine(ctx, []social.ID{post.ID})
	if err != nil {
		return err
	}
	if mine[post.ID].Boosted {
		if err := t.notify(ctx, tx, social.NotifyEdit, actor, post.ID); err != nil {
			return err
		}
	}
	quoting, err := tx.ListOwnQuotes(ctx, post.URI)
	if err != nil {
		return err
	}
	for _, id := range quoting {
		if err := t.notify(ctx, tx, social.NotifyQuotedEdit, actor, id); err != nil {
			return err
		}
	}
	return nil
}

// receiveStamp has it looked at whether what a post quotes is approved by now.
func (t *Timeline) receiveStamp(ctx context.Context, tx *store.Tx, old, post *social.Post) error {
	if post.Quote == nil || post.Quote.Stamp == "" || old.Quote != nil && (old.Quote.URI != post.Quote.URI || old.Quote.State == social.QuoteAccepted) {
		return nil
	}
	if err := tx.SetQuote(ctx, old.ID, social.QuotePending, post.Quote.Stamp); err != nil {
		return ignoreConflict(err)
	}
	kept, err := tx.FindPost(ctx, old.ID)
	if err != nil {
		return err
	}
	return t.node.WantQuote(ctx, tx, kept)
}

func isOlder(a, b time.Time) bool { return !a.IsZero() && !b.IsZero() && a.Before(b) }

// receivePerson takes what an actor says of themself now. The door saw to it
// that it is the actor who speaks; their addresses and keys are taken from
// their own document, which is fetched.
func (t *Timeline) receivePerson(ctx context.Context, tx *store.Tx, actor, said *social.Actor) error {
	if said.URI != actor.URI {
		return nil
	}
	return t.node.WantActor(ctx, tx, actor.URI)
}
