package federation

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
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
	ownBranches   = 10 // replies to a post of the owner's whose servers are asked
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
// is five minutes old. Of a post of the owner's the servers of those who answered
// are asked what answers them: nobody need have told this home.
// A post that was asked about a quarter of an hour ago or less is left alone.
func (n *Node) WantThread(ctx context.Context, tx *store.Tx, postURI string) error {
	post, err := tx.FindPostByURI(ctx, postURI)
	if err != nil {
		return fmt.Errorf("want thread: %w", err)
	}
	known, err := findThread(ctx, tx.Reader, post.ID)
	if err != nil || tx.Now.Sub(known.AskedAt) < threadEvery {
		return err
	}
	first, err := firstKnown(ctx, tx.Reader, post)
	if err != nil {
		return fmt.Errorf("want thread: %w", err)
	}
	put := 0
	if n.isForeign(first.InReplyTo) {
		if put, err = n.putThreadJob(ctx, tx, jobFor(kindClimb, first.InReplyTo)); err != nil {
			return err
		}
	}
	branches, err := n.branches(ctx, tx.Reader, post)
	if err != nil {
		return fmt.Errorf("want thread: %w", err)
	}
	for _, branch := range branches {
		jobs, err := n.wantBranch(ctx, tx, branch)
		if err != nil {
			return err
		}
		put += jobs
	}
	if put == 0 && !post.Local {
		return nil
	}
	if known, err = findThread(ctx, tx.Reader, post.ID); err != nil {
		return err
	}
	known.AskedAt = tx.Now
	return tx.PutThread(ctx, known)
}

// branches are the posts whose servers are asked what answers them: the post
// itself, or if it is the owner's, the latest replies to it.
func (n *Node) branches(ctx context.Context, r store.Reader, post *social.Post) ([]*social.Post, error) {
	all := []*social.Post{post}
	if post.Local {
		var err error
		if all, err = r.ListReplies(ctx, post.ID, social.Viewer{Owner: true}, 0, ownBranches); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(all, func(p *social.Post) bool {
		return p.Local || !n.isForeign(p.Replies) && !n.isForeign(p.Context)
	}), nil
}

// wantBranch has what answers a post asked for, if that is polite, and counts the
// jobs.
func (n *Node) wantBranch(ctx context.Context, tx *store.Tx, post *social.Post) (int, error) {
	known, err := findThread(ctx, tx.Reader, post.ID)
	if err != nil || tx.Now.Sub(known.AskedAt) < threadEvery || tx.Now.Sub(post.PublishedAt) < threadAge {
		return 0, err
	}
	known.AskedAt = tx.Now
	if err := tx.PutThread(ctx, known); err != nil {
		return 0, err
	}
	return n.putThreadJob(ctx, tx, jobFor(kindThread, post.URI))
}

// putThreadJob puts a job unless the same waits already, and counts it.
func (n *Node) putThreadJob(ctx context.Context, tx *store.Tx, job queue.Job) (int, error) {
	if waits, err := tx.HasJob(ctx, job.Kind, job.Topic); err != nil || waits {
		return 0, err
	}
	return 1, n.queue.Put(ctx, tx, job)
}

// AsksThread reports whether others' servers are being asked for what is missing
// around a post: a job for it waits or runs. First is the first post above it
// that is here, or itself.
func (n *Node) AsksThread(ctx context.Context, post, first *social.Post) (bool, error) {
	if n.isForeign(first.InReplyTo) {
		if waits, err := n.store.HasJob(ctx, kindClimb, first.InReplyTo); err != nil || waits {
			return waits, err
		}
	}
	branches, err := n.branches(ctx, n.store.Reader, post)
	if err != nil {
		return false, err
	}
	for _, branch := range branches {
		if waits, err := n.store.HasJob(ctx, kindThread, branch.URI); err != nil || waits {
			return waits, err
		}
	}
	return false, nil
}

// findThread is one of which nothing is known, if there never was one.
func findThread(ctx context.Context, r store.Reader, id social.ID) (store.Thread, error) {
	known, err := r.FindThread(ctx, id)
	if errors.Is(err, social.ErrNotFound) {
		return store.Thread{PostID: id, Replies: -1, Whole: -1}, nil
	}
	return known, err
}

// firstKnown goes up from a post to the first of those that are here without a
// gap: a climb that came to an end half-way goes on from there. It answers
// nothing, or what is not here, unless the way is very long.
func firstKnown(ctx context.Context, r store.Reader, post *social.Post) (*social.Post, error) {
	for range climbKnown {
		if post.InReplyToID == 0 {
			break
		}
		above, err := r.FindPost(ctx, post.InReplyToID)
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
	budget := remote.WithBudget(ctx, climbFetches)
	uri := string(job.Payload)
	for depth := 0; depth < climbDepth && n.isForeign(uri); depth++ {
		post, err := n.findOrFetch(budget, uri)
		if err == nil && post.ID != 0 {
			return nil
		}
		if err == nil {
			post, err = n.savePost(budget, post)
		}
		if err != nil {
			if noteErr := n.noteMissing(ctx, uri, err); noteErr != nil {
				return noteErr
			}
			if depth == 0 || ctx.Err() != nil {
				return fmt.Errorf("climb to %s: %w", uri, err)
			}
			return nil
		}
		if post.InReplyToID != 0 {
			return nil
		}
		uri = post.InReplyTo
	}
	return nil
}

// noteMissing writes down why something could not be had, for the page to say;
// not where it was our own doing.
func (n *Node) noteMissing(ctx context.Context, uri string, err error) error {
	if errors.Is(err, remote.ErrBudget) || errors.Is(ctx.Err(), context.Canceled) {
		return nil
	}
	why := store.MissingBroken
	switch {
	case errors.Is(err, social.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		why = store.MissingSilent
	case errors.Is(err, social.ErrGone):
		why = store.MissingGone
	case errors.Is(err, errBlocked):
		why = store.MissingBlocked
	case errors.Is(err, social.ErrForbidden), errors.Is(err, social.ErrUnauthorized), errors.Is(err, social.ErrNotFound):
		why = store.MissingRefused
	}
	ctx = context.WithoutCancel(ctx) // the deadline was the peer's
	return n.store.Update(ctx, func(tx *store.Tx) error { return tx.PutMissing(ctx, uri, why) })
}

// fetchThread fetches what a post's server knows of its thread: the whole of it
// where it has a collection for that (FEP-7888), and the replies; and theirs, if
// there was no such collection, the nearest first, as far as the pages go that
// one look may cost. A reply that cannot be had is left out. A server that does
// not answer is not asked again until the owner looks again.
func (n *Node) fetchThread(ctx context.Context, job *queue.Job) error {
	post, err := n.findLiving(ctx, string(job.Payload))
	if errors.Is(err, social.ErrNotFound) || errors.Is(err, social.ErrGone) {
		return nil
	}
	if err != nil {
		return err
	}
	look := threadLook{
		node: n, pages: remote.WithBudget(ctx, threadPages), posts: remote.WithBudget(ctx, threadFetches),
		left: threadItems, seen: map[string]bool{post.URI: true},
	}
	whole := look.whole(post)
	replies, err := look.level(post)
	if err != nil && replies.count == 0 && whole.count == 0 {
		if err := n.noteMissing(ctx, post.Replies, err); err != nil {
			return err
		}
		return n.endInVain(ctx, job, func(*store.Tx) error { return nil })
	}
	for !whole.found && len(look.next) > 0 && look.left > 0 && remote.BudgetLeft(look.pages) > 0 && ctx.Err() == nil {
		next := look.next[0]
		look.next = look.next[1:]
		if _, err := look.level(next); errors.Is(err, remote.ErrBudget) {
			break
		}
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		ctx = context.WithoutCancel(ctx) // what came in time is kept
	}
	return n.store.Update(ctx, func(tx *store.Tx) error {
		known, err := findThread(ctx, tx.Reader, post.ID)
		if err != nil {
			return err
		}
		known.FetchedAt, known.Replies, known.Whole = tx.Now, replies.said(), whole.total
		if err := tx.PutThread(ctx, known); err != nil {
			return err
		}
		if err := tx.PutMissing(ctx, post.Replies, ""); err != nil {
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

// passage is what one collection had.
type passage struct {
	count, total int  // items, and how many it says there are; -1 if it does not
	found        bool // it was a collection of posts
}

// said is how many its server says there are, or lists; -1 if there was nothing
// to read.
func (p passage) said() int {
	if p.count == 0 {
		return p.total
	}
	return max(p.total, p.count)
}

// whole reads the collection of the whole thread, if the post's server or that of
// its first post has one. Elsewhere a context is a name that leads nowhere, or to
// something else: no harm.
func (l *threadLook) whole(post *social.Post) passage {
	nothing := passage{total: -1}
	if !l.node.isForeign(post.Context) || post.Context == post.Replies || l.node.refuseBlocked(l.pages, "", social.HostOf(post.Context)) != nil {
		return nothing
	}
	found, err := l.read(post.Context, func(p *social.Post) bool { return p.IsReply() || p.Context == post.Context })
	if err != nil && found.count == 0 {
		return nothing
	}
	found.found, found.total = found.count > 0, found.said()
	if !social.SameOrigin(post.Context, post.URI) {
		found.total = -1 // only a post's own server is believed
	}
	return found
}

// level reads the replies to a post. Its error is that of the collection.
func (l *threadLook) level(post *social.Post) (passage, error) {
	if !l.node.isForeign(post.Replies) {
		return passage{total: -1}, nil
	}
	return l.read(post.Replies, (*social.Post).IsReply)
}

// read takes the posts of a collection that belong into the thread.
func (l *threadLook) read(collection string, belongs func(*social.Post) bool) (passage, error) {
	if l.left <= 0 {
		return passage{total: -1}, nil
	}
	reading := l.node.remote.Read(collection, remote.Limits{Pages: threadPages, Items: l.left})
	count := 0
	for item, err := range reading.Items(l.pages) {
		if err != nil {
			return passage{count: count, total: reading.Total()}, err
		}
		count++
		l.left--
		if l.seen[item.ID] || !l.node.isForeign(item.ID) {
			continue
		}
		l.seen[item.ID] = true
		reply, err := l.node.takeReply(l.posts, collection, item, belongs)
		if errors.Is(err, remote.ErrBudget) {
			return passage{count: count, total: reading.Total()}, err
		}
		if err == nil && l.node.isForeign(reply.Replies) {
			l.next = append(l.next, reply)
		}
	}
	return passage{count: count, total: reading.Total()}, nil
}

// takeReply returns one item of a collection of posts of a thread, saved. An
// embedded post is believed only if it lives where the collection does, and is
// fetched otherwise. What does not belong there is ErrInvalid.
func (n *Node) takeReply(ctx context.Context, collection string, item activity.Item, belongs func(*social.Post) bool) (*social.Post, error) {
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
	if !belongs(post) {
		return nil, fmt.Errorf("%s does not belong into the thread: %w", post.URI, social.ErrInvalid)
	}
	if post.ID != 0 {
		return post, nil
	}
	return n.savePost(ctx, post)
}
