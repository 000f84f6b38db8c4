package social

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// PublicURI is the collection of everybody (ActivityPub §5.6).
const PublicURI = "https://www.w3.org/ns/activitystreams#Public"

// Visibility says who may see a post.
type Visibility string

// The four visibilities. Unlisted is public but kept out of public lists.
const (
	Public    Visibility = "public"
	Unlisted  Visibility = "unlisted"
	Followers Visibility = "followers"
	Direct    Visibility = "direct"
)

// Valid reports whether v is one of the four.
func (v Visibility) Valid() bool { return v.rank() > 0 }

// Narrower returns the one of v and w that fewer people see. A reply inherits
// it, so that an answer is never shown to more people than the question.
func (v Visibility) Narrower(w Visibility) Visibility {
	if v.rank() < w.rank() {
		return w
	}
	return v
}

func (v Visibility) rank() int {
	return 1 + slices.Index([]Visibility{Public, Unlisted, Followers, Direct}, v)
}

// IsOpen reports that anybody may see it.
func (v Visibility) IsOpen() bool { return v == Public || v == Unlisted }

// PostKind is what sort of object a post is on the wire.
type PostKind string

// The kinds of post. Everything but Note and Question is shown as name, summary
// and link.
const (
	Note     PostKind = "Note"
	Question PostKind = "Question"
	Article  PostKind = "Article"
	Page     PostKind = "Page"
	Video    PostKind = "Video"
	Picture  PostKind = "Image"
	Audio    PostKind = "Audio"
	Event    PostKind = "Event"
)

// Post is what somebody wrote, the owner or another. A post of another server
// never holds foreign raw HTML: it was cleaned when it was decoded.
type Post struct {
	ID        ID
	URI       string // identity; never shown
	URL       string // its page for humans
	Kind      PostKind
	AuthorID  ID
	AuthorURI string // the single attributedTo
	Title     string // plain text: name of an Article, Page, Video, …
	Content   HTML
	Source    string // Markdown as the owner typed it; empty for others'
	Warning   string // plain text to read before the content; empty if none
	Sensitive bool   // its pictures are covered at first
	Language  string // BCP 47; empty if unknown

	Visibility Visibility
	To, Cc     []string // the addressing as it was said
	Mentions   []Mention
	Tags       []string // hashtags without #, as written
	Emojis     []Emoji

	InReplyTo   string // URI of the post answered; empty if none
	InReplyToID ID     // the same, where we have that post
	Context     string // URI of the conversation it belongs to, as its author said
	Replies     string // URI of its replies collection; empty if none

	Attachments []Attachment
	Poll        *Poll
	MayReply    MayReply // of the owner's
	Quote       *Quote   // nil if it quotes nothing
	MayQuote    MayQuote
	Link        string // the page it is about (Page, link attachment); empty if none

	LikeCount, BoostCount, ReplyCount int // as far as known here; of replies those that anybody may see

	Local       bool // written by the owner
	PublishedAt time.Time
	EditedAt    time.Time // zero if never
	DeletedAt   time.Time // zero unless it is a tombstone
	PinnedAt    time.Time // zero unless its author pinned it
	FetchedAt   time.Time // when we last got it from its server; zero for the owner's

	Author *Actor // filled by the store's Find and List methods
}

// IsReply reports whether the post answers another.
func (p *Post) IsReply() bool { return p.InReplyTo != "" }

// MentionsURI reports whether the actor is mentioned or addressed by name.
func (p *Post) MentionsURI(actorURI string) bool {
	return slices.ContainsFunc(p.Mentions, func(m Mention) bool { return m.URI == actorURI }) ||
		slices.Contains(p.To, actorURI) || slices.Contains(p.Cc, actorURI)
}

// Viewer is somebody who wants to see a post. The zero Viewer is anybody
// without a name.
type Viewer struct {
	Owner    bool   // the owner of this home; the other fields do not matter
	ActorURI string // a remote actor who proved who they are by a signature
	Follows  bool   // that actor is an accepted follower of the owner
	Blocked  bool   // the owner blocks that actor or their server
}

// VisibleTo is the one rule of who may see a post; the store's SQL twin is
// tested against it. The owner sees everything that was kept. Others see open
// posts; those of the owner also what was sent to them. Another author's
// followers-only or direct post is never passed on by this home.
func (p *Post) VisibleTo(v Viewer) bool {
	switch {
	case !p.DeletedAt.IsZero():
		return false
	case v.Owner:
		return true
	case v.Blocked:
		return false
	case p.Visibility.IsOpen():
		return true
	case !p.Local || v.ActorURI == "":
		return false
	case p.Visibility == Followers && v.Follows:
		return true
	default:
		return p.MentionsURI(v.ActorURI)
	}
}

// WasVisibleTo is VisibleTo for what may be a tombstone: who could not see the
// post shall not learn that there was one.
func (p *Post) WasVisibleTo(v Viewer) bool {
	living := *p
	living.DeletedAt = time.Time{}
	return living.VisibleTo(v)
}

// MayReply says whose replies to a post of the owner's are shown at once. Those
// whom the post names or answers may always reply. What others say waits until the
// owner has looked at it.
type MayReply string

// What MayReply can be.
const (
	MayReplyAnybody   MayReply = ""
	MayReplyFollowers MayReply = "followers" // who follows the owner
	MayReplyFollowed  MayReply = "followed"  // whom the owner follows
	MayReplyNobody    MayReply = "nobody"
)

// Valid reports whether m is one of the four.
func (m MayReply) Valid() bool {
	return slices.Contains([]MayReply{MayReplyAnybody, MayReplyFollowers, MayReplyFollowed, MayReplyNobody}, m)
}

// Mention is a person named within a post.
type Mention struct {
	URI    string // the actor
	Handle string // @name@host, as its tag said
	URL    string // the actor's page; may be empty
}

// Revision is an earlier wording of a post that was edited.
type Revision struct {
	PostID      ID
	Content     HTML
	Source      string
	Warning     string
	Sensitive   bool
	Language    string
	Attachments []Attachment
	At          time.Time // when this wording began to stand
}

// The lengths that a person may type, in characters (contract, limits). The
// limit of a post's text is in the configuration and never below 20,000.
const (
	MaxWarning     = 500
	MaxName        = 100
	MaxBio         = 2000
	MaxAbout       = 20000
	MaxField       = 255
	MaxFields      = 8
	MaxWebsites    = 20
	MaxAlt         = 1500
	MaxNote        = 2000 // of somebody, for oneself
	MaxAttachments = 4
)

// Draft is a post as the owner typed it, before it is published.
type Draft struct {
	ID          ID     // of a draft that is kept; 0 until it is
	Text        string // Markdown
	Warning     string
	Sensitive   bool
	Language    string
	Visibility  Visibility
	InReplyToID ID
	Attachments []ID     // unattached uploads of the owner's, in order
	Poll        *NewPoll // nil if it asks nothing
	MayReply    MayReply
	QuoteID     ID        // of the post that it quotes
	MayQuote    MayQuote  // empty is anybody
	SavedAt     time.Time // of a draft that is kept
	PublishAt   time.Time // when it is published by itself; zero if it is not
	Problem     string    // why it was not published at its time; empty if there is nothing to say
}

// Validate reports everything that is wrong with the draft, each with its
// field (text, warning, visibility, media, and those of NewPoll), as ErrInvalid.
func (d *Draft) Validate(maxText int) error {
	var errs []error
	if strings.TrimSpace(d.Text) == "" && len(d.Attachments) == 0 {
		errs = append(errs, InvalidField("text", "Write something, or add a picture."))
	}
	errs = append(errs, CheckLength("text", "post", d.Text, maxText), CheckLength("warning", "warning", d.Warning, MaxWarning))
	if !d.Visibility.Valid() {
		errs = append(errs, InvalidField("visibility", "Choose who may see the post."))
	}
	if len(d.Attachments) > MaxAttachments {
		errs = append(errs, InvalidField("media", "At most %d pictures: take %d away.", MaxAttachments, len(d.Attachments)-MaxAttachments))
	}
	if !d.MayReply.Valid() {
		errs = append(errs, InvalidField("may_reply", "Choose who may reply."))
	}
	if d.MayQuote != "" && !d.MayQuote.ValidOwn() {
		errs = append(errs, InvalidField("may_quote", "Choose who may quote the post."))
	}
	if d.QuoteID != 0 && (d.Poll != nil || len(d.Attachments) > 0) {
		errs = append(errs, InvalidField("quote", "A post that quotes another can have neither pictures nor a poll. Take them off, or quote nothing."))
	}
	if d.Poll != nil {
		errs = append(errs, d.Poll.Validate())
	}
	return errors.Join(errs...)
}
