package timeline

import (
	"context"
	"errors"

	"croft/federation/activity"
	"croft/social"
	"croft/store"
)

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
