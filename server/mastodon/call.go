package mastodon

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"croft/server/oauth"
	"croft/social"
)

// Call is a request of an app, read by the server. Form has what came in query,
// form or JSON, by the names that a form has: poll[options][] and so on.
type Call struct {
	Context context.Context
	Key     *oauth.Key // nil where none was shown
	Path    string     // as it was asked, without the query
	Param   func(name string) string
	Form    url.Values
	Header  http.Header
	File    func(name string) (io.ReadCloser, error) // that came in a form; nil if there is none
}

// Answer is what goes back: a body that becomes JSON.
type Answer struct {
	Status int // 0 is 200
	Body   any
	Header http.Header
}

func answer(body any) Answer { return Answer{Body: body} }

// viewer is who asks: the owner with a key of theirs, else anybody.
func (c *Call) viewer() social.Viewer { return social.Viewer{Owner: c.isOwner()} }

func (c *Call) isOwner() bool { return c.Key != nil && c.Key.Owner }

// id is a number in the address. What is no number names nothing: ErrNotFound.
func (c *Call) id(name string) (social.ID, error) {
	id, err := social.ParseID(c.Param(name))
	if err != nil {
		return 0, social.ErrNotFound
	}
	return id, nil
}

// list is a parameter that may come several times, as name[] or as name.
func (c *Call) list(name string) []string { return append(c.Form[name+"[]"], c.Form[name]...) }

// ids are the numbers in a list. What is no number names nothing: ErrInvalid.
func (c *Call) ids(name string) ([]social.ID, error) {
	var ids []social.ID
	for _, text := range c.list(name) {
		if text == "" {
			continue
		}
		id, err := social.ParseID(text)
		if err != nil {
			return nil, social.InvalidField(name, "There is no %.20s.", text)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// isTrue reads a flag as Rails does: what is there and does not say no is yes.
func (c *Call) isTrue(name string, otherwise bool) bool {
	return isTrue(c.Form.Get(name), otherwise)
}

func isTrue(value string, otherwise bool) bool {
	switch value {
	case "":
		return otherwise
	case "0", "f", "F", "false", "FALSE", "off", "OFF":
		return false
	default:
		return true
	}
}

// entriesOf is a parameter that is a list of things with fields. JSON numbers the
// things, as some forms do; other forms repeat the names of the fields, as often
// each.
func (c *Call) entriesOf(name string, fields ...string) ([]map[string]string, error) {
	var entries []map[string]string
	for i := range maxEntries {
		e := map[string]string{}
		for _, field := range fields {
			if key := name + "[" + strconv.Itoa(i) + "][" + field + "]"; c.Form.Has(key) {
				e[field] = c.Form.Get(key)
			}
		}
		if len(e) > 0 { // some apps count from 1, or leave gaps
			entries = append(entries, e)
		}
	}
	n := len(entries)
	for _, field := range fields {
		for i, value := range c.Form[name+"[]["+field+"]"] {
			if n+i == len(entries) {
				entries = append(entries, map[string]string{})
			}
			entries[n+i][field] = value
		}
	}
	for _, field := range fields {
		if got := len(c.Form[name+"[]["+field+"]"]); got != 0 && got != len(entries)-n {
			return nil, social.InvalidField(name, "It is not clear which of them this is about.")
		}
	}
	return entries, nil
}

// maxEntries bounds what entriesOf reads.
const maxEntries = 200

// limit is how many are wanted; above most it is most, as the API has it.
func (c *Call) limit(usual, most int) int {
	n, err := strconv.Atoi(c.Form.Get("limit"))
	if err != nil || n < 1 {
		return usual
	}
	return min(n, most)
}
