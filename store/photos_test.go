package store_test

import (
	"testing"

	"croft/social"
	"croft/store"
)

// What hangs on the wall is the same for all who may look: open posts with
// pictures of ours that answer nobody else.
func TestListPhotos(t *testing.T) {
	w := newWorld(t)
	shows := func(v social.Visibility) func(*social.Post) {
		return func(p *social.Post) {
			p.Visibility = v
			p.Attachments = []social.Attachment{{Kind: social.MediaImage, File: "a.jpg"}, {Kind: social.MediaImage, File: "b.jpg"}}
		}
	}
	answers := func(to *social.Post) func(*social.Post) {
		return func(p *social.Post) { shows(social.Public)(p); p.InReplyTo = to.URI }
	}
	words := w.post(w.owner, "words", 5, nil)
	first := w.post(w.owner, "first", 10, shows(social.Public))
	w.post(w.owner, "quiet", 20, shows(social.Unlisted))
	w.post(w.owner, "for followers", 30, shows(social.Followers))
	w.post(w.owner, "whisper", 40, shows(social.Direct))
	theirs := w.post(w.sam, "sam's", 50, func(p *social.Post) {
		p.Attachments = []social.Attachment{{Kind: social.MediaImage, RemoteURL: "https://sam.test/a.jpg"}}
	})
	w.boost(w.owner, theirs, 60)
	w.post(w.owner, "to sam", 70, answers(theirs))
	w.post(w.owner, "to somebody not here", 75, func(p *social.Post) { shows(social.Public)(p); p.InReplyTo = "https://far.test/1" })
	w.post(w.owner, "to myself", 80, answers(words))
	gone := w.post(w.owner, "gone", 90, shows(social.Public))
	w.update(func(tx *store.Tx) error { return tx.DeletePost(t.Context(), gone.ID) })
	w.post(w.owner, "a film", 95, func(p *social.Post) { p.Attachments = []social.Attachment{{Kind: social.MediaVideo, File: "c.mp4"}} })

	list := func(v social.Viewer, before social.ID, limit int) []string {
		t.Helper()
		posts, err := w.ListPhotos(t.Context(), w.owner.ID, v, before, limit)
		if err != nil {
			t.Fatal(err)
		}
		return postNames(posts)
	}
	all := []string{"to myself", "quiet", "first"}
	wantSame(t, "anybody", list(social.Viewer{}, 0, 9), all)
	wantSame(t, "owner", list(social.Viewer{Owner: true}, 0, 9), all)
	wantSame(t, "blocked", list(social.Viewer{ActorURI: w.sam.URI, Blocked: true}, 0, 9), []string(nil))
	wantSame(t, "first page", list(social.Viewer{}, 0, 2), all[:2])
	wantSame(t, "second page", list(social.Viewer{}, first.ID+1, 2), all[2:])
}
