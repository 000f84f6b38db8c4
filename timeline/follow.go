package timeline

import (
	"context"
	"errors"
	"fmt"

	"croft/federation"
	"croft/federation/activity"
	"croft/social"
	"croft/store"
)

// Follow asks to follow an actor. To follow oneself, somebody who is blocked,
// or somebody who is gone is ErrInvalid with a sentence. A follow that is there
// already, or asked for, changes nothing.
func (t *Timeline) Follow(ctx context.Context, actorID social.ID) error {
	err := t.store.Update(ctx, func(tx *store.Tx) error {
		actor, err := tx.FindActor(ctx, actorID)
		if err != nil {
			return err
		}
		return t.follow(ctx, tx, actor)
	})
	if err != nil {
		return fmt.Errorf("follow %s: %w", actorID, err)
	}
	return nil
}

func (t *Timeline) follow(ctx context.Context, tx *store.Tx, actor *social.Actor) error {
	relation, err := tx.FindRelation(ctx, actor.ID)
	if err != nil {
		return err
	}
	switch {
	case actor.Local:
		return social.Invalidf("This is you. There is no need to follow yourself.")
	case !actor.GoneAt.IsZero():
		return social.Invalidf("%s is no longer there.", actor.Handle)
	case relation.Blocking || relation.HostBlocked:
		return social.Invalidf("You block %s. Unblock them first.", actor.Handle)
	case relation.Following != "":
		return nil
	}
	follow := social.Follow{
		ID: tx.NewID(tx.Now), FollowerID: t.ownerID, FollowedID: actor.ID, State: social.FollowPending, CreatedAt: tx.Now,
	}
	follow.URI = t.site.Act("follows", follow.ID)
	if _, err := tx.PutFollow(ctx, follow); err != nil {
		return err
	}
	return t.node.Send(ctx, tx, t.followActivity(follow, actor), to(actor))
}

func (t *Timeline) followActivity(f social.Follow, followed *social.Actor) activity.Follow {
	return activity.Follow{ID: f.URI, Actor: t.site.Actor(), Object: followed.URI}
}

func to(actors ...*social.Actor) federation.Audience { return federation.Audience{Actors: actors} }

// FollowHandle looks a handle or an address up, over the network if it must,
// and follows whoever is there. One that leads to nobody is ErrInvalid for the
// field "q".
func (t *Timeline) FollowHandle(ctx context.Context, text string) (*social.Actor, error) {
	found, err := t.lookUp(ctx, text)
	if err != nil {
		return nil, err
	}
	if found.Actor == nil {
		return nil, social.InvalidField("q", "%s is a post, not a person.", text)
	}
	return found.Actor, t.Follow(ctx, found.Actor.ID)
}

// Unfollow ends a follow, or takes a request back. Nothing happens if there is
// none.
func (t *Timeline) Unfollow(ctx context.Context, actorID social.ID) error {
	return t.withActor(ctx, "unfollow", actorID, t.unfollow)
}

func (t *Timeline) unfollow(ctx context.Context, tx *store.Tx, actor *social.Actor) error {
	follow, err := tx.FindFollow(ctx, t.ownerID, actor.ID)
	if errors.Is(err, social.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := tx.DeleteFollow(ctx, t.ownerID, actor.ID); err != nil {
		return err
	}
	return t.node.Send(ctx, tx, activity.Undo{
		ID: t.site.Act("undos", tx.NewID(tx.Now)), Actor: t.site.Actor(), Object: follow.URI,
		Inner: t.followActivity(follow, actor), To: []string{actor.URI},
	}, to(actor))
}

// HideBoosts keeps what somebody boosts out of the home timeline, without a word
// to them. Where the owner does not follow them it is ErrInvalid with a sentence.
func (t *Timeline) HideBoosts(ctx context.Context, actorID social.ID) error {
	return t.ChangeFollow(ctx, actorID, func(o *social.FollowOptions) { o.HideBoosts = true })
}

// ShowBoosts undoes HideBoosts.
func (t *Timeline) ShowBoosts(ctx context.Context, actorID social.ID) error {
	return t.ChangeFollow(ctx, actorID, func(o *social.FollowOptions) { o.HideBoosts = false })
}

// ChangeFollow changes what the owner wishes to see of somebody whom they follow
// or asked to; of anybody else it is ErrInvalid with a sentence, and so is what is
// no language (field languages).
func (t *Timeline) ChangeFollow(ctx context.Context, actorID social.ID, change func(*social.FollowOptions)) error {
	return t.withActor(ctx, "change follow of", actorID, func(ctx context.Context, tx *store.Tx, actor *social.Actor) error {
		follow, err := tx.FindFollow(ctx, t.ownerID, actor.ID)
		if errors.Is(err, social.ErrNotFound) {
			return social.Invalidf("You do not follow %s.", actor.Handle)
		}
		if err != nil {
			return err
		}
		change(&follow.FollowOptions)
		for _, one := range follow.Languages {
			if one == "" || !social.ValidLanguage(one) {
				return social.InvalidField("languages", "%.20s is not the code of a language.", one)
			}
		}
		return tx.SetFollowOptions(ctx, actor.ID, follow.FollowOptions)
	})
}

// AcceptFollower says yes to a follow request. Where there is none that waits,
// it is ErrNotFound.
func (t *Timeline) AcceptFollower(ctx context.Context, actorID social.ID) error {
	return t.withActor(ctx, "accept follower", actorID, func(ctx context.Context, tx *store.Tx, actor *social.Actor) error {
		follow, err := t.findRequest(ctx, tx, actor.ID)
		if err != nil {
			return err
		}
		if err := tx.SetFollowState(ctx, actor.ID, t.ownerID, social.FollowAccepted); err != nil {
			return err
		}
		if err := t.settleRequest(ctx, tx, actor.ID, social.NotifyFollow); err != nil {
			return err
		}
		return t.sendAccept(ctx, tx, follow.URI, actor)
	})
}

// RejectFollower says no to a follow request. Where there is none that waits,
// it is ErrNotFound.
func (t *Timeline) RejectFollower(ctx context.Context, actorID social.ID) error {
	return t.withActor(ctx, "reject follower", actorID, func(ctx context.Context, tx *store.Tx, actor *social.Actor) error {
		if _, err := t.findRequest(ctx, tx, actor.ID); err != nil {
			return err
		}
		return t.dropFollower(ctx, tx, actor)
	})
}

// RemoveFollower ends somebody's follow of the owner, tells them, and takes
// back what still waits to be sent to them. Nothing happens if they do not
// follow.
func (t *Timeline) RemoveFollower(ctx context.Context, actorID social.ID) error {
	return t.withActor(ctx, "remove follower", actorID, t.dropFollower)
}

func (t *Timeline) findRequest(ctx context.Context, tx *store.Tx, actorID social.ID) (social.Follow, error) {
	follow, err := tx.FindFollow(ctx, actorID, t.ownerID)
	if err == nil && follow.State != social.FollowPending {
		err = fmt.Errorf("it is accepted already: %w", social.ErrNotFound)
	}
	return follow, err
}

// settleRequest takes the notification of a request away and puts another in
// its place, if one is named.
func (t *Timeline) settleRequest(ctx context.Context, tx *store.Tx, actorID social.ID, instead social.NotificationKind) error {
	if err := tx.DeleteNotification(ctx, social.NotifyFollowRequest, actorID, 0); err != nil || instead == "" {
		return err
	}
	_, err := tx.PutNotification(ctx, social.Notification{Kind: instead, ActorID: actorID, CreatedAt: tx.Now, Read: true})
	return err
}

func (t *Timeline) sendAccept(ctx context.Context, tx *store.Tx, followURI string, follower *social.Actor) error {
	return t.node.Send(ctx, tx, activity.Accept{
		ID: t.site.Act("accepts", tx.NewID(tx.Now)), Actor: t.site.Actor(), Object: followURI,
		Follow: &activity.Follow{ID: followURI, Actor: follower.URI, Object: t.site.Actor()},
	}, to(follower))
}

func (t *Timeline) sendReject(ctx context.Context, tx *store.Tx, followURI string, follower *social.Actor) error {
	return t.node.Send(ctx, tx, activity.Reject{
		ID: t.site.Act("rejects", tx.NewID(tx.Now)), Actor: t.site.Actor(), Object: followURI,
		Follow: &activity.Follow{ID: followURI, Actor: follower.URI, Object: t.site.Actor()},
	}, to(follower))
}

// dropFollower ends a follow of the owner, in whatever state. What waits to be
// sent is taken back before the Reject is put.
func (t *Timeline) dropFollower(ctx context.Context, tx *store.Tx, actor *social.Actor) error {
	follow, err := tx.FindFollow(ctx, actor.ID, t.ownerID)
	if errors.Is(err, social.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := tx.DeleteFollow(ctx, actor.ID, t.ownerID); err != nil {
		return err
	}
	if err := t.settleRequest(ctx, tx, actor.ID, ""); err != nil {
		return err
	}
	if err := t.node.TakeBack(ctx, tx, actor); err != nil {
		return err
	}
	return t.sendReject(ctx, tx, follow.URI, actor)
}

// withActor runs one act concerning an actor in a transaction of its own.
func (t *Timeline) withActor(ctx context.Context, act string, id social.ID, do func(context.Context, *store.Tx, *social.Actor) error) error {
	err := t.store.Update(ctx, func(tx *store.Tx) error {
		actor, err := tx.FindActor(ctx, id)
		if err != nil {
			return err
		}
		return do(ctx, tx, actor)
	})
	if err != nil {
		return fmt.Errorf("%s %s: %w", act, id, err)
	}
	return nil
}
