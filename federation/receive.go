package federation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"croft/federation/activity"
	"croft/queue"
	"croft/social"
	"croft/store"
)

const (
	kindReceive = "receive" // what was let in; never waits for the network
	kindFetch   = "fetch"   // what must be asked of its home first
)

func (n *Node) registerInbox() {
	n.queue.RegisterBatch(kindReceive, n.receive, queue.KindOptions{Batch: 32, Timeout: 2 * time.Minute})
	n.queue.Register(kindFetch, n.fetch, queue.KindOptions{Peer: true, Timeout: 2 * time.Minute})
}

// receive applies what was let in from one host, in order: nothing overtakes
// what must be tried again.
func (n *Node) receive(ctx context.Context, jobs []*queue.Job) []error {
	errs := make([]error, 0, len(jobs))
	for _, job := range jobs {
		if ctx.Err() != nil {
			break
		}
		err := n.receiveOne(ctx, job)
		if errs = append(errs, err); !queue.IsFinal(err) {
			break
		}
	}
	return errs
}

func (n *Node) receiveOne(ctx context.Context, job *queue.Job) error {
	act, err := activity.Decode(job.Payload)
	if err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	head := activity.HeadOf(act)
	actor, err := n.store.FindActorByURI(ctx, head.Actor)
	if err != nil {
		return fmt.Errorf("receive %s: %w", head.ID, err)
	}
	v, err := n.judge(ctx, actor, act)
	if err != nil {
		return fmt.Errorf("receive %s: %w", head.ID, err)
	}
	switch {
	case v.ask != "":
		return n.store.Update(ctx, func(tx *store.Tx) error {
			e := errand{act: errandApply, object: v.ask, body: job.Payload}
			if v.ask == actor.URI {
				if err := n.WantActor(ctx, tx, actor.URI); err != nil {
					return err
				}
			} else if err := n.queue.Put(ctx, tx, e.job(v.ask)); err != nil {
				return err
			}
			return job.Done(ctx, tx)
		})
	case v.pass:
		return n.hand(ctx, job, Arrival{Actor: actor, Activity: act, Post: v.post})
	}
	return nil
}

func (n *Node) hand(ctx context.Context, job *queue.Job, a Arrival) error {
	a.Done = job.Done
	return n.Receiver(ctx, a)
}

// verdict is what becomes of an activity: it is passed on, with a post if it has
// one; or what it names must be asked for first; or, being zero, it is nobody's
// concern here, or not its actor's to say.
type verdict struct {
	pass bool
	post *social.Post
	ask  string
}

var nothing verdict

// judge is the ownership rule: an actor speaks of what is theirs, on their own
// origin; what is stored belongs to whom the store says; and what somebody else
// wrote is asked of its home.
func (n *Node) judge(ctx context.Context, actor *social.Actor, act activity.Activity) (verdict, error) {
	switch act := act.(type) {
	case activity.Create:
		return n.judgePost(ctx, actor, act.Object, act.Post, slices.Concat(act.To, act.Cc))
	case activity.Update:
		return n.judgeUpdate(ctx, actor, act)
	case activity.Delete:
		return n.judgeDelete(ctx, actor, act)
	case activity.Announce:
		return n.judgeAnnounce(ctx, actor, act)
	case activity.Move:
		follows, err := n.followsActor(ctx, n.store.Reader, actor.ID)
		if err != nil || !follows || act.Object != actor.URI || !n.isForeign(act.Target) || act.Target == actor.URI {
			return nothing, err
		}
		return verdict{ask: act.Target}, nil
	case activity.Follow:
		// Friendica follows posts, too: that is no follow of a person.
		return verdict{pass: act.Object == n.site.Actor()}, nil
	case activity.QuoteRequest:
		return n.judgeQuote(actor, act), nil
	case activity.Unknown:
		return nothing, nil
	}
	return verdict{pass: true}, nil
}

// judgeQuote lets an actor ask to quote the owner. The post that does is believed if
// it is the actor's own.
func (n *Node) judgeQuote(actor *social.Actor, act activity.QuoteRequest) verdict {
	if !n.site.Owns(act.Object) || !social.SameOrigin(act.Instrument, actor.URI) {
		return nothing
	}
	if act.Post == nil || act.Post.AuthorURI != actor.URI || act.Post.URI != act.Instrument {
		return verdict{pass: true}
	}
	n.attribute(act.Post, actor)
	return verdict{pass: true, post: act.Post}
}

// isForeign reports whether there is a server to ask about a URI.
func (n *Node) isForeign(uri string) bool {
	_, ok := social.Origin(uri)
	return ok && !n.site.Owns(uri)
}

// judgePost takes an embedded post only from its author. Named by its id, or
// found with somebody else, it is asked of its home: for those whom the owner
// follows, and for strangers if it is on their own server and meant for the
// owner.
func (n *Node) judgePost(ctx context.Context, actor *social.Actor, uri string, post *social.Post, audience []string) (verdict, error) {
	if post != nil && post.AuthorURI == actor.URI && social.SameOrigin(post.URI, actor.URI) {
		n.attribute(post, actor)
		return verdict{pass: true, post: post}, nil
	}
	if !n.isForeign(uri) {
		return nothing, nil
	}
	if social.SameOrigin(uri, actor.URI) && slices.Contains(audience, n.site.Actor()) {
		return verdict{ask: uri}, nil
	}
	follows, err := n.followsActor(ctx, n.store.Reader, actor.ID)
	if err != nil || !follows {
		return nothing, err
	}
	return verdict{ask: uri}, nil
}

func (n *Node) judgeUpdate(ctx context.Context, actor *social.Actor, act activity.Update) (verdict, error) {
	if act.Object == actor.URI {
		return verdict{ask: actor.URI}, nil
	}
	if act.Person != nil {
		return nothing, nil // somebody else's profile
	}
	known, err := n.store.FindPostByURI(ctx, act.Object)
	if err != nil && !errors.Is(err, social.ErrNotFound) {
		return nothing, err
	}
	if err == nil && known.AuthorID != actor.ID {
		return nothing, nil // the owner is who is stored, never who is claimed
	}
	return n.judgePost(ctx, actor, act.Object, act.Post, slices.Concat(act.To, act.Cc))
}

func (n *Node) judgeDelete(ctx context.Context, actor *social.Actor, act activity.Delete) (verdict, error) {
	if act.Object == actor.URI {
		return verdict{pass: true}, nil
	}
	if !social.SameOrigin(act.Object, actor.URI) {
		return nothing, nil
	}
	known, err := n.store.FindPostByURI(ctx, act.Object)
	if errors.Is(err, social.ErrNotFound) {
		return verdict{pass: true}, nil // it may have overtaken the post
	}
	return verdict{pass: err == nil && known.AuthorID == actor.ID}, err
}

// judgeAnnounce takes boosts of the owner's posts from everybody, and others
// only from those whom the owner follows: no stranger makes this home fetch.
func (n *Node) judgeAnnounce(ctx context.Context, actor *social.Actor, act activity.Announce) (verdict, error) {
	if n.site.Owns(act.Object) {
		post, err := n.findLiving(ctx, act.Object)
		if errors.Is(err, social.ErrNotFound) || errors.Is(err, social.ErrGone) {
			return nothing, nil
		}
		return verdict{pass: true, post: post}, err
	}
	follows, err := n.followsActor(ctx, n.store.Reader, actor.ID)
	if err != nil || !follows {
		return nothing, err
	}
	if act.Inner != nil {
		return n.judgeInner(ctx, act.Inner)
	}
	post, err := n.findLiving(ctx, act.Object)
	switch {
	case err == nil:
		return verdict{pass: true, post: post}, nil
	case errors.Is(err, social.ErrGone):
		return nothing, nil
	case !errors.Is(err, social.ErrNotFound):
		return nothing, err
	case !n.isForeign(act.Object):
		return nothing, nil
	}
	return verdict{ask: act.Object}, nil
}

// judgeInner looks at what a group passes on (FEP-1b12). Its posts are the
// group's boosts; of the answers to them only those are asked for that answer
// the owner or are addressed to them, and of changes those to what is here.
func (n *Node) judgeInner(ctx context.Context, inner activity.Activity) (verdict, error) {
	uri := activity.HeadOf(inner).Object
	if !n.isForeign(uri) {
		return nothing, nil
	}
	switch inner := inner.(type) {
	case activity.Create:
		toOwner := n.site.Owns(inner.InReplyTo) || slices.Contains(slices.Concat(inner.To, inner.Cc), n.site.Actor())
		if inner.InReplyTo == "" || toOwner {
			return verdict{ask: uri}, nil
		}
	case activity.Update, activity.Delete:
		_, err := n.findLiving(ctx, uri)
		switch {
		case err == nil:
			return verdict{ask: uri}, nil
		case !errors.Is(err, social.ErrNotFound) && !errors.Is(err, social.ErrGone):
			return nothing, err
		}
	}
	return nothing, nil
}
