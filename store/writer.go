package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"croft/social"
)

func openWriter(ctx context.Context, path string, now func() time.Time) (*writer, error) {
	db, err := sql.Open("sqlite", dsn(path, writerPragmas()...))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	w := &writer{
		now: now, wrote: make(chan struct{}, 1), failed: make(chan struct{}),
		db: db, conn: conn, stmts: statements{},
	}
	w.rested = sync.NewCond(&w.mu)
	if w.lastID, err = w.findLastID(ctx); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

// exec runs a statement that is no member's.
func (w *writer) exec(text string, args ...any) error {
	stmt, err := w.prepare(text)
	if err != nil {
		return err
	}
	_, err = stmt.prepared.ExecContext(context.Background(), args...)
	return err
}

// prepare keeps every statement it made: their texts are constants.
func (w *writer) prepare(text string) (statement, error) {
	if stmt, ok := w.stmts[text]; ok {
		return stmt, nil
	}
	prepared, err := w.conn.PrepareContext(context.Background(), unseen(text))
	if err != nil {
		return statement{}, fmt.Errorf("prepare: %w", err)
	}
	w.stmts[text] = statement{prepared}
	return statement{prepared}, nil
}

// close waits for those in line, then ends the connection; SQLite moves the
// write-ahead log into the database with the last one.
func (w *writer) close() error {
	w.mu.Lock()
	w.closed = true
	for w.leading {
		w.rested.Wait()
	}
	w.mu.Unlock()
	return errors.Join(w.stmts.close(), w.conn.Close(), w.db.Close())
}

// findLastID is the largest number given so far, whatever it was for.
func (w *writer) findLastID(ctx context.Context) (id social.ID, err error) {
	err = w.conn.QueryRowContext(ctx, `
		select max(
			ifnull((select max(p.id) from posts p), 0),
			ifnull((select max(b.id) from boosts b), 0),
			ifnull((select max(l.id) from likes l), 0),
			ifnull((select max(f.id) from follows f), 0),
			ifnull((select max(n.id) from notifications n), 0),
			ifnull((select max(x.id) from held_notifications x), 0),
			ifnull((select max(r.id) from reports r), 0),
			ifnull((select max(m.id) from attachments m), 0),
			ifnull((select max(a.id) from actors a), 0))`).Scan(&id)
	return id, err
}
