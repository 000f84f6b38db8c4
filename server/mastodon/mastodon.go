// Package mastodon is the second face of the home: the client API of the
// Mastodon family, for phone and web apps. It has JSON structs of its own and
// calls the same methods as the pages do; it decides nothing about posts or
// people, and reads no request itself: the server hands it a Call.
//
//	mastodon.go   API and the table of its routes
//	call.go       what is asked, and what is answered
//	views.go      posts and people as this API shows them, a page at a time
//	account.go status.go   the shapes of the two
//	everything else        one file for each group of calls
package mastodon

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"croft/federation"
	"croft/media"
	"croft/social"
	"croft/store"
	"croft/timeline"
)

// Options are what an API stands on. All are needed but Now.
type Options struct {
	Site      social.Site
	Timeline  *timeline.Timeline
	Node      *federation.Node
	Store     store.Reader
	Media     *media.Library
	Now       func() time.Time // nil means time.Now
	Version   string           // of the program
	Pictures  Pictures
	Streaming string // where apps listen: wss:// and our host
}

// Pictures are addresses that the server knows: where pictures of this home and
// of others are shown, each absolute.
type Pictures struct {
	Avatar, Header string // the stand-ins
	Remote         func(Picture) string
}

// Picture is a picture that another server keeps, named by what it belongs to.
type Picture struct {
	Kind    string // avatar, header, actor-emoji, attachment or post-emoji
	ID      social.ID
	Name    string // of an emoji
	Address string // at its own server
	Still   bool   // it shall not move
	Owner   bool   // an app of the owner's asks, and shall see what they may
}

// API answers apps. It is safe for use by many goroutines.
type API struct {
	site      social.Site
	timeline  *timeline.Timeline
	node      *federation.Node
	store     store.Reader
	media     *media.Library
	now       func() time.Time
	version   string
	pictures  Pictures
	streaming string
}

// New makes the API of a home.
func New(o Options) *API {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &API{
		site: o.Site, timeline: o.Timeline, node: o.Node, store: o.Store, media: o.Media,
		now: o.Now, version: o.Version, pictures: o.Pictures, streaming: o.Streaming,
	}
}

// Open is the scope of calls that need no key.
const Open = "open"

// openTo is the scope of calls that need no key and tell the owner more, whose key
// opens the scope. A key that does not is refused, as Mastodon refuses it.
func openTo(scope string) string { return Open + ", " + scope }

// Route is one call of the API.
type Route struct {
	Method, Path string // the path with a :name for each part that varies
	Scope        string // what a key must open, as Needs takes it apart; empty fails the build's tests
	Body         int64  // bytes that a request may have; 0 is the server's own limit
	Answer       func(*Call) (Answer, error)
}

// Needs is the scope that a key must open which is shown, if any is named, and
// whether the call is answered without a key as well.
func (r Route) Needs() (scope string, open bool) {
	if rest, ok := strings.CutPrefix(r.Scope, Open); ok {
		return strings.TrimPrefix(rest, ", "), true
	}
	return r.Scope, false
}

const (
	get   = http.MethodGet
	post  = http.MethodPost
	put   = http.MethodPut
	patch = http.MethodPatch
	del   = http.MethodDelete
)

// Routes is every call that is served.
func (a *API) Routes() []Route {
	return slices.Concat(a.statusActs(), a.mediaActs(), a.peopleActs(), a.profileActs(), a.lists(), a.notices(), a.searching(), a.polling(), a.scheduling(), a.filtering(), a.filteringV1(), a.tagging(), a.policing(), a.refreshing(), a.discovering(), a.answering(), a.quoting(), a.listing(), a.pushing(), a.nothingYet(), []Route{
		{get, "/api/v1/instance", Open, 0, a.getInstanceV1},
		{get, "/api/v2/instance", Open, 0, a.getInstance},
		{get, "/api/v1/accounts/verify_credentials", "read:me", 0, a.getVerifyCredentials},
		{get, "/oauth/userinfo", "read:me", 0, a.getUserInfo},
		{post, "/oauth/userinfo", "read:me", 0, a.getUserInfo},
		{get, "/api/v1/accounts/lookup", openTo("read:accounts"), 0, a.getLookup},
		{get, "/api/v1/accounts/relationships", "read:follows", 0, a.getRelationships},
		{get, "/api/v1/accounts/:id", openTo("read:accounts"), 0, a.getAccount},
		{get, "/api/v1/statuses/:id", openTo("read:statuses"), 0, a.getStatus},
		{get, "/api/v1/custom_emojis", Open, 0, a.getEmojis},
		{get, "/api/v1/preferences", "read:accounts", 0, a.getPreferences},
		{get, "/api/v1/instance/extended_description", Open, 0, a.getDescription},
	})
}
