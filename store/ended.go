package store

import (
	"context"
	"fmt"
	"sync"

	"croft/social"
)

// bell rings for everybody who waits.
type bell struct {
	mu      sync.Mutex
	waiting chan struct{} // nil if nobody does
}

func (b *bell) wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting == nil {
		b.waiting = make(chan struct{})
	}
	return b.waiting
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting != nil {
		close(b.waiting)
		b.waiting = nil
	}
}

// KeysEnded is closed when this process next takes a key back. Another one does
// so without a word (Beside).
func (v Sessions) KeysEnded() <-chan struct{} { return v.s.writer.ended.wait() }

// ListOpenKeys returns which keys open what is the owner's now.
func (v Sessions) ListOpenKeys(ctx context.Context) ([]social.ID, error) {
	ids, err := list(ctx, v.s.q, scanID, `select t.id from tokens t where t.owner = 1`)
	if err != nil {
		return nil, fmt.Errorf("list open keys: %w", err)
	}
	return ids, nil
}
