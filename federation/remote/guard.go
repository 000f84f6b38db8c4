package remote

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"croft/social"
)

// What one answer may cost.
const (
	maxDocument = 1 << 20  // bytes of JSON or HTML, after decompression
	maxJRD      = 64 << 10 // bytes of a WebFinger or host-meta answer
	maxHeader   = 64 << 10 // bytes of a response's header fields, interim responses included
	maxURL      = 8 << 10  // bytes
	maxHops     = 3        // redirects of one GET; a POST has none
)

// What may run at once. Deliveries have places of their own, so that
// hosts that hang on them do not keep the owner from opening a thread. There are
// enough of them for all that the queue lets hang (queue/slots.go), so that those
// hosts do not hold up the others either.
const (
	hostFetches = 4
	allFetches  = 64
	hostPosts   = 4
	allPosts    = 5 * 128
	allIdle     = 192 // connections kept for the next request
)

// guard decides what may be asked of whom. Its rules stand nowhere else.
type guard struct {
	origin       string // ours
	allowHTTP    bool
	allowPrivate bool
	step         time.Duration // DNS and connecting; the TLS handshake; the wait for a header; each silence in a body
	total        time.Duration // a whole call, redirects and second knocks included
	media        time.Duration // the same for files, which are larger
}

func newGuard(o Options) guard {
	g := guard{allowHTTP: o.AllowHTTP, allowPrivate: o.AllowPrivate, step: o.Step, total: o.Total}
	g.origin, _ = social.Origin(o.Origin)
	if g.step == 0 {
		g.step = 10 * time.Second
	}
	if g.total == 0 {
		g.total = 30 * time.Second
	}
	g.media = 2 * g.total
	return g
}

// check reads an address that somebody wants fetched, and gives it in the one
// form in which it goes over the wire: canonical origin, no fragment, ASCII.
// Unreadable is ErrInvalid, refused is ErrForbidden.
func (g guard) check(address string) (*url.URL, error) {
	unreadable := fmt.Errorf("address %.200q: %w", address, social.ErrInvalid)
	if len(address) > maxURL {
		return nil, unreadable
	}
	origin, ok := social.Origin(address)
	if !ok {
		return nil, unreadable
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, unreadable
	}
	u.Scheme, u.Host, _ = strings.Cut(origin, "://")
	u.Fragment, u.RawFragment = "", ""
	u.RawQuery = escapeQuery(u.RawQuery)
	if u.Path == "" {
		u.Path = "/"
	}
	if len(u.String()) > maxURL { // escapes make it longer
		return nil, unreadable
	}
	if err := g.checkHost(u, origin); err != nil {
		return nil, fmt.Errorf("address %.200q: %w", address, err)
	}
	return u, nil
}

func (g guard) checkHost(u *url.URL, origin string) error {
	switch {
	case u.Scheme == "http" && !g.allowHTTP:
		return fmt.Errorf("plain http: %w", social.ErrForbidden)
	case g.isOurs(origin):
		return fmt.Errorf("our own server: %w", social.ErrForbidden)
	case g.allowPrivate:
		return nil
	case u.Port() != "":
		return fmt.Errorf("port %s: %w", u.Port(), social.ErrForbidden)
	case !isPublicName(u.Hostname()):
		return fmt.Errorf("host %s: %w", u.Hostname(), social.ErrForbidden)
	}
	return nil
}

// isOurs compares hosts, not schemes: our name on port 80 is still us.
func (g guard) isOurs(origin string) bool {
	_, theirs, _ := strings.Cut(origin, "://")
	_, ours, _ := strings.Cut(g.origin, "://")
	return theirs == ours
}

// hasFragment reports whether an address names a part of a document.
func hasFragment(address string) bool { return strings.Contains(address, "#") }

// follow checks where a redirect leads. A secure address leads to no plain one.
func (g guard) follow(from *url.URL, location string) (*url.URL, error) {
	if strings.ContainsFunc(location, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }) {
		return nil, fmt.Errorf("redirect to %.200q: %w", location, social.ErrInvalid)
	}
	to, err := from.Parse(location)
	if err != nil {
		return nil, fmt.Errorf("redirect to %.200q: %w", location, social.ErrInvalid)
	}
	next, err := g.check(to.String())
	if err != nil {
		return nil, fmt.Errorf("redirect: %w", err)
	}
	if from.Scheme == "https" && next.Scheme != "https" {
		return nil, fmt.Errorf("redirect to %.200q, from https: %w", location, social.ErrForbidden)
	}
	return next, nil
}

// mayLeadTo reports whether a visitor's browser may be sent to an address.
func (g guard) mayLeadTo(address string) bool {
	origin, ok := social.Origin(address)
	return ok && (g.allowHTTP || strings.HasPrefix(origin, "https://"))
}

// escapeQuery writes what is not ASCII as escapes, so that no raw byte of a
// stranger's address stands in a request line.
func escapeQuery(query string) string {
	var b strings.Builder
	for i := range len(query) {
		if query[i] < 0x80 {
			b.WriteByte(query[i])
			continue
		}
		fmt.Fprintf(&b, "%%%02X", query[i])
	}
	return b.String()
}

// isPublicName reports whether a host can be a server on the internet: a name
// of several labels that is no address in any spelling and lies in no domain
// kept for private use.
func isPublicName(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last == host || strings.HasPrefix(host, "[") || last[0] >= '0' && last[0] <= '9' {
		return false
	}
	switch last {
	case "localhost", "local", "internal", "onion", "i2p", "lan", "home", "corp", "intranet", "alt", "arpa":
		return false
	}
	return true
}

// allows is the last word, said of the address that is about to be dialled.
func (g guard) allows(to netip.AddrPort) bool {
	if isGlobal(to.Addr()) {
		return to.Port() == 443 || to.Port() == 80 && g.allowHTTP
	}
	return g.allowPrivate && (to.Addr().IsLoopback() || to.Addr().IsPrivate()) && !to.Addr().Is4In6()
}

// special are the ranges within the unicast space that are not global, by the
// IANA special-purpose registries for IPv4 and IPv6, and those that carry
// another address within them.
var special = parsePrefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
	"192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
	"2001::/23",     // IETF protocol assignments: Teredo, benchmarking, ORCHID
	"2001:db8::/32", // documentation
	"2002::/16",     // 6to4
	"3fff::/20",     // documentation
)

// unicast is where global addresses come from at all: 1.0.0.0 to
// 223.255.255.255 and the one block of IPv6 that IANA hands out. IPv4 written
// as IPv6 in any manner, NAT64, local and multicast addresses lie outside.
var unicast = parsePrefixes("0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/3", "2000::/3")

func isGlobal(a netip.Addr) bool {
	return a.Zone() == "" && within(a, unicast) && !within(a, special)
}

func within(a netip.Addr, prefixes []netip.Prefix) bool {
	for _, p := range prefixes {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

func parsePrefixes(texts ...string) []netip.Prefix {
	prefixes := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		prefixes[i] = netip.MustParsePrefix(text)
	}
	return prefixes
}

const activityStreams = "https://www.w3.org/ns/activitystreams"

// IsActivityPub reports whether a Content-Type is ActivityPub's: activity+json,
// or ld+json with the ActivityStreams profile, in quotes or without. A file that
// somebody uploaded to a good server is served as neither (Mastodon
// CVE-2024-25623).
func IsActivityPub(contentType string) bool {
	mediaType, params := parseMediaType(contentType)
	switch mediaType {
	case "application/activity+json":
		return true
	case "application/ld+json":
		for _, profile := range strings.Fields(params["profile"]) {
			if strings.EqualFold(profile, activityStreams) {
				return true
			}
		}
	}
	return false
}

// isJRD is generous, since many servers are careless here and a JRD says little.
func isJRD(contentType string) bool {
	mediaType, _ := parseMediaType(contentType)
	return mediaType == "application/jrd+json" || mediaType == "application/json" || IsActivityPub(contentType)
}

func isXRD(contentType string) bool {
	mediaType, _ := parseMediaType(contentType)
	return mediaType == "application/xrd+xml" || mediaType == "application/xml" || mediaType == "text/xml"
}

func isHTML(contentType string) bool {
	mediaType, _ := parseMediaType(contentType)
	return mediaType == "text/html" || mediaType == "application/xhtml+xml"
}

// parseMediaType reads a Content-Type tolerantly: package mime refuses an
// unquoted profile. The media type and the parameter names come in lower case.
func parseMediaType(contentType string) (string, map[string]string) {
	quoted := false
	parts := strings.FieldsFunc(contentType, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ';' && !quoted
	})
	params := map[string]string{}
	if len(parts) == 0 {
		return "", params
	}
	for _, part := range parts[1:] {
		name, value, _ := strings.Cut(part, "=")
		params[strings.ToLower(strings.TrimSpace(name))] = strings.Trim(strings.TrimSpace(value), `"`)
	}
	return strings.ToLower(strings.TrimSpace(parts[0])), params
}
