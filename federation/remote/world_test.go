package remote

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
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
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"croft/federation/signature"
)

// world is a small internet: hosts with public addresses, each a TLS server in
// this process, names for them, and a record of every connection tried.
type world struct {
	t     *testing.T
	mu    sync.Mutex
	names map[string][]netip.Addr
	ways  map[string]string // public address to the listener behind it
	dials []string          // public addresses, in order
	count byte
}

// host is one server of the world.
type host struct {
	name     string
	server   *httptest.Server
	addr     netip.Addr
	mu       sync.Mutex
	requests []*http.Request // their bodies are in bodies
	bodies   []string
}

func newWorld(t *testing.T) *world {
	return &world{t: t, names: map[string][]netip.Addr{}, ways: map[string]string{}}
}

// host starts a server of that name, at the default port.
func (w *world) host(name string, handler http.HandlerFunc) *host {
	h := w.bare(name, handler)
	h.server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate(w.t, name, time.Now().Add(time.Hour))}}
	w.start(h)
	return h
}

// bare makes a host whose server is not yet started.
func (w *world) bare(name string, handler http.HandlerFunc) *host {
	h := &host{name: name}
	h.server = httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		h.mu.Lock()
		h.requests = append(h.requests, req)
		h.bodies = append(h.bodies, string(body))
		h.mu.Unlock()
		handler(rw, req)
	}))
	h.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	return h
}

func (w *world) start(h *host) {
	h.server.StartTLS()
	w.t.Cleanup(func() {
		h.server.CloseClientConnections()
		h.server.Close()
	})
	h.addr = w.place(h.name, h.server.Listener.Addr().String())
}

// place gives a name and a public address to a listener.
func (w *world) place(name, listener string) netip.Addr {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count++
	addr := netip.AddrFrom4([4]byte{93, 184, 216, w.count})
	w.names[name] = []netip.Addr{addr}
	w.ways[addr.String()+":443"] = listener
	w.ways[addr.String()+":80"] = listener
	return addr
}

// LookupNetIP is the world's name service.
func (w *world) LookupNetIP(_ context.Context, _, name string) ([]netip.Addr, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if addrs, ok := w.names[name]; ok {
		return addrs, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (w *world) connect(ctx context.Context, network, address string) (net.Conn, error) {
	w.mu.Lock()
	w.dials = append(w.dials, address)
	way, ok := w.ways[address]
	w.mu.Unlock()
	if !ok {
		return nil, fmt.Errorf("%s: connection refused", address)
	}
	return new(net.Dialer).DialContext(ctx, network, way)
}

func (w *world) dialled() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.dials)
}

// client is our server in the world: https://me.test.
func (w *world) client(change ...func(*Options)) *Client {
	roots := x509.NewCertPool()
	roots.AddCert(authority().Leaf)
	o := Options{
		Origin: "https://me.test", UserAgent: "croft-test", Resolver: w, Connect: w.connect, RootCAs: roots,
		Key: func() signature.Key { return signature.Key{ID: "https://me.test/actor#main-key", Private: rsaKey()} },
	}
	for _, f := range change {
		f(&o)
	}
	c := New(o)
	w.t.Cleanup(c.Close)
	return c
}

func (h *host) seen() []*http.Request {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.requests)
}

// paths lists what was asked of a host.
func (h *host) paths() string {
	var paths []string
	for _, r := range h.seen() {
		paths = append(paths, r.URL.RequestURI())
	}
	return strings.Join(paths, " ")
}

var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// authority is the one that the client of the tests believes.
var authority = sync.OnceValue(func() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "the authority of the tests"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
})

func certificate(t *testing.T, name string, until time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), DNSNames: []string{name},
		NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: until, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, authority().Leaf, key.Public(), authority().PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

const activityJSON = "application/activity+json"

// answerWith serves one body under one type.
func answerWith(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		io.WriteString(w, body)
	}
}

// site serves documents by path and query: a body that begins with { as
// ActivityPub, one that begins with > as a redirect, a number as a status.
func site(pages map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		body, ok := pages[req.URL.RequestURI()]
		status := 0
		switch {
		case !ok:
			w.WriteHeader(http.StatusNotFound)
		case strings.HasPrefix(body, ">"):
			w.Header().Set("Location", body[1:])
			w.WriteHeader(http.StatusFound)
		case strings.HasPrefix(body, "{"):
			answerWith(activityJSON, body)(w, req)
		default:
			fmt.Sscan(body, &status)
			w.WriteHeader(status)
		}
	}
}

// note is a document that calls itself so.
func note(id string) string {
	return fmt.Sprintf(`{"@context":"https://www.w3.org/ns/activitystreams","id":%q,"type":"Note","attributedTo":"https://good.test/alice","content":"hi"}`, id)
}
