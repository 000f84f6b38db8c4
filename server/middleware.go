package server

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"croft/social"
)

// use installs what every request passes, the outermost first.
func (s *Server) use() {
	s.echo.Pre(appSlash) // before the router looks for the path
	s.echo.Use(
		recovered,          // first, so that no fault of what follows ends the process
		s.headers,          // before anything can answer, so that errors have them too
		encodedPathRefused, // before any handler: %2f must not become a slash
		withoutSlash,       // after it, which knows the paths that lead elsewhere
	)
}

// around is what a route's requests pass besides, the outermost first.
func (s *Server) around(r route) []echo.MiddlewareFunc {
	if r.access == machine {
		rate := s.visitors
		if r.method == post {
			rate = s.inboxes
		}
		return []echo.MiddlewareFunc{
			rate.limit, // before the body is read or a signature is checked
		}
	}
	if r.access == app {
		return []echo.MiddlewareFunc{
			appHeaders,          // first, so that refusals can be read as well
			s.visitors.limitApp, // before a key costs a look into the database
			bodyOf(r),           // before anybody parses what was sent
		}
	}
	chain := []echo.MiddlewareFunc{
		s.visitors.limit, // before the session costs a look into the database
		s.session,        // who is it? Everything below asks
	}
	if r.method == post {
		chain = append(chain,
			s.formGuard,       // before the owner's rule, so that a strange site learns nothing of who is signed in
			bodyOf(r),         // before anybody parses the form
			s.ownerOnlyFor(r), // last: only now is it sure whose wish it is
		)
		return chain
	}
	if r.access == anybody {
		return append(chain, s.kept) // last: an answer from the shelf has passed all the rest
	}
	return append(chain, s.ownerOnlyFor(r))
}

// recovered turns a panic into an error with its stack.
func recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if p := recover(); p != nil {
				if fault, ok := p.(error); ok && errors.Is(fault, http.ErrAbortHandler) {
					panic(p) // net/http's own way to break a connection off
				}
				err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		return next(c)
	}
}

// encodedPathRefused answers 404 to paths that could be read in two ways (attack
// WEB-15). None of ours has an escaped slash, a backslash or a dot segment.
func encodedPathRefused(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		path := c.Request().URL.Path
		odd := strings.ContainsAny(path, "\\\x00") || strings.Contains(path, "/../") || strings.HasSuffix(path, "/..")
		if raw := c.Request().URL.RawPath; odd || strings.Contains(strings.ToLower(raw), "%2f") {
			return fmt.Errorf("path %q: %w", path, social.ErrNotFound)
		}
		return next(c)
	}
}

// withoutSlash leads from /@ana/ to /@ana: no address of ours ends with a slash,
// but people and other programs put one there.
func withoutSlash(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		req := c.Request()
		path := strings.TrimRight(req.URL.EscapedPath(), "/")
		if path == "" || path == req.URL.EscapedPath() || req.Method != get && req.Method != http.MethodHead {
			return next(c)
		}
		if req.URL.RawQuery != "" {
			path += "?" + req.URL.RawQuery
		}
		if safePath(path, "") == "" {
			return fmt.Errorf("path %q: %w", req.URL.Path, social.ErrNotFound)
		}
		return c.Redirect(http.StatusPermanentRedirect, path)
	}
}

// appSlash takes a slash at the end of an app's address away: toot sends one,
// and what is posted cannot be redirected.
func appSlash(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		u := c.Request().URL
		if strings.HasSuffix(u.Path, "/") && (strings.HasPrefix(u.Path, "/api/") || strings.HasPrefix(u.Path, "/oauth/")) {
			u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
		}
		return next(c)
	}
}

// ownerOnlyFor lets nobody but the owner through where a route is theirs: a
// visitor who wants to read is sent to the door, one who wants to act is refused.
func (s *Server) ownerOnlyFor(r route) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		if r.access != owner {
			return next
		}
		return func(c echo.Context) error {
			if s.signedIn(c) {
				return next(c)
			}
			if r.method == get {
				return c.Redirect(http.StatusSeeOther, loginPath(c.Request().URL.RequestURI()))
			}
			return fmt.Errorf("%s %s without a sign-in: %w", r.method, r.path, social.ErrUnauthorized)
		}
	}
}

// The sizes of what may be sent here.
const (
	bodyLimit   = 1 << 20            // 1 MiB, as for an inbox
	uploadLimit = 4*(16<<20) + 1<<20 // four pictures and the words
)

// uploadTime is how long an upload may take, where a form has a moment.
const uploadTime = 10 * time.Minute

// bodyOf bounds the body of a form.
func bodyOf(r route) echo.MiddlewareFunc {
	limit := r.body
	if limit == 0 {
		limit = bodyLimit
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			req := c.Request()
			if req.ContentLength > limit {
				return &http.MaxBytesError{Limit: limit}
			}
			req.Body = http.MaxBytesReader(c.Response(), req.Body, limit)
			if limit > bodyLimit {
				until := time.Now().Add(uploadTime)
				connection := http.NewResponseController(c.Response())
				// Where the connection knows no deadlines there is none to move.
				_ = connection.SetReadDeadline(until)
				_ = connection.SetWriteDeadline(until.Add(time.Minute)) // the answer comes after the body
			}
			return next(c)
		}
	}
}

// addressOf finds out who asks. X-Forwarded-For is believed only from the
// proxies that the configuration names.
func addressOf(proxies []netip.Prefix) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		trust = append(trust, echo.TrustIPRange(ipNet(p)))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}
