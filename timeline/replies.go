package timeline

import (
	"context"

	"croft/federation/activity"
	"croft/social"
	"croft/store"
)

// ApproveReply shows a reply that was held back, and tells its author; ErrNotFound
// if it is not held back.
func (t *Timeline) ApproveReply(ctx context.Context, id social.ID) error {
	return t.react(ctx, "approve reply", id, func(tx *store.Tx, p *social.Post) error {
		if err := tx.ReleaseReply(ctx, p); err != nil {
			return err
		}
		t.happens(tx, Posted, p.ID)
		if err := t.putNotification(ctx, tx, social.Notification{Kind: social.NotifyMention, ActorID: p.AuthorID, PostID: p.ID, CreatedAt: tx.Now, Read: true}); err != nil {
			return err
		}
		return t.node.Send(ctx, tx, activity.Accept{
			ID: t.site.Act("accepts", tx.NewID(tx.Now)), Actor: t.site.Actor(), Object: p.URI, To: []string{p.AuthorURI},
		}, to(p.Author))
	})
}

// DeclineReply never shows a reply that was held back, and tells its author;
// ErrNotFound as for ApproveReply.
func (t *Timeline) DeclineReply(ctx context.Context, id social.ID) error {
	return t.react(ctx, "decline reply", id, func(tx *store.Tx, p *social.Post) error {
		if err := tx.DeclineReply(ctx, id); err != nil {
			return err
		}
		return t.node.Send(ctx, tx, activity.Reject{
			ID: t.site.Act("rejects", tx.NewID(tx.Now)), Actor: t.site.Actor(), Object: p.URI, To: []string{p.AuthorURI},
		}, to(p.Author))
	})
}
