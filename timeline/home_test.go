package timeline_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
	"croft/timeline"
)

// heard are people whom the owner follows, of whom nothing comes over a network.
func (c *cast) heard(names ...string) []*social.Actor {
	c.t.Helper()
	var all []*social.Actor
	for _, name := range names {
		a := storetest.Actor(name, "heard.test")
		a.FetchedAt = c.Now()
		a = storetest.PutActor(c.t, c.home.Store, a)
		all = append(all, a)
		storetest.Update(c.t, c.home.Store, func(tx *store.Tx) error {
			_, err := tx.PutFollow(c.t.Context(), social.Follow{
				URI: a.URI + "/followed", FollowerID: c.home.Node.OwnerID(), FollowedID: a.ID, State: social.FollowAccepted, CreatedAt: tx.Now,
			})
			return err
		})
	}
	return all
}

// says puts a post of somebody's, a second after what came before.
func (c *cast) says(by *social.Actor, name string) *social.Post {
	c.t.Helper()
	c.Advance(time.Second)
	p := storetest.Post(by, name, c.Now())
	p.FetchedAt = c.Now()
	return storetest.PutPost(c.t, c.home.Store, p)
}

// passes puts a boost, likewise.
func (c *cast) passes(by *social.Actor, p *social.Post) (id social.ID) {
	c.t.Helper()
	c.Advance(time.Second)
	storetest.Update(c.t, c.home.Store, func(tx *store.Tx) (err error) {
		id, err = tx.PutBoost(c.t.Context(), social.Boost{
			URI: by.URI + "#boosts/" + p.ID.String(), BoosterID: by.ID, PostID: p.ID, CreatedAt: tx.Now,
		})
		return err
	})
	return id
}

func (c *cast) homePage(ask timeline.HomeAsk) timeline.HomePage {
	c.t.Helper()
	page, err := c.tl.Home(c.t.Context(), ask)
	c.must(err)
	return page
}

func (c *cast) prefer(p social.Preferences) {
	c.t.Helper()
	c.must(c.tl.SetPreferences(c.t.Context(), p))
}

// told are the lines of a page in words.
func told(page timeline.HomePage) []string {
	var all []string
	for _, l := range page.Lines {
		var who []string
		for _, e := range l.Parts {
			if e.Boost != nil {
				who = append(who, e.BoostedBy.Handle.Name)
			}
		}
		words := strings.TrimSuffix(strings.TrimPrefix(string(l.Parts[0].Post.Content), "<p>"), "</p>")
		if l.Row {
			words = fmt.Sprint(len(l.Parts), " posts")
		}
		if len(who) > 0 {
			words = strings.Join(slices.Compact(who), "+") + " boosts " + words
		}
		if l.Seen {
			words += ", seen"
		}
		all = append(all, words)
	}
	return all
}

// TestHomeFoldsWhatWasSeen: a boost of what stood there before the owner's place
// is folded away; a boost of anything else, and all boosts before there is a
// place, stand in full, once for each post.
func TestHomeFoldsWhatWasSeen(t *testing.T) {
	c := newCast(t)
	people := c.heard("ann", "ben", "cleo")
	ann, ben, cleo := people[0], people[1], people[2]
	old := c.says(ann, "old")
	stranger := c.home.Know(c.sam)
	strange := c.says(stranger, "strange")
	place := c.says(ann, "place")
	c.passes(ben, old)
	c.passes(cleo, old)
	c.passes(ben, strange)
	c.passes(cleo, strange)
	check(t, "before there is a place", told(c.homePage(timeline.HomeAsk{})),
		[]string{"cleo+ben boosts strange", "cleo+ben boosts old", "place"})
	c.must(c.tl.ReadUpTo(t.Context(), social.MarkerHome, place.ID))
	page := c.homePage(timeline.HomeAsk{})
	check(t, "from then on", told(page), []string{"cleo+ben boosts strange", "cleo+ben boosts old, seen", "place", "old"})
	check(t, "what is new", page.New, 1)
	n, err := c.tl.CountNew(t.Context(), place.ID, 40)
	c.must(err)
	check(t, "what an open page is told", n, 1)
	c.prefer(social.Preferences{Boosts: social.BoostsNone})
	check(t, "without boosts", told(c.homePage(timeline.HomeAsk{})), []string{"place", "old"})
}

// TestFewerBoosts: of each person one line for all they boosted in a row, which
// their own words end.
func TestFewerBoosts(t *testing.T) {
	c := newCast(t)
	people := c.heard("ann", "ben")
	ann, ben := people[0], people[1]
	stranger := c.home.Know(c.sam)
	for i := range 3 {
		c.passes(ann, c.says(stranger, fmt.Sprint("a", i)))
		c.passes(ben, c.says(stranger, fmt.Sprint("b", i)))
	}
	c.says(ann, "my own words")
	for i := range 2 {
		c.passes(ann, c.says(stranger, fmt.Sprint("c", i)))
	}
	c.prefer(social.Preferences{Boosts: social.BoostsFewer})
	check(t, "home", told(c.homePage(timeline.HomeAsk{})),
		[]string{"ann boosts 2 posts", "my own words", "ben boosts 3 posts", "ann boosts 3 posts"})
	c.must(c.tl.HideBoosts(t.Context(), ann.ID))
	check(t, "without ann's", told(c.homePage(timeline.HomeAsk{})), []string{"my own words", "ben boosts 3 posts"})
	c.must(c.tl.ShowBoosts(t.Context(), ann.ID))
	check(t, "with them again", len(c.homePage(timeline.HomeAsk{}).Lines), 4)
	c.unchanged(func() {
		if err := c.tl.HideBoosts(t.Context(), stranger.ID); !errors.Is(err, social.ErrInvalid) {
			t.Errorf("hiding the boosts of somebody who is not followed: %v", err)
		}
	})
}

// TestHomePagesFillAndEnd walks through a timeline in which much is folded and
// left out, down from the newest line and up from the oldest: each line that is
// shown is met, pages are full until the last, and no page leads to itself.
func TestHomePagesFillAndEnd(t *testing.T) {
	c := newCast(t)
	dice := rand.New(rand.NewPCG(1, 3))
	people := c.heard("ann", "ben", "cleo", "dora")
	stranger := c.home.Know(c.sam)
	var posts []*social.Post
	boosted := map[string]bool{}
	var lines []social.ID
	for i := range 400 {
		by := people[dice.IntN(len(people))]
		old := 0
		if len(posts) > 0 {
			old = max(0, len(posts)-1-dice.IntN(6))
		}
		switch key := fmt.Sprint(by.ID, old); {
		case dice.IntN(3) > 0 && len(posts) > 0 && !boosted[key]:
			boosted[key] = true
			lines = append(lines, c.passes(by, posts[old]))
		case dice.IntN(2) == 0:
			posts = append(posts, c.says(stranger, fmt.Sprint("strange ", i)))
		default:
			posts = append(posts, c.says(by, fmt.Sprint(i)))
			lines = append(lines, posts[len(posts)-1].ID)
		}
	}
	place := lines[len(lines)*3/4]
	c.must(c.tl.ReadUpTo(t.Context(), social.MarkerHome, place))
	for _, boosts := range []social.BoostsShown{social.BoostsAll, social.BoostsFewer} {
		c.prefer(social.Preferences{Boosts: boosts, AllReplies: true})
		fresh, err := c.tl.CountNew(t.Context(), place, timeline.MostNew)
		c.must(err)
		if fresh < 10 || fresh == timeline.MostNew {
			t.Fatalf("%q: %d are new: the test is about pages that have only some of them", boosts, fresh)
		}
		var down []social.ID
		pages := 0
		for ask := (timeline.HomeAsk{}); ; pages++ {
			page := c.homePage(ask)
			check(t, fmt.Sprintf("%q: what is new, on page %d", boosts, pages), page.New, fresh)
			for _, l := range page.Lines {
				for _, p := range l.Parts {
					down = append(down, p.ID)
				}
			}
			if len(page.Lines) > 20 || page.Older != 0 && len(page.Lines) < 20 && boosts == social.BoostsAll || pages > 100 {
				t.Fatalf("%q: page %d has %d lines and leads to %s", boosts, pages, len(page.Lines), page.Older)
			}
			if ask.Before = page.Older; ask.Before == 0 {
				break
			}
		}
		slices.Sort(down)
		check(t, fmt.Sprintf("%q: going down", boosts), down, lines)
		up := map[social.ID]bool{}
		pages = 0
		for ask := (timeline.HomeAsk{After: 1}); ask.After != 0; pages++ {
			page := c.homePage(ask)
			check(t, fmt.Sprintf("%q: what is new, on page %d", boosts, pages), page.New, fresh)
			for _, l := range page.Lines {
				for _, p := range l.Parts {
					up[p.ID] = true
				}
			}
			if pages > 100 || page.Newer == ask.After {
				t.Fatalf("%q: page %d leads to %s", boosts, pages, page.Newer)
			}
			ask.After = page.Newer
		}
		check(t, fmt.Sprintf("%q: going up", boosts), len(up), len(lines))
	}
}

// TestPlaceGoesForwardOnly: a page that was left open further down does not take
// the place back, and nobody has read what is yet to come.
func TestPlaceGoesForwardOnly(t *testing.T) {
	c := newCast(t)
	ann := c.heard("ann")[0]
	first, second := c.says(ann, "first"), c.says(ann, "second")
	read := func(id social.ID) error { return c.tl.ReadUpTo(t.Context(), social.MarkerHome, id) }
	c.must(read(second.ID))
	place := c.homePage(timeline.HomeAsk{}).Marker
	check(t, "place", place.LastRead, second.ID)
	c.unchanged(func() {
		c.must(read(first.ID))
		c.must(read(second.ID))
		for _, id := range []social.ID{0, -1, social.NewID(c.Now().Add(time.Minute), 0)} {
			if err := read(id); !errors.Is(err, social.ErrInvalid) {
				t.Errorf("%d: %v", id, err)
			}
		}
		c.homePage(timeline.HomeAsk{})
		c.homePage(timeline.HomeAsk{After: first.ID})
	})
}

// TestCountNewCountsWhatThePageShows: what is filtered or the owner's own is not
// counted, and counting ends.
func TestCountNewCountsWhatThePageShows(t *testing.T) {
	c := newCast(t)
	ann := c.heard("ann")[0]
	stranger := c.home.Know(c.sam)
	start := c.says(ann, "start")
	strange := c.says(stranger, "strange")
	c.Advance(time.Second)
	reply := storetest.Post(ann, "to a stranger", c.Now())
	reply.InReplyTo = strange.URI
	storetest.PutPost(t, c.home.Store, reply)
	c.passes(ann, strange)
	c.Advance(time.Second)
	c.publish("my own", social.Public)
	count := func(what string, most, want int) {
		t.Helper()
		n, err := c.tl.CountNew(t.Context(), start.ID, most)
		c.must(err)
		check(t, what, n, want)
	}
	count("as a home begins", 40, 1)
	c.prefer(social.Preferences{AllReplies: true})
	count("with all replies", 40, 2)
	c.prefer(social.Preferences{AllReplies: true, Boosts: social.BoostsNone})
	count("without boosts", 40, 1)
	for i := range 5 {
		c.says(ann, fmt.Sprint("more ", i))
	}
	count("up to four", 4, 4)
}
