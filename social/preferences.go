package social

import "errors"

// Preferences are how the owner likes to read and write. Nothing of them is
// shown or sent to anybody else. The zero value is how a home begins.
type Preferences struct {
	OpenWarnings bool        // what stands behind a warning is shown at once
	Media        MediaShown  // which pictures stand open
	Still        bool        // nothing on a page moves by itself
	TimeZone     string      // IANA name; empty is the machine's
	TwelveHours  bool        // 3:04 pm, not 15:04
	Visibility   Visibility  // of a new post; empty is public
	Language     string      // of a new post, BCP 47; empty is that of the last one
	MayReply     MayReply    // to a new post
	MayQuote     MayQuote    // a new post; empty is anybody
	Boosts       BoostsShown // in the home timeline
	AllReplies   bool        // replies to people whom the owner does not follow stand in the home timeline too
	NoShortcuts  bool        // a key alone does nothing
	Notices      NoticePolicy
}

// MediaShown says which pictures of others stand open.
type MediaShown string

// What MediaShown can be. The names in the Mastodon API (reading:expand:media)
// are default, show_all and hide_all.
const (
	MediaUnlessSensitive MediaShown = ""
	MediaAll             MediaShown = "all"
	MediaNone            MediaShown = "none"
)

// BoostsShown says which boosts stand in the home timeline.
type BoostsShown string

// What BoostsShown can be.
const (
	BoostsAll   BoostsShown = ""
	BoostsFewer BoostsShown = "fewer" // of each person, one line for all that they boosted in a row
	BoostsNone  BoostsShown = "none"
)

// Validate reports everything that is wrong, each with its field (visibility,
// may_reply, may_quote, media, boosts), as ErrInvalid. The time zone and the language are the caller's
// to look at.
func (p Preferences) Validate() error {
	var errs []error
	if p.Visibility != "" && !p.Visibility.Valid() || p.Visibility == Direct { // a message needs somebody to go to
		errs = append(errs, InvalidField("visibility", "Choose who may see a new post."))
	}
	if !p.MayReply.Valid() {
		errs = append(errs, InvalidField("may_reply", "Choose who may reply to a new post."))
	}
	if p.MayQuote != "" && !p.MayQuote.ValidOwn() {
		errs = append(errs, InvalidField("may_quote", "Choose who may quote a new post."))
	}
	if p.Media != MediaUnlessSensitive && p.Media != MediaAll && p.Media != MediaNone {
		errs = append(errs, InvalidField("media", "Choose which pictures are shown."))
	}
	if p.Boosts != BoostsAll && p.Boosts != BoostsFewer && p.Boosts != BoostsNone {
		errs = append(errs, InvalidField("boosts", "Choose which boosts are shown."))
	}
	return errors.Join(errs...)
}
