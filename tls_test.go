package main

import (
	"os"
	"testing"

	"croft/config"
)

// TestNobodyIsAskedAtTheTerminal: without an address for its warnings the
// authority's library would wait for one to be typed.
func TestNobodyIsAskedAtTheTerminal(t *testing.T) {
	terminal, err := os.CreateTemp(t.TempDir(), "terminal")
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	stdout := os.Stdout
	os.Stdout = terminal
	defer func() { os.Stdout = stdout }()
	a := newAuthority(config.Default(), t.TempDir())
	defer a.cache.Stop()
	if err := a.magic.Issuers[0].(silent).PreCheck(t.Context(), []string{"me.example"}, true); err != nil {
		t.Error(err)
	}
	if asked, err := os.ReadFile(terminal.Name()); err != nil || len(asked) > 0 {
		t.Errorf("asked %q: %v", asked, err)
	}
}

// TestAuthorityAsksWhereWeListen: its library answers by our own listeners, also
// where a router in front of us changes the ports.
func TestAuthorityAsksWhereWeListen(t *testing.T) {
	conf := config.Default()
	conf.Listen, conf.TLS.HTTPListen, conf.TLS.Email = "127.0.0.1:8443", "127.0.0.1:8080", "ana@me.example"
	a := newAuthority(conf, t.TempDir())
	defer a.cache.Stop()
	if len(a.magic.Issuers) != 2 {
		t.Fatalf("%d authorities, want two where there is an address", len(a.magic.Issuers))
	}
	for _, issuer := range a.magic.Issuers {
		if s := issuer.(silent); s.AltHTTPPort != 8080 || s.AltTLSALPNPort != 8443 {
			t.Errorf("asks at %d and %d", s.AltHTTPPort, s.AltTLSALPNPort)
		}
	}
}
