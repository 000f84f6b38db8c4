package federation_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"croft/federation/fedtest"
	"croft/federation/signature"
	"croft/social"
)

// TestKeyDocuments holds keys that have an address of their own against SIG-17:
// the owner's document must name the key, too, and lie on the same server.
func TestKeyDocuments(t *testing.T) {
	// stub is what GoToSocial serves at a key's address.
	stub := func(c *cast) fedtest.Document {
		return fedtest.Document{
			"@context": []string{"https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"},
			"id":       c.alice.URI, "type": "Person", "preferredUsername": "alice", "publicKey": c.alice.PublicKey(),
		}
	}
	asJSON := func(d fedtest.Document) http.HandlerFunc {
		return fedtest.Serve("application/activity+json", string(d.JSON()))
	}
	for _, test := range []struct {
		name  string
		serve func(c *cast)
		want  error
	}{
		{"GoToSocial", func(c *cast) {
			c.alice.Change("publicKey", c.alice.PublicKey())
			c.good.Answer("/users/alice/main-key", asJSON(stub(c)))
		}, nil},
		{"a key alone", func(c *cast) {
			c.alice.Change("publicKey", c.alice.PublicKey())
			c.good.Answer("/users/alice/main-key", asJSON(c.alice.PublicKey().With("type", "Key")))
		}, nil},
		{"a key alone, whose owner is out of order", func(c *cast) {
			c.good.Answer("/users/alice", fedtest.Status(http.StatusBadGateway))
			c.good.Answer("/users/alice/main-key", asJSON(c.alice.PublicKey().With("type", "Key")))
		}, social.ErrUnavailable},
		{"a key that its owner does not know", func(c *cast) {
			c.good.Answer("/users/alice/main-key", asJSON(c.alice.PublicKey().With("type", "Key")))
		}, social.ErrUnauthorized},
		{"the stub of somebody who does not know it", func(c *cast) {
			c.good.Answer("/users/alice/main-key", asJSON(stub(c)))
		}, social.ErrUnauthorized},
		{"a document of another server", func(c *cast) {
			c.good.Answer("/users/alice/main-key", asJSON(c.mallory.Document().With("publicKey", c.alice.PublicKey())))
		}, social.ErrUnauthorized},
		{"no ActivityPub", func(c *cast) {
			c.good.Answer("/users/alice/main-key", fedtest.Serve("text/html", string(stub(c).JSON())))
		}, social.ErrUnauthorized},
		{"gone", func(c *cast) { c.good.Answer("/users/alice/main-key", fedtest.Status(http.StatusGone)) }, social.ErrUnauthorized},
		{"out of order", func(c *cast) { c.good.Answer("/users/alice/main-key", fedtest.Status(http.StatusBadGateway)) }, social.ErrUnavailable},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCast(t)
			c.alice.Key.ID = c.alice.URI + "/main-key"
			test.serve(c)
			try := func() {
				checkKind(t, c.home.Deliver(c.alice, c.alice.Act("Like", "1", "https://me.test/@owner/1")), test.want)
			}
			if test.want == nil {
				try()
				checkText(t, "arrived", c.home.Arrived(), "alice Like https://me.test/@owner/1")
				return
			}
			c.unchanged(t, try)
			asked := len(c.good.Requests())
			c.unchanged(t, try)
			if again := len(c.good.Requests()); again != asked || asked > 2 {
				t.Errorf("%d requests, then %d", asked, again-asked)
			}
		})
	}
}

// TestRotatedKey lets a new key in after one look at its server, and an old one
// no more (SIG-20). A key that was bad a moment ago is not asked for again.
func TestRotatedKey(t *testing.T) {
	c := newCast(t)
	c.home.Know(c.alice)
	old := c.alice.Key
	c.alice.Rotate()
	c.forget()
	checkKind(t, c.home.Deliver(c.alice, c.alice.Act("Like", "1", "https://me.test/@owner/1")), nil)
	checkText(t, "arrived", c.home.Arrived(), "alice Like https://me.test/@owner/1")
	if n := c.out(); n > 2 {
		t.Errorf("%d requests for the new key", n)
	}
	c.forget()
	c.alice.Key = old
	for range 3 {
		c.unchanged(t, func() {
			checkKind(t, c.home.Deliver(c.alice, c.alice.Act("Like", "2", "https://me.test/@owner/1")), social.ErrUnauthorized)
		})
	}
	if n := c.out(); n != 1 {
		t.Errorf("%d requests for the old key, want 1", n)
	}
}

// TestKeyTakenInVain turns somebody away for a minute, and to come again, whose
// key was named by somebody else just before.
func TestKeyTakenInVain(t *testing.T) {
	c := newCast(t)
	body := c.alice.Act("Like", "1", "https://me.test/@owner/1").JSON()
	forged := signature.Key{ID: c.alice.Key.ID, Private: c.mallory.Key.Private}
	c.unchanged(t, func() {
		checkKind(t, c.home.Admit(c.Sign(forged, http.MethodPost, "https://me.test/inbox", body, signature.Cavage), body), social.ErrUnauthorized)
		checkKind(t, c.home.Admit(c.alice.Post("https://me.test/inbox", body), body), social.ErrUnavailable)
	})
	c.Advance(61 * time.Second)
	checkKind(t, c.home.Admit(c.alice.Post("https://me.test/inbox", body), body), nil)
	checkText(t, "arrived", c.home.Arrived(), "alice Like https://me.test/@owner/1")
}

// TestBadKeyAtOnce asks once for a key that is named by many at once, and lets
// none of them in.
func TestBadKeyAtOnce(t *testing.T) {
	c := newCast(t)
	c.evil.Answer("/key", func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(200 * time.Millisecond)
		w.WriteHeader(http.StatusNotFound)
	})
	body := c.mallory.Act("Like", "1", "https://me.test/@owner/1").JSON()
	key := signature.Key{ID: "https://evil.test/key", Private: c.mallory.Key.Private}
	c.unchanged(t, func() {
		var wait sync.WaitGroup
		for range 20 {
			req := c.Sign(key, http.MethodPost, "https://me.test/inbox", body, signature.Cavage)
			wait.Go(func() { checkKind(t, c.home.Admit(req, body), social.ErrUnauthorized) })
		}
		wait.Wait()
	})
	if n := c.out(); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// TestKeyLimits holds a thousand keys that prove nothing against SIG-35, each of
// its own, first on one host and then on a thousand of its subdomains.
func TestKeyLimits(t *testing.T) {
	for name, address := range map[string]string{
		"one host": "https://evil.test/key/%d", "subdomains": "https://h%d.evil.test/key", "two requests each": "https://evil.test/knock/%d",
	} {
		t.Run(name, func(t *testing.T) {
			c := newCast(t)
			for i := range 1000 {
				c.evil.Answer(fmt.Sprintf("/knock/%d", i), fedtest.Status(http.StatusUnauthorized))
			}
			body := c.mallory.Act("Create", "1", c.mallory.Note("1")).JSON()
			post := func(id int) error {
				key := signature.Key{ID: fmt.Sprintf(address, id), Private: c.mallory.Key.Private}
				return c.home.Admit(c.Sign(key, http.MethodPost, "https://me.test/inbox", body, signature.Cavage), body)
			}
			c.unchanged(t, func() {
				var wait sync.WaitGroup
				for part := range 8 {
					wait.Go(func() {
						for i := range 125 {
							if post(part*125+i) == nil {
								t.Error("a bad key was let in")
							}
						}
					})
				}
				wait.Wait()
			})
			if n := c.out(); n > 10 {
				t.Errorf("%d requests in a minute, want at most 10", n)
			}
			checkKind(t, c.home.Deliver(c.sam, c.sam.Act("Like", "1", "https://me.test/@owner/1")), nil)
			c.forget()
			c.Advance(61 * time.Second)
			if post(5000) == nil {
				t.Error("a bad key was let in")
			}
			if n := len(c.evil.Requests()); n != 1 {
				t.Errorf("%d requests in the next minute, want 1", n)
			}
		})
	}
}

// TestKeyLimitsSpareTheGood lets thirty new people of one server in at once.
func TestKeyLimitsSpareTheGood(t *testing.T) {
	c := newCast(t)
	var wait sync.WaitGroup
	for i := range 30 {
		person := c.good.Person(fmt.Sprintf("person%d", i))
		wait.Go(func() {
			if err := c.home.Deliver(person, person.Act("Follow", "1", "https://me.test/@owner")); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if got := strings.Count(c.home.Arrived(), "Follow"); got != 30 {
		t.Errorf("%d follows arrived, want 30", got)
	}
	if n := c.out(); n > 60 {
		t.Errorf("%d requests for 30 people", n)
	}
}

// TestSplitHandle finds the handle that an actor's own host and the handle's
// host agree on, and no other (FEP-2c59, DIS-01).
func TestSplitHandle(t *testing.T) {
	c := newCast(t)
	home := c.Peer("handles.test")
	home.Finger("alice@handles.test", "alice@handles.test", c.alice.URI)
	c.good.Finger("alice@handles.test", "alice@handles.test", c.alice.URI)
	c.good.Finger("alice@good.test", "alice@handles.test", c.alice.URI)
	c.alice.Change("webfinger", "alice@handles.test")
	c.evil.Finger("mallory@evil.test", "alice@good.test", c.mallory.URI)
	c.mallory.Change("webfinger", "alice@good.test")
	for _, test := range []struct {
		actor *fedtest.Actor
		want  string
	}{{c.alice, "@alice@handles.test"}, {c.mallory, "@mallory@evil.test"}, {c.bob, "@bob@good.test"}} {
		if got := c.home.Know(test.actor).Handle.String(); got != test.want {
			t.Errorf("%s goes by %s, want %s", test.actor.URI, got, test.want)
		}
	}
	for handle, want := range map[string]string{"alice@handles.test": c.alice.URI, "alice@good.test": c.alice.URI, "bob@good.test": c.bob.URI} {
		h, _ := social.ParseHandle(handle)
		got, err := c.home.Node.ResolveHandle(t.Context(), h)
		if err != nil || got.URI != want {
			t.Errorf("%s is %v, %v, want %s", handle, got, err, want)
		}
	}
}
