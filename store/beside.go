package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"croft/social"
)

// Beside writes in the database at path, also while another process has it open:
// it takes no lock, and each act of the handle is one short transaction. The
// handle can only write. No database there, or one of another version, is
// ErrNotFound or ErrConflict.
func Beside(ctx context.Context, path string, act func(Sessions) error) error {
	if err := beside(ctx, path, act); err != nil {
		return fmt.Errorf("write in %s: %w", path, err)
	}
	return nil
}

func beside(ctx context.Context, path string, act func(Sessions) error) (err error) {
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("%w: %w", social.ErrNotFound, err)
	}
	path, err = filepath.Abs(path) // a relative one would be read as the name of a host
	if err != nil {
		return err
	}
	w, err := openWriter(ctx, path, time.Now)
	if err != nil {
		return err
	}
	s := &Store{writer: w}
	defer func() { err = errors.Join(err, s.release()) }()
	version, err := userVersion(ctx, w.conn)
	if err != nil {
		return err
	}
	texts, err := migrations()
	if err != nil {
		return err
	}
	if version > len(texts) {
		return fmt.Errorf("%w: the database is of version %d and this croft knows %d; use the newer croft that made it",
			social.ErrConflict, version, len(texts))
	}
	if version < len(texts) {
		return fmt.Errorf("%w: the database is of version %d and this croft of %d; start it with this croft first",
			social.ErrConflict, version, len(texts))
	}
	return act(s.Sessions())
}
