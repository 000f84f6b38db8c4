package remote

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"croft/social"
)

// Check reports whether an address may be asked at all, as far as its text tells:
// unreadable is ErrInvalid, refused is ErrForbidden. Where its name leads is
// looked at when it is asked.
func (c *Client) Check(address string) error {
	_, err := c.guard.check(address)
	return err
}

// Push sends a message to a service that tells the owner's devices (RFC 8030 §5).
// Errors are those of Post; they do not name the address, which is a secret.
func (c *Client) Push(ctx context.Context, endpoint string, body []byte, header http.Header) error {
	ctx, cancel := hurry(ctx, c.guard.total)
	defer cancel()
	at, err := c.guard.check(endpoint)
	if err != nil {
		return fmt.Errorf("push: %w", kindOnly(err))
	}
	res, err := c.send(ctx, message{method: http.MethodPost, url: at, accept: "*/*", body: body, header: header, places: c.posts}, "")
	if err != nil {
		return fmt.Errorf("push to %s: %w", at.Host, kindOnly(err))
	}
	drain(res)
	if err := refusalOf(res, c.now()); err != nil {
		return fmt.Errorf("push to %s: %w", at.Host, err)
	}
	return nil
}

// kindOnly is the kind of an error whose words have an address.
func kindOnly(err error) error {
	for _, kind := range []error{social.ErrInvalid, social.ErrForbidden, social.ErrUnavailable} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	return errors.New("it cannot be sent")
}
