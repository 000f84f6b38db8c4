package federation_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"croft/federation/fedtest"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// faults is a context that says once, the nth time it is asked, that time is
// up: one statement, or one request, fails there.
type faults struct {
	context.Context
	mu    sync.Mutex
	left  int
	fired bool
}

func (f *faults) fires() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left--
	f.fired = f.fired || f.left == 0
	return f.left == 0
}

func (f *faults) hasFired() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fired
}

func (f *faults) Deadline() (time.Time, bool) {
	if f.fires() {
		return time.Unix(1, 0), true
	}
	return f.Context.Deadline()
}

func (f *faults) Done() <-chan struct{} {
	if f.fires() {
		over := make(chan struct{})
		close(over)
		return over
	}
	return f.Context.Done()
}

func (f *faults) Err() error {
	if f.hasFired() {
		return context.Canceled
	}
	return f.Context.Err()
}

// TestAdmitWhereAStepFails lets each step at the door fail in turn: what is
// refused then has changed nothing and may come again; what is let in is whole;
// and who is kept out stays out, whatever could not be looked up (SIG-32).
func TestAdmitWhereAStepFails(t *testing.T) {
	request := func(from *fedtest.Actor, doc fedtest.Document) (*http.Request, []byte) {
		body := doc.JSON()
		return from.Post("https://me.test/@owner/inbox", body), body
	}
	block := func(t *testing.T, c *cast, act func(tx *store.Tx) error) {
		t.Helper()
		storetest.Update(t, c.home.Store, act)
	}
	for _, test := range []struct {
		name string
		try  func(t *testing.T, c *cast) (*http.Request, []byte)
		want func(c *cast) string // what arrives, in the end; nothing if it is kept out
	}{
		{"somebody known", func(t *testing.T, c *cast) (*http.Request, []byte) {
			c.home.Know(c.alice)
			c.unwell(t, "good.test")
			return request(c.alice, c.alice.Act("Like", "1", "https://me.test/@owner/1"))
		}, func(c *cast) string { return "alice Like https://me.test/@owner/1" }},
		{"a follow", func(t *testing.T, c *cast) (*http.Request, []byte) {
			c.home.Know(c.alice)
			return request(c.alice, c.alice.Act("Follow", "1", "https://me.test/@owner"))
		}, func(c *cast) string { return "alice Follow https://me.test/@owner" }},
		{"somebody new", func(t *testing.T, c *cast) (*http.Request, []byte) {
			return request(c.alice, c.alice.Act("Like", "1", "https://me.test/@owner/1"))
		}, func(c *cast) string { return "alice Like https://me.test/@owner/1" }},
		{"a list of followers", func(t *testing.T, c *cast) (*http.Request, []byte) {
			req, body := request(c.carol, c.carol.Act("Like", "1", "https://me.test/@owner/1"))
			c.friend.Publish(fedtest.Document{"id": c.carol.URI + "/list", "type": "OrderedCollection", "orderedItems": []string{"https://me.test/@owner"}})
			req.Header.Set("Collection-Synchronization", `collectionId="`+c.carol.URI+`/followers", url="`+c.carol.URI+`/list", digest="ff"`)
			return req, body
		}, func(c *cast) string { return "carol Like https://me.test/@owner/1" }},
		{"a friend passes on", func(t *testing.T, c *cast) (*http.Request, []byte) {
			c.good.Publish(c.alice.Note("1"))
			return request(c.carol, c.alice.Act("Create", "1", c.alice.Note("1")))
		}, func(c *cast) string { return "alice Create " + c.alice.URI + "/statuses/1" }},
		{"a stranger passes on", func(t *testing.T, c *cast) (*http.Request, []byte) {
			c.home.Know(c.sam)
			return request(c.sam, c.alice.Act("Create", "1", c.alice.Note("1")))
		}, nil},
		{"somebody blocked", func(t *testing.T, c *cast) (*http.Request, []byte) {
			alice := c.home.Know(c.alice)
			block(t, c, func(tx *store.Tx) error { return tx.PutBlock(t.Context(), alice.ID) })
			return request(c.alice, c.alice.Act("Like", "1", "https://me.test/@owner/1"))
		}, nil},
		{"a host blocked", func(t *testing.T, c *cast) (*http.Request, []byte) {
			block(t, c, func(tx *store.Tx) error { return tx.PutHostBlock(t.Context(), "good.test") })
			return request(c.alice, c.alice.Act("Like", "1", "https://me.test/@owner/1"))
		}, nil},
		{"somebody blocked passes on", func(t *testing.T, c *cast) (*http.Request, []byte) {
			carol := c.home.Know(c.carol)
			block(t, c, func(tx *store.Tx) error { return tx.PutBlock(t.Context(), carol.ID) })
			return request(c.carol, c.alice.Act("Create", "1", c.alice.Note("1")))
		}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newCast(t)
			for step, over := 1, false; !over; step++ {
				if step > 300 {
					t.Fatal("there is no end of steps")
				}
				req, body := test.try(t, c)
				c.home.Settle()
				before := c.home.Dump()
				c.forget()
				f := &faults{Context: t.Context(), left: step}
				err := c.home.Admit(req.Clone(f), body)
				over = !f.hasFired()
				if test.want != nil && errors.Is(err, social.ErrForbidden) {
					t.Fatalf("step %d fails, and the sender is told that it is for good: %v", step, err)
				}
				if err == nil {
					c.wellAgain(t)
				}
				if n := c.out(); n > 0 && test.name == "somebody known" {
					t.Fatalf("step %d fails, and %d requests went out", step, n)
				}
				if err == nil {
					if test.want == nil {
						t.Fatalf("step %d fails, and it was let in", step)
					}
					if got, want := c.home.Arrived(), test.want(c); got != want {
						t.Fatalf("step %d fails: arrived %q, want %q", step, got, want)
					}
					c = newCast(t)
					continue
				}
				if over && test.want != nil {
					t.Fatalf("nothing fails, and still: %v", err)
				}
				checkText(t, "arrived", c.home.Arrived(), "")
				if c.home.Dump() != before {
					t.Fatalf("step %d fails (%v), and the database changed", step, err)
				}
				c.Advance(61 * time.Second) // a key that could not be had rests for a minute
			}
		})
	}
}

// unwell has a host fail before.
func (c *cast) unwell(t *testing.T, host string) {
	t.Helper()
	storetest.Update(t, c.home.Store, func(tx *store.Tx) error {
		return tx.PutPeer(context.Background(), store.Peer{Host: host, Failures: 1, Recent: []time.Time{tx.Now}})
	})
}

// wellAgain holds that a host that was heard is no longer taken for unwell.
func (c *cast) wellAgain(t *testing.T) {
	t.Helper()
	if peer, err := c.home.Store.FindPeer(context.Background(), "good.test"); err == nil && peer.Failures > 0 {
		t.Fatalf("it was heard, and good.test still counts as unwell: %+v", peer)
	}
}

// TestViewerOfAnUnwellHost hears it, or says that something failed.
func TestViewerOfAnUnwellHost(t *testing.T) {
	c := newCast(t)
	c.home.Know(c.alice)
	for step, over := 1, false; !over && step < 300; step++ {
		c.unwell(t, "good.test")
		f := &faults{Context: t.Context(), left: step}
		_, err := c.home.Node.Viewer(c.alice.Get("https://me.test/@owner/1").Clone(f))
		if over = !f.hasFired(); err == nil {
			c.wellAgain(t)
		}
	}
}

// TestViewerWhereAStepFails never takes somebody blocked for a stranger because
// something could not be looked up.
func TestViewerWhereAStepFails(t *testing.T) {
	for name, kept := range map[string]func(tx *store.Tx, alice *social.Actor) error{
		"an actor": func(tx *store.Tx, alice *social.Actor) error { return tx.PutBlock(context.Background(), alice.ID) },
		"a host":   func(tx *store.Tx, _ *social.Actor) error { return tx.PutHostBlock(context.Background(), "good.test") },
	} {
		t.Run(name, func(t *testing.T) {
			c := newCast(t)
			alice := c.home.Know(c.alice)
			storetest.Update(t, c.home.Store, func(tx *store.Tx) error { return kept(tx, alice) })
			for step, over := 1, false; !over && step < 300; step++ {
				f := &faults{Context: t.Context(), left: step}
				v, err := c.home.Node.Viewer(c.alice.Get("https://me.test/@owner/1").Clone(f))
				over = !f.hasFired()
				if err == nil && !v.Blocked {
					t.Errorf("step %d fails, and who is blocked is %+v", step, v)
				}
			}
		})
	}
}

// TestViewerOfNoSignature refuses what looks like a signature and is none, and
// asks nothing of a host that is blocked.
func TestViewerOfNoSignature(t *testing.T) {
	c := newCast(t)
	storetest.Update(t, c.home.Store, func(tx *store.Tx) error { return tx.PutHostBlock(t.Context(), "evil.test") })
	c.forget()
	c.unchanged(t, func() {
		for field, value := range map[string]string{
			"Signature": "sig1=:AAAA:", "Signature-Input": `sig1=("@method")`, "Authorization": `Signature keyId="x"`,
		} {
			req := c.alice.Get("https://me.test/@owner/1")
			req.Header.Del("Signature")
			req.Header.Set(field, value)
			v, err := c.home.Node.Viewer(req)
			if checkKind(t, err, social.ErrUnauthorized); v != (social.Viewer{}) {
				t.Errorf("%s: %+v", field, v)
			}
		}
		if v, err := c.home.Node.Viewer(c.mallory.Get("https://me.test/@owner/1")); err != nil || v != (social.Viewer{Blocked: true}) {
			t.Errorf("a blocked host: %+v, %v", v, err)
		}
	})
	if n := c.out(); n != 0 {
		t.Errorf("%d requests went out", n)
	}
}
