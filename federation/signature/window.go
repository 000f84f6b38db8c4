package signature

import (
	"net/http"
	"time"
)

// The figures of Mastodon, so that what reaches it reaches us.
const (
	lifetime    = 5 * time.Minute // of a signature that names no end
	maxLifetime = 12 * time.Hour  // of one that does
	skew        = time.Hour       // how wrong a peer's clock may go
)

// checkTimes holds every signed time against the clock and returns when the
// signature was made.
func (c claim) checkTimes(m message, now time.Time) (time.Time, error) {
	created := c.created
	if c.covers("date") {
		date, err := m.date()
		if err != nil {
			return time.Time{}, err
		}
		if err := checkWindow(date, c.expires, now); err != nil {
			return time.Time{}, err
		}
		if created.IsZero() {
			created = date
		}
	}
	return created, checkWindow(created, c.expires, now)
}

// checkWindow refuses a signature of the future and one that is too old. A named
// end is taken at its word, with no allowance for clocks.
func checkWindow(created, expires, now time.Time) error {
	if created.After(now.Add(skew)) {
		return refuse("made at %v, in the future", created)
	}
	end := created.Add(lifetime + skew)
	if !expires.IsZero() {
		if expires.Before(created) {
			return refuse("expires before it was made")
		}
		end = created.Add(maxLifetime)
		if expires.Before(end) {
			end = expires
		}
	}
	if now.After(end) {
		return refuse("made at %v, too long ago", created)
	}
	return nil
}

// date reads the Date field, which must be an IMF-fixdate to the letter (RFC
// 9110 §5.6.7).
func (m message) date() (time.Time, error) {
	value, _ := m.field("date") // one that is absent or repeated reads as none
	date, _ := time.Parse(http.TimeFormat, value)
	if date.Format(http.TimeFormat) != value { // the parser is lenient
		return time.Time{}, refuse("%.100q is not a date", value)
	}
	return date, nil
}
