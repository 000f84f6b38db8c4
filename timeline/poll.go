package timeline

import (
	"context"
	"errors"
	"slices"
	"time"

	"croft/queue"
	"croft/social"
	"croft/store"
)

const (
	kindTally   = "tally"    // tell others how a poll of the owner's stands
	kindPollEnd = "poll-end" // a poll has ended
)

// tallyEvery is how long votes are gathered before others are told of them.
const tallyEvery = time.Minute

// ask gives a post of the owner's its poll. One that asks what it asked before
// goes on.
func ask(post *social.Post, asked *social.NewPoll, now time.Time) {
	if asked == nil {
		post.Kind, post.Poll = social.Note, nil
		return
	}
	post.Kind = social.Question
	if begun := asked.Begin(now); !begun.SameQuestion(post.Poll) {
		post.Poll = begun
	}
}

// askedAs is a poll as it can be typed again.
func askedAs(p *social.Post) *social.NewPoll {
	if p.Poll == nil {
		return nil
	}
	asked := &social.NewPoll{Multiple: p.Poll.Multiple, HideTotals: p.Poll.HideTotals, Lasts: p.Poll.EndsAt.Sub(p.PublishedAt).Round(time.Minute)}
	asked.Lasts = min(max(asked.Lasts, social.MinPollLasts), social.MaxPollLasts)
	for _, option := range p.Poll.Options {
		asked.Options = append(asked.Options, option.Text)
	}
	return asked
}

// count has a poll of the owner's say how it stands.
func (t *Timeline) count(ctx context.Context, tx *store.Tx, post *social.Post) error {
	byOption, voters, err := tx.CountVotes(ctx, post.ID, len(post.Poll.Options))
	if err != nil {
		return err
	}
	poll := *post.Poll
	poll.Options, poll.VoterCount = slices.Clone(poll.Options), voters
	for i, n := range byOption {
		poll.Options[i].Votes = n
	}
	post.Poll = &poll
	return tx.SetPoll(ctx, post.ID, poll)
}

func (t *Timeline) wantTally(ctx context.Context, tx *store.Tx, id social.ID) error {
	waits, err := tx.HasJob(ctx, kindTally, id.String())
	if err != nil || waits {
		return err
	}
	return t.queue.Put(ctx, tx, queue.Job{Kind: kindTally, Host: "home", Topic: id.String(), At: tx.Now.Add(tallyEvery)})
}

// wantPollEnd books the end of a poll, in place of another end that was booked.
func (t *Timeline) wantPollEnd(ctx context.Context, tx *store.Tx, post *social.Post) error {
	if _, err := t.queue.Cancel(ctx, tx, queue.Filter{Kind: kindPollEnd, Host: "home", Topic: post.ID.String()}); err != nil {
		return err
	}
	if post.Poll == nil || post.Poll.EndsAt.IsZero() {
		return nil
	}
	return t.queue.Put(ctx, tx, queue.Job{Kind: kindPollEnd, Host: "home", Topic: post.ID.String(), At: post.Poll.EndsAt})
}

// tally tells everybody who got a poll, and whoever voted, how it stands.
func (t *Timeline) tally(ctx context.Context, job *queue.Job) error {
	return t.withPoll(ctx, job, func(tx *store.Tx, post *social.Post) error {
		if !post.Local || post.Poll.Closed {
			return nil // its end was told
		}
		return t.sendTally(ctx, tx, post)
	})
}

// endPoll closes a poll of the owner's and tells everybody; of another's it asks
// how it ended. The owner is told of both.
func (t *Timeline) endPoll(ctx context.Context, job *queue.Job) error {
	id, err := social.ParseID(job.Topic)
	if err != nil {
		return err
	}
	post, err := t.store.FindPost(ctx, id)
	if err != nil && !errors.Is(err, social.ErrNotFound) {
		return err
	}
	var last *social.Poll
	if err == nil && !post.Local && post.Poll != nil {
		last = t.askHowItEnded(ctx, post)
	}
	return t.withPoll(ctx, job, func(tx *store.Tx, post *social.Post) error {
		if post.Local {
			poll := *post.Poll
			poll.Closed, post.Poll = true, &poll
			if err := t.count(ctx, tx, post); err != nil {
				return err
			}
			if err := t.sendTally(ctx, tx, post); err != nil {
				return err
			}
		} else if last.SameQuestion(post.Poll) {
			if err := tx.SetPoll(ctx, post.ID, *last); err != nil {
				return err
			}
		}
		return t.putNotification(ctx, tx, social.Notification{Kind: social.NotifyPoll, ActorID: post.AuthorID, PostID: post.ID, CreatedAt: tx.Now})
	})
}

// askHowItEnded is the poll as its own server has it; nil if it cannot be had:
// it says so by itself, too.
func (t *Timeline) askHowItEnded(ctx context.Context, post *social.Post) *social.Poll {
	now, err := t.node.FetchPost(ctx, post.URI)
	if err != nil || now.AuthorID != post.AuthorID {
		return nil
	}
	return now.Poll
}

// withPoll does something with the poll that a job is about, if it is still
// there, and ends the job with it.
func (t *Timeline) withPoll(ctx context.Context, job *queue.Job, do func(tx *store.Tx, post *social.Post) error) error {
	id, err := social.ParseID(job.Topic)
	if err != nil {
		return err
	}
	return t.store.Update(ctx, func(tx *store.Tx) error {
		post, err := findLiving(ctx, tx.Reader, id)
		switch {
		case errors.Is(err, social.ErrNotFound), errors.Is(err, social.ErrGone), err == nil && post.Poll == nil:
		case err != nil:
			return err
		default:
			if err := do(tx, post); err != nil {
				return err
			}
		}
		return job.Done(ctx, tx)
	})
}

// sendTally is the Update by which Mastodon tells of votes: nothing else of the
// post has changed.
func (t *Timeline) sendTally(ctx context.Context, tx *store.Tx, post *social.Post) error {
	voters, err := tx.ListVoters(ctx, post.ID)
	if err != nil {
		return err
	}
	return t.sendEdit(ctx, tx, post, voters)
}
