package queue

import (
	"context"
	"errors"
	"time"

	"croft/social"
)

const (
	firstWait   = time.Minute
	longestWait = 12 * time.Hour
	horizon     = 7 * 24 * time.Hour // how long a job is tried, in backoff waited for
	longestAsk  = 24 * time.Hour     // of what a peer may ask for by Retry-After
	restingWait = 24 * time.Hour     // between two tries of a resting host
	maxTries    = 3                  // of what is refused with 401, and of our own faults
)

// Backoff is the wait after the given failed attempt, the first being 1:
// minutes, doubling to half a day. Whoever uses it adds the jitter.
func Backoff(attempt int) time.Duration {
	if attempt < 1 {
		attempt = 1
	}
	if attempt > 10 { // 2¹⁰ minutes are more than half a day
		return longestWait
	}
	return min(firstWait<<(attempt-1), longestWait)
}

// jitter moves a wait by up to a tenth either way; r is from 0 to below 1.
func jitter(d time.Duration, r float64) time.Duration {
	return d + time.Duration((r-0.5)/5*float64(d))
}

// verdict is what an error means for its job.
type verdict int

const (
	untried  verdict = iota // given back unharmed: shutdown
	done                    // gone for good, and well
	later                   // the network or the peer is not well
	refused                 // the peer does not know us
	faulty                  // our own fault
	hopeless                // will never be well
)

// judge reads the kind of an error, which is the retry policy. A deadline is
// the peer's slowness.
func judge(err error) verdict {
	var p *panicError
	switch {
	case err == nil:
		return done
	case errors.As(err, &p):
		return faulty
	case errors.Is(err, social.ErrUnavailable), errors.Is(err, context.DeadlineExceeded):
		return later
	case errors.Is(err, social.ErrUnauthorized):
		return refused
	}
	for _, final := range []error{
		social.ErrNotFound, social.ErrInvalid, social.ErrForbidden, social.ErrConflict, social.ErrGone,
	} {
		if errors.Is(err, final) {
			return hopeless
		}
	}
	return faulty
}

// stops reports that what comes behind such a job must wait.
func (v verdict) stops() bool { return v != done && v != hopeless }

// IsFinal reports that a job which ends so (nil included) is not tried again, so
// that a BatchHandler may go on with the one behind it.
func IsFinal(err error) bool { return !judge(err).stops() }

// retryAfter is what the peer asked for, within reason; else 0.
func retryAfter(err error) time.Duration {
	var asks interface{ RetryAfter() time.Duration }
	if !errors.As(err, &asks) {
		return 0
	}
	return min(max(asks.RetryAfter(), 0), longestAsk)
}
