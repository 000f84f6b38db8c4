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

// receiveAnnounce keeps a boost: of an open post of the owner's by anybody, of
// another's open post by somebody the owner follows. A boost of a post that was
// not meant for everybody is not one.
func (t *Timeline) receiveAnnounce(ctx context.Context, tx *store.Tx, a federation.Arrival, act activity.Announce) error {
	if a.Post == nil || !a.Post.Visibility.IsOpen() {
		return nil
	}
	if !a.Post.Local {
		follows, err := t.follows(ctx, tx, a.Actor.ID)
		if err != nil || !follows {
			return err
		}
	}
	post, err := t.keepBoosted(ctx, tx, a.Post)
	if err != nil || post == nil {
		return err
	}
	id, err := tx.PutBoost(ctx, social.Boost{
		URI: act.ID, BoosterID: a.Actor.ID, PostID: post.ID, CreatedAt: notAfter(act.Published, tx.Now),
	})
	if err != nil {
		return ignoreConflict(err)
	}
	t.happens(tx, Boosted, id)
	if !post.Local {
		return nil
	}
	return t.notify(ctx, tx, social.NotifyBoost, a.Actor, post.ID)
}

// keepBoosted returns the stored form of a boosted post, which it stores if it
// is not here; nil if it is gone or its author is blocked.
func (t *Timeline) keepBoosted(ctx context.Context, tx *store.Tx, post *social.Post) (*social.Post, error) {
	blocked, err := tx.IsBlocked(ctx, post.AuthorURI, social.HostOf(post.AuthorURI))
	if err != nil || blocked {
		return nil, err
	}
	known, err := tx.FindPostByURI(ctx, post.URI)
	if err == nil {
		if !known.DeletedAt.IsZero() {
			return nil, nil
		}
		return known, nil
	}
	if !errors.Is(err, social.ErrNotFound) {
		return nil, err
	}
	id, err := tx.PutPost(ctx, post)
	if errors.Is(err, social.ErrGone) || errors.Is(err, social.ErrConflict) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return tx.FindPost(ctx, id)
}

// notAfter is a moment that a stranger named, no later than now; now if none.
func notAfter(said, now time.Time) time.Time {
	if said.IsZero() || said.After(now) {
		return now
	}
	return said
}

// receiveLike keeps a like of a post of the owner's that the actor may see.
// Likes of others' posts are their authors' to count.
func (t *Timeline) receiveLike(ctx context.Context, tx *store.Tx, actor *social.Actor, act activity.Like) error {
	post, err := tx.FindPostByURI(ctx, act.Object)
	if errors.Is(err, social.ErrNotFound) || err == nil && !post.Local {
		return nil
	}
	if err != nil {
		return err
	}
	relation, err := tx.FindRelation(ctx, actor.ID)
	if err != nil {
		return err
	}
	viewer := social.Viewer{ActorURI: actor.URI, Follows: relation.FollowedBy == social.FollowAccepted}
	if !post.VisibleTo(viewer) {
		return nil
	}
	_, err = tx.PutLike(ctx, social.Like{
		URI: act.ID, ActorID: actor.ID, PostID: post.ID, Emoji: act.Emoji, Picture: act.Picture, CreatedAt: tx.Now,
	})
	if err != nil {
		return ignoreConflict(err)
	}
	return t.notify(ctx, tx, social.NotifyLike, actor, post.ID)
}

// receiveUndo takes back what the actor did, as it is stored: by its id, or
// where peers leave that out by what it was done to. What another did is not
// theirs to undo.
func (t *Timeline) receiveUndo(ctx context.Context, tx *store.Tx, actor *social.Actor, act activity.Undo) error {
	undone, err := t.undoByURI(ctx, tx, actor, act.Object)
	if err != nil || undone {
		return err
	}
	switch inner := act.Inner.(type) {
	case activity.Follow:
		if inner.Object != t.site.Actor() {
			return nil
		}
		return t.undoFollow(ctx, tx, actor)
	case activity.Like:
		return t.undoOn(ctx, tx, actor, inner.Object, social.NotifyLike, tx.DeleteLike)
	case activity.Announce:
		return t.undoOn(ctx, tx, actor, inner.Object, social.NotifyBoost, t.removeBoost(tx))
	case activity.Block:
		if inner.Object == t.site.Actor() {
			return tx.DeleteBlockedBy(ctx, actor.ID)
		}
	}
	return nil
}

// undoByURI looks for the act with the id among everything the actor did.
func (t *Timeline) undoByURI(ctx context.Context, tx *store.Tx, actor *social.Actor, uri string) (bool, error) {
	if follow, err := tx.FindFollowByURI(ctx, uri); err == nil {
		if follow.FollowerID != actor.ID || follow.FollowedID != t.ownerID {
			return true, nil
		}
		return true, t.undoFollow(ctx, tx, actor)
	} else if !errors.Is(err, social.ErrNotFound) {
		return false, err
	}
	if like, err := tx.FindLikeByURI(ctx, uri); err == nil {
		return true, t.undoReaction(ctx, tx, actor, like.ActorID, like.PostID, social.NotifyLike, tx.DeleteLike)
	} else if !errors.Is(err, social.ErrNotFound) {
		return false, err
	}
	if boost, err := tx.FindBoostByURI(ctx, uri); err == nil {
		return true, t.undoReaction(ctx, tx, actor, boost.BoosterID, boost.PostID, social.NotifyBoost, t.removeBoost(tx))
	} else if !errors.Is(err, social.ErrNotFound) {
		return false, err
	}
	blocker, err := tx.FindBlockedBy(ctx, uri)
	if errors.Is(err, social.ErrNotFound) {
		return false, nil
	}
	if err != nil || blocker != actor.ID {
		return true, err
	}
	return true, tx.DeleteBlockedBy(ctx, actor.ID)
}

func (t *Timeline) undoFollow(ctx context.Context, tx *store.Tx, actor *social.Actor) error {
	if err := tx.DeleteFollow(ctx, actor.ID, t.ownerID); err != nil {
		return err
	}
	if err := tx.DeleteNotification(ctx, social.NotifyFollow, actor.ID, 0); err != nil {
		return err
	}
	if err := t.settleRequest(ctx, tx, actor.ID, ""); err != nil {
		return err
	}
	return t.node.TakeBack(ctx, tx, actor)
}

// removeBoost is tx.DeleteBoost for what timelines have shown.
func (t *Timeline) removeBoost(tx *store.Tx) reactionRemover {
	return func(ctx context.Context, actorID, postID social.ID) error {
		boost, err := tx.FindBoost(ctx, actorID, postID)
		if errors.Is(err, social.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		t.happens(tx, Removed, boost.ID)
		return tx.DeleteBoost(ctx, actorID, postID)
	}
}

// reactionRemover is tx.DeleteLike or removeBoost.
type reactionRemover func(ctx context.Context, actorID, postID social.ID) error

func (t *Timeline) undoReaction(ctx context.Context, tx *store.Tx, actor *social.Actor, doer, postID social.ID, kind social.NotificationKind, remove reactionRemover) error {
	if doer != actor.ID {
		return nil
	}
	if err := remove(ctx, actor.ID, postID); err != nil {
		return err
	}
	return tx.DeleteNotification(ctx, kind, actor.ID, postID)
}

func (t *Timeline) undoOn(ctx context.Context, tx *store.Tx, actor *social.Actor, uri string, kind social.NotificationKind, remove reactionRemover) error {
	post, err := tx.FindPostByURI(ctx, uri)
	if errors.Is(err, social.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return t.undoReaction(ctx, tx, actor, actor.ID, post.ID, kind, remove)
}

// receivePin takes a pin, or its end: only of an actor's own post, in their own
// featured collection.
func (t *Timeline) receivePin(ctx context.Context, tx *store.Tx, actor *social.Actor, object, target string, pinned bool) error {
	if actor.Featured == "" || target != actor.Featured {
		return nil
	}
	post, err := tx.FindPostByURI(ctx, object)
	if errors.Is(err, social.ErrNotFound) {
		return nil
	}
	if err != nil || post.AuthorID != actor.ID || !post.DeletedAt.IsZero() {
		return err
	}
	return tx.SetPinned(ctx, post.ID, pinned)
}

// receiveFlag keeps a report of the owner or of posts of theirs, for the owner
// to read. A report of anybody else is not for this home.
func (t *Timeline) receiveFlag(ctx context.Context, tx *store.Tx, actor *social.Actor, act activity.Flag) error {
	report := social.Report{URI: act.ID, ActorID: actor.ID, TargetID: t.ownerID, Comment: act.Content, CreatedAt: tx.Now}
	concerns := false
	for _, uri := range act.Objects {
		if _, isPost := t.site.PostID(uri); isPost {
			concerns = true
			report.Posts = append(report.Posts, uri)
		}
		concerns = concerns || uri == t.site.Actor()
	}
	if !concerns {
		return nil
	}
	if _, err := tx.PutReport(ctx, report); err != nil {
		return ignoreConflict(err)
	}
	return t.notify(ctx, tx, social.NotifyReport, actor, 0)
}
