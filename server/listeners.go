package server

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"croft/server/mastodon"
	"croft/server/oauth"
	"croft/social"
	"croft/store"
	"croft/timeline"
)

const (
	listenersMost = 256 // apps that listen at once
	streamsMost   = 32  // of one app's connection
	behindMost    = 64  // messages that a slow app may be behind, before it is let go
	keysEvery     = 2 * time.Second
)

// listeners are the apps that listen to streams. While there are any, one
// goroutine tells them what happens: it makes each message once.
type listeners struct {
	api      *mastodon.API
	timeline *timeline.Timeline
	sessions store.Sessions
	log      *slog.Logger

	mu      sync.Mutex
	all     map[*listener]struct{}
	telling bool
	stopped bool
	left    chan struct{} // has something when the last one has left
	running sync.WaitGroup
}

func newListeners(s *Server, sessions store.Sessions) *listeners {
	return &listeners{api: s.api, timeline: s.timeline, sessions: sessions, log: s.log, all: map[*listener]struct{}{}, left: make(chan struct{}, 1)}
}

// listener is one connection of an app's.
type listener struct {
	key  *oauth.Key
	out  chan *told
	ctx  context.Context
	end  context.CancelFunc // lets the app go
	hear []mastodon.Stream  // under listeners.mu
}

// told is a message of one stream, in both forms.
type told struct{ socket, event []byte }

func newListener(key *oauth.Key) *listener {
	l := &listener{key: key, out: make(chan *told, behindMost)}
	l.ctx, l.end = context.WithCancel(context.Background())
	return l
}

// add lets an app listen. It must be removed again.
func (x *listeners) add(l *listener) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.stopped || len(x.all) >= listenersMost {
		return fmt.Errorf("too many apps listen: %w", social.ErrUnavailable)
	}
	x.all[l] = struct{}{}
	if !x.telling {
		x.telling = true
		watch := x.timeline.Watch()
		x.running.Go(func() { x.run(watch) })
	}
	return nil
}

func (x *listeners) remove(l *listener) {
	x.mu.Lock()
	defer x.mu.Unlock()
	l.end()
	delete(x.all, l)
	if len(x.all) == 0 {
		select {
		case x.left <- struct{}{}:
		default:
		}
	}
}

// subscribe has an app hear a stream as well, if its key opens it.
func (x *listeners) subscribe(l *listener, s mastodon.Stream) error {
	if err := mayCall(l.key, s.Scope(), false); err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if slices.Contains(l.hear, s) {
		return nil
	}
	if len(l.hear) == streamsMost {
		return social.Invalidf("One connection hears at most %d streams.", streamsMost)
	}
	l.hear = append(l.hear, s)
	return nil
}

func (x *listeners) unsubscribe(l *listener, s mastodon.Stream) {
	x.mu.Lock()
	defer x.mu.Unlock()
	l.hear = slices.DeleteFunc(l.hear, func(one mastodon.Stream) bool { return one == s })
}

// run tells what happens until nobody listens.
func (x *listeners) run(watch *timeline.Watch) {
	defer watch.Close()
	tick := time.NewTicker(keysEvery)
	defer tick.Stop()
	for {
		ended := x.sessions.KeysEnded() // first: what ends meanwhile is seen
		x.letGo(x.closed())
		if x.rests() {
			return
		}
		for looked := false; !looked; {
			select {
			case <-watch.Told():
				x.tellAll(watch)
			case <-ended:
				looked = true
			case <-x.left:
				looked = true
			case <-tick.C: // another process may have taken a key back
				looked = true
			}
		}
	}
}

// rests reports that nobody listens, and that the telling ends.
func (x *listeners) rests() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.telling = len(x.all) > 0
	return !x.telling
}

// closed tells whose key opens nothing any more. Where that cannot be known,
// nobody's does.
func (x *listeners) closed() func(*listener) bool {
	open, err := x.sessions.ListOpenKeys(context.Background())
	if err != nil {
		x.log.Error("apps that listen are let go", "error", err)
	}
	return func(l *listener) bool { return !slices.Contains(open, l.key.ID) }
}

func (x *listeners) letGo(which func(*listener) bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for l := range x.all {
		if which(l) {
			l.end()
		}
	}
}

// stop lets everybody go and waits until they have gone.
func (x *listeners) stop() {
	x.mu.Lock()
	x.stopped = true
	x.mu.Unlock()
	x.letGo(func(*listener) bool { return true })
	x.running.Wait()
}

// tellAll tells everything that has happened. Who would miss something is let
// go: apps look for themselves when they come back.
func (x *listeners) tellAll(watch *timeline.Watch) {
	events, lost := watch.Take()
	if lost {
		x.letGo(func(*listener) bool { return true })
		return
	}
	for _, e := range events {
		by := x.byStream()
		streams := make([]mastodon.Stream, 0, len(by))
		for s := range by {
			streams = append(streams, s)
		}
		messages, err := x.api.Messages(context.Background(), e, streams)
		if err != nil {
			x.log.Error("apps that listen are not told", "event", e.Kind, "error", err)
		}
		for s, m := range messages {
			tellThese(by[s], m, newTold(s, m))
		}
	}
}

func (x *listeners) byStream() map[mastodon.Stream][]*listener {
	x.mu.Lock()
	defer x.mu.Unlock()
	by := map[mastodon.Stream][]*listener{}
	for l := range x.all {
		for _, s := range l.hear {
			by[s] = append(by[s], l)
		}
	}
	return by
}

// tellThese waits for nobody.
func tellThese(these []*listener, m mastodon.Message, t *told) {
	for _, l := range these {
		if m.Event == "notification" && !l.key.Scopes.Open("read:notifications") {
			continue
		}
		select {
		case l.out <- t:
		default:
			l.end()
		}
	}
}

func newTold(s mastodon.Stream, m mastodon.Message) *told {
	// What is marshalled are strings in UTF-8.
	socket, _ := json.Marshal(struct {
		Stream  []string `json:"stream"`
		Event   string   `json:"event"`
		Payload string   `json:"payload,omitzero"`
	}{s.Title(), m.Event, m.Payload})
	payload := m.Payload
	if payload == "" {
		payload = "{}" // Mastodon.py ends at an event without one
	}
	return &told{socket, []byte("event: " + m.Event + "\ndata: " + payload + "\n\n")}
}
