package remote

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"sync"

	"croft/federation/signature"
)

// RFC9421Ed25519 is the scheme of a host that is known to verify RFC 9421 with
// an Ed25519 key, which costs us a fortieth of an RSA signature. It is never
// tried unasked: Schemes has to name it.
const RFC9421Ed25519 signature.Scheme = "rfc9421-ed25519"

// Schemes remembers which signature a host wants. Hosts are in the form of
// social.HostOf. It must be safe for use by many goroutines.
type Schemes interface {
	// Scheme is the one to try first; empty if nothing is known, which means cavage.
	Scheme(host string) signature.Scheme
	// Learned is called when a host refused what Scheme said and took another.
	Learned(host string, scheme signature.Scheme)
}

// Keys are one actor's keys to sign with. Ed25519 may be empty.
type Keys struct{ RSA, Ed25519 signature.Key }

// message is one thing to ask of one address.
type message struct {
	method string
	url    *url.URL
	accept string
	body   []byte // of a POST
	header http.Header
	keys   Keys // empty: unsigned
	places *slots
}

// knock sends a message signed as the host is known to want it, and where that
// is refused once more with the other scheme ("double knock").
func (c *Client) knock(ctx context.Context, m message) (*http.Response, error) {
	if m.keys.RSA.Private == nil {
		return c.send(ctx, m, "")
	}
	first := c.schemes.Scheme(m.url.Host)
	if first == "" {
		first = signature.Cavage
	}
	res, err := c.send(ctx, m, first)
	if err != nil || !wantsOtherScheme(res.StatusCode) {
		return res, err
	}
	drain(res)
	second := other(first)
	again, err := c.send(ctx, m, second)
	if err != nil {
		return nil, err
	}
	if trustsSignature(again.StatusCode) {
		c.schemes.Learned(m.url.Host, second)
	}
	// "Who are you?" is the better answer to keep: it is worth another day's try.
	if again.StatusCode == http.StatusBadRequest {
		drain(again)
		return res, nil
	}
	return again, nil
}

// other is what to try next. A host that was wrongly said to know Ed25519 knows
// RSA at least.
func other(scheme signature.Scheme) signature.Scheme {
	if scheme == signature.RFC9421 {
		return signature.Cavage
	}
	return signature.RFC9421
}

func (c *Client) send(ctx context.Context, m message, scheme signature.Scheme) (*http.Response, error) {
	if m.method == http.MethodGet {
		if err := spend(ctx); err != nil {
			return nil, err
		}
	}
	req, err := http.NewRequestWithContext(ctx, m.method, m.url.String(), bytes.NewReader(m.body))
	if err != nil {
		return nil, err
	}
	maps.Copy(req.Header, m.header)
	req.Header.Set("Accept", m.accept)
	req.Header.Set("User-Agent", c.agent)
	if m.method == http.MethodPost && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/activity+json")
	}
	if scheme != "" {
		if err := c.sign(req, m, scheme); err != nil {
			return nil, fmt.Errorf("sign: %w", err)
		}
	}
	return c.exchange(req, m.places)
}

func (c *Client) sign(req *http.Request, m message, scheme signature.Scheme) error {
	key := m.keys.RSA
	if scheme == RFC9421Ed25519 {
		scheme = signature.RFC9421
		if m.keys.Ed25519.Private != nil {
			key = m.keys.Ed25519
		}
	}
	return signature.Sign(req, m.body, key, scheme, c.now())
}

// memory is the Schemes of a Client that was given none.
type memory struct {
	mu      sync.Mutex
	learned map[string]signature.Scheme
}

func (m *memory) Scheme(host string) signature.Scheme {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.learned[host]
}

// Learned keeps some thousands of hosts at most and then starts afresh, which
// costs each of them one more knock.
func (m *memory) Learned(host string, scheme signature.Scheme) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.learned) >= 4096 {
		clear(m.learned)
	}
	m.learned[host] = scheme
}
