package signature

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/dunglas/httpsfv"
)

// checkDigest holds the body against its digest, which must be signed wherever
// there can be a body. A digest that is not signed proves nothing and is not
// looked at.
func (c claim) checkDigest(m message, body []byte) error {
	name, parse := "digest", parseDigest
	if c.scheme == RFC9421 {
		name, parse = "content-digest", parseContentDigest
	}
	if !c.covers(name) {
		if bodiless(m.method) && len(body) == 0 {
			return nil
		}
		return refuse("%s is not signed", name)
	}
	value, _ := m.field(name) // one that is absent or repeated reads as none
	want, ok := parse(value)
	if !ok {
		return refuse("%s %.100q is not one SHA-256", name, value)
	}
	got := sha256.Sum256(body)
	if subtle.ConstantTimeCompare(got[:], want) != 1 {
		return refuse("the body is not that of the %s", name)
	}
	return nil
}

func bodiless(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// parseDigest reads Digest (RFC 3230): one SHA-256, named in any case, and
// nothing beside it.
func parseDigest(value string) ([]byte, bool) {
	name, encoded, _ := strings.Cut(value, "=")
	sum, err := base64.StdEncoding.Strict().DecodeString(encoded)
	return sum, err == nil && strings.EqualFold(name, "sha-256")
}

// parseContentDigest reads Content-Digest (RFC 9530) and takes its SHA-256;
// digests of other kinds may stand beside it.
func parseContentDigest(value string) ([]byte, bool) {
	dict, err := parseDictionary([]string{value})
	if err != nil {
		return nil, false
	}
	member, _ := dict.Get("sha-256")
	item, _ := member.(httpsfv.Item)
	sum, ok := item.Value.([]byte)
	return sum, ok
}

func digest(body []byte) string {
	return "SHA-256=" + sum(body)
}

func contentDigest(body []byte) string {
	return "sha-256=:" + sum(body) + ":"
}

func sum(body []byte) string {
	hash := sha256.Sum256(body)
	return base64.StdEncoding.EncodeToString(hash[:])
}
