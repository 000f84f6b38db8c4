// Package config is in charge of the settings that are fixed while the program
// runs: it reads them from one TOML file and says what is wrong with it. It does
// not read the environment or the command line, and what the owner may change on
// the settings page is not here.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"

	"croft/social"
)

// Config is what the file says. config.example.toml describes each key.
type Config struct {
	Listen         string     `toml:"listen"`          // address of the web server
	TrustedProxies []string   `toml:"trusted_proxies"` // addresses or CIDR ranges; see Proxies
	TLS            TLS        `toml:"tls"`
	Federation     Federation `toml:"federation"`
	Limits         Limits     `toml:"limits"`
	Metrics        Metrics    `toml:"metrics"`
}

// The ways to come by a certificate.
const (
	TLSOff   = "off"   // a proxy before us has it
	TLSACME  = "acme"  // fetched by ourselves
	TLSFiles = "files" // two files
)

// TLS says where the certificate comes from.
type TLS struct {
	Mode       string `toml:"mode"` // TLSOff, TLSACME or TLSFiles
	Email      string `toml:"email"`
	HTTPListen string `toml:"http_listen"`
	Cert       string `toml:"cert"`
	Key        string `toml:"key"`
}

// Federation are switches for development.
type Federation struct {
	AllowHTTP    bool `toml:"allow_http"`
	AllowPrivate bool `toml:"allow_private"`
}

// Limits are what one may do here how much of.
type Limits struct {
	Rate bool `toml:"rate"` // whether rates are limited; see CheckOrigin
	Post int  `toml:"post"` // characters of a post
}

// Metrics says where figures are served; an empty Listen is off.
type Metrics struct {
	Listen string `toml:"listen"`
}

// Default is the configuration of an empty file.
func Default() Config {
	return Config{
		Listen:         "127.0.0.1:8080",
		TrustedProxies: []string{},
		TLS:            TLS{Mode: TLSOff, HTTPListen: ":80"},
		Limits:         Limits{Rate: true, Post: 20000},
	}
}

// Load reads a file over the defaults and validates the result. A fault in the
// file is ErrInvalid, worded for a person, with the file, the line and the key.
// A file that is not there is an error, too: whether there has to be one is the
// caller's to know.
func Load(path string) (Config, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Config{}, social.Invalidf("There is no configuration file %s.", path)
	}
	if err != nil {
		return Config{}, fmt.Errorf("read configuration: %w", err)
	}
	c, err := parse(path, data)
	if err != nil {
		return Config{}, err
	}
	if err := c.Validate(); err != nil {
		return Config{}, locate(path, data, err)
	}
	return c, nil
}

// maxPost keeps a post below the 1 MiB that other servers take: four bytes a
// character, three times in a document (content, contentMap, source).
const maxPost = 50000

// Validate finds the first value that cannot be meant so. The error is
// ErrInvalid, a sentence for a person whose Field is the key.
func (c Config) Validate() error {
	if err := checkListen("listen", c.Listen); err != nil {
		return err
	}
	for _, text := range c.TrustedProxies {
		if _, err := parseProxy(text); err != nil {
			return social.InvalidField("trusted_proxies", "%q is neither an address like 127.0.0.1 nor a range like 10.0.0.0/8.", text)
		}
	}
	if err := c.TLS.validate(); err != nil {
		return err
	}
	if c.Limits.Post < 1 || c.Limits.Post > maxPost {
		return social.InvalidField("limits.post", "The length of a post has to be between 1 and %d characters.", maxPost)
	}
	if c.Metrics.Listen == "" {
		return nil
	}
	return checkListen("metrics.listen", c.Metrics.Listen)
}

func (t TLS) validate() error {
	switch t.Mode {
	case TLSOff:
		return nil
	case TLSACME:
		if t.Email != "" && !strings.Contains(t.Email, "@") {
			return social.InvalidField("tls.email", "%q is not an e-mail address.", t.Email)
		}
		return checkListen("tls.http_listen", t.HTTPListen)
	case TLSFiles:
		if t.Cert == "" {
			return social.InvalidField("tls.cert", `With mode = "files", cert has to name the file with the certificate.`)
		}
		if t.Key == "" {
			return social.InvalidField("tls.key", `With mode = "files", key has to name the file with the private key.`)
		}
		return nil
	}
	return social.InvalidField("tls.mode", `%q is not a way to come by a certificate. Write "off", "acme" or "files".`, t.Mode)
}

func checkListen(key, address string) error {
	_, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return social.InvalidField(key, "%q is not an address to listen on. Write it like 127.0.0.1:8080 or :443.", address)
	}
	return nil
}

// Proxies are the ranges whose X-Forwarded-For and -Proto are believed. The
// configuration must be valid.
func (c Config) Proxies() []netip.Prefix {
	var proxies []netip.Prefix
	for _, text := range c.TrustedProxies {
		if p, err := parseProxy(text); err == nil {
			proxies = append(proxies, p)
		}
	}
	return proxies
}

func parseProxy(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	return p.Masked(), err
}

// CheckOrigin refuses, once the home's origin is known, what is allowed on one's
// own machine only. The error is a sentence for a person.
func (c Config) CheckOrigin(origin string) error {
	if !c.Limits.Rate && !IsLoopback(origin) {
		return social.InvalidField("limits.rate",
			"limits.rate = false is for measuring on one's own machine. %s can be reached by others, so rates have to be limited: take the key out.", origin)
	}
	return nil
}

// IsLoopback reports whether an origin is this very machine's: localhost, a name
// under it, or a loopback address.
func IsLoopback(origin string) bool {
	canonical, ok := social.Origin(origin)
	if !ok {
		return false
	}
	u, err := url.Parse(canonical)
	if err != nil {
		return false
	}
	host := u.Hostname()
	if a, err := netip.ParseAddr(host); err == nil {
		return a.IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
