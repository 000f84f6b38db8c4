package storetest

import (
	"database/sql"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the dump reads the file beside the store
)

// Dump writes down every row of every table of the database at path but those
// of the tables named, sorted: two dumps are equal if nothing has changed.
func Dump(t testing.TB, path string, except ...string) string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+url.PathEscape(path)+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var lines []string
	for _, table := range tables(t, db) {
		if !slices.Contains(except, table) {
			lines = append(lines, dumpTable(t, db, table)...)
		}
	}
	return strings.Join(lines, "\n")
}

func tables(t testing.TB, db *sql.DB) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `select name from sqlite_schema where type = 'table' and sql not like 'create virtual%' order by name`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return names
}

func dumpTable(t testing.TB, db *sql.DB, table string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `select * from "`+table+`"`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for rows.Next() {
		values := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, table+line(columns, values))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return lines
}

func line(columns []string, values []any) string {
	var b strings.Builder
	for i, v := range values {
		if raw, ok := v.([]byte); ok {
			v = fmt.Sprintf("%x", raw)
		}
		fmt.Fprintf(&b, " %s=%v", columns[i], v)
	}
	return b.String()
}
