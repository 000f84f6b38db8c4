package remote

import (
	"context"
	"fmt"
	"net/http"
)

// PostOptions are what goes along with a delivery.
type PostOptions struct {
	Keys   Keys        // of the activity's actor; empty: unsigned
	Header http.Header // more lines of the request, which the signature does not cover
}

// Post delivers one activity to an inbox, signed now with the keys of its actor.
// Nil means that the other server answered 2xx. Else the kind says whether to
// try again; a redirect is a refusal and is never followed, since it would carry
// the body and its signature elsewhere.
func (c *Client) Post(ctx context.Context, inbox string, body []byte, o PostOptions) error {
	ctx, cancel := hurry(ctx, c.guard.total)
	defer cancel()
	if err := c.post(ctx, inbox, body, o); err != nil {
		return fmt.Errorf("post to %.200s: %w", inbox, err)
	}
	return nil
}

func (c *Client) post(ctx context.Context, inbox string, body []byte, o PostOptions) error {
	at, err := c.guard.check(inbox)
	if err != nil {
		return err
	}
	res, err := c.knock(ctx, message{
		method: http.MethodPost, url: at, accept: acceptActivity, body: body, keys: o.Keys, header: o.Header, places: c.posts,
	})
	if err != nil {
		return err
	}
	drain(res)
	return refusalOf(res, c.now())
}
