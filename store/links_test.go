package store_test

import (
	"path"
	"testing"

	"croft/social"
	"croft/store"
)

const hrefs = `<p>By <span class="h-card"><a href="https://sam.test/@sam" class="u-url mention">@<span>sam</span></a></span>
and <a href="https://w.test/@w">@w</a>: <a href="https://a.test/long/way?q=1&amp;r=2" rel="nofollow"><span class="invisible">https://</span><span class="ellipsis">a.test/long</span></a>
and <a href="https://b.test/">the second <em>half</em></a>, again <a href="https://b.test/">here</a>,
<a href="mailto:x@b.test">a letter</a> <a href="https://sam.test/tags/loom" class="mention hashtag" rel="tag">#<span>loom</span></a></p>`

// What a post leads to is found by its words and its subject; who is mentioned
// and what it is tagged with are no links.
func TestListLinks(t *testing.T) {
	w := newWorld(t)
	leads := func(v social.Visibility) func(*social.Post) {
		return func(p *social.Post) {
			p.Visibility, p.Content = v, hrefs
			p.Mentions = []social.Mention{{URI: "https://w.test/u/w", URL: "https://w.test/@w"}}
		}
	}
	w.post(w.owner, "words", 5, nil)
	first := w.post(w.owner, "first", 10, leads(social.Public))
	quiet := w.post(w.owner, "quiet", 20, leads(social.Unlisted))
	w.post(w.owner, "for followers", 30, leads(social.Followers))
	w.post(w.owner, "whisper", 40, leads(social.Direct))
	theirs := w.post(w.sam, "sam's", 50, leads(social.Public))
	w.post(w.owner, "to sam", 60, func(p *social.Post) { leads(social.Public)(p); p.InReplyTo = theirs.URI })
	gone := w.post(w.owner, "gone", 70, leads(social.Public))
	w.update(func(tx *store.Tx) error { return tx.DeletePost(t.Context(), gone.ID) })

	list := func(v social.Viewer, before social.ID, limit int) (links []string) {
		t.Helper()
		found, err := w.ListLinks(t.Context(), w.owner.ID, v, before, limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range found {
			links = append(links, path.Base(l.Post.URI)+" "+l.URL+" "+l.Name)
		}
		return links
	}
	page := func(name string) []string {
		return []string{name + " https://a.test/long/way?q=1&r=2 ", name + " https://b.test/ the second half"}
	}
	all := append(page("quiet"), page("first")...)
	wantSame(t, "anybody", list(social.Viewer{}, 0, 9), all)
	wantSame(t, "owner", list(social.Viewer{Owner: true}, 0, 9), all)
	wantSame(t, "blocked", list(social.Viewer{ActorURI: w.sam.URI, Blocked: true}, 0, 9), []string(nil))
	wantSame(t, "first page", list(social.Viewer{}, 0, 1), all[:2])
	wantSame(t, "second page", list(social.Viewer{}, quiet.ID, 1), all[2:])

	first.Content, first.Link, first.Title = `<p>Nothing</p>`, "https://c.test/page", "A page"
	w.update(func(tx *store.Tx) error { _, err := tx.PutPost(t.Context(), first); return err })
	wantSame(t, "after an edit", list(social.Viewer{}, quiet.ID, 9), []string{"first https://c.test/page A page"})
}
