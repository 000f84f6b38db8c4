package remote

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"croft/social"
)

// notGlobal are the addresses of NET-01, and some more of the same ranges.
var notGlobal = strings.Fields(`
	0.0.0.0 0.1.2.3 127.0.0.1 127.255.255.254 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1
	169.254.169.254 100.64.0.1 100.127.255.255 192.0.0.1 192.0.0.170 192.0.2.1 192.88.99.1 198.18.0.1 198.19.255.255
	198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
	:: ::1 ::ffff:127.0.0.1 ::ffff:93.184.216.34 ::ffff:0:127.0.0.1 ::127.0.0.1 ::93.184.216.34 64:ff9b::7f00:1 64:ff9b::5db8:d822
	64:ff9b:1::1 2002:7f00:1:: 2002:5db8:d822::1 2001::1 2001:0:7f00:1::1 2001:2::1 2001:10::1 2001:20::1 fe80::1%lo fe80::1 fc00::1
	fd12:3456::1 fec0::1 ff02::1 100::1 2001:db8::1 3fff::1 5f00::1 4000::1 2606:2800:220:1::1%eth0`)

var global = strings.Fields(`1.1.1.1 93.184.216.34 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 198.17.0.1
	198.20.0.1 223.255.255.255 2606:2800:220:1:248:1893:25c8:1946 2a00:1450:4001::1 2001:200::1 2001:4860:4860::8888 2003::1`)

// TestNET01 asks the guard about every kind of address, and then a real dialer
// that has the guard for its control.
func TestNET01(t *testing.T) {
	for _, dev := range []bool{false, true} {
		g := newGuard(Options{Origin: "https://me.test", AllowPrivate: dev})
		for _, text := range notGlobal {
			a := netip.MustParseAddr(text)
			kind := (a.IsLoopback() || a.IsPrivate()) && !a.Is4In6()
			if got := g.allows(netip.AddrPortFrom(a, 443)); got != (dev && kind) {
				t.Errorf("NET-01 %s, allow private %v: allowed %v", text, dev, got)
			}
		}
		for _, text := range global {
			if !g.allows(netip.AddrPortFrom(netip.MustParseAddr(text), 443)) {
				t.Errorf("NET-01 %s: refused", text)
			}
			for _, port := range []uint16{0, 22, 25, 80, 6379, 8443} {
				if g.allows(netip.AddrPortFrom(netip.MustParseAddr(text), port)) {
					t.Errorf("NET-05 %s:%d: allowed", text, port)
				}
			}
		}
	}

	d := newDialer(newGuard(Options{}), Options{})
	for _, text := range notGlobal {
		address := net.JoinHostPort(text, "443")
		if err := d.control(t.Context(), "tcp", address, nil); !errors.Is(err, social.ErrForbidden) {
			t.Errorf("NET-01 control %s: %v", address, err)
		}
	}
	for _, text := range []string{"127.0.0.1:443", "[::ffff:127.0.0.1]:443"} {
		if _, err := d.connect(t.Context(), "tcp", text); !errors.Is(err, social.ErrForbidden) {
			t.Errorf("NET-01 connect to %s: %v", text, err)
		}
	}
}

// TestNET05 tries the spellings of hosts that are no public names.
func TestNET05(t *testing.T) {
	w := newWorld(t)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var accepted atomic.Int32
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			accepted.Add(1)
			conn.Close()
		}
	}()
	// Without Connect: on the machine's own network.
	c := w.client(func(o *Options) { o.Connect = nil; o.Resolver = nil })
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	for _, address := range append([]string{
		"https://127.0.0.1:" + port + "/", "https://localhost:" + port + "/", "http://localhost:" + port + "/",
		"https://good.test:22/", "https://good.test:25/", "https://good.test:6379/", "https://good.test:8443/",
		"https://good.test:80/", "http://good.test/", "http://good.test:443/", "https://[::1]:" + port + "/",
	}, oddAddresses...) {
		_, err := c.Fetch(t.Context(), address)
		if !errors.Is(err, social.ErrForbidden) && !errors.Is(err, social.ErrInvalid) {
			t.Errorf("NET-05 %s: %v", address, err)
		}
	}
	if accepted.Load() > 0 {
		t.Errorf("NET-05: %d connections to this machine", accepted.Load())
	}
}

// oddAddresses are refused before any name is looked up.
var oddAddresses = []string{
	"https://2130706433/", "https://0177.0.0.1/", "https://0x7f.1/", "https://127.1/", "https://127.0.0.1/", "https://0x7f000001/",
	"https://93.184.216.34/", "https://[2606:2800:220:1:248:1893:25c8:1946]/", "https://1.2.3.4.5/", "https://good.0x1/",
	"https://localhost/", "https://localhost./", "https://good.test./", "https://[::1]/", "https://[::1%25lo]/", "https://[fe80::1%25lo]/",
	"https://[::ffff:127.0.0.1]/", "https://user@good.test/", "https://user:pass@good.test/", "https://good.test@evil.test/",
	"https://me.test/", "https://me.test:443/actor", "https://ME.test/actor", "http://me.test/",
	"https://box.local/", "https://db.internal/", "https://hidden.onion/", "https://router.home.arpa/", "https://a.localhost/", "https://printer/", // NET-16
	"file:///etc/passwd", "gopher://good.test/", "unix:///run/x", "data:text/plain,x", "ftp://good.test/", "javascript:alert(1)",
	"//good.test/", "/path", "", "https://", "https:///x", "https:good.test", `https://good.test\@evil.test/`,
	"https://good.test/\r\nX-Injected: 1", "https://good.test/a b", "https://good.test/\tx", "https://good.test/\x00", // NET-09
	"https://good.test/" + strings.Repeat("x", maxURL),
}

func TestCheck(t *testing.T) {
	g := newGuard(Options{Origin: "https://me.test"})
	for _, address := range oddAddresses {
		if u, err := g.check(address); err == nil {
			t.Errorf("check(%q) = %s", address, u)
		}
	}
	for address, want := range map[string]string{
		"https://good.test":               "https://good.test/",
		"https://GOOD.test:443/@A?x=1#y":  "https://good.test/@A?x=1",
		"https://bücher.test/ü?ö=ä#ü":     "https://xn--bcher-kva.test/%C3%BC?%C3%B6=%C3%A4",
		"https://good.test/%7Ea/b%2Fc":    "https://good.test/%7Ea/b%2Fc",
		"https://2130706433.good.test/":   "https://2130706433.good.test/",
		"https://me.test.good.test/actor": "https://me.test.good.test/actor",
	} {
		if u, err := g.check(address); err != nil || u.String() != want {
			t.Errorf("check(%q) = %v, %v, want %s", address, u, err, want)
		}
	}
	dev := newGuard(Options{Origin: "http://127.0.0.1:3000", AllowHTTP: true, AllowPrivate: true})
	for address, allowed := range map[string]bool{
		"http://127.0.0.1:3001/": true, "http://localhost:80/": true, "https://box:8443/": true, "https://good.test/": true,
		"http://127.0.0.1:3000/": false, "https://127.0.0.1:3000/": false, "http://u@127.0.0.1:3001/": false,
		"http://localhost.:3001/": false, "file:///x": false,
	} {
		if _, err := dev.check(address); (err == nil) != allowed {
			t.Errorf("in development, check(%q): %v", address, err)
		}
	}
}

func TestIsActivityPub(t *testing.T) {
	const profile = "https://www.w3.org/ns/activitystreams"
	for contentType, want := range map[string]bool{
		"application/activity+json":                                                    true,
		"application/activity+json; charset=utf-8":                                     true,
		"Application/Activity+JSON;CHARSET=UTF-8":                                      true,
		`application/ld+json; profile="` + profile + `"`:                               true,
		`APPLICATION/LD+JSON;Profile="` + strings.ToUpper(profile) + `"`:               true,
		"application/ld+json; profile=" + profile:                                      true,
		`application/ld+json; charset=utf-8; profile="` + profile + `"`:                true,
		`application/ld+json; profile="https://x.test/a;b ` + profile + `"`:            true,
		`application/ld+json; profile="` + profile + ` https://x.test/b"; charset=utf`: true,
		"application/ld+json":                                                          false,
		`application/ld+json; profile="https://x.test/other"`:                          false,
		`application/ld+json; profile="` + profile + `x"`:                              false,
		`application/ld+json; x="profile=` + profile + `"`:                             false,
		"application/json": false, "text/html": false, "text/plain": false, "image/png": false, "": false, ";": false,
		"application/activity+json, text/html": false, "application/activity+jsonp": false, "text/html; application/activity+json": false,
	} {
		if got := IsActivityPub(contentType); got != want {
			t.Errorf("IsActivityPub(%q) = %v", contentType, got)
		}
	}
}
