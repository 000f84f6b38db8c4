package templates

import (
	"slices"
	"strings"
	"testing"

	"croft/social"

	"github.com/a-h/templ"
	"golang.org/x/net/html"
)

// everyPage is each page made from nothing, full of the text, and bent into its
// other branches.
func everyPage(text string) pageSet {
	pages := pageSet{text: text, components: map[string]templ.Component{}}
	add(pages, "profile", Profile, func(d *ProfilePage) { d.SignedIn = false })
	add(pages, "profile, signed in", Profile, nil)
	add(pages, "photos", Photos, func(d *PhotosPage) {
		d.SignedIn, d.Months[0].Photos[0].Veiled, d.Months[0].Month, d.Months[1].Month = false, false, "2026-11", "2026-10"
	})
	add(pages, "photos, signed in", Photos, func(d *PhotosPage) { d.Months = d.Months[:1]; d.Months[0].Month = "2026-11" })
	add(pages, "links", Links, func(d *LinksPage) {
		d.SignedIn, d.Days[0].Posts[0].Post.Warning, d.Days[0].Date, d.Days[1].Date = false, "", "2026-11-19", "2026-11-16"
	})
	add(pages, "links, signed in", Links, func(d *LinksPage) { d.Days = d.Days[:1]; d.Days[0].Date = "2026-11-19" })
	add(pages, "thread", Thread, func(d *ThreadPage) { d.SignedIn = false })
	add(pages, "thread, signed in", Thread, func(d *ThreadPage) { openUp(&d.Here); d.Ancestors[0].Post = nil })
	add(pages, "thread, own", Thread, func(d *ThreadPage) { d.Here.Mine, d.Here.Pinned, d.Here.BoostedBy = true, false, nil })
	add(pages, "about", About, func(d *AboutPage) { d.SignedIn = false })
	add(pages, "tag", Tag, func(d *TagPage) { d.SignedIn = false })
	add(pages, "tag, signed in", Tag, nil)
	add(pages, "people", People, nil)
	add(pages, "people, shown", People, func(d *PeoplePage) { d.Hidden = false })
	add(pages, "interact", Interact, nil)
	add(pages, "interact, unknown", Interact, func(d *InteractPage) { d.Target = "" })
	add(pages, "trouble", Trouble, func(d *TroublePage) { d.SignedIn = false })
	add(pages, "trouble, signed in", Trouble, nil)
	add(pages, "home", Home, func(d *HomePage) { d.GoOn, d.Begin, d.ReadUpTo = "", 0, 1 })
	add(pages, "home, read from above", Home, func(d *HomePage) { d.ReadUpTo, d.Begin, d.Newer = -1, 0, "" })
	add(pages, "home, read upwards", Home, func(d *HomePage) { d.GoOn, d.ReadUpTo, d.Begin, d.Newest = "", 0, 1, 0 })
	add(pages, "home, quiet", Home, func(d *HomePage) { d.Lines, d.Newest, d.From = nil, 0, 0; d.Alone = false })
	add(pages, "home, quiet and alone", Home, func(d *HomePage) { d.Lines, d.Newest, d.From, d.Following = nil, 0, 0, 0 })
	add(pages, "compose", Compose, func(d *ComposePage) { d.Widest, d.Slots = "", nil })
	add(pages, "compose, pictures", Compose, func(d *ComposePage) { d.Problems = problemsOf("text", "media", "visibility", "alt_1", "media_3") })
	add(pages, "compose, edit", Compose, func(d *ComposePage) { d.Mode = ComposeEdit })
	add(pages, "compose, draft", Compose, func(d *ComposePage) { d.Mode = ComposeNew })
	add(pages, "drafts", Drafts, nil)
	add(pages, "history", History, func(d *HistoryPage) {
		d.Wordings[0].Changes[0].Went, d.Wordings[0].Changes[1] = false, ChangeView{Text: text}
	})
	for _, kind := range []social.NotificationKind{social.NotifyMention, social.NotifyLike, social.NotifyBoost, social.NotifyFollow,
		social.NotifyFollowRequest, social.NotifyEdit, social.NotifyQuotedEdit, social.NotifyPoll, social.NotifyMove, social.NotifyReport} {
		add(pages, "notices, "+string(kind), Notices, func(d *NoticesPage) {
			d.Notices[0].Notification.Kind = kind
			d.Notices[0].Actors, d.Notices[0].Count = d.Notices[0].Actors[:1], 1
			d.Notices[0].Actors[0].Relation, d.Notices[0].Actors[0].IsOwner = social.Relation{}, false
			openUp(d.Notices[0].Post)
		})
	}
	add(pages, "notices, many", Notices, func(d *NoticesPage) { d.Notices[0].Count = 100 })
	add(pages, "group", Group, nil)
	add(pages, "lists", Lists, func(d *ListsPage) { d.Problems = problemsOf("title", "replies_policy") })
	add(pages, "list", ListTimeline, nil)
	add(pages, "list, edit", ListEdit, nil)
	add(pages, "emoji", Emojis, func(d *EmojisPage) { d.Problems = problemsOf("media", "name", "category") })
	add(pages, "bookmarks", Bookmarks, nil)
	add(pages, "bookmarks, none", Bookmarks, func(d *BookmarksPage) { d.Posts = nil })
	add(pages, "shortcuts", Shortcuts, nil)
	add(pages, "messages", Messages, nil)
	add(pages, "messages, of nobody", Messages, func(d *MessagesPage) { d.Conversations[0].People = nil })
	add(pages, "conversation", Conversation, func(d *ConversationPage) { d.Posts[0].Mine, d.Posts[1].Mine = true, false })
	add(pages, "conversation, of two", Conversation, func(d *ConversationPage) { d.People = d.People[:1]; openUp(&d.Posts[0]) })
	add(pages, "requests", Requests, nil)
	add(pages, "circle, following", Circle, func(d *CirclePage) { d.Tab = CircleFollowing })
	add(pages, "circle, asked", Circle, func(d *CirclePage) { d.Tab = CircleAsked })
	add(pages, "circle, nobody asked", Circle, func(d *CirclePage) { d.Tab, d.People = CircleAsked, nil })
	add(pages, "circle, followers", Circle, func(d *CirclePage) {
		d.Tab = CircleFollowers
		d.People[0].IsOwner, d.People[0].Relation = false, social.Relation{FollowedBy: social.FollowAccepted}
	})
	add(pages, "person", Person, func(d *PersonPage) { d.Person.IsOwner = false })
	add(pages, "person, strange", Person, func(d *PersonPage) {
		d.Person.IsOwner, d.Person.Header = false, ""
		d.Person.Relation = social.Relation{FollowedBy: social.FollowPending, Following: social.FollowPending}
	})
	add(pages, "search", Search, nil)
	add(pages, "search, nothing", Search, func(d *SearchPage) { d.People, d.Posts, d.Failed = nil, nil, "" })
	add(pages, "report", ReportForm, func(d *ReportPage) { d.Posts[0].Post.Warning = "" })
	add(pages, "reports", Reports, nil)
	add(pages, "reports, open", Reports, func(d *ReportsPage) {
		for i := range d.Reports {
			r := &d.Reports[i]
			r.Outgoing, r.ClosedAt, r.Target.IsOwner = false, r.ClosedAt.AddDate(-3000, 0, 0), i == 0
			r.ClosedAt = social.Report{}.ClosedAt
		}
	})
	add(pages, "settings, profile", ProfileForm, nil)
	add(pages, "settings, preferences", Preferences, nil)
	add(pages, "settings, preferences, a device that is told", Preferences, func(d *PreferencesPage) { d.Told = !d.Told })
	add(pages, "settings, preferences, wrong", Preferences, func(d *PreferencesPage) {
		d.Problems = problemsOf("media", "boosts", "visibility", "language", "time_zone", "clock", "push")
	})
	add(pages, "settings, account", Account, func(d *AccountPage) { d.Sessions[0].Here = false })
	add(pages, "settings, moderation", Moderation, nil)
	add(pages, "login", Login, nil)
	add(pages, "setup", Setup, func(d *SetupPage) {
		d.AddressOnly = false
		d.Problems = problemsOf("code", "origin", "handle", "password")
	})
	add(pages, "setup, address", Setup, nil)
	add(pages, "waiting", Waiting, func(d *WaitingPage) { d.Failed = false })
	add(pages, "waiting, failed", Waiting, nil)
	add(pages, "waiting, still", Waiting, func(d *WaitingPage) { d.Failed, d.Ready = false, "" })
	add(pages, "authorize, person", Authorize, nil)
	add(pages, "authorize, post", Authorize, func(d *AuthorizePage) { d.Person = nil })
	add(pages, "authorize, nothing", Authorize, func(d *AuthorizePage) { d.Person, d.Post = nil, nil })
	add(pages, "confirm", Confirm, nil)
	return pages
}

// pageSet is pages by name, filled with one text.
type pageSet struct {
	text       string
	components map[string]templ.Component
}

func add[P any](pages pageSet, name string, component func(P) templ.Component, change func(*P)) {
	var empty P
	pages.components[name] = component(variant(pages.text, change))
	pages.components[name+", empty"] = component(empty)
}

// openUp takes away what hides a post's other parts.
func openUp(v *PostView) {
	v.Post.Warning, v.Post.Sensitive, v.BoostedBy, v.BoostID, v.Pinned = "", true, nil, 0, false
	v.Mine, v.Boosted, v.Liked = false, false, false
	v.Media[0].Kind = social.MediaImage
	v.Media = append(v.Media, v.Media[0], v.Media[0], v.Media[0], v.Media[0], v.Media[0])
	v.Author.Relation = social.Relation{FollowedBy: social.FollowAccepted}
}

func problemsOf(fields ...string) []social.Problem {
	var problems []social.Problem
	for _, field := range fields {
		problems = append(problems, social.Problem{Field: field, Text: marker})
	}
	return problems
}

// TestPages renders every page and holds its HTML to what a reader, a screen
// reader and the content policy need.
func TestPages(t *testing.T) {
	for _, text := range []string{marker, script} {
		for name, page := range everyPage(text).components {
			t.Run(name, func(t *testing.T) {
				var out strings.Builder
				if err := page.Render(t.Context(), &out); err != nil {
					t.Fatal(err)
				}
				checkPage(t, out.String())
			})
		}
	}
}

func checkPage(t *testing.T, text string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := &checker{t: t, ids: map[string]bool{}}
	for node := range root.Descendants() {
		if node.Type == html.ElementNode {
			c.element(node)
		}
	}
	for _, id := range c.wanted {
		if !c.ids[id] {
			t.Errorf("an element points to #%s, which is not there", id)
		}
	}
	if c.headings != 1 {
		t.Errorf("%d h1, want one", c.headings)
	}
	if c.mains != 1 {
		t.Errorf("%d main, want one", c.mains)
	}
}

type checker struct {
	t               *testing.T
	ids             map[string]bool
	wanted          []string // ids that must exist
	headings, mains int
}

// addresses are the attributes that lead somewhere.
var addresses = []string{"href", "src", "action", "formaction", "cite"}

func (c *checker) element(node *html.Node) {
	attrs := map[string]string{}
	for _, a := range node.Attr {
		attrs[a.Key] = a.Val
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
			c.t.Errorf("<%s> has the attribute %s", node.Data, a.Key)
		}
		if strings.Contains(a.Key, "<") || strings.Contains(a.Key, `"`) {
			c.t.Errorf("<%s> has the broken attribute %q", node.Data, a.Key)
		}
		if slices.Contains(addresses, a.Key) && strings.HasPrefix(a.Val, "javascript:") {
			c.t.Errorf("<%s %s> is a script", node.Data, a.Key)
		}
	}
	if id := attrs["id"]; id != "" {
		if c.ids[id] {
			c.t.Errorf("id %q is there twice", id)
		}
		c.ids[id] = true
	}
	for _, pointer := range []string{"for", "aria-describedby", "aria-labelledby"} {
		c.wanted = append(c.wanted, strings.Fields(attrs[pointer])...)
	}
	c.byName(node, attrs)
}

func (c *checker) byName(node *html.Node, attrs map[string]string) {
	switch node.Data {
	case "h1":
		c.headings++
	case "main":
		c.mains++
	case "style":
		c.t.Error("there is an inline stylesheet")
	case "script":
		if node.FirstChild != nil || attrs["src"] == "" && node.Attr == nil {
			c.t.Error("there is an inline script")
		}
	case "img":
		c.image(attrs)
	case "input", "select", "textarea":
		if attrs["type"] != "hidden" && attrs["id"] == "" && attrs["aria-label"] == "" && !within(node, "label") {
			c.t.Errorf("<%s name=%q> has no label", node.Data, attrs["name"])
		}
	case "form":
		if within(node, "form") {
			c.t.Error("a form stands within a form")
		}
	case "svg":
		if attrs["aria-hidden"] != "true" {
			c.t.Error("an icon is not hidden from those who listen")
		}
	}
}

func (c *checker) image(attrs map[string]string) {
	if attrs["src"] == "x" {
		c.t.Error("the marker became a picture")
	}
	for _, needed := range []string{"alt", "width", "height"} {
		if _, ok := attrs[needed]; !ok {
			c.t.Errorf("the picture %q has no %s", attrs["src"], needed)
		}
	}
}

func within(node *html.Node, name string) bool {
	for up := range node.Ancestors() {
		if up.Data == name {
			return true
		}
	}
	return false
}
