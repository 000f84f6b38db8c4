package store

import (
	"database/sql"
	"testing"
)

// openBare opens a database without any of Open's care.
func openBare(t *testing.T, path string) (*sql.DB, error) {
	t.Helper()
	db, err := sql.Open("sqlite", dsn(path, writerPragmas()...))
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}
