package social

import "slices"

// Quote is the post that another quotes (FEP-044f), and whether its author agreed.
type Quote struct {
	URI   string // of the post quoted
	State QuoteState
	Stamp string // URI of the approval that its author gave; empty if none is needed or known
}

// QuoteState says how far a quote has come.
type QuoteState string

// The states of a quote; the names are those of the Mastodon API. Only what is
// accepted is shown.
const (
	QuotePending  QuoteState = "pending"
	QuoteAccepted QuoteState = "accepted"
	QuoteRejected QuoteState = "rejected" // its author said no
	QuoteRevoked  QuoteState = "revoked"  // its author has thought otherwise
)

// MayQuote says who may quote a post.
type MayQuote string

// What MayQuote can be. Of a post of the owner's it is one of the first three; of
// another's, what its server says.
const (
	MayQuoteAnybody   MayQuote = "public"
	MayQuoteFollowers MayQuote = "followers"
	MayQuoteNobody    MayQuote = "nobody"
	MayQuoteFollowed  MayQuote = "following" // whom its author follows
	MayQuoteAsked     MayQuote = "asked"     // its author decides each time
	MayQuoteUnknown   MayQuote = ""          // its server says nothing of it
)

// ValidOwn reports whether m can be that of a post of the owner's.
func (m MayQuote) ValidOwn() bool {
	return slices.Contains([]MayQuote{MayQuoteAnybody, MayQuoteFollowers, MayQuoteNobody}, m)
}

// Quotable reports whether a post can be quoted at all, whoever asks: what is not
// open to everybody can be by its author only, who is the owner, and a letter by
// nobody.
func (p *Post) Quotable() bool {
	return p.Visibility.IsOpen() || p.Local && p.Visibility == Followers
}
