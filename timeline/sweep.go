package timeline

import (
	"context"
	"time"

	"croft/queue"
	"croft/store"
)

// How long things are kept that nothing needs any more.
const (
	keepUnbound = 24 * time.Hour      // a picture that no post has taken
	keepSeen    = 35 * 24 * time.Hour // that an activity came in: longer than anybody tries again
	keepPeers   = 90 * 24 * time.Hour // how a server failed that is not tried any more
	keepRepeats = 2 * 24 * time.Hour  // that an app's call made a post
	keepMissing = 30 * 24 * time.Hour // that something could not be had
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
	if err := t.sweepFiles(ctx, now.Add(-keepUnbound)); err != nil {
		return err
	}
	if err := t.sweepSeen(ctx, now.Add(-keepSeen)); err != nil {
		return err
	}
	return t.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.DeleteStalePeers(ctx, now.Add(-keepPeers)); err != nil {
			return err
		}
		if err := tx.DeleteMissingBefore(ctx, now.Add(-keepMissing)); err != nil {
			return err
		}
		if err := tx.DeleteRepeatsBefore(ctx, now.Add(-keepRepeats)); err != nil {
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
	return t.store.Update(ctx, func(tx *store.Tx) error {
		old, err := tx.ListUnattached(ctx, before) // here, where no post or draft can take one meanwhile
		if err != nil {
			return err
		}
		for _, m := range old {
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

// sweepFiles removes old files that nothing shows. What an earlier wording
// showed is shown by the history. A file that is old and in no list now is in
// none later: only new uploads come in.
func (t *Timeline) sweepFiles(ctx context.Context, before time.Time) error {
	names, err := t.store.ListMediaFiles(ctx)
	if err != nil {
		return err
	}
	needed := make(map[string]bool, len(names))
	for _, name := range names {
		needed[name] = true
	}
	_, err = t.media.Sweep(ctx, before, func(name string) (bool, error) { return needed[name], nil })
	return err
}
