package social

import (
	"regexp"
	"time"
)

// Emoji is a picture written as :name: within a text. The owner's have ID, File
// and MediaType, others' have RemoteURL.
type Emoji struct {
	Name      string // without colons
	RemoteURL string `json:",omitempty"`
	ID        ID     `json:",omitempty"`
	File      string `json:",omitempty"` // name in the media folder
	MediaType string `json:",omitempty"`
}

// OwnEmoji is one that the owner has uploaded, to write with.
type OwnEmoji struct {
	Emoji
	Category  string // under which it is offered; may be empty
	CreatedAt time.Time
	RetiredAt time.Time // zero while it is in use
}

// The bounds of an emoji of the owner's. Mastodon keeps no larger picture, and
// no other name.
const (
	MaxEmojiBytes = 256 << 10
	MaxEmojiName  = 64
	MaxEmojis     = 1000
	MaxCategory   = 60
)

var emojiName = regexp.MustCompile(`^[A-Za-z0-9_]{2,64}$`)

// CheckEmojiName reports a name that other servers would not read as ErrInvalid
// for the field "name".
func CheckEmojiName(name string) error {
	if !emojiName.MatchString(name) {
		return InvalidField("name", "A name has 2 to %d letters a to z, digits and underscores, without colons.", MaxEmojiName)
	}
	return nil
}
