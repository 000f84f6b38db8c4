package crash

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the stopped home's file is read beside the program

	"croft/store"
)

// makeDue lets a stopped home try again at once what it would try in minutes.
func makeDue(t *testing.T, path string) {
	t.Helper()
	db := open(t, path)
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `update lanes set due_at = 0`); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// check compares the journal with the database of a stopped home.
func (l *load) check(t *testing.T, path string) (broken []string) {
	st, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Check(t.Context()); err != nil {
		broken = append(broken, err.Error())
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	db := open(t, path)
	defer db.Close()
	have := map[string]int{}
	for _, uri := range texts(t, db, `select uri from posts where local = 0 union all select uri from follows`) {
		have[uri]++
	}
	waiting := strings.Join(texts(t, db, `select cast(payload as text) from jobs where kind in ('receive', 'fetch')`), "\n")
	notified := strings.Join(texts(t, db, `select p.uri from notifications n join posts p on p.id = n.post_id where n.kind = 'mention'`), "\n") + "\n"
	pending := 0
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, kind := range l.answered {
		effect, undone := id, l.answered[id+"u"] == "Undo"
		if kind == "Create" {
			effect = strings.Replace(id, "/acts/", "/posts/", 1)
		}
		switch {
		case strings.Contains(waiting, `"`+id+`"`) || strings.Contains(waiting, `"`+id+`u"`):
			pending++
		case kind == "Undo" || undone:
			if have[strings.TrimSuffix(id, "u")] != 0 {
				broken = append(broken, "not taken back: "+id)
			}
		case kind == "Follow" && strings.Contains(id, "/users/ben"):
			// its Undo may have come in without an answer
		case have[effect] != 1:
			broken = append(broken, fmt.Sprintf("%s %s is there %d times", kind, id, have[effect]))
		case kind == "Create" && strings.Count(notified, effect+"\n") != 1:
			broken = append(broken, "not one notification: "+id)
		}
	}
	t.Logf("%d answered activities still pending", pending)
	broken = append(broken, l.checkPosts(t, db)...)
	for _, id := range l.changed {
		broken = append(broken, "other bytes under the same id: "+id)
	}
	return broken
}

// checkPosts looks for the owner's posts, here and at each follower's server.
func (l *load) checkPosts(t *testing.T, db *sql.DB) (broken []string) {
	rows := texts(t, db, `select content || '|' || uri from posts where local = 1`)
	jobs := texts(t, db, `select recipient || ' ' || cast(payload as text) from jobs where kind = 'deliver'`)
	for text, answered := range l.posts {
		var uris []string
		for _, row := range rows {
			if content, uri, _ := strings.Cut(row, "|"); strings.Contains(content, text) {
				uris = append(uris, uri)
			}
		}
		if len(uris) > 1 || answered && len(uris) == 0 {
			broken = append(broken, fmt.Sprintf("%q is there %d times", text, len(uris)))
		}
		for _, uri := range uris {
			for n, p := range l.peers {
				act := uri + "/activity"
				isPending := slices.ContainsFunc(jobs, func(j string) bool {
					return strings.Contains(j, p.Host) && strings.HasSuffix(j, act)
				})
				if !l.got[n][act] && !isPending {
					broken = append(broken, act+" neither reached "+p.Host+" nor waits for it")
				}
			}
		}
	}
	return broken
}

func texts(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
