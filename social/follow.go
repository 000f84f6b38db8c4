package social

import "time"

// FollowState says how far a follow has come.
type FollowState string

// The states of a follow. A refused or ended follow is no row at all.
const (
	FollowPending  FollowState = "pending"
	FollowAccepted FollowState = "accepted"
)

// Follow is one edge: the follower reads the followed.
type Follow struct {
	ID         ID
	URI        string // id of the Follow activity that made it
	FollowerID ID
	FollowedID ID
	State      FollowState
	CreatedAt  time.Time
	FollowOptions
}

// FollowOptions are what the owner wishes to see of somebody whom they follow.
// Nobody is told of them.
type FollowOptions struct {
	HideBoosts bool     // what they boost is not in the home timeline
	Notify     bool     // the owner is told of what they post
	Languages  []string // only posts in these (BCP 47), or in none, are in the home timeline; empty: in any
}

// Boost is a post passed on by somebody.
type Boost struct {
	ID        ID
	URI       string // id of the Announce
	BoosterID ID
	PostID    ID
	CreatedAt time.Time
}

// Like is a post liked by somebody.
type Like struct {
	ID        ID
	URI       string // id of the Like
	ActorID   ID
	PostID    ID
	Emoji     string // a reaction's text, where it was more than a like; else empty
	Picture   string // where its server keeps the custom emoji; empty for others
	CreatedAt time.Time
}

// Reaction is how many reacted to a post in one way.
type Reaction struct {
	Emoji   string // a character, or the name of a custom emoji between colons
	Picture string // where its server keeps that; empty for a character
	LikeID  ID     // one of them
	Count   int
}

// Relation is what stands between the owner and one other actor.
type Relation struct {
	Following FollowState // the owner follows them; empty if not
	FollowOptions
	FollowedBy  FollowState // they follow the owner; empty if not
	Blocking    bool        // the owner blocks them
	BlockedBy   bool        // they block the owner
	Muting      bool
	Heeding     bool      // but is told of what they cause
	MutedUntil  time.Time // zero: for good, or not at all
	Note        string    // what the owner wrote of them, for themself alone
	HostBlocked bool      // the owner blocks their whole server
}
