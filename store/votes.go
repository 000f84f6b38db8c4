package store

import (
	"context"
	"fmt"

	"croft/social"
)

// PutVote keeps what an actor chose in a poll, each choice once: indexes of its
// options.
func (tx *Tx) PutVote(ctx context.Context, postID, actorID social.ID, choices []int) error {
	for _, choice := range choices {
		_, err := tx.exec(ctx, `insert or ignore into votes (post_id, actor_id, choice) values (?, ?, ?)`, postID, actorID, choice)
		if err != nil {
			return fmt.Errorf("put vote in %s: %w", postID, err)
		}
	}
	return nil
}

// DeleteVotes forgets what was voted in a poll.
func (tx *Tx) DeleteVotes(ctx context.Context, postID social.ID) error {
	if _, err := tx.exec(ctx, `delete from votes where post_id = ?`, postID); err != nil {
		return fmt.Errorf("delete votes in %s: %w", postID, err)
	}
	return nil
}

// ListVotes returns what an actor chose in polls, by post: indexes of options in
// their order.
func (r Reader) ListVotes(ctx context.Context, actorID social.ID, postIDs []social.ID) (map[social.ID][]int, error) {
	votes := map[social.ID][]int{}
	if len(postIDs) == 0 {
		return votes, nil
	}
	_, err := list(ctx, r.q, func(r row) (struct{}, error) {
		var id social.ID
		var choice int
		err := r.Scan(&id, &choice)
		votes[id] = append(votes[id], choice)
		return struct{}{}, err
	}, `
		select v.post_id, v.choice
		from votes v
		where v.actor_id = ? and v.post_id in (select j.value from json_each(?) j)
		order by v.post_id, v.choice`, actorID, idList(postIDs))
	if err != nil {
		return nil, fmt.Errorf("list votes of %s: %w", actorID, err)
	}
	return votes, nil
}

// ListVotesIn is ListVotes for those of the posts that are polls.
func (r Reader) ListVotesIn(ctx context.Context, actorID social.ID, posts []*social.Post) (map[social.ID][]int, error) {
	var polls []social.ID
	for _, p := range posts {
		if p.Poll != nil {
			polls = append(polls, p.ID)
		}
	}
	return r.ListVotes(ctx, actorID, polls)
}

// ListVoters returns whoever voted in a poll.
func (r Reader) ListVoters(ctx context.Context, postID social.ID) ([]*social.Actor, error) {
	ids, err := list(ctx, r.q, scanID, `select distinct v.actor_id from votes v where v.post_id = ?`, postID)
	if err != nil {
		return nil, fmt.Errorf("list voters of %s: %w", postID, err)
	}
	return r.ListActors(ctx, ids)
}

// CountVotes counts what is kept of votes in a poll: by option, and who voted.
func (r Reader) CountVotes(ctx context.Context, postID social.ID, options int) (byOption []int, voters int, err error) {
	byOption = make([]int, options)
	_, err = list(ctx, r.q, func(r row) (struct{}, error) {
		var choice, n int
		err := r.Scan(&choice, &n)
		if choice < options {
			byOption[choice] = n
		}
		return struct{}{}, err
	}, `select v.choice, count(*) from votes v where v.post_id = ? group by v.choice`, postID)
	if err == nil {
		voters, err = find(ctx, r.q, scanCount, `select count(distinct v.actor_id) from votes v where v.post_id = ?`, postID)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("count votes in %s: %w", postID, err)
	}
	return byOption, voters, nil
}
