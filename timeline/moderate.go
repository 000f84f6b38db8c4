package timeline

import (
	"context"
	"fmt"
	"strings"
	"time"

	"croft/federation/activity"
	"croft/social"
	"croft/store"
)

// Block ends both follows between the owner and an actor, takes back what waits
// to be sent to them and what they caused here, and lets nothing of theirs in
// any more. They are told that the follows ended, not that they are blocked.
func (t *Timeline) Block(ctx context.Context, actorID social.ID) error {
	return t.withActor(ctx, "block", actorID, func(ctx context.Context, tx *store.Tx, actor *social.Actor) error {
		if actor.Local {
			return social.Invalidf("This is you.")
		}
		if err := t.part(ctx, tx, actor); err != nil {
			return err
		}
		return tx.PutBlock(ctx, actorID)
	})
}

// part ends everything between the owner and an actor. The farewells are put
// last, so that taking back does not take them.
func (t *Timeline) part(ctx context.Context, tx *store.Tx, actor *social.Actor) error {
	if err := t.node.TakeBack(ctx, tx, actor); err != nil {
		return err
	}
	if err := t.dropFollower(ctx, tx, actor); err != nil {
		return err
	}
	if err := t.unfollow(ctx, tx, actor); err != nil {
		return err
	}
	return tx.DeleteNotificationsBy(ctx, actor.ID)
}

// Unblock ends a block. Follows do not come back by themselves.
func (t *Timeline) Unblock(ctx context.Context, actorID social.ID) error {
	return t.withActor(ctx, "unblock", actorID, func(ctx context.Context, tx *store.Tx, _ *social.Actor) error {
		return tx.DeleteBlock(ctx, actorID)
	})
}

// Mute hides an actor from the owner's pages until the moment, or for good if
// it is zero. With heeding the owner is told all the same of what they cause. The
// actor is not told.
func (t *Timeline) Mute(ctx context.Context, actorID social.ID, until time.Time, heeding bool) error {
	return t.withActor(ctx, "mute", actorID, func(ctx context.Context, tx *store.Tx, actor *social.Actor) error {
		if actor.Local {
			return social.Invalidf("This is you.")
		}
		return tx.PutMute(ctx, actorID, until, heeding)
	})
}

// Unmute ends a mute.
func (t *Timeline) Unmute(ctx context.Context, actorID social.ID) error {
	return t.withActor(ctx, "unmute", actorID, func(ctx context.Context, tx *store.Tx, _ *social.Actor) error {
		return tx.DeleteMute(ctx, actorID)
	})
}

// MuteThread has the owner be told of nothing that happens in the thread of a post
// any more. Nobody else is told, and the thread stands where it stood.
func (t *Timeline) MuteThread(ctx context.Context, postID social.ID) error {
	return t.ofThread(ctx, postID, (*store.Tx).PutMutedThread)
}

// UnmuteThread undoes MuteThread.
func (t *Timeline) UnmuteThread(ctx context.Context, postID social.ID) error {
	return t.ofThread(ctx, postID, (*store.Tx).DeleteMutedThread)
}

func (t *Timeline) ofThread(ctx context.Context, postID social.ID, do func(*store.Tx, context.Context, social.ID) error) error {
	return t.store.Update(ctx, func(tx *store.Tx) error {
		if _, err := findLiving(ctx, tx.Reader, postID); err != nil {
			return err
		}
		return do(tx, ctx, postID)
	})
}

// BlockHost blocks a server and its subdomains: what Block does, for everybody
// there who follows or is followed. A text that is no host, or this home's own,
// is ErrInvalid for the field "host".
func (t *Timeline) BlockHost(ctx context.Context, text string) error {
	host, err := t.parseHost(text)
	if err != nil {
		return err
	}
	err = t.store.Update(ctx, func(tx *store.Tx) error {
		people, err := t.edgesWith(ctx, tx, host)
		if err != nil {
			return err
		}
		if err := t.node.TakeBackHost(ctx, tx, host); err != nil {
			return err
		}
		for _, actor := range people {
			if err := t.part(ctx, tx, actor); err != nil {
				return err
			}
		}
		return tx.PutHostBlock(ctx, host)
	})
	if err != nil {
		return fmt.Errorf("block host %s: %w", host, err)
	}
	return nil
}

// UnblockHost ends the block of a server.
func (t *Timeline) UnblockHost(ctx context.Context, text string) error {
	host, err := t.parseHost(text)
	if err != nil {
		return err
	}
	return t.store.Update(ctx, func(tx *store.Tx) error { return tx.DeleteHostBlock(ctx, host) })
}

func (t *Timeline) parseHost(text string) (string, error) {
	text = strings.TrimSpace(text)
	if host := social.HostOf(text); host != "" {
		text = host
	}
	host, err := social.ParseHost(strings.TrimPrefix(text, "@"))
	if err != nil || host == "" {
		return "", social.InvalidField("host", "%q is not the name of a server. Write it like example.org.", text)
	}
	if host == t.site.Host() || host == t.site.HandleHost {
		return "", social.InvalidField("host", "%s is this home.", host)
	}
	return host, nil
}

// edgesWith lists who on a host or its subdomains follows the owner or is
// followed.
func (t *Timeline) edgesWith(ctx context.Context, tx *store.Tx, host string) ([]*social.Actor, error) {
	var people []*social.Actor
	seen := map[social.ID]bool{}
	lists := []func(context.Context, social.FollowState, store.Span) ([]store.Edge, error){tx.ListFollowers, tx.ListFollowing}
	for _, list := range lists {
		for _, state := range []social.FollowState{social.FollowPending, social.FollowAccepted} {
			for before := social.ID(0); ; {
				edges, err := list(ctx, state, store.Below(before, 500))
				if err != nil {
					return nil, err
				}
				for _, e := range edges {
					if (within(social.HostOf(e.Actor.URI), host) || within(e.Actor.Handle.Host, host)) && !seen[e.Actor.ID] {
						seen[e.Actor.ID] = true
						people = append(people, e.Actor)
					}
				}
				if len(edges) < 500 {
					break
				}
				before = edges[len(edges)-1].Follow.ID
			}
		}
	}
	return people, nil
}

// within reports whether a host is the other one or a subdomain of it; where the
// other names no port, at any port.
func within(host, parent string) bool {
	name, _, _ := strings.Cut(host, ":")
	return host == parent || name == parent || strings.HasSuffix(name, "."+parent)
}

// maxReport is what Mastodon takes of a report's comment, in characters.
const maxReport = 5000

// Report sends a Flag to an actor's server, in the name of this home and not of
// the owner, with posts of theirs as evidence. A comment that is too long is
// ErrInvalid for the field "comment".
func (t *Timeline) Report(ctx context.Context, actorID social.ID, posts []social.ID, comment string) error {
	_, err := t.SendReport(ctx, actorID, posts, comment)
	return err
}

// SendReport is Report for who wants to know what was sent.
func (t *Timeline) SendReport(ctx context.Context, actorID social.ID, posts []social.ID, comment string) (report social.Report, err error) {
	comment = strings.TrimSpace(comment)
	if err := social.CheckLength("comment", "comment", comment, maxReport); err != nil {
		return report, err
	}
	err = t.withActor(ctx, "report", actorID, func(ctx context.Context, tx *store.Tx, actor *social.Actor) error {
		if actor.Local {
			return social.Invalidf("This is you.")
		}
		report = social.Report{
			ID: tx.NewID(tx.Now), ActorID: t.ownerID, TargetID: actorID, Comment: comment, Outgoing: true, CreatedAt: tx.Now,
		}
		report.URI = t.site.Instance() + "#flags/" + report.ID.String()
		evidence, err := tx.ListPosts(ctx, posts)
		if err != nil {
			return err
		}
		for _, p := range evidence {
			if p.AuthorID == actorID {
				report.Posts = append(report.Posts, p.URI)
			}
		}
		if _, err := tx.PutReport(ctx, report); err != nil {
			return err
		}
		return t.node.Send(ctx, tx, activity.Flag{
			ID: report.URI, Actor: t.site.Instance(),
			Objects: append([]string{actor.URI}, report.Posts...), Content: comment, To: []string{actor.URI},
		}, to(actor))
	})
	return report, err
}

// CloseReport notes that the owner has dealt with a report.
func (t *Timeline) CloseReport(ctx context.Context, id social.ID) error {
	return t.store.Update(ctx, func(tx *store.Tx) error { return tx.SetReportClosed(ctx, id) })
}
