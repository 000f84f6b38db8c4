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

// SetPasswordBeside does what Tx.SetPassword does in the database at path,
// also while another process has it open: it takes no lock and makes one short
// transaction. No database there, or one of another version, is ErrNotFound or
// ErrConflict.
func SetPasswordBeside(ctx context.Context, path, hash string) error {
	if err := setPasswordBeside(ctx, path, hash); err != nil {
		return fmt.Errorf("set password in %s: %w", path, err)
	}
	return nil
}

func setPasswordBeside(ctx context.Context, path, hash string) (err error) {
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
	return s.Update(ctx, func(tx *Tx) error { return tx.SetPassword(ctx, hash) })
}
