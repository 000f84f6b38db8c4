package fedtest

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"

	"croft/federation/signature"
	"croft/social"
)

// Document is a JSON object that is about to be sent or served.
type Document map[string]any

// JSON are the document's bytes.
func (d Document) JSON() []byte {
	text, err := json.Marshal(d)
	if err != nil {
		panic(err)
	}
	return text
}

// With is a copy of the document with one property changed; nil takes it away.
func (d Document) With(name string, value any) Document {
	changed := maps.Clone(d)
	if changed[name] = value; value == nil {
		delete(changed, name)
	}
	return changed
}

// Actor is somebody on a peer.
type Actor struct {
	Peer      *Peer
	Name, URI string
	Key       signature.Key

	doc Document
}

// Person adds somebody to the peer: their document and their handle.
func (p *Peer) Person(name string) *Actor {
	a := &Actor{Peer: p, Name: name, URI: p.URL("/users/" + name)}
	a.Key = signature.Key{ID: a.URI + "#main-key", Private: p.world.nextKey()}
	a.doc = Document{
		"@context": []string{"https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"},
		"id":       a.URI, "type": "Person", "preferredUsername": name, "name": "The " + name,
		"url": p.URL("/@" + name), "inbox": a.URI + "/inbox", "outbox": a.URI + "/outbox",
		"followers": a.URI + "/followers", "following": a.URI + "/following",
		"endpoints": Document{"sharedInbox": p.URL("/inbox")},
		"publicKey": a.PublicKey(),
	}
	p.Publish(a.doc)
	p.Finger(name+"@"+p.Host, name+"@"+p.Host, a.URI)
	return a
}

// PublicKey is the public half of the actor's key, as their document has it.
func (a *Actor) PublicKey() Document {
	pem, err := signature.EncodePEM(a.Key.Private.Public())
	if err != nil {
		panic(err)
	}
	return Document{"id": a.Key.ID, "owner": a.URI, "publicKeyPem": pem}
}

// Document is the actor's document.
func (a *Actor) Document() Document { return a.doc }

// Change serves the actor's document with one property changed.
func (a *Actor) Change(name string, value any) {
	a.doc = a.Peer.Publish(a.doc.With(name, value))
}

// Rotate gives the actor another key, and serves it.
func (a *Actor) Rotate() {
	a.Key.Private = a.Peer.world.nextKey()
	a.Change("publicKey", a.PublicKey())
}

// Note is a public post of the actor's, not yet served.
func (a *Actor) Note(name string) Document {
	return Document{
		"@context": "https://www.w3.org/ns/activitystreams", "id": a.URI + "/statuses/" + name, "type": "Note",
		"attributedTo": a.URI, "content": "<p>" + name + "</p>", "published": a.Peer.world.Now().UTC().Format("2006-01-02T15:04:05Z"),
		"to": []string{social.PublicURI}, "cc": []string{a.URI + "/followers"},
	}
}

// Act is an activity of the actor's, whose id is made of the given name.
func (a *Actor) Act(kind, name string, object any) Document {
	return Document{
		"@context": "https://www.w3.org/ns/activitystreams", "id": a.URI + "#" + kind + "/" + name, "type": kind,
		"actor": a.URI, "object": object, "to": []string{social.PublicURI},
	}
}

// Post is a signed delivery to an inbox, as the server that gets it sees it.
func (a *Actor) Post(inbox string, body []byte) *http.Request {
	return a.Sign(http.MethodPost, inbox, body, signature.Cavage)
}

// Get is a signed question for an address.
func (a *Actor) Get(address string) *http.Request {
	return a.Sign(http.MethodGet, address, nil, signature.Cavage)
}

// Sign is a request signed by the given scheme at the world's time.
func (a *Actor) Sign(method, address string, body []byte, scheme signature.Scheme) *http.Request {
	return a.Peer.world.Sign(a.Key, method, address, body, scheme)
}

// Sign is a request signed with any key, as the server that gets it sees it.
func (w *World) Sign(key signature.Key, method, address string, body []byte, scheme signature.Scheme) *http.Request {
	w.t.Helper()
	out, err := http.NewRequestWithContext(w.t.Context(), method, address, bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if body != nil {
		out.Header.Set("Content-Type", "application/activity+json")
	}
	if err := signature.Sign(out, body, key, scheme, w.Now()); err != nil {
		w.t.Fatal(err)
	}
	in := httptest.NewRequestWithContext(w.t.Context(), method, out.URL.RequestURI(), bytes.NewReader(body))
	in.Host = out.URL.Host
	in.Header = out.Header
	return in
}

// nextKey is a key that nobody else in the world has, as long as there are not
// more people than keys.
func (w *World) nextKey() *rsa.PrivateKey {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := keyPool[w.keys%len(keyPool)]()
	w.keys++
	return key
}

// keyPool are keys that are made when first asked for, once a run.
var keyPool = func() (pool [12]func() *rsa.PrivateKey) {
	for i := range pool {
		pool[i] = sync.OnceValue(func() *rsa.PrivateKey {
			key, err := rsa.GenerateKey(rand.Reader, 2048)
			if err != nil {
				panic(err)
			}
			return key
		})
	}
	return pool
}()
