package crash

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"croft/store"
)

// class says what sort of fault a finding is.
type class string

const (
	lost  class = "lost"  // it was answered, and is not there
	wrong class = "wrong" // it is there, but not as it was said, or without being said
)

type finding struct {
	class class
	text  string
}

func (f finding) String() string { return string(f.class) + ": " + f.text }

func count(all []finding, c class) (n int) {
	for _, f := range all {
		if f.class == c {
			n++
		}
	}
	return n
}

// check is everything that must hold of a stopped home.
func (l *load) check(t *testing.T) (found []finding) {
	st, err := store.Open(t.Context(), l.home.Database(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Check(t.Context()); err != nil {
		found = append(found, finding{wrong, err.Error()})
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	l.inside(t, func(b *book) { found = append(found, l.compareAll(b)...) })
	for _, kind := range []string{
		"Create", "Update", "Delete", "Like", "Announce", "Follow", "Undo",
		"publish", "photo", "edit", "delete", "reply", "like", "unlike", "boost", "unboost",
	} {
		if isLong() && l.answers[kind] == 0 {
			t.Errorf("the load had no %s", kind)
		}
	}
	return found
}

// checkPromises is the first part of check: whatever was answered came in.
func (l *load) checkPromises(t *testing.T) (found []finding) {
	l.inside(t, func(b *book) { found = l.promises(b) })
	return found
}

// compareAll compares the journal with the book.
func (l *load) compareAll(b *book) (found []finding) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range l.changed {
		found = append(found, finding{wrong, "other bytes under the same id: " + id})
	}
	for _, part := range []func(*book) []finding{l.promises, l.effects, l.strangers, l.copies, l.reactions, recount, l.files} {
		found = append(found, part(b)...)
	}
	return found
}

// inside reads the stopped home's database in a transaction that is undone.
func (l *load) inside(t *testing.T, do func(*book)) {
	t.Helper()
	db := open(t, l.home.Database())
	defer db.Close()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	b := &book{t: t, tx: tx}
	do(b)
}

// promises looks whether the home remembers that each answered activity came in.
func (l *load) promises(b *book) (found []finding) {
	seen := map[string]bool{}
	for _, hash := range b.texts(`select cast(hash as text) from seen`) {
		seen[hash] = true
	}
	for id, actor := range l.promised {
		if !seen[seenHash(actor, id)] {
			found = append(found, finding{lost, "accepted, and nothing is known of it: " + id})
		}
	}
	return found
}

// seenHash is the number by which the home remembers an activity.
func seenHash(actor, id string) string {
	sum := sha256.Sum256([]byte(actor + "\n" + id))
	return fmt.Sprint(int64(binary.BigEndian.Uint64(sum[:])))
}

// effects holds what everything has come to against what it may have come to.
func (l *load) effects(b *book) (found []finding) {
	waiting := b.waiting()
	for key, t := range l.things {
		if slices.ContainsFunc(t.acts, func(id string) bool { return waiting[id] }) {
			continue
		}
		now, times := l.state(b, key, t)
		switch {
		case times > 1:
			found = append(found, finding{wrong, fmt.Sprintf("%s %s is there %d times", t.kind, key, times)})
		case now == absent && l.mayBeGone(b, t):
		case t.target != nil && t.target.is(deleted):
			found = append(found, finding{wrong, t.kind + " of a post that was deleted: " + key})
		case !t.can[now] && now == absent:
			found = append(found, finding{lost, fmt.Sprintf("%s %s is not there", t.kind, key)})
		case !t.can[now]:
			found = append(found, finding{wrong, fmt.Sprintf("%s %s is %q, and may be %q", t.kind, key, now, slices.Collect(maps.Keys(t.can)))})
		case t.kind == "post" && now != absent && now != deleted:
			found = append(found, l.wordings(b, key, t)...)
		}
	}
	return found
}

// mayBeGone reports that what somebody reacted to may have been deleted since.
func (l *load) mayBeGone(b *book, t *thing) bool {
	if strings.HasPrefix(t.kind, "own ") {
		return b.posts()[t.actor].deleted
	}
	return t.target != nil && t.target.can[deleted]
}

// state is what has become of a thing, and how often it is there.
func (l *load) state(b *book, key string, t *thing) (now string, times int) {
	if t.kind == "post" {
		rows := b.postsOf(key, l.home.Actor())
		if len(rows) == 0 {
			return absent, 0
		}
		return rows[0].state(), len(rows)
	}
	if times = b.times(t, key); times > 0 {
		return there, times
	}
	return absent, 0
}

// wordings counts earlier wordings and pictures of a living post.
func (l *load) wordings(b *book, key string, t *thing) (found []finding) {
	p := b.postsOf(key, l.home.Actor())[0]
	if p.revisions < t.edits[0] || p.revisions > t.edits[1] {
		found = append(found, finding{wrong, fmt.Sprintf("%s has %d earlier wordings, and was edited %d to %d times", key, p.revisions, t.edits[0], t.edits[1])})
	}
	if t.actor == l.home.Actor() && (t.photos == 1 && p.photos != 1 || p.photos > 1) {
		found = append(found, finding{lost, fmt.Sprintf("%s has %d pictures, want %d", key, p.photos, t.photos)})
	}
	return found
}

// strangers looks for what nobody said.
func (l *load) strangers(b *book) (found []finding) {
	for id, p := range b.posts() {
		key := p.uri
		if p.local {
			key = id
		}
		if _, said := l.things[key]; said {
			continue
		}
		if _, said := l.things["text "+p.word]; !said || !p.local {
			found = append(found, finding{wrong, "nobody said " + p.uri + " " + p.word})
		}
	}
	for kind, query := range map[string]string{
		"like":   `select uri from likes where actor_id <> (select owner_id from home)`,
		"boost":  `select uri from boosts where booster_id <> (select owner_id from home)`,
		"follow": `select uri from follows`,
	} {
		for _, uri := range b.texts(query) {
			if t := l.things[uri]; t == nil || t.kind != kind {
				found = append(found, finding{wrong, "nobody said " + uri})
			}
		}
	}
	return found
}
