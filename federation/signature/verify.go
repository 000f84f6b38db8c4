package signature

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"croft/social"
)

// Verify checks that req, whose body was read into body, was signed by the owner
// of a key for our server at origin (https://host, as configured). All that can
// be checked without the key comes first, because to look up a key may be to
// fetch it: keyFor is called once, or not at all. It touches the network only
// through keyFor.
//
// Every refusal is ErrUnauthorized. An error of keyFor keeps its own kind.
func Verify(req *http.Request, origin string, body []byte, keyFor KeyFunc, now time.Time) (Verified, error) {
	c, err := readClaim(req.Header)
	if err != nil {
		return Verified{}, err
	}
	m, err := received(req, origin)
	if err != nil {
		return Verified{}, err
	}
	created, err := c.checkAgainst(m, body, now)
	if err != nil {
		return Verified{}, err
	}
	bases, err := c.bases(m)
	if err != nil {
		return Verified{}, err
	}
	key, err := keyFor(req.Context(), c.keyID)
	if err != nil {
		return Verified{}, fmt.Errorf("verify signature: find key %s: %w", c.keyID, err)
	}
	if err := c.checkKey(key, bases); err != nil {
		return Verified{}, err
	}
	return Verified{KeyID: c.keyID, Owner: key.Owner, Scheme: c.scheme, Created: created}, nil
}

// checkAgainst holds the claim against the request and the clock.
func (c claim) checkAgainst(m message, body []byte, now time.Time) (created time.Time, err error) {
	if social.SameOrigin(m.origin, c.keyID) {
		return time.Time{}, refuse("key %s is our own", c.keyID)
	}
	if err := c.checkComponents(); err != nil {
		return time.Time{}, err
	}
	if err := c.checkDigest(m, body); err != nil {
		return time.Time{}, err
	}
	return c.checkTimes(m, now)
}

// checkComponents asks for what a signature must cover, or it could be moved to
// another request: method, host, path, query and time. The digest is checkDigest's.
func (c claim) checkComponents() error {
	if c.scheme == RFC9421 {
		if !c.covers("@method") || !c.covers("@target-uri") && !c.covers("@authority", "@path", "@query") {
			return refuse("%.200q do not cover method and target", c.components)
		}
		if c.created.IsZero() {
			return refuse("created is missing")
		}
		return nil
	}
	if !c.covers("(request-target)", "host") || !c.covers("date") && !c.covers("(created)") {
		return refuse("%.200q do not cover target, host and time", c.components)
	}
	return nil
}

// bases are the texts of which one must have been signed. Fedify leaves the query
// out of a GET's (request-target), as old Mastodons did; for a POST that would
// let a query be added.
func (c claim) bases(m message) ([]string, error) {
	base, err := c.base(m)
	if err != nil {
		return nil, err
	}
	path, _, hasQuery := strings.Cut(m.target, "?")
	if c.scheme != Cavage || m.method != http.MethodGet || !hasQuery {
		return []string{base}, nil
	}
	m.target = path
	bare, err := c.base(m)
	return []string{base, bare}, err
}

// checkKey checks that the key is the one that was asked for, that it is of the
// declared kind, and that it made the signature.
func (c claim) checkKey(key PublicKey, bases []string) error {
	if key.ID != c.keyID || key.Owner == "" {
		return refuse("key %s was asked for, %s of %q was found", c.keyID, key.ID, key.Owner)
	}
	is, err := kindOf(key.Key)
	if err != nil {
		return refuse("key %s: %v", c.keyID, err)
	}
	if want := algorithms[c.algorithm]; want != anyKind && want != is {
		return refuse("key %s is %s, not for %s", c.keyID, is, c.algorithm)
	}
	for _, base := range bases {
		if isGood(key.Key, base, c.signature) {
			return nil
		}
	}
	return refuse("not made with key %s", c.keyID)
}
