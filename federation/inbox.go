package federation

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"croft/federation/activity"
	"croft/federation/remote"
	"croft/federation/signature"
	"croft/queue"
	"croft/social"
	"croft/store"
)

// fingerFetches is how many GETs the handle of somebody new may cost.
const fingerFetches = 4

// Admit decides at the door whether an activity comes in: walk A of
// docs/architecture.md. The body must have been read whole, within the limit of
// size. Nil means that it is on disk, or that it means nothing here: answer 202.
// ErrUnauthorized, ErrForbidden, ErrInvalid and ErrUnavailable (the sender's key
// cannot be had now) refuse it, and nothing has changed then. It touches the
// network only for the key of somebody who is not known yet, or has a new one.
func (n *Node) Admit(req *http.Request, body []byte) error {
	ctx := req.Context()
	if !IsActivityPub(req.Header) {
		return fmt.Errorf("admit %.100q: %w", req.Header.Get("Content-Type"), social.ErrInvalid)
	}
	keyID, err := signature.KeyID(req)
	if err != nil {
		return fmt.Errorf("admit: %w", err)
	}
	head, err := activity.Peek(body)
	if err != nil {
		return fmt.Errorf("admit: %w", err)
	}
	if err := n.refuseBlocked(ctx, head.Actor, social.HostOf(keyID)); err != nil {
		return fmt.Errorf("admit %s: %w", head.ID, err)
	}
	if farewell, err := n.isFarewell(ctx, head); err != nil || farewell {
		return err
	}
	from, err := n.identify(req, body)
	if err != nil {
		return fmt.Errorf("admit %s: %w", head.ID, err)
	}
	defer from.done()
	if from.Owner != head.Actor {
		err = n.admitForwarded(ctx, from, head)
	} else {
		err = n.admitOwn(req, from, head, body)
	}
	if err != nil {
		return fmt.Errorf("admit %s: %w", head.ID, err)
	}
	return nil
}

// IsActivityPub reports whether a request brings an ActivityPub document, as it
// is and not compressed.
func IsActivityPub(h http.Header) bool {
	types := h.Values("Content-Type")
	return h.Get("Content-Encoding") == "" && len(types) == 1 && remote.IsActivityPub(types[0])
}

// errBlocked is the ErrForbidden that is the owner's own.
var errBlocked = fmt.Errorf("it is blocked: %w", social.ErrForbidden)

func (n *Node) refuseBlocked(ctx context.Context, actorURI, host string) error {
	blocked, err := n.store.IsBlocked(ctx, actorURI, host)
	if err == nil && blocked {
		err = fmt.Errorf("%s: %w", actorURI, errBlocked)
	}
	return err
}

// isFarewell recognises somebody unknown who speaks of nothing but themself:
// mostly that they are gone, which servers tell everybody. Their key is gone as
// well, and there is nothing here to change.
func (n *Node) isFarewell(ctx context.Context, head activity.Head) (bool, error) {
	if head.Object != head.Actor || head.Type != "Delete" && head.Type != "Update" {
		return false, nil
	}
	_, err := n.store.FindActorByURI(ctx, head.Actor)
	if errors.Is(err, social.ErrNotFound) {
		return true, nil
	}
	return false, err
}

// admitOwn lets in what its signer says in their own name.
func (n *Node) admitOwn(req *http.Request, from sender, head activity.Head, body []byte) error {
	ctx := req.Context()
	list, err := n.syncURL(ctx, req.Header.Get("Collection-Synchronization"), head.Actor)
	if err != nil {
		return err
	}
	var person *activity.ActorDocument
	if from.document != nil {
		confirmed := n.confirmHandle(remote.WithBudget(ctx, fingerFetches), *from.document)
		person = &confirmed
	}
	host := social.HostOf(head.Actor)
	return n.keepAdmitted(ctx, func(tx *store.Tx) error {
		if person != nil {
			if _, err := n.putActor(ctx, tx, *person); err != nil {
				return err
			}
			if err := suppose(ctx, tx, host, from.writes()); err != nil {
				return err
			}
		}
		fresh, err := tx.PutSeen(ctx, head.Actor, head.ID)
		if err == nil && !fresh && head.Type == "Follow" {
			fresh, err = asksAgain(ctx, tx, head)
		}
		if err != nil || !fresh {
			return err
		}
		if err := n.queue.Alive(ctx, tx, host); err != nil {
			return err
		}
		if list != "" {
			if err := n.wantSync(ctx, tx, head.Actor, list); err != nil {
				return err
			}
		}
		return n.queue.Put(ctx, tx, queue.Job{Kind: kindReceive, Host: host, Payload: body})
	})
}

// asksAgain reports whether a follow that came before comes in once more: it
// still stands here, but the answer to it may have been lost. What has ended
// meanwhile does not begin again by a replay.
func asksAgain(ctx context.Context, tx *store.Tx, head activity.Head) (bool, error) {
	_, err := tx.FindFollowByURI(ctx, head.ID)
	if errors.Is(err, social.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return putHourly(ctx, tx, head.Actor, "again "+head.ID)
}

// putHourly is PutSeen for what may come once an hour.
func putHourly(ctx context.Context, tx *store.Tx, actorURI, what string) (fresh bool, err error) {
	return tx.PutSeen(ctx, actorURI, what+" "+tx.Now.UTC().Truncate(time.Hour).Format(time.RFC3339))
}

// admitForwarded takes no more than a hint from what somebody passes on who did
// not say it: the object is fetched from its home, if the owner follows the one
// who passes it on.
func (n *Node) admitForwarded(ctx context.Context, from sender, head activity.Head) error {
	if err := n.refuseBlocked(ctx, from.Owner, social.HostOf(from.Owner)); err != nil {
		return err
	}
	refusal := fmt.Errorf("%s speaks for %s: %w", from.Owner, head.Actor, social.ErrForbidden)
	switch head.Type {
	case "Create", "Update", "Delete", "Announce":
	default:
		return refusal
	}
	if _, ok := social.Origin(head.Object); !ok || n.site.Owns(head.Object) || n.site.Owns(head.Actor) {
		return refusal
	}
	follows, err := n.follows(ctx, n.store.Reader, from.Owner)
	if err != nil {
		return err
	}
	if !follows {
		return refusal
	}
	return n.store.Update(ctx, func(tx *store.Tx) error {
		fresh, err := tx.PutSeen(ctx, from.Owner, head.ID)
		if err != nil || !fresh {
			return err
		}
		return n.queue.Put(ctx, tx, errand{act: errandLook, object: head.Object}.job(head.Object))
	})
}

// follows reports whether the owner follows an actor who agreed to it.
func (n *Node) follows(ctx context.Context, r store.Reader, actorURI string) (bool, error) {
	actor, err := r.FindActorByURI(ctx, actorURI)
	if errors.Is(err, social.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return n.followsActor(ctx, r, actor.ID)
}

func (n *Node) followsActor(ctx context.Context, r store.Reader, actorID social.ID) (bool, error) {
	follow, err := r.FindFollow(ctx, n.home.OwnerID, actorID)
	if errors.Is(err, social.ErrNotFound) {
		return false, nil
	}
	return follow.State == social.FollowAccepted, err
}

// Viewer says who asks for a document (authorised fetch). Who does not sign is
// nobody in particular; a signature that proves nothing is ErrUnauthorized. It
// touches the network only for a key that is not known yet.
func (n *Node) Viewer(req *http.Request) (social.Viewer, error) {
	h := req.Header
	if h.Get("Signature") == "" && h.Get("Signature-Input") == "" && !strings.HasPrefix(h.Get("Authorization"), "Signature ") {
		return social.Viewer{}, nil
	}
	viewer, err := n.viewer(req)
	if err != nil {
		return social.Viewer{}, fmt.Errorf("find viewer: %w", err)
	}
	return viewer, nil
}

func (n *Node) viewer(req *http.Request) (social.Viewer, error) {
	ctx := req.Context()
	keyID, err := signature.KeyID(req)
	if err != nil {
		return social.Viewer{}, err
	}
	if blocked, err := n.store.IsBlocked(ctx, "", social.HostOf(keyID)); err != nil || blocked {
		return social.Viewer{Blocked: blocked}, err
	}
	from, err := n.identify(req, nil)
	if err != nil {
		return social.Viewer{}, err
	}
	defer from.done()
	if err := n.heard(ctx, social.HostOf(from.Owner)); err != nil {
		return social.Viewer{}, err
	}
	v := social.Viewer{ActorURI: from.Owner}
	if from.document != nil {
		person := n.withKnownHandle(ctx, *from.document)
		err := n.store.Update(ctx, func(tx *store.Tx) error {
			_, err := n.putActor(ctx, tx, person)
			return err
		})
		if err != nil {
			return social.Viewer{}, err
		}
	}
	actor, err := n.store.FindActorByURI(ctx, from.Owner)
	if err != nil {
		return social.Viewer{}, err
	}
	relation, err := n.store.FindRelation(ctx, actor.ID)
	v.Follows = relation.FollowedBy == social.FollowAccepted
	v.Blocked = relation.Blocking || relation.HostBlocked
	return v, err
}

// heard takes note that a host that was not well speaks to us, by asking.
func (n *Node) heard(ctx context.Context, host string) error {
	peer, err := n.store.FindPeer(ctx, host)
	if errors.Is(err, social.ErrNotFound) || err == nil && peer.Failures == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	return n.store.Update(ctx, func(tx *store.Tx) error { return n.queue.Alive(ctx, tx, host) })
}
