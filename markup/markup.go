// Package markup is in charge of turning text into HTML that is safe to show:
// the owner's Markdown, strangers' HTML, profile fields and custom emoji. It is
// pure: no network, no clock, no state. It does not decide who is mentioned or
// where a hashtag lives; it finds the words and is told the addresses.
//
//	render.go      the owner's Markdown to HTML; what was found on the way
//	markdown.go    which Markdown we speak, and how deep it may nest
//	reference.go   mentions, hashtags and bare addresses within a line
//	link.go        which addresses may be linked to, and how they are shown
//	sanitize.go    strangers' HTML: what may stay
//	beginning.go    how a long text begins
//	balance.go     strangers' HTML: well-formed and of bounded depth
//	text.go        plain text of HTML; excerpts
//	emoji.go       :name: to pictures
//	linksback.go   does a page link back with rel=me
package markup

import (
	"strings"
	"unicode/utf8"
)

var (
	textEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	attrEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")
)

// escapeText writes text for between two tags.
func escapeText(s string) string { return textEscaper.Replace(s) }

// escapeAttr writes text for within a quoted attribute.
func escapeAttr(s string) string { return attrEscaper.Replace(s) }

// clean takes out what no page, feed or JSON can hold: broken UTF-8, control
// characters but tab and newline, and the two non-characters that XML forbids.
func clean(s string) string {
	if !strings.ContainsFunc(s, unclean) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r == utf8.RuneError: // also stands for each broken byte
			return utf8.RuneError
		case unclean(r):
			return -1
		}
		return r
	}, s)
}

func unclean(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' || r >= 0x7f && r < 0xa0 || r >= 0xfffd && r <= 0xffff
}

// isSpace reports HTML's white space, which other spaces are not.
func isSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\f' }
