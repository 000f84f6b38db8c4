package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"croft/social"
)

// TestSecondProcess is FLT-21. The lock is of the open file, so that a second
// Open in this process stands for one in another.
func TestSecondProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "croft.db")
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, social.ErrConflict) || !strings.Contains(err.Error(), "in use by another croft") {
		t.Errorf("the second says: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err = Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatalf("after the first has ended: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "home.test", "ana")
	s, err := Open(t.Context(), filepath.Join(dir, "croft.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Update(t.Context(), putSeen("x")); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 4 {
		t.Fatalf("%v, %v, want four files", files, err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v (%v), want 0600", f.Name(), info.Mode(), err)
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %v (%v), want 0700", info.Mode(), err)
	}
}

func TestNewerDatabaseIsRefusedUntouched(t *testing.T) {
	path := filepath.Join(t.TempDir(), "croft.db")
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.writer.conn.ExecContext(t.Context(), `pragma user_version = 1000`); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), path, Options{})
	if !errors.Is(err, social.ErrConflict) || !strings.Contains(err.Error(), "version 1000") {
		t.Errorf("a newer database: %v", err)
	}
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("it was changed (%v)", err)
	}
	for _, left := range []string{"-wal", "-shm", ".before-2"} {
		if _, err := os.Stat(path + left); err == nil {
			t.Errorf("%s was made", left)
		}
	}
}

// older makes a database of version 1, with something in it.
func older(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "croft.db")
	w, err := openBare(t, path)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	if err := migrateTo(t.Context(), w, 1, texts[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ExecContext(t.Context(), `insert into seen (hash, at) values (7, 8)`); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMigrationKeepsOneCopy(t *testing.T) {
	path := older(t)
	if err := os.WriteFile(path+".before-1", []byte("from an earlier time"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if n := seen(t, s); n != 1 {
		t.Errorf("%d rows after the migration, want 1", n)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	copies, err := filepath.Glob(path + ".before-*")
	texts, _ := migrations()
	if err != nil || len(copies) != 1 {
		t.Fatalf("copies %v (%v), want one", copies, err)
	}
	info, err := os.Stat(copies[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy has mode %v (%v)", info.Mode(), err)
	}
	b, err := openBare(t, copies[0])
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var rows, version int
	if err := b.QueryRowContext(t.Context(), `select count(*) from seen`).Scan(&rows); err != nil {
		t.Error(err)
	}
	if version, err = userVersion(t.Context(), b); err != nil || rows != 1 || version != 1 {
		t.Errorf("the copy %s has %d rows and version %d of %d (%v)", copies[0], rows, version, len(texts), err)
	}
}

func TestMigrationWithoutCopy(t *testing.T) {
	path := older(t)
	s, err := Open(t.Context(), path, Options{WithoutCopy: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if copies, _ := filepath.Glob(path + ".before-*"); len(copies) != 0 {
		t.Errorf("copies %v, want none", copies)
	}
}

func TestNoRoomForTheCopy(t *testing.T) {
	if err := roomFor(4096, 4096); err != nil {
		t.Errorf("just enough: %v", err)
	}
	err := roomFor(123456, 123455)
	if !errors.Is(err, social.ErrConflict) || !strings.Contains(err.Error(), "needs 123456 bytes") {
		t.Errorf("a byte too little: %v", err)
	}
}

func TestFailedMigrationChangesNothing(t *testing.T) {
	path := older(t)
	b, err := openBare(t, path)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := migrateTo(t.Context(), b, 2, `create table x (y); insert into nowhere values (1)`); err == nil {
		t.Fatal("a wrong migration passes")
	}
	var tables int
	if err := b.QueryRowContext(t.Context(), `select count(*) from sqlite_schema where name = 'x'`).Scan(&tables); err != nil {
		t.Fatal(err)
	}
	if version, err := userVersion(t.Context(), b); err != nil || version != 1 || tables != 0 {
		t.Errorf("version %d and %d tables (%v), want 1 and 0", version, tables, err)
	}
}

func TestBeside(t *testing.T) {
	setPassword := func(hash string) func(Sessions) error {
		return func(v Sessions) error { return v.SetPassword(t.Context(), hash) }
	}
	path := filepath.Join(t.TempDir(), "croft.db")
	if err := Beside(t.Context(), path, setPassword("x")); !errors.Is(err, social.ErrNotFound) {
		t.Errorf("no database: %v", err)
	}
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := Beside(t.Context(), path, setPassword("x")); !errors.Is(err, social.ErrNotFound) {
		t.Errorf("no home: %v", err)
	}
	err = s.Update(t.Context(), func(tx *Tx) error {
		id, err := tx.PutActor(t.Context(), &social.Actor{URI: "https://home.test/@ana", Type: social.Person})
		return errors.Join(err, tx.PutHome(t.Context(), Home{OwnerID: id, InstanceID: id, CreatedAt: tx.Now}))
	})
	if err != nil {
		t.Fatal(err)
	}
	v := s.Sessions()
	if err := v.PutSession(t.Context(), Session{Token: "t", ExpiresAt: s.q.moment().AddDate(0, 0, 1)}); err != nil {
		t.Fatal(err)
	}
	if err := Beside(t.Context(), path, setPassword("new hash")); err != nil {
		t.Fatal(err)
	}
	hash, err := v.FindPasswordHash(t.Context())
	if err != nil || hash != "new hash" {
		t.Errorf("the running store reads %q (%v)", hash, err)
	}
	if left, err := v.ListSessions(t.Context(), 9); err != nil || len(left) != 0 {
		t.Errorf("sessions %v (%v), want none", left, err)
	}
	if err := s.Update(t.Context(), putSeen("x")); err != nil {
		t.Errorf("the running store writes: %v", err)
	}
}
