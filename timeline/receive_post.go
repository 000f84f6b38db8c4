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

// receiveDelete takes a post away, or everything of an actor who is gone.
func (t *Timeline) receiveDelete(ctx context.Context, tx *store.Tx, actor *social.Actor, act activity.Delete) error {
	if act.Object == actor.URI {
		return t.forget(ctx, tx, actor)
	}
	if stamp, err := t.receiveStampGone(ctx, tx, actor, act.Object); err != nil || stamp {
		return err
	}
	post, err := tx.FindPostByURI(ctx, act.Object)
	if errors.Is(err, social.ErrNotFound) {
		return t.receiveEarlyDelete(ctx, tx, actor, act.Object)
	}
	if err != nil || post.AuthorID != actor.ID {
		return err
	}
	t.happens(tx, Removed, post.ID)
	return tx.DeletePost(ctx, post.ID)
}

// receiveEarlyDelete remembers the end of a post that has not come yet, where it
// could still come: from somebody the owner follows.
func (t *Timeline) receiveEarlyDelete(ctx context.Context, tx *store.Tx, actor *social.Actor, uri string) error {
	follows, err := t.follows(ctx, tx, actor.ID)
	if err != nil || !follows || !social.SameOrigin(actor.URI, uri) {
		return err
	}
	return tx.PutTombstone(ctx, uri, actor.ID)
}

// forget takes away what an actor who is gone left here, messages, boosts and
// likes too, and what waits to be sent to them.
func (t *Timeline) forget(ctx context.Context, tx *store.Tx, actor *social.Actor) error {
	if err := tx.SetActorGone(ctx, actor.ID); err != nil {
		return err
	}
	if err := t.forgetPosts(ctx, tx, actor.ID); err != nil {
		return err
	}
	if err := tx.DeleteReactionsBy(ctx, actor.ID); err != nil {
		return err
	}
	if err := tx.DeleteFollow(ctx, actor.ID, t.ownerID); err != nil {
		return err
	}
	if err := tx.DeleteFollow(ctx, t.ownerID, actor.ID); err != nil {
		return err
	}
	if err := t.node.TakeBack(ctx, tx, actor); err != nil {
		return err
	}
	if err := tx.DeleteNotificationsBy(ctx, actor.ID); err != nil {
		return err
	}
	return tx.DeleteKeys(ctx, actor.ID)
}

// forgetPosts deletes page after page of an actor's posts until nothing is left
// to list.
func (t *Timeline) forgetPosts(ctx context.Context, tx *store.Tx, actorID social.ID) error {
	for {
		ids, err := tx.ListEverythingBy(ctx, actorID, 0, 200)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if err := tx.DeletePost(ctx, id); err != nil {
				return err
			}
			t.happens(tx, Removed, id)
		}
	}
}
