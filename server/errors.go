package server

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"

	"croft/server/oauth"
	"croft/social"
	"croft/templates"
)

// statusOf is the one table from kinds of error to statuses. form says that a
// person is answered, who filled something in.
func statusOf(err error, form bool) int {
	var tooLarge *http.MaxBytesError
	var routing *echo.HTTPError
	var often tooMany
	switch {
	case errors.As(err, &often):
		return http.StatusTooManyRequests
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.As(err, &routing):
		return routing.Code
	case errors.Is(err, social.ErrForbidden): // before the others: it may be wrapped with its reason
		return http.StatusForbidden
	case errors.Is(err, social.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(err, social.ErrGone):
		return http.StatusGone
	case errors.Is(err, social.ErrInvalid) && form:
		return http.StatusUnprocessableEntity
	case errors.Is(err, social.ErrInvalid):
		return http.StatusBadRequest
	case errors.Is(err, social.ErrUnauthorized):
		return http.StatusUnauthorized
	case errors.Is(err, social.ErrConflict):
		return http.StatusConflict
	case errors.Is(err, social.ErrUnavailable):
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// retrySeconds is when to ask again what is not to be had now.
const retrySeconds = "60"

// errorHandler answers a request that failed, and tells the log of what is our
// own fault. Besides the
// telling of apps that listen it is the only place of this package that logs.
func (s *Server) errorHandler(err error, c echo.Context) {
	if c.Response().Committed {
		if !isAbort(c, err) {
			s.log.Error("answer broken off", "method", c.Request().Method, "path", c.Request().URL.Path, "error", err)
		}
		return
	}
	toApp := isApp(c)
	person := !isMachine(c) && !toApp
	var refusal *oauth.Error
	status := statusOf(err, person || toApp && !errors.As(err, &refusal)) // RFC 6749 §5.2 wants 400, the Mastodon API 422
	if toApp && status == http.StatusGone {
		status = http.StatusNotFound // the API has no other word for it
	}
	if status == http.StatusInternalServerError && !isAbort(c, err) {
		s.log.Error("request failed", "method", c.Request().Method, "path", c.Request().URL.Path, "error", err)
	}
	header := c.Response().Header()
	header.Set("Cache-Control", noStore)
	setRetryAfter(header, status, err)
	if toApp {
		_ = tellApp(c, status, err) // whoever asked is gone if it fails
		return
	}
	if !person {
		s.refuseMachine(c, status)
		return
	}
	if fault := s.showTrouble(c, status, err); fault != nil && !isAbort(c, fault) {
		s.log.Error("error page failed", "path", c.Request().URL.Path, "error", fault)
	}
}

// setRetryAfter says when to ask again, where that may help.
func setRetryAfter(header http.Header, status int, err error) {
	var often tooMany
	switch {
	case errors.As(err, &often):
		header.Set("Retry-After", often.seconds())
	case status == http.StatusServiceUnavailable:
		header.Set("Retry-After", retrySeconds)
	}
}

// isAbort reports that whoever asked went away: nobody's fault.
func isAbort(c echo.Context, err error) bool {
	return c.Request().Context().Err() != nil && (errors.Is(err, context.Canceled) || c.Response().Committed)
}

// isMachine reports whether the answer is for another server: it asked a
// machine's address, or wants ActivityPub.
func isMachine(c echo.Context) bool {
	path := c.Path()
	if wantsActivity(c.Request()) || strings.HasSuffix(path, "/inbox") {
		return true
	}
	for _, prefix := range []string{"/.well-known/", "/nodeinfo/", "/actor"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return strings.HasSuffix(path, "/:id/:part")
}

// isApp reports whether the answer is for an app.
func isApp(c echo.Context) bool {
	path := c.Path()
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/oauth/") && path != templates.PathAuthorizeApp
}

// refuseMachine says no more than the status does: what went wrong within is
// nobody's affair.
func (s *Server) refuseMachine(c echo.Context, status int) {
	body, err := json.Marshal(map[string]string{"error": http.StatusText(status)})
	if err == nil {
		_ = c.Blob(status, "application/json", body) // whoever asked is gone if it fails
	}
}

// showTrouble shows the page of an error. Only sentences meant for people are
// shown.
func (s *Server) showTrouble(c echo.Context, status int, err error) error {
	page, fault := s.page(c, "", "")
	if fault != nil {
		page = s.barePage(c)
	}
	page.Head.NoIndex = true
	trouble := templates.TroublePage{Page: page, Status: status}
	switch status {
	case http.StatusMethodNotAllowed:
		trouble.Heading, trouble.Text = "That was not understood", "This address does not take what was sent to it."
	case http.StatusUnauthorized: // only an act of the owner's ends here
		trouble.Text = "You are not signed in, or not any more. Sign in on another tab, then go back to what you wrote and send it again."
	}
	var words []string
	for _, p := range social.Problems(err) {
		words = append(words, p.Text)
	}
	if len(words) > 0 {
		trouble.Text = strings.Join(words, " ")
	}
	if status == http.StatusServiceUnavailable && c.Request().Method == http.MethodGet {
		trouble.Retry = page.Path
	}
	return s.show(c, status, templates.Trouble(trouble))
}

// getNothing answers where nothing is. Who wrote the owner's name with other
// capitals is led to it: handles are read without regard to them.
func (s *Server) getNothing(c echo.Context) error {
	me, path := "/@"+s.site.Name, c.Request().URL.RequestURI()
	if n := len(me); len(path) >= n && path[:n] != me && strings.EqualFold(path[:n], me) {
		if right := safePath(me+path[n:], ""); right != "" {
			return c.Redirect(http.StatusPermanentRedirect, right)
		}
	}
	return social.ErrNotFound
}
