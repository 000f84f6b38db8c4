package templates

import (
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"croft/social"

	"github.com/a-h/templ"
)

// With -pages DIR the sample pages are written there, to be looked at in a
// browser: go test ./templates -run TestSamples -pages DIR. The address of
// every asset is then /static/ and its plain name.
var pagesFlag = flag.String("pages", "", "write sample pages to this folder")

var sampleNow = time.Date(2026, 11, 22, 10, 42, 0, 0, time.UTC)

func samplePage(title string) Page {
	return Page{
		Title: title, Now: sampleNow, SignedIn: true, Path: "/here",
		Assets: Assets{CSS: "/static/croft.css", JS: "/static/croft.js", Icons: "/static/icons.svg",
			Avatar: "/static/avatar.svg", Header: "/static/header.svg", Favicon: "/static/favicon.svg"},
		Owner:  Owner{Name: "Mairi Okafor", Handle: "@mairi@okafor.example", Host: "okafor.example", URL: "/@mairi", Hue: "moss"},
		Unread: Unread{Notices: 4, Messages: 1, Requests: 3},
	}
}

func visitorPage(title string) Page {
	p := samplePage(title)
	p.SignedIn, p.Unread = false, Unread{}
	p.Head = Head{Canonical: "https://okafor.example/@mairi", Kind: "profile", Description: "I weave cloth and write small programs, in that order.",
		Alternates: []Alternate{{Type: "application/activity+json", URL: "https://okafor.example/@mairi"}, {Type: "application/atom+xml", Title: "Posts", URL: "/@mairi.atom"}}}
	return p
}

func mairi() ActorView {
	return ActorView{ID: 1, Name: "Mairi Okafor", Handle: "@mairi@okafor.example", Href: "/@mairi", Host: "okafor.example", IsOwner: true,
		Bio:   "<p>I weave cloth and write small programs, in that order. Dye garden, two looms, one slow dog. You are in my house; come in.</p>",
		Posts: 1284, Followers: 947, Following: 312,
		Fields: []social.Field{
			{Name: "Home page", Value: `<a href="https://okafor.example" rel="me nofollow noopener">okafor.example</a>`, VerifiedAt: sampleNow},
			{Name: "Place", Value: "South Uist, Outer Hebrides"}}}
}

func aroha() ActorView {
	return ActorView{ID: 22, Name: "Aroha Te Whata :tide:", Handle: "@aroha@moana.example", Href: "/people/22", URL: "https://moana.example/@aroha", Host: "moana.example",
		Emojis: []EmojiView{{Name: "tide", Src: "/static/favicon.svg"}},
		Bio:    "<p>Tide tables, waiata, weather. Teaching rangatahi to sail things that float.</p>",
		Posts:  1904, Followers: 2310, Following: 640, Header: "/static/header.svg",
		Fields:   []social.Field{{Name: "Boat", Value: "Kotuku, 26 ft, patient"}},
		Relation: social.Relation{Following: social.FollowAccepted, FollowedBy: social.FollowAccepted}}
}

func layla() ActorView {
	return ActorView{ID: 23, Name: "ليلى حدّاد", Handle: "@layla@a-very-long-host-name.zaytun.example", Href: "/people/23", Host: "zaytun.example", Bio: "<p>Soap, olives, words.</p>", Posts: -1, Followers: -1, Following: -1}
}

func samplePost(id social.ID, author ActorView, content social.HTML) PostView {
	post := &social.Post{ID: id, URI: "https://okafor.example/@mairi/" + id.String(), URL: "https://okafor.example/@mairi/" + id.String(), Kind: social.Note, Content: content, Language: "en",
		Visibility: social.Public, LikeCount: 40, BoostCount: 12, ReplyCount: 3, PublishedAt: sampleNow.Add(-time.Duration(id) * 37 * time.Minute)}
	return PostView{Post: post, Author: author, Href: "/@mairi/" + id.String(), CanBoost: true, CanPin: true, Mine: author.IsOwner}
}

func samplePosts() []PostView {
	pinned := samplePost(900, mairi(), `<p>Three weeks of trying to get a <strong>true blue</strong> out of woad grown north of 57 degrees.</p><h2>The leaf is not the problem</h2><ul><li>First-year leaves only.</li><li>Soda ash to <code>pH 9</code>.</li></ul><blockquote><p>A vat is a guest.</p></blockquote>`)
	pinned.Pinned = true
	pictures := samplePost(1, aroha(), "<p>Low tide, no wind, the whole harbour holding its breath.</p>")
	for range 4 {
		pictures.Media = append(pictures.Media, MediaView{Kind: social.MediaImage, Src: "/static/header.svg", Full: "/static/header.svg", Alt: "A loch at first light.", Width: 1600, Height: 560, FocusX: 0.5})
	}
	pictures.Liked = true
	arabic := samplePost(2, layla(), "<p>انتهى موسم الزيتون اليوم. أربعة أكياس من شجرة واحدة زرعها جدّي.</p>")
	arabic.Post.Language = "ar"
	arabic.BoostedBy, arabic.BoostID = []ActorView{aroha()}, 77
	veiled := samplePost(3, layla(), "<p>Fourth alarm tonight. All whole, the cat is on the wardrobe.</p>")
	veiled.Post.Warning, veiled.Post.Visibility = "Night alarms, no injuries", social.Followers
	veiled.CanBoost = false
	poll := samplePost(4, aroha(), "<p>The rim has finally cracked. Advise me.</p>")
	poll.Post.Poll = &social.Poll{Options: []social.PollOption{{Text: "Patch it, again", Votes: 38}, {Text: "New wheel, old hub", Votes: 121}, {Text: "It is a lamp now", Votes: 53}}, EndsAt: sampleNow.AddDate(0, 0, 1)}
	article := samplePost(5, aroha(), "<p>On keeping a small thing small.</p>")
	article.Post.Kind, article.Post.Title, article.Post.URL = social.Article, "A small thing, kept", "https://essays.example/small"
	own := samplePost(6, mairi(), "<p>First frost on the dye beds. The madder does not mind. I mind.</p>")
	return []PostView{pinned, pictures, arabic, veiled, poll, article, own}
}

// TestSamples renders pages as they are in use, and writes them where asked.
func TestSamples(t *testing.T) {
	for name, page := range samplePages() {
		var out strings.Builder
		if err := page.Render(t.Context(), &out); err != nil {
			t.Fatal(err)
		}
		checkPage(t, out.String())
		if *pagesFlag == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(*pagesFlag, name+".html"), []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// profileOf20 is a profile with twenty posts: two of three are the owner's own
// words, the others boosts, pictures, polls and an article.
func profileOf20() ProfilePage {
	d := ProfilePage{Page: visitorPage("Mairi Okafor (@mairi@okafor.example)"), Me: mairi(), ShowCounts: true, Since: "2019-03", SinceWords: "March 2019",
		Rooms: ProfileRooms{"/@mairi", "/@mairi?with=replies", "/@mairi/photos", "/@mairi/links", "/@mairi/about"}, FollowersPath: "/@mairi/followers", FollowingPath: "/@mairi/following",
		RSS: "/@mairi.rss", Atom: "/@mairi.atom", Older: "/@mairi?before=1"}
	posts := samplePosts()
	d.Pinned = posts[:1]
	for i := range 19 {
		v := posts[6]
		if i%3 == 0 {
			v = posts[1+i/3%6]
		}
		post := *v.Post
		post.ID = social.ID(1000 + i)
		v.Post, v.BoostID = &post, v.BoostID+social.ID(i)
		post.Content += "<p>And then a second paragraph, since people do write more than one sentence when they are asked how the weather is.</p>"
		d.Posts = append(d.Posts, v)
	}
	return d
}

// hashed gives the assets and faces of a profile names as long as they have in
// the product.
func hashed(d ProfilePage) ProfilePage {
	d.Assets.Icons = "/static/icons.0123456789.svg"
	for i := range d.Posts {
		d.Posts[i].Author.Avatar = "/media/" + strings.Repeat("0123456789abcdef", 4) + ".webp"
	}
	return d
}

// TestProfileSize keeps a profile of twenty posts under 40 kB.
func TestProfileSize(t *testing.T) {
	var out strings.Builder
	if err := Profile(hashed(profileOf20())).Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	if out.Len() > 40_000 {
		t.Errorf("the profile takes %d bytes, want at most 40,000", out.Len())
	}
	t.Logf("%d bytes", out.Len())
}

func BenchmarkProfile(b *testing.B) {
	d := hashed(profileOf20())
	b.ReportAllocs()
	for b.Loop() {
		if err := Profile(d).Render(context.Background(), io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}

func samplePages() map[string]templ.Component {
	posts := samplePosts()
	home := samplePage("Home")
	home.Room, home.Notice = RoomHome, "Your post is on its way to 411 servers."
	thread := ThreadPage{Page: visitorPage("Mairi Okafor: A vat is a guest"), Ancestors: []Reply{{PostView: posts[1]}}, Here: posts[0], Known: 2, Missing: 3, Hidden: 2, Looking: true, AsOf: sampleNow.Add(-3 * time.Hour),
		Replies: []Reply{{PostView: posts[2], Replies: []Reply{{PostView: posts[6]}, {Gone: "A reply was here. Its author took it down."}}}, {PostView: posts[5]}}}
	ownThread := thread
	ownThread.Page = samplePage("Post")
	broken := samplePage("Write")
	broken.Problems = []social.Problem{{Field: "warning", Text: "The warning is 12 characters too long: at most 500."}, {Field: "alt_1", Text: "Say what is in the picture."}}
	setup := Page{Title: "Set up your home", Assets: samplePage("").Assets, Now: sampleNow, Problems: []social.Problem{{Field: "handle", Text: "Letters, digits and _ only. Perhaps mairi_o?"}}}
	pages := map[string]templ.Component{
		"profile":   Profile(profileOf20()),
		"thread":    Thread(thread),
		"ownthread": Thread(ownThread),
		"home":      Home(HomePage{Page: home, Lines: sampleLines(posts), Newest: 9, New: 12, UpTo: 9, ReadUpTo: 3, ReadAt: sampleNow.Add(-time.Hour), Older: "/?before=1", Following: 3, Drafts: 1, Silent: 2, Parked: 1, Compose: ComposeDefaults{MaxText: 20000}}),
		"empty":     Home(HomePage{Page: samplePage("Home")}),
		"compose": Compose(ComposePage{Page: broken, Text: "Finished the **blanket**.", FollowerCount: 947, FollowerHosts: 411, MaxText: 20000, Language: "en",
			Slots: []MediaSlot{{ID: 5, Src: "/static/header.svg", FocusY: -1}}, InReplyTo: &posts[2], Recipients: []string{"@layla@zaytun.example", "@aroha@moana.example"}}),
		"setup":    Setup(SetupPage{Page: setup, Handle: "mairi o"}),
		"login":    Login(LoginPage{Page: visitorPage("Sign in")}),
		"notfound": Trouble(TroublePage{Page: visitorPage("Not found"), Status: 404}),
		"interact": Interact(InteractPage{Page: visitorPage("On to your server"), Acct: "@you@far.example", Host: "far.example", Target: "https://far.example/x"}),
	}
	addRooms(pages, posts)
	return pages
}

// sampleLines are posts as lines of home, the second folded away.
func sampleLines(posts []PostView) []HomeLine {
	var lines []HomeLine
	for i := range posts {
		lines = append(lines, HomeLine{ID: social.ID(len(posts) - i), Posts: posts[i : i+1], Seen: i == 1})
	}
	return lines
}

func addRooms(pages map[string]templ.Component, posts []PostView) {
	notice := func(id social.ID, kind social.NotificationKind, read bool, post *PostView, actors ...ActorView) NoticeView {
		return NoticeView{Notification: social.Notification{ID: id, Kind: kind, Read: read, CreatedAt: sampleNow.Add(-time.Duration(id) * time.Hour)}, Actors: actors, Post: post}
	}
	reply := posts[2]
	reply.Answers = new(mairi())
	stranger := layla()
	many := notice(6, social.NotifyLike, false, &posts[6], aroha(), layla(), stranger, mairi(), aroha(), layla(), stranger)
	many.Key, many.Count = "like-6", 214
	for i := range many.Actors {
		many.Actors[i].Since = sampleNow.Add(-time.Duration(i) * 7 * time.Hour)
	}
	pages["notices"] = Notices(NoticesPage{Page: samplePage("Notices"), Notices: []NoticeView{
		notice(1, social.NotifyMention, false, &reply, layla()), notice(2, social.NotifyLike, false, &posts[6], aroha(), layla()),
		notice(3, social.NotifyFollow, true, nil, stranger), notice(4, social.NotifyFollowRequest, true, nil, stranger), notice(5, social.NotifyReport, true, nil, aroha()),
		many}, Waiting: map[NoticeFilter]int{NoticesAll: 14, NoticesPosts: 12}})
	pages["group"] = Group(GroupPage{Page: samplePage("Notices"), Notice: many, Older: "/notifications/like-6?before=2"})
	pages["bookmarks"] = Bookmarks(BookmarksPage{Page: samplePage("Bookmarks"), Posts: posts[1:3]})
	pages["shortcuts"] = Shortcuts(ShortcutsPage{Page: samplePage("Keyboard shortcuts"), On: true})
	pages["messages"] = Messages(MessagesPage{Page: samplePage("Messages"), Conversations: []ConversationView{
		{People: []ActorView{aroha()}, Last: posts[1], Href: "/messages/1", Unread: 2}, {People: []ActorView{layla(), aroha()}, Last: posts[6], Href: "/messages/2"}}})
	pages["conversation"] = Conversation(ConversationPage{Page: samplePage("Messages"), People: []ActorView{aroha()}, Posts: []PostView{posts[1], posts[6], posts[5]}, Unread: 1, Text: "@aroha@moana.example "})
	pages["person"] = Person(PersonPage{Page: samplePage("Aroha"), Person: aroha(), Posts: posts[1:2], Known: 212})
	pages["stranger"] = Person(PersonPage{Page: samplePage("Layla"), Person: stranger, Looking: true})
	pages["requests"] = Requests(RequestsPage{Page: samplePage("Follow requests"), Locked: true, People: []ActorView{stranger, aroha()}})
	pages["circle"] = Circle(CirclePage{Page: samplePage("Followers"), Tab: CircleFollowers, People: []ActorView{aroha(), stranger}, Total: 947})
	pages["search"] = Search(SearchPage{Page: samplePage("Search"), Query: "olives", People: []ActorView{stranger}, Posts: posts[1:2]})
	pages["around"] = Search(SearchPage{Page: samplePage("Search"), Around: AroundView{Tags: []string{"wool", "peat"}, Links: []AroundLink{{URL: "https://weave.example/loom", Name: "A loom", Host: "weave.example", People: 3}}, Posts: posts[1:2], People: []ActorView{stranger}, By: []int{4}}})
	pages["directory"] = Directory(DirectoryPage{Page: samplePage("People"), People: []ActorView{aroha(), stranger}, Older: DirectoryPath(false, 20)})
	pages["nobody-known"] = Directory(DirectoryPage{Page: samplePage("People"), Newest: true})
	pages["report"] = ReportForm(ReportPage{Page: samplePage("Report"), Person: aroha(), Posts: posts[1:3]})
	pages["reports"] = Reports(ReportsPage{Page: samplePage("Reports"), Reports: []ReportView{{ID: 1, From: aroha(), Target: stranger, Comment: "Rude about goats.", Posts: posts[2:3], CreatedAt: sampleNow.AddDate(0, 0, -2)}}})
	saved := samplePage("Profile")
	saved.Notice = "Saved. Your followers’ servers will show it within the hour."
	pages["settings"] = ProfileForm(ProfileFormPage{Page: saved, HasAvatar: true, Profile: social.Profile{Name: "Mairi Okafor", Bio: "I weave cloth.", Hue: "moss", Fields: []social.ProfileField{{Name: "Home page", Value: "https://okafor.example"}}}, Verified: map[string]bool{"https://okafor.example": true}})
	pages["apps"] = Apps(AppsPage{Page: samplePage("Apps"), Keys: []AppView{{ID: 1, Name: "Tusk & Quill", Website: "https://quill.example", Scopes: "Read, write.", Since: sampleNow.AddDate(0, -2, 0), Used: sampleNow}, {ID: 2, Name: "Loom log", Scopes: "Write.", Since: sampleNow}}})
	pages["consent"] = Consent(ConsentPage{Page: samplePage("Let an app in"), App: "Tusk & Quill", Website: "quill.example", Back: "quill:", Scopes: []ScopeView{{"read", "Read", "Your timelines."}, {"push", "Notify you", "Through its own service."}}, Hidden: []HiddenField{{Name: "client_id", Value: "x"}}})
	pages["code"] = Code(CodePage{Page: samplePage("Code"), App: "toot", Code: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"})
	preferences := samplePage("Preferences")
	preferences.Preferences = social.Preferences{Still: true, TwelveHours: true}
	pages["preferences"] = Preferences(PreferencesPage{Page: preferences, Machine: "UTC", Chosen: social.Preferences{Still: true, TwelveHours: true, Visibility: social.Unlisted, Language: "mi", TimeZone: "Pacific/Auckland"}})
	lists := []social.List{{ID: 1, Title: "Weavers", Replies: social.RepliesToList}, {ID: 2, Title: "Family", Exclusive: true, Replies: social.RepliesNone}}
	pages["lists"] = Lists(ListsPage{Page: samplePage("Lists"), Lists: lists})
	pages["no-lists"] = Lists(ListsPage{Page: samplePage("Lists")})
	pages["list"] = ListTimeline(ListPage{Page: samplePage("Weavers"), List: lists[0], All: lists, Posts: posts[:2], Older: "/lists/1?before=1"})
	pages["list-edit"] = ListEdit(ListEditPage{Page: samplePage("Change a list"), List: lists[1], Members: []ActorView{stranger}})
	pages["held-replies"] = HeldReplies(HeldRepliesPage{Page: samplePage("Replies that wait"), Posts: posts[1:3]})
	pages["no-held-replies"] = HeldReplies(HeldRepliesPage{Page: samplePage("Replies that wait")})
	pages["held"] = Held(HeldPage{Page: samplePage("Held back"), Held: []HeldView{{Person: stranger, Count: 3, Last: sampleNow.Add(-time.Hour), Post: &posts[1]}, {Person: stranger, Count: 1, Last: sampleNow}}, Policy: social.NoticePolicy{NewActors: social.NoticeHold}})
	pages["none-held"] = Held(HeldPage{Page: samplePage("Held back")})
	filters := []social.Filter{
		{ID: 1, Title: "Football", Contexts: []social.FilterContext{social.FilterHome}, Action: social.FilterHide, Keywords: []social.FilterKeyword{{ID: 2, Word: "final", Whole: true}, {ID: 3, Word: "goal"}}, ExpiresAt: sampleNow.AddDate(0, 0, 7)},
		{ID: 4, Title: "Spiders", Contexts: social.FilterContexts(), Action: social.FilterBlur, Posts: []social.FilterPost{{ID: 5, PostID: 2}}},
	}
	pages["filters"] = Filters(FiltersPage{Page: samplePage("Filters"), Filters: filters, Post: &posts[1]})
	pages["no-filters"] = Filters(FiltersPage{Page: samplePage("Filters")})
	pages["filter"] = FilterEdit(FilterPage{Page: samplePage("Change a filter"), Filter: filters[0], Posts: posts[1:2]})
	pages["emoji"] = Emojis(EmojisPage{Page: samplePage("Emoji"), Name: "woad", Emojis: []OwnEmojiView{{ID: 1, Name: "blob_hanks", Category: "Cloth", Src: "/static/avatar.svg"}, {ID: 2, Name: "loch", Src: "/static/avatar.svg"}}})
	pages["no-emoji"] = Emojis(EmojisPage{Page: samplePage("Emoji")})
	pages["account"] = Account(AccountPage{Page: samplePage("Account"), Waiting: 31, Sessions: []SessionView{{ID: "a", Where: "Firefox on Linux", Here: true, SignedIn: sampleNow, LastSeen: sampleNow}, {ID: "b", Where: "Safari on iPhone", From: "203.0.113.7", SignedIn: sampleNow, LastSeen: sampleNow}}, MoreSessions: 3,
		Hosts: []HostView{{Host: "hill.example", Tried: sampleNow.AddDate(0, 0, -3), Waiting: 31}, {Host: "dale.example", Tried: sampleNow, RestingSince: sampleNow.AddDate(0, 0, -9)}}, Parked: []JobView{{ID: "9", What: "Deliver a post", Host: "old.example", Reason: "The server says that it does not know our key.", Attempts: 3, ParkedAt: sampleNow}}})
	pages["moderation"] = Moderation(ModerationPage{Page: samplePage("Blocked and muted"), Blocked: []ActorView{stranger}, Hosts: []BlockedHost{{Host: "spam.example", Since: sampleNow}}})
	pages["history"] = History(HistoryPage{Page: samplePage("Earlier wordings"), Current: posts[6], Wordings: []WordingView{{Revision: social.Revision{Content: "<p>First frost.</p>", At: sampleNow.AddDate(0, 0, -1), Language: "en"},
		Changes: []ChangeView{{Text: "First"}, {Text: "frost.", Went: true}, {Text: "frost on the dye beds.", Came: true}}}}})
	pages["authorize"] = Authorize(AuthorizePage{Page: samplePage("Follow"), Person: &stranger})
	pages["confirm"] = Confirm(ConfirmPage{Page: samplePage("Delete"), Heading: "Delete this post?", Text: "It is taken down here, and other servers are asked to do the same.", Action: "/posts/6/delete", Button: "Delete it", Post: &posts[6]})
	wall := PhotosPage{Page: visitorPage("Photos by Mairi Okafor"), Rooms: ProfileRooms{"/@mairi", "/@mairi?with=replies", "/@mairi/photos", "/@mairi/links", "/@mairi/about"}, Older: "/@mairi/photos?before=1"}
	for i, month := range []string{"2026-11", "2026-10"} {
		m := PhotoMonth{Month: month, Words: []string{"November 2026", "October 2026"}[i]}
		for j := range 7 {
			shape := [][2]int{{1600, 560}, {900, 1200}, {1000, 1000}}[j%3]
			m.Photos = append(m.Photos, PhotoView{MediaView: MediaView{Kind: social.MediaImage, Src: "/static/header.svg", Alt: "A loch at first light.", Width: shape[0], Height: shape[1]},
				Href: "/@mairi/1", Veiled: j == 4, Warning: "A dead bird on the sand"})
		}
		wall.Months = append(wall.Months, m)
	}
	pages["photos"] = Photos(wall)
	pages["about"] = About(AboutPage{Page: visitorPage("About Mairi Okafor"), Rooms: wall.Rooms, Words: "<p>I am a hand weaver on South Uist.</p><h2>Imprint</h2><p>Mairi Okafor, Cille Pheadair</p>", RSS: "/@mairi.rss", Atom: "/@mairi.atom"})
	shared := LinksPage{Page: visitorPage("Links shared by Mairi Okafor"), Rooms: wall.Rooms, Older: "/@mairi/links?before=1", RSS: "/@mairi.rss", Atom: "/@mairi.atom", Days: []LinkDay{
		{Date: "2026-11-19", Words: "Thursday 19 November 2026", Posts: []LinkPost{{posts[0], []LinkView{{"https://essays.example/x", "A small thing, kept"}, {"https://loom.example/a/very/long/way/that/nobody/would/ever/write/by/hand/in/the/evening/of/a/day", ""}}}}},
		{Date: "2026-11-16", Words: "Monday 16 November 2026", Posts: []LinkPost{{posts[1], []LinkView{{"https://zaytun.example/x", "الصابون النابلسي: دليل مصوّر"}}}}}}}
	pages["links"] = Links(shared)
	pages["no-links"] = Links(LinksPage{Page: visitorPage("Links shared by Mairi Okafor"), Rooms: wall.Rooms})
	pages["no-photos"] = Photos(PhotosPage{Page: visitorPage("Photos by Mairi Okafor"), Rooms: wall.Rooms})
	pages["tag"] = Tag(TagPage{Page: visitorPage("#woad"), Tag: "woad", Posts: posts[:1]})
	pages["people"] = People(PeoplePage{Page: visitorPage("Followers"), Heading: "Followers", Total: 2, People: []ActorView{aroha(), stranger}})
}
