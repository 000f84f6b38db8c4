package social

import (
	"errors"
	"strings"
)

// List is a part of those whom the owner follows, with a timeline of its own.
type List struct {
	ID        ID
	Title     string
	Replies   ListReplies
	Exclusive bool // what its members say stands in no other timeline of the owner's
}

// ListReplies says which replies of its members stand in a list.
type ListReplies string

// What ListReplies can be; the names are those of the Mastodon API.
const (
	RepliesToList     ListReplies = "list"     // to members of the list
	RepliesToFollowed ListReplies = "followed" // to anybody whom the owner follows
	RepliesNone       ListReplies = "none"
)

// The bounds of lists.
const (
	MaxLists     = 100
	MaxListTitle = 100 // characters
)

// Validate reports everything that is wrong, with the fields title and
// replies_policy, as ErrInvalid.
func (l *List) Validate() error {
	errs := []error{CheckLength("title", "name", l.Title, MaxListTitle)}
	if strings.TrimSpace(l.Title) == "" {
		errs = append(errs, InvalidField("title", "Give the list a name."))
	}
	if l.Replies != RepliesToList && l.Replies != RepliesToFollowed && l.Replies != RepliesNone {
		errs = append(errs, InvalidField("replies_policy", "Choose which replies the list shows."))
	}
	return errors.Join(errs...)
}
