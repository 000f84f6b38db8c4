package timeline

import (
	"context"
	"slices"

	"croft/social"
	"croft/store"
)

const (
	homePage   = 20 // lines of a page
	homePosts  = 40 // posts that a page loads at most, folded away or not
	homeFetch  = 30 // lines that are asked for at once
	homeRounds = 8  // how often, for one page
	homeKnown  = 3  // lines below the place where a page upwards begins
)

// MostNew is up to where new posts are counted.
const MostNew = 100

// HomeAsk says which page of the home timeline: the newest, what is below Before,
// or what is directly above After.
type HomeAsk struct{ Before, After social.ID }

// HomePage is a page of the home timeline, newest first.
type HomePage struct {
	Lines  []HomeLine
	Marker social.Marker // how far the owner has read; of version 0 before they have
	New    int           // posts of others above the marker, up to MostNew
	Older  social.ID     // pass it as Before to go on; 0 if these were all
	Newer  social.ID     // pass it as After; 0 where the page has the newest
}

// HomeLine stands in the home timeline as one thing: a post by itself, a post
// with those who boosted it, or what one person boosted in a row.
type HomeLine struct {
	ID    social.ID     // of the newest of its entries
	Parts []store.Entry // newest first; of one post all but the newest are more boosts of it
	Seen  bool          // boosts of a post that had stood here before: it is folded away
	Row   bool          // the parts are different posts that one person boosted
}

// Home returns a page of the owner's timeline as their preferences have it. A
// boost of what stood there before the owner's place is marked as seen.
func (t *Timeline) Home(ctx context.Context, ask HomeAsk) (HomePage, error) {
	view, err := t.homeView(ctx)
	if err != nil {
		return HomePage{}, err
	}
	page := HomePage{Marker: view.marker}
	var lines []store.HomeLine
	if ask.After != 0 {
		lines, err = view.upwards(ctx, ask.After, &page)
	} else {
		lines, err = view.downwards(ctx, ask.Before, &page)
	}
	if err != nil {
		return HomePage{}, err
	}
	if page.Lines, err = view.load(ctx, lines); err != nil {
		return HomePage{}, err
	}
	page.New, err = view.countNew(ctx, page, lines)
	return page, err
}

// CountNew counts what the home timeline shows above a line (0: nothing), up to
// most. What the owner did themself, and boosts of what they have seen, is not
// new.
func (t *Timeline) CountNew(ctx context.Context, after social.ID, most int) (int, error) {
	if after == 0 {
		return 0, nil
	}
	view, err := t.homeView(ctx)
	if err != nil {
		return 0, err
	}
	return view.count(ctx, after, most)
}

// homeView is what the pages of home depend on.
type homeView struct {
	reader store.Reader
	owner  social.ID
	marker social.Marker
	fewer  bool
	filter store.HomeQuery
	seen   map[social.ID]bool // boosts, as far as they were looked at
}

func (t *Timeline) homeView(ctx context.Context) (*homeView, error) {
	home, err := t.store.FindHome(ctx)
	if err != nil {
		return nil, err
	}
	marker, err := t.store.FindMarker(ctx, social.MarkerHome)
	likes := home.Preferences
	return &homeView{
		reader: t.store.Reader, owner: t.ownerID, marker: marker, fewer: likes.Boosts == social.BoostsFewer,
		filter: store.HomeQuery{AllReplies: likes.AllReplies, NoBoosts: likes.Boosts == social.BoostsNone},
		seen:   map[social.ID]bool{},
	}, err
}

// lines asks for lines, and which of them are seen.
func (v *homeView) lines(ctx context.Context, q store.HomeQuery) ([]store.HomeLine, error) {
	q.AllReplies, q.NoBoosts = v.filter.AllReplies, v.filter.NoBoosts
	lines, err := v.reader.ListHomeLines(ctx, q)
	if err != nil {
		return nil, err
	}
	seen, err := v.reader.ListSeenBoosts(ctx, lines, v.marker.LastRead, v.filter)
	for id := range seen {
		v.seen[id] = true
	}
	return lines, err
}

// downwards collects what fills a page from before a line on.
func (v *homeView) downwards(ctx context.Context, before social.ID, page *HomePage) ([]store.HomeLine, error) {
	lines, more, err := v.collect(ctx, store.HomeQuery{Span: store.Span{Before: before}})
	if err != nil {
		return nil, err
	}
	if more {
		page.Older = lines[len(lines)-1].ID
	}
	if before != 0 && len(lines) > 0 {
		page.Newer = lines[0].ID
	}
	return lines, nil
}

// upwards collects what fills a page above a line, with a little of what is
// below, so that one sees where one was.
func (v *homeView) upwards(ctx context.Context, after social.ID, page *HomePage) ([]store.HomeLine, error) {
	lines, more, err := v.collect(ctx, store.HomeQuery{Span: store.Span{After: after, Upwards: true}})
	if err != nil {
		return nil, err
	}
	slices.Reverse(lines)
	if more {
		page.Newer = lines[0].ID
	}
	known, err := v.lines(ctx, store.HomeQuery{Span: store.Span{Before: after + 1, Limit: homeKnown}})
	if err != nil {
		return nil, err
	}
	if len(known) == homeKnown {
		page.Older = known[homeKnown-1].ID
	}
	return append(lines, known...), nil
}

// collect asks for lines until they fold into a page, and reports whether there
// are more.
func (v *homeView) collect(ctx context.Context, q store.HomeQuery) (taken []store.HomeLine, more bool, err error) {
	f := newFolder(v)
	q.Limit = homeFetch
	for range homeRounds {
		lines, err := v.lines(ctx, q)
		if err != nil {
			return nil, false, err
		}
		for _, l := range lines {
			if !f.takes(l) {
				return taken, true, nil
			}
			f.add(l)
			taken = append(taken, l)
		}
		if len(lines) < q.Limit {
			return taken, false, nil
		}
		if last := lines[len(lines)-1].ID; q.Upwards {
			q.After = last
		} else {
			q.Before = last
		}
	}
	return taken, true, nil
}

// load makes a page of lines.
func (v *homeView) load(ctx context.Context, lines []store.HomeLine) ([]HomeLine, error) {
	entries, err := v.reader.ListHomeEntries(ctx, lines)
	if err != nil {
		return nil, err
	}
	byID := make(map[social.ID]store.Entry, len(entries))
	for _, e := range entries {
		byID[e.ID] = e
	}
	var page []HomeLine
	for _, folded := range v.fold(lines) {
		line := HomeLine{Seen: folded.seen, Row: folded.row && len(folded.parts) > 1}
		for _, l := range folded.parts {
			if e, ok := byID[l.ID]; ok {
				line.Parts = append(line.Parts, e)
			}
		}
		if len(line.Parts) > 0 {
			line.ID = line.Parts[0].ID
			page = append(page, line)
		}
	}
	return page, nil
}

// countNew counts what is above the marker: what the page has of it, with what
// stands over the page and under it.
func (v *homeView) countNew(ctx context.Context, page HomePage, lines []store.HomeLine) (int, error) {
	marker := v.marker.LastRead
	if v.marker.Version == 0 {
		return 0, nil
	}
	if len(lines) == 0 {
		return v.count(ctx, marker, MostNew)
	}
	first, last := lines[0].ID, lines[len(lines)-1].ID
	above := slices.DeleteFunc(slices.Clone(lines), func(l store.HomeLine) bool { return l.ID <= marker })
	if page.Newer != 0 {
		over, err := v.lines(ctx, store.HomeQuery{Span: store.Span{After: max(first, marker), Limit: enough(MostNew)}})
		if err != nil {
			return 0, err
		}
		above = append(over, above...)
	}
	if page.Older != 0 && last > marker && len(above) < enough(MostNew) {
		under, err := v.lines(ctx, store.HomeQuery{Span: store.Span{Before: last, After: marker, Limit: enough(MostNew) - len(above)}})
		if err != nil {
			return 0, err
		}
		above = append(above, under...)
	}
	return min(v.newAmong(above), MostNew), nil
}

// enough is how many lines are looked at to count up to most: a fifth more, since
// some become one.
func enough(most int) int { return most + most/5 }

func (v *homeView) count(ctx context.Context, after social.ID, most int) (int, error) {
	lines, err := v.lines(ctx, store.HomeQuery{Span: store.Span{After: after, Limit: enough(most)}})
	return min(v.newAmong(lines), most), err
}

func (v *homeView) newAmong(lines []store.HomeLine) (n int) {
	for _, l := range v.fold(lines) {
		newest := l.parts[0]
		own := newest.Boost == nil && newest.AuthorID == v.owner || newest.Boost != nil && newest.Boost.BoosterID == v.owner
		if !own && !l.seen {
			n++
		}
	}
	return n
}
