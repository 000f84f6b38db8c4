package signature

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"croft/social"
)

const (
	// maxFields bounds the signature's own fields: an RSA-8192 signature takes
	// 1,368 bytes, a key id at most maxKeyID.
	maxFields = 8192
	maxKeyID  = 2048
)

// claim is what a request says of its own signature. Nothing of it is proven.
type claim struct {
	scheme     Scheme
	keyID      string
	algorithm  string // as declared; empty if it was not
	components []string
	created    time.Time // zero if no such time is signed
	expires    time.Time // zero if no such time is signed
	params     string    // RFC 9421: the value of @signature-params
	signature  []byte
}

// KeyID says which key a request claims to be signed with. Nothing is proven by
// it and nothing is looked up; it serves to refuse early. A request without one
// readable signature is ErrUnauthorized.
func KeyID(req *http.Request) (string, error) {
	c, err := readClaim(req.Header)
	return c.keyID, err
}

// readClaim reads the signature of either scheme. A Signature-Input field alone
// decides: with it the request is RFC 9421 or refused, never tried as the other.
func readClaim(header http.Header) (claim, error) {
	inputs, signatures := header.Values("Signature-Input"), header.Values("Signature")
	if size(inputs)+size(signatures) > maxFields {
		return claim{}, refuse("the signature's fields are longer than %d bytes", maxFields)
	}
	for _, value := range header.Values("Authorization") {
		if scheme, _, _ := strings.Cut(value, " "); strings.EqualFold(scheme, "Signature") {
			return claim{}, refuse("a signature in Authorization is not read")
		}
	}
	read := readCavage
	if len(inputs) > 0 {
		read = readRFC9421
	}
	c, err := read(inputs, signatures)
	if err == nil {
		err = c.checkShape()
	}
	if err != nil {
		return claim{}, err
	}
	return c, nil
}

func size(lines []string) int {
	total := 0
	for _, line := range lines {
		total += len(line)
	}
	return total
}

// checkShape looks at what needs neither the request nor the clock.
func (c claim) checkShape() error {
	if !validKeyID(c.keyID) {
		return refuse("key id %.100q is not the address of a key", c.keyID)
	}
	if _, known := algorithms[c.algorithm]; !known {
		return refuse("algorithm %.100q is not known", c.algorithm)
	}
	if len(c.signature) < minSignature || len(c.signature) > maxSignature {
		return refuse("a signature of %d bytes", len(c.signature))
	}
	sorted := slices.Sorted(slices.Values(c.components))
	if len(slices.Compact(sorted)) != len(c.components) {
		return refuse("a component is named twice")
	}
	return nil
}

// validKeyID holds for the http and https URIs that may name a key, in a form
// that both schemes can write.
func validKeyID(id string) bool {
	_, ok := social.Origin(id)
	return ok && len(id) <= maxKeyID && !strings.Contains(id, `"`) && !strings.ContainsFunc(id, isOdd)
}

// covers reports whether all the components are signed.
func (c claim) covers(names ...string) bool {
	for _, name := range names {
		if !slices.Contains(c.components, name) {
			return false
		}
	}
	return true
}

// base lays out the bytes that the signature is made over.
func (c claim) base(m message) (string, error) {
	if c.scheme == RFC9421 {
		return c.baseRFC9421(m)
	}
	return c.baseCavage(m)
}
