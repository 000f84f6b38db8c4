package server

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
)

// contentPolicy is what a page may load and who may show it: nothing but our
// own files, in nobody's frame, and forms lead nowhere else.
const contentPolicy = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; worker-src 'self'; " +
	"manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// filePolicy is for files: whatever they are, they are shown and never run.
const filePolicy = "default-src 'none'; sandbox"

// headers tells browsers what to refuse, on every answer.
func (s *Server) headers(next echo.HandlerFunc) echo.HandlerFunc {
	secure := strings.HasPrefix(s.site.Origin, "https://")
	return func(c echo.Context) error {
		h := c.Response().Header()
		setHeaders(h, secure)
		if path := c.Request().URL.Path; path == templates.PathLogin || path == templates.PathAuthorizeApp {
			h["Cross-Origin-Opener-Policy"] = openHeader
		}
		return next(c)
	}
}

func setHeaders(h http.Header, secure bool) {
	h["Content-Security-Policy"] = policyHeader
	h["X-Content-Type-Options"] = nosniffHeader
	h["Referrer-Policy"] = referrerHeader
	h["Cross-Origin-Opener-Policy"] = openerHeader
	h["Permissions-Policy"] = permissionsHeader
	if secure {
		h["Strict-Transport-Security"] = transportHeader
	}
}

// The values are shared between answers, so that a header costs nothing.
var (
	policyHeader      = []string{contentPolicy}
	fileHeader        = []string{filePolicy}
	nosniffHeader     = []string{"nosniff"}
	referrerHeader    = []string{"same-origin"}
	openerHeader      = []string{"same-origin"}
	openHeader        = []string{"unsafe-none"} // where an app in a browser (Phanpy) asks in a window of its own, and waits for it
	permissionsHeader = []string{"camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"}
	transportHeader   = []string{"max-age=31536000"}
)

// originsOf is the rule against forms that another site sends.
func originsOf(origin string) (*http.CrossOriginProtection, error) {
	p := http.NewCrossOriginProtection()
	return p, p.AddTrustedOrigin(strings.ToLower(origin)) // a proxy may have changed Host
}

// isSecure reports whether the browser's connection is sealed: our own TLS, or
// that of a proxy we were told to believe.
func isSecure(req *http.Request, proxies []netip.Prefix) bool {
	if req.TLS != nil {
		return true
	}
	return fromProxy(req, proxies) && strings.EqualFold(req.Header.Get("X-Forwarded-Proto"), "https")
}

func fromProxy(req *http.Request, proxies []netip.Prefix) bool {
	address, err := netip.ParseAddrPort(req.RemoteAddr)
	if err != nil {
		return false
	}
	for _, p := range proxies {
		if p.Contains(address.Addr().Unmap()) {
			return true
		}
	}
	return false
}

// ipNet is a prefix as the router wants it.
func ipNet(p netip.Prefix) *net.IPNet {
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}

// safePath is the path of this home that next names, or otherwise if it could
// lead anywhere else (attack WEB-11).
func safePath(next, otherwise string) string {
	odd := func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsFunc(next, odd) {
		return otherwise
	}
	path, _, _ := strings.Cut(next, "?")
	path, _, _ = strings.Cut(path, "#")
	// A path with an escape or an empty segment in it has a second reading.
	if strings.Contains(path, "//") || strings.Contains(strings.ToLower(path), "%2f") ||
		strings.Contains(strings.ToLower(path), "%5c") || strings.Contains(path, "%0") || len(next) > 2000 {
		return otherwise
	}
	if !social.SameOrigin("https://here.invalid", "https://here.invalid"+path) {
		return otherwise
	}
	return next
}
