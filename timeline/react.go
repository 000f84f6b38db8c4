package timeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"croft/federation"
	"croft/federation/activity"
	"croft/social"
	"croft/store"
)

// Boost passes a post on to the owner's followers. Only a public or unlisted
// post can be; anything else is ErrInvalid. A second boost changes nothing.
func (t *Timeline) Boost(ctx context.Context, id social.ID) error {
	return t.react(ctx, "boost", id, func(tx *store.Tx, post *social.Post) error {
		if !post.Visibility.IsOpen() {
			return social.Invalidf("Only public and unlisted posts can be boosted: this one was meant for fewer people.")
		}
		if _, err := tx.FindBoost(ctx, t.ownerID, id); !errors.Is(err, social.ErrNotFound) {
			return err
		}
		boost := social.Boost{BoosterID: t.ownerID, PostID: id, CreatedAt: tx.Now.Truncate(time.Millisecond)}
		boost.ID = tx.NewID(boost.CreatedAt)
		boost.URI = t.site.Act("boosts", boost.ID)
		if _, err := tx.PutBoost(ctx, boost); err != nil {
			return err
		}
		t.happens(tx, Boosted, boost.ID)
		return t.node.Send(ctx, tx, t.announce(boost, post), t.boostAudience(post))
	})
}

// Unboost takes a boost back. Nothing happens if there is none.
func (t *Timeline) Unboost(ctx context.Context, id social.ID) error {
	return t.react(ctx, "unboost", id, func(tx *store.Tx, post *social.Post) error {
		boost, err := tx.FindBoost(ctx, t.ownerID, id)
		if errors.Is(err, social.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := tx.DeleteBoost(ctx, t.ownerID, id); err != nil {
			return err
		}
		t.happens(tx, Removed, boost.ID)
		inner := t.announce(boost, post)
		return t.node.Send(ctx, tx, activity.Undo{
			ID: t.site.Act("undos", tx.NewID(tx.Now)), Actor: t.site.Actor(), Object: boost.URI,
			Inner: inner, To: inner.To, Cc: inner.Cc,
		}, t.boostAudience(post))
	})
}

func (t *Timeline) announce(b social.Boost, post *social.Post) activity.Announce {
	return activity.Announce{
		ID: b.URI, Actor: t.site.Actor(), Object: post.URI, Published: b.CreatedAt,
		To: []string{social.PublicURI}, Cc: []string{t.site.Followers(), post.AuthorURI},
	}
}

func (t *Timeline) boostAudience(post *social.Post) federation.Audience {
	return federation.Audience{Followers: true, Actors: authors(post)}
}

// authors is who wrote a post, as an audience.
func authors(post *social.Post) []*social.Actor {
	if post.Author == nil {
		return nil
	}
	return []*social.Actor{post.Author}
}

// Like likes a post and tells its author. A second like changes nothing.
func (t *Timeline) Like(ctx context.Context, id social.ID) error {
	return t.react(ctx, "like", id, func(tx *store.Tx, post *social.Post) error {
		if _, err := tx.FindLike(ctx, t.ownerID, id); !errors.Is(err, social.ErrNotFound) {
			return err
		}
		like := social.Like{ID: tx.NewID(tx.Now), ActorID: t.ownerID, PostID: id, CreatedAt: tx.Now.Truncate(time.Millisecond)}
		like.URI = t.site.Act("likes", like.ID)
		if _, err := tx.PutLike(ctx, like); err != nil {
			return err
		}
		return t.node.Send(ctx, tx, t.likeActivity(like, post), federation.Audience{Actors: authors(post)})
	})
}

// Unlike takes a like back. Nothing happens if there is none.
func (t *Timeline) Unlike(ctx context.Context, id social.ID) error {
	return t.react(ctx, "unlike", id, func(tx *store.Tx, post *social.Post) error {
		like, err := tx.FindLike(ctx, t.ownerID, id)
		if errors.Is(err, social.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := tx.DeleteLike(ctx, t.ownerID, id); err != nil {
			return err
		}
		inner := t.likeActivity(like, post)
		return t.node.Send(ctx, tx, activity.Undo{
			ID: t.site.Act("undos", tx.NewID(tx.Now)), Actor: t.site.Actor(), Object: like.URI, Inner: inner, To: inner.To,
		}, federation.Audience{Actors: authors(post)})
	})
}

func (t *Timeline) likeActivity(l social.Like, post *social.Post) activity.Like {
	return activity.Like{ID: l.URI, Actor: t.site.Actor(), Object: post.URI, To: []string{post.AuthorURI}}
}

// Pin puts a post of the owner's at the top of their profile. Direct posts and
// more than five pins are ErrInvalid.
func (t *Timeline) Pin(ctx context.Context, id social.ID) error {
	return t.react(ctx, "pin", id, func(tx *store.Tx, post *social.Post) error {
		if !post.Local || post.Visibility == social.Direct {
			return social.Invalidf("Only your own posts can be pinned, and no direct messages.")
		}
		pinned, err := tx.ListPinned(ctx, t.ownerID, social.Viewer{Owner: true})
		if err != nil {
			return err
		}
		if slices.ContainsFunc(pinned, func(p *social.Post) bool { return p.ID == id }) {
			return nil
		}
		if len(pinned) >= maxPins {
			return social.Invalidf("At most %d posts can be pinned. Take one off first.", maxPins)
		}
		if err := tx.SetPinned(ctx, id, true); err != nil {
			return err
		}
		return t.node.Send(ctx, tx, activity.Add{
			ID: t.site.Act("adds", tx.NewID(tx.Now)), Actor: t.site.Actor(), Object: post.URI,
			Target: t.site.Featured(), To: []string{social.PublicURI}, Cc: []string{t.site.Followers()},
		}, pinAudience(post))
	})
}

const maxPins = 5

// Bookmark keeps a post, of anybody's and of any visibility, to find it again.
// Nobody is told. A second bookmark changes nothing.
func (t *Timeline) Bookmark(ctx context.Context, id social.ID) error {
	return t.react(ctx, "bookmark", id, func(tx *store.Tx, _ *social.Post) error { return tx.PutBookmark(ctx, id) })
}

// Unbookmark lets a post go. Nothing happens if it is not kept.
func (t *Timeline) Unbookmark(ctx context.Context, id social.ID) error {
	return t.react(ctx, "unbookmark", id, func(tx *store.Tx, _ *social.Post) error { return tx.DeleteBookmark(ctx, id) })
}

// pinAudience: the followers may know of a pin, which names a post and no more.
func pinAudience(post *social.Post) federation.Audience {
	return federation.Audience{Followers: post.Visibility != social.Direct}
}

// Unpin takes a post off the top of the profile. Nothing happens if it is not
// there.
func (t *Timeline) Unpin(ctx context.Context, id social.ID) error {
	return t.react(ctx, "unpin", id, func(tx *store.Tx, post *social.Post) error {
		if !post.Local || post.PinnedAt.IsZero() {
			return nil
		}
		if err := tx.SetPinned(ctx, id, false); err != nil {
			return err
		}
		return t.node.Send(ctx, tx, activity.Remove{
			ID: t.site.Act("removes", tx.NewID(tx.Now)), Actor: t.site.Actor(), Object: post.URI,
			Target: t.site.Featured(), To: []string{social.PublicURI}, Cc: []string{t.site.Followers()},
		}, pinAudience(post))
	})
}

// react runs one act on a living post in a transaction of its own.
func (t *Timeline) react(ctx context.Context, act string, id social.ID, do func(*store.Tx, *social.Post) error) error {
	err := t.store.Update(ctx, func(tx *store.Tx) error {
		post, err := findLiving(ctx, tx.Reader, id)
		if err != nil {
			return err
		}
		return do(tx, post)
	})
	if err != nil {
		return fmt.Errorf("%s %s: %w", act, id, err)
	}
	return nil
}
