package signature

import (
	"net/http"
	"strings"

	"croft/social"
)

// message is a request as both sides must see it.
type message struct {
	method string
	origin string // canonical scheme://host[:port]
	host   string // as the Host field has it
	target string // path and query as in the request line, never normalised
	header http.Header
}

// received takes a request that came in to us at origin. What the request says of
// its host is only compared with origin, and X-Forwarded-* and Forwarded are not
// looked at, so nobody can have a signature checked against another address.
func received(req *http.Request, origin string) (message, error) {
	host, _ := social.ParseHost(req.Host) // a broken one is empty, and nobody's
	scheme, _, _ := strings.Cut(origin, "://")
	canonical, _ := social.Origin(origin)
	if !social.SameOrigin(canonical, scheme+"://"+host) {
		return message{}, refuse("sent to host %.100q, not to %s", req.Host, origin)
	}
	target := req.RequestURI
	if target == "" { // a request that was built, not received
		target = req.URL.RequestURI()
	}
	if !strings.HasPrefix(target, "/") {
		return message{}, refuse("request target %.100q is not a path", target)
	}
	return message{method: req.Method, origin: canonical, host: req.Host, target: target, header: req.Header}, nil
}

// field is the value of a field, which must be there exactly once: of a repeated
// one it would be unclear which part is acted upon. Trailers do not count.
func (m message) field(name string) (string, error) {
	if name == "host" { // net/http keeps it apart
		return m.host, nil
	}
	values := m.header.Values(name)
	if len(values) != 1 {
		return "", refuse("the signed field %.100q is there %d times", name, len(values))
	}
	return strings.TrimSpace(values[0]), nil
}
