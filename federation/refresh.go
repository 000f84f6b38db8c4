package federation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"croft/federation/remote"
	"croft/queue"
	"croft/social"
	"croft/store"
)

const kindRefresh = "refresh" // an actor, and what they pinned

// How many pinned posts of an actor are looked at, in the collection itself or
// on its first page.
const (
	maxPins  = 10
	pinPages = 2
)

func (n *Node) registerRefresh() {
	n.queue.Register(kindRefresh, n.refresh, queue.KindOptions{Peer: true, Timeout: 2 * time.Minute})
}

// WantActor has an actor fetched anew in the background: once, however often it
// was asked for meanwhile.
func (n *Node) WantActor(ctx context.Context, tx *store.Tx, actorURI string) error {
	if !n.isForeign(actorURI) {
		return nil
	}
	job := jobFor(kindRefresh, actorURI)
	if _, err := n.queue.Cancel(ctx, tx, queue.Filter{Kind: job.Kind, Host: job.Host, Topic: job.Topic}); err != nil {
		return err
	}
	return n.queue.Put(ctx, tx, job)
}

// refresh fetches an actor anew, and their pinned posts if the owner follows
// them: GoToSocial tells nobody of those.
func (n *Node) refresh(ctx context.Context, job *queue.Job) error {
	ctx = remote.WithBudget(ctx, arrivalFetches)
	actor, err := n.RefreshActor(ctx, string(job.Payload))
	if errors.Is(err, social.ErrGone) {
		return nil // it has been noted
	}
	if err != nil {
		return err
	}
	follows, err := n.followsActor(ctx, n.store.Reader, actor.ID)
	if err != nil || !follows || actor.Featured == "" {
		return err
	}
	return n.refreshPins(ctx, actor, true)
}

// refreshPins takes over what an actor has pinned now, closed also what is for
// followers. It leaves things as they are where the list cannot be read to its
// end.
func (n *Node) refreshPins(ctx context.Context, actor *social.Actor, closed bool) error {
	var pins []social.ID
	for item, err := range n.remote.Items(ctx, actor.Featured, remote.Limits{Pages: pinPages, Items: maxPins}) {
		if err != nil {
			return nil
		}
		if post, err := n.takeOwn(ctx, actor, item, closed); err == nil {
			pins = append(pins, post.ID)
		}
	}
	err := n.store.Update(ctx, func(tx *store.Tx) error { return setPins(ctx, tx, actor.ID, pins) })
	if err != nil {
		return fmt.Errorf("refresh pins of %s: %w", actor.URI, err)
	}
	return nil
}

func setPins(ctx context.Context, tx *store.Tx, actorID social.ID, pins []social.ID) error {
	old, err := tx.ListPinned(ctx, actorID, social.Viewer{Owner: true})
	if err != nil {
		return err
	}
	for _, post := range old {
		if i := slices.Index(pins, post.ID); i >= 0 {
			pins = slices.Delete(slices.Clone(pins), i, i+1)
			continue
		}
		if err := tx.SetPinned(ctx, post.ID, false); err != nil {
			return err
		}
	}
	for _, id := range slices.Backward(pins) {
		if err := tx.SetPinned(ctx, id, true); err != nil {
			return err
		}
	}
	return nil
}
