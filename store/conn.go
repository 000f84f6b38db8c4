package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"croft/social"
)

// readers is how many read-only connections there are: more gain nothing on a
// small machine and each has a cache of its own.
const readers = 4

// querier runs a query that changes nothing: on a connection of the pool, or
// within a transaction.
type querier interface {
	query(ctx context.Context, text string, args ...any) (*sql.Rows, error)
	// fail takes note of an error of the database and translates it.
	fail(err error) error
	// moment is what counts as now.
	moment() time.Time
}

// row is what a scan function reads from.
type row interface{ Scan(dest ...any) error }

// list runs a query to its end and scans every row. It leaves no rows open, so
// that a connection is never held while another is asked for.
func list[T any](ctx context.Context, q querier, scan func(row) (T, error), text string, args ...any) ([]T, error) {
	rows, err := q.query(ctx, text, args...)
	if err != nil {
		return nil, q.fail(err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, q.fail(err)
		}
		all = append(all, one)
	}
	return all, q.fail(rows.Err())
}

// find is list for a single row: none is ErrNotFound.
func find[T any](ctx context.Context, q querier, scan func(row) (T, error), text string, args ...any) (T, error) {
	all, err := list(ctx, q, scan, text, args...)
	if err == nil && len(all) == 0 {
		err = social.ErrNotFound
	}
	if err != nil {
		var none T
		return none, err
	}
	return all[0], nil
}

// dsn names the database for the driver. Every pragma is set on each new
// connection.
func dsn(path string, pragmas ...string) string {
	u := url.URL{Scheme: "file", Path: path, RawQuery: url.Values{"_pragma": pragmas}.Encode()}
	return u.String()
}

// writerPragmas: full, since what was answered must survive a power cut; no
// mmap, since a damaged mapped page kills a Go process. Run moves the
// write-ahead log; the automatic checkpoint stands in for it under unbroken
// load and in programs that do not call Run.
func writerPragmas() []string {
	return []string{
		"busy_timeout(5000)", "journal_mode(wal)", "synchronous(full)", "foreign_keys(on)",
		"secure_delete(on)", "cache_size(-16000)", "mmap_size(0)", "wal_autocheckpoint(4000)",
		"journal_size_limit(67108864)", "temp_store(memory)",
	}
}

func readerPragmas() []string {
	return []string{
		"busy_timeout(5000)", "query_only(on)", "synchronous(full)", "foreign_keys(on)",
		"cache_size(-4000)", "mmap_size(33554432)", "temp_store(memory)",
	}
}

// pool is the read-only connections. A statement is prepared once on each.
type pool struct {
	db    *sql.DB
	now   func() time.Time
	mu    sync.RWMutex
	stmts statements
}

// statements are the prepared ones by their text, which is a constant always,
// so that there are never many. They live as long as their connections.
type statements map[string]statement

type statement struct{ prepared *sql.Stmt }

func (s statements) close() error {
	var errs []error
	for _, one := range s {
		errs = append(errs, one.prepared.Close())
	}
	return errors.Join(errs...)
}

func openPool(path string, now func() time.Time) (*pool, error) {
	db, err := sql.Open("sqlite", dsn(path, readerPragmas()...))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	return &pool{db: db, now: now, stmts: statements{}}, nil
}

func (p *pool) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	stmt, err := p.prepare(ctx, text)
	if err != nil {
		return nil, err
	}
	return stmt.prepared.QueryContext(ctx, args...)
}

func (p *pool) moment() time.Time { return p.now() }

func (p *pool) fail(err error) error { return translate(err) }

func (p *pool) prepare(ctx context.Context, text string) (statement, error) {
	p.mu.RLock()
	stmt, ok := p.stmts[text]
	p.mu.RUnlock()
	if ok {
		return stmt, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if stmt, ok := p.stmts[text]; ok {
		return stmt, nil
	}
	prepared, err := p.db.PrepareContext(ctx, unseen(text))
	if err != nil {
		return statement{}, err
	}
	p.stmts[text] = statement{prepared}
	return statement{prepared}, nil
}

// unseen hides the values of a statement from SQLite's planner. It would look at
// the value of a limit, and of what a partial index speaks of, and then plan
// anew whenever one is bound: at each run, at more cost than most of our
// queries. Behind a plus it does not look. No text of ours has a question mark
// within quotes.
func unseen(text string) string { return strings.ReplaceAll(text, "?", "+?") }

func (p *pool) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	err := p.stmts.close()
	p.stmts = statements{}
	return errors.Join(err, p.db.Close())
}

// translate gives the errors of database/sql and SQLite the kinds of package
// social. Neither leaves this package otherwise.
func translate(err error) error {
	switch code := errorCode(err); {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return social.ErrNotFound
	case code == sqlite3.SQLITE_CONSTRAINT:
		return fmt.Errorf("%w: %w", social.ErrConflict, err)
	case code == sqlite3.SQLITE_BUSY, code == sqlite3.SQLITE_FULL:
		return fmt.Errorf("%w: %w", social.ErrUnavailable, err)
	default:
		return err
	}
}

// errorCode is SQLite's primary result code, 0 if the error is not SQLite's.
func errorCode(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return sqlite3.SQLITE_OK
	}
	return e.Code() & 0xff
}

// undoesAll reports an error after which SQLite may have undone the whole
// transaction, whatever savepoints it held.
func undoesAll(err error) bool {
	switch errorCode(err) {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_BUSY,
		sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_CORRUPT:
		return true
	}
	return false
}
