package crash

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the home's file is read beside the program
)

// patience is how long the work that is left may take, once everybody is well.
const patience = 2 * time.Minute

// finish stops the home, lets the time pass that its waits take, and runs it
// until nothing is left to do. Only here a wait is cut short: between the kills
// they are what they are anywhere.
func (l *load) finish(t *testing.T) {
	t.Helper()
	stop(t, l)
	if err := l.heal(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	db := open(t, l.home.Database())
	defer db.Close()
	for _, query := range []string{
		`update lanes set due_at = 0`,
		`update hosts set open_until = open_until - 86400000 where open_until is not null`,
	} {
		if _, err := db.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	l.age(t)
	start(t, l.home)
	l.settle(t, db)
	stop(t, l)
}

func stop(t *testing.T, l *load) {
	t.Helper()
	if _, err := l.home.Stop(); err != nil {
		t.Fatal(err)
	}
}

// age makes every file a day and an hour older, so that the cleaning looks at it.
func (l *load) age(t *testing.T) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(l.mediaFolder(), "*"))
	if err != nil {
		t.Fatal(err)
	}
	before := time.Now().Add(-25 * time.Hour)
	for _, file := range files {
		if err := os.Chtimes(file, before, before); err != nil {
			t.Fatal(err)
		}
	}
}

// settle waits until nothing is left to do but what is for another day.
func (l *load) settle(t *testing.T, db *sql.DB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for ctx.Err() == nil {
		tomorrow := time.Now().Add(time.Hour).UnixMilli()
		if !*whole {
			tomorrow = time.Now().UnixMilli()
		}
		var left int
		err := db.QueryRowContext(ctx, `select count(*) from jobs where parked_at is null and run_at < ?`, tomorrow).Scan(&left)
		if err == nil && left == 0 {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func open(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	return db
}
