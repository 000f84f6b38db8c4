package federation

import (
	"context"
	"sync"

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
	s.keep(host, signature.Scheme(text))
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
