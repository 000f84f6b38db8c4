package templates

import (
	"math"
	"strconv"
	"time"

	"croft/social"
)

// ActorView is an actor as a page shows them. Addresses of pictures are of
// this home: the reader's browser never calls a stranger.
type ActorView struct {
	ID        social.ID
	Name      string // to show; the server gives DisplayName
	Handle    string // @name@host
	Href      string // their page here: the profile for the owner, /people/ID for others (or their own server for visitors)
	URL       string // their profile page on their own server
	Avatar    string // empty shows the stand-in
	AvatarAlt string
	Header    string // empty shows none
	HeaderAlt string
	Host      string
	Emojis    []EmojiView // within Name and Bio
	Bio       social.HTML
	Fields    []social.Field
	IsGroup   bool
	IsBot     bool
	IsOwner   bool // stands in a doorway
	Gone      bool // their server says they are no more
	MovedTo   *ActorView
	Since     time.Time // when they did what the list they stand in says; may be zero

	Posts, Followers, Following int // as their server last said; -1 unknown
	Relation                    social.Relation
}

// EmojiView is a picture written as :name: within a text.
type EmojiView struct{ Name, Src string }

// MediaView is an attachment as a page shows it.
type MediaView struct {
	Kind          social.MediaKind
	Src           string // the picture as shown in a stream; empty if there is nothing to show
	Full          string // the whole file, or where it lives
	Alt           string
	Width, Height int
	FocusX        float64
	FocusY        float64
}

// PostView is a post as a page shows it, prepared for whoever is looking.
type PostView struct {
	Post      *social.Post
	Author    ActorView
	Href      string      // its page here: its address for visitors, PostPath for the owner
	BoostID   social.ID   // set where a boost brought it here
	BoostedBy []ActorView // who boosted it, newest first
	Answers   *ActorView  // whom it answers; nil if nobody or unknown
	Media     []MediaView
	Emojis    []EmojiView
	Beginning social.HTML // of a long post, which a list does not show whole; empty for others
	Because   string      // why it is shown, as a sentence, where nothing else says so
	Votes     []int       // what the owner chose in its poll: indexes of options
	Filters   []social.FilterMatch
	Reactions []ReactionView
	Quote     *QuoteView // what it quotes; nil if nothing

	Mine     bool // the owner wrote it
	Liked    bool
	Boosted  bool
	Kept     bool // bookmarked
	Quiet    bool // it is in a thread that is muted
	Pinned   bool // shown as pinned, here
	CanBoost bool
	CanPin   bool
	CanQuote bool
	OfMine   bool // it quotes a post of the owner's, with their leave
	Preview  bool // it is not posted yet: nothing can be done with it
}

// QuoteView is what a post quotes. Where that is not shown, Why says so in a
// sentence.
type QuoteView struct {
	Post *PostView
	Why  string
}

// ReactionView is how many reacted in one way.
type ReactionView struct {
	Text   string      // a character, or :name: of what is in Emojis
	Emojis []EmojiView // one at most
	Count  int
}

// Reply is a post of a thread with what answers it. One that is missing has no
// Post and says why in Gone. Where the thread goes on elsewhere, OnHref is the
// page and OnText the words of the link.
type Reply struct {
	PostView
	Gone           string
	OnHref, OnText string
	Hidden         bool // it is missing because of whom it is by
	Replies        []Reply
}

// anchor is the id of the post's element, unique on a page even where a post
// stands there pinned, boosted and by itself.
func (v *PostView) anchor() string {
	switch {
	case v.BoostID != 0:
		return "b" + v.BoostID.String()
	case v.Pinned:
		return "pin" + v.Post.ID.String()
	default:
		return "p" + v.Post.ID.String()
	}
}

// pictures are the attachments that can be shown as pictures, and others are
// the rest, which are linked.
func (v *PostView) pictures() []MediaView { return mediaOf(v.Media, true) }
func (v *PostView) others() []MediaView   { return mediaOf(v.Media, false) }

func mediaOf(media []MediaView, pictures bool) []MediaView {
	var found []MediaView
	for _, m := range media {
		if (m.Kind == social.MediaImage && m.Src != "") == pictures {
			found = append(found, m)
		}
	}
	return found
}

// described lists the alternative texts worth reading.
func described(media []MediaView) []string {
	var texts []string
	for _, m := range media {
		if m.Alt != "" {
			texts = append(texts, m.Alt)
		}
	}
	return texts
}

// shownMax is how many pictures a stream shows in one frame (docs/design.md).
const shownMax = 4

func shown(media []MediaView) []MediaView { return media[:min(len(media), shownMax)] }

// width and height are never nought: a page keeps its place while it loads.
func (m *MediaView) width() string  { return strconv.Itoa(orNumber(m.Width, 1200)) }
func (m *MediaView) height() string { return strconv.Itoa(orNumber(m.Height, 900)) }

// fx and fy round the focal point to the steps of the stylesheet.
func (m *MediaView) fx() string { return quarter((m.FocusX + 1) / 2) }
func (m *MediaView) fy() string { return quarter((1 - m.FocusY) / 2) }

func quarter(share float64) string {
	if math.IsNaN(share) {
		return "50"
	}
	return strconv.Itoa(int(math.Round(min(max(share, 0), 1)*4)) * 25)
}

func orNumber(n, otherwise int) int {
	if n <= 0 {
		return otherwise
	}
	return n
}

// label is the word for a visibility, icon its sign.
func visibilityLabel(v social.Visibility) string {
	switch v {
	case social.Public:
		return "Public"
	case social.Unlisted:
		return "Unlisted"
	case social.Followers:
		return "Followers"
	default:
		return "Only people named"
	}
}

func visibilityIcon(v social.Visibility) string {
	switch v {
	case social.Public:
		return "globe"
	case social.Unlisted:
		return "quiet"
	case social.Followers:
		return "lock"
	default:
		return "at"
	}
}

// mediaWord names an attachment that is linked and not shown.
func mediaWord(kind social.MediaKind) string {
	switch kind {
	case social.MediaVideo:
		return "Video"
	case social.MediaAudio:
		return "Sound"
	case social.MediaImage:
		return "Picture"
	default:
		return "File"
	}
}
