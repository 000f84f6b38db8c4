// Package interop holds tests of whole homes against other servers: a second
// home, a real Fedify, and recordings of five programs. It has no code of its own.
//
//	network_test.go   names, addresses and certificates
//	house_test.go     a home that runs
//	homes_test.go     two homes over TLS
//	peer.mjs          a small Fedify server
//	fedify_test.go    a home and that server; peer_test.go starts and asks it
//	clients_*_test.go  real clients of the API; clients/ has those that are scripts
//	browser_*_test.go  the built program in a browser, and every page of a furnished home
//	pictures_*_test.go  a home among friends, and the pictures of it in docs/pictures
//	recorded_test.go  a home and what was recorded; ledger_test.go what is left
package interop

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"
)

// internet gives hosts public addresses and certificates, all on loopback. It is
// a remote.Resolver. A host whose name nobody gave does not exist.
type internet struct {
	t         testing.TB
	authority tls.Certificate
	roots     *x509.CertPool

	mu    sync.Mutex
	names map[string]netip.Addr
	ways  map[string]string // public address to the listener behind it
}

func newInternet(t testing.TB) *internet {
	n := &internet{t: t, roots: x509.NewCertPool(), names: map[string]netip.Addr{}, ways: map[string]string{}}
	n.authority = n.issue(&x509.Certificate{
		Subject: pkix.Name{CommonName: "the authority of the tests"},
		IsCA:    true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	})
	n.roots.AddCert(n.authority.Leaf)
	return n
}

// serve puts a handler behind https on a host, until the test ends.
func (n *internet) serve(host string, h http.Handler) {
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{
		n.issue(&x509.Certificate{DNSNames: []string{host}, KeyUsage: x509.KeyUsageDigitalSignature}),
	}}
	s.StartTLS()
	n.t.Cleanup(s.Close)
	n.mu.Lock()
	defer n.mu.Unlock()
	addr := netip.AddrFrom4([4]byte{93, 184, 216, byte(len(n.names) + 1)})
	n.names[host] = addr
	n.ways[netip.AddrPortFrom(addr, 443).String()] = s.Listener.Addr().String()
}

// LookupNetIP is the internet's name service.
func (n *internet) LookupNetIP(_ context.Context, _, name string) ([]netip.Addr, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if addr, ok := n.names[name]; ok {
		return []netip.Addr{addr}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (n *internet) connect(ctx context.Context, network, address string) (net.Conn, error) {
	n.mu.Lock()
	way, ok := n.ways[address]
	n.mu.Unlock()
	if !ok {
		return nil, fmt.Errorf("%s: connection refused", address)
	}
	return new(net.Dialer).DialContext(ctx, network, way)
}

// issue makes a certificate, signed by the authority once there is one.
func (n *internet) issue(template *x509.Certificate) tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		n.t.Fatal(err)
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().AddDate(1, 0, 0)
	parent, signer := template, any(key)
	if n.authority.Leaf != nil {
		parent, signer = n.authority.Leaf, n.authority.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		n.t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		n.t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}
