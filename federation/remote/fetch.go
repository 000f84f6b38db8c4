package remote

import (
	"context"
	"fmt"

	"croft/federation/activity"
	"croft/social"
)

// Document is an ActivityPub document that was found at home.
type Document struct {
	URI  string // its id, which is also where it was found
	Body []byte // as it came, at most 1 MiB; only its id has been read
}

// Fetch gets a document with a signed GET. The document's id must equal the URL
// it was finally fetched from. If it names another URL of the same origin (a
// page's address was pasted), that id is fetched once and must then equal
// itself. Anything else is ErrForbidden, a wrong shape or content type
// ErrInvalid; a remote refusal has the kind of its status. Fragments are not
// sent, so a key's id finds the document that the key is in.
func (c *Client) Fetch(ctx context.Context, uri string) (Document, error) {
	ctx, cancel := hurry(ctx, c.guard.total)
	defer cancel()
	doc, err := c.fetch(ctx, uri)
	if err != nil {
		return Document{}, fmt.Errorf("fetch %.200s: %w", uri, err)
	}
	return doc, nil
}

func (c *Client) fetch(ctx context.Context, uri string) (Document, error) {
	doc, at, err := c.read(ctx, uri, c.signed())
	if err != nil || c.isAt(doc.URI, at) {
		return doc, err
	}
	if !social.SameOrigin(doc.URI, at) {
		return Document{}, fmt.Errorf("found at %.200s, calls itself %.200q: %w", at, doc.URI, social.ErrForbidden)
	}
	named := doc.URI
	doc, at, err = c.read(ctx, named, c.signed())
	if err != nil {
		return Document{}, fmt.Errorf("its id %.200s: %w", named, err)
	}
	if doc.URI != named || !c.isAt(named, at) {
		return Document{}, fmt.Errorf("its id %.200s leads to %.200q at %.200s: %w", named, doc.URI, at, social.ErrForbidden)
	}
	return doc, nil
}

// isAt compares an id with the address that answered, both in the form that
// goes over the wire. An id with a fragment is never where it was found.
func (c *Client) isAt(id, at string) bool {
	u, err := c.guard.check(id)
	return err == nil && u.String() == at && !hasFragment(id)
}

// read gets a document and the address that it came from in the end.
func (c *Client) read(ctx context.Context, uri string, q question) (doc Document, at string, err error) {
	a, err := c.get(ctx, uri, q)
	if err != nil {
		return Document{}, "", err
	}
	body, err := readAll(a.Response, maxDocument)
	if err != nil {
		return Document{}, "", err
	}
	head, err := activity.PeekObject(body)
	if err != nil {
		return Document{}, "", err
	}
	return Document{URI: head.ID, Body: body}, a.url.String(), nil
}
