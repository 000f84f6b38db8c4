package remote

import (
	"context"
	"sync"
)

// slots bounds how many requests run at once, per host and in all.
type slots struct {
	perHost int
	all     chan struct{}
	mu      sync.Mutex
	hosts   map[string]*hostSlots
}

// hostSlots are the places of one host. It is forgotten when nobody uses it.
type hostSlots struct {
	places chan struct{}
	users  int // holding a place or waiting for one; under slots.mu
}

func newSlots(perHost, all int) *slots {
	return &slots{perHost: perHost, all: make(chan struct{}, all), hosts: map[string]*hostSlots{}}
}

// acquire waits for a place for the host and gives the function that returns
// it. The host's own place comes first, so that those who wait for a slow host
// hold no place of others.
func (s *slots) acquire(ctx context.Context, host string) (func(), error) {
	h := s.enter(host)
	select {
	case h.places <- struct{}{}:
	case <-ctx.Done():
		s.leave(host, h)
		return nil, context.Cause(ctx)
	}
	select {
	case s.all <- struct{}{}:
	case <-ctx.Done():
		<-h.places
		s.leave(host, h)
		return nil, context.Cause(ctx)
	}
	return sync.OnceFunc(func() {
		<-s.all
		<-h.places
		s.leave(host, h)
	}), nil
}

func (s *slots) enter(host string) *hostSlots {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.hosts[host]
	if h == nil {
		h = &hostSlots{places: make(chan struct{}, s.perHost)}
		s.hosts[host] = h
	}
	h.users++
	return h
}

func (s *slots) leave(host string, h *hostSlots) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h.users--; h.users == 0 {
		delete(s.hosts, host)
	}
}
