package federation

import (
	"bytes"
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

const (
	kindThread = "thread" // the replies to a post
	kindClimb  = "climb"  // what a post answers, and what that answers
)

// The politeness and the bounds of looking around a post.
const (
	threadAge     = 5 * time.Minute  // a younger post is not asked for replies (Mastodon)
	threadEvery   = 15 * time.Minute // nor one that was asked since (Mastodon)
	threadPages   = 10
	threadItems   = 200
	threadFetches = 250
	climbDepth    = 20
	climbKnown    = 100 // posts that are here and are passed on the way up
	climbFetches  = 20
)

func (n *Node) registerThread() {
	options := queue.KindOptions{Peer: true, Timeout: 2 * time.Minute}
	n.queue.Register(kindThread, n.fetchThread, options)
	n.queue.Register(kindClimb, n.climb, options)
}

// WantThread has what is missing around a post fetched in the background: what
// it answers, and what that answers, if it is not here; and its replies, if it
// is five minutes old.
// A post that was asked about a quarter of an hour ago or less is left alone.
func (n *Node) WantThread(ctx context.Context, tx *store.Tx, postURI string) error {
	post, err := tx.FindPostByURI(ctx, postURI)
	if err != nil {
		return fmt.Errorf("want thread: %w", err)
	}
	asked := store.Thread{PostID: post.ID, Total: -1}
	if known, err := tx.FindThread(ctx, post.ID); err == nil {
		if tx.Now.Sub(known.FetchedAt) < threadEvery {
			return nil
		}
		asked.Total = known.Total
	} else if !errors.Is(err, social.ErrNotFound) {
		return err
	}
	first, err := firstKnown(ctx, tx, post)
	if err != nil {
		return fmt.Errorf("want thread: %w", err)
	}
	var jobs []queue.Job
	if n.isForeign(first.InReplyTo) {
		jobs = append(jobs, jobFor(kindClimb, first.InReplyTo))
	}
	if !post.Local && post.Replies != "" && tx.Now.Sub(post.PublishedAt) >= threadAge {
		jobs = append(jobs, jobFor(kindThread, post.URI))
	}
	if len(jobs) == 0 {
		return nil
	}
	asked.FetchedAt = tx.Now
	if err := tx.PutThread(ctx, asked); err != nil {
		return err
	}
	return n.queue.Put(ctx, tx, jobs...)
}

// firstKnown goes up from a post to the first of those that are here without a
// gap: a climb that came to an end half-way goes on from there. It answers
// nothing, or what is not here, unless the way is very long.
func firstKnown(ctx context.Context, tx *store.Tx, post *social.Post) (*social.Post, error) {
	for range climbKnown {
		if post.InReplyToID == 0 {
			break
		}
		above, err := tx.FindPost(ctx, post.InReplyToID)
		if err != nil {
			return nil, err
		}
		post = above
	}
	return post, nil
}

func jobFor(kind, uri string) queue.Job {
	return queue.Job{Kind: kind, Host: social.HostOf(uri), Topic: uri, Payload: []byte(uri)}
}

// climb fetches a missing post, and what it answers, up to a post that is here
// or to the first of the thread. Only that the nearest cannot be had now is a
// reason to try again. Nothing that is fetched notifies.
func (n *Node) climb(ctx context.Context, job *queue.Job) error {
	ctx = remote.WithBudget(ctx, climbFetches)
	uri := string(job.Payload)
	for depth := 0; depth < climbDepth && n.isForeign(uri); depth++ {
		post, err := n.findOrFetch(ctx, uri)
		if err == nil && post.ID != 0 {
			return nil
		}
		if err == nil {
			post, err = n.savePost(ctx, post)
		}
		if err != nil && (depth == 0 || ctx.Err() != nil) {
			return fmt.Errorf("climb to %s: %w", uri, err)
		}
		if err != nil || post.InReplyToID != 0 {
			return nil
		}
		uri = post.InReplyTo
	}
	return nil
}

// fetchThread fetches the replies that a post's server knows of, and theirs,
// the nearest first, as far as the pages go that one look may cost. A reply that
// cannot be had is left out.
func (n *Node) fetchThread(ctx context.Context, job *queue.Job) error {
	post, err := n.findLiving(ctx, string(job.Payload))
	if errors.Is(err, social.ErrNotFound) || errors.Is(err, social.ErrGone) {
		return nil
	}
	if err != nil || !n.isForeign(post.Replies) {
		return err
	}
	look := threadLook{
		node: n, pages: remote.WithBudget(ctx, threadPages), posts: remote.WithBudget(ctx, threadFetches),
		left: threadItems, seen: map[string]bool{post.URI: true}, next: []*social.Post{post},
	}
	total, err := look.level()
	if err != nil && total == 0 {
		return fmt.Errorf("fetch thread %s: %w", post.URI, err)
	}
	for len(look.next) > 0 && look.left > 0 && remote.BudgetLeft(look.pages) > 0 && ctx.Err() == nil {
		if _, err := look.level(); errors.Is(err, remote.ErrBudget) {
			break
		}
	}
	return n.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.PutThread(ctx, store.Thread{PostID: post.ID, FetchedAt: tx.Now, Total: total}); err != nil {
			return err
		}
		return job.Done(ctx, tx)
	})
}

// threadLook is one look at what answers a post.
type threadLook struct {
	node         *Node
	pages, posts context.Context // each with a budget of its own
	left         int             // items to look at
	seen         map[string]bool
	next         []*social.Post // whose replies have not been read
}

// level reads the replies to the next post and says how many there are. Its
// error is that of the collection.
func (l *threadLook) level() (total int, err error) {
	post := l.next[0]
	l.next = l.next[1:]
	for item, err := range l.node.remote.Items(l.pages, post.Replies, remote.Limits{Pages: threadPages, Items: l.left}) {
		if err != nil {
			return total, err
		}
		total++
		l.left--
		if l.seen[item.ID] || !l.node.isForeign(item.ID) {
			continue
		}
		l.seen[item.ID] = true
		reply, err := l.node.takeReply(l.posts, post.Replies, item)
		if errors.Is(err, remote.ErrBudget) {
			return total, err
		}
		if err == nil && l.node.isForeign(reply.Replies) {
			l.next = append(l.next, reply)
		}
	}
	return total, nil
}

// takeReply returns one item of a collection of replies, saved. An embedded post
// is believed only if it lives where the collection does, and is fetched
// otherwise. What answers nothing is ErrInvalid.
func (n *Node) takeReply(ctx context.Context, collection string, item activity.Item) (*social.Post, error) {
	post, err := n.findLiving(ctx, item.ID)
	if !errors.Is(err, social.ErrNotFound) {
		return post, err
	}
	if len(item.Raw) > 0 && social.SameOrigin(item.ID, collection) {
		found, err := activity.DecodeObject(bytes.Clone(item.Raw))
		if err == nil && found.ObjectID() == item.ID {
			post, err = n.postOf(ctx, found)
		}
		if err != nil {
			post = nil
		}
	}
	if post == nil {
		if post, err = n.findOrFetch(ctx, item.ID); err != nil {
			return nil, err
		}
	}
	if !post.IsReply() {
		return nil, fmt.Errorf("%s answers nothing: %w", post.URI, social.ErrInvalid)
	}
	if post.ID != 0 {
		return post, nil
	}
	return n.savePost(ctx, post)
}
