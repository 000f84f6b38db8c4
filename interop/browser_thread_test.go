package interop

import (
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"croft/home"
	"croft/server"
	"croft/store/storetest"
	"croft/templates"
)

// talkative is a server whose collection of replies can be kept waiting.
type talkative struct {
	let     chan struct{}
	replies []string
}

func (s *talkative) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	const root = "https://far.test/posts/0"
	doc := map[string]any{"@context": "https://www.w3.org/ns/activitystreams", "id": "https://far.test" + r.URL.Path}
	switch name := strings.TrimPrefix(r.URL.Path, "/posts/"); {
	case r.URL.Path == "/posts/0/replies":
		<-s.let
		doc["type"], doc["totalItems"], doc["items"] = "Collection", 7, s.replies
	case r.URL.Path == "/users/sam":
		doc["type"], doc["preferredUsername"], doc["inbox"] = "Person", "sam", "https://far.test/inbox"
	case name != r.URL.Path:
		doc["type"], doc["attributedTo"], doc["content"] = "Note", "https://far.test/users/sam", "<p>Reply "+name+"</p>"
		doc["to"], doc["inReplyTo"], doc["published"] = "https://www.w3.org/ns/activitystreams#Public", root, time.Now().UTC().Format(time.RFC3339)
	default:
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/activity+json")
	_ = json.NewEncoder(w).Encode(doc)
}

// A thread fills while it is open: an empty one by itself, one that is being read
// when the reader wishes it; without script there is a link. Then it says how
// much of it is here.
func TestThreadFillsWhileOpen(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	n := newInternet(t)
	far := &talkative{let: make(chan struct{}), replies: []string{"https://far.test/posts/1", "https://far.test/posts/2"}}
	n.serve("far.test", far)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := settle(t, "http://"+listener.Addr().String(), "ana", home.Options{RootCAs: n.roots, Resolver: n, Connect: n.connect})
	hash, err := server.HashPassword(browserPassword)
	h.do(err)
	h.do(h.Store.Sessions().SetPassword(t.Context(), hash))
	s := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(listener) }()
	t.Cleanup(func() {
		h.do(s.Close())
		<-ended
	})
	sam := storetest.Actor("sam", "far.test")
	sam.URI, sam.FetchedAt = "https://far.test/users/sam", time.Now()
	sam = storetest.PutActor(t, h.Store, sam)
	root := storetest.Post(sam, "root", time.Now().Add(-time.Hour))
	root.URI, root.Replies = "https://far.test/posts/0", "https://far.test/posts/0/replies"
	root = storetest.PutPost(t, h.Store, root)
	path := h.Site.Origin + templates.PostPath(root.ID)

	browser := openBrowser(t)
	ana, plain := sitDown(t, browser, true), sitDown(t, browser, false)
	for _, p := range []*person{ana, plain} {
		p.open(h.Site.Origin + "/login")
		p.signIn("ana")
	}
	ana.open(path)
	ana.sees("No replies yet")
	ana.sees("Other servers are being asked")
	plain.open(path)
	plain.finds("#told a")
	close(far.let)
	ana.until(`document.querySelectorAll("#answer article").length === 2 && document.querySelector("#told").textContent.includes("knows of 2 of 7 replies")`)
	ana.misses("being asked")
	plain.press("#told a")
	plain.sees("Reply 2")

	// While it is read, nothing moves before the reader wishes it; what is being
	// written stays.
	ana.write("form.compose #text", "Half an answer")
	third := storetest.Post(sam, "third", time.Now())
	third.InReplyTo, third.InReplyToID = root.URI, root.ID
	storetest.PutPost(t, h.Store, third)
	ana.until(`document.querySelector(".rule.fresh a")?.textContent === "1 more reply"`)
	if got := ask[float64](&window{person: ana}, `document.querySelectorAll("#answer article").length`); got != 2 {
		t.Errorf("%v replies before the line was pressed, want 2", got)
	}
	ana.touch(".rule.fresh a")
	ana.until(`document.querySelectorAll("#answer article").length === 3 && !document.querySelector(".rule.fresh")`)
	ana.until(`document.querySelector("form.compose #text").value === "Half an answer" && document.activeElement.id === "replies"`)

	// A reply's page begins at the reply, not at what it answers.
	ana.act(chromedp.EmulateViewport(320, 480))
	ana.open(path)
	ana.press("#answer article:last-of-type a.when")
	ana.until(`scrollY > 100 && Math.abs(document.querySelector(".here").getBoundingClientRect().top) < 120`)
	if _, err := h.Store.FindThread(t.Context(), third.ID); err == nil {
		t.Error("a post without replies was asked for")
	}
}
