package social

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// The seven kinds of error. Test for them with errors.Is; anything else is a
// fault of our own. The kind is also the retry policy of background work: only
// ErrUnavailable is tried again for days.
var (
	// ErrNotFound says that the thing does not exist, or must seem not to.
	ErrNotFound = errors.New("not found")
	// ErrInvalid says that what came in has the wrong shape.
	ErrInvalid = errors.New("invalid")
	// ErrUnauthorized says that we do not know who speaks.
	ErrUnauthorized = errors.New("unauthorized")
	// ErrForbidden says that we know who speaks, and refuse.
	ErrForbidden = errors.New("forbidden")
	// ErrConflict says that it contradicts what is there already.
	ErrConflict = errors.New("conflict")
	// ErrGone says that it was here and has been deleted for good.
	ErrGone = errors.New("gone")
	// ErrUnavailable says that it may work later: network, time-out, 5xx.
	ErrUnavailable = errors.New("unavailable")
)

// Problem is one thing wrong with what a person entered, worded for them.
type Problem struct {
	Field string // the form field it belongs to; empty if to none
	Text  string // a whole sentence that says what to do
}

// Error gives the sentence.
func (p *Problem) Error() string { return p.Text }

// Is makes every Problem an ErrInvalid.
func (p *Problem) Is(target error) bool { return target == ErrInvalid }

// Invalidf returns an ErrInvalid with a sentence meant for a person.
func Invalidf(format string, args ...any) error {
	return &Problem{Text: fmt.Sprintf(format, args...)}
}

// InvalidField is Invalidf for one field of a form. Join several with
// errors.Join.
func InvalidField(field, format string, args ...any) error {
	return &Problem{Field: field, Text: fmt.Sprintf(format, args...)}
}

// CheckLength is nil, or ErrInvalid for the field if what stands there has more
// characters than the limit.
func CheckLength(field, what, text string, limit int) error {
	switch over := utf8.RuneCountInString(text) - limit; {
	case over <= 0:
		return nil
	case over == 1:
		return InvalidField(field, "The %s is one character too long: at most %d.", what, limit)
	default:
		return InvalidField(field, "The %s is %d characters too long: at most %d.", what, over, limit)
	}
}

// Problems lists every Problem within err, in order. No other text of an error
// may reach a page.
func Problems(err error) []Problem {
	switch e := any(err).(type) { // each link by itself: errors.As would stop at the first
	case nil:
		return nil
	case *Problem:
		return []Problem{*e}
	case interface{ Unwrap() []error }:
		var all []Problem
		for _, inner := range e.Unwrap() {
			all = append(all, Problems(inner)...)
		}
		return all
	default:
		return Problems(errors.Unwrap(err))
	}
}
