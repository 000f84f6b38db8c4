package server_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"croft/config"
	"croft/home"
	"croft/server"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
	"croft/timeline"
)

const gateOrigin = "https://me.test"

// gate is a home as the program opens it, with the limits that hold for
// strangers and without any network. Each request comes from an address of its
// own, unless a test sets one.
type gate struct {
	*home.Home
	t      *testing.T
	folder string
	cookie *http.Cookie // of the owner's sign-in
	log    bytes.Buffer // what the home said of its own faults

	mu    sync.Mutex
	now   time.Time
	asked int
}

// nowhere is a network in which nobody lives.
type nowhere struct{}

func (nowhere) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	return nil, errors.New("no such host")
}

func refuseToConnect(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("no network")
}

// newGate makes a home at https://me.test and opens it; its owner is ana.
func newGate(t *testing.T) *gate {
	t.Helper()
	g := &gate{t: t, now: time.Now().Truncate(time.Second)}
	hash, err := passwordHash()
	g.must(err)
	g.folder, err = home.Create(t.Context(), t.TempDir(), timeline.NewHome{
		Origin: gateOrigin, Handle: social.Handle{Name: "ana", Host: "me.test"}, PasswordHash: hash,
	})
	g.must(err)
	g.Home, err = home.Open(t.Context(), g.folder, home.Options{
		Config: config.Default(), Version: "test", Log: slog.New(slog.NewTextHandler(io.MultiWriter(t.Output(), &g.log), nil)), Now: g.clock,
		Resolver: nowhere{}, Connect: refuseToConnect,
	})
	g.must(err)
	t.Cleanup(func() { g.must(g.Close()) })
	return g
}

// signedGate is newGate with the owner signed in through the door.
func signedGate(t *testing.T) *gate {
	t.Helper()
	g := newGate(t)
	g.cookie = g.signIn()
	return g
}

func (g *gate) must(err error) {
	g.t.Helper()
	if err != nil {
		g.t.Fatal(err)
	}
}

func (g *gate) clock() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.now
}

// wait lets time pass.
func (g *gate) wait(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now = g.now.Add(d)
}

// signIn opens the door with the password and returns the cookie.
func (g *gate) signIn() *http.Cookie {
	g.t.Helper()
	got := g.send(g.form("/login", url.Values{"handle": {"ana"}, "password": {password}}))
	got.wants(http.StatusSeeOther, "/")
	return g.sessionOf(got)
}

// sessionOf is the sign-in that an answer sets, the last one it names.
func (g *gate) sessionOf(p *page) *http.Cookie {
	g.t.Helper()
	var found *http.Cookie
	for _, c := range p.cookies {
		if c.Name == "__Host-croft" {
			found = c
		}
	}
	if found == nil {
		g.t.Fatalf("%s sets no sign-in", p.asked)
	}
	return found
}

// request is a bare request to the home.
func (g *gate) request(method, path, body string) *http.Request {
	req := httptest.NewRequestWithContext(g.t.Context(), method, gateOrigin+path, strings.NewReader(body))
	req.RequestURI = req.URL.RequestURI() // as it comes over a connection
	return req
}

// form is a form from one of the home's own pages.
func (g *gate) form(path string, values url.Values) *http.Request {
	req := g.request(http.MethodPost, path, values.Encode())
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", gateOrigin)
	return req
}

// owned gives a request the owner's sign-in.
func (g *gate) owned(req *http.Request) *http.Request {
	req.AddCookie(&http.Cookie{Name: g.cookie.Name, Value: g.cookie.Value})
	return req
}

// view is the owner's look at a page.
func (g *gate) view(path string) *page {
	g.t.Helper()
	return g.send(g.owned(g.request(http.MethodGet, path, "")))
}

// send has the request answered.
func (g *gate) send(req *http.Request) *page {
	g.t.Helper()
	if req.RemoteAddr == "192.0.2.1:1234" { // as httptest makes it
		g.asked++
		req.RemoteAddr = fmt.Sprintf("10.0.%d.%d:1234", g.asked/256, g.asked%256)
	}
	return answer(g.t, g.Home, req)
}

func answer(t *testing.T, h http.Handler, req *http.Request) *page {
	t.Helper()
	w := httptest.NewRecorder()
	req, end := bounded(req)
	defer end()
	h.ServeHTTP(w, req)
	got := w.Result()
	defer got.Body.Close()
	doc, err := html.Parse(strings.NewReader(w.Body.String()))
	if err != nil {
		t.Fatal(err)
	}
	return &page{
		t: t, asked: req.Method + " " + req.URL.RequestURI(), status: got.StatusCode, location: got.Header.Get("Location"),
		header: got.Header, cookies: got.Cookies(), body: w.Body.String(), doc: doc,
	}
}

// dump is everything that is in the database.
func (g *gate) dump() string {
	g.t.Helper()
	return storetest.Dump(g.t, filepath.Join(g.folder, "croft.db"))
}

func (g *gate) update(fn func(tx *store.Tx) error) {
	g.t.Helper()
	storetest.Update(g.t, g.Store, fn)
}

// know puts somebody of another server into the home, fetched just now.
func (g *gate) know(name, host string) *social.Actor {
	g.t.Helper()
	a := storetest.Actor(name, host)
	a.FetchedAt = g.clock()
	return storetest.PutActor(g.t, g.Store, a)
}

// publish publishes a post of the owner's.
func (g *gate) publish(d social.Draft) *social.Post {
	g.t.Helper()
	if d.Visibility == "" {
		d.Visibility = social.Public
	}
	post, err := g.Timeline.Publish(g.t.Context(), d)
	g.must(err)
	return post
}

// things are what the addresses of the route table name: each exists, so that a
// request which gets through would do something.
type things struct {
	post   *social.Post
	person *social.Actor
	report social.ID
}

func (g *gate) furnish() things {
	g.t.Helper()
	v := things{post: g.publish(social.Draft{Text: "A post #bread"}), person: g.know("bob", "far.test")}
	g.update(func(tx *store.Tx) (err error) {
		_, err = tx.PutFollow(g.t.Context(), social.Follow{
			URI: v.person.URI + "#follow", FollowerID: v.person.ID, FollowedID: g.Node.OwnerID(), State: social.FollowPending, CreatedAt: tx.Now,
		})
		if err != nil {
			return err
		}
		v.report, err = tx.PutReport(g.t.Context(), social.Report{
			URI: "https://far.test/flags/1", ActorID: v.person.ID, TargetID: g.Node.OwnerID(), Comment: "Look", CreatedAt: tx.Now,
		})
		return err
	})
	return v
}

// path fills in a line of the table.
func (v things) path(line server.Line) string {
	id := v.post.ID
	switch {
	case strings.HasPrefix(line.Path, "/people/"), strings.HasPrefix(line.Path, "/media/remote/"):
		id = v.person.ID
	case strings.HasPrefix(line.Path, "/reports/"):
		id = v.report
	}
	return strings.NewReplacer(":id", id.String(), ":part", "activity", ":tag", "bread", ":kind", "avatar", ":name", "none",
		":version", "2.1").Replace(line.Path)
}

// lines is the route table.
func (g *gate) lines() []server.Line { return g.Handler.(*server.Server).Lines() }

func details(alt string) timeline.Details { return timeline.Details{Alt: alt} }
