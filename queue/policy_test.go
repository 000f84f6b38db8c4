package queue

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"croft/social"
)

func TestBackoff(t *testing.T) {
	for attempt, want := range map[int]time.Duration{
		-1: time.Minute, 0: time.Minute, 1: time.Minute, 2: 2 * time.Minute, 3: 4 * time.Minute,
		5: 16 * time.Minute, 10: 512 * time.Minute, 11: 12 * time.Hour, 12: 12 * time.Hour, 1 << 30: 12 * time.Hour,
	} {
		if got := Backoff(attempt); got != want {
			t.Errorf("Backoff(%d) = %v, want %v", attempt, got, want)
		}
	}
}

func TestJitter(t *testing.T) {
	for r, want := range map[float64]time.Duration{0: 54 * time.Minute, 0.5: time.Hour, 0.75: 63 * time.Minute} {
		if got := jitter(time.Hour, r); (got - want).Abs() > time.Millisecond {
			t.Errorf("jitter(1h, %v) = %v, want %v", r, got, want)
		}
	}
}

// asking is a peer's answer with Retry-After.
type asking struct {
	error
	after time.Duration
}

func (a asking) RetryAfter() time.Duration { return a.after }

func TestJudge(t *testing.T) {
	for _, test := range []struct {
		err  error
		want verdict
	}{
		{nil, done},
		{fmt.Errorf("deliver: %w", social.ErrUnavailable), later},
		{fmt.Errorf("deliver: %w", context.DeadlineExceeded), later},
		{errors.Join(social.ErrUnavailable, social.ErrUnauthorized), later},
		{social.ErrUnauthorized, refused},
		{social.ErrForbidden, hopeless},
		{social.ErrGone, hopeless},
		{social.ErrNotFound, hopeless},
		{social.ErrConflict, hopeless},
		{social.Invalidf("Too long."), hopeless},
		{errors.New("index out of range"), faulty},
		{context.Canceled, faulty},
		{&panicError{value: social.ErrGone}, faulty},
	} {
		if got := judge(test.err); got != test.want {
			t.Errorf("judge(%v) = %v, want %v", test.err, got, test.want)
		}
	}
}

// TestRetryAfter is DEL-06.
func TestRetryAfter(t *testing.T) {
	for after, want := range map[time.Duration]time.Duration{
		30 * time.Second: 30 * time.Second, -time.Second: 0, 0: 0, 10 * 365 * 24 * time.Hour: 24 * time.Hour,
	} {
		if got := retryAfter(fmt.Errorf("deliver: %w", asking{social.ErrUnavailable, after})); got != want {
			t.Errorf("retry after %v: %v, want %v", after, got, want)
		}
	}
	if got := retryAfter(social.ErrUnavailable); got != 0 {
		t.Errorf("retry after nothing said: %v", got)
	}
}
