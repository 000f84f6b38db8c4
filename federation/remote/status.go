package remote

import (
	"errors"
	"fmt"
	"net/http"

	"croft/social"
)

// refusal is an answer that is not a success. It is an error of the kind that
// the table below gives it.
type refusal struct {
	status int
	kind   error
}

func (r *refusal) Error() string {
	return fmt.Sprintf("answered %d %s: %v", r.status, http.StatusText(r.status), r.kind)
}

func (r *refusal) Unwrap() error { return r.kind }

// statusError is nil for 2xx. This is the one table from the statuses of other
// servers to our kinds of error; the kind is the retry policy (guide §7).
func statusError(status int) error {
	switch {
	case status >= 200 && status < 300:
		return nil
	case status >= 500, status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests:
		return &refusal{status, social.ErrUnavailable}
	}
	switch status {
	case http.StatusUnauthorized:
		return &refusal{status, social.ErrUnauthorized}
	case http.StatusForbidden, http.StatusUnavailableForLegalReasons:
		return &refusal{status, social.ErrForbidden}
	case http.StatusNotFound:
		return &refusal{status, social.ErrNotFound}
	case http.StatusGone:
		return &refusal{status, social.ErrGone}
	case http.StatusConflict:
		return &refusal{status, social.ErrConflict}
	}
	return &refusal{status, social.ErrInvalid}
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
