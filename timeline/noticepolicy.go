package timeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"croft/social"
	"croft/store"
)

const (
	newFollower = 3 * 24 * time.Hour  // who follows no longer counts as not following, as with Mastodon
	newActor    = 30 * 24 * time.Hour // who is younger is new on the network, likewise
)

// judged are the kinds of notification that a policy is about: what strangers can
// cause at will.
var judged = []social.NotificationKind{social.NotifyMention, social.NotifyLike, social.NotifyBoost, social.NotifyFollow, social.NotifyQuote}

// SetNoticePolicy changes whose notifications come through. What is wrong with it
// is ErrInvalid with the fields of NoticePolicy.Validate. What is held back stays
// so.
func (t *Timeline) SetNoticePolicy(ctx context.Context, p social.NoticePolicy) error {
	if err := p.Validate(); err != nil {
		return err
	}
	return t.store.Update(ctx, func(tx *store.Tx) error {
		home, err := tx.FindHome(ctx)
		if err != nil {
			return err
		}
		home.Preferences.Notices = p
		return tx.SetPreferences(ctx, home.Preferences)
	})
}

// HearActors lets the notifications of actors through from now on, and those that
// are held back at once. An actor of whom nothing is held back is ErrNotFound, and
// nothing is changed.
func (t *Timeline) HearActors(ctx context.Context, actorIDs []social.ID) error {
	return t.settleHeld(ctx, actorIDs, func(tx *store.Tx, id social.ID) error {
		held, err := tx.ListHeld(ctx, id)
		if err != nil {
			return err
		}
		for _, n := range held {
			n.Read = true // it is no news: devices are not told
			if _, err := tx.PutNotification(ctx, n); err != nil {
				return err
			}
		}
		t.happens(tx, Merged, id)
		return tx.PutHeard(ctx, id)
	})
}

// DropHeld forgets what is held back of actors. What they cause later is held back
// again. ErrNotFound as for HearActors.
func (t *Timeline) DropHeld(ctx context.Context, actorIDs []social.ID) error {
	return t.settleHeld(ctx, actorIDs, func(*store.Tx, social.ID) error { return nil })
}

func (t *Timeline) settleHeld(ctx context.Context, actorIDs []social.ID, first func(*store.Tx, social.ID) error) error {
	return t.store.Update(ctx, func(tx *store.Tx) error {
		for _, id := range actorIDs {
			if _, err := tx.FindNoticeRequest(ctx, id); err != nil {
				return err
			}
			if err := first(tx, id); err != nil {
				return err
			}
			if err := tx.DeleteHeld(ctx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// judge is what the owner's policy says of a notification.
func (t *Timeline) judge(ctx context.Context, tx *store.Tx, kind social.NotificationKind, actor *social.Actor, postID social.ID, relation social.Relation) (social.NoticeRule, error) {
	home, err := tx.FindHome(ctx)
	if err != nil {
		return "", err
	}
	p := home.Preferences.Notices
	if p == (social.NoticePolicy{}) || !slices.Contains(judged, kind) {
		return social.NoticeAccept, nil
	}
	if heard, err := tx.IsHeard(ctx, actor.ID); err != nil || heard {
		return social.NoticeAccept, err
	}
	rule, followed := social.NoticeAccept, relation.Following == social.FollowAccepted
	if !followed {
		rule = rule.Stricter(p.NotFollowed)
		if tx.Now.Sub(actor.CreatedAt) < newActor {
			rule = rule.Stricter(p.NewActors)
		}
	}
	if p.NotFollowing != social.NoticeAccept {
		follow, err := tx.FindFollow(ctx, actor.ID, t.ownerID)
		if err != nil && !errors.Is(err, social.ErrNotFound) {
			return "", err
		}
		if err != nil || follow.State != social.FollowAccepted || tx.Now.Sub(follow.CreatedAt) < newFollower {
			rule = rule.Stricter(p.NotFollowing)
		}
	}
	if p.Letters != social.NoticeAccept && kind == social.NotifyMention && !followed {
		unasked, err := isUnaskedLetter(ctx, tx, postID)
		if err != nil {
			return "", err
		}
		if unasked {
			rule = rule.Stricter(p.Letters)
		}
	}
	return rule, nil
}

// isUnaskedLetter reports that a post is direct, in a conversation in which the
// owner has not written.
func isUnaskedLetter(ctx context.Context, tx *store.Tx, postID social.ID) (bool, error) {
	post, err := tx.FindPost(ctx, postID)
	if err != nil || post.Visibility != social.Direct {
		return false, err
	}
	written, err := tx.HasWrittenIn(ctx, postID)
	if err != nil {
		return false, fmt.Errorf("judge %s: %w", postID, err)
	}
	return !written, nil
}
