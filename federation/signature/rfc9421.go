package signature

import (
	"slices"
	"strings"
	"time"

	"github.com/dunglas/httpsfv"
)

// readRFC9421 reads Signature-Input and Signature (RFC 9421 §4). There must be
// exactly one signature: with several it would be left to us which one counts.
func readRFC9421(inputs, signatures []string) (claim, error) {
	input, err := parseDictionary(inputs)
	if err != nil {
		return claim{}, err
	}
	values, err := parseDictionary(signatures)
	if err != nil {
		return claim{}, err
	}
	labels := input.Names()
	if len(labels) != 1 || !slices.Equal(labels, values.Names()) {
		return claim{}, refuse("labels %.100q are signed as %.100q", labels, values.Names())
	}
	c := claim{scheme: RFC9421}
	member, _ := values.Get(labels[0])
	item, _ := member.(httpsfv.Item)
	c.signature, _ = item.Value.([]byte) // none at all is too short, see checkShape
	member, _ = input.Get(labels[0])
	list, ok := member.(httpsfv.InnerList)
	if !ok {
		return claim{}, refuse("Signature-Input holds no list")
	}
	return c, c.readInput(list)
}

// parseDictionary reads a structured field. The library lets the last of two
// equal keys win, so what it read is written again and compared: whatever it
// dropped or bent is refused.
func parseDictionary(lines []string) (*httpsfv.Dictionary, error) {
	dict, err := httpsfv.UnmarshalDictionary(lines)
	if err != nil {
		return nil, refuse("field %.100q: %v", lines, err)
	}
	again, _ := httpsfv.Marshal(dict) // what cannot be written differs from what was read
	if withoutSpace(again) != withoutSpace(strings.Join(lines, ",")) {
		return nil, refuse("field %.100q can be read in two ways", lines)
	}
	return dict, nil
}

func withoutSpace(s string) string { return strings.NewReplacer(" ", "", "\t", "").Replace(s) }

// readInput takes the components and parameters of one signature (§2.3).
func (c *claim) readInput(list httpsfv.InnerList) (err error) {
	for _, item := range list.Items {
		name, ok := item.Value.(string)
		if !ok || len(item.Params.Names()) > 0 || name != strings.ToLower(name) {
			return refuse("component %v is not a plain name", item.Value)
		}
		c.components = append(c.components, name)
	}
	if raw, given := list.Params.Get("alg"); given {
		c.algorithm, _ = raw.(string)
		if c.algorithm == "" {
			return refuse("alg %v is not a name", raw)
		}
	}
	raw, _ := list.Params.Get("keyid")
	c.keyID, _ = raw.(string)
	if c.created, err = readTime(list.Params, "created"); err != nil {
		return err
	}
	if c.expires, err = readTime(list.Params, "expires"); err != nil {
		return err
	}
	c.params, err = httpsfv.Marshal(list)
	return err
}

// readTime reads a time among the parameters; it is zero if it is not there.
func readTime(params *httpsfv.Params, name string) (time.Time, error) {
	raw, given := params.Get(name)
	if !given {
		return time.Time{}, nil
	}
	seconds, ok := raw.(int64)
	if !ok || seconds < 0 {
		return time.Time{}, refuse("%s %v is not a time", name, raw)
	}
	return time.Unix(seconds, 0), nil
}

// baseRFC9421 lays out the signature base (§2.5).
func (c claim) baseRFC9421(m message) (string, error) {
	var b strings.Builder
	for _, name := range c.components {
		value, err := derived(m, name)
		if err != nil {
			return "", err
		}
		b.WriteString(`"` + name + `": ` + value + "\n")
	}
	b.WriteString(`"@signature-params": ` + c.params)
	return b.String(), nil
}

// derived is the value of a component: one derived from the request (§2.2), or a
// field. Path and query stay as they came over the wire.
func derived(m message, name string) (string, error) {
	path, query, _ := strings.Cut(m.target, "?")
	scheme, authority, _ := strings.Cut(m.origin, "://")
	switch name {
	case "@method":
		return m.method, nil
	case "@target-uri":
		return m.origin + m.target, nil
	case "@authority":
		return authority, nil
	case "@scheme":
		return scheme, nil
	case "@request-target":
		return m.target, nil
	case "@path":
		return path, nil
	case "@query":
		return "?" + query, nil
	}
	return m.field(name)
}
