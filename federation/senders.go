package federation

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"croft/federation/activity"
	"croft/federation/remote"
	"croft/federation/signature"
	"croft/social"
)

// sender is who signed a request, proven.
type sender struct {
	signature.Verified
	document *activity.ActorDocument // as fetched for this request; nil if the key was here

	anew   bool // the key that is here does not fit: only a fetched one counts
	ticket *keyTicket
	spent  int // requests for the key
}

// writes is the scheme that the sender's server is known to read by now, since it
// writes it; empty for cavage, which everybody is sent first.
func (s sender) writes() signature.Scheme {
	if s.Scheme == signature.RFC9421 {
		return signature.RFC9421
	}
	return ""
}

// done lets others ask for the same key, after what was fetched for this request
// has been stored or thrown away.
func (s sender) done() { s.ticket.leave() }

// settle takes note of what the key proved. A key that was found and did not fit
// may be somebody's whose name was taken in vain: who then comes with a good
// signature is told to come again, and not that they are unknown.
func (s *sender) settle(v signature.Verified, err error) error {
	s.Verified = v
	known := err
	if err != nil && s.document != nil {
		known = fmt.Errorf("the key was asked for a moment ago: %w", social.ErrUnavailable)
	}
	s.ticket.settle(s.spent, known)
	if err != nil {
		s.ticket.leave()
	}
	return err
}

// identify proves who signed a request. The key comes from the store, else from
// its owner's server; a stored key that does not fit is fetched once more, since
// it may have been changed. ErrUnauthorized means that nothing is proven, and
// ErrUnavailable that the key could not be had now. Nothing is stored. Call done
// on the sender in the end.
func (n *Node) identify(req *http.Request, body []byte) (sender, error) {
	var s sender
	var stale bool
	verified, err := signature.Verify(req, n.site.Origin, body, func(ctx context.Context, keyID string) (signature.PublicKey, error) {
		key, err := n.findKey(ctx, keyID)
		if err == nil {
			stale = true
			return key, nil
		}
		if !errors.Is(err, social.ErrNotFound) {
			return key, err
		}
		return n.fetchKey(ctx, keyID, &s)
	}, n.now())
	if stale && errors.Is(err, social.ErrUnauthorized) {
		return n.identifyAnew(req, body, err)
	}
	err = s.settle(verified, err)
	return s, err
}

// identifyAnew fetches a key although one is here, and holds the request
// against it. first is what is wrong with the one that is here.
func (n *Node) identifyAnew(req *http.Request, body []byte, first error) (sender, error) {
	s := sender{anew: true}
	verified, err := signature.Verify(req, n.site.Origin, body, func(ctx context.Context, keyID string) (signature.PublicKey, error) {
		return n.fetchKey(ctx, keyID, &s)
	}, n.now())
	if s.settle(verified, err) != nil {
		return sender{}, first
	}
	return s, nil
}

// findKey returns a key that is here.
func (n *Node) findKey(ctx context.Context, keyID string) (signature.PublicKey, error) {
	stored, err := n.store.FindKey(ctx, keyID)
	if err != nil {
		return signature.PublicKey{}, err
	}
	key, err := n.parsed.parse(stored.Material)
	return signature.PublicKey{ID: stored.URI, Owner: stored.Owner, Key: key}, err
}

// fetchKey asks the key's server, within the limits, and notes in s what was
// found. That it cannot be had is ErrUnavailable; whatever else is wrong with it
// is ErrUnauthorized.
func (n *Node) fetchKey(ctx context.Context, keyID string, s *sender) (signature.PublicKey, error) {
	if _, ok := social.Origin(keyID); !ok || n.site.Owns(keyID) {
		return signature.PublicKey{}, fmt.Errorf("key %.200q has no server to ask: %w", keyID, social.ErrUnauthorized)
	}
	ticket, err := n.limits.enter(ctx, keyID)
	if err != nil {
		return signature.PublicKey{}, err
	}
	if ticket == nil {
		key, err := n.findKey(ctx, keyID)
		if errors.Is(err, social.ErrNotFound) {
			return n.fetchKey(ctx, keyID, s)
		}
		return key, err
	}
	if key, err := n.findKey(ctx, keyID); err == nil && !s.anew {
		ticket.settle(0, nil) // it came between our look and our turn to ask
		ticket.leave()
		return key, nil
	}
	ctx = remote.WithBudget(ctx, ticket.granted)
	key, doc, err := n.askForKey(ctx, keyID)
	s.ticket, s.document, s.spent = ticket, doc, ticket.granted-remote.BudgetLeft(ctx)
	return key, keyError(err)
}

// keyError is what an error about a key means for the request that was signed
// with it. Its own kind must not be seen: a key that is not found does not make
// the inbox not found.
func keyError(err error) error {
	switch {
	case err == nil, errors.Is(err, social.ErrUnavailable):
		return err
	case errors.Is(err, remote.ErrBudget):
		return fmt.Errorf("%s: %w", err.Error(), social.ErrUnavailable)
	}
	return fmt.Errorf("%s: %w", err.Error(), social.ErrUnauthorized)
}

// askForKey fetches a key and the document of the actor that owns it. Both must
// name each other: GoToSocial keeps its keys at addresses of their own.
func (n *Node) askForKey(ctx context.Context, keyID string) (signature.PublicKey, *activity.ActorDocument, error) {
	found, err := n.fetchObject(ctx, keyID)
	if err != nil {
		return signature.PublicKey{}, nil, err
	}
	if alone, ok := found.(activity.KeyDocument); ok {
		i := slices.IndexFunc(alone.Keys, func(k activity.Key) bool { return k.ID == keyID })
		if i < 0 {
			return signature.PublicKey{}, nil, fmt.Errorf("%s holds other keys: %w", alone.ID, social.ErrForbidden)
		}
		if found, err = n.fetchObject(ctx, alone.Keys[i].Owner); err != nil {
			return signature.PublicKey{}, nil, err
		}
	}
	doc, ok := found.(activity.ActorDocument)
	if !ok || n.site.Owns(doc.Actor.URI) {
		return signature.PublicKey{}, nil, fmt.Errorf("key %s belongs to no actor: %w", keyID, social.ErrForbidden)
	}
	for _, k := range doc.Keys {
		if k.ID == keyID {
			key, err := n.parsed.parse(material(k))
			return signature.PublicKey{ID: k.ID, Owner: doc.Actor.URI, Key: key}, &doc, err
		}
	}
	return signature.PublicKey{}, nil, fmt.Errorf("%s does not know key %s: %w", doc.Actor.URI, keyID, social.ErrForbidden)
}

// fetchObject fetches a document and reads it. What was deleted is ErrGone,
// whether its server says so by status or with a Tombstone.
func (n *Node) fetchObject(ctx context.Context, uri string) (activity.Object, error) {
	doc, err := n.remote.Fetch(ctx, uri)
	if err != nil {
		return nil, err
	}
	found, err := activity.DecodeObject(doc.Body)
	if _, deleted := found.(activity.Tombstone); deleted {
		return nil, fmt.Errorf("%s is a tombstone: %w", doc.URI, social.ErrGone)
	}
	return found, err
}

// material is a key as it is stored: PEM or multikey.
func material(k activity.Key) string {
	if k.PEM != "" {
		return k.PEM
	}
	return k.Multibase
}

// parsedKeys remembers what the text of a key means, which costs as much to find
// out as to verify with it. It is bounded.
type parsedKeys struct {
	mu   sync.RWMutex
	keys map[string]crypto.PublicKey
}

const parsedRows = 2048

func (p *parsedKeys) parse(text string) (crypto.PublicKey, error) {
	p.mu.RLock()
	key, ok := p.keys[text]
	p.mu.RUnlock()
	if ok {
		return key, nil
	}
	key, err := parseKey(text)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.keys == nil || len(p.keys) >= parsedRows {
		p.keys = map[string]crypto.PublicKey{}
	}
	p.keys[text] = key
	return key, nil
}

func parseKey(text string) (crypto.PublicKey, error) {
	if strings.HasPrefix(text, "z") {
		return signature.ParseMultikey(text)
	}
	return signature.ParsePEM(text)
}
