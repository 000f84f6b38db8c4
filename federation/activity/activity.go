package activity

import (
	"time"

	"croft/social"
)

// Activity is something said by one actor: exactly one of the structs below.
// What Decode returns has been checked as Peek checks it: ID and Actor are
// absolute http or https URIs of the same origin. Everything else is only what
// the speaker claims. An activity inside another may lack ID and Actor.
type Activity interface{ activity() }

// Create announces a new post. Post is nil if it was named by its id only, as
// activitypub-bot does, or within an Announce; it must then be fetched. An
// embedded post is believed only if its author is the Actor and shares its
// origin.
type Create struct {
	ID, Actor string
	Object    string // id of the post
	Post      *social.Post
	InReplyTo string // what the post is said to answer; only where Post is not read
	To, Cc    []string
	Published time.Time
}

// Vote is one actor's choice in a poll: a Create of one or more Notes that have
// a name and no content.
type Vote struct {
	ID, Actor string
	Object    string   // id of the first of these Notes
	Question  string   // id of the Question
	Choices   []string // names of the options, as plain text
	To        []string
}

// Update gives an object anew. Post and Person are nil if it was named by its
// id only; it must then be fetched.
type Update struct {
	ID, Actor string
	Object    string // id of the post or actor
	Post      *social.Post
	Person    *ActorDocument
	To, Cc    []string
	UpdatedAt time.Time
}

// Delete takes back a post, or says that an actor is gone for good.
type Delete struct {
	ID, Actor string
	Object    string // id of the post or actor
	To, Cc    []string
	DeletedAt time.Time // when encoded: time for the Tombstone; zero embeds none
}

// Follow asks to receive what Object publishes. Friendica follows posts, too.
type Follow struct{ ID, Actor, Object string }

// Accept says yes. Follow is nil if the object was named by its id only, or was
// something else than a Follow.
type Accept struct {
	ID, Actor string
	Object    string // id of what is accepted
	Follow    *Follow
	Result    string // what comes of it: the stamp of a quote; empty if nothing does
	Request   *QuoteRequest
	To        []string // where it is no Follow; not read
}

// Reject says no, also to a follow that was accepted before.
type Reject struct {
	ID, Actor string
	Object    string // id of what is rejected
	Follow    *Follow
	Request   *QuoteRequest
	To        []string // where it is no Follow; not read
}

// QuoteRequest asks to quote Object in the post Instrument (FEP-044f). Post is that
// one, if it was embedded; its author is for the caller to look at.
type QuoteRequest struct {
	ID, Actor, Object string
	Instrument        string
	Post              *social.Post
}

// Undo takes back an act of the same actor's. Inner is nil if it was named by
// its id only; where it names no actor of its own, it has the Undo's.
type Undo struct {
	ID, Actor string
	Object    string // id of what is undone
	Inner     Activity
	To, Cc    []string
}

// Announce passes on a post (a boost). Groups announce activities (Lemmy,
// FEP-1b12): Inner is then that activity, whose content is a stranger's and
// must be fetched from its own origin. An embedded post is never looked at.
type Announce struct {
	ID, Actor string
	Object    string // id of the post, or of Inner
	Inner     Activity
	To, Cc    []string
	Published time.Time
}

// Like likes a post. Emoji holds the text of a reaction that is more than that
// (EmojiReact, and Misskey's Like with content).
type Like struct {
	ID, Actor, Object string
	Emoji             string
	Picture           string // where the actor's server keeps it, if it is a custom emoji
	To                []string
}

// Block says that the actor wants nothing to do with Object.
type Block struct{ ID, Actor, Object string }

// Add puts Object into the collection Target; into featured it is a pin.
type Add struct {
	ID, Actor, Object, Target string
	To, Cc                    []string
}

// Remove takes Object out of the collection Target.
type Remove struct {
	ID, Actor, Object, Target string
	To, Cc                    []string
}

// Move says that the actor Object lives at Target now. It counts only where
// Object is the Actor and Target, fetched fresh, lists it in alsoKnownAs.
type Move struct {
	ID, Actor, Object, Target string
	To                        []string
}

// Flag is a report: of an actor, and of posts of theirs.
type Flag struct {
	ID, Actor string
	Objects   []string // ids, at most 100
	Content   string   // plain text
	To        []string
}

// Unknown is an activity whose type, or the type of whose object, has no
// meaning here. It is never an error.
type Unknown struct {
	ID, Actor  string
	Type       string
	Object     string // id, if it has one
	ObjectType string // if the object was embedded
}

func (Create) activity()       {}
func (Vote) activity()         {}
func (Update) activity()       {}
func (Delete) activity()       {}
func (QuoteRequest) activity() {}
func (Follow) activity()       {}
func (Accept) activity()       {}
func (Reject) activity()       {}
func (Undo) activity()         {}
func (Announce) activity()     {}
func (Like) activity()         {}
func (Block) activity()        {}
func (Add) activity()          {}
func (Remove) activity()       {}
func (Move) activity()         {}
func (Flag) activity()         {}
func (Unknown) activity()      {}
