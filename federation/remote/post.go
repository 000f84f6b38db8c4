package remote

import (
	"context"
	"fmt"
	"net/http"
)

// Post delivers one activity to an inbox, signed now with the keys of its actor
// (without keys unsigned). Nil means that the other server answered 2xx. Else
// the kind says whether to try again; a redirect is a refusal and is never
// followed, since it would carry the body and its signature elsewhere.
func (c *Client) Post(ctx context.Context, inbox string, body []byte, keys Keys) error {
	ctx, cancel := hurry(ctx, c.guard.total)
	defer cancel()
	if err := c.post(ctx, inbox, body, keys); err != nil {
		return fmt.Errorf("post to %.200s: %w", inbox, err)
	}
	return nil
}

func (c *Client) post(ctx context.Context, inbox string, body []byte, keys Keys) error {
	at, err := c.guard.check(inbox)
	if err != nil {
		return err
	}
	res, err := c.knock(ctx, message{
		method: http.MethodPost, url: at, accept: acceptActivity, body: body, keys: keys, places: c.posts,
	})
	if err != nil {
		return err
	}
	drain(res)
	return statusError(res.StatusCode)
}
