package federation

import (
	"context"
	"errors"
	"fmt"

	"croft/federation/activity"
	"croft/federation/remote"
	"croft/social"
	"croft/store"
)

// RefreshActor fetches an actor and saves them, however fresh they are. If their
// server says that they are gone, that is noted, and it is ErrGone.
func (n *Node) RefreshActor(ctx context.Context, uri string) (*social.Actor, error) {
	actor, err := n.fetchActor(ctx, uri, remote.Finger{})
	if err != nil {
		return nil, fmt.Errorf("resolve %s: %w", uri, err)
	}
	return actor, nil
}

func (n *Node) fetchActor(ctx context.Context, uri string, said remote.Finger) (*social.Actor, error) {
	if n.site.Owns(uri) {
		return nil, fmt.Errorf("fetch from ourselves: %w", social.ErrNotFound)
	}
	found, err := n.fetchObject(ctx, uri)
	if errors.Is(err, social.ErrGone) {
		return nil, errors.Join(err, n.noteGone(ctx, uri))
	}
	if err != nil {
		return nil, err
	}
	doc, ok := found.(activity.ActorDocument)
	if !ok {
		return nil, fmt.Errorf("it is no actor but a %T: %w", found, social.ErrInvalid)
	}
	return n.saveActor(ctx, doc, said)
}

func (n *Node) noteGone(ctx context.Context, uri string) error {
	return n.store.Update(ctx, func(tx *store.Tx) error {
		actor, err := tx.FindActorByURI(ctx, uri)
		if errors.Is(err, social.ErrNotFound) {
			return nil
		}
		if err != nil || actor.Local || !actor.GoneAt.IsZero() {
			return err
		}
		return tx.SetActorGone(ctx, actor.ID)
	})
}

// saveActor saves what was fetched, once it is known by which handle the actor
// goes. said is what WebFinger said already, if it was asked.
func (n *Node) saveActor(ctx context.Context, doc activity.ActorDocument, said remote.Finger) (*social.Actor, error) {
	if said.ActorURI == doc.Actor.URI {
		doc = withHandle(doc, said.Subject)
	} else {
		doc = n.confirmHandle(ctx, doc)
	}
	var id social.ID
	err := n.store.Update(ctx, func(tx *store.Tx) (err error) {
		id, err = n.putActor(ctx, tx, doc)
		return err
	})
	if err != nil {
		return nil, err
	}
	return n.store.FindActor(ctx, id)
}

// confirmHandle asks by which handle the actor of a document goes: the one it
// claims (FEP-2c59), else that of its name and host. Only a host's own word
// makes a handle there, so without one it stays at the actor's host; where
// nobody answers it is asked again when the actor is fetched next.
func (n *Node) confirmHandle(ctx context.Context, doc activity.ActorDocument) activity.ActorDocument {
	claimed, err := social.ParseHandle(doc.WebFinger)
	if err != nil {
		claimed = doc.Actor.Handle
	}
	said, err := n.remote.Finger(ctx, claimed)
	if err == nil && said.ActorURI == doc.Actor.URI {
		return withHandle(doc, said.Subject)
	}
	return n.withKnownHandle(ctx, doc)
}

// withKnownHandle leaves a known actor the handle that was confirmed before.
func (n *Node) withKnownHandle(ctx context.Context, doc activity.ActorDocument) activity.ActorDocument {
	if known, err := n.store.FindActorByURI(ctx, doc.Actor.URI); err == nil {
		return withHandle(doc, known.Handle)
	}
	return doc
}

func withHandle(doc activity.ActorDocument, h social.Handle) activity.ActorDocument {
	actor := *doc.Actor
	actor.Handle = h
	doc.Actor = &actor
	return doc
}

// putActor keeps a fetched actor with their keys. Nobody of this home is ever
// written.
func (n *Node) putActor(ctx context.Context, tx *store.Tx, doc activity.ActorDocument) (social.ID, error) {
	if n.site.Owns(doc.Actor.URI) {
		return 0, fmt.Errorf("put actor %s of our own: %w", doc.Actor.URI, social.ErrForbidden)
	}
	actor := *doc.Actor
	actor.FetchedAt = tx.Now
	if known, err := tx.FindActorByURI(ctx, actor.URI); err == nil {
		actor.FollowerCount = orKnown(actor.FollowerCount, known.FollowerCount)
		actor.FollowingCount = orKnown(actor.FollowingCount, known.FollowingCount)
		actor.PostCount = orKnown(actor.PostCount, known.PostCount)
	}
	id, err := tx.PutActor(ctx, &actor)
	if err != nil {
		return 0, err
	}
	if err := suppose(ctx, tx, social.HostOf(actor.URI), schemeOf(doc.Implements)); err != nil {
		return 0, err
	}
	keys := make([]store.Key, 0, len(doc.Keys))
	seen := map[string]bool{}
	for _, k := range doc.Keys {
		if _, err := n.parsed.parse(material(k)); err == nil && !seen[k.ID] {
			seen[k.ID] = true
			keys = append(keys, store.Key{URI: k.ID, ActorID: id, Material: material(k), FetchedAt: tx.Now})
		}
	}
	err = tx.PutKeys(ctx, id, keys)
	if errors.Is(err, social.ErrConflict) {
		err = fmt.Errorf("%s names a key of somebody else (%s): %w", actor.URI, err.Error(), social.ErrForbidden)
	}
	return id, err
}

func orKnown(count, known int) int {
	if count < 0 {
		return known
	}
	return count
}
