package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"croft/social"
)

func openTest(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "croft.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func seen(t *testing.T, s *Store) int {
	t.Helper()
	n, err := find(context.Background(), s.q, scanCount, `select count(*) from seen`)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// together has the functions run as one group: they wait in line while a first
// change holds the lead.
func together(t *testing.T, s *Store, fns ...func(*Tx) error) []error {
	t.Helper()
	errs := make([]error, len(fns))
	var all sync.WaitGroup
	started := false
	err := s.Update(t.Context(), func(*Tx) error {
		if started {
			return nil // run again with the others
		}
		started = true
		for i, fn := range fns {
			all.Go(func() { errs[i] = s.Update(context.Background(), fn) })
			for s.writer.lineLength() <= i {
				runtime.Gosched()
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	all.Wait()
	return errs
}

func (w *writer) lineLength() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.waiting)
}

func putSeen(id string) func(*Tx) error {
	return func(tx *Tx) error {
		_, err := tx.PutSeen(context.Background(), "https://far.test/bob", id)
		return err
	}
}

func TestOneFailsAlone(t *testing.T) {
	s := openTest(t)
	wrong := errors.New("wrong")
	errs := together(t, s, putSeen("a"), func(tx *Tx) error { return errors.Join(putSeen("b")(tx), wrong) }, putSeen("c"))
	if errs[0] != nil || !errors.Is(errs[1], wrong) || errs[2] != nil {
		t.Errorf("errors %v, want only the second to be %v", errs, wrong)
	}
	if n := seen(t, s); n != 2 {
		t.Errorf("%d rows, want those of the two that did not fail", n)
	}
}

func TestOnePanicsAlone(t *testing.T) {
	s := openTest(t)
	var caught any
	var all sync.WaitGroup
	err := s.Update(t.Context(), func(tx *Tx) error {
		all.Go(func() {
			defer func() { caught = recover() }()
			_ = s.Update(context.Background(), func(tx *Tx) error {
				if err := putSeen("lost")(tx); err != nil {
					return err
				}
				panic("oh")
			})
		})
		for s.writer.lineLength() == 0 {
			runtime.Gosched()
		}
		return putSeen("kept")(tx)
	})
	all.Wait()
	if err != nil || seen(t, s) != 1 {
		t.Errorf("error %v and %d rows, want none and 1", err, seen(t, s))
	}
	if text, _ := caught.(string); !strings.HasPrefix(text, "oh\n") || !strings.Contains(text, "TestOnePanicsAlone") {
		t.Errorf("caught %v, want the panic with its stack", caught)
	}
}

// TestGoroutineEndsWithin is what t.Fatal within a change does.
func TestGoroutineEndsWithin(t *testing.T) {
	s := openTest(t)
	var ended sync.WaitGroup
	ended.Go(func() {
		_ = s.Update(context.Background(), func(tx *Tx) error {
			if err := putSeen("lost")(tx); err != nil {
				return err
			}
			runtime.Goexit()
			return nil
		})
	})
	ended.Wait()
	if err := s.Update(t.Context(), putSeen("kept")); err != nil || seen(t, s) != 1 {
		t.Errorf("afterwards: error %v and %d rows, want none and 1", err, seen(t, s))
	}
}

func TestCancelledRequestIsStillMadeWhole(t *testing.T) {
	s := openTest(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Update(ctx, func(tx *Tx) error {
		_, err := tx.PutSeen(ctx, "actor", "one")
		cancel()
		_, err2 := tx.PutSeen(ctx, "actor", "two")
		return errors.Join(err, err2)
	})
	if err != nil || seen(t, s) != 2 {
		t.Errorf("error %v and %d rows, want none and 2", err, seen(t, s))
	}
}

func TestDeadlineEndsBetweenStatements(t *testing.T) {
	s := openTest(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	errs := together(t, s, putSeen("kept"), func(tx *Tx) error {
		if _, err := tx.PutSeen(context.Background(), "actor", "lost"); err != nil {
			return err
		}
		<-ctx.Done()
		_, err := tx.PutSeen(ctx, "actor", "late")
		return err
	})
	if errs[0] != nil || !errors.Is(errs[1], context.DeadlineExceeded) || seen(t, s) != 1 {
		t.Errorf("errors %v and %d rows, want a passed deadline and 1 row", errs, seen(t, s))
	}
	if err := s.Update(ctx, putSeen("never")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("begun after the deadline: %v", err)
	}
}

// TestFullDiskUndoesTheGroup provokes the error after which SQLite drops the
// whole transaction, released savepoints included: the others are run again.
func TestFullDiskUndoesTheGroup(t *testing.T) {
	for _, swallowed := range []bool{false, true} {
		s := openTest(t)
		limitPages(t, s, 20)
		big := func(tx *Tx) error {
			var err error
			for i := 0; err == nil && i < 2000; i++ {
				err = tx.PutActivity(context.Background(), fmt.Sprint(i), incompressible(4000, i))
			}
			if swallowed {
				_ = putSeen("after the error")(tx)
				return nil
			}
			return err
		}
		runs := 0
		errs := together(t, s, func(tx *Tx) error { runs++; return putSeen("first")(tx) }, big, putSeen("last"))
		if errs[0] != nil || errs[1] == nil || errs[2] != nil {
			t.Errorf("swallowed %v: errors %v, want only the second to fail", swallowed, errs)
		}
		if !swallowed && !errors.Is(errs[1], social.ErrUnavailable) {
			t.Errorf("a full disk: %v, want unavailable", errs[1])
		}
		if n := seen(t, s); n != 2 || runs != 2 {
			t.Errorf("swallowed %v: %d rows and %d runs of the first, want 2 and 2", swallowed, n, runs)
		}
		if err := s.Check(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// limitPages lets the database grow by so many pages and no further.
func limitPages(t *testing.T, s *Store, more int) {
	t.Helper()
	var pages int
	if err := s.writer.conn.QueryRowContext(t.Context(), `pragma page_count`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := s.writer.conn.ExecContext(t.Context(), fmt.Sprintf(`pragma max_page_count = %d`, pages+more)); err != nil {
		t.Fatal(err)
	}
}

func incompressible(n, seed int) []byte {
	b := make([]byte, n)
	x := uint32(seed + 1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = byte(x >> 24)
	}
	return b
}

func TestAfterCommit(t *testing.T) {
	s := openTest(t)
	called := 0
	hook := func(tx *Tx) error {
		tx.AfterCommit(func() {
			called++
			if seen(t, s) != 1 {
				t.Error("the hook runs before the commit")
			}
		})
		return putSeen("one")(tx)
	}
	if err := s.Update(t.Context(), hook); err != nil || called != 1 {
		t.Errorf("error %v and %d calls, want none and 1", err, called)
	}
	_ = s.Update(t.Context(), func(tx *Tx) error { return errors.Join(hook(tx), errors.New("no")) })
	if called != 1 {
		t.Error("the hook of an undone change was called")
	}
}

// TestSeenOnce is FLT-08: fifty deliveries of one activity.
func TestSeenOnce(t *testing.T) {
	s := openTest(t)
	var fresh, failed int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			var first bool
			err := s.Update(context.Background(), func(tx *Tx) (err error) {
				first, err = tx.PutSeen(context.Background(), "https://far.test/bob", "https://far.test/act/1")
				return err
			})
			mu.Lock()
			defer mu.Unlock()
			if first {
				fresh++
			}
			if err != nil {
				failed++
			}
		})
	}
	all.Wait()
	if fresh != 1 || failed != 0 {
		t.Errorf("%d were fresh and %d failed, want 1 and 0", fresh, failed)
	}
}

func TestReadersAndWritersAtOnce(t *testing.T) {
	s := openTest(t)
	var all sync.WaitGroup
	for i := range 25 {
		all.Go(func() {
			for j := range 8 {
				if err := s.Update(context.Background(), putSeen(fmt.Sprint(i, "/", j))); err != nil {
					t.Error(err)
				}
			}
		})
		all.Go(func() {
			for range 20 {
				if _, err := s.CountPosts(context.Background(), 0); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if n := seen(t, s); n != 200 {
		t.Errorf("%d rows, want 200", n)
	}
}

func TestReadersCannotWrite(t *testing.T) {
	s := openTest(t)
	if _, err := list(t.Context(), s.q, scanID, `delete from seen returning hash`); err == nil {
		t.Error("a reader deleted")
	}
}

func TestTxIsOver(t *testing.T) {
	s := openTest(t)
	var kept *Tx
	if err := s.Update(t.Context(), func(tx *Tx) error { kept = tx; return nil }); err != nil {
		t.Fatal(err)
	}
	if err := putSeen("late")(kept); !errors.Is(err, errOver) {
		t.Errorf("a kept transaction: %v, want %v", err, errOver)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Update(t.Context(), putSeen("x")); !errors.Is(err, social.ErrUnavailable) {
		t.Errorf("after Close: %v", err)
	}
}

func TestRunMovesTheLog(t *testing.T) {
	s := openTest(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	if err := s.Update(t.Context(), putSeen("x")); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		left, err := find(t.Context(), s.q, func(r row) (int64, error) {
			var busy, frames, moved int64
			err := r.Scan(&busy, &frames, &moved)
			return frames - moved, err
		}, `pragma wal_checkpoint(noop)`)
		if err != nil {
			t.Fatal(err)
		}
		if left == 0 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%d frames still in the log", left)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestNewID(t *testing.T) {
	now := time.UnixMilli(1_790_000_000_000)
	path := filepath.Join(t.TempDir(), "croft.db")
	s, err := Open(t.Context(), path, Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	given := map[social.ID]bool{}
	next := func(at time.Time) (id social.ID) {
		err := s.Update(t.Context(), func(tx *Tx) error { id = tx.NewID(at); return nil })
		if err != nil || given[id] {
			t.Fatalf("id %s of %s: error %v, given before %v", id, at, err, given[id])
		}
		given[id] = true
		return id
	}
	last := next(now)
	for _, step := range []time.Duration{0, 0, time.Second, -time.Second, -24 * time.Hour, 0, time.Hour} {
		now = now.Add(step)
		if id := next(now.Add(time.Hour)); id <= last {
			t.Errorf("after the clock moved by %s: %s is not beyond %s", step, id, last)
		} else {
			last = id
		}
	}
	past := now.Add(-1000 * time.Hour)
	err = s.Update(t.Context(), func(tx *Tx) error {
		a, b := tx.NewID(past), tx.NewID(past)
		if a != social.NewID(past, 0) || b != a+1 {
			t.Errorf("two of one moment: %s and %s", a, b)
		}
		if a, b := tx.NewID(time.Time{}), tx.NewID(time.Time{}); a != 1 || b != 2 {
			t.Errorf("two of before 1970: %s and %s", a, b)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
