package store

import (
	"context"
	"fmt"

	"croft/social"
)

// chain is the posts of ?1, each with whatever it answers, up to the first post
// that is here.
const chain = `
	with recursive up (start, id) as (
		select p.id, p.id from posts p where p.id in (select j.value from json_each(?1) j)
		union
		select up.start, q.in_reply_to_id
		from up
		join posts q on q.id = up.id
		where q.in_reply_to_id is not null
	)`

// ListMutedThreads says which of the posts are in threads of which the owner wants
// to be told nothing. Where there is no such thread it costs next to nothing.
func (r Reader) ListMutedThreads(ctx context.Context, postIDs []social.ID) (map[social.ID]bool, error) {
	n, err := find(ctx, r.q, scanCount, `select exists (select 1 from muted_threads)`)
	if err != nil || n == 0 {
		return nil, err
	}
	ids, err := list(ctx, r.q, scanID, chain+`
		select distinct up.start from up join muted_threads x on x.post_id = up.id`, encode(postIDs))
	if err != nil {
		return nil, fmt.Errorf("list muted threads: %w", err)
	}
	muted := make(map[social.ID]bool, len(ids))
	for _, id := range ids {
		muted[id] = true
	}
	return muted, nil
}

// PutMutedThread has the owner be told nothing of the thread of a post. It is kept
// by its first post that is here: what comes above that one later changes nothing.
func (tx *Tx) PutMutedThread(ctx context.Context, postID social.ID) error {
	_, err := tx.exec(ctx, chain+`
		insert or ignore into muted_threads (post_id)
		select up.id from up join posts q on q.id = up.id where q.in_reply_to_id is null`, encode([]social.ID{postID}))
	return wrapPut("muted thread", postID.String(), err)
}

// DeleteMutedThread undoes PutMutedThread. Nothing happens if the thread is not
// muted.
func (tx *Tx) DeleteMutedThread(ctx context.Context, postID social.ID) error {
	_, err := tx.exec(ctx, chain+`
		delete from muted_threads where post_id in (select up.id from up)`, encode([]social.ID{postID}))
	if err != nil {
		return fmt.Errorf("delete muted thread of %s: %w", postID, err)
	}
	return nil
}
