package store

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"croft/social"
)

// millis is how every time is written: Unix milliseconds, absent if zero.
func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// when reads what millis wrote.
type when time.Time

// Scan implements sql.Scanner.
func (w *when) Scan(src any) error {
	switch ms := src.(type) {
	case nil:
		*w = when{}
	case int64:
		*w = when(time.UnixMilli(ms).UTC())
	default:
		return fmt.Errorf("a time is %T", src)
	}
	return nil
}

// idOrNull writes the absent ID as an absent value, as foreign keys need it.
func idOrNull(id social.ID) any {
	if id == 0 {
		return nil
	}
	return int64(id)
}

// textOrNull keeps empty text out of a partial index.
func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// maybeID reads what idOrNull wrote.
type maybeID social.ID

// Scan implements sql.Scanner.
func (m *maybeID) Scan(src any) error {
	id, ok := src.(int64)
	if !ok && src != nil {
		return fmt.Errorf("an ID is %T", src)
	}
	*m = maybeID(id)
	return nil
}

// maybeText reads what textOrNull wrote.
type maybeText string

// Scan implements sql.Scanner.
func (m *maybeText) Scan(src any) error {
	text, ok := src.(string)
	if !ok && src != nil {
		return fmt.Errorf("a text is %T", src)
	}
	*m = maybeText(text)
	return nil
}

// toJSON writes what is kept but never asked for. Nothing is written as ”.
func toJSON[T any](v []T) string {
	if len(v) == 0 {
		return ""
	}
	return encode(v)
}

func encode(v any) string {
	b, err := json.Marshal(v, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		// Only structs of social come here, and they can all be written.
		panic(fmt.Sprintf("write %T as JSON: %v", v, err))
	}
	return string(b)
}

// asJSON reads what toJSON or encode wrote.
type asJSON struct{ to any }

// Scan implements sql.Scanner.
func (j asJSON) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("JSON is %T", src)
	}
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), j.to, jsontext.AllowInvalidUTF8(true))
}

// texts reads a list of texts that toJSON wrote, by a shorter way where it needs
// no unquoting.
type texts []string

// Scan implements sql.Scanner.
func (l *texts) Scan(src any) error {
	text, _ := src.(string)
	inner, ok := strings.CutPrefix(text, `["`)
	inner, ok2 := strings.CutSuffix(inner, `"]`)
	if !ok || !ok2 || strings.Contains(inner, `\`) {
		return asJSON{(*[]string)(l)}.Scan(src)
	}
	*l = strings.Split(inner, `","`)
	return nil
}

// idList is a list of IDs as an argument for json_each.
func idList(ids []social.ID) string {
	b := make([]byte, 0, 20*len(ids)+2)
	b = append(b, '[')
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, id.String()...)
	}
	return string(append(b, ']'))
}

func scanID(r row) (social.ID, error) {
	var id int64
	err := r.Scan(&id)
	return social.ID(id), err
}

func scanText(r row) (string, error) {
	var s string
	err := r.Scan(&s)
	return s, err
}

func scanCount(r row) (int, error) {
	var n int64
	err := r.Scan(&n)
	return int(n), err
}

// everybody stands for social.PublicURI in a list of addresses, of which it is
// the commonest.
const everybody = "*"

// shortURI writes an address of a post with the given URI: without the part
// that both begin with, if they are of one origin.
func shortURI(base, uri string) string {
	if uri == social.PublicURI {
		return everybody
	}
	if uri == everybody || strings.HasPrefix(uri, "+") {
		return "+0:" + uri // no address, but a stranger may say so
	}
	n := 0
	for n < min(len(base), len(uri)) && base[n] == uri[n] {
		n++
	}
	for n > 0 && n < len(uri) && !utf8.RuneStart(uri[n]) {
		n--
	}
	if strings.Count(uri[:n], "/") < 3 {
		return uri
	}
	return "+" + strconv.Itoa(n) + ":" + uri[n:]
}

// longURI reads what shortURI wrote.
func longURI(base, short string) string {
	if short == everybody {
		return social.PublicURI
	}
	length, rest, ok := strings.Cut(short, ":")
	if !ok || !strings.HasPrefix(length, "+") {
		return short
	}
	n, err := strconv.Atoi(length[1:])
	if err != nil || n > len(base) {
		return short
	}
	return base[:n] + rest
}

func shortURIs(base string, uris []string) string {
	short := make([]string, len(uris))
	for i, uri := range uris {
		short[i] = shortURI(base, uri)
	}
	return toJSON(short)
}

func longURIs(base string, uris []string) {
	for i, uri := range uris {
		uris[i] = longURI(base, uri)
	}
}

// storedMention is social.Mention under short names.
type storedMention struct {
	URI    string `json:"u"`
	Handle string `json:"h,omitempty"`
	URL    string `json:"l,omitempty"`
}

func mentionJSON(mentions []social.Mention) string {
	stored := make([]storedMention, len(mentions))
	for i, m := range mentions {
		stored[i] = storedMention(m)
	}
	return toJSON(stored)
}

// mentionList reads what mentionJSON wrote.
type mentionList []social.Mention

// Scan implements sql.Scanner.
func (l *mentionList) Scan(src any) error {
	var stored []storedMention
	if err := (asJSON{&stored}).Scan(src); err != nil {
		return err
	}
	for _, m := range stored {
		*l = append(*l, social.Mention(m))
	}
	return nil
}
