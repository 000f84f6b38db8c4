package store

import (
	"context"
	"fmt"

	"croft/social"
)

const listColumns = `z.id, z.title, z.replies, z.exclusive`

func scanList(r row) (l social.List, err error) {
	err = r.Scan(&l.ID, &l.Title, &l.Replies, &l.Exclusive)
	return l, err
}

// ListLists returns the owner's lists, the oldest first.
func (r Reader) ListLists(ctx context.Context) ([]social.List, error) {
	all, err := list(ctx, r.q, scanList, `select `+listColumns+` from lists z order by z.id`)
	if err != nil {
		return nil, fmt.Errorf("list lists: %w", err)
	}
	return all, nil
}

// ListListsOf returns the lists that an actor is in, the oldest first.
func (r Reader) ListListsOf(ctx context.Context, actorID social.ID) ([]social.List, error) {
	all, err := list(ctx, r.q, scanList, `
		select `+listColumns+`
		from list_members e
		join lists z on z.id = e.list_id
		where e.actor_id = ?
		order by e.list_id`, actorID)
	if err != nil {
		return nil, fmt.Errorf("list lists of %s: %w", actorID, err)
	}
	return all, nil
}

// FindList returns a list; ErrNotFound if there is none.
func (r Reader) FindList(ctx context.Context, id social.ID) (social.List, error) {
	l, err := find(ctx, r.q, scanList, `select `+listColumns+` from lists z where z.id = ?`, id)
	if err != nil {
		return l, fmt.Errorf("find list %s: %w", id, err)
	}
	return l, nil
}

// ListMembers returns one page of who is in a list, by the actor's ID.
func (r Reader) ListMembers(ctx context.Context, listID social.ID, span Span) ([]*social.Actor, error) {
	all, err := list(ctx, r.q, scanActor, `
		select `+actorColumns+`
		from list_members e
		join actors a on a.id = e.actor_id
		where e.list_id = ? and e.actor_id < ? and e.actor_id > ?
		order by e.actor_id `+span.order()+`
		limit ?`, span.with(listID)...)
	if err != nil {
		return nil, fmt.Errorf("list members of %s: %w", listID, err)
	}
	return all, nil
}

// ListListLines is ListHomeLines for the timeline of a list.
func (r Reader) ListListLines(ctx context.Context, l social.List, span Span) ([]HomeLine, error) {
	args := append(r.homeArgs(HomeQuery{Span: span}), l.ID, string(l.Replies))
	lines, err := list(ctx, r.q, scanHomeLine, homeByMember(span.Upwards), args...)
	if err != nil {
		return nil, fmt.Errorf("list lines of %s: %w", l.ID, err)
	}
	return lines, nil
}

// ListListsWith returns the lists in whose timeline a line stands that ListHomeLines
// could have: a post, or a boost. A post that has just come is asked for as
// HomeLine{ID: p.ID, PostID: p.ID, AuthorID: p.AuthorID}.
func (r Reader) ListListsWith(ctx context.Context, l HomeLine) ([]social.List, error) {
	speaker := l.AuthorID
	if l.Boost != nil {
		speaker = l.Boost.BoosterID
	}
	all, err := r.ListListsOf(ctx, speaker)
	if err != nil {
		return nil, err
	}
	var with []social.List
	for _, of := range all {
		found, err := r.ListListLines(ctx, of, Span{Before: l.ID + 1, After: l.ID - 1, Limit: 1})
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			with = append(with, of)
		}
	}
	return with, nil
}

// PutList keeps a list, anew or in place of what was kept under its ID, and
// returns the ID, which is made if it has none.
func (tx *Tx) PutList(ctx context.Context, l social.List) (social.ID, error) {
	if l.ID == 0 {
		l.ID = tx.NewID(tx.Now)
	}
	_, err := tx.exec(ctx, `
		insert into lists (id, title, replies, exclusive) values (?, ?, ?, ?)
		on conflict (id) do update set title = excluded.title, replies = excluded.replies, exclusive = excluded.exclusive`,
		l.ID, l.Title, string(l.Replies), l.Exclusive)
	return l.ID, wrapPut("list", l.Title, err)
}

// DeleteList forgets a list. Nothing happens if there is none.
func (tx *Tx) DeleteList(ctx context.Context, id social.ID) error {
	for _, query := range []string{`delete from list_members where list_id = ?`, `delete from lists where id = ?`} {
		if _, err := tx.exec(ctx, query, id); err != nil {
			return fmt.Errorf("delete list %s: %w", id, err)
		}
	}
	return nil
}

// PutMember puts an actor into a list. One who is in it stays there.
func (tx *Tx) PutMember(ctx context.Context, listID, actorID social.ID) error {
	_, err := tx.exec(ctx, `insert or ignore into list_members (list_id, actor_id) values (?, ?)`, listID, actorID)
	if err != nil {
		return fmt.Errorf("put %s into list %s: %w", actorID, listID, err)
	}
	return nil
}

// DeleteMember takes an actor out of a list. Nothing happens if they are not in it.
func (tx *Tx) DeleteMember(ctx context.Context, listID, actorID social.ID) error {
	_, err := tx.exec(ctx, `delete from list_members where list_id = ? and actor_id = ?`, listID, actorID)
	if err != nil {
		return fmt.Errorf("take %s out of list %s: %w", actorID, listID, err)
	}
	return nil
}
