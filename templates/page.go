// Package templates holds the pages of the house as typed components: one
// struct and one component a page, and the parts that pages share. It decides
// how things look and which forms there are. It does not read the store, does
// not decide who may see what, and knows nothing of requests.
//
//	page.go paths.go       what every page carries; the addresses that forms go to
//	views.go               posts, actors and pictures as a page shows them
//	format.go emoji.go     times, counts, languages; emoji within names and texts
//	layout.templ           house (owner), gate (visitor), step (one thing to do)
//	safe.templ             the one place where social.HTML is written unescaped
//	post.templ acts.templ actor.templ form.templ   parts
//	everything else        one page each
package templates

import (
	"time"

	"croft/social"
)

// Page is what every page carries. The zero Page renders, in English.
type Page struct {
	Title    string // of this page, without the home's name
	Lang     string // language of the house's own words; English if empty
	Assets   Assets
	Owner    Owner     // empty before set-up
	SignedIn bool      // the owner is looking
	Room     Room      // which link of the rail is here
	Path     string    // path and query of this page, where forms return to
	Theme    string    // light or dark; empty follows the device
	Now      time.Time // the moment of rendering; for the owner in their time zone
	Unread   Unread
	Notice   string           // one whole sentence about what was just done
	Problems []social.Problem // what was wrong with the form; shown at its fields and on top
	Head     Head

	Preferences social.Preferences   // how the owner likes to read; zero for visitors
	Reads       social.FilterContext // which of the owner's filters take effect here; empty means none
}

// Assets are the addresses of the files of package static.
type Assets struct{ CSS, JS, Icons, Avatar, Header, Favicon string }

// Owner is the person whose home this is, as the layout shows them.
type Owner struct {
	Name      string
	Handle    string // @name@host
	Host      string // of the home's address
	URL       string // path of the profile, /@name
	Origin    string // of the home, https://example.org
	Avatar    string // address of the picture; empty shows the stand-in
	AvatarAlt string
	Header    string // address of the picture; empty shows the stand-in
	HeaderAlt string
	Hue       string // one of Hues
	Icon      string // of a tab, 32 pixels wide; empty shows Assets.Favicon
	TouchIcon string // for the home screen of a phone; empty names none
}

// Unread counts what waits for the owner.
type Unread struct{ Notices, Messages, Requests, Reports int }

// Room is a part of the house that the rail leads to.
type Room string

// The rooms.
const (
	RoomHome     Room = "home"
	RoomSearch   Room = "search"
	RoomNotices  Room = "notices"
	RoomMessages Room = "messages"
	RoomWrite    Room = "write"
	RoomMore     Room = "more"
	RoomGate     Room = "gate" // what visitors see, where there is no rail
)

// Head is what a page says of itself to machines. Owner's pages need none of
// it.
type Head struct {
	Canonical   string // absolute
	Kind        string // og:type: profile or article
	Description string // plain text
	Image       HeadImage
	Locale      string // language of what the page is about, as en or pt-BR; may be empty
	Published   time.Time
	Modified    time.Time // zero if never changed
	NoIndex     bool      // search engines are asked to pass by
	Alternates  []Alternate
	Me          []string // rel=me
}

// HeadImage is the picture that stands for a page; empty without a URL.
type HeadImage struct {
	URL           string // absolute
	Alt           string
	Width, Height int // 0 if unknown
}

// Alternate is the same thing in another form: ActivityPub, RSS, Atom.
type Alternate struct{ Type, Title, URL string }

func (p *Page) lang() string {
	if p.Lang == "" {
		return "en"
	}
	return p.Lang
}

func (p *Page) avatar() string { return orElse(p.Owner.Avatar, p.Assets.Avatar) }
func (p *Page) header() string { return orElse(p.Owner.Header, p.Assets.Header) }
func (p *Page) home() string   { return orElse(p.Owner.URL, PathHome) }

// ownerName is what to call the owner before they have a name.
func (p *Page) ownerName() string { return orElse(p.Owner.Name, "This home") }

// title is the whole title: unread things first, where the owner looks.
func (p *Page) title() string {
	switch {
	case p.Title == "":
		return p.ownerName()
	case p.SignedIn && p.Unread.Notices > 0:
		return p.Title + " (" + Count(p.Unread.Notices) + ")"
	default:
		return p.Title
	}
}

// problem is the sentence that belongs to a field; empty if there is none.
func (p *Page) problem(field string) string {
	for _, problem := range p.Problems {
		if problem.Field == field {
			return problem.Text
		}
	}
	return ""
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
