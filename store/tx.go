package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"croft/social"
)

// Tx is one change of the database: a Reader that also Puts, Sets and Deletes.
// It lives only within the function given to Update, on one goroutine. The
// deadline of the context given to its methods is looked at before each
// statement; a cancellation is not, so that a change is made whole.
type Tx struct {
	Reader
	Now time.Time // the one moment at which all of this happens

	w     *writer
	hooks []func()
	words []wordChange
	dead  error               // why no statement can be run any more
	given map[int64]social.ID // last ID given for a past millisecond
}

// AfterCommit has fn called once the transaction is safely on disk, in the
// goroutine that called Update. If it is undone, fn is never called.
func (tx *Tx) AfterCommit(fn func()) { tx.hooks = append(tx.hooks, fn) }

func (tx *Tx) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	stmt, err := tx.ready(ctx, text)
	if err != nil {
		return nil, err
	}
	return stmt.prepared.QueryContext(context.Background(), args...)
}

func (tx *Tx) moment() time.Time { return tx.Now }

// exec runs one statement and says how many rows it changed.
func (tx *Tx) exec(ctx context.Context, text string, args ...any) (int64, error) {
	stmt, err := tx.ready(ctx, text)
	if err != nil {
		return 0, err
	}
	result, err := stmt.prepared.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, tx.fail(err)
	}
	return result.RowsAffected()
}

// set is exec for a change of what must be there: no row is ErrNotFound.
func (tx *Tx) set(ctx context.Context, text string, args ...any) error {
	n, err := tx.exec(ctx, text, args...)
	if err == nil && n == 0 {
		return social.ErrNotFound
	}
	return err
}

func (tx *Tx) ready(ctx context.Context, text string) (statement, error) {
	if tx.dead != nil {
		return statement{}, tx.dead
	}
	if end, ok := ctx.Deadline(); ok && !time.Now().Before(end) {
		return statement{}, context.DeadlineExceeded
	}
	return tx.w.prepare(text)
}

// fail remembers an error after which the transaction may be gone: a statement
// run regardless would be committed by itself.
func (tx *Tx) fail(err error) error {
	if undoesAll(err) {
		tx.dead = err
	}
	return translate(err)
}

// errOver is what a Tx says that was kept beyond its Update.
var errOver = errors.New("the transaction is over")

// NewID gives a number for something of the moment t that no other post,
// boost, notification or act has. A later moment than now counts as now, and
// what is of now gets a larger number than anything before it, even where the
// clock was set back by up to two days.
func (tx *Tx) NewID(t time.Time) social.ID {
	present := !t.Before(tx.Now)
	if present {
		t = tx.Now
	}
	if epoch := time.UnixMilli(0); t.Before(epoch) {
		t = epoch
	}
	id := social.NewID(t, 0)
	last := tx.w.lastID
	if id > last || present && last.Time().Sub(t) < 48*time.Hour {
		tx.w.lastID = max(id, last+1)
		return tx.w.lastID
	}
	return tx.pastID(t)
}

// pastID numbers what happened within one earlier millisecond in the order in
// which it came here. If that millisecond is full, the next is used.
func (tx *Tx) pastID(t time.Time) social.ID {
	for {
		ms := t.UnixMilli()
		first, end := social.NewID(t, 0), social.NewID(t.Add(time.Millisecond), 0)
		next := max(first, tx.lastWithin(first, end)+1, tx.given[ms]+1)
		if next < end {
			if tx.given == nil {
				tx.given = map[int64]social.ID{}
			}
			tx.given[ms] = next
			return next
		}
		t = t.Add(time.Millisecond)
	}
}

// lastWithin is the largest ID in use from first to before end. If it cannot be
// read, the transaction is dead and its error met by the next statement.
func (tx *Tx) lastWithin(first, end social.ID) social.ID {
	last, err := find(context.Background(), tx, scanID, `
		select max(
			ifnull((select max(p.id) from posts p where p.id >= ?1 and p.id < ?2), 0),
			ifnull((select max(b.id) from boosts b where b.id >= ?1 and b.id < ?2), 0),
			ifnull((select max(n.id) from notifications n where n.id >= ?1 and n.id < ?2), 0))`,
		first, end)
	if err != nil {
		tx.dead = err
	}
	return last
}
