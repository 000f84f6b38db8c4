package social

import (
	"fmt"
	"strconv"
	"time"
)

// ID is our own number for a post, an actor or anything else that is kept. It
// sorts by time: the upper bits are Unix milliseconds, the lower 16 a counter
// that parts what happened within one of them. Zero means none.
type ID int64

const idCounterBits = 16

// NewID makes the ID of the moment t (not before 1970) with the given counter.
func NewID(t time.Time, counter uint16) ID {
	return ID(max(t.UnixMilli(), 0)<<idCounterBits | int64(counter))
}

// ParseID reads what String wrote. Anything else is ErrNotFound, since an ID
// comes from an address that somebody asked for.
func ParseID(s string) (ID, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != s {
		return 0, fmt.Errorf("id %q: %w", s, ErrNotFound)
	}
	return ID(n), nil
}

// Time is the moment the ID was made for, to the millisecond.
func (id ID) Time() time.Time { return time.UnixMilli(int64(id) >> idCounterBits) }

// String writes the ID in decimal.
func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }
