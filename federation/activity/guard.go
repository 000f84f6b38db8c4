package activity

import (
	"bytes"
	"fmt"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"croft/social"
)

// maxDepth is how deep a document may be nested. The deepest real ones, a
// group's Announce of an Update of a post with a picture, stay below ten.
const maxDepth = 32

// guard walks through raw JSON once, before it is decoded, and refuses what
// could mean two things: too much depth, NUL, JSON-LD's other ways to say the
// same (@graph, @included, @reverse, @id beside id, @type beside type), and a
// @context that gives a word of ActivityStreams another meaning. A verifier
// with a JSON-LD processor and a reader of plain names must never disagree
// (Mastodon GHSA-53m7). Whether the JSON is well-formed is the decoder's to say.
func guard(data []byte) error {
	g := guardian{data: data}
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '{', '[':
			if g.depth++; g.depth > maxDepth {
				return fmt.Errorf("read json: nested deeper than %d: %w", maxDepth, social.ErrInvalid)
			}
			g.names[g.depth] = 0
			g.isKey = data[i] == '{'
			g.inObject[g.depth] = g.isKey
		case '}', ']':
			if g.depth == g.contextDepth {
				g.contextDepth = 0
			}
			g.depth = max(g.depth-1, 0)
			g.isKey = false
		case ',':
			if g.depth == g.contextDepth {
				g.contextDepth = 0
			}
			g.isKey = g.inObject[g.depth]
		case '"':
			end := closingQuote(data, i)
			if end < 0 {
				return nil // the decoder will complain
			}
			if err := g.text(data[i:end+1], end+1); err != nil {
				return err
			}
			i = end
		}
	}
	return nil
}

// guardian is the state of guard: where it is in the document.
type guardian struct {
	data         []byte
	depth        int
	inObject     [maxDepth + 1]bool
	names        [maxDepth + 1]nameSet
	isKey        bool // the next string is a member's name
	contextDepth int  // depth of the object whose @context this is; 0 outside
}

// nameSet holds which of the four names of identity an object has.
type nameSet uint8

const (
	hasID nameSet = 1 << iota
	hasAtID
	hasType
	hasAtType
)

// text looks at one string; after is where the rest of the document begins.
func (g *guardian) text(quoted []byte, after int) error {
	if bytes.Contains(quoted, []byte(`\u0000`)) && hasNUL(quoted) {
		return fmt.Errorf("read json: a NUL character: %w", social.ErrInvalid)
	}
	if !g.isKey {
		return nil
	}
	g.isKey = false
	name := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(name, '\\') >= 0 {
		plain, err := jsontext.AppendUnquote(nil, quoted)
		if err != nil {
			return nil // the decoder will complain
		}
		name = plain
	}
	if g.contextDepth > 0 {
		return g.term(string(name), after)
	}
	return g.member(string(name))
}

// member looks at the name of a member outside of a @context.
func (g *guardian) member(name string) error {
	names := &g.names[g.depth]
	switch name {
	case "@context":
		g.contextDepth = g.depth
	case "@graph", "@included", "@reverse":
		return fmt.Errorf("read json: %s: %w", name, social.ErrInvalid)
	case "id":
		*names |= hasID
	case "@id":
		*names |= hasAtID
	case "type":
		*names |= hasType
	case "@type":
		*names |= hasAtType
	}
	const bothIDs, bothTypes = hasID | hasAtID, hasType | hasAtType
	if *names&bothIDs == bothIDs || *names&bothTypes == bothTypes {
		return fmt.Errorf("read json: %s said twice: %w", strings.TrimPrefix(name, "@"), social.ErrInvalid)
	}
	return nil
}

const asNamespace = "https://www.w3.org/ns/activitystreams#"

// term looks at a term that an inline @context defines.
func (g *guardian) term(name string, after int) error {
	switch name {
	case "@reverse", "@graph", "@included":
		return fmt.Errorf("read @context: %s: %w", name, social.ErrInvalid)
	case "as", "@vocab":
	default:
		if !readTerms()[name] {
			return nil
		}
	}
	iri, ok := definition(g.data[after:])
	if !ok || !rightMeaning(name, iri) {
		return fmt.Errorf("read @context: another meaning for %q: %w", name, social.ErrInvalid)
	}
	return nil
}

// definition reads the IRI that a term stands for, from the colon on. False
// says that there is none.
func definition(rest []byte) (iri string, ok bool) {
	rest = bytes.TrimLeft(rest, " \t\r\n:")
	dec := jsontext.NewDecoder(bytes.NewReader(rest[:min(len(rest), 4096)]))
	if dec.PeekKind() != '{' {
		tok, err := dec.ReadToken()
		return tok.String(), err == nil && tok.Kind() == '"'
	}
	if _, err := dec.ReadToken(); err != nil {
		return "", false
	}
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return "", false
		}
		isID := name.String() == "@id"
		value, err := dec.ReadValue()
		if err != nil {
			return "", false
		}
		if isID && value.Kind() == '"' {
			plain, err := jsontext.AppendUnquote(nil, value)
			return string(plain), err == nil
		}
	}
	return "", false
}

// rightMeaning reports whether a term stands for what it has to.
func rightMeaning(name, iri string) bool {
	switch name {
	case "as", "@vocab":
		return iri == asNamespace
	case "id", "type":
		return iri == "@"+name
	case "inbox": // the vocabulary itself takes it from LDP
		if iri == "ldp:inbox" || iri == "http://www.w3.org/ns/ldp#inbox" {
			return true
		}
	}
	local, ok := strings.CutPrefix(iri, asNamespace)
	if !ok {
		if local, ok = strings.CutPrefix(iri, "as:"); !ok {
			return false
		}
	}
	return local == strings.TrimSuffix(name, "Map") || local == name
}

// readTerms are the words of ActivityStreams that this package gives a meaning
// to. Others may be taken for something else: Mobilizon uses location and Place
// in schema.org's sense.
var readTerms = sync.OnceValue(func() map[string]bool {
	words := `id type actor object target content contentMap summary summaryMap name nameMap
		attributedTo to cc bto bcc audience inReplyTo url href mediaType icon image attachment tag
		published updated deleted endTime closed oneOf anyOf replies likes shares context
		items orderedItems first next prev last current partOf totalItems generator source width height
		preferredUsername inbox outbox followers following endpoints sharedInbox alsoKnownAs movedTo
		manuallyApprovesFollowers sensitive Public Hashtag Mention Link Tombstone
		Collection OrderedCollection CollectionPage OrderedCollectionPage
		Accept Add Announce Block Create Delete Dislike Flag Follow Like Move Reject Remove Undo Update
		Application Group Organization Person Service
		Article Audio Document Event Image Note Page Question Video`
	terms := map[string]bool{}
	for _, word := range strings.Fields(words) {
		terms[word] = true
	}
	return terms
})

// closingQuote finds the end of the string that opens at data[open]; -1 if it
// never ends.
func closingQuote(data []byte, open int) int {
	for i := open + 1; i < len(data); {
		j := bytes.IndexByte(data[i:], '"')
		if j < 0 {
			return -1
		}
		i += j
		slashes := 0
		for data[i-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return i
		}
		i++
	}
	return -1
}

// hasNUL tells \u0000 from an escaped backslash before u0000.
func hasNUL(quoted []byte) bool {
	plain, err := jsontext.AppendUnquote(nil, quoted)
	return err == nil && bytes.IndexByte(plain, 0) >= 0
}
