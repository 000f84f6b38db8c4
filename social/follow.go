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
	HideBoosts bool // the owner's wish: what the followed boosts is not in the home timeline
	CreatedAt  time.Time
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
	CreatedAt time.Time
}

// Relation is what stands between the owner and one other actor.
type Relation struct {
	Following   FollowState // the owner follows them; empty if not
	HideBoosts  bool        // and does not want to see what they boost
	FollowedBy  FollowState // they follow the owner; empty if not
	Blocking    bool        // the owner blocks them
	BlockedBy   bool        // they block the owner
	Muting      bool
	MutedUntil  time.Time // zero: for good, or not at all
	Note        string    // what the owner wrote of them, for themself alone
	HostBlocked bool      // the owner blocks their whole server
}
