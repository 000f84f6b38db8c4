package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"croft/social"
)

var (
	errSilent = errors.New("nothing came for too long")
	errSlow   = errors.New("it took too long in all")
)

// hurry gives a call its time.
func hurry(ctx context.Context, total time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, total, errSlow)
}

// exchange sends one request and waits for the header of its answer, whatever
// that says. Redirects are not followed and cookies not kept. The place that the
// request holds is free again when the body is closed.
func (c *Client) exchange(req *http.Request, places *slots) (*http.Response, error) {
	release, err := places.acquire(req.Context(), req.URL.Host)
	if err != nil {
		return nil, unavailable(err)
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	res, err := c.transport.RoundTrip(req.WithContext(ctx))
	if err != nil {
		release()
		cancel(nil)
		return nil, unavailable(err)
	}
	res.Body = &body{
		from: res.Body, ctx: ctx, step: c.guard.step,
		silence: time.AfterFunc(c.guard.step, func() { cancel(errSilent) }),
		done:    func() { cancel(nil); release() },
	}
	return res, nil
}

// body is the body of an answer that may not stay silent for longer than a step.
type body struct {
	from    io.ReadCloser
	ctx     context.Context
	step    time.Duration
	silence *time.Timer
	done    func()
}

// Read gives ErrUnavailable where the network or the clock ends the body early.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	if n > 0 {
		b.silence.Reset(b.step)
	}
	if err == nil {
		return n, nil
	}
	// When we hang up, the other end's farewell may come through as the end of
	// a body without a length: a cut text must not pass for a whole one.
	if cause := context.Cause(b.ctx); cause != nil {
		return n, unavailable(cause)
	}
	if err == io.EOF {
		return n, io.EOF
	}
	return n, unavailable(err)
}

// Close frees the connection and the place.
func (b *body) Close() error {
	b.silence.Stop()
	b.done()
	return b.from.Close()
}

// readAll reads and closes a body of at most limit bytes. A larger one is
// ErrInvalid, at once where its length is announced.
func readAll(res *http.Response, limit int64) ([]byte, error) {
	defer res.Body.Close()
	if res.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read answer: %w", err)
	}
	if int64(len(data)) > limit {
		return nil, tooLarge(limit)
	}
	return data, nil
}

func tooLarge(limit int64) error {
	return fmt.Errorf("answer of more than %d bytes: %w", limit, social.ErrInvalid)
}

// drain reads what little is left of an answer that nobody wants, so that the
// connection can serve again, and closes it. It waits for a second at most.
func drain(res *http.Response) {
	limit := time.AfterFunc(time.Second, func() { res.Body.Close() })
	defer limit.Stop()
	_, _ = io.CopyN(io.Discard, res.Body, maxJRD) // the answer's status is known already
	res.Body.Close()
}
