package federation_test

import (
	"database/sql"
	"testing"
	"time"

	_ "modernc.org/sqlite" // a table is put aside beside the running home

	"croft/federation/fedtest"
	"croft/queue"
	"croft/store"
	"croft/store/storetest"
)

// putAside renames a table of the running home, so that whoever reads it fails.
func (c *cast) putAside(t *testing.T, from, to string) {
	t.Helper()
	c.exec(t, "alter table "+from+" rename to "+to)
}

// exec changes the database beside the running home.
func (c *cast) exec(t *testing.T, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", c.home.Path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// TestReceiveWhereTheDatabaseFails loses nothing and decides nothing while what
// an arrival is judged by cannot be read: it is tried again (SIG-32).
func TestReceiveWhereTheDatabaseFails(t *testing.T) {
	note := func(t *testing.T, c *cast, from *fedtest.Actor) string { return c.putNote(t, from, from.Note("1")).URI }
	for _, test := range []struct {
		name, table string
		from        func(c *cast) *fedtest.Actor
		doc         func(t *testing.T, c *cast) fedtest.Document
		want        func(c *cast) string
	}{
		{"its actor", "actors", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Like", "1", "https://me.test/@owner/1")
		}, func(c *cast) string { return "mallory Like https://me.test/@owner/1" }},
		{"the post that it edits", "posts", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Update", "1", c.mallory.Note("1").With("id", note(t, c, c.mallory)))
		}, func(c *cast) string { return "mallory Update " + c.mallory.URI + "/statuses/1" }},
		{"another's post that it edits", "posts", bob, func(t *testing.T, c *cast) fedtest.Document {
			return c.bob.Act("Update", "1", c.bob.Note("1").With("id", note(t, c, c.alice)))
		}, func(*cast) string { return "" }},
		{"the post that it deletes", "posts", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Delete", "1", note(t, c, c.mallory))
		}, func(c *cast) string { return "mallory Delete " + c.mallory.URI + "/statuses/1" }},
		{"another's post that it deletes", "posts", bob, func(t *testing.T, c *cast) fedtest.Document {
			return c.bob.Act("Delete", "1", note(t, c, c.alice))
		}, func(*cast) string { return "" }},
		{"the post that it boosts", "posts", carol, func(t *testing.T, c *cast) fedtest.Document {
			return c.carol.Act("Announce", "1", note(t, c, c.alice))
		}, func(c *cast) string { return "carol Announce " + c.alice.URI + "/statuses/1" }},
		{"the owner's post that it boosts", "posts", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Announce", "1", c.putOwn(t).URI)
		}, nil},
		{"whether its booster is followed", "follows", carol, func(t *testing.T, c *cast) fedtest.Document {
			return c.carol.Act("Announce", "1", note(t, c, c.alice))
		}, func(c *cast) string { return "carol Announce " + c.alice.URI + "/statuses/1" }},
		{"whether its author is followed", "follows", carol, func(t *testing.T, c *cast) fedtest.Document {
			return c.carol.Act("Create", "1", c.friend.Publish(c.carol.Note("1"))["id"])
		}, func(c *cast) string { return "carol Create " + c.carol.URI + "/statuses/1" }},
		{"whether who moves is followed", "follows", carol, func(t *testing.T, c *cast) fedtest.Document {
			return c.carol.Act("Move", "1", c.carol.URI).With("target", c.sam.URI)
		}, func(c *cast) string { return "carol Move " + c.carol.URI }},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCast(t)
			from := test.from(c)
			c.home.Know(from)
			doc := test.doc(t, c)
			c.home.Settle()
			c.forget()
			c.putAside(t, test.table, "aside")
			storetest.Update(t, c.home.Store, func(tx *store.Tx) error {
				return c.home.Queue.Put(t.Context(), tx, queue.Job{Kind: "receive", Host: from.Peer.Host, Payload: doc.JSON()})
			})
			checkText(t, "arrived", c.home.Arrived(), "")
			if n := c.out(); n != 0 {
				t.Errorf("%d requests went out", n)
			}
			c.putAside(t, "aside", test.table)
			if jobs, err := c.home.Store.CountJobs(t.Context()); err != nil || jobs != (store.JobCounts{Pending: 1}) {
				t.Errorf("jobs %+v, %v; want the one", jobs, err)
			}
			c.Advance(2 * time.Minute)
			c.home.Queue.Wake()
			want := "mallory Announce " + objectOf(doc)
			if test.want != nil {
				want = test.want(c)
			}
			checkText(t, "arrived", c.home.Arrived(), want)
			if jobs, err := c.home.Store.CountJobs(t.Context()); err != nil || jobs != (store.JobCounts{}) {
				t.Errorf("jobs left: %+v, %v", jobs, err)
			}
		})
	}
}

// TestReceiveOfNobody drops what an actor said who is not here any more, and
// goes on.
func TestReceiveOfNobody(t *testing.T) {
	c := newCast(t)
	c.home.Know(c.bob)
	storetest.Update(t, c.home.Store, func(tx *store.Tx) error {
		return c.home.Queue.Put(t.Context(), tx,
			queue.Job{Kind: "receive", Host: "good.test", Payload: c.alice.Act("Like", "1", "https://me.test/@owner/1").JSON()},
			queue.Job{Kind: "receive", Host: "good.test", Payload: c.bob.Act("Like", "1", "https://me.test/@owner/1").JSON()})
	})
	checkText(t, "arrived", c.home.Arrived(), "bob Like https://me.test/@owner/1")
	if jobs, err := c.home.Store.CountJobs(t.Context()); err != nil || jobs != (store.JobCounts{}) {
		t.Errorf("jobs left: %+v, %v", jobs, err)
	}
}
