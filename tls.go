package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"

	"croft/config"
	"croft/social"
)

// certificates answers TLS handshakes from two files, which are read again when
// they have been renewed.
type certificates struct {
	cert, key string

	mu     sync.Mutex
	loaded *tls.Certificate
	asOf   time.Time
}

func (c *certificates) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	info, err := os.Stat(c.cert)
	if err != nil {
		return c.loaded, keepOld(c.loaded, err)
	}
	if c.loaded != nil && info.ModTime().Equal(c.asOf) {
		return c.loaded, nil
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return c.loaded, keepOld(c.loaded, err) // half renewed: the next handshake looks again
	}
	c.loaded, c.asOf = &pair, info.ModTime()
	return c.loaded, nil
}

func keepOld(old *tls.Certificate, err error) error {
	if old != nil {
		return nil
	}
	return err
}

func fileTLS(conf config.TLS) (*tls.Config, error) {
	c := &certificates{cert: conf.Cert, key: conf.Key}
	if _, err := c.get(nil); err != nil {
		return nil, fmt.Errorf("cert and key under [tls]: %w", err)
	}
	return &tls.Config{GetCertificate: c.get, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}, nil
}

// authority gets and renews certificates by ACME and keeps them in data/.tls.
type authority struct {
	magic  *certmagic.Config
	issuer *certmagic.ACMEIssuer
	cache  *certmagic.Cache
}

func newAuthority(conf config.Config, data string) *authority {
	a, log := &authority{}, certificateLog()
	template := certmagic.ACMEIssuer{
		Email: conf.TLS.Email, Agreed: true, Logger: log,
		// Whether it asks by plain http or by TLS, the answer comes from ours.
		AltHTTPPort: portOf(conf.TLS.HTTPListen), AltTLSALPNPort: portOf(conf.Listen),
	}
	a.cache = certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return a.magic, nil },
		Logger:           log,
	})
	a.magic = certmagic.New(a.cache, certmagic.Config{Storage: &certmagic.FileStorage{Path: filepath.Join(data, ".tls")}, Logger: log})
	template.CA = certmagic.LetsEncryptProductionCA
	a.issuer = certmagic.NewACMEIssuer(a.magic, template)
	a.magic.Issuers = []certmagic.Issuer{silent{a.issuer}}
	if conf.TLS.Email != "" { // the second authority wants to know whom it serves
		template.CA = certmagic.ZeroSSLProductionCA
		a.magic.Issuers = append(a.magic.Issuers, silent{certmagic.NewACMEIssuer(a.magic, template)})
	}
	return a
}

// silent asks nothing at the terminal: without an address for its warnings the
// library would wait there for one, while somebody waits at the set-up page.
type silent struct{ *certmagic.ACMEIssuer }

// PreCheck is that of the issuer when nobody sits at the terminal.
func (s silent) PreCheck(ctx context.Context, names []string, _ bool) error {
	return s.ACMEIssuer.PreCheck(ctx, names, false)
}

// portOf is the port of an address to listen at; 0 if it names none.
func portOf(address string) int {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return 0
	}
	return n
}

// fetch gets the certificate of an origin now, over the network.
func (a *authority) fetch(ctx context.Context, origin string) error {
	host := nameOf(origin)
	if err := a.magic.ManageSync(ctx, []string{host}); err != nil {
		return social.InvalidField("origin", "No certificate could be had for %s: %s. Does the name point to this machine, and can it be reached on port 80?", host, err)
	}
	return nil
}

// manage keeps the certificate of an origin fresh, without waiting for it.
func (a *authority) manage(ctx context.Context, origin string) error {
	return a.magic.ManageAsync(ctx, []string{nameOf(origin)})
}

// nameOf is the host of an origin without a port.
func nameOf(origin string) string {
	host := social.HostOf(origin)
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}

func (a *authority) tls() *tls.Config {
	conf := a.magic.TLSConfig()
	conf.NextProtos = append([]string{"h2", "http/1.1"}, conf.NextProtos...)
	return conf
}

// plain answers port 80: the authority's questions, the set-up page where there
// is no home yet, and else a redirect to https.
func (a *authority) plain(street *street, setup http.Handler) http.Handler {
	return a.issuer.HTTPChallengeHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if street.homes.Load() == nil && setup != nil {
			setup.ServeHTTP(w, r)
			return
		}
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if street.find(host) == nil {
			http.Error(w, "No home of this name is here.", http.StatusMisdirectedRequest)
			return
		}
		http.Redirect(w, r, "https://"+host+r.URL.RequestURI(), http.StatusPermanentRedirect)
	}))
}
