// Package server is the home's face on the web: pages and forms for people,
// documents and inboxes for other servers. It turns requests into calls and
// answers into pages. It decides nothing about posts or people, changes nothing
// but sign-ins by itself, and speaks to no other server.
//
//	server.go       Server, and what it stands on
//	routes.go       every address, on one screen
//	middleware.go   what happens to each request, in which order and why
//	headers.go      what browsers are told to refuse
//	forms.go        which forms are taken: whence, how large, of what kind
//	limits.go       how often one address may ask
//	events.go       what is new, told to open pages
//	listeners.go    apps that listen, and what they are told; streaming.go how
//	errors.go       kinds of error to statuses and pages
//	page.go         what every page carries; rendering
//	accept.go       page or ActivityPub; encodings
//	answer.go       a body, its headers and its packed forms
//	kept.go         answers to visitors, kept until something changes
//	activitypub.go discovery.go   what other servers ask for
//	media.go        files of the home, and others' pictures through it
//	feeds.go        RSS and Atom
//	password.go session.go login.go   who is the owner
//	setup.go        the first page anybody sees
//	device.go       the browser that is told of notifications
//	settings.go settings_account.go preferences.go   profile, moderation; sign-ins and work given up; how the owner reads and writes
//	photos.go install.go   the wall of photos; the home as an app, with its icons
//	interact.go     "follow from your own server", both ways
//	views.go actorviews.go   nouns as pages show them
//	everything else the other pages, one file each
package server

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"

	"croft/config"
	"croft/federation"
	"croft/media"
	"croft/server/mastodon"
	"croft/server/oauth"
	"croft/social"
	"croft/static"
	"croft/store"
	"croft/templates"
	"croft/timeline"
)

// Options are what a Server stands on. All are needed but Now, Version and Log.
type Options struct {
	Config   config.Config
	Site     social.Site
	Timeline *timeline.Timeline
	Node     *federation.Node
	Store    store.Reader
	Changes  func() uint64 // how many changes the store has made; see store.Store.Changes
	Sessions store.Sessions
	Media    *media.Library
	Now      func() time.Time // nil means time.Now
	Version  string           // of the program
	Log      *slog.Logger     // where our own faults are told; nil means slog.Default
}

// Server answers every request for one home. It is safe for use by many
// goroutines.
type Server struct {
	site     social.Site
	timeline *timeline.Timeline
	node     *federation.Node
	store    store.Reader
	media    *media.Library
	now      func() time.Time
	version  string
	log      *slog.Logger

	door        *door
	keys        *oauth.Keys
	api         *mastodon.API
	seals       seals
	static      *static.Files
	assets      templates.Assets
	origins     *http.CrossOriginProtection
	visitors    *rates // pages and documents
	inboxes     *rates // what other servers send
	asking      *rates // what makes this home ask another server
	registering *rates // apps that want to be known here
	shelf       *shelf // what visitors were answered
	icons       icons  // of the home
	lastZone    atomic.Pointer[zoned]
	still       atomic.Bool   // the owner's wish that nothing moves, as last read
	streams     chan struct{} // a place for each page that is told what is new
	stopping    chan struct{} // closed when they must go
	listeners   *listeners    // apps that are
	echo        *echo.Echo
}

// New makes the Server of a home that is set up.
func New(o Options) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &Server{
		site: o.Site, timeline: o.Timeline, node: o.Node, store: o.Store, media: o.Media,
		now: o.Now, version: o.Version, log: o.Log, static: static.New(),
		door:        newDoor(o.Sessions, o.Site.Origin, o.Now, o.Config.Limits.Rate),
		visitors:    newRates(30, 200, o.Config.Limits.Rate),
		inboxes:     newRates(50, 1000, o.Config.Limits.Rate),
		asking:      newRates(0.2, 20, o.Config.Limits.Rate),
		registering: newRates(1.0/120, 5, o.Config.Limits.Rate),
	}
	s.keys = oauth.New(o.Sessions, o.Now)
	s.assets, s.shelf = assetsOf(s.static), newShelf(o.Changes, o.Now)
	home, err := o.Store.FindHome(context.Background())
	if err != nil {
		return nil, err
	}
	s.still.Store(home.Preferences.Still)
	s.streams, s.stopping = make(chan struct{}, eventsMost), make(chan struct{})
	if s.origins, err = originsOf(o.Site.Origin); err != nil {
		return nil, err
	}
	s.echo = newEcho(o.Config)
	s.echo.HTTPErrorHandler = s.errorHandler
	s.use()
	if s.seals, err = newSeals(context.Background(), o.Store); err != nil {
		return nil, err
	}
	s.api = s.newAPI(o)
	s.listeners = newListeners(s, o.Sessions)
	s.route()
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// newEcho makes a router that believes a proxy's word about addresses only
// where the configuration names the proxy.
func newEcho(conf config.Config) *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = addressOf(conf.Proxies())
	return e
}

func assetsOf(files *static.Files) templates.Assets {
	return templates.Assets{
		CSS: files.Path("croft.css"), JS: files.Path("croft.js"), Icons: files.Path("icons.svg"),
		Avatar: files.Path("avatar.svg"), Header: files.Path("header.svg"), Favicon: files.Path("favicon.svg"),
	}
}
