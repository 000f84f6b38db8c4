package timeline

import (
	"sync"

	"croft/social"
	"croft/store"
)

// EventKind is what has happened.
type EventKind string

// The kinds. What is Posted or Boosted may stand in timelines; what is Removed
// stands nowhere any more.
const (
	Posted   EventKind = "posted"   // by the owner, or it arrived
	Boosted  EventKind = "boosted"  // likewise
	Edited   EventKind = "edited"   // a post
	Removed  EventKind = "removed"  // a post or a boost
	Notified EventKind = "notified" // the owner, by a notification
	Filtered EventKind = "filtered" // the owner's filters have changed
	Merged   EventKind = "merged"   // what was held back of somebody is among the notifications
)

// Event is something that has happened in the home, safely on disk.
type Event struct {
	Kind EventKind
	ID   social.ID // of the post, the boost, the notification, the filter or the actor
}

// watchMost is how many events wait for one Watch.
const watchMost = 4096

// watches are everybody who wants to be told.
type watches struct {
	mu  sync.Mutex
	all map[*Watch]struct{}
}

// Watch is told of every event since it began, in order. It is safe for use by
// many goroutines, and must be closed.
type Watch struct {
	of   *watches
	told chan struct{}

	// Under of.mu.
	events []Event
	lost   bool
}

// Watch begins to watch.
func (t *Timeline) Watch() *Watch {
	w := &Watch{of: &t.watches, told: make(chan struct{}, 1)}
	t.watches.mu.Lock()
	defer t.watches.mu.Unlock()
	if t.watches.all == nil {
		t.watches.all = map[*Watch]struct{}{}
	}
	t.watches.all[w] = struct{}{}
	return w
}

// Told has something when there are events to take.
func (w *Watch) Told() <-chan struct{} { return w.told }

// Take returns the events that nobody has taken. Lost says that some are
// missing: more came than are kept.
func (w *Watch) Take() (events []Event, lost bool) {
	w.of.mu.Lock()
	defer w.of.mu.Unlock()
	events, lost = w.events, w.lost
	w.events, w.lost = nil, false
	return events, lost
}

// Close ends the watch.
func (w *Watch) Close() {
	w.of.mu.Lock()
	defer w.of.mu.Unlock()
	delete(w.of.all, w)
}

// tell tells everybody of an event.
func (s *watches) tell(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for w := range s.all {
		if len(w.events) == watchMost {
			w.events, w.lost = nil, true
		}
		w.events = append(w.events, e)
		select {
		case w.told <- struct{}{}:
		default:
		}
	}
}

// happens tells of an event once tx is on disk.
func (t *Timeline) happens(tx *store.Tx, kind EventKind, id social.ID) {
	tx.AfterCommit(func() { t.watches.tell(Event{kind, id}) })
}
