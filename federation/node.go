// Package federation is this home as a member of the fediverse: what it lets
// in, what it sends, what it knows of others, and the documents by which others
// know it. It does not decide what an arrival means to the owner: package
// timeline does, through Receiver.
//
//	node.go       Node, and what it needs
//	keys.go       the owner's own keys
//	schemes.go    which signature each server wants
//	inbox.go      Admit and Viewer: the door
//	receive.go    what was let in, and whether its actor may say it
//	errand.go     what must be asked of its home before it can be received
//	senders.go    who signed a request, and whose key that is
//	limits.go     how often strangers may make us fetch a key
//	resolve.go    actors and posts: from the store, else fetched and saved
//	actors.go     fetching actors, their keys and their handles
//	thread.go     what is missing around a post
//	refresh.go    actors anew, and what they pinned
//	looks.go      somebody whom the owner looks at
//	outboxes.go   what others wrote, as their outboxes have it
//	media.go      files and web pages of others
//	outbox.go     Send and deliver
//	push.go       the owner's devices
//	sync.go       followers synchronization (FEP-8fcf), as the one who is followed
//	syncback.go   the same, as the one who follows
//	documents.go  actor and posts as bytes
//	collections.go outbox, followers, replies and the like
//	discovery.go  WebFinger, host-meta, NodeInfo
package federation

import (
	"context"
	"fmt"
	"time"

	"croft/federation/activity"
	"croft/federation/remote"
	"croft/federation/webpush"
	"croft/queue"
	"croft/social"
	"croft/store"
)

// Options are what a Node stands on. All are needed but Now and Version.
type Options struct {
	Store   *store.Store // a home must be set up in it
	Queue   *queue.Queue
	Remote  *remote.Client
	Now     func() time.Time // nil means time.Now
	Version string           // of this program, for NodeInfo
}

// Receiver applies an arrival. It returns an error of a kind that says whether
// to try again; having applied it, it calls Done within the same transaction.
type Receiver func(ctx context.Context, a Arrival) error

// Arrival is one activity that was let in, decoded, and found to be its actor's
// to say.
type Arrival struct {
	Actor    *social.Actor // who says it, as stored
	Activity activity.Activity

	// Post is the post of a Create or Update, or the one that an Announce
	// passes on: as its own server has it, with its author stored and known. It
	// is stored only if its ID is not 0. Nil for everything else.
	Post *social.Post

	// Done removes the job. Call it last in the Update that applies the arrival,
	// so that both are on disk or neither. An error must undo the transaction.
	Done func(ctx context.Context, tx *store.Tx) error
}

// Node is this home as others meet it. It is safe for use by many goroutines.
type Node struct {
	Receiver Receiver // set once, before the queue runs

	site    social.Site
	home    store.Home
	store   *store.Store
	queue   *queue.Queue
	remote  *remote.Client
	encoder activity.Encoder
	now     func() time.Time
	version string

	owner, instance remote.Keys // to sign with
	pushKey         webpush.Key // by which services that tell devices know this home
	limits          *keyLimits  // how often strangers may make us fetch a key
	parsed          parsedKeys
	documents       documentCache
}

// New makes the Node of the home in the store, and registers its kinds of job
// with the queue.
func New(ctx context.Context, o Options) (*Node, error) {
	home, err := o.Store.FindHome(ctx)
	if err != nil {
		return nil, fmt.Errorf("find home: %w", err)
	}
	n := &Node{
		site: home.Site(), home: home, store: o.Store, queue: o.Queue, remote: o.Remote,
		encoder: activity.Encoder{Site: home.Site()}, now: o.Now, version: o.Version,
	}
	if n.now == nil {
		n.now = time.Now
	}
	n.limits = newKeyLimits(n.now)
	if n.owner, err = ownKeys(ctx, o.Store.Reader, home.OwnerID, n.site.Actor()); err != nil {
		return nil, err
	}
	if n.instance, err = ownKeys(ctx, o.Store.Reader, home.InstanceID, n.site.Instance()); err != nil {
		return nil, err
	}
	if n.pushKey, err = newPushKey(ctx, o.Store.Reader, home.OwnerID); err != nil {
		return nil, err
	}
	n.registerInbox()
	n.registerOutbox()
	n.registerThread()
	n.registerRefresh()
	n.registerLook()
	n.registerCircle()
	n.registerQuote()
	n.registerSync()
	return n, nil
}

// Site is what builds this home's URIs.
func (n *Node) Site() social.Site { return n.site }

// OwnerID is the number of the owner's actor.
func (n *Node) OwnerID() social.ID { return n.home.OwnerID }
