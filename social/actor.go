package social

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// ActorType is the ActivityStreams type of an actor.
type ActorType string

// The five actor types (ActivityStreams vocabulary §3.2).
const (
	Person       ActorType = "Person"
	Service      ActorType = "Service"
	Group        ActorType = "Group"
	Organization ActorType = "Organization"
	Application  ActorType = "Application"
)

// Actor is a person, group or program of the fediverse: the owner, or one of
// another server.
type Actor struct {
	ID          ID
	URI         string // identity; never shown
	Type        ActorType
	Handle      Handle
	Name        string // plain text; may be empty, see DisplayName
	Bio         HTML
	URL         string // the profile page for humans
	Avatar      Image
	Header      Image
	Fields      []Field
	Emojis      []Emoji
	Local       bool // the owner or the instance actor
	MovedTo     string
	AlsoKnownAs []string
	Websites    []string // hosts whose pages may name the owner as their author; of others it is not read

	Inbox, SharedInbox                     string
	Outbox, Followers, Following, Featured string

	Locked       bool // answers follow requests by hand
	Discoverable bool // wishes to be found
	Indexable    bool // wishes their public posts to be searchable; a missing word means no (FEP-5feb)

	FollowerCount, FollowingCount, PostCount int // as its server last said; -1 unknown

	CreatedAt time.Time
	UpdatedAt time.Time
	FetchedAt time.Time // when we last asked its server; zero for the owner
	GoneAt    time.Time // when its server said that it is gone; zero if alive
}

// DisplayName is the name to show: Name, else the handle's first part.
func (a *Actor) DisplayName() string {
	if strings.TrimSpace(a.Name) != "" {
		return a.Name
	}
	return a.Handle.Name
}

// Field is one line of a profile.
type Field struct {
	Name       string
	Value      HTML
	Source     string    `json:",omitempty"` // what the owner typed
	VerifiedAt time.Time `json:",omitzero"`  // when the page behind it was seen to link back with rel=me
}

// Handle is @name@host, parsed. Host is lower-case ASCII (punycode) and may
// carry a port; the name keeps its case.
type Handle struct{ Name, Host string }

var handleName = regexp.MustCompile(`^[\pL\pN_]([\pL\pN_.-]*[\pL\pN_])?$`)

// ParseHandle reads name@host, @name@host or acct:name@host. Anything else is
// ErrInvalid with a sentence for a person.
func ParseHandle(s string) (Handle, error) {
	s = strings.TrimSpace(s)
	trimmed := strings.TrimPrefix(strings.TrimPrefix(s, "acct:"), "@")
	name, host, ok := strings.Cut(trimmed, "@")
	if !ok || len(name) > 2048 || !handleName.MatchString(name) {
		return Handle{}, Invalidf("%q is not a handle. Write it like @name@example.org.", s)
	}
	host, err := ParseHost(host)
	if err != nil {
		return Handle{}, Invalidf("%q is not a handle. Write it like @name@example.org.", s)
	}
	return Handle{Name: name, Host: host}, nil
}

var hostShape = regexp.MustCompile(`^([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(:[1-9][0-9]{0,4})?$`)

// ParseHost brings a host name (with or without a port) into the one form in
// which hosts are compared and stored: lower case, punycode, no trailing dot.
// A form that could be read in two ways is ErrInvalid. IPv6 literals are
// accepted in brackets.
func ParseHost(s string) (string, error) {
	name, port, hasPort := strings.Cut(s, ":")
	if isPlainHost(name) && (!hasPort || isPort(port)) {
		return s, nil
	}
	if strings.HasPrefix(s, "[") {
		return parseBracketHost(s)
	}
	// Looked at before package idna, which takes ten seconds for 16 kB of strange
	// letters, and lets some broken UTF-8 through as a name that it then refuses.
	if len(s) > 253+6 || !utf8.ValidString(s) {
		return "", fmt.Errorf("host %.100q: %w", s, ErrInvalid)
	}
	ascii, err := idna.Lookup.ToASCII(name)
	if err != nil {
		return "", fmt.Errorf("host %q: %w", s, ErrInvalid)
	}
	if hasPort {
		ascii += ":" + port
	}
	if !hostShape.MatchString(ascii) {
		return "", fmt.Errorf("host %q: %w", s, ErrInvalid)
	}
	return ascii, nil
}

// isPlainHost recognises, without the cost of IDNA, a host that is in its one
// form already: lower-case labels without any double hyphen. Every
// address that arrives is compared by its host, so this is asked often.
func isPlainHost(s string) bool {
	if len(s) > 253 {
		return false
	}
	start := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != '.' {
			c := s[i]
			letter := 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
			if !letter && (c != '-' || i == start || s[i-1] == '-') {
				return false
			}
			continue
		}
		if i == start || i-start > 63 || s[i-1] == '-' {
			return false
		}
		start = i + 1
	}
	return true
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 32)
	return err == nil && n < 100_000 && s[0] != '0' && s[0] != '+'
}

var bracketHost = regexp.MustCompile(`^\[[0-9a-f:.]+\](:[1-9][0-9]{0,4})?$`)

func parseBracketHost(s string) (string, error) {
	lower := strings.ToLower(s)
	if !bracketHost.MatchString(lower) {
		return "", fmt.Errorf("host %q: %w", s, ErrInvalid)
	}
	return lower, nil
}

// String writes @name@host, or @name where the host is not known.
func (h Handle) String() string {
	if h.Host == "" {
		return "@" + h.Name
	}
	return "@" + h.Name + "@" + h.Host
}

// Acct writes name@host, as WebFinger's acct: URIs have it.
func (h Handle) Acct() string { return h.Name + "@" + h.Host }

// IsZero reports that there is no handle.
func (h Handle) IsZero() bool { return h.Name == "" }

// Profile is what the owner says of themself, as they typed it.
type Profile struct {
	Name                            string
	Bio                             string // Markdown
	About                           string // Markdown: a page of its own; empty shows none. It is shown here only
	Fields                          []ProfileField
	Locked, Discoverable, Indexable bool
	Hue                             string // one of the eight names in docs/design.md

	// What the pages show visitors. Other servers are told the numbers and the
	// boosts all the same.
	ShowCircle             bool // who follows and is followed
	HideCounts, HideBoosts bool

	Websites []string `json:",omitempty"` // hosts whose pages may name the owner as their author
}

// ProfileField is one line of a Profile. A value that is an address becomes a
// link with rel=me.
type ProfileField struct{ Name, Value string }
