package federation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"croft/federation/activity"
	"croft/federation/remote"
	"croft/queue"
	"croft/social"
	"croft/store"
)

const kindLook = "look" // what somebody wrote and pinned, and how many there are of what

// LookEvery is how long an actor's server is left alone after it was asked for
// their posts.
const LookEvery = time.Hour

// How much one look at an actor may cost and bring.
const (
	outboxFetches = 25
	restFetches   = 15 // for the pins and the counts, which no outbox shall use up
	outboxPages   = 2  // beside the collection itself
	outboxItems   = 40 // a page of Mastodon's has 20, boosts among them
	outboxPosts   = 20
)

func (n *Node) registerLook() {
	n.queue.Register(kindLook, n.lookAt, queue.KindOptions{Peer: true, Timeout: 2 * time.Minute})
}

// WantLook has an actor's recent posts, their pins and their counts fetched in
// the background, unless that was asked for less than LookEvery ago. Nobody is
// asked of those who are blocked or gone.
func (n *Node) WantLook(ctx context.Context, tx *store.Tx, actorURI string) error {
	actor, err := tx.FindActorByURI(ctx, actorURI)
	if err != nil {
		return fmt.Errorf("want a look: %w", err)
	}
	if !n.isForeign(actor.URI) || !actor.GoneAt.IsZero() {
		return nil
	}
	if blocked, err := tx.IsBlocked(ctx, actor.URI, social.HostOf(actor.URI)); err != nil || blocked {
		return err
	}
	known, err := tx.FindLook(ctx, actor.ID)
	if err != nil && !errors.Is(err, social.ErrNotFound) {
		return err
	}
	if err == nil && tx.Now.Sub(known.AskedAt) < LookEvery {
		return nil
	}
	job := jobFor(kindLook, actor.URI)
	if err := n.takeLookBack(ctx, tx, &job); err != nil {
		return err
	}
	if err := tx.PutLook(ctx, store.Look{ActorID: actor.ID, AskedAt: tx.Now}); err != nil {
		return err
	}
	return n.queue.Put(ctx, tx, job)
}

func (n *Node) takeLookBack(ctx context.Context, tx *store.Tx, job *queue.Job) error {
	_, err := n.queue.Cancel(ctx, tx, queue.Filter{Kind: job.Kind, Host: job.Host, Topic: job.Topic})
	return err
}

// lookAt fetches what there is to see of an actor. Whatever cannot be had is
// left out; where their server does not answer at all, nothing more is asked.
func (n *Node) lookAt(ctx context.Context, job *queue.Job) error {
	actor, err := n.store.FindActorByURI(ctx, string(job.Payload))
	if err != nil || !actor.GoneAt.IsZero() {
		return err
	}
	if err := n.refuseBlocked(ctx, actor.URI, social.HostOf(actor.URI)); errors.Is(err, social.ErrForbidden) {
		return n.endLookInVain(ctx, job, actor)
	} else if err != nil {
		return err
	}
	var seen counts
	seen.posts, err = n.readOutbox(remote.WithBudget(ctx, outboxFetches), actor)
	if errors.Is(err, social.ErrUnavailable) {
		return n.endLookInVain(ctx, job, actor)
	}
	budget := remote.WithBudget(ctx, restFetches)
	seen.followers, seen.following = n.fetchTotal(budget, actor.Followers), n.fetchTotal(budget, actor.Following)
	follows, err := n.followsActor(ctx, n.store.Reader, actor.ID)
	if err == nil && actor.Featured != "" {
		err = n.refreshPins(budget, actor, follows)
	}
	if ctx.Err() != nil {
		return n.endLookInVain(ctx, job, actor)
	}
	if err != nil {
		return fmt.Errorf("look at %s: %w", actor.URI, err)
	}
	return n.store.Update(ctx, func(tx *store.Tx) error {
		if err := seen.put(ctx, tx, actor.URI); err != nil {
			return err
		}
		if err := endLook(ctx, tx, actor.ID); err != nil {
			return err
		}
		return job.Done(ctx, tx)
	})
}

// endLookInVain ends a look that found nobody at home, or somebody who is
// blocked by now.
func (n *Node) endLookInVain(ctx context.Context, job *queue.Job, actor *social.Actor) error {
	return n.endInVain(ctx, job, func(tx *store.Tx) error { return endLook(context.WithoutCancel(ctx), tx, actor.ID) })
}

// endInVain ends a job that is not tried again until the owner looks again, and
// holds up no look at something else there: it is taken back, which says nothing
// of the health of the host either way.
func (n *Node) endInVain(ctx context.Context, job *queue.Job, note func(tx *store.Tx) error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err() // the program stops: it goes on at the next start
	}
	ctx = context.WithoutCancel(ctx) // the deadline was the peer's
	err := n.store.Update(ctx, func(tx *store.Tx) error {
		if err := note(tx); err != nil {
			return err
		}
		return n.takeLookBack(ctx, tx, job)
	})
	if err != nil {
		return err
	}
	return n.store.Update(ctx, func(tx *store.Tx) error { return job.Done(ctx, tx) })
}

func endLook(ctx context.Context, tx *store.Tx, actorID social.ID) error {
	look, err := tx.FindLook(ctx, actorID)
	if err != nil {
		return err
	}
	look.EndedAt = tx.Now
	return tx.PutLook(ctx, look)
}

// counts are the sizes of an actor's collections; -1 unknown.
type counts struct{ posts, followers, following int }

func (c counts) put(ctx context.Context, tx *store.Tx, actorURI string) error {
	actor, err := tx.FindActorByURI(ctx, actorURI)
	if err != nil {
		return err
	}
	actor.PostCount = orKnown(c.posts, actor.PostCount)
	actor.FollowerCount = orKnown(c.followers, actor.FollowerCount)
	actor.FollowingCount = orKnown(c.following, actor.FollowingCount)
	_, err = tx.PutActor(ctx, actor)
	return err
}

// fetchTotal is how many things a collection says it has; -1 if it does not.
func (n *Node) fetchTotal(ctx context.Context, uri string) int {
	found, err := n.fetchCollection(ctx, uri)
	if err != nil {
		return -1
	}
	return found.Total
}

func (n *Node) fetchCollection(ctx context.Context, uri string) (activity.Collection, error) {
	if !n.isForeign(uri) {
		return activity.Collection{}, fmt.Errorf("there is no collection: %w", social.ErrNotFound)
	}
	found, err := n.fetchObject(ctx, uri)
	if err != nil {
		return activity.Collection{}, err
	}
	collection, ok := found.(activity.Collection)
	if !ok {
		return activity.Collection{}, fmt.Errorf("it is no collection but a %T: %w", found, social.ErrInvalid)
	}
	return collection, nil
}
