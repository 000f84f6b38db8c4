package timeline

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"croft/queue"
	"croft/social"
	"croft/store"
)

const (
	// MaxScheduled is how many posts may wait for their time, as with Mastodon.
	MaxScheduled = 300
	// ScheduleAhead is how far away the time of a post must be, as with Mastodon.
	ScheduleAhead = 5 * time.Minute
)

const kindPublish = "publish" // a draft whose time has come

// Schedule keeps a draft that is published by itself at its PublishAt, in place
// of the draft with its ID if it has one, and returns the ID. Whatever would keep
// it from being published now is ErrInvalid with its fields, and so are a time
// that is less than ScheduleAhead away and one post too many (field publish_at).
// A call that is sent again is answered with what it has made; see PublishOnce.
func (t *Timeline) Schedule(ctx context.Context, call string, d social.Draft) (social.ID, error) {
	if err := errors.Join(d.Validate(t.maxPost), t.checkSchedule(d.PublishAt)); err != nil {
		return 0, err
	}
	if _, err := t.resolveMentions(ctx, d.Text, d.Visibility); err != nil {
		return 0, err
	}
	var id social.ID
	err := t.store.Update(ctx, func(tx *store.Tx) (err error) {
		if call != "" {
			if id, err = tx.FindRepeat(ctx, call); !errors.Is(err, social.ErrNotFound) {
				return err
			}
		}
		if err := checkDraft(ctx, tx, d.ID); err != nil {
			return err
		}
		if _, err := findUploads(ctx, tx, d.Attachments, 0); err != nil {
			return err
		}
		if id, err = tx.PutDraft(ctx, d); err != nil {
			return err
		}
		if call != "" {
			if err := tx.PutRepeat(ctx, call, id); err != nil {
				return err
			}
		}
		return t.wantPublish(ctx, tx, id, d.PublishAt)
	})
	if err != nil {
		return 0, fmt.Errorf("schedule: %w", err)
	}
	return id, nil
}

// Reschedule has a draft be published by itself at another time; a zero time
// leaves it a draft like any other. ErrNotFound if it is not scheduled.
func (t *Timeline) Reschedule(ctx context.Context, id social.ID, at time.Time) error {
	if !at.IsZero() {
		if err := t.checkSchedule(at); err != nil {
			return err
		}
	}
	return t.store.Update(ctx, func(tx *store.Tx) error {
		if _, err := findScheduled(ctx, tx.Reader, id); err != nil {
			return err
		}
		return t.wantPublish(ctx, tx, id, at)
	})
}

// FindScheduled returns a draft that is published by itself; ErrNotFound for any
// other.
func (t *Timeline) FindScheduled(ctx context.Context, id social.ID) (social.Draft, error) {
	return findScheduled(ctx, t.store.Reader, id)
}

func findScheduled(ctx context.Context, r store.Reader, id social.ID) (social.Draft, error) {
	d, err := r.FindDraft(ctx, id)
	if err == nil && d.PublishAt.IsZero() {
		err = fmt.Errorf("draft %s is not scheduled: %w", id, social.ErrNotFound)
	}
	return d, err
}

func (t *Timeline) checkSchedule(at time.Time) error {
	if at.Before(t.now().Add(ScheduleAhead)) {
		return social.InvalidField("publish_at", "Choose a time that is at least 5 minutes away, or post it now.")
	}
	return nil
}

// wantPublish books the publishing of a draft, in place of another time that was
// booked.
func (t *Timeline) wantPublish(ctx context.Context, tx *store.Tx, id social.ID, at time.Time) error {
	if err := t.cancelPublish(ctx, tx, id); err != nil {
		return err
	}
	if err := tx.SetSchedule(ctx, id, at, ""); err != nil || at.IsZero() {
		return err
	}
	switch n, err := tx.CountScheduled(ctx); {
	case err != nil:
		return err
	case n > MaxScheduled:
		return social.InvalidField("publish_at", "%d posts wait for their time already, and no more can. Save it as a draft instead.", MaxScheduled)
	}
	return t.queue.Put(ctx, tx, queue.Job{Kind: kindPublish, Host: "home", Topic: id.String(), At: at})
}

func (t *Timeline) cancelPublish(ctx context.Context, tx *store.Tx, id social.ID) error {
	_, err := t.queue.Cancel(ctx, tx, queue.Filter{Kind: kindPublish, Host: "home", Topic: id.String()})
	return err
}

// publishScheduled publishes a draft whose time has come. The post, and that the
// draft and the job are gone, are on disk together: whenever the program ends,
// the post is made once. A draft that cannot be published any more stays, with
// the reason.
func (t *Timeline) publishScheduled(ctx context.Context, job *queue.Job) error {
	id, err := social.ParseID(job.Topic)
	if err != nil {
		return err
	}
	d, err := t.store.FindDraft(ctx, id)
	if err != nil {
		return err
	}
	_, err = t.publish(ctx, "", d, func(tx *store.Tx) error {
		now, err := tx.FindDraft(ctx, id)
		if err == nil && !now.SavedAt.Equal(d.SavedAt) {
			err = errors.New("the draft was saved anew while it was read")
		}
		if err != nil {
			return err
		}
		return job.Done(ctx, tx)
	})
	var words []string
	for _, problem := range social.Problems(err) {
		words = append(words, problem.Text)
	}
	if len(words) == 0 {
		return err
	}
	return t.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.SetSchedule(ctx, id, time.Time{}, strings.Join(words, " ")); err != nil {
			return err
		}
		return job.Done(ctx, tx)
	})
}
