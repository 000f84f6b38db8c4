package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

func TestPutPostFindsWhole(t *testing.T) {
	s := storetest.New(t, nil)
	bob := storetest.PutActor(t, s, storetest.Actor("bob", "far.test"))
	p := storetest.Post(bob, "one", at(0))
	p.Title, p.Source, p.Warning, p.Sensitive, p.Language = "T", "src", "careful", true, "de"
	p.Mentions = []social.Mention{{URI: "https://home.test/@ana", Handle: "@ana@home.test", URL: "x"}}
	p.Tags = []string{"Go", "fediverse"}
	p.Emojis = []social.Emoji{{Name: "blob", RemoteURL: "https://far.test/blob.png"}}
	p.InReplyTo, p.Context, p.Replies, p.Link = "https://other.test/1", "ctx", p.URI+"/replies", "https://l.test"
	p.Attachments = []social.Attachment{
		{Kind: social.MediaImage, RemoteURL: "https://far.test/1.png", MediaType: "image/png", Alt: "cat", Blurhash: "x",
			Width: 3, Height: 4, FocusX: 0.5, FocusY: -0.25, Size: 9},
		{Kind: social.MediaVideo, RemoteURL: "https://far.test/2.mp4"},
	}
	p.Poll = &social.Poll{Options: []social.PollOption{{Text: "a", Votes: 1}, {Text: "b"}}, EndsAt: at(5), VoterCount: 1}
	p.EditedAt, p.PinnedAt, p.FetchedAt = at(1), at(2), at(3)
	storetest.PutPost(t, s, p)
	got, err := s.FindPost(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Attachments {
		p.Attachments[i].ID, p.Attachments[i].PostID = got.Attachments[i].ID, p.ID
	}
	p.Author = bob
	if diff := cmp.Diff(p, got); diff != "" {
		t.Errorf("a post comes back changed (-put +found):\n%s", diff)
	}
}

func TestPutPostAgain(t *testing.T) {
	w := newWorld(t)
	p := w.post(w.bob, "before", 0, func(p *social.Post) {
		p.Tags = []string{"Old", "both"}
		p.Attachments = []social.Attachment{
			{Kind: social.MediaImage, RemoteURL: "https://far.test/1"}, {Kind: social.MediaImage, RemoteURL: "https://far.test/2"},
		}
	})
	old, err := w.FindPost(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	edit := *p
	edit.ID = 0
	edit.Content, edit.Tags, edit.EditedAt = "<p>after</p>", []string{"new", "both"}, at(9)
	edit.Attachments = []social.Attachment{
		{Kind: social.MediaImage, RemoteURL: "https://far.test/3"}, {Kind: social.MediaImage, RemoteURL: "https://far.test/2", Alt: "x"},
	}
	storetest.PutPost(t, w.Store, &edit)
	got, err := w.FindPost(t.Context(), p.ID)
	if err != nil || edit.ID != p.ID {
		t.Fatalf("id %s, then %s (%v)", p.ID, edit.ID, err)
	}
	want := edit
	want.Author = w.bob
	for i := range want.Attachments {
		want.Attachments[i].PostID, want.Attachments[i].ID = p.ID, got.Attachments[i].ID
	}
	wantSame(t, "the edited post", got, &want)
	if got.Attachments[1].ID != old.Attachments[1].ID {
		t.Error("an attachment that stays has a new ID")
	}
	owner := social.Viewer{Owner: true}
	for tag, n := range map[string]int{"old": 0, "NEW": 1, "both": 1} {
		if posts, err := w.ListByTag(t.Context(), store.TagQuery{Span: store.Below(0, 9), Tag: tag}, owner); err != nil || len(posts) != n {
			t.Errorf("tag %s: %d posts (%v), want %d", tag, len(posts), err, n)
		}
	}
	for word, n := range map[string]int{"before": 0, "after": 1} {
		if posts, err := w.SearchPosts(t.Context(), store.PostSearch{Text: word, Span: store.Below(0, 9)}); err != nil || len(posts) != n {
			t.Errorf("word %s: %d posts (%v), want %d", word, len(posts), err, n)
		}
	}
	stolen := storetest.Post(w.sam, "x", at(0))
	stolen.URI = p.URI
	wantError(t, "another's URI", w.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.PutPost(t.Context(), stolen)
		return err
	}), social.ErrConflict)
}

func TestDeletePost(t *testing.T) {
	w := newWorld(t)
	parent := w.post(w.owner, "parent", 0, nil)
	p := w.post(w.bob, "doomed", 1, func(p *social.Post) {
		p.InReplyTo, p.Tags = parent.URI, []string{"tag"}
		p.Attachments = []social.Attachment{{Kind: social.MediaImage, RemoteURL: "https://far.test/1"}}
	})
	child := w.post(w.carol, "child", 2, func(c *social.Post) { c.InReplyTo = p.URI })
	w.boost(w.carol, p, 3)
	w.update(func(tx *store.Tx) error {
		_, err := tx.PutLike(t.Context(), social.Like{URI: "like", ActorID: w.owner.ID, PostID: p.ID, CreatedAt: at(1)})
		_, err2 := tx.PutNotification(t.Context(), social.Notification{Kind: social.NotifyMention, ActorID: w.bob.ID, PostID: p.ID})
		err3 := tx.PutRevision(t.Context(), social.Revision{PostID: p.ID, At: at(0)})
		err4 := tx.PutThread(t.Context(), store.Thread{PostID: p.ID})
		return errors.Join(err, err2, err3, err4)
	})
	for range 2 {
		w.update(func(tx *store.Tx) error { return tx.DeletePost(t.Context(), p.ID) })
	}
	got, err := w.FindPostByURI(t.Context(), p.URI)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "the tombstone", got, &social.Post{
		ID: p.ID, URI: p.URI, Kind: social.Note, AuthorID: w.bob.ID, AuthorURI: w.bob.URI, Author: w.bob,
		Visibility: social.Public, To: p.To, Cc: p.Cc, InReplyTo: parent.URI, InReplyToID: parent.ID, ReplyCount: 1,
		PublishedAt: at(1), DeletedAt: clock(),
	})
	if posts, err := w.SearchPosts(t.Context(), store.PostSearch{Text: "doomed", Span: store.Below(0, 9)}); err != nil || len(posts) != 0 {
		t.Errorf("found %v (%v)", posts, err)
	}
	if n, err := w.CountUnread(t.Context()); err != nil || n != 0 {
		t.Errorf("%d unread (%v)", n, err)
	}
	up, down, err := w.ListThread(t.Context(), child.ID, social.Viewer{})
	if err != nil || len(down) != 0 {
		t.Fatal(down, err)
	}
	wantSame(t, "what stands above the child", postNames(up), []string{"parent"})
	again := storetest.Post(w.bob, "doomed", at(1))
	wantError(t, "put a deleted post", w.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.PutPost(t.Context(), again)
		return err
	}), social.ErrGone)
	late := storetest.Post(w.bob, "late", at(1))
	w.update(func(tx *store.Tx) error { return tx.PutTombstone(t.Context(), late.URI, w.bob.ID) })
	wantError(t, "put a post deleted before it came", w.Update(t.Context(), func(tx *store.Tx) error {
		_, err := tx.PutPost(t.Context(), late)
		return err
	}), social.ErrGone)
	if err := w.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestRepliesFindTheirParents(t *testing.T) {
	w := newWorld(t)
	child := w.post(w.bob, "child", 2, func(p *social.Post) { p.InReplyTo = w.carol.URI + "/statuses/parent" })
	got, err := w.FindPost(t.Context(), child.ID)
	if err != nil || got.InReplyToID != 0 || got.InReplyTo != child.InReplyTo {
		t.Fatalf("before the parent came: %+v (%v)", got, err)
	}
	parent := w.post(w.carol, "parent", 1, nil)
	got, err = w.FindPost(t.Context(), child.ID)
	if err != nil || got.InReplyToID != parent.ID || got.InReplyTo != parent.URI {
		t.Errorf("after it came: %+v (%v)", got, err)
	}
	if p, err := w.FindPost(t.Context(), parent.ID); err != nil || p.ReplyCount != 1 {
		t.Errorf("the parent: %+v (%v)", p, err)
	}
}

func TestUploadIsBound(t *testing.T) {
	w := newWorld(t)
	var id social.ID
	w.update(func(tx *store.Tx) (err error) {
		id, err = tx.PutAttachment(t.Context(), social.Attachment{Kind: social.MediaImage, File: "a.jpg", Preview: "b.jpg"})
		return errors.Join(err, tx.SetAttachmentDetails(t.Context(), id, "a cat", 0.5, -0.5))
	})
	m, err := w.FindAttachment(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	want := social.Attachment{ID: id, Kind: social.MediaImage, File: "a.jpg", Preview: "b.jpg", Alt: "a cat", FocusX: 0.5, FocusY: -0.5}
	wantSame(t, "the upload", m, want)
	unbound, err := w.ListUnattached(t.Context(), clock().Add(time.Hour))
	if err != nil || len(unbound) != 1 {
		t.Fatal(unbound, err)
	}
	p := w.post(w.owner, "with picture", 0, func(p *social.Post) { p.Attachments = unbound })
	if unbound, err = w.ListUnattached(t.Context(), clock().Add(time.Hour)); err != nil || len(unbound) != 0 {
		t.Error("still unbound", unbound, err)
	}
	want.PostID = p.ID
	m, _ = w.FindAttachment(t.Context(), id)
	wantSame(t, "the bound attachment", m, want)
	wantError(t, "another post takes it", w.Update(t.Context(), func(tx *store.Tx) error {
		other := storetest.Post(w.owner, "other", at(1))
		other.Attachments = []social.Attachment{m}
		_, err := tx.PutPost(t.Context(), other)
		return err
	}), social.ErrConflict)
	w.update(func(tx *store.Tx) error {
		return tx.PutRevision(t.Context(), social.Revision{PostID: p.ID, At: at(0), Attachments: []social.Attachment{{File: "old.jpg"}}})
	})
	files, err := w.ListMediaFiles(t.Context())
	wantSame(t, "files", files, []string{"a.jpg", "b.jpg", "old.jpg"})
	if err != nil {
		t.Error(err)
	}
}

func TestRevisionsAndPins(t *testing.T) {
	w := newWorld(t)
	p := w.post(w.owner, "post", 0, nil)
	q := w.post(w.owner, "second", 1, func(p *social.Post) { p.Visibility = social.Followers })
	v := social.Revision{
		PostID: p.ID, At: at(0), Content: "<p>x</p>", Source: "x", Warning: "w", Sensitive: true, Language: "fr",
		Attachments: []social.Attachment{{ID: 4, File: "f", Alt: "alt"}},
	}
	w.update(func(tx *store.Tx) error {
		return errors.Join(tx.PutRevision(t.Context(), v), tx.PutRevision(t.Context(), social.Revision{PostID: p.ID, At: at(5)}),
			tx.SetPinned(t.Context(), p.ID, true), tx.SetPinned(t.Context(), q.ID, true))
	})
	all, err := w.ListRevisions(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "revisions", all, []social.Revision{{PostID: p.ID, At: at(5)}, v})
	pinned, err := w.ListPinned(t.Context(), w.owner.ID, social.Viewer{})
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "pinned, for anybody", postNames(pinned), []string{"post"})
	pinned, _ = w.ListPinned(t.Context(), w.owner.ID, social.Viewer{Owner: true})
	if len(pinned) != 2 {
		t.Errorf("pinned, for the owner: %v", postNames(pinned))
	}
	w.update(func(tx *store.Tx) error { return tx.SetPinned(t.Context(), p.ID, false) })
	if pinned, _ = w.ListPinned(t.Context(), w.owner.ID, social.Viewer{}); len(pinned) != 0 {
		t.Errorf("unpinned: %v", postNames(pinned))
	}
	wantError(t, "pin nothing", w.Update(t.Context(), func(tx *store.Tx) error { return tx.SetPinned(t.Context(), 99, true) }), social.ErrNotFound)
}
