package federation

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"croft/federation/activity"
	"croft/federation/remote"
	"croft/queue"
	"croft/social"
)

// arrivalFetches is how many GETs one inbound activity may cost.
const arrivalFetches = 20

// errand is a fetch that an arrival demands: of what an activity names, or (for
// what was passed on by somebody else) of an object and no more.
type errand struct {
	act    byte
	object string
	body   []byte
}

const (
	errandApply = 'A'
	errandLook  = 'L'
)

// job is the job that asks for uri.
func (e errand) job(uri string) queue.Job {
	payload := append([]byte{e.act}, e.object...)
	payload = append(append(payload, '\n'), e.body...)
	return queue.Job{Kind: kindFetch, Host: social.HostOf(uri), Payload: payload}
}

func parseErrand(payload []byte) (errand, error) {
	end := slices.Index(payload, '\n')
	if end < 1 {
		return errand{}, fmt.Errorf("errand %.100q: %w", payload, social.ErrInvalid)
	}
	return errand{payload[0], string(payload[1:end]), payload[end+1:]}, nil
}

// fetch asks for what an arrival named, and hands it over.
func (n *Node) fetch(ctx context.Context, job *queue.Job) error {
	e, err := parseErrand(job.Payload)
	if err != nil {
		return err
	}
	ctx = remote.WithBudget(ctx, arrivalFetches)
	if e.act == errandLook {
		err = n.look(ctx, job, e.object)
	} else {
		err = n.apply(ctx, job, e)
	}
	if err != nil {
		return fmt.Errorf("fetch for an arrival: %w", err)
	}
	return nil
}

// apply goes on with an activity of which something must be fetched.
func (n *Node) apply(ctx context.Context, job *queue.Job, e errand) error {
	act, err := activity.Decode(e.body)
	if err != nil {
		return err
	}
	actor, err := n.store.FindActorByURI(ctx, activity.HeadOf(act).Actor)
	if err != nil {
		return err
	}
	switch act := act.(type) {
	case activity.Move:
		return n.hand(ctx, job, Arrival{Actor: actor, Activity: act})
	case activity.Announce:
		if act.Inner != nil {
			return n.applyInner(ctx, job, actor, act, e.object)
		}
		post, err := n.findOrFetch(ctx, e.object)
		if err != nil {
			return err
		}
		return n.hand(ctx, job, Arrival{Actor: actor, Activity: act, Post: post})
	}
	return n.look(ctx, job, e.object)
}

// applyInner goes on with what a group passed on.
func (n *Node) applyInner(ctx context.Context, job *queue.Job, group *social.Actor, act activity.Announce, uri string) error {
	if _, ok := act.Inner.(activity.Create); !ok {
		return n.look(ctx, job, uri)
	}
	post, err := n.findOrFetch(ctx, uri)
	if err != nil {
		return err
	}
	if post.IsReply() {
		return n.handPost(ctx, job, post)
	}
	boost := activity.Announce{ID: act.ID, Actor: group.URI, Object: post.URI, To: act.To, Cc: act.Cc, Published: act.Published}
	return n.hand(ctx, job, Arrival{Actor: group, Activity: boost, Post: post})
}

// look finds out from an object's home what has become of it: it is new, it was
// changed, or it is gone. What is gone and was never here is nobody's concern.
func (n *Node) look(ctx context.Context, job *queue.Job, uri string) error {
	found, err := n.fetchObject(ctx, uri)
	if errors.Is(err, social.ErrGone) {
		return n.lookGone(ctx, job, uri)
	}
	if err != nil {
		return err
	}
	post, err := n.postOf(ctx, found)
	if err != nil {
		return err
	}
	return n.handPost(ctx, job, post)
}

// handPost hands over a post from its home as if its author had sent it: as an
// Update if it is here, else as a Create.
func (n *Node) handPost(ctx context.Context, job *queue.Job, post *social.Post) error {
	author, err := n.store.FindActorByURI(ctx, post.AuthorURI)
	if err != nil {
		return err
	}
	known, err := n.findLiving(ctx, post.URI)
	switch {
	case errors.Is(err, social.ErrNotFound):
		return n.hand(ctx, job, Arrival{Actor: author, Post: post, Activity: activity.Create{
			ID: post.URI, Actor: author.URI, Object: post.URI, Post: post, To: post.To, Cc: post.Cc, Published: post.PublishedAt,
		}})
	case errors.Is(err, social.ErrGone):
		return nil
	case err != nil:
		return err
	case known.AuthorID != author.ID:
		return fmt.Errorf("post %s has another author now: %w", post.URI, social.ErrForbidden)
	}
	return n.hand(ctx, job, Arrival{Actor: author, Post: post, Activity: activity.Update{
		ID: post.URI, Actor: author.URI, Object: post.URI, Post: post, To: post.To, Cc: post.Cc, UpdatedAt: post.EditedAt,
	}})
}

// lookGone hands over that a post is gone, as its home says.
func (n *Node) lookGone(ctx context.Context, job *queue.Job, uri string) error {
	known, err := n.findLiving(ctx, uri)
	if errors.Is(err, social.ErrNotFound) || errors.Is(err, social.ErrGone) {
		return nil
	}
	if err != nil {
		return err
	}
	author, err := n.store.FindActor(ctx, known.AuthorID)
	if err != nil || author.Local {
		return err
	}
	return n.hand(ctx, job, Arrival{Actor: author, Activity: activity.Delete{ID: uri, Actor: author.URI, Object: uri}})
}
