package federation

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"croft/federation/activity"
	"croft/federation/remote"
	"croft/queue"
	"croft/social"
	"croft/store"
)

const kindSync = "sync" // FEP-8fcf, as the one who follows

// syncGrace is how long a follow that an actor's list lacks is given before it
// counts as ended: an Accept may be under way.
const syncGrace = time.Hour

func (n *Node) registerSync() {
	n.queue.Register(kindSync, n.synchronize, queue.KindOptions{Peer: true, Timeout: time.Minute})
}

var syncPart = regexp.MustCompile(`(collectionId|url|digest)="([^"]*)"`)

// syncURL is where an actor's server lists their followers here, if it says by
// its header that its list is another than what is known here; else empty. Only
// the actor's own followers, on the actor's own origin, are believed.
func (n *Node) syncURL(ctx context.Context, header, actorURI string) (string, error) {
	if header == "" {
		return "", nil
	}
	said := map[string]string{}
	for _, part := range syncPart.FindAllStringSubmatch(header, 3) {
		said[part[1]] = part[2]
	}
	actor, err := n.store.FindActorByURI(ctx, actorURI)
	if errors.Is(err, social.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if said["collectionId"] != actor.Followers || actor.Followers == "" || !social.SameOrigin(said["url"], actorURI) {
		return "", nil
	}
	follows, err := n.followsActor(ctx, n.store.Reader, actor.ID)
	if err != nil {
		return "", err
	}
	var ours []string
	if follows {
		ours = []string{n.site.Actor()}
	}
	if strings.EqualFold(said["digest"], followersDigest(ours)) {
		return "", nil
	}
	return said["url"], nil
}

// wantSync has the list compared in the background, once an hour at most.
func (n *Node) wantSync(ctx context.Context, tx *store.Tx, actorURI, list string) error {
	fresh, err := putHourly(ctx, tx, actorURI, "followers synchronization")
	if err != nil || !fresh {
		return err
	}
	return n.queue.Put(ctx, tx, queue.Job{Kind: kindSync, Host: social.HostOf(list), Topic: actorURI, Payload: []byte("1\n" + actorURI + "\n" + list)})
}

// synchronize compares whether the owner follows an actor with what that actor's
// server believes. A follow that is not known here is taken back there. One that
// is not known there is looked for again an hour later, and then treated as if
// the actor had rejected it.
func (n *Node) synchronize(ctx context.Context, job *queue.Job) error {
	parts := strings.SplitN(string(job.Payload), "\n", 3)
	if len(parts) != 3 {
		return fmt.Errorf("synchronize %.100q: %w", job.Payload, social.ErrInvalid)
	}
	actor, err := n.store.FindActorByURI(ctx, parts[1])
	if err != nil {
		return err
	}
	listed, err := n.isListed(ctx, parts[2])
	if err != nil {
		return fmt.Errorf("synchronize with %s: %w", actor.URI, err)
	}
	follow, err := n.store.FindFollow(ctx, n.home.OwnerID, actor.ID)
	if err != nil && !errors.Is(err, social.ErrNotFound) {
		return err
	}
	switch {
	case listed && follow.State == "":
		return n.store.Update(ctx, func(tx *store.Tx) error {
			if err := n.sendUndoFollow(ctx, tx, actor); err != nil {
				return err
			}
			return job.Done(ctx, tx)
		})
	case !listed && follow.State == social.FollowAccepted && parts[0] == "1":
		return n.store.Update(ctx, func(tx *store.Tx) error {
			again := queue.Job{
				Kind: kindSync, Host: job.Host, Topic: job.Topic, At: tx.Now.Add(syncGrace), Payload: append([]byte("2"), job.Payload[1:]...),
			}
			if err := job.Done(ctx, tx); err != nil {
				return err
			}
			return n.queue.Put(ctx, tx, again)
		})
	case !listed && follow.State == social.FollowAccepted:
		return n.hand(ctx, job, Arrival{Actor: actor, Activity: activity.Reject{
			ID: actor.URI + "#followers_synchronization", Actor: actor.URI, Object: follow.URI,
			Follow: &activity.Follow{ID: follow.URI, Actor: n.site.Actor(), Object: actor.URI},
		}})
	}
	return nil
}

// isListed reports whether the owner stands in a partial list of followers.
func (n *Node) isListed(ctx context.Context, list string) (bool, error) {
	found, err := n.fetchObject(remote.WithBudget(ctx, 2), list)
	if err != nil {
		return false, err
	}
	followers, ok := found.(activity.Collection)
	if !ok || followers.First != "" {
		return false, fmt.Errorf("%s is no whole collection: %w", list, social.ErrInvalid)
	}
	return slices.ContainsFunc(followers.Items, func(i activity.Item) bool { return i.ID == n.site.Actor() }), nil
}

func (n *Node) sendUndoFollow(ctx context.Context, tx *store.Tx, actor *social.Actor) error {
	follow := activity.Follow{ID: n.site.Act("follows", tx.NewID(tx.Now)), Actor: n.site.Actor(), Object: actor.URI}
	return n.Send(ctx, tx, activity.Undo{
		ID: n.site.Act("undos", tx.NewID(tx.Now)), Actor: n.site.Actor(), Object: follow.ID, Inner: follow, To: []string{actor.URI},
	}, Audience{Actors: []*social.Actor{actor}})
}
