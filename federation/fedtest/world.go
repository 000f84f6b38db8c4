// Package fedtest gives tests a small internet: hosts with public addresses and
// certificates of their own, all in this process, that behave like Mastodons or
// misbehave on request, and a home that meets them. Nothing of the home is
// faked: only the network, the names and the clock are the test's.
//
//	world.go  names, addresses and certificates
//	peer.go   another server
//	actor.go  somebody on it, who signs
//	home.go   our own server, as far as federation goes
package fedtest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"croft/federation/remote"
	"croft/federation/signature"
)

// World is a small internet with a clock. It is a remote.Resolver.
type World struct {
	Patience time.Duration // of a home with a step of a request; set before Home, 2 seconds else

	t testing.TB

	mu    sync.Mutex
	names map[string]netip.Addr // *.host stands for every subdomain
	ways  map[string]string     // public address to the listener behind it
	count byte
	keys  int
	ahead time.Duration
}

// NewWorld makes a world without hosts. Everything in it ends with the test.
func NewWorld(t testing.TB) *World {
	return &World{Patience: 2 * time.Second, t: t, names: map[string]netip.Addr{}, ways: map[string]string{}}
}

// Now is the world's clock: the machine's, and how far it was advanced.
func (w *World) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.ahead)
}

// Advance sets the clock forward.
func (w *World) Advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ahead += d
}

// Options are those of a client in this world.
func (w *World) Options(origin string, key signature.Key) remote.Options {
	roots := x509.NewCertPool()
	roots.AddCert(authority().Leaf)
	return remote.Options{
		Origin: origin, UserAgent: "croft-test", Resolver: w, Connect: w.connect, RootCAs: roots,
		Key: func() signature.Key { return key }, Step: w.Patience, Total: 2 * w.Patience,
	}
}

// LookupNetIP is the world's name service.
func (w *World) LookupNetIP(_ context.Context, _, name string) ([]netip.Addr, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if addr, ok := w.names[name]; ok {
		return []netip.Addr{addr}, nil
	}
	if _, parent, ok := strings.Cut(name, "."); ok {
		if addr, ok := w.names["*."+parent]; ok {
			return []netip.Addr{addr}, nil
		}
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (w *World) connect(ctx context.Context, network, address string) (net.Conn, error) {
	w.mu.Lock()
	way, ok := w.ways[address]
	w.mu.Unlock()
	if !ok {
		return nil, fmt.Errorf("%s: connection refused", address)
	}
	return new(net.Dialer).DialContext(ctx, network, way)
}

// place gives a host and its subdomains a public address.
func (w *World) place(host, listener string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count++
	addr := netip.AddrFrom4([4]byte{93, 184, 216, w.count})
	w.names[host], w.names["*."+host] = addr, addr
	w.ways[addr.String()+":443"] = listener
}

// Dead makes a name whose address refuses every connection.
func (w *World) Dead(host string) { w.place(host, "127.0.0.1:1") }

// authority is the one that clients of the world believe.
var authority = sync.OnceValue(func() tls.Certificate {
	return issue(&x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "the authority of the tests"},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}, nil)
})

// certificate is for a host and its subdomains.
func certificate(host string) tls.Certificate {
	ca := authority()
	return issue(&x509.Certificate{
		SerialNumber: big.NewInt(2), DNSNames: []string{host, "*." + host}, KeyUsage: x509.KeyUsageDigitalSignature,
	}, &ca)
}

func issue(template *x509.Certificate, by *tls.Certificate) tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().AddDate(1, 0, 0)
	parent, signer := template, any(key)
	if by != nil {
		parent, signer = by.Leaf, by.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		panic(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}
