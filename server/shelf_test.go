package server

import (
	"fmt"
	"testing"
	"time"
)

func TestShelfKeepsUntilSomethingChanges(t *testing.T) {
	changes, now := uint64(7), time.Unix(1000, 0)
	shelf := newShelf(func() uint64 { return changes }, func() time.Time { return now })
	a := newAnswer("text/html", "private", []byte("words"))
	shelf.keep("/a", 7, a)
	if shelf.find("/a", 7) != a || shelf.find("/b", 7) != nil {
		t.Fatal("what was kept is not found, or something else is")
	}
	if shelf.find("/a", 8) != nil {
		t.Error("found after a change")
	}
	shelf.keep("/a", 6, newAnswer("text/html", "private", []byte("old words")))
	if shelf.find("/a", 7) != a || shelf.find("/a", 6) != nil {
		t.Error("an answer begun before the change took the place of one begun after it")
	}
	now = now.Add(keptFor)
	if shelf.find("/a", 7) != nil {
		t.Error("found after its time")
	}
}

func TestShelfIsBounded(t *testing.T) {
	shelf := newShelf(func() uint64 { return 1 }, time.Now)
	for i := range 20000 {
		shelf.keep(fmt.Sprintf("/?x=%d", i), 1, newAnswer("text/html", "private", make([]byte, 1000)))
	}
	held := 0
	for _, kept := range shelf.here {
		held += len(kept.plain)
	}
	if held > keptBytes || held == 0 {
		t.Errorf("holds %d bytes in %d answers", held, len(shelf.here))
	}
}
