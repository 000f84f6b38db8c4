package server_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"croft/config"
	"croft/federation/fedtest"
	"croft/media"
	"croft/server"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
	"croft/timeline"
)

// house is a whole home in a world of other servers: real store, queue, node,
// timeline and server. Pages are asked for without a network between.
type house struct {
	*fedtest.World
	t      *testing.T
	home   *fedtest.Home
	tl     *timeline.Timeline
	server *server.Server
	cookie []*http.Cookie // of the owner's sign-in
}

const password = "three odd words do well"

var passwordHash = sync.OnceValues(func() (string, error) { return server.HashPassword(password) })

// openHouse opens a home at https://me.test whose owner is signed in.
func openHouse(t *testing.T) *house {
	t.Helper()
	return openHouseIn(t, fedtest.NewWorld(t))
}

// openHouseIn is openHouse in a world that is made ready.
func openHouseIn(t *testing.T, world *fedtest.World) *house {
	t.Helper()
	h := &house{World: world, t: t}
	h.home = h.Home("me.test", func(home *fedtest.Home) {
		library, err := media.Open(t.TempDir(), media.Options{Now: h.Now})
		h.must(err)
		t.Cleanup(func() { _ = library.Close() })
		h.tl = timeline.New(timeline.Options{Store: home.Store, Node: home.Node, Queue: home.Queue, Media: library, MaxPost: 20000, Now: h.Now})
		home.Node.Receiver = h.tl.Receive
		conf := config.Default()
		conf.Limits.Rate = false
		h.server, err = server.New(server.Options{
			Config: conf, Site: home.Site, Timeline: h.tl, Node: home.Node, Store: home.Store.Reader,
			Changes: home.Store.Changes, Sessions: home.Store.Sessions(), Media: library, Now: h.Now, Version: "test",
		})
		h.must(err)
	})
	hash, err := passwordHash()
	h.must(err)
	h.must(h.home.Store.Sessions().SetPassword(t.Context(), hash))
	h.signIn()
	return h
}

func (h *house) signIn() {
	h.t.Helper()
	in := h.post("/login", url.Values{"handle": {"owner"}, "password": {password}})
	in.wants(http.StatusSeeOther, "/")
	h.cookie = in.cookies
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// page is an answer, parsed.
type page struct {
	t        *testing.T
	asked    string
	status   int
	location string
	header   http.Header
	cookies  []*http.Cookie
	body     string
	doc      *html.Node
}

func (h *house) ask(req *http.Request) *page {
	h.t.Helper()
	w := httptest.NewRecorder()
	req, end := bounded(req)
	defer end()
	h.server.ServeHTTP(w, req)
	got := w.Result()
	defer got.Body.Close()
	doc, err := html.Parse(strings.NewReader(w.Body.String()))
	h.must(err)
	return &page{
		t: h.t, asked: req.Method + " " + req.URL.RequestURI(), status: got.StatusCode, location: got.Header.Get("Location"),
		header: got.Header, cookies: got.Cookies(), body: w.Body.String(), doc: doc,
	}
}

// bounded ends a request for what would go on for an hour.
func bounded(req *http.Request) (*http.Request, context.CancelFunc) {
	if req.URL.Path != "/events" {
		return req, func() {}
	}
	ctx, end := context.WithTimeout(req.Context(), 200*time.Millisecond)
	return req.WithContext(ctx), end
}

// visit is a visitor's look at a page.
func (h *house) visit(path string) *page {
	h.t.Helper()
	return h.ask(httptest.NewRequestWithContext(h.t.Context(), http.MethodGet, h.home.Site.Origin+path, nil))
}

// get is the owner's look at a page.
func (h *house) get(path string) *page {
	h.t.Helper()
	req := httptest.NewRequestWithContext(h.t.Context(), http.MethodGet, h.home.Site.Origin+path, nil)
	return h.ask(h.owned(req))
}

// owned gives a request the owner's sign-in.
func (h *house) owned(req *http.Request) *http.Request {
	for _, c := range h.cookie {
		req.AddCookie(c)
	}
	return req
}

// post is a form that the owner sends from one of the home's own pages.
func (h *house) post(path string, form url.Values) *page {
	h.t.Helper()
	req := httptest.NewRequestWithContext(h.t.Context(), http.MethodPost, h.home.Site.Origin+path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", h.home.Site.Origin)
	return h.ask(h.owned(req))
}

// upload is post with files, as the desk sends them.
func (h *house) upload(path string, form url.Values, files map[string][]byte) *page {
	h.t.Helper()
	var all []file
	for field, data := range files {
		all = append(all, file{field, data})
	}
	return h.uploadAll(path, form, all)
}

// file is one of a form, in a field that may have several.
type file struct {
	field string
	data  []byte
}

func (h *house) uploadAll(path string, form url.Values, files []file) *page {
	h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range form {
		for _, v := range values {
			h.must(w.WriteField(name, v))
		}
	}
	for _, f := range files {
		part, err := w.CreateFormFile(f.field, f.field+".png")
		h.must(err)
		_, err = part.Write(f.data)
		h.must(err)
	}
	h.must(w.Close())
	req := httptest.NewRequestWithContext(h.t.Context(), http.MethodPost, h.home.Site.Origin+path, &body)
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Origin", h.home.Site.Origin)
	return h.ask(h.owned(req))
}

// follow goes where an answer leads, with what it gave the browser to keep.
func (h *house) follow(p *page) *page {
	h.t.Helper()
	req := h.owned(request(h.t, p.location))
	for _, c := range p.cookies {
		req.AddCookie(c)
	}
	return h.ask(req)
}

// wants ends the test unless the answer has the status and leads to the place,
// if one is named.
func (p *page) wants(status int, location ...string) *page {
	p.t.Helper()
	if p.status != status || len(location) > 0 && p.location != location[0] {
		p.t.Fatalf("%s: %d to %q, want %d %q; it says: %s", p.asked, p.status, p.location, status, location, p.text("main"))
	}
	return p
}

// all are the nodes that a selector picks.
func (p *page) all(selector string) []*html.Node {
	return cascadia.QueryAll(p.doc, cascadia.MustCompile(selector))
}

// text is the text of the first node that a selector picks, in one line.
func (p *page) text(selector string) string {
	nodes := p.all(selector)
	if len(nodes) == 0 {
		return ""
	}
	return textOf(nodes[0])
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// attr is an attribute of the first node that a selector picks.
func (p *page) attr(selector, name string) string {
	p.t.Helper()
	nodes := p.all(selector)
	if len(nodes) == 0 {
		p.t.Errorf("%s: nothing is %q", p.asked, selector)
		return ""
	}
	for _, a := range nodes[0].Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// shows reports an error unless the selector picks that many nodes.
func (p *page) shows(selector string, n int) *page {
	p.t.Helper()
	if got := len(p.all(selector)); got != n {
		p.t.Errorf("%s: %d of %q, want %d; it says: %s", p.asked, got, selector, n, p.text("main"))
	}
	return p
}

// says reports an error unless the text of what the selector picks has the words.
func (p *page) says(selector, words string) *page {
	p.t.Helper()
	if got := p.text(selector); !strings.Contains(got, words) {
		p.t.Errorf("%s: %q says %q, want %q", p.asked, selector, got, words)
	}
	return p
}

// publish publishes a post by the desk's form and returns its number.
func (h *house) publish(form url.Values) string {
	h.t.Helper()
	if form.Get("visibility") == "" {
		form.Set("visibility", "public")
	}
	out := h.post("/compose", form)
	out.wants(http.StatusSeeOther)
	id, ok := strings.CutPrefix(out.location, "/posts/")
	if !ok {
		h.t.Fatalf("published to %q", out.location)
	}
	return id
}

// know puts an actor of another server into the home, fetched just now.
func (h *house) know(a *social.Actor) *social.Actor {
	h.t.Helper()
	a.FetchedAt = h.Now()
	return storetest.PutActor(h.t, h.home.Store, a)
}

// keep puts a post into the home, fetched just now.
func (h *house) keep(p *social.Post) *social.Post {
	h.t.Helper()
	p.FetchedAt = h.Now()
	return storetest.PutPost(h.t, h.home.Store, p)
}

// update makes any other change of the database.
func (h *house) update(fn func(tx *store.Tx) error) {
	h.t.Helper()
	storetest.Update(h.t, h.home.Store, fn)
}

// follows makes the owner follow an actor, who agreed.
func (h *house) follows(a *social.Actor) {
	h.t.Helper()
	h.update(func(tx *store.Tx) error {
		_, err := tx.PutFollow(h.t.Context(), social.Follow{
			URI: h.home.Site.Act("follows", tx.NewID(tx.Now)), FollowerID: h.home.Node.OwnerID(), FollowedID: a.ID,
			State: social.FollowAccepted, CreatedAt: tx.Now,
		})
		return err
	})
}

// followedBy makes an actor follow the owner, or ask to.
func (h *house) followedBy(a *social.Actor, state social.FollowState) {
	h.t.Helper()
	h.update(func(tx *store.Tx) error {
		_, err := tx.PutFollow(h.t.Context(), social.Follow{
			URI: a.URI + "#follow", FollowerID: a.ID, FollowedID: h.home.Node.OwnerID(), State: state, CreatedAt: tx.Now,
		})
		return err
	})
}

// picture is a PNG of one colour.
func picture(t *testing.T, shade uint8) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 40, 30))
	for i := range img.Pix {
		img.Pix[i] = color.Gray{Y: shade}.Y
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// boost has an actor pass a post on.
func (h *house) boost(by *social.Actor, post *social.Post) {
	h.t.Helper()
	h.update(func(tx *store.Tx) error {
		_, err := tx.PutBoost(h.t.Context(), social.Boost{
			URI: by.URI + "#boosts/" + post.ID.String(), BoosterID: by.ID, PostID: post.ID, CreatedAt: tx.Now,
		})
		return err
	})
}
