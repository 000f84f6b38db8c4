package federation

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"croft/federation/activity"
	"croft/federation/remote"
	"croft/social"
	"croft/store"
)

// actorAge is how long an actor is taken for what they were when last fetched.
const actorAge = 24 * time.Hour

// ResolveActor returns an actor from the store, else fetched and saved. One that
// was fetched more than a day ago is fetched again; if that cannot be done now,
// the old one is returned. One who is gone is ErrGone, and one of this home who
// is not here ErrNotFound.
func (n *Node) ResolveActor(ctx context.Context, uri string) (*social.Actor, error) {
	known, err := n.store.FindActorByURI(ctx, uri)
	if err != nil && !errors.Is(err, social.ErrNotFound) {
		return nil, err
	}
	return n.freshen(ctx, known, uri)
}

// freshen returns a known actor (or nil) if they are fresh enough, else fetched.
func (n *Node) freshen(ctx context.Context, known *social.Actor, uri string) (*social.Actor, error) {
	if known != nil && !known.GoneAt.IsZero() {
		return nil, fmt.Errorf("resolve %s: %w", uri, social.ErrGone)
	}
	if known != nil && (known.Local || n.now().Sub(known.FetchedAt) < actorAge) {
		return known, nil
	}
	fresh, err := n.RefreshActor(ctx, uri)
	if err != nil && known != nil && !errors.Is(err, social.ErrGone) {
		return known, nil
	}
	return fresh, err
}

// ResolveHandle returns the actor behind a handle: from the store, else found by
// WebFinger, fetched and saved.
func (n *Node) ResolveHandle(ctx context.Context, h social.Handle) (*social.Actor, error) {
	if h.Host == n.site.HandleHost || h.Host == n.site.Host() {
		if !strings.EqualFold(h.Name, n.site.Name) {
			return nil, fmt.Errorf("resolve %s: %w", h, social.ErrNotFound)
		}
		return n.store.FindActor(ctx, n.home.OwnerID)
	}
	known, err := n.store.FindActorByHandle(ctx, h)
	if err != nil && !errors.Is(err, social.ErrNotFound) {
		return nil, err
	}
	if err == nil && known.GoneAt.IsZero() && n.now().Sub(known.FetchedAt) < actorAge {
		return known, nil
	}
	fresh, err := n.fetchHandle(ctx, h)
	if errors.Is(err, social.ErrUnavailable) && known != nil && known.GoneAt.IsZero() {
		return known, nil
	}
	if err != nil {
		return nil, fmt.Errorf("resolve %s: %w", h, err)
	}
	return fresh, nil
}

func (n *Node) fetchHandle(ctx context.Context, h social.Handle) (*social.Actor, error) {
	said, err := n.remote.Finger(ctx, h)
	if err != nil {
		return nil, err
	}
	known, err := n.store.FindActorByURI(ctx, said.ActorURI)
	if err == nil && known.Handle == said.Subject && known.GoneAt.IsZero() && n.now().Sub(known.FetchedAt) < actorAge {
		return known, nil
	}
	return n.fetchActor(ctx, said.ActorURI, said)
}

// ResolvePost returns a post from the store, else fetched and saved with its
// author. A post that was deleted is ErrGone, one whose author is blocked
// ErrForbidden.
func (n *Node) ResolvePost(ctx context.Context, uri string) (*social.Post, error) {
	post, err := n.findOrFetch(ctx, uri)
	if err == nil && post.ID == 0 {
		post, err = n.savePost(ctx, post)
	}
	if err != nil {
		return nil, fmt.Errorf("resolve %s: %w", uri, err)
	}
	return post, nil
}

// findOrFetch returns a post from the store, or fetched and not saved: its ID is
// 0 then, but its author is stored.
func (n *Node) findOrFetch(ctx context.Context, uri string) (*social.Post, error) {
	post, err := n.findLiving(ctx, uri)
	if !errors.Is(err, social.ErrNotFound) || n.site.Owns(uri) {
		return post, err
	}
	found, err := n.fetchObject(ctx, uri)
	if err != nil {
		return nil, err
	}
	if found.ObjectID() != uri { // the address of its page was given
		post, err := n.findLiving(ctx, found.ObjectID())
		if !errors.Is(err, social.ErrNotFound) {
			return post, err
		}
	}
	return n.postOf(ctx, found)
}

// findLiving returns a post from the store; one that was deleted is ErrGone.
func (n *Node) findLiving(ctx context.Context, uri string) (*social.Post, error) {
	post, err := n.store.FindPostByURI(ctx, uri)
	if err == nil && !post.DeletedAt.IsZero() {
		return nil, fmt.Errorf("post %s: %w", uri, social.ErrGone)
	}
	return post, err
}

// postOf is the post of a document that was found at home, with its author.
func (n *Node) postOf(ctx context.Context, found activity.Object) (*social.Post, error) {
	doc, ok := found.(activity.PostDocument)
	if !ok {
		return nil, fmt.Errorf("it is no post but a %T: %w", found, social.ErrInvalid)
	}
	return n.withAuthor(ctx, doc.Post)
}

// withAuthor completes a post from its author's own server by what must be known
// of the author. Nothing in this home's name space comes from elsewhere.
func (n *Node) withAuthor(ctx context.Context, post *social.Post) (*social.Post, error) {
	if n.site.Owns(post.URI) || !social.SameOrigin(post.URI, post.AuthorURI) {
		return nil, fmt.Errorf("post %s of %s: %w", post.URI, post.AuthorURI, social.ErrForbidden)
	}
	if err := n.refuseBlocked(ctx, post.AuthorURI, social.HostOf(post.AuthorURI)); err != nil {
		return nil, err
	}
	author, err := n.ResolveActor(ctx, post.AuthorURI)
	if err != nil {
		return nil, err
	}
	if author.URI != post.AuthorURI {
		return nil, fmt.Errorf("author %s calls themself %s: %w", post.AuthorURI, author.URI, social.ErrForbidden)
	}
	n.attribute(post, author)
	return post, nil
}

// attribute fills in what a post owes to its author.
func (n *Node) attribute(post *social.Post, author *social.Actor) {
	now := n.now()
	post.AuthorID, post.Local = author.ID, false
	post.Visibility = activity.Visibility(post, author.Followers)
	post.FetchedAt = now
	if post.PublishedAt.IsZero() || post.PublishedAt.After(now) {
		post.PublishedAt = now
	}
	if post.EditedAt.After(now) {
		post.EditedAt = now
	}
}

// FetchPost fetches a post anew from its own server, and does not keep it. Its
// author is known here; ErrForbidden if they are blocked.
func (n *Node) FetchPost(ctx context.Context, uri string) (*social.Post, error) {
	found, err := n.fetchObject(ctx, uri)
	if err == nil && found.ObjectID() != uri {
		err = fmt.Errorf("it calls itself %s: %w", found.ObjectID(), social.ErrInvalid)
	}
	if err != nil {
		return nil, fmt.Errorf("fetch %s: %w", uri, err)
	}
	return n.postOf(ctx, found)
}

func (n *Node) savePost(ctx context.Context, post *social.Post) (*social.Post, error) {
	var id social.ID
	err := n.store.Update(ctx, func(tx *store.Tx) (err error) {
		if id, err = tx.PutPost(ctx, post); err != nil || post.Quote == nil {
			return err
		}
		kept, err := tx.FindPost(ctx, id)
		if err != nil {
			return err
		}
		return n.WantQuote(ctx, tx, kept)
	})
	if err != nil {
		return nil, err
	}
	return n.store.FindPost(ctx, id)
}

// Resolve returns the *social.Actor or *social.Post that a person means by a
// handle or an address, with https:// or without.
func (n *Node) Resolve(ctx context.Context, address string) (any, error) {
	address = strings.TrimSpace(address)
	if h, err := social.ParseHandle(address); err == nil {
		actor, err := n.ResolveHandle(ctx, h)
		if err != nil {
			return nil, err // not an actor that is nil
		}
		return actor, nil
	}
	if !strings.Contains(address, "://") {
		scheme, _, _ := strings.Cut(n.site.Origin, ":")
		address = scheme + "://" + address
	}
	thing, err := n.resolveURL(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("resolve %.200s: %w", address, err)
	}
	return thing, nil
}

func (n *Node) resolveURL(ctx context.Context, address string) (any, error) {
	if _, ok := social.Origin(address); !ok {
		return nil, fmt.Errorf("it is no address: %w", social.ErrInvalid)
	}
	if _, err := n.store.FindPostByURI(ctx, address); err == nil {
		return n.ResolvePost(ctx, address)
	}
	if _, err := n.store.FindActorByURI(ctx, address); err == nil || n.site.Owns(address) {
		return n.ResolveActor(ctx, address)
	}
	// A profile as another server shows it: ask the actor's own.
	if u, err := url.Parse(address); err == nil {
		if h, err := social.ParseHandle(strings.TrimPrefix(u.Path, "/")); err == nil && strings.HasPrefix(u.Path, "/@") {
			return n.ResolveHandle(ctx, h)
		}
	}
	return n.fetchThing(ctx, address)
}

func (n *Node) fetchThing(ctx context.Context, address string) (any, error) {
	found, err := n.fetchObject(ctx, address)
	if err != nil {
		return nil, err
	}
	switch found := found.(type) {
	case activity.ActorDocument:
		if err := n.refuseBlocked(ctx, found.Actor.URI, social.HostOf(found.Actor.URI)); err != nil {
			return nil, err
		}
		return n.saveActor(ctx, found, remote.Finger{})
	case activity.PostDocument:
		return n.keepFound(ctx, found)
	case activity.ActivityDocument:
		return n.ResolvePost(ctx, activity.HeadOf(found.Activity).Object)
	default:
		return nil, fmt.Errorf("it is a %T: %w", found, social.ErrNotFound)
	}
}

// keepFound saves a post that was found at an address which is not its id.
func (n *Node) keepFound(ctx context.Context, found activity.PostDocument) (*social.Post, error) {
	known, err := n.findLiving(ctx, found.Post.URI)
	if !errors.Is(err, social.ErrNotFound) {
		return known, err
	}
	post, err := n.postOf(ctx, found)
	if err != nil {
		return nil, err
	}
	return n.savePost(ctx, post)
}

// SubscribeAddress is the page on a visitor's own server where they can follow
// or answer what is at uri here. ErrNotFound if their server has none.
func (n *Node) SubscribeAddress(ctx context.Context, visitor social.Handle, uri string) (string, error) {
	template, err := n.remote.Subscribe(ctx, visitor)
	if err != nil {
		return "", err
	}
	return strings.ReplaceAll(template, "{uri}", url.QueryEscape(uri)), nil
}
