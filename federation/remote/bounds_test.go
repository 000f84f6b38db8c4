package remote

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"croft/social"
)

// raw takes the connection from the HTTP server and writes to it what it likes.
func raw(talk func(conn io.Writer, gone <-chan struct{})) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		gone := make(chan struct{})
		go func() {
			io.Copy(io.Discard, conn)
			close(gone)
		}()
		talk(conn, gone)
	}
}

// drip writes a text byte by byte, for ever when it has come to the end.
func drip(text string, pause time.Duration) func(io.Writer, <-chan struct{}) {
	return func(conn io.Writer, gone <-chan struct{}) {
		for i := 0; ; i++ {
			b := byte(' ')
			if i < len(text) {
				b = text[i]
			}
			if _, err := conn.Write([]byte{b}); err != nil {
				return
			}
			select {
			case <-time.After(pause):
			case <-gone:
				return
			}
		}
	}
}

type slowNames struct{ *world }

func (s slowNames) LookupNetIP(ctx context.Context, network, name string) ([]netip.Addr, error) {
	if name == "dns.test" {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return s.world.LookupNetIP(ctx, network, name)
}

const head = "HTTP/1.1 200 OK\r\nContent-Type: application/activity+json\r\n"

// TestNET12 asks servers that take their time, with the guard's times shortened.
func TestNET12(t *testing.T) {
	const step, total = 150 * time.Millisecond, 600 * time.Millisecond
	w := newWorld(t)
	w.host("drip.test", raw(func(conn io.Writer, gone <-chan struct{}) {
		io.WriteString(conn, head+"\r\n{")
		drip("", step/5)(conn, gone)
	}))
	w.host("stall.test", raw(func(conn io.Writer, gone <-chan struct{}) {
		io.WriteString(conn, head+"Content-Length: 100\r\n\r\n{")
		<-gone
	}))
	w.host("header.test", raw(drip(head, step/5)))
	w.host("silent.test", raw(func(_ io.Writer, gone <-chan struct{}) { <-gone }))
	w.host("interim.test", raw(func(conn io.Writer, gone <-chan struct{}) {
		for {
			if _, err := io.WriteString(conn, "HTTP/1.1 103 Early Hints\r\n\r\n"); err != nil {
				return
			}
			select {
			case <-time.After(step / 3):
			case <-gone:
				return
			}
		}
	}))
	mute, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0") // takes connections and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	w.place("tls.test", mute.Addr().String())
	w.place("dns.test", mute.Addr().String())
	w.names["connect.test"] = []netip.Addr{netip.MustParseAddr("93.184.216.200"), netip.MustParseAddr("93.184.216.201")}
	w.host("good.test", site(map[string]string{"/x": note("https://good.test/x")}))
	c := w.client(func(o *Options) {
		o.Step, o.Total, o.Resolver = step, total, slowNames{w}
		o.Connect = func(ctx context.Context, network, address string) (net.Conn, error) {
			if strings.HasPrefix(address, "93.184.216.20") {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return w.connect(ctx, network, address)
		}
	})
	var all sync.WaitGroup
	for _, name := range []string{"drip", "stall", "header", "silent", "interim", "tls", "dns", "connect"} {
		address := "https://" + name + ".test/x"
		timed := func(what string, ask func() error, want error) {
			start := time.Now()
			if err := ask(); !errors.Is(err, want) {
				t.Errorf("NET-12 %s %s: %v, want %v", what, name, err, want)
			}
			if took := time.Since(start); took > total+2*time.Second {
				t.Errorf("NET-12 %s %s: took %s", what, name, took)
			}
		}
		all.Go(func() {
			timed("GET", func() error { _, err := c.Fetch(t.Context(), address); return err }, social.ErrUnavailable)
		})
		all.Go(func() {
			want := social.ErrUnavailable
			if name == "drip" || name == "stall" { // they have said 200
				want = nil
			}
			timed("POST", func() error { return c.Post(t.Context(), address, []byte(activityBody), PostOptions{}) }, want)
		})
	}
	all.Wait()
	if len(c.fetches.all)+len(c.posts.all)+len(c.fetches.hosts)+len(c.posts.hosts) > 0 {
		t.Error("NET-12: places are still held")
	}
	if _, err := c.Fetch(t.Context(), "https://good.test/x"); err != nil {
		t.Error(err)
	}
}

// flood writes for ever.
func flood(conn io.Writer, text string) {
	chunk := []byte(strings.Repeat(text, 4096/len(text)+1))
	for {
		if _, err := conn.Write(chunk); err != nil {
			return
		}
	}
}

// TestNET13 asks servers that say too much. None of it may be kept.
func TestNET13(t *testing.T) {
	var bomb bytes.Buffer
	z, _ := gzip.NewWriterLevel(&bomb, gzip.BestSpeed)
	zeros := make([]byte, 1<<20)
	for range 200 {
		z.Write(zeros)
	}
	z.Close()
	w := newWorld(t)
	large := note("https://good.test/" + strings.Repeat("x", maxDocument))
	full := note("https://full.test/x")
	full += strings.Repeat(" ", maxDocument-len(full))
	w.host("full.test", answerWith(activityJSON, full))
	w.host("large.test", answerWith(activityJSON, large))
	w.host("endless.test", raw(func(c io.Writer, _ <-chan struct{}) { io.WriteString(c, head+"\r\n"); flood(c, " ") }))
	w.host("announced.test", raw(func(c io.Writer, gone <-chan struct{}) {
		io.WriteString(c, head+"Content-Length: 99999999999\r\n\r\n{")
		<-gone
	}))
	w.host("short.test", raw(func(c io.Writer, _ <-chan struct{}) { io.WriteString(c, head+"Content-Length: 500\r\n\r\n{}") }))
	w.host("negative.test", raw(func(c io.Writer, _ <-chan struct{}) { io.WriteString(c, head+"Content-Length: -5\r\n\r\n{}") }))
	w.host("lengths.test", raw(func(c io.Writer, _ <-chan struct{}) {
		io.WriteString(c, head+"Content-Length: 2\r\nContent-Length: 4\r\n\r\n{}  ")
	}))
	w.host("gzip.test", func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Encoding", "gzip")
		answerWith(activityJSON, bomb.String())(rw, r)
	})
	w.host("chunks.test", raw(func(c io.Writer, _ <-chan struct{}) {
		io.WriteString(c, head+"Transfer-Encoding: chunked\r\n\r\n")
		flood(c, "1\r\n \r\n")
	}))
	w.host("headers.test", raw(func(c io.Writer, _ <-chan struct{}) {
		io.WriteString(c, head)
		flood(c, "X-More: of the same\r\n")
	}))
	w.host("header.test", raw(func(c io.Writer, _ <-chan struct{}) { io.WriteString(c, head+"X-Long: "); flood(c, "x") }))
	w.host("interim.test", raw(func(c io.Writer, _ <-chan struct{}) { flood(c, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n") }))
	c := w.client()

	if _, err := c.Fetch(t.Context(), "https://full.test/x"); err != nil {
		t.Errorf("NET-13 a document of just 1 MiB: %v", err)
	}
	for name, kind := range map[string]error{
		"large": social.ErrInvalid, "endless": social.ErrInvalid, "announced": social.ErrInvalid, "gzip": social.ErrInvalid,
		"chunks": social.ErrInvalid, "short": social.ErrUnavailable, "negative": social.ErrUnavailable, "lengths": social.ErrUnavailable,
		"headers": social.ErrUnavailable, "header": social.ErrUnavailable, "interim": social.ErrUnavailable,
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := c.Fetch(t.Context(), "https://"+name+".test/x")
		runtime.ReadMemStats(&after)
		if !errors.Is(err, kind) {
			t.Errorf("NET-13 %s: %v, want %v", name, err, kind)
		}
		// Everything allocated, the server's share and garbage included.
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 8<<20 {
			t.Errorf("NET-13 %s: %d bytes allocated", name, grown)
		}
	}
	for _, name := range []string{"large", "endless", "gzip", "chunks"} {
		if err := c.Post(t.Context(), "https://"+name+".test/x", []byte(activityBody), PostOptions{}); err != nil {
			t.Errorf("NET-13 POST to %s: %v", name, err)
		}
	}
}

// TestNET15 has one host hang on all it is asked, while others are asked.
func TestNET15(t *testing.T) {
	w := newWorld(t)
	release := make(chan struct{})
	var now, most atomic.Int32
	slow := w.host("slow.test", func(rw http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		<-release
		answerWith(activityJSON, note("https://slow.test"+r.URL.Path))(rw, r)
	})
	w.host("good.test", site(map[string]string{"/x": note("https://good.test/x")}))
	c := w.client()
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			if _, err := c.Fetch(t.Context(), fmt.Sprintf("https://slow.test/%d", i)); err != nil {
				t.Error(err)
			}
		})
	}
	for len(slow.seen()) < hostFetches {
		time.Sleep(time.Millisecond)
	}
	for range 20 {
		if _, err := c.Fetch(t.Context(), "https://good.test/x"); err != nil {
			t.Errorf("NET-15: %v", err)
		}
	}
	if n := len(slow.seen()); n != hostFetches {
		t.Errorf("NET-15: %d requests at once to one host, want %d", n, hostFetches)
	}
	close(release)
	all.Wait()
	if most.Load() != hostFetches || len(slow.seen()) != 100 {
		t.Errorf("NET-15: %d at once, %d in all", most.Load(), len(slow.seen()))
	}
}

// TestSlots asks for more places than there are, of many hosts.
func TestSlots(t *testing.T) {
	s := newSlots(2, 5)
	var held, most atomic.Int32
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			release, err := s.acquire(t.Context(), fmt.Sprint(i%20))
			if err != nil {
				t.Error(err)
				return
			}
			n := held.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			time.Sleep(time.Millisecond)
			held.Add(-1)
			release()
			release() // once is enough, twice does no harm
		})
	}
	all.Wait()
	if most.Load() != 5 || len(s.all) != 0 || len(s.hosts) != 0 {
		t.Errorf("%d at once, %d held, %d hosts remembered", most.Load(), len(s.all), len(s.hosts))
	}
	one, _ := s.acquire(t.Context(), "a")
	two, _ := s.acquire(t.Context(), "a")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.acquire(ctx, "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("a third place: %v", err)
	}
	one()
	two()
	if len(s.hosts) != 0 {
		t.Errorf("%d hosts remembered", len(s.hosts))
	}
}

// TestHTTP2 sees that the bounds hold there, too.
func TestHTTP2(t *testing.T) {
	w := newWorld(t)
	h := w.bare("good.test", func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/endless":
			rw.Header().Set("Content-Type", activityJSON)
			flood(rw, " ")
		case "/headers":
			for i := range 4000 {
				rw.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 100))
			}
		case "/stall":
			rw.Header().Set("Content-Type", activityJSON)
			rw.(http.Flusher).Flush()
			<-r.Context().Done()
		case "/x":
			if r.ProtoMajor == 2 {
				answerWith(activityJSON, note("https://good.test/x"))(rw, r)
			}
		}
	})
	h.server.EnableHTTP2 = true
	h.server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate(t, "good.test", time.Now().Add(time.Hour))}}
	w.start(h)
	c := w.client(func(o *Options) { o.Step, o.Total = 300*time.Millisecond, 5*time.Second })
	for path, kind := range map[string]error{
		"x": nil, "endless": social.ErrInvalid, "headers": social.ErrUnavailable, "stall": social.ErrUnavailable,
	} {
		if _, err := c.Fetch(t.Context(), "https://good.test/"+path); !errors.Is(err, kind) {
			t.Errorf("%s: %v, want %v", path, err, kind)
		}
	}
}
