package markup

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"croft/social"
)

// reference is a mention, a hashtag or a bare address within a line. Exactly
// one of handle, tag and href is set.
type reference struct {
	ast.BaseInline
	source string // as it was typed
	handle social.Handle
	tag    string // without #
	href   string
}

var kindReference = ast.NewNodeKind("Reference")

// Kind makes reference a node of its own kind.
func (r *reference) Kind() ast.NodeKind { return kindReference }

// Dump prints the node for debugging, as every node of goldmark can.
func (r *reference) Dump(source []byte, level int) {
	ast.DumpHelper(r, source, level, map[string]string{"source": r.source}, nil)
}

// maxReference bounds how far one character may make us look ahead, so that
// hostile text stays linear.
const maxReference = 2048

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

func isWord(r rune) bool { return r == '_' || isLetter(r) }

// run is the length of the prefix of s that consists of runes that ok accepts.
func run(s string, ok func(rune) bool) int {
	if n := strings.IndexFunc(s, func(r rune) bool { return !ok(r) }); n >= 0 {
		return n
	}
	return len(s)
}

// ahead is the rest of the line, as far as a reference may reach.
func ahead(block text.Reader) string {
	line, _ := block.PeekLine()
	return string(line[:min(len(line), maxReference)])
}

// mentionParser reads @name@host. A bare @name is text: in a home of one
// person it names nobody.
type mentionParser struct{}

// Trigger is the character at which goldmark asks.
func (mentionParser) Trigger() []byte { return []byte{'@'} }

// Parse reads a mention, or nothing. The characters before it are Mastodon's
// rule, so that e-mail addresses and parts of URLs are none; but an underscore
// may be emphasis.
func (mentionParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	if before := block.PrecendingCharacter(); isLetter(before) || strings.ContainsRune("@/=", before) {
		return nil
	}
	handle, length := readMention(ahead(block))
	if length == 0 {
		return nil
	}
	line, _ := block.PeekLine()
	source := string(line[:length])
	block.Advance(length)
	return &reference{source: source, handle: handle}
}

// readMention reads the mention that s begins with and its length; 0 if none.
func readMention(s string) (social.Handle, int) {
	inName := func(r rune) bool { return isWord(r) || r == '.' || r == '-' }
	nameEnd := 1 + run(s[1:], inName)
	if nameEnd == 1 || nameEnd >= len(s) || s[nameEnd] != '@' {
		return social.Handle{}, 0
	}
	rest := s[nameEnd+1:]
	host := strings.TrimRight(rest[:run(rest, inName)], ".-_")
	end := len(host)
	if port := readPort(rest[end:]); port > 0 {
		end += port
	} else if !strings.Contains(host, ".") && host != "localhost" {
		return social.Handle{}, 0 // "@home@noon" names no server
	}
	if strings.HasPrefix(rest[end:], "@") {
		return social.Handle{}, 0 // could be read in two ways
	}
	handle, err := social.ParseHandle(s[:nameEnd+1+end])
	if err != nil {
		return social.Handle{}, 0
	}
	return handle, nameEnd + 1 + end
}

// readPort is the length of :digits at the start of s.
func readPort(s string) int {
	if !strings.HasPrefix(s, ":") {
		return 0
	}
	digits := run(s[1:], func(r rune) bool { return r >= '0' && r <= '9' })
	if digits == 0 || digits > 5 || s[1] == '0' {
		return 0
	}
	return 1 + digits
}

// tagParser reads hashtags.
type tagParser struct{}

// Trigger is the character at which goldmark asks.
func (tagParser) Trigger() []byte { return []byte{'#'} }

// Parse reads a hashtag, or nothing. The characters before it are Mastodon's
// rule; & keeps numeric entities whole.
func (tagParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	if before := block.PrecendingCharacter(); isLetter(before) || strings.ContainsRune("#/=)&", before) {
		return nil
	}
	tag := readTag(ahead(block)[1:])
	if tag == "" {
		return nil
	}
	block.Advance(1 + len(tag))
	return &reference{source: "#" + tag, tag: tag}
}

// readTag reads the hashtag that s begins with, without #; empty if none. It
// has letters, digits, marks and underscores of any script, at least one that
// is no digit, and within it the middle dots and the joiner that Mastodon
// allows. An underscore at its end is left to Markdown's emphasis.
func readTag(s string) string {
	separator := func(r rune) bool { return r == '\u00b7' || r == '\u30fb' || r == '\u200c' }
	tag := s[:run(s, func(r rune) bool { return isWord(r) || separator(r) })]
	tag = strings.TrimRightFunc(tag, func(r rune) bool { return r == '_' || separator(r) })
	first, _ := utf8.DecodeRuneInString(tag)
	if tag == "" || separator(first) || unicode.IsMark(first) {
		return ""
	}
	if run(tag, unicode.IsNumber) == len(tag) {
		return ""
	}
	return tag
}

// addressParser reads bare http and https addresses. goldmark asks at
// punctuation only, so it is asked at the colon and takes the scheme back from
// the text before.
type addressParser struct{}

// Trigger is the character at which goldmark asks.
func (addressParser) Trigger() []byte { return []byte{':'} }

// Parse reads an address, or nothing.
func (addressParser) Parse(parent ast.Node, block text.Reader, _ parser.Context) ast.Node {
	rest := ahead(block)
	if !strings.HasPrefix(rest, "://") {
		return nil
	}
	before, ok := parent.LastChild().(*ast.Text)
	_, here := block.Position()
	if !ok || before.Segment.Stop != here.Start {
		return nil
	}
	scheme := trailingScheme(before.Segment.Value(block.Source()))
	if scheme == "" {
		return nil
	}
	rest = trimAddress(rest[:run(rest, inAddress)])
	href, ok := safeHref(scheme + rest)
	if !ok {
		return nil
	}
	block.Advance(len(rest))
	before.Segment = before.Segment.WithStop(before.Segment.Stop - len(scheme))
	return &reference{source: scheme + rest, href: href}
}

// trailingScheme is the http or https that a text ends with, as typed; empty
// if none, or if it is the end of a longer word.
func trailingScheme(text []byte) string {
	tail := string(text[max(0, len(text)-len(" https")):])
	word := tail[len(strings.TrimRightFunc(tail, isASCIIWord)):]
	if strings.EqualFold(word, "http") || strings.EqualFold(word, "https") {
		return word
	}
	return ""
}

func isASCIIWord(r rune) bool { return r < utf8.RuneSelf && isWord(r) }

// inAddress reports what may stand in a bare address. Letters of any script
// may; white space, brackets, quotes and the punctuation of other scripts end it.
func inAddress(r rune) bool {
	if r < utf8.RuneSelf {
		return r > ' ' && r != 0x7f && !strings.ContainsRune("<>\"`|\\^{}[]", r)
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || unicode.IsSymbol(r)
}

// trimAddress cuts off the punctuation that ends a sentence or an emphasis
// rather than the address, and a closing bracket that was opened before it.
func trimAddress(s string) string {
	open, closed := strings.Count(s, "("), strings.Count(s, ")")
	for s != "" {
		switch last := s[len(s)-1]; {
		case last == ')' && closed > open:
			closed--
		case strings.IndexByte(".,:;!?'*_~&", last) < 0:
			return s
		}
		s = s[:len(s)-1]
	}
	return s
}
