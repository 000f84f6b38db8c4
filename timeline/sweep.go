package timeline

import (
	"context"
	"time"

	"croft/queue"
	"croft/social"
	"croft/store"
)

// How long things are kept that nothing needs any more.
const (
	keepUnbound = 24 * time.Hour      // a picture that no post has taken
	keepSeen    = 35 * 24 * time.Hour // that an activity came in: longer than anybody tries again
	keepPeers   = 90 * 24 * time.Hour // how a server failed that is not tried any more
)

// Start puts the daily cleaning, once. Call it when the queue runs.
func (t *Timeline) Start(ctx context.Context) error {
	return t.store.Update(ctx, func(tx *store.Tx) error { return t.wantSweep(ctx, tx, tx.Now.Add(time.Minute)) })
}

func (t *Timeline) wantSweep(ctx context.Context, tx *store.Tx, at time.Time) error {
	if _, err := t.queue.Cancel(ctx, tx, queue.Filter{Kind: kindSweep, Host: "home"}); err != nil {
		return err
	}
	return t.queue.Put(ctx, tx, queue.Job{Kind: kindSweep, Host: "home", At: at})
}

// sweep forgets what nothing needs, looks at the profile's links again, and
// books itself for tomorrow.
func (t *Timeline) sweep(ctx context.Context, job *queue.Job) error {
	now := t.now()
	if err := t.sweepUploads(ctx, now.Add(-keepUnbound)); err != nil {
		return err
	}
	if _, err := t.media.Sweep(ctx, now.Add(-keepUnbound), func(name string) (bool, error) { return t.needsFile(ctx, name) }); err != nil {
		return err
	}
	if err := t.sweepSeen(ctx, now.Add(-keepSeen)); err != nil {
		return err
	}
	return t.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.DeleteStalePeers(ctx, now.Add(-keepPeers)); err != nil {
			return err
		}
		if err := t.wantVerification(ctx, tx); err != nil {
			return err
		}
		if err := job.Done(ctx, tx); err != nil {
			return err
		}
		return t.queue.Put(ctx, tx, queue.Job{Kind: kindSweep, Host: "home", At: tx.Now.Add(24 * time.Hour)})
	})
}

func (t *Timeline) sweepUploads(ctx context.Context, before time.Time) error {
	old, err := t.store.ListUnattached(ctx, before)
	if err != nil || len(old) == 0 {
		return err
	}
	return t.store.Update(ctx, func(tx *store.Tx) error {
		for _, m := range old {
			if now, err := tx.FindAttachment(ctx, m.ID); err != nil || now.PostID != 0 {
				continue // taken, or gone, since it was listed
			}
			if err := tx.DeleteAttachment(ctx, m.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// sweepSeen goes in small steps, so that no arrival waits long for the writer.
func (t *Timeline) sweepSeen(ctx context.Context, before time.Time) error {
	for {
		gone := 0
		err := t.store.Update(ctx, func(tx *store.Tx) (err error) {
			gone, err = tx.DeleteSeenBefore(ctx, before, 1000)
			return err
		})
		if err != nil || gone == 0 {
			return err
		}
	}
}

// needsFile reports whether an attachment, the avatar or the header shows a
// file. A file of an earlier wording counts: the history shows it.
func (t *Timeline) needsFile(ctx context.Context, name string) (bool, error) {
	users, err := t.store.ListAttachmentsByFile(ctx, name)
	if err != nil || len(users) > 0 {
		return len(users) > 0, err
	}
	owner, err := t.findOwner(ctx, t.store.Reader)
	if err != nil {
		return false, err
	}
	return isFile(owner.Avatar, name) || isFile(owner.Header, name), nil
}

func isFile(i social.Image, name string) bool { return i.File == name }
