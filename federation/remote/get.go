package remote

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"croft/social"
)

// question is a GET: what is wanted, and as whom we ask.
type question struct {
	accept string
	keys   Keys                          // empty: unsigned
	allows func(contentType string) bool // nil: any type
	stays  bool                          // redirects may not leave the origin asked
}

// answer is a success, after all redirects. Its body must be read and closed.
type answer struct {
	*http.Response
	url *url.URL // where it came from in the end
}

// get asks for an address and goes along with at most three redirects. Every
// hop is checked by the guard, spends one of the budget and is signed anew for
// the host that it goes to: no header of one hop reaches the next.
func (c *Client) get(ctx context.Context, address string, q question) (answer, error) {
	at, err := c.guard.check(address)
	if err != nil {
		return answer{}, err
	}
	for hop := 0; ; hop++ {
		res, err := c.knock(ctx, message{
			method: http.MethodGet, url: at, accept: q.accept, keys: q.keys, places: c.fetches,
		})
		if err != nil {
			return answer{}, err
		}
		if !isRedirect(res.StatusCode) || res.Header.Get("Location") == "" {
			return q.judge(answer{res, at}, c.now())
		}
		drain(res)
		if hop == maxHops {
			return answer{}, fmt.Errorf("more than %d redirects: %w", maxHops, social.ErrForbidden)
		}
		if at, err = c.guard.follow(at, res.Header.Get("Location")); err != nil {
			return answer{}, err
		}
		if q.stays && !social.SameOrigin(at.String(), address) {
			return answer{}, fmt.Errorf("redirect to %.200s, another origin: %w", at, social.ErrForbidden)
		}
	}
}

// judge lets only successes of the wanted type through. Of two Content-Type
// fields none is believed.
func (q question) judge(a answer, now time.Time) (answer, error) {
	if err := refusalOf(a.Response, now); err != nil {
		drain(a.Response)
		return answer{}, err
	}
	types := a.Header.Values("Content-Type")
	if q.allows != nil && (len(types) != 1 || !q.allows(types[0])) {
		a.Body.Close()
		return answer{}, fmt.Errorf("content type %.100q: %w", types, social.ErrInvalid)
	}
	return a, nil
}

// signed is the question for an ActivityPub document.
func (c *Client) signed() question {
	return question{accept: acceptActivity, keys: Keys{RSA: c.key()}, allows: IsActivityPub}
}

// acceptActivity is what everybody understands.
const acceptActivity = `application/activity+json, application/ld+json; profile="` + activityStreams + `"`
