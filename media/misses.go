package media

import (
	"errors"
	"sync"
	"time"

	"croft/social"
)

const (
	maxMisses  = 4096 // entries remembered; a stranger can cause as many as they like
	maxTries   = 5
	firstDelay = 30 * time.Second
	finalDelay = 24 * time.Hour
)

// misses remembers which pictures could not be had, so that each look at a page
// does not ask their server again. It is forgotten at a restart.
type misses struct {
	mu    sync.Mutex
	byKey map[string]miss
}

type miss struct {
	kind  error // one of social's
	tries int
	until time.Time
}

// find returns the kind of error to give instead of trying, or nil to try.
func (m *misses) find(key string, now time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if one := m.byKey[key]; now.Before(one.until) {
		return one.kind
	}
	return nil
}

// note remembers how a try ended.
func (m *misses) note(key string, err error, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err == nil {
		delete(m.byKey, key)
		return
	}
	if m.byKey == nil {
		m.byKey = map[string]miss{}
	}
	one := m.byKey[key]
	one.kind, one.tries = kindOf(err), one.tries+1
	one.until = now.Add(missDelay(one.kind, one.tries))
	if _, ok := m.byKey[key]; !ok && len(m.byKey) >= maxMisses {
		m.makeRoom(now)
	}
	m.byKey[key] = one
}

// makeRoom forgets what may be tried again anyway, or else any one.
func (m *misses) makeRoom(now time.Time) {
	for key, one := range m.byKey {
		if !now.Before(one.until) {
			delete(m.byKey, key)
		}
	}
	for key := range m.byKey {
		if len(m.byKey) < maxMisses {
			return
		}
		delete(m.byKey, key)
	}
}

// missDelay is how long to wait after so many tries: half a minute, doubling,
// and a day once it was tried often enough or can never succeed.
func missDelay(kind error, tries int) time.Duration {
	if !errors.Is(kind, social.ErrUnavailable) || tries >= maxTries {
		return finalDelay
	}
	return firstDelay << (tries - 1)
}

// kindOf is the kind of an error, for which what is no kind may work later.
func kindOf(err error) error {
	for _, kind := range []error{
		social.ErrUnavailable, // first: it may stand beside another
		social.ErrInvalid, social.ErrNotFound, social.ErrGone,
		social.ErrForbidden, social.ErrUnauthorized, social.ErrConflict,
	} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	return social.ErrUnavailable
}
