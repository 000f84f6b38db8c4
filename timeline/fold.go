package timeline

import (
	"croft/social"
	"croft/store"
)

// rowMost is how many boosts in a row become one line.
const rowMost = 10

// folded are lines of the store that become one on a page.
type folded struct {
	parts     []store.HomeLine
	seen, row bool
}

// foldKey is what lines have in common that become one: the post, and whether it
// was seen; or who boosted, and the how-manieth row of theirs it is.
type foldKey struct {
	post    social.ID
	seen    bool
	booster social.ID
	row     int
}

// folder puts lines together as they come, from the newest or from the oldest.
type folder struct {
	view  *homeView
	at    map[foldKey]int
	posts map[social.ID]bool
	rows  map[social.ID]int // by booster: which row it is
	in    map[social.ID]int // how many are in it
	all   []folded
}

func newFolder(v *homeView) *folder {
	return &folder{
		view: v, at: map[foldKey]int{}, posts: map[social.ID]bool{}, rows: map[social.ID]int{}, in: map[social.ID]int{},
	}
}

// key says what a line becomes part of.
func (f *folder) key(l store.HomeLine) foldKey {
	if f.view.fewer && l.Boost != nil {
		return foldKey{booster: l.Boost.BoosterID, row: f.rows[l.Boost.BoosterID]}
	}
	return foldKey{post: l.PostID, seen: f.view.seen[l.ID]}
}

// takes reports whether a page still has room for a line.
func (f *folder) takes(l store.HomeLine) bool {
	_, known := f.at[f.key(l)]
	return (known || len(f.all) < homePage) && (f.posts[l.PostID] || len(f.posts) < homePosts)
}

func (f *folder) add(l store.HomeLine) {
	k := f.key(l)
	i, known := f.at[k]
	if !known {
		i = len(f.all)
		f.at[k] = i
		f.all = append(f.all, folded{seen: f.view.seen[l.ID], row: k.booster != 0})
	}
	f.all[i].parts = append(f.all[i].parts, l)
	f.posts[l.PostID] = true
	switch {
	case k.booster == 0: // what somebody says themself ends their row
		f.next(l.AuthorID)
	case f.in[k.booster]+1 == rowMost:
		f.next(k.booster)
	default:
		f.in[k.booster]++
	}
}

func (f *folder) next(booster social.ID) {
	f.rows[booster]++
	f.in[booster] = 0
}

// fold puts lines together, the newest first.
func (v *homeView) fold(lines []store.HomeLine) []folded {
	f := newFolder(v)
	for _, l := range lines {
		f.add(l)
	}
	return f.all
}
