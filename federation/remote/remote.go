// Package remote is in charge of every connection that this home opens to a
// stranger: documents, deliveries, WebFinger, collections, media, web pages.
// Nothing else in the house dials out to one. It keeps no documents, decides
// nothing about what they mean and never tries again by itself.
//
//	guard.go       what may be asked of whom: addresses, ports, names, types, sizes, times
//	dial.go        from a name to a connection with an address that the guard allows
//	slots.go       how much at once, per host and in all
//	budget.go      how many fetches one cause may spend
//	exchange.go    one request, one answer, bounded
//	knock.go       signing, and trying the other signature scheme
//	get.go         GET with its redirects
//	status.go      the one table from remote statuses to kinds of error
//	fetch.go       ActivityPub documents, and the rule of their ids
//	post.go        deliveries
//	push.go        messages to the owner's devices
//	finger.go      WebFinger: who is behind a handle
//	jrd.go         what WebFinger and host-meta answer
//	items.go       what is in a collection
//	media.go       pictures and other files; web pages
package remote

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"time"

	"croft/federation/signature"
)

// Resolver finds the addresses of a host. *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Options says who we are and what a Client may do. Only Origin is needed.
type Options struct {
	Origin       string               // our own, which is never fetched from: https://host
	UserAgent    string               // sent with every request
	AllowHTTP    bool                 // for development: peers on plain http
	AllowPrivate bool                 // for development: peers on loopback and private addresses, any port, any name
	Key          func() signature.Key // signs GETs (the instance actor's); nil or an empty key: GETs go out unsigned
	Schemes      Schemes              // remembers which signature a host wants; nil: as long as the Client lives
	Resolver     Resolver             // nil: the system's
	RootCAs      *x509.CertPool       // nil: the system's
	Now          func() time.Time     // nil: time.Now

	Step  time.Duration // longest wait for one step of a request; 0: 10 s
	Total time.Duration // longest time for a whole call; 0: 30 s

	// Connect stands in for the machine's network, for tests that run several
	// hosts in one process. It is called only with addresses that the guard let
	// through. Nil: the network.
	Connect func(ctx context.Context, network, address string) (net.Conn, error)
}

// Client asks other servers and delivers to them, within the limits of guard.go.
// It is safe for use by many goroutines.
type Client struct {
	guard     guard
	transport *http.Transport
	agent     string
	key       func() signature.Key
	schemes   Schemes
	now       func() time.Time
	fetches   *slots
	posts     *slots
}

// New makes a Client. It opens no connection.
func New(o Options) *Client {
	g := newGuard(o)
	c := &Client{
		guard:   g,
		agent:   o.UserAgent,
		key:     o.Key,
		schemes: o.Schemes,
		now:     o.Now,
		fetches: newSlots(hostFetches, allFetches),
		posts:   newSlots(hostPosts, allPosts),
	}
	if c.key == nil {
		c.key = func() signature.Key { return signature.Key{} }
	}
	if c.schemes == nil {
		c.schemes = &memory{learned: map[string]signature.Scheme{}}
	}
	if c.now == nil {
		c.now = time.Now
	}
	// No Proxy: the environment has no say in where we connect.
	c.transport = &http.Transport{
		DialContext:            newDialer(g, o).dial,
		TLSClientConfig:        &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12, ClientSessionCache: tls.NewLRUClientSessionCache(512)},
		TLSHandshakeTimeout:    g.step,
		ResponseHeaderTimeout:  g.step,
		ExpectContinueTimeout:  time.Second,
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConns:           allIdle,
		MaxIdleConnsPerHost:    hostPosts,
		IdleConnTimeout:        30 * time.Second,
		ForceAttemptHTTP2:      true,
	}
	return c
}

// Close lets go of idle connections. Calls under way are not disturbed.
func (c *Client) Close() { c.transport.CloseIdleConnections() }
