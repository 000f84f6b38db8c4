package social

import "time"

// NotificationKind says what happened.
type NotificationKind string

// The kinds of notification.
const (
	NotifyMention       NotificationKind = "mention" // a reply, a mention or a direct message
	NotifyLike          NotificationKind = "like"
	NotifyBoost         NotificationKind = "boost"
	NotifyFollow        NotificationKind = "follow"
	NotifyFollowRequest NotificationKind = "follow_request"
	NotifyEdit          NotificationKind = "edit"        // a post that the owner boosted was edited
	NotifyPoll          NotificationKind = "poll"        // a poll that the owner voted in has ended
	NotifyPost          NotificationKind = "post"        // somebody the owner wants to hear of has posted
	NotifyQuote         NotificationKind = "quote"       // somebody quotes a post of the owner's
	NotifyQuotedEdit    NotificationKind = "quoted_edit" // a post that a post of the owner's quotes was edited; the post is the owner's
	NotifyMove          NotificationKind = "move"        // somebody the owner follows has moved house
	NotifyReport        NotificationKind = "report"      // somebody reported the owner or a post of theirs
)

// Notification tells the owner of something that concerns them. IDs are given
// by arrival, so that none appears behind one already seen.
type Notification struct {
	ID        ID
	Kind      NotificationKind
	ActorID   ID // who caused it
	PostID    ID // 0 if no post is meant
	CreatedAt time.Time
	Read      bool

	Actor *Actor // filled by the store's List methods
	Post  *Post  // likewise; nil if PostID is 0 or the post is gone
}

// Report is a Flag: somebody asks the owner of a server to look at something.
type Report struct {
	ID        ID
	URI       string
	ActorID   ID       // who reports: a remote (instance) actor, or the owner
	TargetID  ID       // who is reported
	Posts     []string // URIs of the posts in question
	Comment   string   // plain text
	Outgoing  bool     // sent by the owner
	CreatedAt time.Time
	ClosedAt  time.Time // zero while open

	Actor, Target *Actor // filled by the store's List methods
}
