package store

import (
	"context"
	"database/sql"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"croft/social"
)

//go:embed schema/*.sql
var schema embed.FS

// migrations lists the texts of schema/NNN_name.sql in order. A released file
// is never edited.
func migrations() ([]string, error) {
	names, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return nil, err
	}
	var texts []string
	for i, name := range names {
		if !strings.HasPrefix(name, fmt.Sprintf("schema/%03d_", i+1)) {
			return nil, fmt.Errorf("%s: number %03d is missing", name, i+1)
		}
		text, err := schema.ReadFile(name)
		if err != nil {
			return nil, err
		}
		texts = append(texts, string(text))
	}
	return texts, nil
}

// refuseNewer reads the version from the file's header (SQLite's file format,
// offset 60), so that a database of a later program is not touched at all.
func refuseNewer(f io.ReaderAt) error {
	var header [64]byte
	if _, err := f.ReadAt(header[:], 0); errors.Is(err, io.EOF) {
		return nil
	} else if err != nil {
		return err
	}
	return checkVersion(int(binary.BigEndian.Uint32(header[60:])))
}

func checkVersion(version int) error {
	texts, err := migrations()
	if err != nil {
		return err
	}
	if version > len(texts) {
		return fmt.Errorf("%w: the database is of version %d and this croft knows only %d; use a newer croft",
			social.ErrConflict, version, len(texts))
	}
	return nil
}

// migrate brings the schema up to date, each step in a transaction of its own,
// after making a copy of a database that has something in it.
func migrate(ctx context.Context, path string, withoutCopy bool) (err error) {
	db, err := sql.Open("sqlite", dsn(path, writerPragmas()...))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	version, err := userVersion(ctx, db)
	if err != nil {
		return err
	}
	if err := checkVersion(version); err != nil {
		return err
	}
	texts, err := migrations()
	if err != nil || version == len(texts) {
		return err
	}
	if version > 0 && !withoutCopy {
		if err := copyBefore(ctx, db, path, len(texts)); err != nil {
			return err
		}
	}
	for i, text := range texts[version:] {
		if err := migrateTo(ctx, db, version+i+1, text); err != nil {
			return err
		}
	}
	return nil
}

func userVersion(ctx context.Context, db interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}) (version int, err error) {
	err = db.QueryRowContext(ctx, `pragma user_version`).Scan(&version)
	return version, err
}

func migrateTo(ctx context.Context, db *sql.DB, version int, text string) error {
	script := fmt.Sprintf("begin immediate;\n%s\n;pragma user_version = %d;\ncommit;", text, version)
	if _, err := db.ExecContext(ctx, script); err != nil {
		_, undo := db.ExecContext(ctx, "rollback")
		return errors.Join(fmt.Errorf("migrate to version %d: %w", version, translate(err)), undo)
	}
	return nil
}

// copyBefore writes croft.db.before-N beside the database, N being the version
// that it is about to get, and then removes older copies. No room for it is
// ErrConflict.
func copyBefore(ctx context.Context, db *sql.DB, path string, version int) error {
	if err := findRoom(ctx, db, path); err != nil {
		return err
	}
	old, err := filepath.Glob(globQuote(path) + ".before-*")
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s.before-%d", path, version)
	unfinished := path + ".copying"
	if err := os.Remove(unfinished); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := writeCopy(ctx, db, unfinished); err != nil {
		return errors.Join(fmt.Errorf("copy the database to %s: %w", name, err), os.Remove(unfinished))
	}
	if err := os.Rename(unfinished, name); err != nil {
		return err
	}
	for _, o := range old {
		if o == name {
			continue
		}
		if err := os.Remove(o); err != nil {
			return err
		}
	}
	return syncFile(filepath.Dir(path))
}

func globQuote(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

func writeCopy(ctx context.Context, db *sql.DB, to string) error {
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, `vacuum into ?`, to); err != nil {
		return err
	}
	return syncFile(to)
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// findRoom refuses where the disk cannot hold a second database.
func findRoom(ctx context.Context, db *sql.DB, path string) error {
	var size int64
	err := db.QueryRowContext(ctx,
		`select c.page_count * s.page_size from pragma_page_count c, pragma_page_size s`).Scan(&size)
	if err != nil {
		return err
	}
	var disk syscall.Statfs_t
	if err := syscall.Statfs(filepath.Dir(path), &disk); err != nil {
		return err
	}
	return roomFor(size, int64(disk.Bavail)*disk.Bsize)
}

func roomFor(size, free int64) error {
	if free >= size {
		return nil
	}
	return fmt.Errorf("%w: the copy of the database that is made before it is migrated needs %d bytes and %d are free;"+
		" make room, or start with --without-copy", social.ErrConflict, size, free)
}
