package remote

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"croft/social"
)

// Finger is what WebFinger says of a handle, confirmed by everybody concerned.
type Finger struct {
	Subject   social.Handle // the handle to show; may lie on another host than the one asked for
	ActorURI  string
	Subscribe string // where this person follows others, with {uri} for the other; may be empty
}

// Finger asks who is behind a handle. A subject on another host counts only if
// that host says the same, and an actor on another host only if the actor's host
// does; a contradiction is ErrForbidden. The actor document itself has still to
// be fetched. No such person is ErrNotFound.
func (c *Client) Finger(ctx context.Context, handle social.Handle) (Finger, error) {
	ctx, cancel := hurry(ctx, c.guard.total)
	defer cancel()
	f, err := c.finger(ctx, handle)
	if err != nil {
		return Finger{}, fmt.Errorf("finger %.200s: %w", handle, err)
	}
	return f, nil
}

func (c *Client) finger(ctx context.Context, handle social.Handle) (Finger, error) {
	said, err := c.say(ctx, handle.Host, handle)
	if err != nil {
		return Finger{}, err
	}
	if said.Subject.Host != handle.Host {
		if said, err = c.confirm(ctx, said.Subject.Host, said); err != nil {
			return Finger{}, err
		}
	}
	// An answer that came from the actor's own host, where the handle's host
	// had sent us, is that host's word already.
	if !social.SameOrigin(said.at, said.ActorURI) {
		if said, err = c.confirm(ctx, social.HostOf(said.ActorURI), said); err != nil {
			return Finger{}, err
		}
	}
	return said.Finger, nil
}

// Subscribe finds the page on which the person behind a handle follows others:
// an address with {uri} where the one to be followed goes. It is ErrNotFound
// where their server offers none.
func (c *Client) Subscribe(ctx context.Context, handle social.Handle) (string, error) {
	ctx, cancel := hurry(ctx, c.guard.total)
	defer cancel()
	j, _, err := c.askHost(ctx, handle.Host, handle)
	if err != nil {
		return "", fmt.Errorf("find subscribe page of %.200s: %w", handle, err)
	}
	template := j.subscribe(c.guard)
	if template == "" {
		return "", fmt.Errorf("find subscribe page of %.200s: %w", handle, social.ErrNotFound)
	}
	return template, nil
}

// saying is one host's word, and the address from which it came in the end.
type saying struct {
	Finger
	at string
}

func (c *Client) say(ctx context.Context, host string, handle social.Handle) (saying, error) {
	j, at, err := c.askHost(ctx, host, handle)
	if err != nil {
		return saying{}, err
	}
	actor, err := j.actor()
	if err != nil {
		return saying{}, err
	}
	if _, err := c.guard.check(actor); err != nil {
		return saying{}, fmt.Errorf("actor: %w", err)
	}
	subject := j.handle(handle)
	if subject.IsZero() {
		return saying{}, fmt.Errorf("subject %.200q: %w", j.Subject, social.ErrInvalid)
	}
	return saying{Finger{subject, actor, j.subscribe(c.guard)}, at}, nil
}

// confirm asks another host about the subject. It has to say just the same.
func (c *Client) confirm(ctx context.Context, host string, said saying) (saying, error) {
	again, err := c.say(ctx, host, said.Subject)
	if errors.Is(err, social.ErrNotFound) {
		err = fmt.Errorf("%s knows nobody of that name: %w", host, social.ErrForbidden)
	}
	if err != nil {
		return saying{}, fmt.Errorf("confirm %.200s: %w", said.Subject, err)
	}
	if again.ActorURI != said.ActorURI || !sameHandle(again.Subject, said.Subject) {
		return saying{}, fmt.Errorf("confirm %.200s: %s says %.200s is %.200s: %w",
			said.Subject, host, again.Subject, again.ActorURI, social.ErrForbidden)
	}
	return again, nil
}

func sameHandle(a, b social.Handle) bool {
	return a.Host == b.Host && strings.EqualFold(a.Name, b.Name)
}

// askHost asks one host about a handle: by https, and only in development by
// http where there is no https.
func (c *Client) askHost(ctx context.Context, host string, handle social.Handle) (jrd, string, error) {
	j, at, err := c.askOrigin(ctx, "https://"+host, handle)
	if c.guard.allowHTTP && errors.Is(err, social.ErrUnavailable) {
		return c.askOrigin(ctx, "http://"+host, handle)
	}
	return j, at, err
}

// askOrigin asks at the well-known address, and where nothing is known there at
// the one that host-meta names.
func (c *Client) askOrigin(ctx context.Context, origin string, handle social.Handle) (jrd, string, error) {
	resource := url.QueryEscape("acct:" + handle.Acct())
	usual := origin + "/.well-known/webfinger?resource=" + resource
	j, at, err := c.fetchJRD(ctx, usual)
	if !errors.Is(err, social.ErrNotFound) {
		return j, at, err
	}
	template, metaErr := c.fetchLRDD(ctx, origin)
	address := strings.ReplaceAll(template, "{uri}", resource)
	if metaErr != nil || address == "" || address == usual {
		return jrd{}, "", err
	}
	return c.fetchJRD(ctx, address)
}

func (c *Client) fetchJRD(ctx context.Context, address string) (jrd, string, error) {
	a, err := c.get(ctx, address, question{accept: "application/jrd+json, application/json", allows: isJRD})
	if err != nil {
		return jrd{}, "", err
	}
	data, err := readAll(a.Response, maxJRD)
	if err != nil {
		return jrd{}, "", err
	}
	j, err := decodeJRD(data)
	return j, a.url.String(), err
}

// fetchLRDD finds the WebFinger template in an origin's host-meta. It must lie
// on the host that served the host-meta in the end.
func (c *Client) fetchLRDD(ctx context.Context, origin string) (string, error) {
	a, err := c.get(ctx, origin+"/.well-known/host-meta", question{accept: "application/xrd+xml", allows: isXRD})
	if err != nil {
		return "", err
	}
	data, err := readAll(a.Response, maxJRD)
	if err != nil {
		return "", err
	}
	template, err := lrdd(data)
	if err != nil || !social.SameOrigin(strings.ReplaceAll(template, "{uri}", ""), a.url.String()) {
		return "", err
	}
	return template, nil
}
