package federation_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"croft/federation/fedtest"
	"croft/federation/signature"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// TestAdmit holds the door against everything that must not come in: nothing is
// stored, and no more is fetched than allowed.
func TestAdmit(t *testing.T) {
	type try struct {
		req  *http.Request
		body []byte
	}
	post := func(a *fedtest.Actor, doc fedtest.Document) try {
		body := doc.JSON()
		return try{a.Post("https://me.test/inbox", body), body}
	}
	const fetchesOfKey = 1
	for _, test := range []struct {
		name string
		try  func(c *cast) try
		want error
		out  int // requests that it may cause
	}{
		{"SIG-01 no signature", func(c *cast) try {
			got := post(c.alice, c.alice.Act("Create", "1", c.alice.Note("1")))
			got.req.Header.Del("Signature")
			return got
		}, social.ErrUnauthorized, 0},
		{"SIG-04 another body", func(c *cast) try {
			got := post(c.alice, c.alice.Act("Create", "1", c.alice.Note("1")))
			got.body = append(got.body, ' ')
			return got
		}, social.ErrUnauthorized, 0},
		{"SIG-08 forwarded host", func(c *cast) try {
			body := c.alice.Act("Create", "1", c.alice.Note("1")).JSON()
			req := c.alice.Post("https://other.test/inbox", body)
			req.Header.Set("X-Forwarded-Host", "me.test")
			return try{req, body}
		}, social.ErrUnauthorized, 0},
		{"SIG-14 mallory speaks for alice", func(c *cast) try {
			return post(c.mallory, c.alice.Act("Create", "1", c.alice.Note("1")))
		}, social.ErrForbidden, fetchesOfKey},
		{"SIG-15 bob speaks for alice", func(c *cast) try {
			return post(c.bob, c.alice.Act("Create", "1", c.alice.Note("1")))
		}, social.ErrForbidden, fetchesOfKey},
		{"SIG-18 a key of no server", func(c *cast) try {
			got := post(c.alice, c.alice.Act("Create", "1", c.alice.Note("1")))
			named := strings.Replace(got.req.Header.Get("Signature"), c.alice.Key.ID, "acct:alice@good.test", 1)
			got.req.Header.Set("Signature", named)
			return got
		}, social.ErrUnauthorized, 0},
		{"SIG-19 our own key", func(c *cast) try {
			c.mallory.Key.ID = "https://me.test/@owner#main-key"
			return post(c.mallory, c.mallory.Act("Create", "1", c.mallory.Note("1")))
		}, social.ErrUnauthorized, 0},
		{"SIG-31 plain text", func(c *cast) try {
			got := post(c.alice, c.alice.Act("Create", "1", c.alice.Note("1")))
			got.req.Header.Set("Content-Type", "text/plain")
			return got
		}, social.ErrInvalid, 0},
		{"SIG-31 compressed", func(c *cast) try {
			got := post(c.alice, c.alice.Act("Create", "1", c.alice.Note("1")))
			got.req.Header.Set("Content-Encoding", "gzip")
			return got
		}, social.ErrInvalid, 0},
		{"SIG-31 two types", func(c *cast) try {
			got := post(c.alice, c.alice.Act("Create", "1", c.alice.Note("1")))
			got.req.Header.Add("Content-Type", "text/plain")
			return got
		}, social.ErrInvalid, 0},
		{"SIG-31 no type", func(c *cast) try {
			got := post(c.alice, c.alice.Act("Create", "1", c.alice.Note("1")))
			got.req.Header.Del("Content-Type")
			return got
		}, social.ErrInvalid, 0},
		{"an end that nobody signed", func(c *cast) try {
			got := post(c.alice, c.alice.Act("Delete", "1", c.alice.URI))
			got.req.Header.Del("Signature")
			return got
		}, social.ErrUnauthorized, 0},
		{"SIG-34a an unknown actor is gone", func(c *cast) try {
			c.good.Answer("/users/alice", fedtest.Status(http.StatusGone))
			return post(c.alice, c.alice.Act("Delete", "1", c.alice.URI))
		}, nil, 0},
		{"an unknown actor has changed", func(c *cast) try {
			return post(c.alice, c.alice.Act("Update", "1", c.alice.Document()))
		}, nil, 0},
		{"ORI-19 an id twice", func(c *cast) try {
			body := []byte(`{"id":"https://good.test/1","id":"https://good.test/2","type":"Like","actor":"` + c.alice.URI + `","object":"https://me.test/@owner/1"}`)
			return try{c.alice.Post("https://me.test/inbox", body), body}
		}, social.ErrInvalid, 0},
		{"ORI-20 something behind it", func(c *cast) try {
			body := append(c.alice.Act("Create", "1", c.alice.Note("1")).JSON(), "{}"...)
			return try{c.alice.Post("https://me.test/inbox", body), body}
		}, social.ErrInvalid, 0},
		{"ORI-22 an altered copy from a stranger", func(c *cast) try {
			return post(c.mallory, c.alice.Act("Create", "1", c.alice.Note("1").With("content", "altered")))
		}, social.ErrForbidden, fetchesOfKey},
		{"ACT-36 two actors", func(c *cast) try {
			return post(c.mallory, c.mallory.Act("Create", "1", c.mallory.Note("1")).With("actor", []string{c.mallory.URI, c.alice.URI}))
		}, social.ErrInvalid, 0},
		{"ACT-36 an embedded actor", func(c *cast) try {
			return post(c.mallory, c.mallory.Act("Create", "1", c.mallory.Note("1")).With("actor", c.alice.Document()))
		}, social.ErrInvalid, 0},
		{"ACT-37 two types", func(c *cast) try {
			return post(c.mallory, c.mallory.Act("Create", "1", c.mallory.Note("1")).With("type", []string{"Create", "Delete"}))
		}, social.ErrInvalid, 0},
		{"ACT-39 no id", func(c *cast) try {
			return post(c.mallory, c.mallory.Act("Create", "1", c.mallory.Note("1")).With("id", nil))
		}, social.ErrInvalid, 0},
		{"ACT-40 an id of somebody else's", func(c *cast) try {
			return post(c.mallory, c.mallory.Act("Create", "1", c.mallory.Note("1")).With("id", c.alice.URI+"#Create/1"))
		}, social.ErrInvalid, 0},
		{"ORI-15 an id of ours", func(c *cast) try {
			return post(c.mallory, c.mallory.Act("Create", "1", c.mallory.Note("1")).With("id", "https://me.test/@owner#likes/1"))
		}, social.ErrInvalid, 0},
		{"a friend speaks for the owner", func(c *cast) try {
			doc := c.carol.Act("Create", "1", c.carol.Note("1")).With("id", "https://me.test/@owner/1/activity").With("actor", "https://me.test/@owner")
			return post(c.carol, doc)
		}, social.ErrForbidden, 0},
		{"a friend passes on what is the owner's", func(c *cast) try {
			return post(c.carol, c.alice.Act("Update", "1", "https://me.test/@owner/1"))
		}, social.ErrForbidden, 0},
		{"a friend passes on nothing", func(c *cast) try {
			return post(c.carol, c.alice.Act("Create", "1", nil))
		}, social.ErrForbidden, 0},
		{"a friend passes on a Like", func(c *cast) try {
			return post(c.carol, c.alice.Act("Like", "1", "https://me.test/@owner/1"))
		}, social.ErrForbidden, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCast(t)
			got := test.try(c)
			c.unchanged(t, func() { checkKind(t, c.home.Admit(got.req, got.body), test.want) })
			if n := c.out(); n > test.out {
				t.Errorf("%d requests went out, want at most %d", n, test.out)
			}
		})
	}
}

// TestAdmitStranger lets somebody unknown in: one request for them and their
// key, one for their handle, and both are kept.
func TestAdmitStranger(t *testing.T) {
	for _, scheme := range []signature.Scheme{signature.Cavage, signature.RFC9421} {
		t.Run(string(scheme), func(t *testing.T) {
			c := newCast(t)
			body := c.alice.Act("Follow", "1", "https://me.test/@owner").JSON()
			req := c.alice.Sign(http.MethodPost, "https://me.test/@owner/inbox", body, scheme)
			checkKind(t, c.home.Admit(req, body), nil)
			checkText(t, "arrived", c.home.Arrived(), "alice Follow https://me.test/@owner")
			checkText(t, "asked", c.good.Asked(), "GET /users/alice\nGET /.well-known/webfinger?resource=acct%3Aalice%40good.test\n")
			actor, err := c.home.Store.FindActorByURI(t.Context(), c.alice.URI)
			if err != nil || actor.Handle != (social.Handle{Name: "alice", Host: "good.test"}) || actor.FetchedAt.IsZero() {
				t.Errorf("actor %+v, %v", actor, err)
			}
			c.forget()
			checkKind(t, c.home.Deliver(c.alice, c.alice.Act("Like", "1", "https://me.test/@owner/1")), nil)
			checkText(t, "arrived", c.home.Arrived(), "alice Like https://me.test/@owner/1")
			checkText(t, "asked again", c.good.Asked(), "")
		})
	}
}

// TestAdmitTwice brings the same bytes to both inboxes a hundred times at once
// (SIG-12).
func TestAdmitTwice(t *testing.T) {
	c := newCast(t)
	body := c.alice.Act("Create", "1", c.alice.Note("1")).JSON()
	var wait sync.WaitGroup
	for i := range 100 {
		inbox := []string{"https://me.test/inbox", "https://me.test/@owner/inbox"}[i%2]
		req := c.alice.Post(inbox, body)
		wait.Go(func() {
			if err := c.home.Admit(req, body); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	checkText(t, "arrived", c.home.Arrived(), "alice Create "+c.alice.URI+"/statuses/1")
	if n := c.out(); n != 2 {
		t.Errorf("%d requests went out, want 2", n)
	}
}

// TestForwardedTwice looks once for what a friend passes on again and again.
func TestForwardedTwice(t *testing.T) {
	c := newCast(t)
	c.home.Know(c.alice)
	c.good.Publish(c.alice.Note("1"))
	c.forget()
	for range 3 {
		checkKind(t, c.home.Deliver(c.carol, c.alice.Act("Create", "1", c.alice.Note("1"))), nil)
		c.home.Settle()
	}
	checkText(t, "arrived", c.home.Arrived(), "alice Create "+c.alice.URI+"/statuses/1")
	checkText(t, "asked", c.good.Asked(), "GET /users/alice/statuses/1\n")
}

// TestAdmitStrangersOther lets in what an unknown actor says of their own
// things, or of themself: only that they are gone or changed is no news.
func TestAdmitStrangersOther(t *testing.T) {
	for name, doc := range map[string]func(a *fedtest.Actor) fedtest.Document{
		"an edit":          func(a *fedtest.Actor) fedtest.Document { return a.Act("Update", "1", a.Note("1")) },
		"a deletion":       func(a *fedtest.Actor) fedtest.Document { return a.Act("Delete", "1", a.URI+"/statuses/1") },
		"a like of itself": func(a *fedtest.Actor) fedtest.Document { return a.Act("Like", "1", a.URI) },
	} {
		t.Run(name, func(t *testing.T) {
			c := newCast(t)
			checkKind(t, c.home.Deliver(c.alice, doc(c.alice)), nil)
			if got := c.home.Arrived(); !strings.HasPrefix(got, "alice ") || strings.Contains(got, "\n") {
				t.Errorf("arrived %q", got)
			}
		})
	}
}

// TestAdmitBlocked turns away who is blocked, by actor and by host, before
// anything is asked of anybody.
func TestAdmitBlocked(t *testing.T) {
	c := newCast(t)
	mallory, sam := c.home.Know(c.mallory), c.home.Know(c.sam)
	_ = mallory
	storetest.Update(t, c.home.Store, func(tx *store.Tx) error {
		if err := tx.PutBlock(t.Context(), sam.ID); err != nil {
			return err
		}
		return tx.PutHostBlock(t.Context(), "evil.test")
	})
	c.forget()
	c.unchanged(t, func() {
		checkKind(t, c.home.Deliver(c.sam, c.sam.Act("Create", "1", c.sam.Note("1"))), social.ErrForbidden)
		checkKind(t, c.home.Deliver(c.mallory, c.mallory.Act("Create", "1", c.mallory.Note("1"))), social.ErrForbidden)
		// ACT-08: nor does somebody else's door help.
		checkKind(t, c.home.Deliver(c.carol, c.mallory.Act("Update", "1", c.mallory.Note("1"))), social.ErrForbidden)
		checkKind(t, c.home.Deliver(c.mallory, c.alice.Act("Create", "1", c.alice.Note("1"))), social.ErrForbidden)
		v, err := c.home.Node.Viewer(c.sam.Get("https://me.test/@owner/1"))
		if err != nil || !v.Blocked {
			t.Errorf("viewer sam: %+v, %v", v, err)
		}
		v, err = c.home.Node.Viewer(c.mallory.Get("https://me.test/@owner/1"))
		if err != nil || !v.Blocked {
			t.Errorf("viewer mallory: %+v, %v", v, err)
		}
	})
	if n := c.out(); n != 0 {
		t.Errorf("%d requests went out", n)
	}
}

// TestViewer says who asks.
func TestViewer(t *testing.T) {
	c := newCast(t)
	bob := c.home.Know(c.bob)
	storetest.Update(t, c.home.Store, func(tx *store.Tx) error {
		_, err := tx.PutFollow(t.Context(), social.Follow{
			URI: c.bob.URI + "#follow", FollowerID: bob.ID, FollowedID: c.home.Node.OwnerID(), State: social.FollowAccepted, CreatedAt: tx.Now,
		})
		return err
	})
	address := "https://me.test/@owner/1"
	unsigned := c.alice.Get(address)
	unsigned.Header.Del("Signature")
	forged := c.alice.Get(address)
	forged.URL.Path = "/@owner/2"
	forged.RequestURI = "/@owner/2"
	for _, test := range []struct {
		name string
		req  *http.Request
		want social.Viewer
		err  error
	}{
		{"unsigned", unsigned, social.Viewer{}, nil},
		{"unknown", c.alice.Get(address), social.Viewer{ActorURI: c.alice.URI}, nil},
		{"follower", c.bob.Get(address), social.Viewer{ActorURI: c.bob.URI, Follows: true}, nil},
		{"RFC 9421", c.bob.Sign(http.MethodGet, address, nil, signature.RFC9421), social.Viewer{ActorURI: c.bob.URI, Follows: true}, nil},
		{"forged", forged, social.Viewer{}, social.ErrUnauthorized},
	} {
		got, err := c.home.Node.Viewer(test.req)
		checkKind(t, err, test.err)
		if got != test.want {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}

// TestViewerWithNewKey still knows a follower who has another key now, and their
// handle.
func TestViewerWithNewKey(t *testing.T) {
	c := newCast(t)
	home := c.Peer("handles.test")
	for _, p := range []*fedtest.Peer{home, c.good} {
		p.Finger("alice@handles.test", "alice@handles.test", c.alice.URI)
		p.Finger("alice@good.test", "alice@handles.test", c.alice.URI)
	}
	before := c.follower(t, c.alice)
	c.alice.Rotate()
	got, err := c.home.Node.Viewer(c.alice.Get("https://me.test/@owner/1"))
	if want := (social.Viewer{ActorURI: c.alice.URI, Follows: true}); err != nil || got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	if after := c.home.Know(c.alice); after.Handle != before.Handle || after.Handle.Host != "handles.test" {
		t.Errorf("%s was %s", after.Handle, before.Handle)
	}
}
