package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"croft/federation/fedtest"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// said keeps a post of somebody, a second after the last.
func (h *house) said(by *social.Actor, name string, answers *social.Post) *social.Post {
	h.t.Helper()
	h.Advance(time.Second)
	p := storetest.Post(by, name, h.Now())
	if answers != nil {
		p.InReplyTo, p.InReplyToID = answers.URI, answers.ID
	}
	return h.keep(p)
}

// TestThreadSaysWhatIsNotShown: what was deleted keeps its place, what is hidden
// is counted, and neither is called missing.
func TestThreadSaysWhatIsNotShown(t *testing.T) {
	h := openHouse(t)
	sam, loud, rude := h.know(storetest.Actor("sam", "stranger.test")), h.know(storetest.Actor("loud", "stranger.test")), h.know(storetest.Actor("rude", "evil.test"))
	root := h.said(sam, "root", nil)
	gone := h.said(sam, "taken down", root)
	h.said(sam, "after it", gone)
	h.said(rude, "rude leaf", root)
	noise := h.said(loud, "noise", root)
	last := h.said(sam, "after the noise", noise)
	h.update(func(tx *store.Tx) error {
		if err := tx.DeletePost(t.Context(), gone.ID); err != nil {
			return err
		}
		return tx.PutThread(t.Context(), store.Thread{PostID: root.ID, AskedAt: tx.Now, FetchedAt: tx.Now.Add(-3 * time.Hour), Replies: 4, Whole: -1})
	})
	h.must(h.tl.Block(t.Context(), rude.ID))
	h.must(h.tl.Mute(t.Context(), loud.ID, time.Time{}, false))
	page := h.get("/posts/" + root.ID.String()).wants(http.StatusOK)
	if got := order(page); got != "root after it after the noise" {
		t.Errorf("the page reads %q", got)
	}
	page.shows("#answer .gone", 2).says("#answer .stream", "This post was deleted. ").says("#answer .stream", "A post of somebody you blocked or muted.").
		says("#told", "knows of 2 of 4 replies, as of 3 hours ago").says("#told", "2 more are hidden because you muted or blocked their authors")
	h.get("/posts/"+last.ID.String()).shows("article.up", 1).says("p.gone", "blocked or muted")

	mine := h.publish(url.Values{"text": {"mine"}, "in_reply_to": {last.ID.String()}})
	id, err := social.ParseID(mine)
	h.must(err)
	post, err := h.home.Store.FindPost(t.Context(), id)
	h.must(err)
	h.said(sam, "below the rude one", h.said(rude, "rude", post))
	h.get("/posts/"+mine).says("#answer .gone", "blocked or muted")
	visitor := h.visit("/@owner/"+mine).wants(http.StatusOK).shows("#answer .gone", 0).shows("#answer article", 1)
	if strings.Contains(visitor.text("main"), "blocked") {
		t.Error("a visitor is told whom the owner blocks")
	}
}

// TestThreadSaysWhyNothingIsAbove for each reason.
func TestThreadSaysWhyNothingIsAbove(t *testing.T) {
	h := openHouse(t)
	peer := h.Peer("stranger.test")
	sam := h.home.Know(peer.Person("sam"))
	answering := func(name string) string {
		h.Advance(time.Second)
		p := storetest.Post(sam, "answer to "+name, h.Now())
		p.InReplyTo = peer.URL("/notes/" + name)
		return "/posts/" + h.keep(p).ID.String()
	}
	for _, test := range []struct {
		name   string
		status int
		why    string
	}{
		{"gone", http.StatusGone, "was deleted"}, {"hidden", http.StatusForbidden, "is not shown to this home by stranger.test"},
		{"silent", http.StatusBadGateway, "stranger.test does not answer"},
	} {
		seen := make(chan struct{})
		peer.Answer("/notes/"+test.name, func(w http.ResponseWriter, _ *http.Request) {
			<-seen // what is being asked for is not here before the first look
			w.WriteHeader(test.status)
		})
		path := answering(test.name)
		h.get(path).says("p.gone", "is not here yet: stranger.test is being asked for it").shows("#told a", 1)
		close(seen)
		h.home.Settle()
		h.get(path).shows("p.gone", 1).says("p.gone", test.why)
	}
}

// TestDeepThread is read in parts: nothing is nested without end, and each part
// begins at its post, below what that answers.
func TestDeepThread(t *testing.T) {
	h := openHouse(t)
	sam := h.know(storetest.Actor("sam", "stranger.test"))
	chain := []*social.Post{h.said(sam, "step 0", nil)}
	for i := range 200 {
		chain = append(chain, h.said(sam, fmt.Sprint("step ", i+1), chain[i]))
	}
	top := h.get("/posts/"+chain[0].ID.String()).wants(http.StatusOK).shows("article.post", 31).shows(".kids .kids .kids", 1).shows(".kids .kids .kids .kids", 0).
		says("#replies", "200 replies")
	on := top.attr("#answer .rest.row a", "href")
	if want := "/posts/" + chain[30].ID.String() + "#p" + chain[30].ID.String(); on != want {
		t.Fatalf("it goes on at %s, want %s", on, want)
	}
	path, anchor, _ := strings.Cut(on, "#")
	h.get(path).shows("article.up", 30).shows("#"+anchor+".here", 1).says("#answer .rest.row", "140 more replies")
	end := h.get("/posts/"+chain[200].ID.String()).shows("article.up", 100).says("p.gone", "begins further up")
	if got, want := end.attr("p.gone a", "href"), "/posts/"+chain[100].ID.String(); !strings.HasPrefix(got, want+"#") {
		t.Errorf("further up is %s, want %s", got, want)
	}
}

// TestOpenThreadIsTold of what comes while it is open, and of the end.
func TestOpenThreadIsTold(t *testing.T) {
	world := fedtest.NewWorld(t)
	world.Patience = time.Minute // longer than the peer is held up
	h := openHouseIn(t, world)
	peer := h.Peer("stranger.test")
	sam := peer.Person("sam")
	note := sam.Note("q").With("published", h.Now().Add(-time.Hour).UTC().Format(time.RFC3339))
	uri, _ := note["id"].(string)
	let := make(chan struct{})
	answer := sync.OnceFunc(func() { close(let) })
	t.Cleanup(answer) // or a failure would wait for the peer for ever
	peer.Answer("/users/sam/statuses/q/replies", func(w http.ResponseWriter, _ *http.Request) {
		<-let
		w.WriteHeader(http.StatusBadGateway)
	})
	peer.Publish(note.With("replies", uri+"/replies"))
	path := h.get("/search?q=" + url.QueryEscape(uri)).wants(http.StatusSeeOther).location
	id := h.get(path).wants(http.StatusOK).shows("#told a", 1).attr("#answer", "data-thread")
	h.get(path).says("#told", "being asked") // for as long as it lasts
	told := h.listen("/events?thread=" + id)
	h.hears(told, `"thread":{"Above":0,"Below":0,"Asking":true}`)
	post, err := h.home.Store.FindPostByURI(t.Context(), uri)
	h.must(err)
	h.said(h.know(storetest.Actor("bob", "good.test")), "first", post)
	h.hears(told, `"Below":1,"Asking":true`)

	// An app learns of it by a header, and asks how far it is.
	key := h.key("read")
	header := h.call("GET", "/api/v1/statuses/"+id+"/context", key).wants(200).header.Get("Mastodon-Async-Refresh")
	if header != `id="`+id+`-1", retry=3, result_count=0` {
		t.Errorf("the header is %q", header)
	}
	h.said(h.know(storetest.Actor("bob", "good.test")), "second", post)
	if got := h.call("GET", "/api/v1_alpha/async_refreshes/"+id+"-1", key).wants(200).body; got != `{"async_refresh":{"id":"`+id+`-1","status":"running","result_count":1}}` {
		t.Errorf("it is %s", got)
	}
	for _, wrong := range []string{id, "7-1", id + "-x"} {
		h.call("GET", "/api/v1_alpha/async_refreshes/"+wrong, key).wants(404)
	}
	answer()
	h.hears(told, `"Below":2,"Asking":false`)
	if got := h.call("GET", "/api/v1_alpha/async_refreshes/"+id+"-1", key).wants(200).body; !strings.Contains(got, `"status":"finished"`) {
		t.Errorf("then it is %s", got)
	}
	if header := h.call("GET", "/api/v1/statuses/"+id+"/context", key).wants(200).header.Get("Mastodon-Async-Refresh"); header != "" {
		t.Errorf("at last the header is %q", header)
	}
	h.get(path).says("#told", "stranger.test did not answer").shows("#told a", 0)
	h.hears(h.listen("/events?thread=77"), `"Reports":0}}`)
}

// TestWideThread is read page by page, each reply once, by visitors too.
func TestWideThread(t *testing.T) {
	h := openHouse(t)
	sam := h.know(storetest.Actor("sam", "stranger.test"))
	id, err := social.ParseID(h.publish(url.Values{"text": {"mine"}}))
	h.must(err)
	post, err := h.home.Store.FindPost(t.Context(), id)
	h.must(err)
	h.update(func(tx *store.Tx) error {
		for i := range 300 {
			p := storetest.Post(sam, fmt.Sprint("reply ", i), h.Now().Add(time.Duration(i)*time.Millisecond))
			p.InReplyTo, p.InReplyToID = post.URI, post.ID
			if _, err := tx.PutPost(t.Context(), p); err != nil {
				return err
			}
		}
		return nil
	})
	for path, look := range map[string]func(string) *page{"/posts/" + id.String(): h.get, "/@owner/" + id.String(): h.visit} {
		var read []string
		for pages := 0; path != "" && pages < 5; pages++ {
			page := look(path).wants(http.StatusOK).says("#replies", "300 replies")
			for _, n := range page.all("#answer article .e-content") {
				read = append(read, textOf(n))
			}
			path = ""
			if last := page.all("#answer .stream > .rest.row:last-child a"); len(last) > 0 && textOf(last[0]) == "More replies" {
				path, _, _ = strings.Cut(page.attr("#answer .stream > .rest.row:last-child a", "href"), "#")
			}
		}
		if len(read) != 300 || read[0] != "reply 0" || read[299] != "reply 299" {
			t.Errorf("%d replies were read, from %q to %q", len(read), read[0], read[len(read)-1])
		}
	}
}
