package federation

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"croft/federation/activity"
	"croft/federation/remote"
	"croft/social"
)

// readOutbox saves the last posts of an actor, as far as anybody may see them,
// and says how many things are in their outbox; -1 unknown. Boosts are passed
// by. Its error is that of the collection; on a later page it does not matter.
func (n *Node) readOutbox(ctx context.Context, actor *social.Actor) (total int, err error) {
	outbox, err := n.fetchCollection(ctx, actor.Outbox)
	if err != nil {
		return -1, fmt.Errorf("outbox of %s: %w", actor.URI, err)
	}
	r := outboxReading{node: n, actor: actor, items: outboxItems, posts: outboxPosts}
	for _, item := range outbox.Items { // of a first page that stands in it
		if !r.take(ctx, item) {
			return outbox.Total, nil
		}
	}
	next := outbox.First
	if next == "" {
		next = outbox.Next
	}
	if !social.SameOrigin(next, actor.Outbox) {
		return outbox.Total, nil
	}
	for item, err := range n.remote.Items(ctx, next, remote.Limits{Pages: outboxPages, Items: r.items}) {
		if err != nil || !r.take(ctx, item) {
			break
		}
	}
	return outbox.Total, nil
}

// outboxReading is how much of an outbox is still to be looked at.
type outboxReading struct {
	node         *Node
	actor        *social.Actor
	items, posts int
}

// take keeps what an item of the outbox holds; false says that it is enough.
func (r *outboxReading) take(ctx context.Context, item activity.Item) bool {
	_, err := r.node.takeOwn(ctx, r.actor, item, false)
	if err == nil {
		r.posts--
	}
	r.items--
	return r.items > 0 && r.posts > 0 && !errors.Is(err, remote.ErrBudget) && ctx.Err() == nil
}

// takeOwn returns the post in one item of a collection of an actor's own, saved:
// as it stands there, since it lives where the collection does, or fetched if
// only its id or that of its Create is there. A post that is here stays as it
// is. What is anything else, or somebody else's, or not for everybody to see, is
// ErrForbidden and never fetched; closed lets in what is for followers.
func (n *Node) takeOwn(ctx context.Context, actor *social.Actor, item activity.Item, closed bool) (*social.Post, error) {
	uri, post := item.ID, (*social.Post)(nil)
	if len(item.Raw) > 0 {
		if found, err := activity.DecodeObject(bytes.Clone(item.Raw)); err == nil {
			uri, post = wrote(actor, found)
		}
	}
	for fetches := 0; ; fetches++ {
		if !n.isForeign(uri) || !social.SameOrigin(uri, actor.URI) || post != nil && post.AuthorURI != actor.URI {
			return nil, fmt.Errorf("%.200s is no post of %s: %w", uri, actor.URI, social.ErrForbidden)
		}
		known, err := n.findLiving(ctx, uri)
		if err == nil && known.AuthorID != actor.ID {
			err = fmt.Errorf("%s is no post of %s: %w", uri, actor.URI, social.ErrForbidden)
		}
		if !errors.Is(err, social.ErrNotFound) {
			return known, err
		}
		if post != nil {
			break
		}
		if fetches == 2 { // an activity by its id may name its post by its id
			return nil, fmt.Errorf("%.200s leads to no post: %w", uri, social.ErrForbidden)
		}
		found, err := n.fetchObject(ctx, uri)
		if err != nil {
			return nil, err
		}
		uri, post = wrote(actor, found)
	}
	n.attribute(post, actor)
	// A post without a time of its own would stand on the home page as if it were new.
	open := post.Visibility.IsOpen() || closed && post.Visibility == social.Followers
	if !open || !post.PublishedAt.Before(post.FetchedAt) {
		return nil, fmt.Errorf("%s is not for everybody, or has no time: %w", post.URI, social.ErrForbidden)
	}
	return n.savePost(ctx, post)
}

// wrote is the post that an actor's own word says is theirs: its id, and the
// post itself if it stands there. Empty for everything else that people do.
func wrote(actor *social.Actor, found activity.Object) (uri string, post *social.Post) {
	switch found := found.(type) {
	case activity.PostDocument:
		return found.Post.URI, found.Post
	case activity.ActivityDocument:
		if create, ok := found.Activity.(activity.Create); ok && create.Actor == actor.URI {
			return create.Object, create.Post
		}
	}
	return "", nil
}
