package remote

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"croft/social"
)

// refusal is an answer that is not a success. It is an error of the kind that
// the table below gives it.
type refusal struct {
	status int
	kind   error
	after  time.Duration // how long not to come again, if the server said so
}

func (r *refusal) Error() string {
	return fmt.Sprintf("answered %d %s: %v", r.status, http.StatusText(r.status), r.kind)
}

func (r *refusal) Unwrap() error { return r.kind }

// RetryAfter is what package queue asks of an error that is worth another try.
func (r *refusal) RetryAfter() time.Duration { return r.after }

// refusalOf is nil for 2xx. What it returns otherwise knows for how long the
// server asks to be left alone.
func refusalOf(res *http.Response, now time.Time) error {
	kind := kindOf(res.StatusCode)
	if kind == nil {
		return nil
	}
	return &refusal{res.StatusCode, kind, retryAfter(res.Header.Get("Retry-After"), now)}
}

// kindOf is the one table from the statuses of other servers to our kinds of
// error, of which package queue makes the retry policy. 2xx is nil.
func kindOf(status int) error {
	switch {
	case status >= 200 && status < 300:
		return nil
	case status >= 500, status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests:
		return social.ErrUnavailable
	}
	switch status {
	case http.StatusUnauthorized:
		return social.ErrUnauthorized
	case http.StatusForbidden, http.StatusUnavailableForLegalReasons:
		return social.ErrForbidden
	case http.StatusNotFound:
		return social.ErrNotFound
	case http.StatusGone:
		return social.ErrGone
	case http.StatusConflict:
		return social.ErrConflict
	}
	return social.ErrInvalid
}

// retryAfter reads Retry-After (RFC 9110 §10.2.3), which counts seconds or
// names a moment. What cannot be read, or is past, is 0.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	moment, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return max(moment.Sub(now), 0)
}

// wantsOtherScheme reports whether a server may have refused only the way in
// which a request was signed.
func wantsOtherScheme(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusBadRequest
}

// trustsSignature reports whether an answer shows that the signature was good.
func trustsSignature(status int) bool {
	return status >= 200 && status < 300 || status == http.StatusNotFound || status == http.StatusGone
}

// isRedirect reports whether a GET is to be asked again elsewhere.
func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// unavailable makes a fault of the network or of the other end's HTTP worth
// another try, unless it is a refusal of our own.
func unavailable(err error) error {
	if errors.Is(err, social.ErrForbidden) || errors.Is(err, social.ErrUnavailable) {
		return err
	}
	return fmt.Errorf("%w: %w", social.ErrUnavailable, err)
}
