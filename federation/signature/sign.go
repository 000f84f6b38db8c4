package signature

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"

	"croft/social"
)

// Sign signs a request that is about to be sent, with the body it will carry. It
// sets Date, Digest or Content-Digest, Signature and Signature-Input afresh, so a
// request can be signed again for another try; Content-Type must be set before. A
// key or an address that cannot be used is ErrInvalid.
func Sign(req *http.Request, body []byte, key Key, scheme Scheme, now time.Time) error {
	m, err := outgoing(req)
	if err != nil {
		return err
	}
	is, err := kindOf(publicHalf(key))
	if err != nil {
		return fmt.Errorf("sign with %s: %w", key.ID, err)
	}
	if !validKeyID(key.ID) {
		return fmt.Errorf("sign with %q: %w", key.ID, social.ErrInvalid)
	}
	for _, name := range []string{"Digest", "Content-Digest", "Signature", "Signature-Input"} {
		req.Header.Del(name)
	}
	req.Header.Set("Date", now.UTC().Format(http.TimeFormat))
	switch scheme {
	case Cavage:
		return signCavage(m, body, key, is)
	case RFC9421:
		return signRFC9421(m, body, key, is, now)
	}
	return fmt.Errorf("sign by scheme %q: %w", scheme, social.ErrInvalid)
}

func publicHalf(key Key) any {
	if key.Private == nil {
		return nil
	}
	return key.Private.Public()
}

// outgoing takes a request as the other side will see it.
func outgoing(req *http.Request) (message, error) {
	host := req.Host
	if host == "" {
		host = req.URL.Host
	}
	origin, ok := social.Origin(req.URL.Scheme + "://" + host)
	if !ok {
		return message{}, fmt.Errorf("sign request to %q: %w", req.URL, social.ErrInvalid)
	}
	return message{method: req.Method, origin: origin, host: host, target: req.URL.RequestURI(), header: req.Header}, nil
}

// signCavage signs what Mastodon and everybody else ask for. rsa-sha256 is the
// one name that all of them accept.
func signCavage(m message, body []byte, key Key, is kind) error {
	c := claim{scheme: Cavage, algorithm: "rsa-sha256", components: []string{"(request-target)", "host", "date"}}
	if is == ed25519Kind {
		c.algorithm = "hs2019"
	}
	if !bodiless(m.method) {
		m.header.Set("Digest", digest(body))
		c.components = append(c.components, "digest", "content-type")
	}
	signature, err := c.signWith(key, m)
	if err != nil {
		return err
	}
	m.header.Set("Signature", fmt.Sprintf(`keyId="%s",algorithm="%s",headers="%s",signature="%s"`,
		key.ID, c.algorithm, strings.Join(c.components, " "), signature))
	return nil
}

// signRFC9421 signs as Mastodon wants it: one signature, with created and keyid.
func signRFC9421(m message, body []byte, key Key, is kind, now time.Time) error {
	c := claim{scheme: RFC9421, algorithm: "rsa-v1_5-sha256", components: []string{"@method", "@target-uri"}}
	if is == ed25519Kind {
		c.algorithm = "ed25519"
	}
	if !bodiless(m.method) {
		m.header.Set("Content-Digest", contentDigest(body))
		c.components = append(c.components, "content-digest")
	}
	c.params = fmt.Sprintf(`("%s");created=%d;keyid="%s";alg="%s"`,
		strings.Join(c.components, `" "`), now.Unix(), key.ID, c.algorithm)
	signature, err := c.signWith(key, m)
	if err != nil {
		return err
	}
	m.header.Set("Signature-Input", "sig1="+c.params)
	m.header.Set("Signature", "sig1=:"+signature+":")
	return nil
}

// signWith signs what the claim covers, in base64.
func (c claim) signWith(key Key, m message) (string, error) {
	base, err := c.base(m)
	if err != nil { // Content-Type, the one field that is not set here
		return "", fmt.Errorf("sign with %s: Content-Type is not set once: %w", key.ID, social.ErrInvalid)
	}
	signature, err := makeSignature(key.Private, base)
	if err != nil {
		return "", fmt.Errorf("sign with %s: %w", key.ID, err)
	}
	return base64.StdEncoding.EncodeToString(signature), nil
}
