package federation_test

import (
	"net/http"
	"testing"

	"croft/federation/fedtest"
	"croft/federation/signature"
)

// onTrigger has the running home fail wherever it does what the trigger names.
func (c *cast) onTrigger(t *testing.T, when string) (mend func()) {
	t.Helper()
	c.exec(t, "create trigger fault before "+when+" begin select raise(abort, 'out of order'); end")
	return func() { c.exec(t, "drop trigger fault") }
}

// TestAdmitWhereTheDatabaseFails refuses what it cannot keep whole, and changes
// nothing; what was refused comes in when it comes again (SIG-32).
func TestAdmitWhereTheDatabaseFails(t *testing.T) {
	like := func(a *fedtest.Actor) fedtest.Document { return a.Act("Like", "1", "https://me.test/@owner/1") }
	follow := func(a *fedtest.Actor) fedtest.Document { return a.Act("Follow", "1", "https://me.test/@owner") }
	post := func(a *fedtest.Actor, doc fedtest.Document) (*http.Request, []byte) {
		body := doc.JSON()
		return a.Post("https://me.test/@owner/inbox", body), body
	}
	for name, test := range map[string]struct {
		when, want string
		try        func(c *cast) (*http.Request, []byte)
	}{
		"what scheme a new host writes": {"insert on hosts", "alice Like https://me.test/@owner/1",
			func(c *cast) (*http.Request, []byte) {
				body := like(c.alice).JSON()
				return c.alice.Sign(http.MethodPost, "https://me.test/@owner/inbox", body, signature.RFC9421), body
			}},
		"that a follow was seen": {"insert on seen", "alice Follow https://me.test/@owner",
			func(c *cast) (*http.Request, []byte) {
				c.home.Know(c.alice)
				return post(c.alice, follow(c.alice))
			}},
		"that a list is to be compared": {"insert on jobs when new.kind = 'sync'", "carol Like https://me.test/@owner/1",
			func(c *cast) (*http.Request, []byte) {
				req, body := post(c.carol, like(c.carol))
				c.friend.Publish(fedtest.Document{"id": c.carol.URI + "/list", "type": "OrderedCollection", "orderedItems": []string{"https://me.test/@owner"}})
				req.Header.Set("Collection-Synchronization", `collectionId="`+c.carol.URI+`/followers", url="`+c.carol.URI+`/list", digest="ff"`)
				return req, body
			}},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCast(t)
			req, body := test.try(c)
			c.home.Settle()
			mend := c.onTrigger(t, test.when)
			c.unchanged(t, func() {
				if err := c.home.Admit(req.Clone(t.Context()), body); err == nil {
					t.Error("it was let in")
				}
			})
			mend()
			if err := c.home.Admit(req.Clone(t.Context()), body); err != nil {
				t.Fatal(err)
			}
			checkText(t, "arrived", c.home.Arrived(), test.want)
		})
	}
}

// TestFollowAgainWhereTheDatabaseFails does not take a follow for new because it
// cannot be looked up.
func TestFollowAgainWhereTheDatabaseFails(t *testing.T) {
	c := newCast(t)
	c.home.Know(c.alice)
	doc := c.alice.Act("Follow", "1", "https://me.test/@owner")
	admit := func() error {
		return c.home.Admit(c.alice.Post("https://me.test/@owner/inbox", doc.JSON()), doc.JSON())
	}
	if err := admit(); err != nil {
		t.Fatal(err)
	}
	c.home.Settle()
	c.putAside(t, "follows", "aside")
	err := admit()
	c.putAside(t, "aside", "follows")
	if err == nil {
		t.Error("it was let in")
	}
}
