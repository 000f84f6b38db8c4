// Package timeline is what the owner does and sees, and what an arrival means
// to them. Every change that the owner or a stranger causes goes through here.
// It speaks to other servers only by way of federation and knows nothing of
// HTTP or pages.
//
//	timeline.go   Timeline, and what it stands on
//	found.go      making a home
//	draft.go      what a reply or an edit begins with
//	publish.go    posts of the owner: publish, edit, delete
//	schedule.go   posts that are published by themselves, later
//	react.go      boost, like, pin
//	poll.go       polls: what they ask, how they stand and end; vote.go votes in them
//	profile.go    what the owner says of themself
//	preferences.go  how the owner likes to read and write
//	home.go       the home timeline; fold.go puts its lines together
//	marker.go     how far the owner has read
//	verify.go     links of the profile that link back
//	filter.go     what the owner does not want to read just so
//	follow.go     following and being followed
//	moderate.go   block, mute, report
//	receive*.go   what arrived
//	views.go      a conversation, a person, a search: views with work in them
//	attach.go     pictures that are uploaded
//	replies.go    replies that wait for the owner's word
//	noticepolicy.go  whose notifications come through
//	events.go     what has happened, for who listens
//	push.go       devices that are told of notifications
//	work.go       what waits in the background
//	sweep.go      the daily cleaning
package timeline

import (
	"context"
	"fmt"
	"sync"
	"time"

	"croft/federation"
	"croft/media"
	"croft/queue"
	"croft/social"
	"croft/store"
)

// Options are what a Timeline stands on. All are needed but Now.
type Options struct {
	Store   *store.Store
	Node    *federation.Node
	Queue   *queue.Queue
	Media   *media.Library
	MaxPost int              // characters of a post
	Now     func() time.Time // nil means time.Now
}

// Timeline holds the owner's acts, views and rules. It is safe for use by many
// goroutines.
type Timeline struct {
	store   *store.Store
	node    *federation.Node
	queue   *queue.Queue
	media   *media.Library
	site    social.Site
	ownerID social.ID
	maxPost int
	now     func() time.Time
	watches watches
	tokens  sync.Map // of apps, by key: see KeepToken
}

// New makes the Timeline of a home and registers its kinds of job with the
// queue. The caller still has to give Receive to the Node.
func New(o Options) *Timeline {
	t := &Timeline{
		store: o.Store, node: o.Node, queue: o.Queue, media: o.Media,
		site: o.Node.Site(), ownerID: o.Node.OwnerID(), maxPost: o.MaxPost, now: o.Now,
	}
	if t.now == nil {
		t.now = time.Now
	}
	t.registerJobs()
	return t
}

// MaxPost is how many characters a post may have.
func (t *Timeline) MaxPost() int { return t.maxPost }

// findOwner returns the owner's actor as it stands in the database.
func (t *Timeline) findOwner(ctx context.Context, r store.Reader) (*social.Actor, error) {
	owner, err := r.FindActor(ctx, t.ownerID)
	if err != nil {
		return nil, fmt.Errorf("find owner: %w", err)
	}
	return owner, nil
}

// findOwn returns a living post of the owner's; anything else is ErrNotFound.
func (t *Timeline) findOwn(ctx context.Context, r store.Reader, id social.ID) (*social.Post, error) {
	post, err := findLiving(ctx, r, id)
	if err != nil {
		return nil, err
	}
	if !post.Local {
		return nil, fmt.Errorf("post %s is not the owner's: %w", id, social.ErrNotFound)
	}
	return post, nil
}

// findLiving returns a post that has not been deleted; a deleted one is ErrGone.
func findLiving(ctx context.Context, r store.Reader, id social.ID) (*social.Post, error) {
	post, err := r.FindPost(ctx, id)
	if err != nil {
		return nil, err
	}
	if !post.DeletedAt.IsZero() {
		return nil, fmt.Errorf("post %s: %w", id, social.ErrGone)
	}
	return post, nil
}
