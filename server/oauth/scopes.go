package oauth

import (
	"slices"
	"strings"
)

// Scopes say what a key opens. A wide one opens all that is under it: read opens
// read:statuses.
type Scopes []string

// The narrow scopes under each wide one, as the Mastodon API names them.
var under = map[string][]string{
	"read": {
		"read:accounts", "read:blocks", "read:bookmarks", "read:favourites", "read:filters", "read:follows", "read:lists",
		"read:me", "read:mutes", "read:notifications", "read:search", "read:statuses",
	},
	"write": {
		"write:accounts", "write:blocks", "write:bookmarks", "write:conversations", "write:favourites", "write:filters", "write:follows",
		"write:lists", "write:media", "write:mutes", "write:notifications", "write:reports", "write:statuses",
	},
	"follow": {"read:blocks", "write:blocks", "read:follows", "write:follows", "read:mutes", "write:mutes"},
}

// who opens what the owner is called, which a site needs that has people sign in by
// their homes.
var who = map[string][]string{"profile": {"read:me"}, "read:accounts": {"read:me"}}

// alone are scopes that open one thing and nothing under it.
var alone = []string{"push", "profile"}

// Known are all scopes, the wide ones first; the metadata of RFC 8414 lists
// them.
func Known() Scopes {
	known := append(Scopes{"read", "write", "follow"}, alone...)
	narrow := append(slices.Clone(under["read"]), under["write"]...)
	return append(known, narrow...)
}

// ParseScopes reads scopes parted by spaces or plus signs (some apps escape
// twice), each once. One that is not known makes it fail: no key says more than
// it opens. Empty is read, which is what the Mastodon API supposes.
func ParseScopes(text string) (Scopes, bool) {
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '+' || r == '\n' || r == '\t' })
	if len(words) == 0 {
		return Scopes{"read"}, true
	}
	known := Known()
	var scopes Scopes
	for _, word := range words {
		if !slices.Contains(known, word) {
			return nil, false
		}
		if !slices.Contains(scopes, word) {
			scopes = append(scopes, word)
		}
	}
	return scopes, true
}

// String writes scopes as a token's answer has them.
func (s Scopes) String() string { return strings.Join(s, " ") }

// Open reports whether a key with these scopes opens what needs one scope.
func (s Scopes) Open(wanted string) bool {
	for _, have := range s {
		if have == wanted || slices.Contains(under[have], wanted) || slices.Contains(who[have], wanted) {
			return true
		}
	}
	return false
}

// Within reports whether these scopes open nothing that others do not.
func (s Scopes) Within(others Scopes) bool {
	for _, one := range s {
		if others.Open(one) {
			continue
		}
		narrow, wide := under[one]
		if !wide {
			return false
		}
		for _, n := range narrow {
			if !others.Open(n) {
				return false
			}
		}
	}
	return true
}
