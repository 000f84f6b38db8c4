package timeline_test

import (
	"testing"

	"croft/federation/fedtest"
	"croft/social"
)

// TestReactions counts how others reacted, as each family of servers says it
// (FEP-c0e0): one of each actor, and none of who may not see the post.
func TestReactions(t *testing.T) {
	c := newCast(t)
	p, private := c.publish("hello", social.Public), c.publish("hush", social.Followers)
	goat := fedtest.Document{"type": "Emoji", "name": ":goat:", "icon": fedtest.Document{"type": "Image", "url": "https://stranger.test/goat.png"}}
	c.deliver(c.alice, c.alice.Act("Like", "1", p.URI).With("content", "🐐").With("_misskey_reaction", "🐐"))
	c.deliver(c.bob, c.bob.Act("EmojiReact", "1", p.URI).With("content", "🐐"))
	c.deliver(c.sam, c.sam.Act("Like", "1", p.URI).With("content", ":goat:").With("tag", []any{goat}))
	c.deliver(c.carol, c.carol.Act("Like", "1", p.URI))
	c.attack(c.mallory, c.mallory.Act("Like", "1", private.URI).With("content", "👀"))
	reactions := func() []social.Reaction {
		t.Helper()
		all, err := c.home.Store.ListReactions(t.Context(), []social.ID{p.ID, private.ID})
		c.must(err)
		for i := range all[p.ID] {
			all[p.ID][i].LikeID = 0
		}
		if len(all[private.ID]) != 0 {
			t.Errorf("to the private post: %v", all[private.ID])
		}
		return all[p.ID]
	}
	check(t, "reactions", reactions(), []social.Reaction{{Emoji: "🐐", Count: 2}, {Emoji: ":goat:", Picture: "https://stranger.test/goat.png", Count: 1}})
	check(t, "likes", c.post(p.URI).LikeCount, 4)
	c.deliver(c.bob, c.bob.Act("EmojiReact", "2", p.URI).With("content", "🌾"))
	c.deliver(c.alice, c.alice.Act("Undo", "3", c.alice.Act("Like", "1", p.URI).With("content", "🐐")))
	check(t, "later", reactions(), []social.Reaction{{Emoji: "🌾", Count: 1}, {Emoji: ":goat:", Picture: "https://stranger.test/goat.png", Count: 1}})
}
