package timeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"croft/federation"
	"croft/federation/activity"
	"croft/social"
	"croft/store"
)

// ParseChoices reads the choices of a vote as pages and apps send them. What is
// no number is ErrInvalid for the field "choices".
func ParseChoices(texts []string) ([]int, error) {
	var choices []int
	for _, text := range texts {
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, social.InvalidField("choices", "The poll has no such answer.")
		}
		choices = append(choices, n)
	}
	return choices, nil
}

// Vote has the owner vote in a poll of another's: choices are indexes of its
// options. A vote cannot be taken back. What cannot be chosen, or not any more,
// is ErrInvalid for the field "choices".
func (t *Timeline) Vote(ctx context.Context, id social.ID, choices []int) error {
	err := t.store.Update(ctx, func(tx *store.Tx) error {
		post, err := findLiving(ctx, tx.Reader, id)
		if err != nil {
			return err
		}
		if err := t.mayVote(ctx, tx, post, choices); err != nil {
			return err
		}
		if err := tx.PutVote(ctx, id, t.ownerID, choices); err != nil {
			return err
		}
		poll := *post.Poll
		poll.Options, poll.VoterCount = slices.Clone(poll.Options), poll.VoterCount+1
		for _, choice := range choices {
			poll.Options[choice].Votes++ // until its server says how it stands
		}
		if err := tx.SetPoll(ctx, id, poll); err != nil {
			return err
		}
		if err := t.wantPollEnd(ctx, tx, post); err != nil {
			return err
		}
		return t.sendVote(ctx, tx, post, choices)
	})
	if err != nil {
		return fmt.Errorf("vote in %s: %w", id, err)
	}
	return nil
}

func (t *Timeline) mayVote(ctx context.Context, tx *store.Tx, post *social.Post, choices []int) error {
	const field = "choices"
	switch {
	case post.Poll == nil:
		return fmt.Errorf("post %s asks nothing: %w", post.ID, social.ErrNotFound)
	case post.Local:
		return social.InvalidField(field, "This is your own poll.")
	case post.Poll.Ended(tx.Now):
		return social.InvalidField(field, "The poll has ended.")
	case len(choices) == 0:
		return social.InvalidField(field, "Choose an answer.")
	case len(choices) > 1 && !post.Poll.Multiple:
		return social.InvalidField(field, "Choose one answer only.")
	}
	for i, choice := range choices {
		if choice < 0 || choice >= len(post.Poll.Options) || slices.Contains(choices[:i], choice) {
			return social.InvalidField(field, "The poll has no such answer.")
		}
	}
	votes, err := tx.ListVotes(ctx, t.ownerID, []social.ID{post.ID})
	if err == nil && len(votes[post.ID]) > 0 {
		err = social.InvalidField(field, "You have voted already.")
	}
	return err
}

// sendVote tells the poll's author, one choice at a time: Mastodon reads no more
// in one activity.
func (t *Timeline) sendVote(ctx context.Context, tx *store.Tx, post *social.Post, choices []int) error {
	for _, choice := range choices {
		id := t.site.Act("votes", tx.NewID(tx.Now))
		err := t.node.Send(ctx, tx, activity.Vote{
			ID: id + "/activity", Actor: t.site.Actor(), Object: id, Question: post.URI,
			Choices: []string{post.Poll.Options[choice].Text}, To: []string{post.AuthorURI},
		}, federation.Audience{Actors: []*social.Actor{post.Author}})
		if err != nil {
			return err
		}
	}
	return nil
}

// receiveVote counts a vote in a poll of the owner's, once: by whoever may see
// the poll, for what can be chosen, before the end. Anything else is no vote
// (ACT-34). A choice of several may come one at a time.
func (t *Timeline) receiveVote(ctx context.Context, tx *store.Tx, actor *social.Actor, act activity.Vote) error {
	post, err := tx.FindPostByURI(ctx, act.Question)
	if errors.Is(err, social.ErrNotFound) || err == nil && (!post.Local || post.Poll == nil || post.Poll.Ended(tx.Now)) {
		return nil
	}
	if err != nil {
		return err
	}
	relation, err := tx.FindRelation(ctx, actor.ID)
	if err != nil || !post.VisibleTo(social.Viewer{ActorURI: actor.URI, Follows: relation.FollowedBy == social.FollowAccepted}) {
		return err
	}
	before, err := tx.ListVotes(ctx, actor.ID, []social.ID{post.ID})
	if err != nil {
		return err
	}
	choices := chosen(post.Poll, act.Choices)
	if len(choices) == 0 || !post.Poll.Multiple && len(choices)+len(before[post.ID]) > 1 {
		return nil
	}
	if err := tx.PutVote(ctx, post.ID, actor.ID, choices); err != nil {
		return err
	}
	if err := t.count(ctx, tx, post); err != nil {
		return err
	}
	return t.wantTally(ctx, tx, post.ID)
}

// chosen are the options with these names; none if one is unknown.
func chosen(poll *social.Poll, names []string) []int {
	var choices []int
	for _, name := range names {
		i := slices.IndexFunc(poll.Options, func(o social.PollOption) bool { return o.Text == name })
		if i < 0 {
			return nil
		}
		choices = append(choices, i)
	}
	return choices
}
