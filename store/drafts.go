package store

import (
	"context"
	"fmt"
	"time"

	"croft/social"
)

const draftColumns = `d.id, d.text, d.warning, d.sensitive, d.language, d.visibility, d.in_reply_to_id, d.attachments, d.poll, d.may_reply, d.quote_id, d.may_quote, d.saved_at, d.publish_at, d.problem`

func scanDraft(r row) (d social.Draft, err error) {
	var poll *keptPoll
	err = r.Scan(&d.ID, &d.Text, &d.Warning, &d.Sensitive, &d.Language, &d.Visibility, (*maybeID)(&d.InReplyToID),
		asJSON{&d.Attachments}, asJSON{&poll}, &d.MayReply, (*maybeID)(&d.QuoteID), &d.MayQuote, (*when)(&d.SavedAt), (*when)(&d.PublishAt), &d.Problem)
	d.Poll = poll.poll()
	if len(d.Attachments) == 0 {
		d.Attachments = nil
	}
	return d, err
}

// FindDraft returns the draft with the ID; ErrNotFound if it is not kept, or no
// more.
func (r Reader) FindDraft(ctx context.Context, id social.ID) (social.Draft, error) {
	d, err := find(ctx, r.q, scanDraft, `select `+draftColumns+` from drafts d where d.id = ?`, id)
	if err != nil {
		return d, fmt.Errorf("find draft %s: %w", id, err)
	}
	return d, nil
}

// ListDrafts returns every draft, the one saved last first. They are few: see
// timeline.MaxDrafts.
func (r Reader) ListDrafts(ctx context.Context) ([]social.Draft, error) {
	all, err := list(ctx, r.q, scanDraft, `select `+draftColumns+` from drafts d order by d.saved_at desc, d.id desc`)
	if err != nil {
		return nil, fmt.Errorf("list drafts: %w", err)
	}
	return all, nil
}

// ListScheduled returns the drafts within the span that are published by
// themselves, by their number.
func (r Reader) ListScheduled(ctx context.Context, span Span) ([]social.Draft, error) {
	all, err := list(ctx, r.q, scanDraft, `
		select `+draftColumns+`
		from drafts d
		where d.publish_at is not null and d.id < ? and d.id > ?
		order by d.id `+span.order()+`
		limit ?`, span.args()...)
	if err != nil {
		return nil, fmt.Errorf("list scheduled: %w", err)
	}
	return all, nil
}

// CountScheduled says how many drafts are published by themselves.
func (r Reader) CountScheduled(ctx context.Context) (int, error) {
	n, err := find(ctx, r.q, scanCount, `select count(*) from drafts d where d.publish_at is not null`)
	if err != nil {
		return 0, fmt.Errorf("count scheduled: %w", err)
	}
	return n, nil
}

// SetSchedule has a draft be published by itself at the moment, or not at all if
// that is zero, and keeps why it was not.
func (tx *Tx) SetSchedule(ctx context.Context, id social.ID, at time.Time, problem string) error {
	if _, err := tx.exec(ctx, `update drafts set publish_at = ?, problem = ? where id = ?`, millis(at), problem, id); err != nil {
		return fmt.Errorf("schedule draft %s: %w", id, err)
	}
	return nil
}

// CountDrafts says how many drafts are kept.
func (r Reader) CountDrafts(ctx context.Context) (int, error) {
	n, err := find(ctx, r.q, scanCount, `select count(*) from drafts d`)
	if err != nil {
		return 0, fmt.Errorf("count drafts: %w", err)
	}
	return n, nil
}

// PutDraft keeps the wording of a draft as it stands now, in place of what was
// kept under its ID, and returns the ID, which is made if it has none. When it is
// published is left: see SetSchedule.
func (tx *Tx) PutDraft(ctx context.Context, d social.Draft) (social.ID, error) {
	if d.ID == 0 {
		d.ID = tx.NewID(tx.Now)
	}
	_, err := tx.exec(ctx, `
		insert into drafts (id, text, warning, sensitive, language, visibility, in_reply_to_id, attachments, poll, may_reply, quote_id, may_quote, saved_at, problem)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')
		on conflict (id) do update
		set text = excluded.text, warning = excluded.warning, sensitive = excluded.sensitive, language = excluded.language,
			visibility = excluded.visibility, in_reply_to_id = excluded.in_reply_to_id, attachments = excluded.attachments,
			poll = excluded.poll, may_reply = excluded.may_reply, quote_id = excluded.quote_id, may_quote = excluded.may_quote, saved_at = excluded.saved_at, problem = ''`,
		d.ID, d.Text, d.Warning, d.Sensitive, d.Language, string(d.Visibility), idOrNull(d.InReplyToID),
		idList(d.Attachments), pollJSON(d.Poll), string(d.MayReply), idOrNull(d.QuoteID), string(d.MayQuote), tx.Now.UnixMilli())
	return d.ID, wrapPut("draft", d.ID.String(), err)
}

// DeleteDraft forgets a draft. Its pictures are left, as uploads that nothing
// holds.
func (tx *Tx) DeleteDraft(ctx context.Context, id social.ID) error {
	if _, err := tx.exec(ctx, `delete from drafts where id = ?`, id); err != nil {
		return fmt.Errorf("delete draft %s: %w", id, err)
	}
	return nil
}

// keptPoll is the poll of a draft as it is kept.
type keptPoll struct {
	Options    []string
	Multiple   bool
	Seconds    int64
	HideTotals bool
}

func pollJSON(p *social.NewPoll) string {
	if p == nil {
		return ""
	}
	return encode(keptPoll{p.Options, p.Multiple, int64(p.Lasts / time.Second), p.HideTotals})
}

func (p *keptPoll) poll() *social.NewPoll {
	if p == nil {
		return nil
	}
	return &social.NewPoll{Options: p.Options, Multiple: p.Multiple, Lasts: time.Duration(p.Seconds) * time.Second, HideTotals: p.HideTotals}
}
