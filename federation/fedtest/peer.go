package fedtest

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// Request is one that a peer got.
type Request struct {
	Method, Host, Path string // Path with its query
	Header             http.Header
	Body               string
}

// Peer is another server, at https on its host and every subdomain. It serves
// its actors, their WebFinger, and what was published on it, takes deliveries,
// and remembers every request.
type Peer struct {
	Host string

	world *World
	mu    sync.Mutex
	asked []Request
	pages map[string]http.HandlerFunc // by path, or path with query
	names map[string]jrd              // by handle
}

type jrd struct {
	Subject string    `json:"subject"`
	Links   []jrdLink `json:"links"`
}

type jrdLink struct {
	Rel      string `json:"rel"`
	Type     string `json:"type,omitempty"`
	Href     string `json:"href,omitempty"`
	Template string `json:"template,omitempty"`
}

// Peer starts a server of that name.
func (w *World) Peer(host string) *Peer {
	w.t.Helper()
	p := &Peer{Host: host, world: w, pages: map[string]http.HandlerFunc{}, names: map[string]jrd{}}
	server := httptest.NewUnstartedServer(http.HandlerFunc(p.serve))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate(host)}}
	server.StartTLS()
	w.t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	w.place(host, server.Listener.Addr().String())
	return p
}

// URL is an address on the peer.
func (p *Peer) URL(path string) string { return "https://" + p.Host + path }

func (p *Peer) serve(w http.ResponseWriter, req *http.Request) {
	body, _ := io.ReadAll(req.Body)
	p.mu.Lock()
	p.asked = append(p.asked, Request{req.Method, req.Host, req.URL.RequestURI(), req.Header, string(body)})
	page, ok := p.pages[req.URL.RequestURI()]
	if !ok {
		page, ok = p.pages[req.URL.Path]
	}
	p.mu.Unlock()
	switch {
	case ok:
		page(w, req)
	case req.URL.Path == "/.well-known/webfinger":
		p.serveFinger(w, req.URL.Query().Get("resource"))
	case req.Method == http.MethodPost && strings.HasSuffix(req.URL.Path, "/inbox"):
		w.WriteHeader(http.StatusAccepted)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (p *Peer) serveFinger(w http.ResponseWriter, resource string) {
	p.mu.Lock()
	answer, ok := p.names[strings.TrimPrefix(resource, "acct:")]
	p.mu.Unlock()
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/jrd+json")
	_ = json.NewEncoder(w).Encode(answer)
}

// Finger has the peer's WebFinger say of a handle (name@host) that it is the
// subject (likewise) behind the actor's URI.
func (p *Peer) Finger(handle, subject, actorURI string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.names[handle] = jrd{"acct:" + subject, []jrdLink{
		{Rel: "self", Type: "application/activity+json", Href: actorURI},
		{Rel: "http://ostatus.org/schema/1.0/subscribe", Template: p.URL("/authorize_interaction?uri={uri}")},
	}}
}

// Answer has the peer answer a path, with or without its query, by the handler;
// nil takes that back.
func (p *Peer) Answer(path string, h http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if h == nil {
		delete(p.pages, path)
		return
	}
	p.pages[path] = h
}

// Publish serves a document of ActivityPub at the address that its id names.
func (p *Peer) Publish(doc Document) Document {
	id, _ := doc["id"].(string)
	path, ok := strings.CutPrefix(id, p.URL(""))
	if !ok {
		p.world.t.Fatalf("%s is not on %s", id, p.Host)
	}
	p.Answer(path, Serve("application/activity+json", string(doc.JSON())))
	return doc
}

// Requests are all that the peer got so far.
func (p *Peer) Requests() []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Request(nil), p.asked...)
}

// Forget empties the record of requests.
func (p *Peer) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = nil
}

// Asked lists the requests in short, one a line: method and path.
func (p *Peer) Asked() string {
	var b strings.Builder
	for _, r := range p.Requests() {
		fmt.Fprintf(&b, "%s %s\n", r.Method, r.Path)
	}
	return b.String()
}

// Serve answers with one body under one type.
func Serve(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, body)
	}
}

// Status answers with a status and nothing else.
func Status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// Redirect answers with another address.
func Redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) { http.Redirect(w, req, to, http.StatusFound) }
}

// Hang answers when the caller has gone.
func Hang(_ http.ResponseWriter, req *http.Request) { <-req.Context().Done() }
