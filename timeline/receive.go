package timeline

import (
	"context"
	"fmt"

	"croft/federation"
	"croft/federation/activity"
	"croft/social"
	"croft/store"
)

// Receive applies what arrived: it is the Node's Receiver. Whatever means
// nothing here is forgotten without an error. It touches the network only where
// an actor has moved.
func (t *Timeline) Receive(ctx context.Context, a federation.Arrival) error {
	if move, ok := a.Activity.(activity.Move); ok {
		return t.receiveMove(ctx, a, move)
	}
	err := t.store.Update(ctx, func(tx *store.Tx) error {
		if err := t.apply(ctx, tx, a); err != nil {
			return err
		}
		return a.Done(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("receive from %s: %w", a.Actor.URI, err)
	}
	return nil
}

// apply is the one table from what others say to what it does here.
func (t *Timeline) apply(ctx context.Context, tx *store.Tx, a federation.Arrival) error {
	switch act := a.Activity.(type) {
	case activity.Create:
		return t.receivePost(ctx, tx, a)
	case activity.Vote:
		return t.receiveVote(ctx, tx, a.Actor, act)
	case activity.Update:
		return t.receiveUpdate(ctx, tx, a, act)
	case activity.Delete:
		return t.receiveDelete(ctx, tx, a.Actor, act)
	case activity.QuoteRequest:
		return t.receiveQuoteRequest(ctx, tx, a.Actor, act, a.Post)
	case activity.Follow:
		return t.receiveFollow(ctx, tx, a.Actor, act)
	case activity.Accept:
		return t.receiveAccept(ctx, tx, a.Actor, act)
	case activity.Reject:
		return t.receiveReject(ctx, tx, a.Actor, act)
	case activity.Undo:
		return t.receiveUndo(ctx, tx, a.Actor, act)
	case activity.Announce:
		return t.receiveAnnounce(ctx, tx, a, act)
	case activity.Like:
		return t.receiveLike(ctx, tx, a.Actor, act)
	case activity.Block:
		return t.receiveBlock(ctx, tx, a.Actor, act)
	case activity.Add:
		return t.receivePin(ctx, tx, a.Actor, act.Object, act.Target, true)
	case activity.Remove:
		return t.receivePin(ctx, tx, a.Actor, act.Object, act.Target, false)
	case activity.Flag:
		return t.receiveFlag(ctx, tx, a.Actor, act)
	}
	return nil // a word that means nothing here
}

// notify tells the owner of something, unless they mute who caused it, or the
// thread, or their policy has it otherwise.
func (t *Timeline) notify(ctx context.Context, tx *store.Tx, kind social.NotificationKind, actor *social.Actor, postID social.ID) error {
	relation, err := tx.FindRelation(ctx, actor.ID)
	if err != nil || relation.Muting && !relation.Heeding || relation.Blocking || relation.HostBlocked {
		return err
	}
	if muted, err := tx.ListMutedThreads(ctx, []social.ID{postID}); err != nil || muted[postID] {
		return err
	}
	n := social.Notification{Kind: kind, ActorID: actor.ID, PostID: postID, CreatedAt: tx.Now}
	switch rule, err := t.judge(ctx, tx, kind, actor, postID, relation); {
	case err != nil || rule == social.NoticeDrop:
		return err
	case rule == social.NoticeHold:
		return tx.PutHeld(ctx, n)
	default:
		return t.putNotification(ctx, tx, n)
	}
}

// putNotification keeps what the owner is told, and has them told if it is news.
func (t *Timeline) putNotification(ctx context.Context, tx *store.Tx, n social.Notification) error {
	id, err := tx.PutNotification(ctx, n)
	if err != nil || id == 0 {
		return err
	}
	t.happens(tx, Notified, id)
	return t.wantPushes(ctx, tx, id, n)
}

// follows reports whether the owner follows an actor, and that actor agreed.
func (t *Timeline) follows(ctx context.Context, tx *store.Tx, actorID social.ID) (bool, error) {
	relation, err := tx.FindRelation(ctx, actorID)
	return relation.Following == social.FollowAccepted, err
}
