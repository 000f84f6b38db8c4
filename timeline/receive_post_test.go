package timeline_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"croft/federation/fedtest"
	"croft/social"
)

// TestKeep keeps what is by somebody followed, or for the owner, or an answer
// to them, and tells the owner of what concerns them.
func TestKeep(t *testing.T) {
	for _, test := range []struct {
		name     string
		from     func(c *cast) *fedtest.Actor
		note     func(c *cast, open, private string) fedtest.Document
		notified string
	}{
		{"by somebody followed", carol, func(c *cast, _, _ string) fedtest.Document { return c.carol.Note("1") }, ""},
		{"for their followers", carol, func(c *cast, _, _ string) fedtest.Document {
			return c.carol.Note("1").With("to", []string{c.carol.URI + "/followers"}).With("cc", nil)
		}, ""},
		{"for the owner, by a stranger", sam, func(c *cast, _, _ string) fedtest.Document {
			return c.sam.Note("1").With("to", []string{owner}).With("cc", nil)
		}, "sam mention"},
		{"that names the owner", sam, func(c *cast, _, _ string) fedtest.Document {
			return c.sam.Note("1").With("tag", fedtest.Document{"type": "Mention", "href": owner, "name": "@owner@me.test"})
		}, "sam mention"},
		{"an answer by a stranger", sam, func(c *cast, open, _ string) fedtest.Document { return c.sam.Note("1").With("inReplyTo", open) }, "sam mention"},
		{"an answer by a follower", alice, func(c *cast, _, private string) fedtest.Document {
			return c.alice.Note("1").With("inReplyTo", private)
		}, "alice mention"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCast(t)
			c.follower(c.alice)
			open, private := c.publish("open", social.Public).URI, c.publish("private", social.Followers).URI
			from := test.from(c)
			note := test.note(c, open, private)
			c.deliver(from, from.Act("Create", "1", note))
			if c.post(note["id"].(string)) == nil {
				t.Error("it was not kept")
			}
			check(t, "notified", c.notified(), test.notified)
			c.unchanged(func() { c.attack(from, from.Act("Create", "2", note)) })
		})
	}
}

// TestMissingParent asks for what an answer answers.
func TestMissingParent(t *testing.T) {
	c := newCast(t)
	parent := c.alice.Peer.Publish(c.alice.Note("parent"))
	c.deliver(c.carol, c.carol.Act("Create", "1", c.carol.Note("1").With("inReplyTo", parent["id"])))
	answer := c.post(c.carol.URI + "/statuses/1")
	if p := c.post(parent["id"].(string)); p == nil || answer.InReplyToID != p.ID {
		t.Errorf("parent %+v of %+v", p, answer)
	}
	check(t, "notified", c.notified(), "")
}

// TestReceiveEdit is ACT-06: an edit changes words and pictures, and neither the
// parent, nor the time, nor who may see it.
func TestReceiveEdit(t *testing.T) {
	c := newCast(t)
	own := c.publish("open", social.Public)
	picture := fedtest.Document{"type": "Document", "mediaType": "image/png", "url": "https://friend.test/1.png", "name": "a fish"}
	note := c.carol.Note("1").With("to", []string{owner}).With("cc", nil).With("attachment", picture)
	c.deliver(c.carol, c.carol.Act("Create", "1", note))
	before := c.post(note["id"].(string))
	c.unchanged(func() { c.attack(c.carol, c.carol.Act("Update", "same", note)) })
	c.Advance(time.Minute)
	edit := note.With("content", "<p>other</p>").With("updated", c.Now().UTC().Format(time.RFC3339)).
		With("to", []string{social.PublicURI}).With("cc", []string{c.carol.URI + "/followers"}).
		With("inReplyTo", own.URI).With("published", "2001-01-01T00:00:00Z")
	c.deliver(c.carol, c.carol.Act("Update", "1", edit))
	after := c.post(note["id"].(string))
	check(t, "content", string(after.Content), "<p>other</p>")
	check(t, "edited", after.EditedAt.IsZero(), false)
	check(t, "visibility", after.Visibility, social.Direct)
	check(t, "to", after.To, before.To)
	check(t, "cc", after.Cc, before.Cc)
	check(t, "published", after.PublishedAt, before.PublishedAt)
	check(t, "in reply to", after.InReplyTo, "")
	check(t, "replies of the owner's post", c.post(own.URI).ReplyCount, 0)
	if revisions, err := c.home.Store.ListRevisions(t.Context(), after.ID); err != nil || len(revisions) != 1 || revisions[0].Content != before.Content {
		t.Errorf("revisions %+v, %v", revisions, err)
	}
	// An older edit that comes late is none.
	c.unchanged(func() {
		c.attack(c.carol, c.carol.Act("Update", "late", edit.With("content", "<p>old</p>").With("updated", c.Now().Add(-time.Hour).UTC().Format(time.RFC3339))))
	})
}

// TestEditNotified tells of the edit of what the owner boosted.
func TestEditNotified(t *testing.T) {
	c := newCast(t)
	p := c.carolsPost("1")
	edit := func(name string) {
		c.deliver(c.carol, c.carol.Act("Update", name, c.carol.Note("1").With("content", "<p>"+name+"</p>")))
	}
	edit("first")
	check(t, "notified", c.notified(), "")
	c.must(c.tl.Boost(t.Context(), p.ID))
	edit("second")
	check(t, "notified", c.notified(), "carol edit")
}

// TestUpdateOfUnknown takes an edit of what never came for the post itself.
func TestUpdateOfUnknown(t *testing.T) {
	c := newCast(t)
	c.deliver(c.carol, c.carol.Act("Update", "1", c.carol.Note("1")))
	if c.post(c.carol.URI+"/statuses/1") == nil {
		t.Error("it was not kept")
	}
}

// TestUpdatePerson fetches the document and believes nothing else.
func TestUpdatePerson(t *testing.T) {
	c := newCast(t)
	c.carol.Change("name", "New")
	c.deliver(c.carol, c.carol.Act("Update", "1", c.carol.Document().With("name", "Claimed")))
	actor, err := c.home.Store.FindActorByURI(t.Context(), c.carol.URI)
	c.must(err)
	check(t, "name", actor.Name, "New")
}

// TestReceiveDelete is ACT-14: what was deleted stays so.
func TestReceiveDelete(t *testing.T) {
	c := newCast(t)
	p := c.carolsPost("1")
	note := c.carol.Peer.Publish(c.carol.Note("1"))
	c.deliver(c.carol, c.carol.Act("Delete", "1", fedtest.Document{"id": p.URI, "type": "Tombstone"}))
	if kept := c.post(p.URI); kept.DeletedAt.IsZero() || kept.Content != "" {
		t.Errorf("kept %+v", kept)
	}
	c.unchanged(func() {
		c.attack(c.carol, c.carol.Act("Create", "again", note))
		c.attack(c.carol, c.carol.Act("Update", "again", note))
		c.attack(c.carol, c.carol.Act("Announce", "again", p.URI))
		c.attack(c.carol, c.carol.Act("Delete", "again", p.URI))
	})
	c.deliver(c.carol, c.carol.Act("Create", "answer", c.carol.Note("answer").With("inReplyTo", p.URI)))
	if kept := c.post(p.URI); kept.DeletedAt.IsZero() {
		t.Error("an answer brought it back")
	}
}

// TestEarlyDelete is ACT-13: the end may come before the post, which then does
// not come, for thirty days at least.
func TestEarlyDelete(t *testing.T) {
	c := newCast(t)
	note := c.carol.Note("1")
	c.deliver(c.carol, c.carol.Act("Delete", "1", note["id"]))
	c.unchanged(func() { c.attack(c.carol, c.carol.Act("Create", "1", note)) })
	if p := c.post(note["id"].(string)); p == nil || p.DeletedAt.IsZero() {
		t.Errorf("tombstone %+v", p)
	}
	c.must(c.tl.Start(t.Context()))
	c.Advance(31 * 24 * time.Hour)
	c.home.Queue.Wake()
	c.home.Settle()
	c.deliver(c.carol, c.carol.Act("Create", "2", note))
	if p := c.post(note["id"].(string)); p == nil || p.DeletedAt.IsZero() {
		t.Errorf("after a month %+v", p)
	}
}

// TestGone takes everything of an actor away who is gone, messages too.
func TestGone(t *testing.T) {
	c := newCast(t)
	c.follower(c.carol)
	own := c.publish("hello", social.Public)
	c.deliver(c.alice, c.alice.Act("Create", "1", c.alice.Note("other").With("inReplyTo", own.URI)))
	other := c.post(c.alice.URI + "/statuses/other")
	open := c.carolsPost("open")
	message := c.carol.Note("message").With("to", []string{owner}).With("cc", nil)
	c.deliver(c.carol, c.carol.Act("Create", "m", message), c.carol.Act("Announce", "1", other.URI), c.carol.Act("Like", "1", own.URI))
	c.deliver(c.carol, c.carol.Act("Delete", "gone", c.carol.URI))
	check(t, "relation", c.relation(c.carol), social.Relation{})
	check(t, "notified", c.notified(), "alice mention")
	for _, uri := range []string{open.URI, message["id"].(string)} {
		if p := c.post(uri); p.DeletedAt.IsZero() || p.Content != "" {
			t.Errorf("%s stayed: %+v", uri, p)
		}
	}
	check(t, "another's post is gone", c.post(other.URI).DeletedAt.IsZero(), true)
	check(t, "boosts", c.post(other.URI).BoostCount, 0)
	check(t, "likes", c.post(own.URI).LikeCount, 0)
	actor, err := c.home.Store.FindActorByURI(t.Context(), c.carol.URI)
	c.must(err)
	check(t, "there", actor.GoneAt.IsZero(), false)
}

// TestFlood keeps 50 copies of one post once.
func TestFlood(t *testing.T) {
	c := newCast(t)
	for i := range 50 {
		c.deliver(c.carol, c.carol.Act("Create", fmt.Sprint(i), c.carol.Note("1").With("to", []string{owner, social.PublicURI})))
	}
	n, err := c.home.Store.CountPosts(t.Context(), c.id(c.carol))
	c.must(err)
	check(t, "posts", n, 1)
	check(t, "notified", strings.Count(c.notified(), "mention"), 1)
}

func alice(c *cast) *fedtest.Actor { return c.alice }
