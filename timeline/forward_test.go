package timeline_test

import (
	"testing"

	"croft/federation/fedtest"
	"croft/social"
)

// TestNothingIsForwarded is ACT-42: what arrives addressed to the owner's
// followers (AP §7.1.2) is for the owner alone. Nothing is sent on, neither to
// the followers nor to anybody else that it names, whoever says it.
func TestNothingIsForwarded(t *testing.T) {
	c := newCast(t)
	for _, a := range []*fedtest.Actor{c.alice, c.bob, c.mallory, c.carol} {
		c.follower(a)
	}
	c.home.Know(c.sam)
	open, private := c.publish("open", social.Public).URI, c.publish("private", social.Followers).URI
	if c.sent() == "" {
		t.Fatal("nothing reached the followers")
	}
	to := func(doc fedtest.Document) fedtest.Document {
		return doc.With("to", []string{c.home.Site.Followers(), owner, c.bob.URI}).With("cc", []string{social.PublicURI, c.mallory.URI + "/followers"}).With("audience", c.home.Site.Followers())
	}
	for _, from := range []*fedtest.Actor{c.sam, c.alice} {
		parent := open
		if from == c.alice {
			parent = private
		}
		note := to(from.Note("1").With("inReplyTo", parent))
		c.deliver(from, to(from.Act("Create", "1", note)))
		if p := c.post(note["id"].(string)); p == nil || !p.DeletedAt.IsZero() {
			t.Fatalf("the answer is not here: %+v", p)
		}
		c.deliver(from, to(from.Act("Update", "1", note.With("content", "<p>other</p>").With("updated", "2040-01-01T00:00:00Z"))))
		c.deliver(from, to(from.Act("Announce", "1", open)), to(from.Act("Like", "1", open)), to(from.Act("Undo", "1", from.Act("Like", "1", open))))
		c.deliver(from, to(from.Act("Delete", "1", note["id"])))
		c.wantSent("")
	}
	check(t, "notified", c.notified(), "sam boost, alice boost")
	jobs, err := c.home.Store.CountJobs(t.Context())
	if err != nil || jobs.Pending != 0 {
		t.Errorf("jobs left: %+v, %v", jobs, err)
	}
}
