package federation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"croft/federation/activity"
	"croft/federation/remote"
	"croft/queue"
	"croft/social"
	"croft/store"
)

const kindDeliver = "deliver"

// Audience is who must receive an activity.
type Audience struct {
	Actors    []*social.Actor // each of them
	Followers bool            // every accepted follower
	Got       social.ID       // everybody who was sent this post of the owner's
	Except    map[string]bool // inboxes to leave out

	// Topic is the post that the activity is about, so that what still waits
	// can be taken back with TakeBackPost. 0 for none.
	Topic social.ID
}

// Send addresses an activity of the owner's or the instance actor's and puts
// one delivery for each distinct inbox, within the caller's transaction. The
// activity is encoded once and kept. Blocked actors and hosts are left out, and
// so is this home. Who was sent a post is remembered, so that its edit and its
// deletion reach them as well.
func (n *Node) Send(ctx context.Context, tx *store.Tx, act activity.Activity, to Audience) error {
	head := activity.HeadOf(act)
	body, err := n.encoder.Encode(act)
	if err != nil {
		return fmt.Errorf("encode %s: %w", head.ID, err)
	}
	inboxes, err := n.inboxes(ctx, tx, to)
	if err != nil {
		return fmt.Errorf("address %s: %w", head.ID, err)
	}
	if err := tx.PutActivity(ctx, head.ID, body); err != nil {
		return err
	}
	if isWording(act) && to.Topic != 0 && len(inboxes) > 0 {
		if err := tx.PutRecipients(ctx, to.Topic, inboxes); err != nil {
			return err
		}
	}
	return n.queue.Put(ctx, tx, n.deliveries(head, inboxes, to)...)
}

// isWording reports whether an activity carries a post itself.
func isWording(act activity.Activity) bool {
	switch act.(type) {
	case activity.Create, activity.Update:
		return true
	}
	return false
}

func (n *Node) deliveries(head activity.Head, inboxes []store.Recipient, to Audience) []queue.Job {
	jobs := make([]queue.Job, 0, len(inboxes))
	for _, inbox := range inboxes {
		jobs = append(jobs, queue.Job{
			Kind: kindDeliver, Host: inbox.Host, Recipient: inbox.Inbox,
			Topic: topic(to.Topic), Payload: delivery{head.Actor, head.ID, to.Followers}.encode(),
		})
	}
	return jobs
}

func topic(post social.ID) string {
	if post == 0 {
		return ""
	}
	return post.String()
}

// inboxes turns an audience into distinct inboxes: the one decision of who must
// be told.
func (n *Node) inboxes(ctx context.Context, tx *store.Tx, to Audience) ([]store.Recipient, error) {
	var all []store.Recipient
	if to.Followers {
		followers, err := tx.ListFollowerInboxes(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, followers...)
	}
	if to.Got != 0 {
		got, err := tx.ListRecipients(ctx, to.Got)
		if err != nil {
			return nil, err
		}
		all = append(all, got...)
	}
	chosen := newInboxSet(all)
	for _, actor := range to.Actors {
		blocked, err := tx.IsBlocked(ctx, actor.URI, "")
		if err != nil {
			return nil, err
		}
		if !blocked {
			chosen.addActor(actor)
		}
	}
	return n.allowed(ctx, tx, slices.DeleteFunc(chosen.list, func(r store.Recipient) bool { return to.Except[r.Inbox] }))
}

// allowed leaves out this home and the hosts that the owner blocks.
func (n *Node) allowed(ctx context.Context, tx *store.Tx, all []store.Recipient) ([]store.Recipient, error) {
	verdicts := map[string]bool{"": false}
	kept := all[:0]
	for _, r := range all {
		ok, known := verdicts[r.Host]
		if !known {
			blocked, err := tx.IsBlocked(ctx, "", r.Host)
			if err != nil {
				return nil, err
			}
			ok = !blocked && !n.site.Owns(r.Inbox)
			verdicts[r.Host] = ok
		}
		if ok {
			kept = append(kept, r)
		}
	}
	return kept, nil
}

// inboxSet gathers inboxes, each once and in order.
type inboxSet struct {
	seen map[string]bool
	list []store.Recipient
}

func newInboxSet(all []store.Recipient) *inboxSet {
	s := &inboxSet{seen: make(map[string]bool, len(all))}
	for _, r := range all {
		s.add(r)
	}
	return s
}

func (s *inboxSet) add(r store.Recipient) {
	if r.Inbox != "" && !s.seen[r.Inbox] {
		s.seen[r.Inbox] = true
		s.list = append(s.list, r)
	}
}

// addActor takes an actor's own inbox, unless the shared one of their server is
// in already. What is meant for one person goes to that person's inbox, so that
// it can be taken back without touching what is meant for their neighbours.
func (s *inboxSet) addActor(a *social.Actor) {
	if a.Local || !a.GoneAt.IsZero() || a.SharedInbox != "" && s.seen[a.SharedInbox] {
		return
	}
	s.add(store.Recipient{Inbox: a.Inbox, Host: social.HostOf(a.Inbox)})
}

// TakeBack cancels what waits to be said to an actor, as a block or the removal
// of a follower demands. Their server's shared inbox is left alone while other
// followers are behind it.
func (n *Node) TakeBack(ctx context.Context, tx *store.Tx, a *social.Actor) error {
	inboxes := []string{a.Inbox}
	others, err := tx.ListFollowerInboxes(ctx)
	if err != nil {
		return err
	}
	shared := newInboxSet(others)
	if a.SharedInbox != "" && !shared.seen[a.SharedInbox] {
		inboxes = append(inboxes, a.SharedInbox)
	}
	for _, inbox := range inboxes {
		filter := queue.Filter{Kind: kindDeliver, Host: social.HostOf(inbox), Recipient: inbox}
		if _, err := n.queue.Cancel(ctx, tx, filter); err != nil {
			return fmt.Errorf("take back deliveries to %s: %w", inbox, err)
		}
	}
	return nil
}

// TakeBackHost cancels what waits to be said to a host and its subdomains.
func (n *Node) TakeBackHost(ctx context.Context, tx *store.Tx, host string) error {
	return n.queue.CancelHost(ctx, tx, host)
}

// TakeBackPost cancels what waits to be said about a post that is about to be
// deleted, and returns the inboxes that cannot have heard of it at all: they
// need not be told of its end.
func (n *Node) TakeBackPost(ctx context.Context, tx *store.Tx, post social.ID) (unheard map[string]bool, err error) {
	cancelled, err := n.queue.Cancel(ctx, tx, queue.Filter{Kind: kindDeliver, Topic: topic(post)})
	if err != nil {
		return nil, fmt.Errorf("take back post %s: %w", post, err)
	}
	unheard = map[string]bool{}
	for _, job := range cancelled {
		d, err := decodeDelivery(job.Payload)
		if err == nil && !job.Tried && d.activity == n.site.Part(post, "activity") {
			unheard[job.Recipient] = true
		}
	}
	return unheard, nil
}

// delivery is what a job says of one POST; the inbox is the job's recipient.
type delivery struct {
	actor, activity string
	followers       bool // meant for followers: their server may compare its list
}

func (d delivery) encode() []byte {
	mark := "-"
	if d.followers {
		mark = "+"
	}
	return []byte(mark + d.actor + "\n" + d.activity)
}

func decodeDelivery(payload []byte) (delivery, error) {
	actor, act, ok := strings.Cut(string(payload), "\n")
	if !ok || actor == "" {
		return delivery{}, fmt.Errorf("delivery %q: %w", payload, social.ErrInvalid)
	}
	return delivery{actor: actor[1:], activity: act, followers: actor[0] == '+'}, nil
}

func (n *Node) registerOutbox() {
	n.queue.Register(kindDeliver, n.deliver, queue.KindOptions{Peer: true, Timeout: 40 * time.Second})
}

// deliver makes one POST, signed now. That the bytes are kept until then makes
// a second try say exactly the same.
func (n *Node) deliver(ctx context.Context, job *queue.Job) error {
	d, err := decodeDelivery(job.Payload)
	if err != nil {
		return err
	}
	body, err := n.store.FindActivity(ctx, d.activity)
	if errors.Is(err, social.ErrNotFound) {
		return nil // taken back meanwhile
	}
	if err != nil {
		return err
	}
	options := remote.PostOptions{Keys: n.owner}
	if d.actor == n.site.Instance() {
		options.Keys = n.instance
	}
	if d.followers {
		if options.Header, err = n.syncHeader(ctx, job.Host); err != nil {
			return err
		}
	}
	return n.remote.Post(ctx, job.Recipient, body, options)
}
