package timeline

import (
	"context"
	"errors"

	"croft/federation"
	"croft/social"
	"croft/store"
)

// receivePost keeps a post of another server, if it is ours to keep, and tells
// the owner if it concerns them.
func (t *Timeline) receivePost(ctx context.Context, tx *store.Tx, a federation.Arrival) error {
	post := a.Post
	if post == nil || post.AuthorID != a.Actor.ID {
		return nil
	}
	quoted, err := t.quotesOwner(ctx, tx, a.Actor, post)
	if err != nil {
		return err
	}
	known, err := tx.FindPostByURI(ctx, post.URI)
	switch {
	case errors.Is(err, social.ErrNotFound):
	case err != nil:
		return err
	case !known.DeletedAt.IsZero(): // PutPost knows whether its author said so
	case known.AuthorID != a.Actor.ID:
		return nil
	default: // fetched before it arrived
		t.happens(tx, Posted, known.ID)
		if quoted != nil && known.Quote != nil && known.Quote.State == social.QuotePending {
			if err := t.letQuote(ctx, tx, a.Actor, known, quoted); err != nil {
				return err
			}
		}
		return t.concern(ctx, tx, a.Actor, known)
	}
	if keep, err := t.keeps(ctx, tx, post); err != nil || !keep && quoted == nil {
		return err
	}
	id, err := tx.PutPost(ctx, post)
	if errors.Is(err, social.ErrGone) || errors.Is(err, social.ErrConflict) {
		return nil
	}
	if err != nil {
		return err
	}
	post.ID = id
	t.happens(tx, Posted, id)
	if quoted != nil {
		err = t.letQuote(ctx, tx, a.Actor, post, quoted)
	} else {
		err = t.node.WantQuote(ctx, tx, post)
	}
	if err != nil {
		return err
	}
	if err := t.tellOfPost(ctx, tx, a.Actor, post); err != nil {
		return err
	}
	if post.IsReply() {
		if err := t.wantParent(ctx, tx, id); err != nil {
			return err
		}
	}
	return t.concern(ctx, tx, a.Actor, post)
}

// tellOfPost tells the owner that somebody has posted of whom they want to hear.
// What answers others, or names the owner, is told otherwise or not at all.
func (t *Timeline) tellOfPost(ctx context.Context, tx *store.Tx, actor *social.Actor, post *social.Post) error {
	relation, err := tx.FindRelation(ctx, actor.ID)
	if err != nil || !relation.Notify || relation.Following != social.FollowAccepted || post.Visibility == social.Direct || post.MentionsURI(t.site.Actor()) {
		return err
	}
	if post.IsReply() {
		parent, err := tx.FindPostByURI(ctx, post.InReplyTo)
		if errors.Is(err, social.ErrNotFound) || err == nil && parent.AuthorID != actor.ID {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return t.notify(ctx, tx, social.NotifyPost, actor, post.ID)
}

// wantParent has what a post answers fetched, if it is not here.
func (t *Timeline) wantParent(ctx context.Context, tx *store.Tx, id social.ID) error {
	kept, err := tx.FindPost(ctx, id)
	if err != nil || kept.InReplyToID != 0 {
		return err
	}
	return t.node.WantThread(ctx, tx, kept.URI)
}

// keeps says whether a post that arrived is ours to keep: its author is
// followed, it is addressed to the owner, or it answers a post of the owner's.
func (t *Timeline) keeps(ctx context.Context, tx *store.Tx, post *social.Post) (bool, error) {
	if post.MentionsURI(t.site.Actor()) {
		return true, nil
	}
	if follows, err := t.follows(ctx, tx, post.AuthorID); err != nil || follows {
		return follows, err
	}
	return t.answersOwner(ctx, tx, post)
}

// answersOwner reports whether a post answers a living one of the owner's that
// its author may see. An answer to what they cannot know is made up.
func (t *Timeline) answersOwner(ctx context.Context, tx *store.Tx, post *social.Post) (bool, error) {
	if !post.IsReply() || !t.site.Owns(post.InReplyTo) {
		return false, nil
	}
	parent, err := tx.FindPostByURI(ctx, post.InReplyTo)
	if errors.Is(err, social.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	relation, err := tx.FindRelation(ctx, post.AuthorID)
	if err != nil {
		return false, err
	}
	viewer := social.Viewer{ActorURI: post.AuthorURI, Follows: relation.FollowedBy == social.FollowAccepted}
	return parent.Local && parent.VisibleTo(viewer), nil
}

// concern tells the owner of a post that names them or answers them.
func (t *Timeline) concern(ctx context.Context, tx *store.Tx, actor *social.Actor, post *social.Post) error {
	concerns := post.MentionsURI(t.site.Actor())
	if !concerns {
		var err error
		if concerns, err = t.answersOwner(ctx, tx, post); err != nil {
			return err
		}
	}
	if !concerns {
		return nil
	}
	if held, err := tx.IsHeldReply(ctx, post.ID); err != nil || held {
		return err
	}
	return t.notify(ctx, tx, social.NotifyMention, actor, post.ID)
}
