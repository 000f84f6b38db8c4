package social

import "time"

// MarkerList names a list in which the owner's place is kept.
type MarkerList string

// The lists that have a place; the names are those of the Mastodon API.
const (
	MarkerHome          MarkerList = "home"
	MarkerNotifications MarkerList = "notifications"
)

// Marker is how far the owner has read a list.
type Marker struct {
	List      MarkerList
	LastRead  ID  // this line and all below it; it may be there no more
	Version   int // how often it was set; 0 is never
	UpdatedAt time.Time
}
