package interop

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"croft/home"
	"croft/markup"
	"croft/server"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
	"croft/templates"
)

// TestNoneOneAndTenThousand looks at the pages that change with how much there
// is: with no post, with one, and with ten thousand of the owner's and as many of
// somebody they follow, when they come as quickly as with one page of them.
func TestNoneOneAndTenThousand(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	h := openPlain(t)
	browser := openBrowser(t)
	owner, plain := openWindow(t, browser, h.Site.Origin, "sizes-owner", true), openWindow(t, browser, h.Site.Origin, "sizes-plain", false)
	visitor := openWindow(t, browser, h.Site.Origin, "sizes-visitor", true)
	owner.signIn()
	plain.signIn()
	look := func(amount string, paths ...string) {
		for _, path := range paths {
			name := amount + strings.ReplaceAll(path, "/", "-")
			for _, w := range []*window{owner, plain} {
				w.see(view{name, path, 200})
			}
			if strings.HasPrefix(path, "/@") {
				visitor.see(view{name, path, 200})
			}
		}
	}
	look("none", "/", "/@ana", "/@ana/photos", "/@ana/links", "/notifications", "/messages", "/bookmarks", "/lists", "/drafts", "/search", "/search?q=nothing", "/requests", "/followers", "/following", "/reports", "/settings/moderation")
	h.publish(social.Draft{Text: "The first."})
	look("one", "/", "/@ana")

	friend := h.fill(0, 30) // a full page
	few := h.fastest(t, "/", "/@ana", templates.PersonPath(friend.ID))
	h.fill(30, 10_000)
	many := h.fastest(t, "/", "/@ana", templates.PersonPath(friend.ID))
	look("many", "/", "/@ana", templates.PersonPath(friend.ID))
	for path, took := range many {
		// It is a quarter more; a page that looks through all of them takes four to
		// seven times as long.
		if took > 3*few[path] {
			t.Errorf("%s takes %v with ten thousand posts, and %v with one page of them", path, took, few[path])
		}
	}
}

// openPlain opens a home with nothing in it that browsers can reach, beside a
// server of others.
func openPlain(t *testing.T) *house {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	n := newInternet(t)
	n.serve("far.test", elsewhere())
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
	return h
}

// fill puts posts from one number up to another, of the owner's and of a friend
// whom they follow.
func (h *house) fill(from, to int) *social.Actor {
	h.t.Helper()
	ctx, me := h.t.Context(), h.actor(h.Site.Actor())
	friend := storetest.Actor("friend", "far.test")
	friend.FetchedAt = time.Now()
	storetest.PutActor(h.t, h.Store, friend)
	storetest.Update(h.t, h.Store, func(tx *store.Tx) error {
		_, err := tx.PutFollow(ctx, social.Follow{URI: me.URI + "#follows-friend", FollowerID: me.ID, FollowedID: friend.ID, State: social.FollowAccepted, CreatedAt: tx.Now})
		for i := from; i < to && err == nil; i++ {
			at := tx.Now.Add(time.Duration(i-20_000) * time.Minute)
			for _, author := range []*social.Actor{me, friend} {
				p := storetest.Post(author, fmt.Sprint("n", i), at)
				p.Content = markup.Sanitize(fmt.Sprintf("<p>Post %d of many. %s</p>", i, strings.Repeat("Words and words. ", 12)))
				if author == me {
					id := tx.NewID(at)
					p.ID, p.URI, p.URL, p.Local = id, h.Site.Post(id), h.Site.Post(id), true
				}
				if _, err = tx.PutPost(ctx, p); err != nil {
					break
				}
			}
		}
		return err
	})
	return friend
}

// fastest is the shortest of some visits to each page, by the owner: what the
// page costs, without what else the machine does.
func (h *house) fastest(t *testing.T, paths ...string) map[string]time.Duration {
	t.Helper()
	jar, err := cookiejar.New(nil)
	h.do(err)
	client := &http.Client{Jar: jar}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.Site.Origin+"/login", strings.NewReader(url.Values{"handle": {"ana"}, "password": {browserPassword}}.Encode()))
	h.do(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", h.Site.Origin)
	res, err := client.Do(req)
	h.do(err)
	h.do(res.Body.Close())
	best := map[string]time.Duration{}
	for _, path := range paths {
		var all []time.Duration
		for range 15 {
			began := time.Now()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.Site.Origin+path, nil)
			h.do(err)
			res, err := client.Do(req)
			h.do(err)
			_, err = io.Copy(io.Discard, res.Body)
			h.do(err)
			h.do(res.Body.Close())
			if res.StatusCode != http.StatusOK {
				t.Fatalf("%s: %d", path, res.StatusCode)
			}
			all = append(all, time.Since(began))
		}
		best[path] = slices.Min(all)
	}
	return best
}
