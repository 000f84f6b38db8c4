package remote

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"croft/social"
)

// nameServer answers DNS over UDP on loopback, so that the resolver of package
// net is in the test, too. A record is an address or the name it is an alias of.
func nameServer(t *testing.T, records map[string][]string) *net.Resolver {
	t.Helper()
	conn, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if reply, err := answerDNS(buf[:n], records); err == nil {
				conn.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func answerDNS(query []byte, records map[string][]string) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil {
		return nil, err
	}
	m.Response, m.Additionals = true, nil
	q := m.Questions[0]
	head := dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, TTL: 60}
	for name := strings.TrimSuffix(q.Name.String(), "."); name != ""; {
		next := ""
		for _, record := range records[name] {
			a, err := netip.ParseAddr(record)
			switch {
			case err != nil:
				next = record
				alias := dnsmessage.MustNewName(record + ".")
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.CNAMEResource{CNAME: alias}})
				head.Name = alias
			case a.Is4() && q.Type == dnsmessage.TypeA:
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: a.As4()}})
			case a.Is6() && q.Type == dnsmessage.TypeAAAA:
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
			}
		}
		name = next
	}
	return m.Pack()
}

// TestNET02 has names that lead inside, by every kind of record.
func TestNET02(t *testing.T) {
	w := newWorld(t)
	good := w.host("good.test", site(map[string]string{"/x": note("https://good.test/x")}))
	public := good.addr.String()
	second := w.host("second.test", site(map[string]string{"/x": note("https://second.test/x")}))
	w.ways["[2606:2800:220:1::5]:443"] = w.ways[second.addr.String()+":443"]
	records := map[string][]string{
		"a.test":         {"127.0.0.1"},
		"aaaa.test":      {"::1"},
		"mapped.test":    {"::ffff:127.0.0.1"},
		"nat64.test":     {"64:ff9b::7f00:1"},
		"metadata.test":  {"169.254.169.254"},
		"both.test":      {"10.0.0.1", "fd00::1"},
		"alias.test":     {"alias2.test"},
		"alias2.test":    {"alias3.test"},
		"alias3.test":    {"192.168.1.1"},
		"localhost.test": {"localhost"},
		"none.test":      {},
		"good.test":      {public, "127.0.0.1", "::1", "10.0.0.1"},
		// One that does not answer is passed over, also for one of the other family.
		"second.test": {"93.184.216.251", "2606:2800:220:1::5"},
		"mixed.test":  {"93.184.216.250", "127.0.0.1", "fd00::1"}, // nobody listens at the public one
	}
	resolver := nameServer(t, records)
	c := w.client(func(o *Options) { o.Resolver = resolver; o.Step, o.Total = 2*time.Second, 4*time.Second })
	for name := range records {
		_, err := c.Fetch(t.Context(), "https://"+name+"/x")
		switch name {
		case "good.test", "second.test":
			if err != nil {
				t.Errorf("NET-02 %s: %v", name, err)
			}
		case "mixed.test", "none.test", "localhost.test":
			if !errors.Is(err, social.ErrUnavailable) && !errors.Is(err, social.ErrForbidden) {
				t.Errorf("NET-02 %s: %v", name, err)
			}
		default:
			if !errors.Is(err, social.ErrForbidden) {
				t.Errorf("NET-02 %s: %v", name, err)
			}
		}
	}
	for _, dialled := range w.dialled() {
		if to := netip.MustParseAddrPort(dialled); !isGlobal(to.Addr()) {
			t.Errorf("NET-02: a packet to %s", dialled)
		}
	}
}

// TestNET02Rebind changes what a name means between two requests.
func TestNET02Rebind(t *testing.T) {
	w := newWorld(t)
	good := w.host("good.test", site(map[string]string{"/x": note("https://good.test/x")}))
	c := w.client()
	if _, err := c.Fetch(t.Context(), "https://good.test/x"); err != nil {
		t.Fatal(err)
	}
	c.Close()
	w.names["good.test"] = []netip.Addr{netip.MustParseAddr("127.0.0.1")}
	if _, err := c.Fetch(t.Context(), "https://good.test/x"); !errors.Is(err, social.ErrForbidden) {
		t.Errorf("NET-02 rebound: %v", err)
	}
	if len(good.seen()) != 1 {
		t.Errorf("NET-02 rebound: %d requests", len(good.seen()))
	}
}

// TestNET04 redirects to where nothing may be asked, at each hop.
func TestNET04(t *testing.T) {
	for _, target := range append([]string{
		"https://127.0.0.1/x", "https://inside.test/x", "http://good.test/plain", "https://good.test:8443/x", "//127.0.0.1/x",
	}, oddAddresses...) {
		if target == "" || target == "/path" || target == "//good.test/" || strings.ContainsAny(target, "\r\n\x00") || len(target) > maxURL {
			continue // no Location, good ones, or none that a server can send
		}
		for hop := 1; hop <= 3; hop++ {
			w := newWorld(t)
			w.names["inside.test"] = []netip.Addr{netip.MustParseAddr("10.0.0.1")}
			pages := map[string]string{"/1": ">/2", "/2": ">/3", "/3": ">/4"}
			pages["/"+string(rune('0'+hop))] = ">" + target
			good := w.host("good.test", site(pages))
			c := w.client()
			_, err := c.Fetch(t.Context(), "https://good.test/1")
			if !errors.Is(err, social.ErrForbidden) && !errors.Is(err, social.ErrInvalid) {
				t.Errorf("NET-04 hop %d to %q: %v", hop, target, err)
			}
			if len(good.seen()) != hop || len(w.dialled()) != 1 {
				t.Errorf("NET-04 hop %d to %q: asked %s, dialled %v", hop, target, good.paths(), w.dialled())
			}
		}
	}
	w := newWorld(t)
	good := w.host("good.test", site(map[string]string{"/1": ">/2", "/2": ">/3", "/3": ">/4", "/4": note("https://good.test/4"), "/0": ">/1"}))
	c := w.client()
	if _, err := c.Fetch(t.Context(), "https://good.test/1"); err != nil {
		t.Errorf("NET-04 three redirects: %v", err)
	}
	if _, err := c.Fetch(t.Context(), "https://good.test/0"); !errors.Is(err, social.ErrForbidden) {
		t.Errorf("NET-04 four redirects: %v", err)
	}
	if len(good.seen()) != 8 {
		t.Errorf("NET-04: asked %s", good.paths())
	}
}

// TestNET14 meets certificates that prove nothing.
func TestNET14(t *testing.T) {
	w := newWorld(t)
	page := site(map[string]string{"/x": "{}"})
	for name, config := range map[string]*tls.Config{
		"expired.test": {Certificates: []tls.Certificate{certificate(t, "expired.test", time.Now().Add(-time.Hour))}},
		"wrong.test":   {Certificates: []tls.Certificate{certificate(t, "right.test", time.Now().Add(time.Hour))}},
		"own.test":     nil, // httptest's own certificate
		"old.test": {
			Certificates: []tls.Certificate{certificate(t, "old.test", time.Now().Add(time.Hour))},
			MinVersion:   tls.VersionTLS10, MaxVersion: tls.VersionTLS11,
		},
	} {
		h := w.bare(name, page)
		h.server.TLS = config
		w.start(h)
		for _, allowHTTP := range []bool{false, true} {
			c := w.client(func(o *Options) { o.AllowHTTP = allowHTTP })
			if _, err := c.Fetch(t.Context(), "https://"+name+"/x"); !errors.Is(err, social.ErrUnavailable) {
				t.Errorf("NET-14 %s: %v", name, err)
			}
		}
		if len(h.seen()) > 0 {
			t.Errorf("NET-14 %s: asked %s", name, h.paths())
		}
	}
	for _, dialled := range w.dialled() {
		if !strings.HasSuffix(dialled, ":443") {
			t.Errorf("NET-14: dialled %s", dialled)
		}
	}
}

// TestAllowPrivate is development: three homes on loopback, without TLS.
func TestAllowPrivate(t *testing.T) {
	var peer *httptest.Server
	peer = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/.well-known/webfinger":
			_, host, _ := strings.Cut(peer.URL, "://")
			answerWith("application/jrd+json", card("acct:ana@"+host, peer.URL+"/@ana"))(w, r)
		case "/out":
			http.Redirect(w, r, "http://169.254.169.254/latest", http.StatusFound)
		case "/@ana":
			answerWith(activityJSON, note(peer.URL+"/@ana"))(w, r)
		default:
			http.NotFound(w, r)
		}
	}))
	defer peer.Close()
	c := New(Options{Origin: "http://127.0.0.1:1", AllowHTTP: true, AllowPrivate: true})
	defer c.Close()
	_, host, _ := strings.Cut(peer.URL, "://")
	f, err := c.Finger(t.Context(), parseHandle(t, "ana@"+host))
	if err != nil || f.ActorURI != peer.URL+"/@ana" {
		t.Errorf("finger: %v, %v", f, err)
	}
	if doc, err := c.Fetch(t.Context(), f.ActorURI); err != nil || doc.URI != f.ActorURI {
		t.Errorf("fetch: %v, %v", doc.URI, err)
	}
	for _, address := range []string{peer.URL + "/out", "http://127.0.0.1:1/actor", "http://169.254.169.254/", "http://0.0.0.0:" + host[10:] + "/@ana"} {
		if _, err := c.Fetch(t.Context(), address); !errors.Is(err, social.ErrForbidden) {
			t.Errorf("fetch %s: %v", address, err)
		}
	}
	// By default none of this is open.
	plain := New(Options{Origin: "https://me.test"})
	defer plain.Close()
	if _, err := plain.Fetch(t.Context(), f.ActorURI); !errors.Is(err, social.ErrForbidden) {
		t.Errorf("fetch without the switches: %v", err)
	}
}
