package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

var bodies = flag.Bool("slow-bodies", false, "wait for the 30 seconds that a body may take, too (PAR-16)")

// TestHostileConnections is PAR-16: two thousand connections that say nothing,
// headers and bodies that come by drops, streams that are reset as fast as they
// are opened, and headers without end. Meanwhile a page is answered as ever, and
// afterwards the program has let go of all of them.
func TestHostileConnections(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a quarter of a minute")
	}
	p := newProgram(t)
	p.init()
	roots := p.certificate()
	p.write("croft.toml", "[tls]\nmode = \"files\"\ncert = \"cert.pem\"\nkey = \"key.pem\"\n[limits]\nrate = false\n[metrics]\nlisten = \"127.0.0.1:28478\"\n")
	address, _ := p.serve(readyLine, "serve", "--listen", "127.0.0.1:0")
	s := stranger{t: t, address: address, roots: roots}
	before := s.goroutines("127.0.0.1:28478")
	idle := s.pages(100)

	var held []net.Conn
	t.Cleanup(func() {
		for _, c := range held {
			_ = c.Close()
		}
	})
	for range 2000 {
		c, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, c)
	}
	var hostile, floods sync.WaitGroup
	for range 20 {
		hostile.Go(func() {
			s.ends("headers by drops", "GET /@ana HTTP/1.1\r\nHost: 127.0.0.1:8123\r\nX-Slow: ", 8*time.Second, 13*time.Second)
		})
		hostile.Go(func() { s.ends("no header at all", "", 8*time.Second, 13*time.Second) })
		if *bodies {
			hostile.Go(func() {
				s.ends("a body by drops", "POST /inbox HTTP/1.1\r\nHost: 127.0.0.1:8123\r\nContent-Type: application/activity+json\r\nContent-Length: 9999\r\n\r\n", 0, 33*time.Second)
			})
		}
	}
	stop := make(chan struct{})
	for range 4 {
		floods.Go(func() { s.resets(stop) })
		floods.Go(func() { s.continuations(stop) })
	}
	took := s.pages(300)
	close(stop)
	floods.Wait()
	hostile.Wait()
	silent := 0
	for _, c := range held { // the handshake was due with the header
		_ = c.SetReadDeadline(time.Now().Add(3 * time.Second))
		if _, err := c.Read(make([]byte, 1)); err != nil && !isTimeout(err) {
			silent++
		}
	}
	if silent != len(held) {
		t.Errorf("%d of %d connections that said nothing were closed", silent, len(held))
	}
	t.Logf("a page took %v at p99, alone %v; %d streams reset", took, idle, s.streams.Load())
	if took > 250*time.Millisecond {
		t.Errorf("a page took %v at p99, want at most 250 ms", took)
	}
	after := 0
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if after = s.goroutines("127.0.0.1:28478"); after <= before+20 {
			return
		}
	}
	t.Errorf("%d goroutines, %d before", after, before)
}

// TestListenerTimes are those that PAR-16 asks for. That they are kept is seen
// by TestHostileConnections; for the body's only with -slow-bodies.
func TestListenerTimes(t *testing.T) {
	s := newHTTPServer(http.NotFoundHandler())
	if s.ReadHeaderTimeout != 10*time.Second || s.ReadTimeout != 30*time.Second || s.MaxHeaderBytes > 64<<10 || s.IdleTimeout == 0 || s.WriteTimeout == 0 {
		t.Errorf("server %+v", s)
	}
}

func isTimeout(err error) bool {
	timeout, ok := err.(net.Error)
	return ok && timeout.Timeout()
}

// certificate writes one for 127.0.0.1 into the program's folder.
func (p program) certificate() *x509.CertPool {
	p.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		p.t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		p.t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		p.t.Fatal(err)
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	p.write("cert.pem", string(cert))
	p.write("key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(cert)
	return roots
}

// stranger is somebody on the other end of a listener.
type stranger struct {
	t       *testing.T
	address string
	roots   *x509.CertPool
	streams atomic.Int64
}

func (s *stranger) dial(protocol string) (net.Conn, error) {
	d := tls.Dialer{Config: &tls.Config{RootCAs: s.roots, NextProtos: []string{protocol}, MinVersion: tls.VersionTLS12}}
	return d.DialContext(s.t.Context(), "tcp", s.address)
}

// pages asks for the profile that often, by HTTP/2, and returns the p99.
func (s *stranger) pages(n int) time.Duration {
	transport := &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	var all []time.Duration
	for range n {
		begun := time.Now()
		req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, "https://"+s.address+"/@ana", nil)
		if err != nil {
			s.t.Fatal(err)
		}
		req.Host = "127.0.0.1:8123"
		res, err := client.Do(req)
		if err != nil {
			s.t.Fatal(err)
		}
		_, err = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK || res.ProtoMajor != 2 {
			s.t.Fatalf("profile: %s %s, %v", res.Proto, res.Status, err)
		}
		all = append(all, time.Since(begun))
		time.Sleep(5 * time.Millisecond)
	}
	slices.Sort(all)
	return all[len(all)*99/100]
}

// ends begins a request, goes on byte by byte, and expects to be cut off in time.
func (s *stranger) ends(name, begin string, from, to time.Duration) {
	c, err := s.dial("http/1.1")
	if err != nil {
		s.t.Errorf("%s: %v", name, err)
		return
	}
	defer c.Close()
	begun := time.Now()
	if _, err := io.WriteString(c, begin); err != nil {
		s.t.Errorf("%s: %v", name, err)
		return
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		_ = c.SetReadDeadline(begun.Add(to + 5*time.Second))
		_, _ = io.Copy(io.Discard, c)
	}()
	drops := time.NewTicker(300 * time.Millisecond)
	defer drops.Stop()
	for open := true; open; {
		select {
		case <-over:
			open = false
		case <-drops.C:
			if begin != "" {
				_, _ = io.WriteString(c, "x") // the reader sees how it ends
			}
		}
	}
	if took := time.Since(begun); took < from || took > to {
		s.t.Errorf("%s: cut off after %v, want %v to %v", name, took, from, to)
	}
}

// framer speaks HTTP/2 by hand. What the server says is only read.
func (s *stranger) framer() (*http2.Framer, net.Conn, error) {
	c, err := s.dial("h2")
	if err != nil {
		return nil, nil, err
	}
	if _, err := io.WriteString(c, http2.ClientPreface); err != nil {
		return nil, c, err
	}
	f := http2.NewFramer(c, c)
	if err := f.WriteSettings(); err != nil {
		return nil, c, err
	}
	go func() { _, _ = io.Copy(io.Discard, c) }()
	return f, c, nil
}

func headerBlock(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	e := hpack.NewEncoder(&b)
	for _, field := range [][2]string{{":method", "GET"}, {":scheme", "https"}, {":authority", "127.0.0.1:8123"}, {":path", "/@ana"}} {
		if err := e.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]}); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// resets opens streams and takes them back at once (CVE-2023-44487), a thousand
// a second, and begins anew where it is cut off.
func (s *stranger) resets(stop <-chan struct{}) {
	block := headerBlock(s.t)
	s.again(stop, func(f *http2.Framer) error {
		for id := uint32(1); ; id += 2 {
			select {
			case <-stop:
				return nil
			default:
			}
			if err := f.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: block, EndStream: true, EndHeaders: true}); err != nil {
				return err
			}
			if err := f.WriteRSTStream(id, http2.ErrCodeCancel); err != nil {
				return err
			}
			s.streams.Add(1)
			if id%20 == 1 {
				time.Sleep(10 * time.Millisecond)
			}
		}
	})
}

// continuations never ends its headers (CVE-2023-45288). It must be cut off
// before the server has taken much of them; the buffers of both ends of a
// connection may hold some megabytes that nobody has read.
func (s *stranger) continuations(stop <-chan struct{}) {
	const most = 64 << 20
	junk := bytes.Repeat([]byte{0x00, 0x01, 'a', 0x01, 'b'}, 3000) // a: b
	s.again(stop, func(f *http2.Framer) error {
		if err := f.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: headerBlock(s.t), EndStream: true}); err != nil {
			return err
		}
		for sent := 0; ; sent += len(junk) {
			if sent > most {
				s.t.Errorf("%d bytes of headers were taken, and no end", sent)
				return nil
			}
			if err := f.WriteContinuation(1, false, junk); err != nil {
				return err
			}
		}
	})
}

// again runs an attack on a new connection each time that it is cut off.
func (s *stranger) again(stop <-chan struct{}, attack func(*http2.Framer) error) {
	for {
		select {
		case <-stop:
			return
		case <-time.After(50 * time.Millisecond):
		}
		f, c, err := s.framer()
		if err == nil {
			err = attack(f)
		}
		if c != nil {
			_ = c.Close()
		}
		if err == nil {
			return
		}
	}
}

// goroutines are those of the program; every connection has one at least.
func (s *stranger) goroutines(metrics string) int {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+metrics+"/metrics", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	_, rest, ok := bytes.Cut(text, []byte("\ngo_goroutines "))
	var n float64
	if _, err := fmt.Sscan(string(rest[:min(len(rest), 20)]), &n); !ok || err != nil {
		s.t.Fatalf("no go_goroutines: %v", err)
	}
	return int(n)
}
