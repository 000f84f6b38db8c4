package federation_test

import (
	"strings"
	"testing"
	"time"

	"croft/federation/fedtest"
)

// TestSynchronize compares follows with the lists of others' servers (FEP-8fcf):
// a follow that is not known here is taken back, one that is not known there
// ends an hour later.
func TestSynchronize(t *testing.T) {
	const owner = "https://me.test/@owner"
	const none = "0000000000000000000000000000000000000000000000000000000000000000"
	const another = "3f0b3c" // any but that of nobody
	for _, test := range []struct {
		name   string
		from   func(c *cast) *fedtest.Actor
		digest string
		items  []string
		asked  bool
		undone bool
		ended  bool
	}{
		{"the follow is not known there", carol, none, []string{}, true, false, true},
		{"the follow is known after all", carol, none, []string{owner}, true, false, false},
		{"the follow is not known here", bob, another, []string{owner}, true, true, false},
		{"nobody follows", bob, none, nil, false, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCast(t)
			from := test.from(c)
			c.home.Know(from)
			list := from.Peer.Publish(fedtest.Document{
				"id": from.URI + "/followers_synchronization", "type": "OrderedCollection", "orderedItems": test.items,
			})["id"].(string)
			c.forget()
			post := func(name, collection, url string) {
				body := from.Act("Like", name, owner+"/1").JSON()
				req := from.Post(owner+"/inbox", body)
				req.Header.Set("Collection-Synchronization", `collectionId="`+collection+`", url="`+url+`", digest="`+test.digest+`"`)
				checkKind(t, c.home.Admit(req, body), nil)
				checkText(t, "arrived", c.home.Arrived(), from.Name+" Like "+owner+"/1")
			}
			post("1", c.alice.URI+"/followers", list)
			post("2", from.URI+"/followers", "https://evil.test/list")
			if n := c.out(); n != 0 {
				t.Errorf("%d requests for somebody else's list", n)
			}
			post("3", from.URI+"/followers", list)
			post("4", from.URI+"/followers", list)
			if n := strings.Count(from.Peer.Asked(), "followers_synchronization"); n > 1 || n == 1 != test.asked {
				t.Errorf("the list was asked for %d times", n)
			}
			if got := strings.Contains(from.Peer.Asked(), "POST"); got != test.undone {
				t.Errorf("asked:\n%s", from.Peer.Asked())
			}
			c.Advance(61 * time.Minute)
			c.home.Queue.Wake()
			want := ""
			if test.ended {
				want = from.Name + " Reject "
			}
			if got := c.home.Arrived(); !strings.HasPrefix(got, want) || (got == "") != (want == "") {
				t.Errorf("arrived %q, want %q", got, want)
			}
		})
	}
}
