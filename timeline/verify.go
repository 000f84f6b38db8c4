package timeline

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"croft/markup"
	"croft/queue"
	"croft/social"
	"croft/store"
)

const (
	kindVerify = "verify"
	kindSweep  = "sweep"
)

// registerJobs registers the Timeline's own kinds of job.
func (t *Timeline) registerJobs() {
	t.queue.Register(kindVerify, t.verify, queue.KindOptions{Timeout: 5 * time.Minute})
	t.queue.Register(kindSweep, t.sweep, queue.KindOptions{Timeout: time.Hour})
	t.queue.Register(kindDiscard, t.discard, queue.KindOptions{Timeout: time.Minute})
	t.queue.Register(kindTally, t.tally, queue.KindOptions{Timeout: time.Minute})
	t.queue.Register(kindPush, t.push, queue.KindOptions{Peer: true, Timeout: 40 * time.Second})
	t.queue.Register(kindPublish, t.publishScheduled, queue.KindOptions{Timeout: 2 * time.Minute})
	t.queue.Register(kindPollEnd, t.endPoll, queue.KindOptions{Timeout: 2 * time.Minute})
}

// wantVerification puts a job to look at the profile's links, in place of one
// that waits.
func (t *Timeline) wantVerification(ctx context.Context, tx *store.Tx) error {
	if _, err := t.queue.Cancel(ctx, tx, queue.Filter{Kind: kindVerify, Host: "profile"}); err != nil {
		return err
	}
	return t.queue.Put(ctx, tx, queue.Job{Kind: kindVerify, Host: "profile"})
}

// verify fetches the page behind each field that is an address and ticks those
// that link back with rel=me. A page that cannot be reached keeps the tick it
// has; one that no longer links back loses it.
func (t *Timeline) verify(ctx context.Context, job *queue.Job) error {
	owner, err := t.findOwner(ctx, t.store.Reader)
	if err != nil {
		return err
	}
	verdicts := map[string]bool{}
	for _, field := range owner.Fields {
		address := strings.TrimSpace(field.Source)
		if _, ok := social.Origin(address); !ok || !strings.HasPrefix(address, "https://") {
			continue
		}
		page, err := t.node.FetchPage(ctx, address)
		if err == nil {
			verdicts[field.Source] = markup.LinksBack(bytes.NewReader(page), []string{t.site.Actor(), t.site.Origin, t.site.Origin + "/"})
		}
	}
	return t.store.Update(ctx, func(tx *store.Tx) error {
		if err := t.setVerdicts(ctx, tx, verdicts); err != nil {
			return fmt.Errorf("verify links: %w", err)
		}
		return job.Done(ctx, tx)
	})
}

func (t *Timeline) setVerdicts(ctx context.Context, tx *store.Tx, verdicts map[string]bool) error {
	owner, err := t.findOwner(ctx, tx.Reader)
	if err != nil {
		return err
	}
	changed := false
	for i, field := range owner.Fields {
		links, known := verdicts[field.Source]
		if !known || links == !field.VerifiedAt.IsZero() {
			continue
		}
		changed = true
		owner.Fields[i].VerifiedAt = time.Time{}
		if links {
			owner.Fields[i].VerifiedAt = tx.Now.Truncate(time.Millisecond)
		}
	}
	if !changed {
		return nil
	}
	_, err = tx.PutActor(ctx, owner)
	return err
}
