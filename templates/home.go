package templates

import (
	"strconv"
	"strings"
)

// folded reports that only a line is shown until it is opened.
func (l *HomeLine) folded() bool { return l.Seen || len(l.Posts) > 1 }

// ofTheirOwn reports that whoever boosts wrote the post, and is not the owner.
func (l *HomeLine) ofTheirOwn() bool {
	by := l.Posts[0].BoostedBy
	return len(by) == 1 && by[0].ID == l.Posts[0].Author.ID && !by[0].IsOwner
}

// news says how many posts are new.
func (d *HomePage) news() string {
	if d.MostNew > 0 && d.New >= d.MostNew {
		return Count(d.New) + " or more new posts"
	}
	return Plural(d.New, "new post", "new posts")
}

// keepsOnTop reports that the place is kept by a button above the posts, not by
// the line that says where it was.
func (d *HomePage) keepsOnTop() bool { return d.UpTo != 0 && (d.ReadUpTo <= 0 || d.Begin > 0) }

// readAt says when the place was kept: today by the clock alone.
func (d *HomePage) readAt() string {
	if d.ReadAt.IsZero() {
		return ""
	}
	at, now := d.ReadAt.In(d.Now.Location()), d.Now
	if sameDay(at, now) {
		return "at " + d.timeOfDay(at)
	}
	return "on " + d.moment(at)
}

// lineIDs are the lines of the page as the script reads them.
func (d *HomePage) lineIDs() string {
	ids := make([]string, len(d.Lines))
	for i, l := range d.Lines {
		ids[i] = l.ID.String()
	}
	return strings.Join(ids, " ")
}

// place is the index of the first line that was read before, below 0 if that lies
// further down; empty where no place was kept yet.
func (d *HomePage) place() string {
	if d.ReadAt.IsZero() {
		return ""
	}
	return strconv.Itoa(d.ReadUpTo)
}
