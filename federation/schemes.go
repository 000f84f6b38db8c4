package federation

import (
	"context"
	"slices"
	"sync"

	"croft/federation/activity"
	"croft/federation/remote"
	"croft/federation/signature"
	"croft/store"
)

// schemeRows bounds what Schemes keeps in memory.
const schemeRows = 4096

// Schemes remembers in the store which signature each server wants, so that it
// survives a restart. It is a remote.Schemes.
type Schemes struct {
	store *store.Store

	mu    sync.Mutex
	known map[string]signature.Scheme
}

// NewSchemes makes the memory over the store.
func NewSchemes(st *store.Store) *Schemes {
	return &Schemes{store: st, known: map[string]signature.Scheme{}}
}

// Scheme is the one to try first with a host; empty if nothing is known, also
// where the store cannot be asked: a second knock then costs a moment, no more.
func (s *Schemes) Scheme(host string) signature.Scheme {
	s.mu.Lock()
	scheme, ok := s.known[host]
	s.mu.Unlock()
	if ok {
		return scheme
	}
	text, err := s.store.FindHostScheme(context.Background(), host)
	if err != nil {
		return ""
	}
	if text != "" { // what is not known may be read tomorrow in an actor
		s.keep(host, signature.Scheme(text))
	}
	return signature.Scheme(text)
}

// Learned keeps what a host took. It is said again by the next knock if the
// store cannot write now.
func (s *Schemes) Learned(host string, scheme signature.Scheme) {
	s.keep(host, scheme)
	_ = s.store.Update(context.Background(), func(tx *store.Tx) error {
		return tx.SetHostScheme(context.Background(), host, string(scheme))
	})
}

func (s *Schemes) keep(host string, scheme signature.Scheme) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.known) >= schemeRows {
		clear(s.known)
	}
	s.known[host] = scheme
}

// schemeOf is the signature that servers read which implement all that; empty if
// they do not say (FEP-844e).
func schemeOf(implements []string) signature.Scheme {
	switch {
	case slices.Contains(implements, activity.RFC9421Ed25519):
		return remote.RFC9421Ed25519
	case slices.Contains(implements, activity.RFC9421):
		return signature.RFC9421
	}
	return ""
}

// suppose begins with a scheme where the host has never been asked, so that the
// first knock is the right one.
func suppose(ctx context.Context, tx *store.Tx, host string, scheme signature.Scheme) error {
	if scheme == "" {
		return nil
	}
	return tx.SupposeHostScheme(ctx, host, string(scheme))
}
