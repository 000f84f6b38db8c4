package timeline_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"croft/federation/fedtest"
	"croft/social"
	"croft/store"
)

// shows has a person's server say whom they follow.
func shows(p *fedtest.Actor, uris ...any) {
	following := p.URI + "/following"
	p.Change("following", following)
	p.Peer.Publish(fedtest.Document{"id": following, "type": "OrderedCollection", "totalItems": len(uris), "orderedItems": uris})
}

func (c *cast) suggested() string {
	c.t.Helper()
	all, err := c.tl.Suggestions(c.t.Context(), 10)
	c.must(err)
	c.home.Settle()
	var words []string
	for _, s := range all {
		words = append(words, s.Actor.Handle.Name+strings.Repeat("!", s.By))
	}
	return strings.Join(words, ", ")
}

// TestSuggestions are whom those follow whom the owner follows: asked for when they
// are looked at, each server once a week.
func TestSuggestions(t *testing.T) {
	c := newCast(t)
	ctx := t.Context()
	c.home.Follow(c.bob)
	shows(c.carol, c.alice.URI, c.sam.URI, c.bob.URI, owner)
	shows(c.bob, c.sam.URI, "https://gone.test/users/nobody")
	for _, a := range []*fedtest.Actor{c.carol, c.bob} {
		_, err := c.home.Node.RefreshActor(ctx, a.URI)
		c.must(err)
	}
	check(t, "at first", c.suggested(), "")
	c.suggested() // who they are is asked for now
	check(t, "then", c.suggested(), "sam!!, alice!")
	c.bob.Peer.Publish(fedtest.Document{"id": c.bob.URI + "/following", "type": "OrderedCollection", "orderedItems": []any{}})
	c.Advance(6 * 24 * time.Hour)
	c.suggested()
	check(t, "within the week", c.suggested(), "sam!!, alice!")
	c.Advance(2 * 24 * time.Hour)
	c.suggested()
	check(t, "after it", c.suggested(), "alice!, sam!")
	c.bob.Peer.Publish(fedtest.Document{"id": c.bob.URI + "/following", "type": "OrderedCollection", "orderedItems": []any{c.sam.URI}})
	c.Advance(8 * 24 * time.Hour)
	c.suggested()
	check(t, "a week later", c.suggested(), "sam!!, alice!")
	familiar, err := c.home.Store.ListFamiliar(ctx, c.id(c.sam), 10)
	c.must(err)
	check(t, "familiar with sam", len(familiar), 2)
	c.must(c.tl.DismissSuggestion(ctx, c.id(c.alice)))
	check(t, "without alice", c.suggested(), "sam!!")
	c.must(c.tl.Mute(ctx, c.id(c.sam), time.Time{}, false))
	check(t, "without sam", c.suggested(), "")
	c.must(c.tl.Unmute(ctx, c.id(c.sam)))
	c.must(c.tl.Follow(ctx, c.id(c.sam)))
	check(t, "sam is followed", c.suggested(), "")
	c.unchanged(func() {
		if err := c.tl.DismissSuggestion(ctx, 7); !errors.Is(err, social.ErrNotFound) {
			t.Errorf("dismissed nobody: %v", err)
		}
	})
}

// TestTrends are of what those whom the owner follows wrote and passed on this day.
func TestTrends(t *testing.T) {
	c := newCast(t)
	ctx := t.Context()
	c.home.Follow(c.bob)
	tag := fedtest.Document{"type": "Hashtag", "name": "#Wool", "href": "https://good.test/tags/wool"}
	note := c.alice.Peer.Publish(c.alice.Note("1").With("tag", []any{tag}).With("content", `<p>#Wool, see <a href="https://weave.test/loom">a loom</a></p>`).With("published", c.Now().UTC().Format(time.RFC3339)))
	uri, _ := note["id"].(string)
	for _, by := range []*fedtest.Actor{c.carol, c.bob, c.sam} { // sam is a stranger
		c.deliver(by, by.Act("Announce", "1", uri))
	}
	c.deliver(c.carol, c.carol.Act("Create", "2", c.carol.Note("2").With("tag", []any{tag}).With("content", "<p>#wool</p>").With("published", c.Now().UTC().Format(time.RFC3339))))
	page := store.Page{Limit: 10}
	tags, err := c.tl.TrendingTags(ctx, page)
	c.must(err)
	check(t, "hashtags", tags, []store.TrendingTag{{Name: "wool", Trend: store.Trend{People: 2, Posts: 2}}})
	posts, err := c.tl.TrendingPosts(ctx, page)
	c.must(err)
	if len(posts) != 1 || posts[0].URI != uri {
		t.Errorf("the posts are %+v", posts)
	}
	links, err := c.tl.TrendingLinks(ctx, page)
	c.must(err)
	if len(links) != 1 || links[0].URL != "https://weave.test/loom" || links[0].Name != "a loom" || links[0].People != 2 {
		t.Errorf("the links are %+v", links)
	}
	c.Advance(25 * time.Hour)
	if tags, err = c.tl.TrendingTags(ctx, page); err != nil || len(tags) != 0 {
		t.Errorf("a day later: %+v (%v)", tags, err)
	}
}
