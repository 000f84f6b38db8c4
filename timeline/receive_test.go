package timeline_test

import (
	"fmt"
	"testing"

	"croft/federation/fedtest"
	"croft/social"
	"croft/timeline"
)

// TestNothingChanges brings what is not its sender's to say, or means nothing
// here. The names are those of the table of attacks.
func TestNothingChanges(t *testing.T) {
	// stage is a home where something has happened: posts of both sides, and acts
	// of carol's on the owner's.
	type stage struct {
		*cast
		open, private, message, note string // the owner's posts, and carol's
	}
	like := func(s *stage) fedtest.Document { return s.carol.Act("Like", "1", s.open) }
	boost := func(s *stage) fedtest.Document { return s.carol.Act("Announce", "1", s.open) }
	for _, test := range []struct {
		name string
		from func(c *cast) *fedtest.Actor
		act  func(s *stage) fedtest.Document
	}{
		{"ACT-03 Create again with other words", carol, func(s *stage) fedtest.Document {
			return s.carol.Act("Create", "again", s.carol.Note("1").With("content", "<p>other</p>"))
		}},
		{"ACT-04 Update by another", mallory, func(s *stage) fedtest.Document {
			return s.mallory.Act("Update", "1", s.carol.Note("1").With("attributedTo", s.mallory.URI))
		}},
		{"ACT-06 Update that changes the parent, the time and the readers only", carol, func(s *stage) fedtest.Document {
			return s.carol.Act("Update", "1", s.carol.Note("1").With("inReplyTo", s.open).With("published", "2001-01-01T00:00:00Z").With("to", []string{owner}))
		}},
		{"ACT-09 Update of a poll by another", mallory, func(s *stage) fedtest.Document {
			return s.mallory.Act("Update", "1", s.poll(9))
		}},
		{"ACT-16 Undo of a like by another", sam, func(s *stage) fedtest.Document { return s.sam.Act("Undo", "1", like(s)) }},
		{"ACT-16 Undo of a like by another, named", sam, func(s *stage) fedtest.Document { return s.sam.Act("Undo", "1", like(s)["id"]) }},
		{"ACT-16 Undo of a boost by another", sam, func(s *stage) fedtest.Document { return s.sam.Act("Undo", "1", boost(s)) }},
		{"ACT-16 Undo of a boost by another, named", sam, func(s *stage) fedtest.Document { return s.sam.Act("Undo", "1", boost(s)["id"]) }},
		{"ACT-16 Undo of a block by another", sam, func(s *stage) fedtest.Document {
			return s.sam.Act("Undo", "1", s.bob.Act("Block", "1", owner))
		}},
		{"ACT-16 Undo of a block by another, named", sam, func(s *stage) fedtest.Document {
			return s.sam.Act("Undo", "1", s.bob.URI+"#Block/1")
		}},
		{"ACT-16 Undo of a follow by another", sam, func(s *stage) fedtest.Document { return s.sam.Act("Undo", "1", s.alice.URI+"#follow") }},
		{"ACT-16 Undo of a follow by another follower", mallory, func(s *stage) fedtest.Document { return s.mallory.Act("Undo", "1", s.alice.URI+"#follow") }},
		{"ACT-16 Undo of the owner's follow", carol, func(s *stage) fedtest.Document {
			follow, _ := s.home.Store.FindFollow(s.t.Context(), s.home.Node.OwnerID(), s.id(s.carol))
			return s.carol.Act("Undo", "1", follow.URI)
		}},
		{"ACT-16 Undo of a Create", carol, func(s *stage) fedtest.Document {
			return s.carol.Act("Undo", "1", s.carol.Act("Create", "1", s.carol.Note("1")))
		}},
		{"ACT-17 Follow of another", sam, func(s *stage) fedtest.Document { return s.sam.Act("Follow", "1", s.carol.URI) }},
		{"ACT-17 Follow of a post", sam, func(s *stage) fedtest.Document { return s.sam.Act("Follow", "1", s.open) }},
		{"ACT-25 Announce of a post for followers", carol, func(s *stage) fedtest.Document { return s.carol.Act("Announce", "2", s.private) }},
		{"ACT-25 Announce of a message", carol, func(s *stage) fedtest.Document { return s.carol.Act("Announce", "2", s.message) }},
		{"ACT-25 the same by a stranger", sam, func(s *stage) fedtest.Document { return s.sam.Act("Announce", "2", s.private) }},
		{"ACT-30 Like of a post for followers by a stranger", sam, func(s *stage) fedtest.Document { return s.sam.Act("Like", "2", s.private) }},
		{"ACT-30 EmojiReact to a message of others", sam, func(s *stage) fedtest.Document {
			return s.sam.Act("EmojiReact", "2", s.message).With("content", "🐟")
		}},
		{"ACT-30 the same like again", carol, func(s *stage) fedtest.Document {
			return s.carol.Act("Like", "2", s.open).With("id", s.carol.URI+"#Like/1")
		}},
		{"ACT-33 Add to the owner's pins", carol, func(s *stage) fedtest.Document {
			return s.carol.Act("Add", "1", s.open).With("target", s.home.Site.Featured())
		}},
		{"ACT-33 Add to the owner's followers", sam, func(s *stage) fedtest.Document {
			return s.sam.Act("Add", "1", s.sam.URI).With("target", s.home.Site.Followers())
		}},
		{"ACT-33 Remove from the owner's followers", sam, func(s *stage) fedtest.Document {
			return s.sam.Act("Remove", "1", s.alice.URI).With("target", s.home.Site.Followers())
		}},
		{"ACT-33 Add to another's pins", mallory, func(s *stage) fedtest.Document {
			return s.mallory.Act("Add", "1", s.note).With("target", s.carol.URI+"/featured")
		}},
		{"ACT-33 Add of one's own post to the owner's pins", carol, func(s *stage) fedtest.Document {
			return s.carol.Act("Add", "1", s.note).With("target", s.home.Site.Featured())
		}},
		{"ACT-33 Add of one's own post to another's pins", carol, func(s *stage) fedtest.Document {
			return s.carol.Act("Add", "1", s.note).With("target", s.alice.URI+"/featured")
		}},
		{"ACT-33 Add of another's post to one's own pins", mallory, func(s *stage) fedtest.Document {
			return s.mallory.Act("Add", "1", s.note).With("target", s.mallory.URI+"/featured")
		}},
		{"ACT-34 a vote where there is no poll", sam, func(s *stage) fedtest.Document {
			return s.sam.Act("Create", "1", s.sam.Note("vote").With("content", nil).With("name", "yes").With("inReplyTo", s.open).With("to", []string{owner}))
		}},
		{"ACT-11 Delete of another of the same server", bob, func(s *stage) fedtest.Document { return s.bob.Act("Delete", "1", s.alice.URI) }},
		{"ACT-11 Delete of another", mallory, func(s *stage) fedtest.Document { return s.mallory.Act("Delete", "1", s.alice.URI) }},
		{"ACT-12 Delete of the owner's post", carol, func(s *stage) fedtest.Document { return s.carol.Act("Delete", "1", s.open) }},
		{"ACT-12 Delete of the owner", carol, func(s *stage) fedtest.Document { return s.carol.Act("Delete", "1", owner) }},
		{"a post of a stranger that concerns nobody here", sam, func(s *stage) fedtest.Document {
			return s.sam.Act("Create", "1", s.sam.Note("1"))
		}},
		{"an answer to a message that its author never got", sam, func(s *stage) fedtest.Document {
			return s.sam.Act("Create", "1", s.sam.Note("1").With("inReplyTo", s.message))
		}},
		{"a boost of another's post by somebody who is not followed", sam, func(s *stage) fedtest.Document {
			return s.sam.Act("Announce", "1", s.note)
		}},
		{"a like of another's post", sam, func(s *stage) fedtest.Document { return s.sam.Act("Like", "1", s.note) }},
		{"a block of another", sam, func(s *stage) fedtest.Document { return s.sam.Act("Block", "1", s.alice.URI) }},
		{"a report of another", sam, func(s *stage) fedtest.Document { return s.sam.Act("Flag", "1", []string{s.carol.URI, s.note}) }},
		{"a Delete of what never came, by a stranger", sam, func(s *stage) fedtest.Document {
			return s.sam.Act("Delete", "1", s.sam.URI+"/statuses/1")
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &stage{cast: newCast(t)}
			s.follower(s.alice)
			s.follower(s.mallory)
			s.open, s.private = s.publish("open", social.Public).URI, s.publish("private", social.Followers).URI
			s.message = s.publish("@alice@good.test message", social.Direct).URI
			s.note = s.carol.Note("1")["id"].(string)
			s.deliver(s.carol, s.carol.Act("Create", "1", s.carol.Note("1")), like(s), boost(s), s.carol.Act("Create", "2", s.poll(1)))
			s.deliver(s.bob, s.bob.Act("Block", "1", owner))
			s.deliver(s.sam, s.sam.Act("Like", "own", s.open), s.sam.Act("Announce", "own", s.open))
			s.sent()
			act := test.act(s)
			s.unchanged(func() { s.attack(test.from(s.cast), act) })
			s.wantSent("")
		})
	}
}

// poll is a question of carol's with so many votes for the first answer.
func (c *cast) poll(votes any) fedtest.Document {
	option := func(name string, n any) fedtest.Document {
		return fedtest.Document{"type": "Note", "name": name, "replies": fedtest.Document{"type": "Collection", "totalItems": n}}
	}
	return c.carol.Note("poll").With("type", "Question").With("oneOf", []fedtest.Document{option("yes", votes), option("no", 0)})
}

// TestVotes counts what the owner of a poll says, and nothing that is no number
// (ACT-09).
func TestVotes(t *testing.T) {
	c := newCast(t)
	c.deliver(c.carol, c.carol.Act("Create", "1", c.poll(1)))
	uri := c.poll(1)["id"].(string)
	c.deliver(c.carol, c.carol.Act("Update", "2", c.poll(7)))
	check(t, "votes", c.post(uri).Poll.Options[0].Votes, 7)
	if !c.post(uri).EditedAt.IsZero() {
		t.Error("counting votes was taken for an edit")
	}
	for i, votes := range []any{-1, 1e308, "x", nil} {
		c.attack(c.carol, c.carol.Act("Update", fmt.Sprint("odd", i), c.poll(votes)))
		if p := c.post(uri).Poll; len(p.Options) != 2 || p.Options[0].Votes < 0 || p.Options[0].Votes > 1<<53 {
			t.Errorf("poll with %v votes: %+v", votes, p)
		}
	}
}

// TestReports keeps a report of the owner or of a post of theirs.
func TestReports(t *testing.T) {
	c := newCast(t)
	p := c.publish("hello", social.Public)
	c.deliver(c.sam, c.sam.Act("Flag", "1", []string{owner, p.URI}).With("content", "bad"))
	reports, err := c.home.Store.ListReports(t.Context(), 0, 10)
	if err != nil || len(reports) != 1 || reports[0].Comment != "bad" || len(reports[0].Posts) != 1 || reports[0].Actor.URI != c.sam.URI {
		t.Errorf("reports %+v, %v", reports, err)
	}
	check(t, "notified", c.notified(), "sam report")
	c.must(c.tl.CloseReport(t.Context(), reports[0].ID))
}

// TestPins takes pins of an actor's own posts in their own collection.
func TestPins(t *testing.T) {
	c := newCast(t)
	c.carol.Change("featured", c.carol.URI+"/featured")
	_, err := c.home.Node.RefreshActor(t.Context(), c.carol.URI)
	c.must(err)
	p := c.carolsPost("1")
	c.deliver(c.carol, c.carol.Act("Add", "1", p.URI).With("target", c.carol.URI+"/featured"))
	check(t, "unpinned", c.post(p.URI).PinnedAt.IsZero(), false)
	c.deliver(c.carol, c.carol.Act("Remove", "1", p.URI).With("target", c.carol.URI+"/featured"))
	check(t, "unpinned", c.post(p.URI).PinnedAt.IsZero(), true)
}

// TestCreateHome makes a home once.
func TestCreateHome(t *testing.T) {
	c := newCast(t)
	home := timeline.NewHome{Origin: "https://other.test", Handle: social.Handle{Name: "me", Host: "other.test"}}
	c.unchanged(func() {
		if err := timeline.CreateHome(t.Context(), c.home.Store, home); err == nil {
			t.Error("a second home was made")
		}
	})
	for _, name := range []string{"", "a b", "ä", "0123456789012345678901234567890", "a/b"} {
		if p := social.Problems(timeline.CheckName(name)); len(p) != 1 || p[0].Field != "handle" {
			t.Errorf("name %q: %+v", name, p)
		}
	}
}

func bob(c *cast) *fedtest.Actor { return c.bob }
