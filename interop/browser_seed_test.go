package interop

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"croft/markup"
	"croft/server"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
	"croft/timeline"
)

// furnished is a home full of what is hard to show, with the names that the
// pages' addresses need.
type furnished struct {
	*house
	people                                                 map[string]*social.Actor
	posts                                                  map[string]*social.Post // of the owner's
	first, deep, warned, arabic, remotePoll, note, quoting *social.Post
	report, draft, scheduled                               social.ID
	list                                                   social.List
	filter                                                 social.Filter
	waiting                                                []social.ID // replies
	minutes                                                int
}

const (
	arabicText   = "مرحبا بالعالم، هذا نصّ طويل بما يكفي ليملأ أكثر من سطر واحد على شاشة هاتف صغيرة، وفيه كلمة إنجليزية croft في الوسط."
	japaneseText = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。何でも薄暗いじめじめした所でニャーニャー泣いていた事だけは記憶している。"
)

// elsewhere is a server of others: it has pictures and takes what is sent.
func elsewhere() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /picture/{width}/{height}", func(w http.ResponseWriter, r *http.Request) {
		var width, height int
		_, _ = fmt.Sscan(r.PathValue("width"), &width)
		_, _ = fmt.Sscan(r.PathValue("height"), &height)
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(painted(width, height))
	})
	mux.HandleFunc("POST /", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) })
	return mux
}

func painted(width, height int) []byte {
	canvas := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.RGBA{40, 90, 120, 255}, color.RGBA{230, 200, 120, 255}})
	for i := range canvas.Pix {
		canvas.Pix[i] = uint8((i/canvas.Stride/40 + i%canvas.Stride/40) % 2)
	}
	var file bytes.Buffer
	_ = png.Encode(&file, canvas) // a buffer takes everything
	return file.Bytes()
}

// furnish fills a home: people and posts of others through the store, what the
// owner does through the timeline.
func furnish(t *testing.T, h *house) *furnished {
	t.Helper()
	f := &furnished{house: h, people: map[string]*social.Actor{}, posts: map[string]*social.Post{}}
	hash, err := server.HashPassword(browserPassword)
	h.do(err)
	h.do(h.Store.Sessions().SetPassword(t.Context(), hash))
	f.describeOwner()
	f.meetPeople()
	f.ownPosts()
	f.conversation() // before the others, so that it is not all that the first pages show
	f.othersPosts()
	f.filter, err = f.Timeline.SaveFilter(t.Context(), social.Filter{
		Title: strings.Repeat("Ｗ", 120), Contexts: []social.FilterContext{social.FilterHome, social.FilterAccount}, Action: social.FilterHide,
		Keywords: []social.FilterKeyword{{Word: strings.Repeat("w", 100)}}, Posts: []social.FilterPost{{PostID: f.arabic.ID}},
	})
	h.do(err)
	f.trouble()
	f.letAppIn()
	return f
}

func (f *furnished) describeOwner() {
	f.t.Helper()
	ctx := f.t.Context()
	avatar, err := f.Timeline.SaveAvatar(ctx, bytes.NewReader(painted(400, 400)))
	f.do(err)
	header, err := f.Timeline.SaveHeader(ctx, bytes.NewReader(painted(1600, 560)))
	f.do(err)
	avatar.Alt, header.Alt = "A chequered square", "A chequered wall"
	f.do(f.Timeline.SetProfile(ctx, social.Profile{
		Name: strings.Repeat("Ｗ", social.MaxName), Bio: "Wool, *weather* and walls.\n\n" + arabicText, Locked: true, Discoverable: true, Indexable: true, ShowCircle: true,
		About:  "## Now\n\nWalls. " + strings.Repeat("W", 300) + "\n\n" + arabicText + "\n\n## Imprint\n\n" + japaneseText,
		Fields: []social.ProfileField{{Name: "Home", Value: "https://far.test/" + strings.Repeat("w", 200)}, {Name: strings.Repeat("長", 100), Value: japaneseText}},
	}, timeline.Pictures{Avatar: &avatar, Header: &header}))
}

// meetPeople makes one person for each thing that may stand between two.
func (f *furnished) meetPeople() {
	f.t.Helper()
	names := map[string]string{
		"wide": strings.Repeat("Ｗ", 100), "layla": "ليلى العامرية", "neko": strings.Repeat("猫", 30), "blocked": "Blocked", "muted": "Muted",
		"asks": "Asks " + strings.Repeat("W", 90), "asks_too": "Asks, too", "fan": "A :wave: fan", "stranger": "Stranger", "gone": "Gone", "moved": "Moved",
	}
	for name, shown := range names {
		a := storetest.Actor(name, "far.test")
		if name == "wide" {
			a.Handle.Name = strings.Repeat("w", 60)
		}
		a.Name, a.Bio = shown, markup.Sanitize("<p>"+arabicText+"</p><p>"+strings.Repeat("long", 100)+"</p>")
		a.Avatar, a.Header = social.Image{RemoteURL: "https://far.test/picture/96/96"}, social.Image{RemoteURL: "https://far.test/picture/800/280"}
		a.Emojis = []social.Emoji{{Name: "wave", RemoteURL: "https://far.test/picture/40/40"}}
		a.Fields = []social.Field{{Name: strings.Repeat("Ｗ", 60), Value: markup.Sanitize(`<a href="https://far.test/">` + strings.Repeat("w", 200) + `</a>`), VerifiedAt: time.Now()}}
		a.FollowerCount, a.FollowingCount, a.PostCount, a.FetchedAt = 1234567, 12, 99999, time.Now()
		f.people[name] = storetest.PutActor(f.t, f.Store, a)
	}
	me := f.actor(f.Site.Actor())
	edge := func(from, to *social.Actor, state social.FollowState) {
		storetest.Update(f.t, f.Store, func(tx *store.Tx) error {
			_, err := tx.PutFollow(f.t.Context(), social.Follow{URI: from.URI + "#follows-" + to.Handle.Name, FollowerID: from.ID, FollowedID: to.ID, State: state, CreatedAt: tx.Now})
			return err
		})
	}
	edge(me, f.people["asks_too"], social.FollowPending)
	for _, name := range []string{"wide", "layla", "neko", "muted", "gone", "moved"} {
		edge(me, f.people[name], social.FollowAccepted)
	}
	edge(f.people["fan"], me, social.FollowAccepted)
	edge(f.people["wide"], me, social.FollowAccepted)
	edge(f.people["asks"], me, social.FollowPending)
	edge(f.people["asks_too"], me, social.FollowPending)
	ctx := f.t.Context()
	f.do(f.Timeline.Block(ctx, f.people["blocked"].ID))
	f.do(f.Timeline.Mute(ctx, f.people["muted"].ID, time.Time{}, false))
	f.do(f.Timeline.BlockHost(ctx, strings.Repeat("w", 60)+".blocked.test"))
	moved := f.people["moved"]
	moved.MovedTo = f.people["stranger"].URI
	storetest.PutActor(f.t, f.Store, moved)
	storetest.Update(f.t, f.Store, func(tx *store.Tx) error {
		if err := tx.SetCircle(ctx, f.people["layla"].ID, []string{f.people["stranger"].URI}); err != nil {
			return err
		}
		for _, name := range []string{"wide", "stranger"} {
			if err := tx.PutHeld(ctx, social.Notification{Kind: social.NotifyFollow, ActorID: f.people[name].ID, CreatedAt: tx.Now}); err != nil {
				return err
			}
		}
		return nil
	})
	storetest.Update(f.t, f.Store, func(tx *store.Tx) error { return tx.SetActorGone(ctx, f.people["gone"].ID) })

	f.list = f.makeList(strings.Repeat("Ｗ", social.MaxListTitle), "wide", "layla")
}

func (f *furnished) makeList(title string, members ...string) social.List {
	f.t.Helper()
	l, err := f.Timeline.SaveList(f.t.Context(), social.List{Title: title, Replies: social.RepliesToFollowed})
	f.do(err)
	for _, name := range members {
		f.do(f.Timeline.AddToList(f.t.Context(), l.ID, []social.ID{f.people[name].ID}))
	}
	return l
}

// write publishes a post of the owner's under a name.
func (f *furnished) write(name string, d social.Draft) *social.Post {
	f.t.Helper()
	f.posts[name] = f.publish(d)
	return f.posts[name]
}

func (f *furnished) ownPosts() {
	f.t.Helper()
	ctx := f.t.Context()
	f.write("deleted", social.Draft{Text: "Nobody will read this."})
	f.write("like me", social.Draft{Text: "Likes and boosts find this one. #wool"})
	f.write("long", social.Draft{Text: strings.Repeat("A line of twenty c. ", 999) + "#wool"})
	f.write("arabic", social.Draft{Text: arabicText + "\n\n# عنوان\n\n> " + japaneseText, Language: "ar"})
	f.write("unbroken", social.Draft{Text: strings.Repeat("W", 3000) + "\n\n    " + strings.Repeat("code ", 100) + "\n\n| a | b |\n|---|---|\n| " + strings.Repeat("cell", 100) + " | b |"})
	f.write("edited", social.Draft{Text: "First wording.", Warning: strings.Repeat("Ｗ", 200)})
	var tall []social.ID
	for i := range 4 {
		kept, err := f.Timeline.Attach(ctx, bytes.NewReader(painted(300, 2400)), timeline.Details{Alt: fmt.Sprintf("Tall picture %d. %s", i+1, arabicText)})
		f.do(err)
		tall = append(tall, kept.ID)
	}
	f.write("tall", social.Draft{Text: "Four tall pictures.", Attachments: tall})
	f.write("pinned", social.Draft{Text: "Pinned. " + japaneseText, Language: "ja"})
	f.write("unpinned", social.Draft{Text: "Not pinned. #" + strings.Repeat("long", 40)})
	f.write("redraft", social.Draft{Text: "To be written anew."})
	for _, text := range []string{strings.Repeat("W", 500), arabicText} {
		id, err := f.Timeline.SaveDraft(ctx, social.Draft{Text: text, Visibility: social.Public, InReplyToID: f.posts["long"].ID})
		f.do(err)
		f.draft = id
	}
	id, err := f.Timeline.Schedule(ctx, "", social.Draft{Text: arabicText + strings.Repeat("W", 500), Visibility: social.Public, PublishAt: time.Now().AddDate(1, 0, 0)})
	f.do(err)
	f.scheduled = id
	f.do(f.Timeline.Delete(ctx, f.posts["deleted"].ID))
	f.do(f.Timeline.Pin(ctx, f.posts["pinned"].ID))
	f.do(f.Timeline.Edit(ctx, f.posts["edited"].ID, social.Draft{Text: "Second wording. " + arabicText, Warning: "Words"}))
}

// arrive puts a post of somebody else's, a minute after the last.
func (f *furnished) arrive(who, words string, change func(p *social.Post)) *social.Post {
	f.t.Helper()
	f.minutes++
	p := storetest.Post(f.people[who], fmt.Sprint(f.minutes), time.Now().Add(time.Duration(f.minutes-600)*time.Minute))
	p.Content = markup.Sanitize("<p>" + words + "</p>")
	if change != nil {
		change(p)
	}
	return storetest.PutPost(f.t, f.Store, p)
}

func (f *furnished) othersPosts() {
	f.t.Helper()
	f.arabic = f.arrive("layla", arabicText, func(p *social.Post) { p.Language = "ar" })
	f.arrive("neko", japaneseText+strings.Repeat("猫", 500), func(p *social.Post) { p.Language = "ja" })
	f.arrive("wide", strings.Repeat("A line of twenty c. ", 1000), nil)
	f.arrive("wide", strings.Repeat("W", 2000)+"<pre><code>"+strings.Repeat("w", 500)+"</code></pre>", nil)
	f.arrive("wide", "Four tall ones", func(p *social.Post) {
		for i := range 4 {
			p.Attachments = append(p.Attachments, social.Attachment{Kind: social.MediaImage, RemoteURL: fmt.Sprintf("https://far.test/picture/30%d/2400", i),
				MediaType: "image/png", Width: 300 + i, Height: 2400})
		}
	})
	f.warned = f.arrive("layla", "Covered :wave:", func(p *social.Post) {
		p.Warning, p.Sensitive = strings.Repeat("Ｗ", 300), true
		p.Emojis = []social.Emoji{{Name: "wave", RemoteURL: "https://far.test/picture/40/40"}}
		p.Attachments = []social.Attachment{{Kind: social.MediaVideo, RemoteURL: "https://far.test/film.mp4", MediaType: "video/mp4", Alt: strings.Repeat("film", 100)}}
		p.EditedAt = time.Now()
	})
	f.remotePoll = f.arrive("neko", "Which?", func(p *social.Post) {
		p.Kind = social.Question
		p.Poll = &social.Poll{Options: []social.PollOption{{Text: strings.Repeat("Ｗ", 100), Votes: 3}, {Text: arabicText, Votes: 9}, {Text: "猫"}}, VoterCount: 12, EndsAt: time.Now().Add(time.Hour)}
	})
	f.arrive("wide", "", func(p *social.Post) {
		p.Kind, p.Title, p.Link = social.Page, strings.Repeat("Ｗ", 200), "https://far.test/"+strings.Repeat("w", 300)
	})
	boosted := f.arrive("stranger", "Passed on", nil)
	storetest.Update(f.t, f.Store, func(tx *store.Tx) error {
		_, err := tx.PutBoost(f.t.Context(), social.Boost{URI: f.people["neko"].URI + "#boost", BoosterID: f.people["neko"].ID, PostID: boosted.ID, CreatedAt: tx.Now})
		return err
	})
	said := f.write("quoted", social.Draft{Text: strings.Repeat("W", 600) + arabicText})
	f.quoting = f.arrive("layla", "Well said.", func(p *social.Post) { p.Quote = &social.Quote{URI: said.URI, State: social.QuoteAccepted} })
	storetest.Update(f.t, f.Store, func(tx *store.Tx) error {
		_, err := tx.PutQuoteStamp(f.t.Context(), store.QuoteStamp{PostID: said.ID, QuotingURI: f.quoting.URI, ActorID: f.people["layla"].ID})
		return err
	})
	f.write("quotes", social.Draft{Text: "I said so.", QuoteID: said.ID})
	guarded := f.write("guarded", social.Draft{Text: "Not for everybody to answer.", MayReply: social.MayReplyNobody})
	for _, who := range []string{"wide", "stranger"} {
		waiting := f.arrive(who, strings.Repeat("W", 300), func(p *social.Post) { p.InReplyTo, p.InReplyToID = guarded.URI, guarded.ID })
		f.waiting = append(f.waiting, waiting.ID)
	}
	f.note = f.arrive("stranger", "Nobody has reacted to this.", nil)
}

// conversation is a thread 200 deep, with an answer by each side of a quarrel,
// and a talk in confidence.
func (f *furnished) conversation() {
	f.t.Helper()
	f.first = f.arrive("layla", "Who goes down there?", nil)
	f.deep = f.first
	for i := range 200 {
		who := []string{"neko", "wide", "blocked", "muted"}[i%4]
		above := f.deep
		f.deep = f.arrive(who, fmt.Sprintf("Step %d.", i+1), func(p *social.Post) { p.InReplyTo, p.InReplyToID = above.URI, above.ID })
	}
	f.write("answer", social.Draft{Text: "I do.", InReplyToID: f.deep.ID})
	f.arrive("neko", "Between us, "+strings.Repeat("w", 400), func(p *social.Post) {
		p.Visibility, p.To, p.Cc = social.Direct, []string{f.Site.Actor()}, nil
		p.Mentions = []social.Mention{{URI: f.Site.Actor(), Handle: f.Site.Handle().String()}}
		f.posts["letter"] = p
	})
}

// trouble is what the owner has to deal with: notices of every kind, reports,
// work given up, servers that do not answer.
func (f *furnished) trouble() {
	f.t.Helper()
	ctx, mine := f.t.Context(), f.posts["like me"]
	kinds := map[social.NotificationKind]string{
		social.NotifyMention: "layla", social.NotifyLike: "wide", social.NotifyBoost: "neko", social.NotifyFollow: "fan", social.NotifyFollowRequest: "asks",
		social.NotifyEdit: "layla", social.NotifyQuotedEdit: "layla", social.NotifyPoll: "neko", social.NotifyMove: "moved", social.NotifyReport: "stranger",
	}
	for i := range 13 { // more than a line names, and than it unfolds
		f.people[fmt.Sprintf("liker%d", i)] = storetest.PutActor(f.t, f.Store, storetest.Actor(fmt.Sprintf("liker%d", i), "far.test"))
	}
	storetest.Update(f.t, f.Store, func(tx *store.Tx) error {
		for i := range 13 {
			n := social.Notification{Kind: social.NotifyLike, ActorID: f.people[fmt.Sprintf("liker%d", i)].ID, PostID: mine.ID, CreatedAt: tx.Now}
			if _, err := tx.PutNotification(ctx, n); err != nil {
				return err
			}
		}
		for kind, who := range kinds {
			n := social.Notification{Kind: kind, ActorID: f.people[who].ID, CreatedAt: tx.Now}
			switch kind {
			case social.NotifyMention, social.NotifyEdit, social.NotifyQuotedEdit:
				n.PostID = f.arabic.ID
			case social.NotifyPoll:
				n.PostID = f.remotePoll.ID
			case social.NotifyLike, social.NotifyBoost:
				n.PostID = mine.ID
			}
			if _, err := tx.PutNotification(ctx, n); err != nil {
				return err
			}
		}
		for i, target := range []social.ID{mine.AuthorID, f.people["wide"].ID} {
			id, err := tx.PutReport(ctx, social.Report{URI: fmt.Sprintf("https://far.test/flags/%d", i), ActorID: f.people["stranger"].ID, TargetID: target,
				Posts: []string{mine.URI, f.posts["long"].URI}, Comment: arabicText + strings.Repeat("W", 500), CreatedAt: tx.Now})
			if err != nil {
				return err
			}
			f.report = id
		}
		for range 2 {
			if err := tx.PutJob(ctx, store.Job{Kind: "deliver", Host: strings.Repeat("w", 60) + ".silent.test", Payload: []byte("{}"), RunAt: tx.Now.Add(time.Hour)}, true); err != nil {
				return err
			}
		}
		heads, err := tx.ListHeads(ctx, "deliver", strings.Repeat("w", 60)+".silent.test", 2)
		for _, head := range heads {
			if err == nil {
				err = tx.SetParked(ctx, head.ID, 12, "The server answered 500 Internal Server Error "+strings.Repeat("w", 200))
			}
		}
		return err
	})
	f.do(f.Timeline.Report(ctx, f.people["muted"].ID, nil, "Loud."))
	for _, p := range []*social.Post{f.arabic, f.warned, f.deep} {
		f.do(f.Timeline.Bookmark(ctx, p.ID))
	}
}
