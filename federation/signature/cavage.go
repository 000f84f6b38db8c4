package signature

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"
)

// readCavage reads the Signature field of draft-cavage-http-signatures-12 §2.
func readCavage(_, signatures []string) (claim, error) {
	if len(signatures) != 1 {
		return claim{}, refuse("%d Signature fields", len(signatures))
	}
	params, err := parseParams(signatures[0])
	if err != nil {
		return claim{}, err
	}
	c := claim{
		scheme:     Cavage,
		keyID:      params["keyid"],
		algorithm:  params["algorithm"],
		components: strings.Split(strings.ToLower(params["headers"]), " "),
	}
	c.signature, err = base64.StdEncoding.Strict().DecodeString(params["signature"])
	if err != nil {
		return claim{}, refuse("the signature is not base64")
	}
	return c, c.readTimes(params)
}

// readTimes takes the times that are signed. One that is only declared proves
// nothing and is left alone.
func (c *claim) readTimes(params map[string]string) (err error) {
	if c.covers("(created)") {
		c.created, err = parseUnix(params["created"])
	}
	if err == nil && c.covers("(expires)") {
		c.expires, err = parseUnix(params["expires"])
	}
	return err
}

// parseUnix reads seconds since 1970 in the one way to write them, so that the
// signed line can be written again.
func parseUnix(s string) (time.Time, error) {
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil || strconv.FormatUint(n, 10) != s {
		return time.Time{}, refuse("%.100q is not a time", s)
	}
	return time.Unix(int64(n), 0), nil
}

// parseParams reads name="value" pairs parted by commas. Names are in lower case
// in the result. What could be read in two ways is refused: a name given twice,
// escapes, missing quotes (but round digits), anything left over.
func parseParams(s string) (map[string]string, error) {
	params := map[string]string{}
	for {
		name, rest, _ := strings.Cut(s, "=")
		name = strings.ToLower(name)
		if !isName(name) {
			return nil, refuse("%.100q is not a parameter", s)
		}
		if _, twice := params[name]; twice {
			return nil, refuse("parameter %.100q is given twice", name)
		}
		value, rest, ok := cutValue(rest)
		if !ok {
			return nil, refuse("parameter %.100q has no readable value", name)
		}
		params[name] = value
		rest = strings.TrimLeft(rest, " \t")
		if rest == "" {
			return params, nil
		}
		if rest[0] != ',' {
			return nil, refuse("%.100q follows a value", rest)
		}
		s = strings.TrimLeft(rest[1:], " \t")
	}
}

func isName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < 'a' || r > 'z' })
}

// cutValue cuts a quoted string, or bare digits, from the front of s.
func cutValue(s string) (value, rest string, ok bool) {
	if quoted, isQuoted := strings.CutPrefix(s, `"`); isQuoted {
		value, rest, ok = strings.Cut(quoted, `"`)
		return value, rest, ok && !strings.ContainsFunc(value, isOdd)
	}
	rest = strings.TrimLeft(s, "0123456789")
	value = s[:len(s)-len(rest)]
	return value, rest, value != ""
}

// isOdd holds for what has no place in a quoted value: controls, escapes, and
// everything beyond ASCII.
func isOdd(r rune) bool { return r < ' ' || r > '~' || r == '\\' }

// baseCavage lays out the signing string (§2.3).
func (c claim) baseCavage(m message) (string, error) {
	lines := make([]string, 0, len(c.components))
	for _, name := range c.components {
		value, err := c.cavageValue(m, name)
		if err != nil {
			return "", err
		}
		lines = append(lines, name+": "+value)
	}
	return strings.Join(lines, "\n"), nil
}

func (c claim) cavageValue(m message, name string) (string, error) {
	// §2.3: the two times go with hs2019 only.
	if slices.Contains([]string{"(created)", "(expires)"}, name) && c.algorithm != "" && c.algorithm != "hs2019" {
		return "", refuse("%s is signed with %s", name, c.algorithm)
	}
	switch name {
	case "(request-target)":
		return strings.ToLower(m.method) + " " + m.target, nil
	case "(created)":
		return strconv.FormatInt(c.created.Unix(), 10), nil
	case "(expires)":
		return strconv.FormatInt(c.expires.Unix(), 10), nil
	}
	return m.field(name)
}
