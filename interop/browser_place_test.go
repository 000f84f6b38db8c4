package interop

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"croft/server"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// reader is a home where a friend talks, and the owner who reads it.
type reader struct {
	*house
	friend *social.Actor
	said   int
}

func openReader(t *testing.T) *reader {
	t.Helper()
	me, _ := onLoopback(t)
	r := &reader{house: me}
	hash, err := server.HashPassword(browserPassword)
	r.do(err)
	r.do(r.Store.Sessions().SetPassword(t.Context(), hash))
	friend := storetest.Actor("friend", "far.test")
	friend.FetchedAt = time.Now()
	r.friend = storetest.PutActor(t, r.Store, friend)
	storetest.Update(t, r.Store, func(tx *store.Tx) error {
		_, err := tx.PutFollow(t.Context(), social.Follow{
			URI: r.Site.Actor() + "#follow", FollowerID: r.actor(r.Site.Actor()).ID, FollowedID: r.friend.ID,
			State: social.FollowAccepted, CreatedAt: tx.Now.Add(-24 * time.Hour),
		})
		return err
	})
	return r
}

// talk has the friend say something n times, and returns the last of it.
func (r *reader) talk(n int) (last *social.Post) {
	r.t.Helper()
	for range n {
		r.said++
		p := storetest.Post(r.friend, fmt.Sprintf("word %d.", r.said), time.Now().Add(-time.Hour+time.Duration(r.said)*time.Second))
		p.Content = social.HTML(fmt.Sprintf("<p>Word %d.</p>%s", r.said, strings.Repeat("<p>And so on.</p>", 3)))
		p.FetchedAt = p.PublishedAt
		last = storetest.PutPost(r.t, r.Store, p)
	}
	return last
}

// boost has the friend pass a post on.
func (r *reader) boost(p *social.Post) {
	r.t.Helper()
	r.said++
	storetest.Update(r.t, r.Store, func(tx *store.Tx) error {
		_, err := tx.PutBoost(r.t.Context(), social.Boost{
			URI: r.friend.URI + "#boosts", BoosterID: r.friend.ID, PostID: p.ID, CreatedAt: time.Now().Add(-time.Hour + time.Duration(r.said)*time.Second),
		})
		return err
	})
}

func (r *reader) place() social.ID {
	r.t.Helper()
	m, err := r.Store.FindMarker(context.Background(), social.MarkerHome)
	r.do(err)
	return m.LastRead
}

// top is how far below the upper edge of the window a post stands.
func (p *person) top(post *social.Post) float64 {
	p.t.Helper()
	y, err := chromedp.Run(p.ctx, chromedp.Evaluate[float64](fmt.Sprintf(`document.getElementById("p%s").getBoundingClientRect().top`, post.ID)))
	p.done(err)
	return y
}

// scroll brings a post to the middle of the window.
func (p *person) scroll(post *social.Post) {
	p.t.Helper()
	_, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](fmt.Sprintf(`document.getElementById("p%s").scrollIntoView({ block: "center" }), true`, post.ID)))
	p.done(err)
}

// back presses the browser's own button.
func (p *person) back() {
	p.t.Helper()
	history, err := chromedp.Call(p.ctx, page.GetNavigationHistory, cdp.Empty{})
	p.done(err)
	entry := history.Entries[history.CurrentIndex-1].ID
	p.leads(func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: entry})
		return chromedp.Void{}, err
	})
}

// TestPlaceAtHome: with script the place follows the eyes, and only they; without
// it a button keeps it, and the link that leads to it opens where it is. Who comes
// back from a post finds the page as they left it.
func TestPlaceAtHome(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	browser := openBrowser(t)
	t.Run("script", func(t *testing.T) { readWithScript(t, browser) })
	t.Run("plain", func(t *testing.T) { readWithout(t, browser) })
}

func readWithScript(t *testing.T, browser context.Context) {
	r := openReader(t)
	p := sitDown(t, browser, true)
	p.open(r.Site.Origin + "/login")
	first := r.talk(4)
	p.signIn("me")
	eventually(t, "the first look keeps a place", func() bool { return r.place() == first.ID })
	r.talk(25)
	newest := r.talk(1)
	p.open(r.Site.Origin + "/")
	p.sees("26 new posts. Go on where you were")
	hidden, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](`!document.querySelector(".unscripted button").checkVisibility()`))
	p.done(err)
	if !hidden {
		t.Error("a button asks to keep the place, which is kept by itself")
	}
	time.Sleep(4 * time.Second)
	if got := r.place(); got != first.ID {
		t.Fatalf("a look from above took the place from %s to %s", first.ID, got)
	}
	p.press(`a[href*="#here"]`)
	p.sees("You were here")
	eventually(t, "the posts above the place are seen", func() bool { return r.place() > first.ID })
	if middle := r.place(); middle >= newest.ID {
		t.Fatal("posts that were not before the eyes are read")
	}
	p.climb()
	p.press(`a[rel="prev"]`)
	p.climb()
	eventually(t, "all is read", func() bool { return r.place() == newest.ID })
	p.open(r.Site.Origin + "/")
	p.misses("You were here")

	// Down from the newest, over two pages.
	newest = r.talk(25)
	p.open(r.Site.Origin + "/")
	p.descend()
	p.press(`a[rel="next"]`)
	p.descend()
	eventually(t, "what was read from above is read", func() bool { return r.place() == newest.ID })
	p.comesBack(r)
}

// climb reads from where the page is up to its top, and descend down to its end.
func (p *person) climb()   { p.walk(-500) }
func (p *person) descend() { p.walk(500) }

func (p *person) walk(by int) {
	p.t.Helper()
	for range 80 {
		time.Sleep(900 * time.Millisecond) // longer than a post must stand there to be seen
		moved, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](fmt.Sprintf(`(y => (scrollBy(0, %d), scrollY !== y))(scrollY)`, by)))
		p.done(err)
		if !moved {
			return
		}
	}
	p.t.Fatal("the page has no end")
}

// comesBack goes to a post and back, also where posts came meanwhile.
func (p *person) comesBack(r *reader) {
	p.t.Helper()
	p.open(r.Site.Origin + "/")
	var aim *social.Post
	entries, err := r.Store.ListHome(context.Background(), store.HomeQuery{Span: store.Span{Limit: 12}})
	r.do(err)
	aim = entries[11].Post
	for _, more := range []int{0, 3} {
		p.scroll(aim)
		was := p.top(aim)
		p.press(fmt.Sprintf("#p%s .when", aim.ID))
		r.talk(more)
		p.back()
		eventually(p.t, fmt.Sprintf("after %d new posts the page stands where it stood", more), func() bool {
			now := p.top(aim)
			return now > was-60 && now < was+60
		})
	}
}

func readWithout(t *testing.T, browser context.Context) {
	r := openReader(t)
	w := openWindow(t, browser, r.Site.Origin, "place", false)
	p := w.person
	p.open(r.Site.Origin + "/login")
	first := r.talk(4)
	p.signIn("me")
	p.press(`form[action="/home/read"] button`)
	if got := r.place(); got != first.ID {
		t.Fatalf("the place is %s, want %s", got, first.ID)
	}
	r.boost(first)
	newest := r.talk(30)
	w.see(view{"place-many", "/", 200})
	w.see(view{"place-upwards", "/?after=" + first.ID.String(), 200})
	p.open(r.Site.Origin + "/")
	p.press(`a[href*="#here"]`)
	p.sees("You were here")
	if y := p.top(first); y < 0 || y > 800 {
		t.Errorf("the place is %v pixels down", y)
	}
	p.press(`a[rel="prev"]`)
	p.press(`form[action="/home/read"] button`)
	if got := r.place(); got != newest.ID {
		t.Fatalf("the place is %s, want %s", got, newest.ID)
	}
	p.open(r.Site.Origin + "/")
	p.misses("You were here")
}
