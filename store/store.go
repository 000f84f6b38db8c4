// Package store is in charge of the database: its schema, and every read and
// write of the house. It holds no rules about what is kept, shown or sent, and
// it never touches the network.
//
//	store.go       Open, Close, Run; the types Store and Reader
//	tx.go          Tx: statements within a change, new IDs
//	group.go       Update: group commit of the one writer
//	writer.go      the writing connection
//	conn.go        reading connections, prepared statements, SQLite's errors
//	migrate.go     numbered changes of the schema, and the copy made before
//	lock.go        one process on one home
//	beside.go      the little that a second process may do
//	convert.go     times, lists, addresses and absent values, as columns have them
//	pack.go        activities, packed
//	lists.go       home, profile and hashtag pages; who may see what
//	words.go       text search
//	home.go …      one file per noun
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Options are what Open needs besides the path.
type Options struct {
	Now         func() time.Time // the clock; nil means time.Now
	WithoutCopy bool             // migrate even where there is no room for a copy of the database
}

// Store is the open database of one home. Its Reader's methods and Update may
// be called from any number of goroutines.
type Store struct {
	Reader
	path   string
	lock   *os.File
	pool   *pool
	writer *writer

	once    sync.Once
	closing error
}

// Reader holds every Find and List. A Store's reads what is committed; a Tx's
// sees its own writes as well. The zero Reader is of no use.
type Reader struct{ q querier }

// Open opens the database at path, which is made if it is not there, and brings
// its schema up to date. Another process that has it open, or a database newer
// than this program, is ErrConflict with a sentence for a person; so is a
// migration for whose copy there is no room. Close it when done.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s := &Store{path: path}
	if err := s.open(ctx, o); err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", path, err), s.release())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, o Options) (err error) {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return err
	}
	if s.lock, err = lock(s.path + ".lock"); err != nil {
		return err
	}
	if err := prepareFile(s.path); err != nil {
		return err
	}
	if err := migrate(ctx, s.path, o.WithoutCopy); err != nil {
		return err
	}
	if s.writer, err = openWriter(ctx, s.path, o.Now); err != nil {
		return err
	}
	if s.pool, err = openPool(s.path, o.Now); err != nil {
		return err
	}
	s.Reader = Reader{s.pool}
	return nil
}

// prepareFile makes sure that the database exists with mode 0600, which SQLite
// gives its -wal and -shm as well, and that this program understands it. It
// runs before SQLite opens the file: closing it later would drop SQLite's locks.
func prepareFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	err = errors.Join(refuseNewer(f), f.Close())
	if err != nil {
		return err
	}
	return os.Chmod(path, 0o600)
}

// Close waits for the writes under way, moves the write-ahead log into the
// database and releases the lock. Closing again does nothing.
func (s *Store) Close() error {
	s.once.Do(func() { s.closing = s.release() })
	if s.closing != nil {
		return fmt.Errorf("close store: %w", s.closing)
	}
	return nil
}

func (s *Store) release() error {
	var errs []error
	if s.pool != nil {
		errs = append(errs, s.pool.close())
	}
	if s.writer != nil {
		errs = append(errs, s.writer.close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
		s.lock = nil
	}
	return errors.Join(errs...)
}

// Run copies the write-ahead log into the database whenever the writer has come
// to rest, so that neither a request nor the next start has to. It returns nil
// when ctx ends.
func (s *Store) Run(ctx context.Context) error {
	const rest = 300 * time.Millisecond
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.writer.wrote:
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(rest):
		}
		if err := s.checkpoint(ctx); err != nil && ctx.Err() == nil {
			return fmt.Errorf("run store: %w", err)
		}
	}
}

// checkpoint is passive: it hinders neither readers nor the writer.
func (s *Store) checkpoint(ctx context.Context) error {
	_, err := list(ctx, s.pool, func(r row) (struct{}, error) {
		var busy, frames, moved int64
		return struct{}{}, r.Scan(&busy, &frames, &moved)
	}, `pragma wal_checkpoint(passive)`)
	return err
}

// Failed is closed when the disk has failed under a write. Every later Update
// is refused then: the process should end, so that it starts from what is
// really on disk.
func (s *Store) Failed() <-chan struct{} { return s.writer.failed }

// Changes grows with every change this process made to the database, before
// Update returns: what was read while it stood still is still true.
func (s *Store) Changes() uint64 { return s.writer.changes.Load() }

// Check looks at the whole database for damage and dangling references. It is
// slow on a large one.
func (s *Store) Check(ctx context.Context) error {
	damage, err := list(ctx, s.pool, scanText, `pragma integrity_check`)
	if err != nil {
		return fmt.Errorf("check store: %w", err)
	}
	if len(damage) != 1 || damage[0] != "ok" {
		return fmt.Errorf("check store: the database is damaged: %v", damage)
	}
	dangling, err := list(ctx, s.pool, func(r row) (string, error) {
		var table, parent string
		var id, key sql.NullInt64
		err := r.Scan(&table, &id, &parent, &key)
		return fmt.Sprintf("%s %d -> %s", table, id.Int64, parent), err
	}, `pragma foreign_key_check`)
	if err != nil {
		return fmt.Errorf("check store: %w", err)
	}
	if len(dangling) > 0 {
		return fmt.Errorf("check store: references to nothing: %v", dangling)
	}
	return nil
}
