package rig

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"croft/federation/signature"
	"croft/social"
)

// Document is a JSON object that is sent or served.
type Document map[string]any

// Peer is another server on an address of loopback of its own. It serves any
// actor that is asked for, with one key for all of them.
type Peer struct {
	Host  string
	Delay time.Duration // before an inbox answers
	Got   func(body []byte)
	Asked atomic.Int64 // requests but deliveries
	Says  []string     // what its actors say that it implements (FEP-844e)

	server *http.Server
	pem    string
	key    *rsa.PrivateKey
}

// Key is made once for a run: making hundreds takes longer than the run.
var Key = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// NewPeer starts the n-th server. Give Got and Delay before it is told of.
func NewPeer(n int) (*Peer, error) {
	key, err := Key()
	if err != nil {
		return nil, err
	}
	pem, err := signature.EncodePEM(key.Public())
	if err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", fmt.Sprintf("127.%d.%d.%d:0", 1+n/62500, n/250%250, 1+n%250))
	if err != nil {
		return nil, err
	}
	p := &Peer{Host: l.Addr().String(), pem: pem, key: key}
	p.server = &http.Server{Handler: p, ReadHeaderTimeout: time.Minute}
	go func() { _ = p.server.Serve(l) }()
	return p, nil
}

// Close ends the server: from now on it refuses connections.
func (p *Peer) Close() { _ = p.server.Close() }

// User is the URI of an actor of the peer.
func (p *Peer) User(name string) string { return "http://" + p.Host + "/users/" + name }

func (p *Peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if r.Method == http.MethodPost {
		if time.Sleep(p.Delay); p.Got != nil {
			p.Got(body)
		}
		w.WriteHeader(http.StatusAccepted)
		return
	}
	p.Asked.Add(1)
	if name, ok := strings.CutPrefix(r.URL.Path, "/users/"); ok && !strings.Contains(name, "/") {
		serve(w, "application/activity+json", p.actor(name))
		return
	}
	if r.URL.Path == "/.well-known/webfinger" {
		subject := r.URL.Query().Get("resource")
		name, _, _ := strings.Cut(strings.TrimPrefix(subject, "acct:"), "@")
		serve(w, "application/jrd+json", Document{"subject": subject, "links": []Document{
			{"rel": "self", "type": "application/activity+json", "href": p.User(name)}}})
		return
	}
	w.WriteHeader(http.StatusNotFound)
}

func serve(w http.ResponseWriter, kind string, d Document) {
	w.Header().Set("Content-Type", kind)
	_ = json.NewEncoder(w).Encode(d)
}

func (p *Peer) actor(name string) Document {
	uri := p.User(name)
	var can []Document
	for _, what := range p.Says {
		can = append(can, Document{"href": what})
	}
	return Document{
		"generator": Document{"type": "Application", "implements": can},
		"@context":  []string{"https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"},
		"id":        uri, "type": "Person", "preferredUsername": name, "inbox": uri + "/inbox", "outbox": uri + "/outbox",
		"followers": uri + "/followers", "endpoints": Document{"sharedInbox": "http://" + p.Host + "/inbox"},
		"publicKey": Document{"id": uri + "#main-key", "owner": uri, "publicKeyPem": p.pem},
	}
}

// Act is an activity of an actor of the peer.
func (p *Peer) Act(kind, name, id string, object any) Document {
	return Document{"@context": "https://www.w3.org/ns/activitystreams", "id": p.User(name) + "/acts/" + id, "type": kind,
		"actor": p.User(name), "object": object, "to": []string{social.PublicURI}}
}

// Create is a public post of an actor that mentions the actor given.
func (p *Peer) Create(name, id, mention string) Document {
	uri := p.User(name)
	note := Document{"id": uri + "/posts/" + id, "type": "Note", "attributedTo": uri, "content": "<p>Words of " + id + "</p>",
		"published": time.Now().UTC().Format(time.RFC3339), "to": []string{social.PublicURI}, "cc": []string{mention},
		"tag": []Document{{"type": "Mention", "href": mention, "name": "@owner"}}}
	return p.Act("Create", name, id, note)
}

// Request signs a delivery to an inbox.
func (p *Peer) Request(ctx context.Context, name, inbox string, d Document) (*http.Request, error) {
	body, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, inbox, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/activity+json")
	key := signature.Key{ID: p.User(name) + "#main-key", Private: p.key}
	return req, signature.Sign(req, body, key, signature.Cavage, time.Now())
}

// Client keeps as many connections as the measurements use.
var Client = &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// Do sends a request and returns the status; 0 if there was no answer.
func Do(req *http.Request) int {
	res, err := Client.Do(req)
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	return res.StatusCode
}
