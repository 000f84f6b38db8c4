package timeline_test

import (
	"slices"
	"testing"

	"croft/social"
	"croft/timeline"
)

// happened are the kinds of what a watch was told.
func happened(w *timeline.Watch) (kinds []timeline.EventKind) {
	events, _ := w.Take()
	for _, e := range events {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

// TestWatchIsTold tells of what comes, changes and goes, in order, and of nothing
// that was undone, refused, or is no news.
func TestWatchIsTold(t *testing.T) {
	c := newCast(t)
	w := c.tl.Watch()
	defer w.Close()
	wants := func(what string, kinds ...timeline.EventKind) {
		t.Helper()
		if got := happened(w); !slices.Equal(got, kinds) {
			t.Errorf("%s: told %v, want %v", what, got, kinds)
		}
	}
	post, err := c.tl.Publish(t.Context(), social.Draft{Text: "one", Visibility: social.Public})
	c.must(err)
	wants("published", timeline.Posted)
	c.must(c.tl.Edit(t.Context(), post.ID, social.Draft{Text: "one"}))
	wants("the same words")
	c.must(c.tl.Edit(t.Context(), post.ID, social.Draft{Text: "two"}))
	wants("edited", timeline.Edited)
	for range 2 {
		c.must(c.tl.Boost(t.Context(), post.ID))
	}
	wants("boosted", timeline.Boosted)
	c.must(c.tl.Unboost(t.Context(), post.ID))
	wants("not boosted", timeline.Removed)
	c.deliver(c.sam, c.sam.Act("Announce", "1", post.URI))
	wants("boosted by another", timeline.Boosted, timeline.Notified)
	c.deliver(c.sam, c.sam.Act("Undo", "2", c.sam.URI+"#Announce/1"))
	wants("taken back", timeline.Removed)
	c.deliver(c.sam, c.sam.Act("Create", "3", c.sam.Note("unasked")))
	wants("of no concern")
	c.deliver(c.carol, c.carol.Act("Create", "1", c.carol.Note("hers")))
	wants("arrived", timeline.Posted)
	c.deliver(c.carol, c.carol.Act("Delete", "2", c.carol.URI+"/statuses/hers"))
	wants("gone", timeline.Removed)
	_, err = c.tl.Withdraw(t.Context(), post.ID)
	c.must(err)
	wants("withdrawn", timeline.Removed)
}
