package activity

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"croft/markup"
	"croft/social"
)

// The longest texts that are read, in bytes. Those for actors, addresses and
// fields are Mastodon's (its FEDERATION.md, "Size limits").
const (
	maxAddress  = 2048
	maxUsername = 2048
	maxName     = 2048
	maxBioBytes = 20 << 10
	maxFieldLen = 2047
	maxAltText  = 10000
	maxContent  = 256 << 10
	maxEmoji    = 128
)

// identity returns an id that names something: an http or https URI with an
// origin. Anything else is ErrInvalid naming the property.
func identity(property, id string) (string, error) {
	if address(id) == "" {
		return "", fmt.Errorf("read %s: not an address: %w", property, social.ErrInvalid)
	}
	return id, nil
}

// address returns the URI if it is http or https, has an origin and is of sane
// length; else nothing.
func address(uri string) string {
	if len(uri) > maxAddress {
		return ""
	}
	if _, ok := social.Origin(uri); !ok {
		return ""
	}
	return uri
}

// webURL is address for what a page will link to or show: plain http counts
// only where its owner is reached by plain http, too.
func webURL(url, owner string) string {
	if strings.HasPrefix(strings.ToLower(url), "http:") && !strings.HasPrefix(strings.ToLower(owner), "http:") {
		return ""
	}
	return address(url)
}

// sameOrigin returns the URI if it shares the origin of its owner; else nothing.
func sameOrigin(uri, owner string) string {
	if address(uri) == "" || !social.SameOrigin(uri, owner) {
		return ""
	}
	return uri
}

// addresses keeps the URIs that are addresses, each once, up to max.
func addresses(uris []string, max int) []string {
	var kept []string
	seen := make(map[string]bool, len(uris))
	for _, uri := range uris {
		if len(kept) == max {
			break
		}
		if !seen[uri] && address(uri) != "" {
			seen[uri] = true
			kept = append(kept, uri)
		}
	}
	return kept
}

// cut shortens a text to at most n bytes, on the border of a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// line is a name or label: by the vocabulary plain text without markup, so that
// "a < b" stays what it is. Control characters and line breaks become spaces.
func line(s string, n int) string {
	if strings.ContainsFunc(s, unicode.IsControl) {
		s = strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				return ' '
			}
			return r
		}, s)
	}
	return strings.TrimSpace(cut(s, n))
}

// contentHTML cleans the content of a post. PeerTube sends Markdown, some send
// plain text: of these the lines are kept.
func contentHTML(content, mediaType string) social.HTML {
	content = cut(content, maxContent)
	if mediaType == "text/markdown" || mediaType == "text/plain" {
		content = "<p>" + html.EscapeString(strings.ReplaceAll(content, "\r\n", "\n")) + "</p>"
		content = strings.NewReplacer("\n\n", "</p><p>", "\n", "<br>").Replace(content)
	}
	return markup.Sanitize(content)
}

// languageTag is a tag of BCP 47 as far as its shape goes.
var languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$`)

// languageOf returns the code if it is one that says something.
func languageOf(code string) string {
	if code == "und" || !languageTag.MatchString(code) {
		return ""
	}
	return code
}

// timeOf reads a time in the forms that occur: RFC 3339 with or without a
// fraction, without a zone (then UTC), with a zone without colon, a date alone.
// What is not a time, or lies outside 1970 to 9999, is zero.
func timeOf(s text) time.Time {
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04:05Z0700",
		"2006-01-02T15:04Z07:00", "2006-01-02 15:04:05", "2006-01-02",
	} {
		if t, err := time.Parse(layout, string(s)); err == nil {
			if t = t.UTC(); t.Year() < 1970 || t.Year() > 9999 {
				return time.Time{}
			}
			return t
		}
	}
	return time.Time{}
}
