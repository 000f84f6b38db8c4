package timeline_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"croft/federation/fedtest"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// TestPublish sends a post to those it is for, and to nobody else.
func TestPublish(t *testing.T) {
	for _, test := range []struct {
		name, text string
		visibility social.Visibility
		to, cc     []string
		want       []string
	}{
		{"public", "hello", social.Public, []string{social.PublicURI}, []string{owner + "/followers"},
			[]string{"good.test/inbox Create Note"}},
		{"public, somebody named", "hello @sam@stranger.test", social.Public, []string{social.PublicURI},
			[]string{owner + "/followers", "https://stranger.test/users/sam"},
			[]string{"good.test/inbox Create Note", "stranger.test/users/sam/inbox Create Note"}},
		{"unlisted", "hello", social.Unlisted, []string{owner + "/followers"}, []string{social.PublicURI},
			[]string{"good.test/inbox Create Note"}},
		{"followers, a follower named", "hello @bob@good.test", social.Followers, []string{owner + "/followers"},
			[]string{"https://good.test/users/bob"}, []string{"good.test/inbox Create Note"}},
		{"direct", "hello @sam@stranger.test", social.Direct, []string{"https://stranger.test/users/sam"}, nil,
			[]string{"stranger.test/users/sam/inbox Create Note"}},
		{"direct, to a follower whose neighbour follows", "hello @bob@good.test", social.Direct, []string{"https://good.test/users/bob"}, nil,
			[]string{"good.test/users/bob/inbox Create Note"}},
		{"public, nobody there by that name", "hello @nobody@good.test", social.Public, []string{social.PublicURI},
			[]string{owner + "/followers"}, []string{"good.test/inbox Create Note"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCast(t)
			c.follower(c.alice)
			c.follower(c.bob)
			c.home.Know(c.mallory)
			c.forget()
			p := c.publish(test.text, test.visibility)
			c.wantSent(test.want...)
			kept := c.post(p.URI)
			check(t, "to", kept.To, test.to)
			check(t, "cc", kept.Cc, test.cc)
			if !kept.Local || kept.Source != test.text || kept.Context != p.URI+"/context" || kept.URL != p.URI {
				t.Errorf("kept %+v", kept)
			}
		})
	}
}

// TestPublishToFollowersOnly is PRI-12: of 500 who are known, only the servers
// of the followers hear of a post for followers.
func TestPublishToFollowersOnly(t *testing.T) {
	c := newCast(t)
	storetest.Update(t, c.home.Store, func(tx *store.Tx) error {
		for i := range 500 {
			if _, err := tx.PutActor(t.Context(), storetest.Actor(fmt.Sprint("known", i), fmt.Sprintf("host%d.test", i%50))); err != nil {
				return err
			}
		}
		return nil
	})
	c.follower(c.alice)
	c.follower(c.bob)
	c.follower(c.mallory)
	c.follower(c.sam)
	c.forget()
	p := c.publish("for you", social.Followers)
	c.wantSent("good.test/inbox Create Note", "evil.test/inbox Create Note", "stranger.test/inbox Create Note")
	got, err := c.home.Store.ListRecipients(t.Context(), p.ID)
	if err != nil || len(got) != 3 {
		t.Errorf("recipients %v, %v; want 3", got, err)
	}
}

// TestPublishRefused publishes nothing where a draft is wrong.
func TestPublishRefused(t *testing.T) {
	c := newCast(t)
	for _, test := range []struct {
		name, field string
		draft       social.Draft
	}{
		{"empty", "text", social.Draft{Text: " ", Visibility: social.Public}},
		{"too long", "text", social.Draft{Text: strings.Repeat("x", 20001), Visibility: social.Public}},
		{"direct to nobody there", "text", social.Draft{Text: "@nobody@good.test hello", Visibility: social.Direct}},
		{"answers nothing", "in_reply_to", social.Draft{Text: "x", Visibility: social.Public, InReplyToID: 7}},
		{"no such picture", "media", social.Draft{Text: "x", Visibility: social.Public, Attachments: []social.ID{7}}},
	} {
		c.unchanged(func() {
			_, err := c.tl.Publish(t.Context(), test.draft)
			problems := social.Problems(err)
			if !errors.Is(err, social.ErrInvalid) || len(problems) == 0 || problems[0].Field != test.field {
				t.Errorf("%s: %v %+v, want field %s", test.name, err, problems, test.field)
			}
		})
	}
	c.wantSent("")
}

// TestReply puts an answer into its thread and sends it to whom it answers.
func TestReply(t *testing.T) {
	c := newCast(t)
	note := c.carol.Note("1").With("context", c.carol.URI+"/contexts/1")
	c.deliver(c.carol, c.carol.Act("Create", "1", note))
	parent := c.post(note["id"].(string))
	p, err := c.tl.Publish(t.Context(), social.Draft{Text: "yes", Visibility: social.Public, InReplyToID: parent.ID})
	c.must(err)
	c.wantSent("friend.test/users/carol/inbox Create Note")
	if p.InReplyTo != parent.URI || p.InReplyToID != parent.ID || p.Context != parent.Context {
		t.Errorf("reply %+v to %+v", p, parent)
	}
	draft, err := c.tl.ReplyDraft(t.Context(), parent.ID)
	c.must(err)
	check(t, "draft", draft, social.Draft{Text: "@carol@friend.test ", Visibility: social.Public, InReplyToID: parent.ID})
}

// TestEdit reaches whoever got the post, follower still or not, and those newly
// named; who may see it stays.
func TestEdit(t *testing.T) {
	c := newCast(t)
	alice := c.follower(c.alice)
	p := c.publish("hello @sam@stranger.test", social.Public)
	c.sent()
	c.must(c.tl.RemoveFollower(t.Context(), alice.ID))
	c.wantSent("good.test/users/alice/inbox Reject Follow")
	c.unchanged(func() { c.must(c.tl.Edit(t.Context(), p.ID, social.Draft{Text: "hello @sam@stranger.test"})) })
	c.Advance(time.Minute)
	c.must(c.tl.Edit(t.Context(), p.ID, social.Draft{Text: "hello @mallory@evil.test", Warning: "w", Visibility: social.Direct}))
	c.wantSent("good.test/inbox Update Note", "evil.test/users/mallory/inbox Update Note", "stranger.test/users/sam/inbox Update Note")
	kept := c.post(p.URI)
	if kept.Visibility != social.Public || kept.Warning != "w" || kept.EditedAt.IsZero() || !kept.PublishedAt.Equal(p.PublishedAt) {
		t.Errorf("kept %+v", kept)
	}
	revisions, err := c.home.Store.ListRevisions(t.Context(), p.ID)
	if err != nil || len(revisions) != 1 || revisions[0].Source != p.Source || !revisions[0].At.Equal(p.PublishedAt) {
		t.Errorf("revisions %+v, %v", revisions, err)
	}
	draft, err := c.tl.EditDraft(t.Context(), p.ID)
	c.must(err)
	check(t, "draft", draft, social.Draft{Text: "hello @mallory@evil.test", Warning: "w", Visibility: social.Public})
}

// TestLetterReachesThoseWhomItNames sends a letter to nobody else, whoever wrote
// before (PRI-07); whom an edit adds gets what it says now alone (PRI-08).
func TestLetterReachesThoseWhomItNames(t *testing.T) {
	c := newCast(t)
	letter := c.sam.Note("1").With("to", []any{c.home.Site.Actor()}).With("cc", []any{}).With("content", "<p>only for you</p>")
	c.deliver(c.sam, c.sam.Act("Create", "1", letter))
	parent := c.post(letter["id"].(string))
	draft, err := c.tl.ReplyDraft(t.Context(), parent.ID)
	c.must(err)
	if draft.Visibility != social.Direct || draft.Text != "@sam@stranger.test " {
		t.Errorf("the desk begins with %+v", draft)
	}
	p, err := c.tl.Publish(t.Context(), social.Draft{Text: "@sam@stranger.test @mallory@evil.test a secret", Visibility: social.Direct, InReplyToID: parent.ID})
	c.must(err)
	c.wantSent("evil.test/users/mallory/inbox Create Note", "stranger.test/users/sam/inbox Create Note")
	_, err = c.tl.Publish(t.Context(), social.Draft{Text: "@mallory@evil.test between us", Visibility: social.Direct, InReplyToID: parent.ID})
	c.must(err)
	c.wantSent("evil.test/users/mallory/inbox Create Note")

	c.Advance(time.Minute)
	c.must(c.tl.Edit(t.Context(), p.ID, social.Draft{Text: "@sam@stranger.test @mallory@evil.test @bob@good.test a promise"}))
	c.home.Settle()
	var toBob string
	for _, got := range c.deliveries() {
		if got.Host == "good.test" {
			toBob += string(got.Body)
		}
	}
	if !strings.Contains(toBob, "a promise") || strings.Contains(toBob, "a secret") || strings.Contains(toBob, "only for you") {
		t.Errorf("bob was sent %s", toBob)
	}
}

// TestDelete leaves a tombstone and tells whoever got the post or passed it on.
func TestDelete(t *testing.T) {
	c := newCast(t)
	c.follower(c.alice)
	p := c.publish("hello", social.Public)
	c.deliver(c.sam, c.sam.Act("Announce", "1", p.URI))
	c.sent()
	c.must(c.tl.Edit(t.Context(), p.ID, social.Draft{Text: "hello again"}))
	c.wantSent("good.test/inbox Update Note", "stranger.test/users/sam/inbox Update Note")
	c.must(c.tl.Delete(t.Context(), p.ID))
	c.wantSent("good.test/inbox Delete Tombstone", "stranger.test/users/sam/inbox Delete Tombstone")
	kept := c.post(p.URI)
	if kept.DeletedAt.IsZero() || kept.Content != "" || kept.Source != "" {
		t.Errorf("kept %+v", kept)
	}
	for line := range strings.Lines(c.home.Dump()) {
		if strings.HasPrefix(line, "activities ") && strings.Contains(line, "uri="+p.URI) {
			t.Errorf("the words are kept in %.200s", line)
		}
	}
	for name, err := range map[string]error{
		"delete": c.tl.Delete(t.Context(), p.ID),
		"edit":   c.tl.Edit(t.Context(), p.ID, social.Draft{Text: "x"}),
		"boost":  c.tl.Boost(t.Context(), p.ID),
	} {
		if !errors.Is(err, social.ErrGone) {
			t.Errorf("%s after the end: %v", name, err)
		}
	}
}

// TestDeleteBeforeSent is DEL-03: a server that could not be reached hears
// nothing of a post that was deleted meanwhile, and the rest in order.
func TestDeleteBeforeSent(t *testing.T) {
	c := newCast(t)
	c.follower(c.alice)
	c.follower(c.sam)
	c.forget()
	c.peers[0].Answer("/inbox", fedtest.Status(503))
	lost := c.publish("lost", social.Public)
	c.home.Settle()
	c.must(c.tl.Edit(t.Context(), lost.ID, social.Draft{Text: "lost, too"}))
	unsent := c.publish("unsent", social.Public)
	c.must(c.tl.Edit(t.Context(), unsent.ID, social.Draft{Text: "unsent, too"}))
	c.must(c.tl.Delete(t.Context(), unsent.ID))
	c.must(c.tl.Delete(t.Context(), lost.ID))
	kept := c.publish("kept", social.Public)
	c.home.Settle()
	c.peers[0].Answer("/inbox", nil)
	c.forget()
	for range 4 {
		c.Advance(time.Hour)
		c.home.Queue.Wake()
		c.home.Settle()
	}
	for _, r := range c.deliveries() {
		if strings.HasPrefix(r.Host, "good.") && strings.Contains(r.Body, unsent.URI) {
			t.Errorf("told of a post it never heard of: %s", r.Body)
		}
		if strings.HasPrefix(r.Host, "good.") && strings.Contains(r.Body, "lost") {
			t.Errorf("sent the words of a deleted post: %s", r.Body)
		}
	}
	// The first try may have come through, and only its answer was lost.
	c.wantSent("good.test/inbox Delete Tombstone", "good.test/inbox Create Note")
	if c.post(kept.URI) == nil {
		t.Error("the post that stayed is gone")
	}
}

// TestRedraft gives the wording back.
func TestRedraft(t *testing.T) {
	c := newCast(t)
	c.follower(c.alice)
	p, err := c.tl.Publish(t.Context(), social.Draft{Text: "teh", Warning: "w", Language: "en", Visibility: social.Unlisted})
	c.must(err)
	c.sent()
	draft, err := c.tl.Redraft(t.Context(), p.ID)
	c.must(err)
	kept, err := c.home.Store.FindDraft(t.Context(), draft.ID)
	c.must(err)
	draft.SavedAt = kept.SavedAt
	check(t, "draft", draft, social.Draft{ID: kept.ID, Text: "teh", Warning: "w", Language: "en", Visibility: social.Unlisted, SavedAt: kept.SavedAt})
	check(t, "the kept draft", kept, draft)
	c.wantSent("good.test/inbox Delete Tombstone")
}

// TestDeletedWasPrivate: a deleted post tells those who could not see it nothing,
// not even that it was there.
func TestDeletedWasPrivate(t *testing.T) {
	c := newCast(t)
	follower := social.Viewer{ActorURI: c.alice.URI, Follows: true}
	for visibility, want := range map[social.Visibility][2]error{
		social.Public:    {social.ErrGone, social.ErrGone},
		social.Followers: {social.ErrNotFound, social.ErrGone},
	} {
		p := c.publish("soon gone", visibility)
		c.must(c.tl.Delete(t.Context(), p.ID))
		for i, viewer := range []social.Viewer{{}, follower} {
			if _, err := c.tl.Thread(t.Context(), p.ID, viewer); !errors.Is(err, want[i]) {
				t.Errorf("%s, seen by %+v: %v, want %v", visibility, viewer, err, want[i])
			}
		}
	}
}
