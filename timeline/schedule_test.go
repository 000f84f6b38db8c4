package timeline_test

import (
	"errors"
	"testing"
	"time"

	"croft/social"
	"croft/store"
)

// later schedules a post of the owner's, so long from now.
func (c *cast) later(in time.Duration, change func(*social.Draft)) social.ID {
	c.t.Helper()
	d := social.Draft{Text: "Good morning", Visibility: social.Public, PublishAt: c.Now().Add(in)}
	if change != nil {
		change(&d)
	}
	id, err := c.tl.Schedule(c.t.Context(), "", d)
	c.must(err)
	return id
}

// waiting says how many drafts there are, and how many of them are scheduled.
func (c *cast) waiting(all, scheduled int) {
	c.t.Helper()
	n, err := c.home.Store.CountDrafts(c.t.Context())
	c.must(err)
	m, err := c.home.Store.CountScheduled(c.t.Context())
	c.must(err)
	if n != all || m != scheduled {
		c.t.Errorf("%d drafts, %d scheduled; want %d and %d", n, m, all, scheduled)
	}
}

// TestScheduledPost comes out once, at its time, with its poll beginning then.
func TestScheduledPost(t *testing.T) {
	c := newCast(t)
	c.follower(c.alice)
	c.later(time.Hour, func(d *social.Draft) {
		d.Poll = &social.NewPoll{Options: []string{"tea", "coffee"}, Lasts: time.Hour}
	})
	c.waiting(1, 1)
	c.Advance(59 * time.Minute)
	c.wantSent("")
	c.Advance(2 * time.Minute)
	c.wantSent("good.test/inbox Create Question")
	c.waiting(0, 0)
	c.Advance(30 * time.Minute)
	c.wantSent("")
	lines, err := c.tl.HomeLines(t.Context(), store.Below(0, 10))
	c.must(err)
	if len(lines) != 1 {
		t.Fatalf("%d posts are out", len(lines))
	}
	p, err := c.home.Store.FindPost(t.Context(), lines[0].ID)
	c.must(err)
	if p.Poll == nil || p.Poll.EndsAt.Sub(p.PublishedAt).Round(time.Minute) != time.Hour {
		t.Errorf("the post is %+v", p)
	}
}

// TestScheduledPostChanged takes another time, waits for the owner again, is
// thrown away, or posted by hand: never twice.
func TestScheduledPostChanged(t *testing.T) {
	c := newCast(t)
	ctx := t.Context()
	moved, kept, gone, now := c.later(time.Hour, nil), c.later(time.Hour, nil), c.later(time.Hour, nil), c.later(time.Hour, nil)
	c.must(c.tl.Reschedule(ctx, moved, c.Now().Add(3*time.Hour)))
	c.must(c.tl.Reschedule(ctx, kept, time.Time{}))
	c.must(c.tl.DeleteDraft(ctx, gone))
	d, err := c.tl.FindScheduled(ctx, now)
	c.must(err)
	_, err = c.tl.Publish(ctx, d)
	c.must(err)
	c.waiting(2, 1)
	count := func() int {
		n, err := c.home.Store.CountPosts(ctx, c.home.Node.OwnerID())
		c.must(err)
		return n
	}
	c.Advance(2 * time.Hour)
	c.home.Settle()
	check(t, "posts after two hours", count(), 1)
	c.Advance(2 * time.Hour)
	c.home.Settle()
	check(t, "posts after four hours", count(), 2)
	c.waiting(1, 0)
	if err := c.tl.Reschedule(ctx, kept, c.Now().Add(time.Hour)); !errors.Is(err, social.ErrNotFound) {
		t.Errorf("a draft was rescheduled: %v", err)
	}
	if _, err := c.tl.FindScheduled(ctx, kept); !errors.Is(err, social.ErrNotFound) {
		t.Errorf("a draft is scheduled: %v", err)
	}
}

// TestScheduledPostRefused keeps nothing of what could not be published.
func TestScheduledPostRefused(t *testing.T) {
	c := newCast(t)
	c.unchanged(func() {
		for field, d := range map[string]social.Draft{
			"publish_at": {Text: "too soon", Visibility: social.Public, PublishAt: c.Now().Add(4 * time.Minute)},
			"text":       {Visibility: social.Public, PublishAt: c.Now().Add(time.Hour)},
			"media":      {Text: "a picture", Visibility: social.Public, Attachments: []social.ID{7}, PublishAt: c.Now().Add(time.Hour)},
		} {
			_, err := c.tl.Schedule(t.Context(), "", d)
			c.wantProblem(err, field)
		}
	})
	id := c.later(time.Hour, nil)
	c.unchanged(func() { c.wantProblem(c.tl.Reschedule(t.Context(), id, c.Now()), "publish_at") })
}

// TestScheduledReplyToNothing keeps the words of a post that cannot be published
// at its time, and says why.
func TestScheduledReplyToNothing(t *testing.T) {
	c := newCast(t)
	ctx := t.Context()
	p := c.publish("A question", social.Public)
	id := c.later(time.Hour, func(d *social.Draft) { d.InReplyToID = p.ID })
	c.must(c.tl.Delete(ctx, p.ID))
	c.Advance(2 * time.Hour)
	c.home.Settle()
	c.waiting(1, 0)
	d, err := c.home.Store.FindDraft(ctx, id)
	c.must(err)
	if d.Text != "Good morning" || d.Problem == "" {
		t.Errorf("the draft is %+v", d)
	}
	d.InReplyToID = 0
	_, err = c.tl.SaveDraft(ctx, d)
	c.must(err)
	if d, err = c.home.Store.FindDraft(ctx, id); err != nil || d.Problem != "" {
		t.Errorf("saved anew it says %q (%v)", d.Problem, err)
	}
}
