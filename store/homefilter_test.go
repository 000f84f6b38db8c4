package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// homeWorld is a home timeline of which everything is known outside the
// database, so that pages can be picked by hand.
type homeWorld struct {
	*world
	dice   *rand.Rand
	people []*social.Actor
	lines  []homeTruth // the oldest first
}

// homeTruth is a line that may stand in the timeline.
type homeTruth struct {
	name            string
	reply           bool // to somebody who is not followed, or to what is not here
	boost, isHidden bool
	foreign         bool // in a language that the owner does not want of its author
}

// fill puts posts, replies and boosts by people who are followed, and between
// them so many posts by a stranger that pages are made in either way.
func (w *homeWorld) fill(n, noise int) {
	ctx := w.t.Context()
	var posts []*social.Post
	w.update(func(tx *store.Tx) error {
		for i := range n {
			author := w.people[w.dice.IntN(len(w.people))]
			if w.dice.IntN(noise) > 0 {
				author = w.sam
			}
			p := &social.Post{
				URI: fmt.Sprintf("%s/%d", author.URI, i), Kind: social.Note, AuthorID: author.ID, Local: author.Local,
				Content: social.HTML(fmt.Sprintf("<p>%d</p>", i)), Visibility: social.Public, PublishedAt: at(int64(2 * i)),
			}
			p.Language = []string{"", "de", "de-AT", "den", "gd"}[w.dice.IntN(5)]
			truth := homeTruth{name: fmt.Sprint(i), foreign: author == w.bob && (p.Language == "gd" || p.Language == "den")}
			if w.dice.IntN(noise+3) == 0 {
				p.Tags = [][]string{{"Wool", "Yarn"}, {"silk"}}[w.dice.IntN(2)]
			}
			if w.dice.IntN(2) == 0 && len(posts) > 0 {
				parent := posts[w.dice.IntN(len(posts))]
				p.InReplyTo = parent.URI
				truth.reply = parent.AuthorID == w.sam.ID && author != w.sam
				if w.dice.IntN(4) == 0 {
					p.InReplyTo, truth.reply = fmt.Sprintf("https://nowhere.test/%d", i), true
				}
			}
			truth.reply = truth.reply && author != w.owner
			id, err := tx.PutPost(ctx, p)
			if err != nil {
				return err
			}
			p.ID = id
			posts = append(posts, p)
			if author != w.sam || len(p.Tags) > 0 && p.Tags[0] == "Wool" {
				w.lines = append(w.lines, truth)
			}
			if w.dice.IntN(noise) > 0 {
				continue
			}
			booster := w.people[w.dice.IntN(len(w.people))]
			w.lines = append(w.lines, homeTruth{name: fmt.Sprintf("%s boosts %d", booster.Handle.Name, i), boost: true, isHidden: booster == w.carol})
			_, err = tx.PutBoost(ctx, social.Boost{
				URI: fmt.Sprintf("%s/boosts/%d", booster.URI, i), BoosterID: booster.ID, PostID: id, CreatedAt: at(int64(2*i + 1)),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// want picks by hand what a query with these filters must find.
func (w *homeWorld) want(q store.HomeQuery) (names []string) {
	for _, l := range w.lines {
		if !l.foreign && (q.AllReplies || !l.reply) && !(l.boost && (q.NoBoosts || l.isHidden)) {
			names = append(names, l.name)
		}
	}
	return names
}

// read goes from one end to the other in pages.
func (w *homeWorld) read(q store.HomeQuery) (got []string) {
	for rounds := 0; ; rounds++ {
		entries, err := w.ListHome(w.t.Context(), q)
		if err != nil {
			w.t.Fatal(err)
		}
		if len(entries) == 0 {
			return got
		}
		if rounds > 5000 {
			w.t.Fatal("the pages never end")
		}
		got = append(got, names(entries)...)
		if last := entries[len(entries)-1].ID; q.Upwards {
			q.After = last
		} else {
			q.Before = last
		}
	}
}

// TestListHomeFilters: whatever is filtered, and from either end, pages hold the
// same lines that one would pick from all by hand.
func TestListHomeFilters(t *testing.T) {
	for _, noise := range []int{1, 60} {
		w := &homeWorld{world: newWorld(t), dice: rand.New(rand.NewPCG(7, 8))}
		w.people = []*social.Actor{w.bob, w.carol, w.owner}
		for i := range 45 { // who never say anything
			w.follow(w.owner, storetest.PutActor(t, w.Store, storetest.Actor(fmt.Sprint("silent", i), "far.test")), social.FollowAccepted)
		}
		w.update(func(tx *store.Tx) error {
			return errors.Join(tx.SetFollowOptions(t.Context(), w.carol.ID, social.FollowOptions{HideBoosts: true}),
				tx.PutFollowedTag(t.Context(), "wool"), tx.PutFollowedTag(t.Context(), "yarn"),
				tx.SetFollowOptions(t.Context(), w.bob.ID, social.FollowOptions{Languages: []string{"en", "de"}}))
		})
		w.fill(map[int]int{1: 400, 60: 3500}[noise], noise)
		for i := range 8 {
			q := store.HomeQuery{Span: store.Span{Upwards: i&4 > 0}, AllReplies: i&1 > 0, NoBoosts: i&2 > 0}
			want := w.want(q)
			if !q.Upwards {
				slices.Reverse(want)
			}
			for _, q.Limit = range []int{1, 7, 40} {
				wantSame(t, fmt.Sprintf("noise %d, %+v", noise, q), w.read(q), want)
			}
		}
	}
}

func TestHomeBetweenTwoLines(t *testing.T) {
	w := newWorld(t)
	var posts []*social.Post
	for i := range 6 {
		posts = append(posts, w.post(w.bob, fmt.Sprint(i), int64(i), nil))
	}
	for what, test := range map[string]struct {
		q    store.HomeQuery
		want []string
	}{
		"above":             {store.HomeQuery{Span: store.Span{After: posts[3].ID, Limit: 9}}, []string{"5", "4"}},
		"the newest above":  {store.HomeQuery{Span: store.Span{After: posts[1].ID, Limit: 2}}, []string{"5", "4"}},
		"the nearest above": {store.HomeQuery{Span: store.Span{After: posts[1].ID, Upwards: true, Limit: 2}}, []string{"2", "3"}},
		"between":           {store.HomeQuery{Span: store.Span{After: posts[1].ID, Before: posts[4].ID, Limit: 9}}, []string{"3", "2"}},
	} {
		entries, err := w.ListHome(t.Context(), test.q)
		if err != nil {
			t.Fatal(err)
		}
		wantSame(t, what, names(entries), test.want)
	}
}

// TestSeenBoosts: a boost is of something seen if the post or another boost of it
// had stood in the timeline at the marker, and then only.
func TestSeenBoosts(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	late := storeClockPlus(48 * time.Hour)
	seenAuthor := w.post(w.bob, "by bob", 10, nil)
	stranger := w.post(w.sam, "by sam", 11, nil)
	boostedBefore := w.post(w.sam, "by sam, boosted", 12, nil)
	w.boost(w.carol, boostedBefore, 13)
	fetchedLate := w.post(w.bob, "fetched late", 14, func(p *social.Post) { p.FetchedAt = late })
	toStranger := w.post(w.bob, "to sam", 15, func(p *social.Post) { p.InReplyTo = stranger.URI })
	beforeFollow := w.post(w.bob, "before the follow", -1, nil)
	mine := w.post(w.owner, "mine", 16, nil)
	marker := mine.ID
	unread := w.post(w.bob, "unread", 20, nil)
	want := map[social.ID]bool{}
	for i, p := range []*social.Post{seenAuthor, boostedBefore, mine} {
		want[w.boost(w.bob, p, int64(30+i))] = true
	}
	for i, p := range []*social.Post{stranger, fetchedLate, toStranger, beforeFollow, unread} {
		w.boost(w.bob, p, int64(40+i))
	}
	seen := func(q store.HomeQuery, marker social.ID) map[social.ID]bool {
		t.Helper()
		lines, err := w.ListHomeLines(ctx, store.HomeQuery{Span: store.Span{Limit: 50}, AllReplies: true})
		if err != nil {
			t.Fatal(err)
		}
		got, err := w.ListSeenBoosts(ctx, lines, marker, q)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	wantSame(t, "seen", seen(store.HomeQuery{}, marker), want)
	wantSame(t, "seen without boosts", len(seen(store.HomeQuery{NoBoosts: true}, marker)), 2)
	wantSame(t, "seen with all replies", len(seen(store.HomeQuery{AllReplies: true}, marker)), 4)
	wantSame(t, "seen before anything was read", len(seen(store.HomeQuery{}, 0)), 0)
	w.update(func(tx *store.Tx) error {
		return tx.SetFollowOptions(ctx, w.carol.ID, social.FollowOptions{HideBoosts: true})
	})
	wantSame(t, "seen where carol's boosts are hidden", len(seen(store.HomeQuery{}, marker)), 2)
}

func storeClockPlus(d time.Duration) time.Time { return clock().Add(d) }

func TestMarkers(t *testing.T) {
	w := newWorld(t)
	find := func(name social.MarkerList) social.Marker {
		t.Helper()
		m, err := w.FindMarker(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	wantSame(t, "at first", find(social.MarkerHome), social.Marker{List: social.MarkerHome})
	for i, id := range []social.ID{70, 30} {
		w.update(func(tx *store.Tx) error { return tx.PutMarker(t.Context(), social.MarkerHome, id) })
		wantSame(t, "then", find(social.MarkerHome), social.Marker{List: social.MarkerHome, LastRead: id, Version: i + 1, UpdatedAt: clock()})
	}
	wantSame(t, "of another list", find(social.MarkerNotifications).Version, 0)
}

func TestBoostsHidden(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	hide := func(a *social.Actor) error {
		return w.Update(ctx, func(tx *store.Tx) error {
			return tx.SetFollowOptions(ctx, a.ID, social.FollowOptions{HideBoosts: true})
		})
	}
	if err := hide(w.bob); err != nil {
		t.Fatal(err)
	}
	wantError(t, "of somebody who is not followed", hide(w.sam), social.ErrNotFound)
	relations, err := w.ListRelations(ctx, []social.ID{w.bob.ID, w.carol.ID})
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "relations", []bool{relations[w.bob.ID].HideBoosts, relations[w.carol.ID].HideBoosts}, []bool{true, false})
	w.follow(w.owner, w.bob, social.FollowAccepted)
	f, err := w.FindFollow(ctx, w.owner.ID, w.bob.ID)
	if err != nil || !f.HideBoosts {
		t.Errorf("after the follow was put again: %+v, %v", f, err)
	}
}
