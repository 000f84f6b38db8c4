package interop

import (
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"croft/home"
	"croft/server"
	"croft/store"
	"croft/templates"
)

// view is a page to look at. The status is for the owner; visitors are sent to
// the door from what is the owner's.
type view struct {
	name, path string
	status     int
}

// TestEveryPage looks at every address of the route table with hard content:
// the owner and a visitor, with script and without, on a phone and at a desk, by
// day and by night. Pictures are kept in out/pictures.
func TestEveryPage(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser and looks at every page")
	}
	if err := os.RemoveAll(picturesFolder); err != nil {
		t.Fatal(err)
	}
	f, asked := openFurnished(t)
	browser := openBrowser(t)
	windows := []string{"owner-script", "owner-plain", "visitor-script", "visitor-plain"}
	t.Run("pages", func(t *testing.T) {
		for _, name := range windows {
			for half := range 2 { // two at a time are soonest done
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					who, script, _ := strings.Cut(name, "-")
					w := openWindow(t, browser, f.Site.Origin, name, script == "script")
					views, faults := f.visitorPages(), f.visitorFaults()
					if who == "owner" {
						w.signIn()
						views, faults = f.pages(), f.ownerFaults()
					}
					w.seeAll(everySecond(views, half), everySecond(faults, half))
				})
			}
		}
	})
	t.Run("documents", func(t *testing.T) { f.readDocuments(t) })
	t.Run("calls", func(t *testing.T) { f.makeCalls(t, f.Handler.(*server.Server).Lines()) })
	t.Run("forms", func(t *testing.T) { f.sendForms(t, browser) })
	asked.holdAgainst(t, f.Handler.(*server.Server).Lines(), windows)
}

func everySecond[T any](all []T, from int) (some []T) {
	for i := from; i < len(all); i += 2 {
		some = append(some, all[i])
	}
	return some
}

// openFurnished opens a home with hard content on loopback, whose neighbours can
// be reached, and notes what is asked of it.
func openFurnished(t *testing.T) (*furnished, *asked) {
	t.Helper()
	n := newInternet(t)
	n.serve("far.test", elsewhere())
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := settle(t, "http://"+listener.Addr().String(), "ana", home.Options{RootCAs: n.roots, Resolver: n, Connect: n.connect})
	f := furnish(t, h)
	a := &asked{next: h, by: map[string]map[string]bool{}}
	s := &http.Server{Handler: a, ReadHeaderTimeout: time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(listener) }()
	t.Cleanup(func() {
		h.do(s.Close())
		<-ended
	})
	return f, a
}

// pages are all that the owner can open.
func (f *furnished) pages() []view {
	own, post, who := f.posts["edited"].ID, f.first.ID, func(name string) string { return templates.PersonPath(f.people[name].ID) }
	views := []view{
		{"home", "/", 200}, {"home-upwards", "/?after=1", 200}, {"home-older", "/?before=" + f.first.ID.String(), 200}, {"compose", "/compose", 200}, {"compose-reply", templates.ReplyPath(f.deep.ID), 200},
		{"compose-quote", templates.QuotePath(f.arabic.ID), 200}, {"quoting", templates.PostPath(f.quoting.ID), 200}, {"compose-letter", templates.WritePath(f.people["wide"].ID), 200},
		{"thread-own", templates.PostPath(own), 200}, {"thread-top", templates.PostPath(post), 200}, {"thread-bottom", templates.PostPath(f.deep.ID), 200},
		{"thread-warned", templates.PostPath(f.warned.ID), 200}, {"thread-poll", templates.PostPath(f.remotePoll.ID), 200}, {"thread-arabic", templates.PostPath(f.arabic.ID), 200},
		{"edit", templates.PostAct(f.posts["tall"].ID, "edit"), 200}, {"delete", templates.PostAct(own, "delete"), 200}, {"redraft", templates.PostAct(own, "redraft"), 200},
		{"history", templates.PostAct(own, "history"), 200},
		{"notifications", "/notifications", 200}, {"notifications-mentions", "/notifications?kind=mentions", 200},
		{"notifications-group", templates.GroupPath("like-" + f.posts["like me"].ID.String()), 200}, {"bookmarks", "/bookmarks", 200}, {"replies-held", "/replies", 200}, {"notifications-held", "/notifications/held", 200}, {"lists", "/lists", 200}, {"list", templates.ListPath(f.list.ID), 200}, {"list-edit", templates.ListAct(f.list.ID, "edit"), 200}, {"shortcuts", "/shortcuts", 200}, {"following-asked", "/following?asked=1", 200},
		{"messages", "/messages", 200}, {"conversation", templates.MessagePath(f.posts["letter"].ID), 200},
		{"search", "/search", 200}, {"directory", "/directory", 200}, {"directory-newest", "/directory?order=new&offset=20", 200}, {"search-found", "/search?q=wool", 200}, {"search-nothing", "/search?q=" + strings.Repeat("W", 200), 200}, {"search-fault", "/search?q=@nobody@nowhere.test", 422},
		{"person-stranger", who("stranger"), 200}, {"person-wide", who("wide"), 200}, {"person-blocked", who("blocked"), 200}, {"person-muted", who("muted"), 200}, {"person-asks", who("asks"), 200},
		{"person-gone", who("gone"), 200}, {"person-moved", who("moved"), 200}, {"report", templates.ReportFormPath(f.people["wide"].ID, f.first.ID), 200},
		{"requests", "/requests", 200}, {"followers", "/followers", 200}, {"following", "/following", 200}, {"reports", "/reports", 200},
		{"host-block", templates.HostBlockPath(strings.Repeat("w", 60) + ".test"), 200}, {"authorize", "/authorize_interaction?uri=" + f.people["wide"].URI, 200},
		{"authorize-fault", "/authorize_interaction?uri=nonsense", 200},
		{"drafts", "/drafts", 200}, {"settings", "/settings", 200}, {"settings-profile", "/settings/profile", 200}, {"settings-preferences", "/settings/preferences", 200}, {"settings-account", "/settings/account", 200}, {"settings-apps", "/settings/apps", 200}, {"settings-emoji", "/settings/emoji", 200}, {"settings-filters", templates.FilterPostPath(f.first.ID), 200}, {"settings-filter", templates.FilterPath(f.filter.ID), 200}, {"consent", consentPath, 200}, {"settings-moderation", "/settings/moderation", 200},
	}
	return append(views, f.openPages()...)
}

// openPages are those that visitors can open, too.
func (f *furnished) openPages() []view {
	me := "/@ana"
	post := func(name string) string { return me + "/" + f.posts[name].ID.String() }
	return []view{
		{"profile", me, 200}, {"photos", me + "/photos", 200}, {"links", me + "/links", 200}, {"about", me + "/about", 200}, {"profile-followers", me + "/followers", 200}, {"profile-following", me + "/following", 200}, {"post-long", post("long"), 200}, {"post-tall", post("tall"), 200}, {"post-arabic", post("arabic"), 200},
		{"post-unbroken", post("unbroken"), 200}, {"post-edited", post("edited"), 200}, {"post-deleted", post("deleted"), 410},
		{"tag", "/tags/wool", 200}, {"tag-empty", "/tags/" + strings.Repeat("w", 100), 200}, {"nothing", "/nothing", 404}, {"nobody", me + "/12", 404}, {"login", "/login", 200}, {"set-up", "/setup", 200},
	}
}

// visitorPages are the same addresses for somebody who is not signed in.
func (f *furnished) visitorPages() []view {
	open := f.openPages()
	views := []view{{"front", "/", 200}}
	for _, v := range f.pages() {
		if v.path != "/" && !slices.Contains(open, v) {
			v.status = 200 // the door's
			views = append(views, v)
		}
	}
	return append(views, open...)
}

func (w *window) seeAll(views []view, faults []fault) {
	for _, v := range views {
		if v.status >= 400 {
			w.meaning(v.path)
		}
		w.see(v)
	}
	for _, f := range faults {
		w.fail(f)
	}
}

// signIn goes through the door.
func (w *window) signIn() {
	w.t.Helper()
	w.open(w.origin + "/login")
	w.person.signIn("ana")
}

// asked notes which addresses were asked for, and from which window.
type asked struct {
	next http.Handler
	mu   sync.Mutex
	by   map[string]map[string]bool // method and path, then windows; "" is none
}

func (a *asked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	key := r.Method + " " + r.URL.Path
	a.mu.Lock()
	if a.by[key] == nil {
		a.by[key] = map[string]bool{}
	}
	a.by[key][r.Header.Get(windowHeader)] = true
	a.mu.Unlock()
	a.next.ServeHTTP(w, r)
}

// notPages are addresses for people that hold no page.
var notPages = []string{"/events", "/complete", "/@ana.rss", "/@ana.atom", "/media/remote/:kind/:id", "/media/remote/:kind/:id/:name"}

// holdAgainst fails the test where a route was left out: a page by any window,
// anything else by all.
func (a *asked) holdAgainst(t *testing.T, table []server.Line, windows []string) {
	t.Helper()
	if len(table) < 50 || len(windows) != 4 {
		t.Fatalf("%d routes and %d windows cannot be all", len(table), len(windows))
	}
	by := map[server.Line]map[string]bool{}
	for key, from := range a.by {
		line, ok := routeOf(table, key)
		if !ok {
			continue
		}
		if by[line] == nil {
			by[line] = map[string]bool{}
		}
		for w := range from {
			by[line][w] = true
		}
	}
	for _, line := range table {
		if len(by[line]) == 0 {
			t.Errorf("nobody asked for %s %s", line.Method, line.Path)
		}
		if line.Method != http.MethodGet || line.Machine || slices.Contains(notPages, line.Path) {
			continue
		}
		for _, w := range windows {
			if !by[line][w] {
				t.Errorf("%s did not look at %s", w, line.Path)
			}
		}
	}
}

var varying = regexp.MustCompile(`:[a-z]+`)

// routeOf is the route that takes a request: of those that fit, the one with the
// fewest parts that vary, as the router has it.
func routeOf(table []server.Line, request string) (best server.Line, ok bool) {
	for _, line := range table {
		pattern := varying.ReplaceAllString(regexp.QuoteMeta(line.Method+" "+line.Path), `[^/]+`)
		fits := regexp.MustCompile("^" + pattern + "$").MatchString(request)
		if fits && (!ok || strings.Count(line.Path, ":") < strings.Count(best.Path, ":")) {
			best, ok = line, true
		}
	}
	return best, ok
}

// breakSession keeps a sign-in that cannot be read, so that the page that lists
// them is out of order.
func (f *furnished) breakSession(t *testing.T) {
	t.Helper()
	f.do(f.Store.Sessions().PutSession(t.Context(), store.Session{
		Token: "no hash of any token", Data: []byte("broken"), CreatedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour),
	}))
}
