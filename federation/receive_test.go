package federation_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"croft/federation"
	"croft/federation/activity"
	"croft/federation/fedtest"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// putNote keeps a post as if it had come long ago.
func (c *cast) putNote(t *testing.T, author *fedtest.Actor, doc fedtest.Document) *social.Post {
	t.Helper()
	actor := c.home.Know(author)
	found, err := activity.DecodeObject(doc.JSON())
	if err != nil {
		t.Fatal(err)
	}
	post := found.(activity.PostDocument).Post
	post.AuthorID = actor.ID
	return storetest.PutPost(t, c.home.Store, post)
}

func (c *cast) putOwn(t *testing.T) *social.Post {
	t.Helper()
	owner, err := c.home.Store.FindActor(t.Context(), c.home.Node.OwnerID())
	if err != nil {
		t.Fatal(err)
	}
	p := storetest.Post(owner, "x", c.Now())
	storetest.Update(t, c.home.Store, func(tx *store.Tx) error {
		p.ID = tx.NewID(tx.Now)
		p.URI = c.home.Site.Post(p.ID)
		_, err := tx.PutPost(t.Context(), p)
		return err
	})
	return p
}

// TestRefused brings to the door what its actor may say only of their own
// things: none of it reaches the Receiver, and nothing but that the activity was
// seen is kept.
func TestRefused(t *testing.T) {
	for _, test := range []struct {
		name string
		from func(c *cast) *fedtest.Actor
		doc  func(t *testing.T, c *cast) fedtest.Document
		out  int
	}{
		{"ORI-08 an object of another server", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Create", "1", c.alice.Note("1"))
		}, 0},
		{"ORI-09 an author of another server", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Create", "1", c.mallory.Note("1").With("attributedTo", c.alice.URI))
		}, 0},
		{"ORI-10 two authors", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Create", "1", c.mallory.Note("1").With("attributedTo", []string{c.mallory.URI, c.alice.URI}))
		}, 0},
		{"ORI-10 an embedded author", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Create", "1", c.mallory.Note("1").With("attributedTo", fedtest.Document{"id": c.alice.URI}))
		}, 0},
		{"ORI-10 no author", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Create", "1", c.mallory.Note("1").With("attributedTo", nil))
		}, 0},
		{"ORI-15 an id of ours", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Create", "1", c.mallory.Note("1").With("id", "https://me.test/@owner/1"))
		}, 0},
		{"ORI-15 an id of ours, by a friend", carol, func(t *testing.T, c *cast) fedtest.Document {
			return c.carol.Act("Create", "1", "https://me.test/@owner/1")
		}, 0},
		{"ACT-01 the owner as author", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Create", "1", c.mallory.Note("1").With("attributedTo", "https://me.test/@owner"))
		}, 0},
		{"ACT-02 a post of the owner's", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Create", "1", c.putOwn(t).URI).With("to", []string{c.mallory.URI})
		}, 0},
		{"ACT-04 bob edits alice's", bob, func(t *testing.T, c *cast) fedtest.Document {
			c.putNote(t, c.alice, c.alice.Note("1"))
			return c.bob.Act("Update", "1", c.alice.Note("1").With("attributedTo", c.bob.URI))
		}, 0},
		{"ACT-05 mallory edits alice's", mallory, func(t *testing.T, c *cast) fedtest.Document {
			c.putNote(t, c.alice, c.alice.Note("1"))
			return c.mallory.Act("Update", "1", c.alice.Note("1"))
		}, 0},
		{"SIG-22, ACT-07 bob changes alice and her key", bob, func(t *testing.T, c *cast) fedtest.Document {
			c.home.Know(c.alice)
			return c.bob.Act("Update", "1", c.alice.Document().With("publicKey", c.bob.PublicKey()))
		}, 0},
		{"ACT-07 bob changes alice, and tells the owner", bob, func(t *testing.T, c *cast) fedtest.Document {
			c.home.Know(c.alice)
			return c.bob.Act("Update", "1", c.alice.Document().With("publicKey", c.bob.PublicKey())).With("to", "https://me.test/@owner")
		}, 0},
		{"ORI-09 an author of the same server", bob, func(t *testing.T, c *cast) fedtest.Document {
			return c.bob.Act("Create", "1", c.alice.Note("1"))
		}, 0},
		{"ORI-08 one's own words under an id of another server", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Create", "1", c.mallory.Note("1").With("id", c.alice.URI+"/statuses/1"))
		}, 0},
		{"a post by its id of another server, to the owner", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Create", "1", c.good.Publish(c.alice.Note("1"))["id"]).With("to", "https://me.test/@owner")
		}, 0},
		{"a post by its id, not to the owner", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Create", "1", c.evil.Publish(c.mallory.Note("1"))["id"])
		}, 0},
		{"ACT-31 a friend moves to where they are", carol, func(t *testing.T, c *cast) fedtest.Document {
			return c.carol.Act("Move", "1", c.carol.URI).With("target", c.carol.URI)
		}, 0},
		{"ACT-31 a friend moves in with the owner", carol, func(t *testing.T, c *cast) fedtest.Document {
			return c.carol.Act("Move", "1", c.carol.URI).With("target", "https://me.test/@owner")
		}, 0},
		{"a boost of what is not here", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Announce", "1", "https://me.test/@owner/7")
		}, 0},
		{"ACT-10 bob deletes alice's", bob, func(t *testing.T, c *cast) fedtest.Document {
			c.putNote(t, c.alice, c.alice.Note("1"))
			return c.bob.Act("Delete", "1", c.alice.URI+"/statuses/1")
		}, 0},
		{"ACT-10 mallory deletes alice's", mallory, func(t *testing.T, c *cast) fedtest.Document {
			c.putNote(t, c.alice, c.alice.Note("1"))
			return c.mallory.Act("Delete", "1", c.alice.URI+"/statuses/1")
		}, 0},
		{"ACT-12 mallory deletes the owner's", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Delete", "1", c.putOwn(t).URI)
		}, 0},
		{"ACT-12 mallory deletes the owner", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Delete", "1", "https://me.test/@owner")
		}, 0},
		{"ACT-17 a follow of somebody else", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Follow", "1", c.alice.URI)
		}, 0},
		{"Friendica follows a post", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Follow", "1", c.putOwn(t).URI)
		}, 0},
		{"ACT-27 a stranger boosts", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Announce", "1", c.alice.Note("1"))
		}, 0},
		{"ACT-31 a stranger moves", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Move", "1", c.mallory.URI).With("target", c.alice.URI)
		}, 0},
		{"ACT-31 somebody else's move", carol, func(t *testing.T, c *cast) fedtest.Document {
			return c.carol.Act("Move", "1", c.alice.URI).With("target", c.mallory.URI)
		}, 0},
		{"ACT-35 a collection", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return fedtest.Document{
				"id": c.mallory.URI + "#c", "type": "OrderedCollection", "actor": c.mallory.URI,
				"orderedItems": []any{c.alice.Act("Create", "1", c.alice.Note("1"))},
			}
		}, 0},
		{"ACT-37 a word that nobody knows", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("create", "1", c.mallory.Note("1"))
		}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCast(t)
			from := test.from(c)
			c.home.Know(from)
			doc := test.doc(t, c)
			c.home.Arrived()
			c.forget()
			c.unchanged(t, func() { checkKind(t, c.home.Deliver(from, doc), nil) }, "seen", "sqlite_sequence")
			if n := c.out(); n > test.out {
				t.Errorf("%d requests went out, want at most %d", n, test.out)
			}
		})
	}
}

func mallory(c *cast) *fedtest.Actor { return c.mallory }
func bob(c *cast) *fedtest.Actor     { return c.bob }
func carol(c *cast) *fedtest.Actor   { return c.carol }

// TestReceived is what reaches the Receiver, and what must be asked for first.
func TestReceived(t *testing.T) {
	for _, test := range []struct {
		name string
		from func(c *cast) *fedtest.Actor
		doc  func(t *testing.T, c *cast) fedtest.Document
		want func(c *cast) string
		out  int
	}{
		{"a post", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Create", "1", c.mallory.Note("1"))
		}, func(c *cast) string { return "mallory Create " + c.mallory.URI + "/statuses/1" }, 0},
		{"a post by its id from a friend", carol, func(t *testing.T, c *cast) fedtest.Document {
			return c.carol.Act("Create", "1", c.friend.Publish(c.carol.Note("1"))["id"])
		}, func(c *cast) string { return "carol Create " + c.carol.URI + "/statuses/1" }, 1},
		{"a post by its id to the owner", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Create", "1", c.evil.Publish(c.mallory.Note("1"))["id"]).With("to", c.home.Site.Actor())
		}, func(c *cast) string { return "mallory Create " + c.mallory.URI + "/statuses/1" }, 1},
		{"an edit", mallory, func(t *testing.T, c *cast) fedtest.Document {
			c.putNote(t, c.mallory, c.mallory.Note("1"))
			return c.mallory.Act("Update", "1", c.mallory.Note("1").With("content", "2"))
		}, func(c *cast) string { return "mallory Update " + c.mallory.URI + "/statuses/1" }, 0},
		{"a deletion", mallory, func(t *testing.T, c *cast) fedtest.Document {
			c.putNote(t, c.mallory, c.mallory.Note("1"))
			return c.mallory.Act("Delete", "1", c.mallory.URI+"/statuses/1")
		}, func(c *cast) string { return "mallory Delete " + c.mallory.URI + "/statuses/1" }, 0},
		{"SIG-34b an end", mallory, func(t *testing.T, c *cast) fedtest.Document {
			c.evil.Answer("/users/mallory", fedtest.Status(http.StatusGone))
			return c.mallory.Act("Delete", "1", c.mallory.URI)
		}, func(c *cast) string { return "mallory Delete " + c.mallory.URI }, 0},
		{"a boost of ours", mallory, func(t *testing.T, c *cast) fedtest.Document {
			return c.mallory.Act("Announce", "1", c.putOwn(t).URI)
		}, nil, 0},
		{"a friend boosts a stranger", carol, func(t *testing.T, c *cast) fedtest.Document {
			return c.carol.Act("Announce", "1", c.good.Publish(c.alice.Note("1"))["id"])
		}, func(c *cast) string { return "carol Announce " + c.alice.URI + "/statuses/1" }, 3},
		{"ACT-27 an inline forgery is not looked at", carol, func(t *testing.T, c *cast) fedtest.Document {
			c.good.Publish(c.alice.Note("1"))
			return c.carol.Act("Announce", "1", c.alice.Note("1").With("content", "forged"))
		}, func(c *cast) string { return "carol Announce " + c.alice.URI + "/statuses/1" }, 3},
		{"ORI-22 a friend passes on", carol, func(t *testing.T, c *cast) fedtest.Document {
			c.good.Publish(c.alice.Note("1"))
			return c.alice.Act("Create", "1", c.alice.Note("1").With("content", "forged"))
		}, func(c *cast) string { return "alice Create " + c.alice.URI + "/statuses/1" }, 3},
		{"ORI-22 a friend passes on an end", carol, func(t *testing.T, c *cast) fedtest.Document {
			c.putNote(t, c.alice, c.alice.Note("1"))
			c.good.Answer("/users/alice/statuses/1", fedtest.Status(http.StatusGone))
			return c.alice.Act("Delete", "1", c.alice.URI+"/statuses/1")
		}, func(c *cast) string { return "alice Delete " + c.alice.URI + "/statuses/1" }, 1},
		{"ORI-23 a friend passes on an end that is none", carol, func(t *testing.T, c *cast) fedtest.Document {
			c.putNote(t, c.alice, c.alice.Note("1"))
			return c.alice.Act("Delete", "1", c.alice.URI+"/statuses/1")
		}, func(c *cast) string { return "" }, 1},
		{"ORI-08 a friend embeds another's", carol, func(t *testing.T, c *cast) fedtest.Document {
			c.good.Publish(c.alice.Note("1"))
			return c.carol.Act("Create", "1", c.alice.Note("1").With("content", "forged"))
		}, func(c *cast) string { return "alice Create " + c.alice.URI + "/statuses/1" }, 3},
		{"a group passes on a post", carol, func(t *testing.T, c *cast) fedtest.Document {
			c.good.Publish(c.alice.Note("1"))
			return c.carol.Act("Announce", "1", c.alice.Act("Create", "1", c.alice.Note("1").With("content", "forged")))
		}, func(c *cast) string { return "carol Announce " + c.alice.URI + "/statuses/1" }, 3},
		{"a group passes on an answer to somebody", carol, func(t *testing.T, c *cast) fedtest.Document {
			note := c.good.Publish(c.alice.Note("1").With("inReplyTo", c.bob.URI+"/statuses/1"))
			return c.carol.Act("Announce", "1", c.alice.Act("Create", "1", note))
		}, func(c *cast) string { return "" }, 0},
		{"a group passes on an answer to the owner", carol, func(t *testing.T, c *cast) fedtest.Document {
			note := c.good.Publish(c.alice.Note("1").With("inReplyTo", c.putOwn(t).URI))
			return c.carol.Act("Announce", "1", c.alice.Act("Create", "1", note))
		}, func(c *cast) string { return "alice Create " + c.alice.URI + "/statuses/1" }, 3},
		{"a group passes on an answer that names the owner", carol, func(t *testing.T, c *cast) fedtest.Document {
			note := c.good.Publish(c.alice.Note("1").With("inReplyTo", c.bob.URI+"/statuses/1"))
			return c.carol.Act("Announce", "1", c.alice.Act("Create", "1", note).With("cc", c.home.Site.Actor()))
		}, func(c *cast) string { return "alice Create " + c.alice.URI + "/statuses/1" }, 3},
		{"a group passes on an edit", carol, func(t *testing.T, c *cast) fedtest.Document {
			c.putNote(t, c.alice, c.alice.Note("1"))
			c.good.Publish(c.alice.Note("1"))
			return c.carol.Act("Announce", "1", c.alice.Act("Update", "1", c.alice.Note("1")))
		}, func(c *cast) string { return "alice Update " + c.alice.URI + "/statuses/1" }, 1},
		{"a group passes on an edit of what is not here", carol, func(t *testing.T, c *cast) fedtest.Document {
			return c.carol.Act("Announce", "1", c.alice.Act("Update", "1", c.good.Publish(c.alice.Note("1"))))
		}, func(c *cast) string { return "" }, 0},
		{"a group passes on a vote", carol, func(t *testing.T, c *cast) fedtest.Document {
			return c.carol.Act("Announce", "1", c.alice.Act("Like", "1", c.alice.URI+"/statuses/1"))
		}, func(c *cast) string { return "" }, 0},
		{"a friend moves", carol, func(t *testing.T, c *cast) fedtest.Document {
			return c.carol.Act("Move", "1", c.carol.URI).With("target", c.sam.URI)
		}, func(c *cast) string { return "carol Move " + c.carol.URI }, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCast(t)
			from := test.from(c)
			c.home.Know(from)
			doc := test.doc(t, c)
			c.home.Arrived()
			c.forget()
			checkKind(t, c.home.Deliver(from, doc), nil)
			arrivals := c.home.Arrivals()
			var got []string
			for _, a := range arrivals {
				head := activity.HeadOf(a.Activity)
				got = append(got, a.Actor.Handle.Name+" "+head.Type+" "+head.Object)
				if a.Post != nil && (a.Post.AuthorID == 0 || strings.Contains(string(a.Post.Content), "forged")) {
					t.Errorf("post %+v", a.Post)
				}
			}
			want := "mallory Announce " + objectOf(doc)
			if test.want != nil {
				want = test.want(c)
			}
			checkText(t, "arrived", strings.Join(got, "\n"), want)
			if n := c.out(); n != test.out {
				t.Errorf("%d requests went out, want %d:\n%s", n, test.out, c.good.Asked())
			}
			if jobs, err := c.home.Store.CountJobs(t.Context()); err != nil || jobs != (store.JobCounts{}) {
				t.Errorf("jobs left: %+v, %v", jobs, err)
			}
		})
	}
}

func objectOf(doc fedtest.Document) string {
	uri, _ := doc["object"].(string)
	return uri
}

// TestVisibility asks the stored author which collection is their followers'.
func TestVisibility(t *testing.T) {
	c := newCast(t)
	c.carol.Change("followers", c.friend.URL("/subscribers/of/carol"))
	if _, err := c.home.Node.RefreshActor(t.Context(), c.carol.URI); err != nil {
		t.Fatal(err)
	}
	note := c.carol.Note("1").With("to", []string{c.friend.URL("/subscribers/of/carol")}).With("cc", nil)
	checkKind(t, c.home.Deliver(c.carol, c.carol.Act("Create", "1", note)), nil)
	arrivals := c.home.Arrivals()
	if len(arrivals) != 1 || arrivals[0].Post.Visibility != social.Followers {
		t.Errorf("arrivals %+v", arrivals)
	}
}

// TestChangedActor fetches somebody anew who says that they have changed, and
// believes nothing that stands in the activity.
func TestChangedActor(t *testing.T) {
	c := newCast(t)
	c.home.Know(c.alice)
	c.alice.Change("name", "Alice the second")
	checkKind(t, c.home.Deliver(c.alice, c.alice.Act("Update", "1", c.alice.Document().With("name", "forged"))), nil)
	checkText(t, "arrived", c.home.Arrived(), "")
	actor, err := c.home.Store.FindActorByURI(t.Context(), c.alice.URI)
	if err != nil || actor.Name != "Alice the second" {
		t.Errorf("actor %+v, %v", actor, err)
	}
}

// TestPins takes over what somebody the owner follows has pinned, and nothing of
// anybody else's.
func TestPins(t *testing.T) {
	c := newCast(t)
	carol := c.home.Know(c.carol)
	for _, name := range []string{"1", "2"} {
		c.friend.Publish(c.carol.Note(name))
	}
	c.good.Publish(c.alice.Note("1"))
	pins := c.carol.URI + "/featured"
	serve := func(list fedtest.Document) string {
		c.friend.Publish(list.With("id", pins))
		c.carol.Change("featured", c.carol.URI+"/featured")
		storetest.Update(t, c.home.Store, func(tx *store.Tx) error { return c.home.Node.WantActor(t.Context(), tx, c.carol.URI) })
		c.home.Settle()
		pinned, err := c.home.Store.ListPinned(t.Context(), carol.ID, social.Viewer{Owner: true})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range pinned {
			got = append(got, strings.TrimPrefix(p.URI, c.carol.URI+"/statuses/"))
		}
		return strings.Join(got, " ")
	}
	pin := func(items ...string) string {
		return serve(fedtest.Document{"type": "OrderedCollection", "orderedItems": items})
	}
	one, two := c.carol.URI+"/statuses/1", c.carol.URI+"/statuses/2"
	checkText(t, "pinned", pin(one, c.alice.URI+"/statuses/1", "https://me.test/@owner/1"), "1")
	checkText(t, "pinned", pin(two), "2")
	page := fedtest.Document{"id": pins + "?page=1", "type": "OrderedCollectionPage", "partOf": pins, "orderedItems": []string{one, two}}
	c.friend.Answer("/users/carol/featured?page=1", fedtest.Serve("application/activity+json", string(page.JSON())))
	checkText(t, "pinned on a page", serve(fedtest.Document{"type": "OrderedCollection", "first": pins + "?page=1"}), "1 2")
	checkText(t, "pinned on a page that is lost", serve(fedtest.Document{"type": "OrderedCollection", "first": pins + "/lost"}), "1 2")
	checkText(t, "pinned", pin(), "")
}

// TestOrder keeps the order of what comes from one host, also where something
// must be tried again; the other hosts go on.
func TestOrder(t *testing.T) {
	c := newCast(t)
	c.home.Know(c.alice)
	c.home.Refuse(func(a federation.Arrival) error {
		if a.Actor.URI == c.alice.URI {
			return errors.New("a fault of our own")
		}
		return nil
	})
	var want []string
	for i := range 40 {
		checkKind(t, c.home.Deliver(c.alice, c.alice.Act("Create", fmt.Sprint(i), c.alice.Note(fmt.Sprint(i)))), nil)
		want = append(want, fmt.Sprintf("alice Create %s/statuses/%d", c.alice.URI, i))
	}
	checkKind(t, c.home.Deliver(c.sam, c.sam.Act("Like", "1", "https://me.test/@owner/1")), nil)
	checkText(t, "arrived", c.home.Arrived(), "sam Like https://me.test/@owner/1")
	c.home.Refuse(nil)
	c.Advance(2 * time.Minute)
	c.home.Queue.Wake()
	checkText(t, "arrived", c.home.Arrived(), strings.Join(want, "\n"))
	// A whole batch waits, and one in its middle fails.
	c.home.Refuse(func(federation.Arrival) error { return errors.New("a fault of our own") })
	want = nil
	for i := 40; i < 50; i++ {
		checkKind(t, c.home.Deliver(c.alice, c.alice.Act("Create", fmt.Sprint(i), c.alice.Note(fmt.Sprint(i)))), nil)
		want = append(want, fmt.Sprintf("alice Create %s/statuses/%d", c.alice.URI, i))
	}
	checkText(t, "arrived", c.home.Arrived(), "")
	c.home.Refuse(func(a federation.Arrival) error {
		if strings.HasSuffix(activity.HeadOf(a.Activity).Object, "/statuses/43") {
			return errors.New("a fault of our own")
		}
		return nil
	})
	c.Advance(2 * time.Minute)
	c.home.Queue.Wake()
	checkText(t, "arrived", c.home.Arrived(), strings.Join(want[:3], "\n"))
	c.home.Refuse(nil)
	c.Advance(2 * time.Minute)
	c.home.Queue.Wake()
	checkText(t, "arrived", c.home.Arrived(), strings.Join(want[3:], "\n"))
}
