package store

import (
	"context"
	"fmt"

	"croft/social"
)

const reportColumns = `r.id, r.uri, r.actor_id, r.target_id, r.posts, r.comment, r.outgoing, r.created_at, r.closed_at`

func scanReport(r row) (v social.Report, err error) {
	err = r.Scan(&v.ID, &v.URI, &v.ActorID, &v.TargetID, asJSON{&v.Posts}, &v.Comment, &v.Outgoing,
		(*when)(&v.CreatedAt), (*when)(&v.ClosedAt))
	return v, err
}

// FindReport returns the report with the ID, with its Actor and Target;
// ErrNotFound if there is none.
func (r Reader) FindReport(ctx context.Context, id social.ID) (social.Report, error) {
	v, err := find(ctx, r.q, scanReport, `select `+reportColumns+` from reports r where r.id = ?`, id)
	if err != nil {
		return v, fmt.Errorf("find report %s: %w", id, err)
	}
	one := []social.Report{v}
	err = r.fillReports(ctx, one)
	return one[0], err
}

// ListReports returns one page of reports, sent or received, newest first, from
// before the ID on (0: from the newest), each with its Actor and Target.
func (r Reader) ListReports(ctx context.Context, before social.ID, limit int) ([]social.Report, error) {
	all, err := list(ctx, r.q, scanReport, `
		select `+reportColumns+`
		from reports r
		where r.id < ?
		order by r.id desc
		limit ?`, upTo(before), limit)
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	return all, r.fillReports(ctx, all)
}

// CountOpenReports says how many reports of others the owner has not closed.
func (r Reader) CountOpenReports(ctx context.Context) (int, error) {
	n, err := find(ctx, r.q, scanCount, `select count(*) from reports r where r.closed_at is null and r.outgoing = 0`)
	if err != nil {
		return 0, fmt.Errorf("count open reports: %w", err)
	}
	return n, nil
}

func (r Reader) fillReports(ctx context.Context, all []social.Report) error {
	var ids []social.ID
	for _, v := range all {
		ids = append(ids, v.ActorID, v.TargetID)
	}
	actors, err := r.actorsByID(ctx, ids)
	for i := range all {
		all[i].Actor, all[i].Target = actors[all[i].ActorID], actors[all[i].TargetID]
	}
	return err
}

// PutReport keeps a report and returns its ID, which is made if it has none. One
// with the same URI stays as it is.
func (tx *Tx) PutReport(ctx context.Context, v social.Report) (social.ID, error) {
	if v.ID == 0 {
		v.ID = tx.NewID(tx.Now)
	}
	_, err := tx.exec(ctx, `
		insert into reports (id, uri, actor_id, target_id, posts, comment, outgoing, created_at, closed_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?)
		on conflict (uri) do nothing`,
		v.ID, v.URI, v.ActorID, v.TargetID, toJSON(v.Posts), v.Comment, v.Outgoing, v.CreatedAt.UnixMilli(),
		millis(v.ClosedAt))
	if err != nil {
		return 0, wrapPut("report", v.URI, err)
	}
	id, err := find(ctx, tx, scanID, `select r.id from reports r where r.uri = ?`, v.URI)
	return id, wrapPut("report", v.URI, err)
}

// SetReportClosed notes that the owner has dealt with a report; ErrNotFound if
// there is none.
func (tx *Tx) SetReportClosed(ctx context.Context, id social.ID) error {
	if err := tx.set(ctx, `update reports set closed_at = ? where id = ?`, tx.Now.UnixMilli(), id); err != nil {
		return fmt.Errorf("set report %s closed: %w", id, err)
	}
	return nil
}
