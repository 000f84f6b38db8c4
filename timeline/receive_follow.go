package timeline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"croft/federation"
	"croft/federation/activity"
	"croft/social"
	"croft/store"
)

// receiveFollow takes a follow of the owner's: at once where the profile is
// open, as a request where it is locked. A follow that is asked for again, with
// the same id or another, is answered again: the first answer may be lost.
func (t *Timeline) receiveFollow(ctx context.Context, tx *store.Tx, actor *social.Actor, act activity.Follow) error {
	if act.Object != t.site.Actor() {
		return nil // Friendica follows posts, too
	}
	owner, err := t.findOwner(ctx, tx.Reader)
	if err != nil {
		return err
	}
	known, err := tx.FindFollow(ctx, actor.ID, t.ownerID)
	if err != nil && !errors.Is(err, social.ErrNotFound) {
		return err
	}
	follow := social.Follow{
		ID: known.ID, URI: act.ID, FollowerID: actor.ID, FollowedID: t.ownerID,
		State: social.FollowAccepted, CreatedAt: tx.Now,
	}
	kind := social.NotifyFollow
	if owner.Locked && known.State != social.FollowAccepted {
		follow.State, kind = social.FollowPending, social.NotifyFollowRequest
	}
	if _, err := tx.PutFollow(ctx, follow); err != nil {
		return ignoreConflict(err)
	}
	if known.State == "" {
		if err := t.notify(ctx, tx, kind, actor, 0); err != nil {
			return err
		}
	}
	if follow.State == social.FollowPending {
		return nil
	}
	return t.sendAccept(ctx, tx, act.ID, actor)
}

// ignoreConflict forgets what contradicts something that is there already: a
// stranger who names another's act.
func ignoreConflict(err error) error {
	if errors.Is(err, social.ErrConflict) {
		return nil
	}
	return err
}

// findOwnFollow returns the follow of the owner's that an actor answers: named
// by its id, or by both ends. Only the one who is followed may answer it.
func (t *Timeline) findOwnFollow(ctx context.Context, tx *store.Tx, actor *social.Actor, uri string, embedded *activity.Follow) (social.Follow, error) {
	follow, err := tx.FindFollow(ctx, t.ownerID, actor.ID)
	if err != nil {
		return follow, err
	}
	byEnds := embedded != nil && embedded.Object == actor.URI && (embedded.Actor == t.site.Actor() || embedded.Actor == "")
	if follow.URI != uri && !byEnds {
		return follow, fmt.Errorf("follow %.200q: %w", uri, social.ErrNotFound)
	}
	return follow, nil
}

// receiveAccept notes that somebody agreed to be followed, or quoted.
func (t *Timeline) receiveAccept(ctx context.Context, tx *store.Tx, actor *social.Actor, act activity.Accept) error {
	if quoted, err := t.receiveQuoteAnswer(ctx, tx, actor, act.Object, act.Request, social.QuoteAccepted, act.Result); err != nil || quoted {
		return err
	}
	follow, err := t.findOwnFollow(ctx, tx, actor, act.Object, act.Follow)
	if errors.Is(err, social.ErrNotFound) {
		return nil
	}
	if err != nil || follow.State == social.FollowAccepted {
		return err
	}
	return tx.SetFollowState(ctx, t.ownerID, actor.ID, social.FollowAccepted)
}

// receiveReject notes that somebody does not agree to be followed, or no longer.
func (t *Timeline) receiveReject(ctx context.Context, tx *store.Tx, actor *social.Actor, act activity.Reject) error {
	if quoted, err := t.receiveQuoteAnswer(ctx, tx, actor, act.Object, act.Request, social.QuoteRejected, ""); err != nil || quoted {
		return err
	}
	_, err := t.findOwnFollow(ctx, tx, actor, act.Object, act.Follow)
	if errors.Is(err, social.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return tx.DeleteFollow(ctx, t.ownerID, actor.ID)
}

// receiveBlock notes that somebody blocks the owner. Both follows end, and what
// waits for them is taken back.
func (t *Timeline) receiveBlock(ctx context.Context, tx *store.Tx, actor *social.Actor, act activity.Block) error {
	if act.Object != t.site.Actor() {
		return nil
	}
	if err := tx.DeleteFollow(ctx, actor.ID, t.ownerID); err != nil {
		return err
	}
	if err := tx.DeleteFollow(ctx, t.ownerID, actor.ID); err != nil {
		return err
	}
	if err := t.settleRequest(ctx, tx, actor.ID, ""); err != nil {
		return err
	}
	if err := t.node.TakeBack(ctx, tx, actor); err != nil {
		return err
	}
	return ignoreConflict(tx.PutBlockedBy(ctx, actor.ID, act.ID))
}

// receiveMove lets a follow go along when somebody moves house. Both ends must
// confirm it: the old one says so, and the new one, fetched afresh, lists the
// old among its other names.
func (t *Timeline) receiveMove(ctx context.Context, a federation.Arrival, act activity.Move) error {
	var target *social.Actor
	if act.Object == a.Actor.URI && act.Target != a.Actor.URI {
		follow, err := t.store.FindFollow(ctx, t.ownerID, a.Actor.ID)
		if err != nil && !errors.Is(err, social.ErrNotFound) {
			return err
		}
		if follow.State == social.FollowAccepted {
			if target, err = t.fetchTarget(ctx, a.Actor, act.Target); err != nil {
				return err
			}
		}
	}
	return t.store.Update(ctx, func(tx *store.Tx) error {
		if target != nil {
			if err := t.followAlong(ctx, tx, a.Actor, target); err != nil {
				return err
			}
		}
		return a.Done(ctx, tx)
	})
}

// fetchTarget returns the new home of an actor if it confirms the move, else
// nil.
func (t *Timeline) fetchTarget(ctx context.Context, old *social.Actor, uri string) (*social.Actor, error) {
	target, err := t.node.RefreshActor(ctx, uri)
	if errors.Is(err, social.ErrUnavailable) {
		return nil, err
	}
	if err != nil || !slices.Contains(target.AlsoKnownAs, old.URI) {
		return nil, nil // nobody confirms it: it is no move
	}
	return target, nil
}

// moveMark stands among what was seen of an actor, which is no activity's id:
// while it is there (keepSeen; Mastodon: 30 days) they do not move again. Else
// homes that name one another could send the follow round for ever.
const moveMark = "moved"

// followAlong looks once more whether the owner follows the old home: the new
// one was fetched meanwhile.
func (t *Timeline) followAlong(ctx context.Context, tx *store.Tx, old, target *social.Actor) error {
	if follows, err := t.follows(ctx, tx, old.ID); err != nil || !follows {
		return err
	}
	if rested, err := tx.PutSeen(ctx, old.URI, moveMark); err != nil || !rested {
		return err
	}
	if err := t.unfollow(ctx, tx, old); err != nil {
		return err
	}
	moved := *old
	moved.MovedTo = target.URI
	if _, err := tx.PutActor(ctx, &moved); err != nil {
		return err
	}
	err := t.follow(ctx, tx, target)
	if len(social.Problems(err)) > 0 {
		return nil // the owner blocks the new home, or it is gone: the follow ends here
	}
	if err != nil {
		return err
	}
	return t.notify(ctx, tx, social.NotifyMove, target, 0)
}
