package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"croft/social"
)

// Ancestors and descendants beyond these are not listed.
const (
	maxAncestors   = 100
	maxDescendants = 500
)

// ListThread returns what stands around a post, as far as it is here and the
// viewer may see it: what it answers, from the first post down to its parent,
// and everything that answers it, in the order of time. The chain does not
// break at a post that is left out.
func (r Reader) ListThread(ctx context.Context, postID social.ID, v social.Viewer) (ancestors, descendants []*social.Post, err error) {
	around, err := r.FindAround(ctx, postID, v)
	return around.Above, around.Below, err
}

// Around is what stands around a post.
type Around struct {
	Above []*social.Post // what it answers, from the first post down to its parent
	Below []*social.Post // everything that answers it, in the order of time
	Cut   bool           // there are more answers than are looked at

	OutAbove, OutBelow []Absence // what is here and not among them
}

// Absence is a post of a thread that is not shown.
type Absence struct {
	ID, AnswersID social.ID // AnswersID is 0 if it answers nothing that is here
	Why           AbsenceWhy
}

// AbsenceWhy is why a post of a thread is not shown.
type AbsenceWhy string

// The reasons. One is private only to those who may not see it, and to them
// nothing must be said of it.
const (
	AbsentDeleted AbsenceWhy = "deleted"
	AbsentHidden  AbsenceWhy = "hidden" // to the owner, who blocks or mutes its author
	AbsentPrivate AbsenceWhy = "private"
	AbsentHeld    AbsenceWhy = "held"   // a reply that waits for the owner's word, or was declined; to the owner
	AbsentLetter  AbsenceWhy = "letter" // a direct post around one that is not
)

// absence is why the viewer is not shown a post around ?5; empty if they are. ?7
// is the moment in milliseconds.
const absence = `case
	when p.deleted_at is not null then 'deleted'
	when exists (select 1 from held_replies x where x.post_id = p.id) then 'held'
	when not (` + visible + `) then 'private'
	when p.visibility = 'direct' and (select h.visibility <> 'direct' from posts h where h.id = ?5) then 'letter'
	when not (` + welcome + `) or ?1 and exists (
		select 1 from mutes u where u.actor_id = p.author_id and (u.until is null or u.until > ?7)) then 'hidden'
	else '' end`

// FindAround is ListThread with a word for each post that is left out. (The
// cross joins keep SQLite from walking all posts to spare itself a small sort.)
func (r Reader) FindAround(ctx context.Context, postID social.ID, v social.Viewer) (Around, error) {
	var around Around
	now := r.q.moment().UnixMilli()
	above, err := r.listThreadPosts(ctx, ancestry+`
		select `+postColumns+`, `+absence+`
		from (select up.id, min(up.depth) as depth from up group by up.id) up
		cross join posts p on p.id = up.id
		order by up.depth desc`, viewerArgs(v, postID, maxAncestors, now)...)
	if err == nil {
		around.Above, around.OutAbove = sortOut(above, v)
		var below []threadPost
		below, err = r.listThreadPosts(ctx, progeny+`
			select `+postColumns+`, `+absence+`
			from down
			cross join posts p on p.id = down.id
			order by p.id`, viewerArgs(v, postID, maxDescendants+1, now)...)
		around.Cut = len(below) > maxDescendants
		around.Below, around.OutBelow = sortOut(below[:min(len(below), maxDescendants)], v)
	}
	if err == nil {
		err = r.fillPosts(ctx, append(slices.Clone(around.Above), around.Below...))
	}
	if err != nil {
		return Around{}, fmt.Errorf("list thread of %s: %w", postID, err)
	}
	return around, nil
}

// The ids above and below a post, ?5, as far as ?6.
const (
	ancestry = `
		with recursive up (id, depth) as (
			select q.in_reply_to_id, 1 from posts q where q.id = ?5 and q.in_reply_to_id is not null
			union
			select q.in_reply_to_id, up.depth + 1
			from up
			join posts q on q.id = up.id
			where q.in_reply_to_id is not null and q.in_reply_to_id <> ?5 and up.depth < ?6
		)`
	progeny = `
		with recursive down (id) as (
			select q.id from posts q where q.in_reply_to_id = ?5
			union
			select q.id
			from down
			join posts q on q.in_reply_to_id = down.id
			where q.id <> ?5
			limit ?6
		)`
)

// threadPost is a post of a thread, and why it is not shown.
type threadPost struct {
	*social.Post
	why AbsenceWhy
}

func (r Reader) listThreadPosts(ctx context.Context, query string, args ...any) ([]threadPost, error) {
	return list(ctx, r.q, func(r row) (p threadPost, err error) {
		p.Post, err = scanPost(rowPlus{r, []any{&p.why}})
		return p, err
	}, query, args...)
}

// sortOut tells what is shown from what is not. Of a post that was deleted only
// those are told who could see it, and whom the owner blocks is nobody else's
// affair.
func sortOut(posts []threadPost, v social.Viewer) (shown []*social.Post, out []Absence) {
	for _, p := range posts {
		if p.why == "" {
			shown = append(shown, p.Post)
			continue
		}
		if p.why == AbsentDeleted && !p.WasVisibleTo(v) || (p.why == AbsentHidden || p.why == AbsentHeld) && !v.Owner {
			p.why = AbsentPrivate
		}
		out = append(out, Absence{p.ID, p.InReplyToID, p.why})
	}
	return shown, out
}

// FindFirst returns the first of what stands above a post, as far as that is here
// and no further than ListThread goes; ErrNotFound if nothing does.
func (r Reader) FindFirst(ctx context.Context, postID social.ID) (*social.Post, error) {
	p, err := find(ctx, r.q, scanPost, ancestry+`
		select `+postColumns+`
		from (select up.id, max(up.depth) from up) up
		cross join posts p on p.id = up.id`, viewerArgs(social.Viewer{}, postID, maxAncestors)...)
	if err != nil {
		return nil, fmt.Errorf("find first of the thread of %s: %w", postID, err)
	}
	return p, nil
}

// CountThread counts what FindAround shows above and below a post.
func (r Reader) CountThread(ctx context.Context, postID social.ID, v social.Viewer) (above, below int, err error) {
	now := r.q.moment().UnixMilli()
	above, err = find(ctx, r.q, scanCount, ancestry+`
		select count(distinct up.id) from up cross join posts p on p.id = up.id where `+absence+` = ''`,
		viewerArgs(v, postID, maxAncestors, now)...)
	if err == nil {
		below, err = find(ctx, r.q, scanCount, progeny+`
			select count(*) from down cross join posts p on p.id = down.id where `+absence+` = ''`,
			viewerArgs(v, postID, maxDescendants, now)...)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("count thread of %s: %w", postID, err)
	}
	return above, below, nil
}

// CountAnswers counts what answers a post directly and was not deleted, whoever
// may see it.
func (r Reader) CountAnswers(ctx context.Context, postID social.ID) (int, error) {
	n, err := find(ctx, r.q, scanCount, `select count(*) from posts p where p.in_reply_to_id = ? and p.deleted_at is null`, postID)
	if err != nil {
		return 0, fmt.Errorf("count answers to %s: %w", postID, err)
	}
	return n, nil
}

// ListReplies returns one page of the posts that answer a post directly, newest
// first, from before the ID on (0: from the newest).
func (r Reader) ListReplies(ctx context.Context, postID social.ID, v social.Viewer, before social.ID, limit int) ([]*social.Post, error) {
	return r.listPosts(ctx, `
		select `+postColumns+`
		from posts p
		where p.in_reply_to_id = ?5 and p.id < ?6 and `+visible+` and `+welcome+` and not exists (select 1 from held_replies x where x.post_id = p.id)
		order by p.id desc
		limit ?7`, viewerArgs(v, postID, upTo(before), limit)...)
}

// Thread says how fresh our picture is of what stands around a post.
type Thread struct {
	PostID    social.ID
	AskedAt   time.Time // when others' servers were last to be asked
	FetchedAt time.Time // when the post's server last said what answers it; zero if never
	Replies   int       // direct replies that its server counts; -1 unknown
	Whole     int       // posts of the whole thread, as its server says (FEP-7888); -1 unknown
}

// FindThread returns when what stands around a post was last asked for;
// ErrNotFound if never.
func (r Reader) FindThread(ctx context.Context, postID social.ID) (Thread, error) {
	t, err := find(ctx, r.q, func(r row) (t Thread, err error) {
		err = r.Scan(&t.PostID, (*when)(&t.AskedAt), (*when)(&t.FetchedAt), &t.Replies, &t.Whole)
		return t, err
	}, `select t.post_id, t.asked_at, t.fetched_at, t.replies, t.whole from threads t where t.post_id = ?`, postID)
	if err != nil {
		return Thread{}, fmt.Errorf("find thread %s: %w", postID, err)
	}
	return t, nil
}

// PutThread notes that what stands around a post was asked for.
func (tx *Tx) PutThread(ctx context.Context, t Thread) error {
	_, err := tx.exec(ctx, `
		insert into threads (post_id, asked_at, fetched_at, replies, whole)
		values (?, ?, ?, ?, ?)
		on conflict (post_id) do update set asked_at = excluded.asked_at, fetched_at = excluded.fetched_at,
			replies = excluded.replies, whole = excluded.whole`,
		t.PostID, t.AskedAt.UnixMilli(), millis(t.FetchedAt), t.Replies, t.Whole)
	if err != nil {
		return fmt.Errorf("put thread %s: %w", t.PostID, err)
	}
	return nil
}

// Recipient is an inbox that got a post.
type Recipient struct{ Inbox, Host string }

// ListRecipients returns the inboxes to which a post was sent, so that an edit
// or a deletion reaches them all. It knows deleted posts as well.
func (r Reader) ListRecipients(ctx context.Context, postID social.ID) ([]Recipient, error) {
	all, err := list(ctx, r.q, func(r row) (c Recipient, err error) {
		err = r.Scan(&c.Inbox, &c.Host)
		return c, err
	}, `
		select i.url, i.host
		from recipients c, json_each(c.inboxes) j
		join inboxes i on i.id = j.value
		where c.post_id = ?
		order by i.id`, postID)
	if err != nil {
		return nil, fmt.Errorf("list recipients of %s: %w", postID, err)
	}
	return all, nil
}

// PutRecipients adds to the inboxes that got a post.
func (tx *Tx) PutRecipients(ctx context.Context, postID social.ID, recipients []Recipient) error {
	ids, err := find(ctx, tx, func(r row) (ids []social.ID, err error) {
		err = r.Scan(asJSON{&ids})
		return ids, err
	}, `select c.inboxes from recipients c where c.post_id = ?`, postID)
	if err != nil && !errors.Is(err, social.ErrNotFound) {
		return fmt.Errorf("put recipients of %s: %w", postID, err)
	}
	for _, c := range recipients {
		id, err := tx.putInbox(ctx, c)
		if err != nil {
			return fmt.Errorf("put recipients of %s: %w", postID, err)
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	_, err = tx.exec(ctx, `
		insert into recipients (post_id, inboxes)
		values (?, ?)
		on conflict (post_id) do update set inboxes = excluded.inboxes`, postID, idList(slices.Compact(ids)))
	if err != nil {
		return fmt.Errorf("put recipients of %s: %w", postID, err)
	}
	return nil
}

// putInbox gives an inbox a small number of its own.
func (tx *Tx) putInbox(ctx context.Context, c Recipient) (social.ID, error) {
	id, err := find(ctx, tx, scanID, `select i.id from inboxes i where i.url = ?`, c.Inbox)
	if errors.Is(err, social.ErrNotFound) {
		return find(ctx, tx, scanID, `insert into inboxes (url, host) values (?, ?) returning id`, c.Inbox, c.Host)
	}
	return id, err
}
