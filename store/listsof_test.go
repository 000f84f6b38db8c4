package store_test

import (
	"path"
	"slices"
	"testing"

	"croft/social"
	"croft/store"
)

// What the members of a list say stands in it, their replies as the list has
// them, and elsewhere too unless the list is exclusive.
func TestListTimeline(t *testing.T) {
	w := newWorld(t)
	w.follow(w.owner, w.bob, social.FollowAccepted)
	w.follow(w.owner, w.carol, social.FollowAccepted)
	weavers := w.list(social.List{Title: "Weavers", Replies: social.RepliesToList}, w.bob)
	hers := w.post(w.carol, "carol's", 5, nil)
	first := w.post(w.bob, "first", 10, nil)
	answers := func(name string, ms int64, to *social.Post) *social.Post {
		return w.post(w.bob, name, ms, func(p *social.Post) { p.InReplyTo = to.URI })
	}
	answers("to himself", 20, first)
	toCarol := answers("to carol", 30, hers)
	strange := w.post(w.sam, "sam's", 35, nil)
	answers("to sam", 40, strange)
	w.boost(w.bob, hers, 50)
	whisper := w.post(w.bob, "whisper", 60, func(p *social.Post) { p.Visibility = social.Direct })

	lines := func(l social.List, span store.Span) (names []string) {
		t.Helper()
		found, err := w.ListListLines(t.Context(), l, span)
		if err != nil {
			t.Fatal(err)
		}
		entries, err := w.ListHomeEntries(t.Context(), found)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			names = append(names, path.Base(e.Post.URI))
		}
		return names
	}
	home := func() []string {
		t.Helper()
		entries, err := w.ListHome(t.Context(), store.HomeQuery{Span: store.Below(0, 20)})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range entries {
			names = append(names, path.Base(e.Post.URI))
		}
		return names
	}
	all := store.Below(0, 20)
	wantSame(t, "with replies to its members", lines(weavers, all), []string{"carol's", "to himself", "first"})
	weavers.Replies = social.RepliesToFollowed
	wantSame(t, "with replies to the followed", lines(weavers, all), []string{"carol's", "to carol", "to himself", "first"})
	weavers.Replies = social.RepliesNone
	wantSame(t, "without replies", lines(weavers, all), []string{"carol's", "to himself", "first"})
	wantSame(t, "the first two, upwards", lines(weavers, store.Span{Upwards: true, Limit: 2}), []string{"first", "to himself"})

	// What is asked of one line says the same as the timeline has.
	shows := func(l store.HomeLine) int {
		t.Helper()
		with, err := w.ListListsWith(t.Context(), l)
		if err != nil {
			t.Fatal(err)
		}
		return len(with)
	}
	line := func(p *social.Post) store.HomeLine {
		return store.HomeLine{ID: p.ID, PostID: p.ID, AuthorID: p.AuthorID}
	}
	w.list(social.List{Title: "Others", Replies: social.RepliesNone}, w.carol)
	boosted, err := w.ListListLines(t.Context(), weavers, store.Below(0, 1))
	if err != nil || len(boosted) != 1 || boosted[0].Boost == nil {
		t.Fatal(boosted, err)
	}
	wantSame(t, "in how many lists stand a post, a reply to somebody else, another's post, a stranger's, a boost, and a letter",
		[]int{shows(line(first)), shows(line(toCarol)), shows(line(hers)), shows(line(strange)), shows(boosted[0]), shows(line(whisper))}, []int{1, 0, 1, 0, 1, 0})

	if before := home(); !slices.Contains(before, "first") {
		t.Errorf("home has %v", before)
	}
	weavers.Exclusive = true
	w.update(func(tx *store.Tx) error { _, err := tx.PutList(t.Context(), weavers); return err })
	wantSame(t, "home beside an exclusive list", home(), []string{"carol's"})
	w.update(func(tx *store.Tx) error { return tx.DeleteMember(t.Context(), weavers.ID, w.bob.ID) })
	if after := home(); !slices.Contains(after, "first") {
		t.Errorf("after he was taken out home has %v", after)
	}
	w.update(func(tx *store.Tx) error { return tx.PutMember(t.Context(), weavers.ID, w.bob.ID) })
	w.update(func(tx *store.Tx) error { return tx.DeleteFollow(t.Context(), w.owner.ID, w.bob.ID) })
	if in, err := w.ListListsOf(t.Context(), w.bob.ID); err != nil || len(in) != 0 {
		t.Errorf("who is not followed is in %v, %v", in, err)
	}
	w.follow(w.owner, w.bob, social.FollowAccepted)
	if again := home(); !slices.Contains(again, "first") {
		t.Errorf("followed again, home has %v", again)
	}
}

func (w *world) list(l social.List, members ...*social.Actor) social.List {
	w.t.Helper()
	w.update(func(tx *store.Tx) (err error) {
		if l.ID, err = tx.PutList(w.t.Context(), l); err != nil {
			return err
		}
		for _, m := range members {
			if err = tx.PutMember(w.t.Context(), l.ID, m.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return l
}
