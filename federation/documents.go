package federation

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"sync"
	"time"

	"croft/federation/activity"
	"croft/federation/remote"
	"croft/federation/signature"
	"croft/social"
)

// documentCache keeps the owner's and the instance actor's documents as bytes.
type documentCache struct {
	mu   sync.Mutex
	made map[social.ID]madeDocument
}

type madeDocument struct {
	updatedAt time.Time
	body      []byte
}

// OwnerDocument is the owner as others get to know them, for an Update of the
// profile.
func (n *Node) OwnerDocument(owner *social.Actor) *activity.ActorDocument {
	doc := actorDocument(owner, n.owner)
	doc.WebFinger, doc.FeaturedTags = n.site.Handle().Acct(), n.site.FeaturedTags()
	return &doc
}

// actorDocument adds the public halves of a local actor's keys.
func actorDocument(a *social.Actor, keys remote.Keys) activity.ActorDocument {
	doc := activity.ActorDocument{Actor: a, Implements: []string{activity.RFC9421, activity.RFC9421Ed25519}}
	if pem, err := signature.EncodePEM(keys.RSA.Private.Public()); err == nil {
		doc.Keys = append(doc.Keys, activity.Key{ID: keys.RSA.ID, Owner: a.URI, PEM: pem})
	}
	if public, ok := keys.Ed25519.Private.Public().(ed25519.PublicKey); ok {
		doc.Keys = append(doc.Keys, activity.Key{ID: keys.Ed25519.ID, Owner: a.URI, Multibase: signature.EncodeMultikey(public)})
	}
	return doc
}

// ActorDocument is the owner's actor document.
func (n *Node) ActorDocument(ctx context.Context) ([]byte, error) {
	return n.cachedActor(ctx, n.home.OwnerID, n.OwnerDocument)
}

// InstanceDocument is the document of the instance actor. It must be served
// without a signature, since it holds the key that signs our own fetches. It
// names an outbox, though nothing is ever in it: without one Mitra cannot read
// an actor (ActivityPub §4.1), and so would not know who asks.
func (n *Node) InstanceDocument(ctx context.Context) ([]byte, error) {
	return n.cachedActor(ctx, n.home.InstanceID, func(a *social.Actor) *activity.ActorDocument {
		instance := *a
		instance.Outbox = n.site.InstanceOutbox()
		doc := actorDocument(&instance, n.instance)
		doc.WebFinger = a.Handle.Acct()
		return &doc
	})
}

// cachedActor encodes an actor of ours anew only when it has changed.
func (n *Node) cachedActor(ctx context.Context, id social.ID, document func(*social.Actor) *activity.ActorDocument) ([]byte, error) {
	actor, err := n.store.FindActor(ctx, id)
	if err != nil {
		return nil, err
	}
	n.documents.mu.Lock()
	defer n.documents.mu.Unlock()
	if made, ok := n.documents.made[id]; ok && made.updatedAt.Equal(actor.UpdatedAt) {
		return made.body, nil
	}
	body, err := n.encoder.EncodeActor(*document(actor))
	if err != nil {
		return nil, err
	}
	if n.documents.made == nil {
		n.documents.made = map[social.ID]madeDocument{}
	}
	n.documents.made[id] = madeDocument{actor.UpdatedAt, body}
	return body, nil
}

// EmojiDocument is an emoji of the owner's, one that is in use no more, too;
// ErrNotFound if there is none.
func (n *Node) EmojiDocument(ctx context.Context, id social.ID) ([]byte, error) {
	e, err := n.store.FindEmoji(ctx, id)
	if err != nil {
		return nil, err
	}
	return n.encoder.EncodeEmoji(e.Emoji)
}

// findOwn returns a post of the owner's that the viewer may see. One that was
// deleted is ErrGone; what they may not see is ErrNotFound, as if it were not
// there.
func (n *Node) findOwn(ctx context.Context, id social.ID, v social.Viewer) (*social.Post, error) {
	post, err := n.store.FindPost(ctx, id)
	if err != nil {
		return nil, err
	}
	switch {
	case !post.Local, !post.DeletedAt.IsZero() && !post.WasVisibleTo(v):
		err = social.ErrNotFound // who could not see it does not learn that it was there
	case !post.DeletedAt.IsZero():
		err = social.ErrGone
	case !post.VisibleTo(v):
		err = social.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("post %s: %w", id, err)
	}
	return post, nil
}

// PostDocument is a post of the owner's as the viewer may have it; see findOwn
// for what they may not.
func (n *Node) PostDocument(ctx context.Context, id social.ID, v social.Viewer) ([]byte, error) {
	post, err := n.findOwn(ctx, id, v)
	if err != nil {
		return nil, err
	}
	return n.encoder.EncodePost(post)
}

// TombstoneDocument is what stands where a post of the owner's was deleted;
// where none was, ErrNotFound.
func (n *Node) TombstoneDocument(ctx context.Context, id social.ID) ([]byte, error) {
	post, err := n.store.FindPost(ctx, id)
	if err != nil {
		return nil, err
	}
	if !post.Local || post.DeletedAt.IsZero() {
		return nil, fmt.Errorf("tombstone %s: %w", id, social.ErrNotFound)
	}
	return activity.EncodeTombstone(activity.Tombstone{ID: post.URI, Deleted: post.DeletedAt})
}

// ActivityDocument is the Create of a post, as it was sent; of one that was
// edited, with its present wording: the former ones are the owner's affair.
func (n *Node) ActivityDocument(ctx context.Context, id social.ID, v social.Viewer) ([]byte, error) {
	post, err := n.findOwn(ctx, id, v)
	if err != nil {
		return nil, err
	}
	return n.createDocument(ctx, post)
}

func (n *Node) createDocument(ctx context.Context, post *social.Post) ([]byte, error) {
	uri := n.site.Part(post.ID, "activity")
	if post.EditedAt.IsZero() {
		return n.store.FindActivity(ctx, uri)
	}
	return n.encoder.Encode(activity.Create{
		ID: uri, Actor: n.site.Actor(), Object: post.URI, Post: post, To: post.To, Cc: post.Cc, Published: post.PublishedAt,
	})
}
