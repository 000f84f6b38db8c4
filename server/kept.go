package server

import (
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

// A shelf keeps what visitors and apps were answered, so that a page many people
// open at once, or one that an app asks for again and again, is made once.
// Everything is dropped whenever anything in the home has changed: no list of
// what depends on what could be wrong.
type shelf struct {
	changes func() uint64 // grows with every commit
	now     func() time.Time

	mu    sync.Mutex
	as    uint64 // the number of changes of which everything here is
	bytes int
	here  map[string]keptAnswer
}

type keptAnswer struct {
	*answer
	until time.Time
}

const (
	keptFor   = 20 * time.Second // pages say "2 minutes ago"
	keptBytes = 4 << 20          // of bodies, before they are packed
)

func newShelf(changes func() uint64, now func() time.Time) *shelf {
	return &shelf{changes: changes, now: now, here: map[string]keptAnswer{}}
}

// find is what was answered to key since the last change; nil if nothing was.
func (k *shelf) find(key string, changes uint64) *answer {
	k.mu.Lock()
	defer k.mu.Unlock()
	kept, ok := k.here[key]
	if !ok || k.as != changes || !k.now().Before(kept.until) {
		return nil
	}
	return kept.answer
}

// keep puts an answer on the shelf that was begun after so many changes.
func (k *shelf) keep(key string, changes uint64, a *answer) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.as > changes {
		return // it may be older than what is here
	}
	if k.as < changes || k.bytes+len(a.plain) > keptBytes {
		clear(k.here)
		k.as, k.bytes = changes, 0
	}
	k.here[key] = keptAnswer{a, k.now().Add(keptFor)}
	k.bytes += len(a.plain) + len(key)
}

// keepKey is where a request carries the function that keeps its answer.
const keepKey = "keep"

// kept answers visitors from the shelf. Whoever is signed in, and servers that
// ask for documents, pass by.
func (s *Server) kept(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		req := c.Request()
		if s.signedIn(c) || wantsActivity(req) {
			return next(c)
		}
		if a := s.onShelf(c, themeOf(req)); a != nil {
			return a.send(c, http.StatusOK)
		}
		return next(c)
	}
}

// onShelf is what was answered to the same request; if nothing was, the answer
// that is to come will be kept. Whose tells apart who may not be answered alike.
func (s *Server) onShelf(c echo.Context, whose string) *answer {
	changes := s.shelf.changes() // before anything is read
	key := whose + " " + c.Request().RequestURI
	if a := s.shelf.find(key, changes); a != nil {
		return a
	}
	c.Set(keepKey, func(a *answer) { s.shelf.keep(key, changes, a) })
	return nil
}

// sendAnswer sends a body that is the caller's to change afterwards, and keeps
// a copy where the route keeps answers.
func sendAnswer(c echo.Context, status int, a *answer) error {
	keep, ok := c.Get(keepKey).(func(*answer))
	if ok && status == http.StatusOK && len(c.Response().Header()["Set-Cookie"]) == 0 {
		a.plain = append([]byte(nil), a.plain...)
		keep(a)
	}
	return a.send(c, status)
}
