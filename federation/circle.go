package federation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"croft/federation/remote"
	"croft/queue"
	"croft/social"
	"croft/store"
)

const kindCircle = "circle" // whom somebody follows

// How much it may cost to learn whom somebody follows, and bring.
const (
	circleFetches = 6
	circlePages   = 5 // beside the collection itself; a page of Mastodon's has 12
	circleItems   = 400
)

func (n *Node) registerCircle() {
	n.queue.Register(kindCircle, n.readCircle, queue.KindOptions{Peer: true, Timeout: time.Minute})
}

// WantCircle has an actor's server asked in the background whom they follow. Who
// does not say so is asked in vain, which is no fault.
func (n *Node) WantCircle(ctx context.Context, tx *store.Tx, actor *social.Actor) error {
	if !n.isForeign(actor.URI) || actor.Following == "" {
		return nil
	}
	job := jobFor(kindCircle, actor.URI)
	if _, err := n.queue.Cancel(ctx, tx, queue.Filter{Kind: job.Kind, Host: job.Host, Topic: job.Topic}); err != nil {
		return err
	}
	if err := tx.SetCircleAsked(ctx, actor.ID); err != nil {
		return err
	}
	return n.queue.Put(ctx, tx, job)
}

// readCircle reads the beginning of an actor's following collection. Only that
// their server does not answer is a reason to try again.
func (n *Node) readCircle(ctx context.Context, job *queue.Job) error {
	actor, err := n.store.FindActorByURI(ctx, string(job.Payload))
	if err != nil {
		return err
	}
	uris, err := n.fetchFollowing(remote.WithBudget(ctx, circleFetches), actor)
	if errors.Is(err, social.ErrUnavailable) {
		return err
	}
	return n.store.Update(ctx, func(tx *store.Tx) error {
		if err == nil { // else what was known stays
			if err := tx.SetCircle(ctx, actor.ID, uris); err != nil {
				return err
			}
		}
		return job.Done(ctx, tx)
	})
}

func (n *Node) fetchFollowing(ctx context.Context, actor *social.Actor) ([]string, error) {
	following, err := n.fetchCollection(ctx, actor.Following)
	if err != nil {
		return nil, fmt.Errorf("following of %s: %w", actor.URI, err)
	}
	var uris []string
	take := func(uri string) {
		if n.isForeign(uri) && len(uris) < circleItems {
			uris = append(uris, uri)
		}
	}
	for _, item := range following.Items {
		take(item.ID)
	}
	next := following.First
	if next == "" {
		next = following.Next
	}
	if !social.SameOrigin(next, actor.Following) {
		return uris, nil
	}
	for item, err := range n.remote.Items(ctx, next, remote.Limits{Pages: circlePages, Items: circleItems}) {
		if err != nil {
			break // the rest is for another day
		}
		take(item.ID)
	}
	return uris, nil
}
