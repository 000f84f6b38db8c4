package interop

import (
	"bytes"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"croft/home"
	"croft/markup"
	"croft/scenery"
	"croft/server"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
	"croft/timeline"
)

// village is a home among friends as somebody has it who has lived there for a
// while, at one moment that never passes.
type village struct {
	*house
	end    time.Time    // the moment of the pictures
	clock  atomic.Int64 // how long before it is now, in seconds
	looks  atomic.Int64
	people map[string]*social.Actor
	posts  map[string]*social.Post
	talk   *social.Post // the letters end with it
	draft  social.ID
}

// now moves by a hair with each look, since numbers are made of the time.
func (v *village) now() time.Time {
	return v.end.Add(time.Duration(v.looks.Add(1))*time.Millisecond - time.Duration(v.clock.Load())*time.Second)
}

// openVillage furnishes the home of Mairi Okafor.
func openVillage(t *testing.T, n *internet) *village {
	t.Helper()
	v := &village{end: time.Date(2026, time.May, 14, 17, 20, 0, 0, time.UTC), people: map[string]*social.Actor{}, posts: map[string]*social.Post{}}
	theirs := theirServers()
	for _, who := range villagers() {
		n.serve(who.host, theirs)
	}
	v.house = settle(t, "https://okafor.example", "mairi", home.Options{RootCAs: n.roots, Resolver: n, Connect: n.connect, Now: v.now})
	n.serve("okafor.example", v)
	hash, err := server.HashPassword(browserPassword)
	v.do(err)
	v.do(v.Store.Sessions().SetPassword(t.Context(), hash))
	v.describe()
	v.meet()
	v.write()
	v.hear()
	v.confide()
	v.happen()
	v.do(v.Timeline.ReadUpTo(t.Context(), social.MarkerHome, v.posts["seen"].ID))
	v.clock.Store(0)
	return v
}

func (v *village) describe() {
	v.t.Helper()
	ctx, hex, me := v.t.Context(), scenery.Hex, v.actor(v.Site.Actor())
	me.CreatedAt = v.end.AddDate(-7, -2, 0)
	storetest.PutActor(v.t, v.Store, me)
	face := scenery.Face{Wall: hex(0xcdd8cf), Skin: hex(0x7a4b35), Hair: hex(0xb5502f), Coat: hex(0x3a5f77), Trim: hex(0xe0b64c), Style: scenery.Bun}
	avatar, err := v.Timeline.SaveAvatar(ctx, bytes.NewReader(scenery.JPEG(face.Scene(), 500, 500)))
	v.do(err)
	header, err := v.Timeline.SaveHeader(ctx, bytes.NewReader(scenery.JPEG(scenery.Loch(4), 1280, 416)))
	v.do(err)
	avatar.Alt, header.Alt = "Mairi in a blue coat", "A white house by a loch"
	v.do(v.Timeline.SetProfile(ctx, social.Profile{
		Name: "Mairi Okafor", Discoverable: true, Indexable: true, ShowCircle: true, Hue: "moss",
		Bio:    "I weave cloth and write small programs, in that order. Dye garden, two looms, one slow dog. You are in my house; come in.",
		Fields: []social.ProfileField{{Name: "Place", Value: "South Uist, Outer Hebrides"}, {Name: "Speaks", Value: "English, Gàidhlig, some Igbo"}, {Name: "Cloth", Value: "By order, in autumn"}},
	}, timeline.Pictures{Avatar: &avatar, Header: &header}))
	v.do(v.Timeline.SetPreferences(ctx, social.Preferences{TimeZone: "Europe/London"}))
}

// ago sets the clock back.
func (v *village) ago(days, hours, minutes int) {
	v.clock.Store(int64(days*86400 + hours*3600 + minutes*60))
}

// own publishes a post of the owner's under a name, with photographs.
func (v *village) own(name string, d social.Draft, photos ...string) {
	v.t.Helper()
	for i := 0; i < len(photos); i += 2 {
		kept, err := v.Timeline.Attach(v.t.Context(), bytes.NewReader(scenery.JPEG(photographs()[photos[i]], 900, 600)), timeline.Details{Alt: photos[i+1]})
		v.do(err)
		d.Attachments = append(d.Attachments, kept.ID)
	}
	if d.Language == "" {
		d.Language = "en"
	}
	v.posts[name] = v.publish(d)
}

func (v *village) write() {
	v.t.Helper()
	v.ago(41, 3, 0)
	v.own("night", social.Draft{Text: "Clear and still. The dog and I stayed out too long."}, "moon", "A full moon over snow")
	v.ago(30, 1, 10)
	v.own("walk", social.Draft{Text: "Over the hill to Lochboisdale and home along the strand. #walking"}, "fell", "Hills in mist", "strand", "Ripples in the sand", "dyke", "A dry stone wall")
	v.ago(19, 6, 0)
	v.own("blue", social.Draft{Text: "Three weeks of trying to get a **true blue** out of woad grown north of 57 degrees. What I know now that I did not know in October:\n\n" +
		"## The leaf is not the problem\n\n- First-year leaves only, cut before the frost.\n- Soda ash to `pH 9`, no higher.\n- Nobody may hurry the vat.\n\n> A vat is a guest. You keep it warm and you do not shout.\n\n#naturaldye #woad"})
	v.do(v.Timeline.Pin(v.t.Context(), v.posts["blue"].ID))
	v.ago(8, 2, 0)
	v.own("cloth", social.Draft{Text: "Off the loom at last: *Machair in June*, for Priya. And the tweed that nobody ordered."}, "check", "A check of blue, green and russet", "tweed", "A grey-green tweed with a line of gold")
	v.ago(3, 1, 30)
	v.own("loch", social.Draft{Text: "Latha math às an taigh agam. First light, and the kettle on."}, "loch", "A white house by a loch at first light")
	v.ago(2, 20, 0)
	v.own("vat", social.Draft{Text: "[The vat calendar: a year of indigo in Tokushima](https://ai-zome.example/calendar)\n\nRead this twice on the ferry. #naturaldye #japan"})
	v.ago(2, 4, 0)
	v.own("talk", social.Draft{Text: "[Strip cloth, and other distributed systems](https://adinkra.example/talk). Kofi’s talk, with the slides as cloth. #talks"})
	v.ago(2, 3, 40)
	v.own("ferry", social.Draft{Text: "https://calmac.example/timetable/winter"})
	v.ago(1, 5, 0)
	v.own("tools", social.Draft{Text: "The program that reads my warping drafts is eleven years old today and 340 lines long. I have removed more from it than I have added. #smallsoftware"})
	v.ago(0, 3, 20)
	v.own("hanks", social.Draft{Text: "Six hanks on the rail this morning: woad, weld, madder, both together, straw, and one lichen that I shall not find again. #naturaldye"}, "hanks", "Six hanks of dyed wool on a rail")
	for i, text := range []string{"Notes for the June workshop: bring a jar, an apron, and something that was white once.", "A list of every sheep on this island that I know by name:",
		"Warp is on. **Four hundred and twelve ends**, and not one of them crossed.\n\n- blue for the loch\n- straw for the strand\n\n#handweaving"} {
		v.ago(0, 30-14*i, 25)
		id, err := v.Timeline.SaveDraft(v.t.Context(), social.Draft{Text: text, Visibility: social.Public, Language: "en"})
		v.do(err)
		v.draft = id
	}
}

// say puts a post of a neighbour's.
func (v *village) say(who string, minutes int, words string, change func(p *social.Post)) *social.Post {
	v.t.Helper()
	p := storetest.Post(v.people[who], fmt.Sprint(minutes), v.end.Add(-time.Duration(minutes)*time.Minute))
	p.Content, p.FetchedAt = markup.Sanitize("<p>"+strings.ReplaceAll(words, "\n\n", "</p><p>")+"</p>"), p.PublishedAt
	for _, n := range villagers() {
		if n.name == who {
			p.Language = n.language
		}
	}
	if change != nil {
		change(p)
	}
	v.clock.Store(int64(minutes * 60))
	return storetest.PutPost(v.t, v.Store, p)
}

func photosBy(host string, photos ...string) func(p *social.Post) {
	return func(p *social.Post) {
		for i := 0; i < len(photos); i += 2 {
			p.Attachments = append(p.Attachments, social.Attachment{Kind: social.MediaImage, MediaType: "image/jpeg", Width: 720, Height: 480,
				RemoteURL: "https://" + host + "/pictures/" + photos[i] + ".jpg", Alt: photos[i+1]})
		}
	}
}

func answers(p *social.Post) func(*social.Post) {
	return func(a *social.Post) { a.InReplyTo, a.InReplyToID = p.URI, p.ID }
}

// hear has the neighbours write, the oldest first.
func (v *village) hear() {
	v.t.Helper()
	v.say("priya", 1610, "I keep one photograph a year. Not the best one: the one that I would recognise by touch. This is what sorting them taught me, and why the hard disk is now empty.", func(p *social.Post) {
		p.Kind, p.Title, p.URL = social.Article, "On keeping a photograph", "https://raman.example/keeping"
	})
	v.posts["workshop"] = v.say("growers", 400, "What shall the workshop in June be about?", func(p *social.Post) {
		p.Kind, p.LikeCount, p.BoostCount = social.Question, 3, 9
		p.Poll = &social.Poll{VoterCount: 212, EndsAt: v.end.Add(29 * time.Hour), Options: []social.PollOption{{Text: "Woad, from leaf to vat", Votes: 121}, {Text: "Lichens, and leaving them be", Votes: 53}, {Text: "Mordants without tears", Votes: 38}}}
	})
	v.say("yuki", 221, "藍の葉を刈りました。今年は雨が多かったけれど、色はよさそうです。二番刈りまで、あとひと月。", nil)
	v.posts["thread"] = v.say("kofi", 181, "And which of them will you part with? I have a hull that wants that straw.", answers(v.posts["hanks"]))
	v.say("layla", 173, "الأزرق من نصيبي، أرجوكِ. سأرسل صابونًا بدلًا منه.", answers(v.posts["hanks"]))
	v.ago(0, 2, 50)
	v.own("reply", social.Draft{Text: "The straw is yours, Kofi. It was on its way to being yellow and lost heart.", InReplyToID: v.posts["thread"].ID})
	v.say("kofi", 166, "So was the hull.", answers(v.posts["reply"]))
	v.say("kofi", 122, "He mends the boat, and it is she who sails it.", func(p *social.Post) { p.Warning = "How The Lighthouse Year ends" })
	shell := v.say("priya", 95, "A snail took four minutes to cross my window. I have all of it.", photosBy("raman.example", "shell", "A snail's shell on a leaf, from above"))
	shell.LikeCount, shell.BoostCount = 40, 12
	storetest.PutPost(v.t, v.Store, shell)
	storetest.Update(v.t, v.Store, func(tx *store.Tx) error {
		_, err := tx.PutBoost(v.t.Context(), social.Boost{URI: v.people["kofi"].URI + "#boost", BoosterID: v.people["kofi"].ID, PostID: shell.ID, CreatedAt: v.end.Add(-70 * time.Minute)})
		return err
	})
	v.posts["seen"] = shell
	v.posts["bread"] = v.say("tomasz", 44, "Żytnio-pszenny, trzydzieści godzin. Skórka śpiewa, kiedy stygnie.", photosBy("piekarnia.example", "loaf", "Bochenek chleba na desce"))
	v.say("layla", 17, "تفتّح الياسمين على الشرفة هذا الصباح وامتلأ البيت برائحته. أترك النافذة مفتوحة للجيران أيضًا.", nil)
	v.posts["tide"] = v.say("aroha", 6, "Low tide, no wind, the whole harbour holding its breath. Four from this morning.",
		photosBy("moana.example", "dusk", "The sun low over a calm sea, and a sail", "stones", "A dry stone wall, close by", "sand", "Ripples that the ebb left", "ridges", "Wooded hills, one behind the other"))
	v.do(v.Timeline.Like(v.t.Context(), v.posts["tide"].ID))
	v.do(v.Timeline.Bookmark(v.t.Context(), v.posts["workshop"].ID))
	v.do(v.Timeline.Bookmark(v.t.Context(), v.posts["bread"].ID))
}

// confide exchanges letters.
func (v *village) confide() {
	v.t.Helper()
	letter := func(p *social.Post) {
		p.Visibility, p.To, p.Cc = social.Direct, []string{v.Site.Actor()}, nil
		p.Mentions = []social.Mention{{URI: v.Site.Actor(), Handle: v.Site.Handle().String()}}
	}
	v.say("kofi", 3000, "Could I come by on Friday with the trailer? The straw, and the two chairs.", letter)
	first := v.say("priya", 1500, "The cloth has come. I have not cut it; I keep walking past the table to look at it.", letter)
	v.ago(1, 0, 10)
	reply, err := v.Timeline.ReplyDraft(v.t.Context(), first.ID)
	v.do(err)
	reply.Text += "Cut it. It was made to be cut. The next one is already on the loom."
	v.own("letter", reply)
	v.talk = v.say("priya", 80, "On Sunday, then, with the radio on and nobody watching. Thank you, Mairi.", func(p *social.Post) {
		letter(p)
		answers(v.posts["letter"])(p)
	})
}

// happen tells the owner what happened.
func (v *village) happen() {
	v.t.Helper()
	ctx := v.t.Context()
	for _, n := range []struct {
		kind    social.NotificationKind
		post    string
		minutes int
		who     []string
		read    bool
	}{
		{social.NotifyFollow, "", 2900, []string{"growers"}, true},
		{social.NotifyBoost, "blue", 1900, []string{"growers", "yuki"}, true},
		{social.NotifyLike, "cloth", 1400, []string{"priya", "tomasz", "aroha", "kofi"}, true},
		{social.NotifyMention, "thread", 181, []string{"kofi"}, false},
		{social.NotifyFollowRequest, "", 130, []string{"ingrid"}, false},
		{social.NotifyBoost, "hanks", 90, []string{"growers"}, false},
		{social.NotifyLike, "hanks", 30, []string{"yuki", "layla", "aroha", "priya", "tomasz"}, false},
	} {
		for i, who := range n.who {
			v.clock.Store(int64((n.minutes - i) * 60))
			storetest.Update(v.t, v.Store, func(tx *store.Tx) error {
				told := social.Notification{Kind: n.kind, ActorID: v.people[who].ID, CreatedAt: tx.Now, Read: n.read}
				if p := v.posts[n.post]; p != nil {
					told.PostID = p.ID
					if err := v.react(tx, n.kind, told); err != nil {
						return err
					}
				}
				_, err := tx.PutNotification(ctx, told)
				return err
			})
		}
	}
}

func (v *village) react(tx *store.Tx, kind social.NotificationKind, n social.Notification) (err error) {
	uri := fmt.Sprintf("https://far.example/%s/%d/%d", kind, n.ActorID, n.PostID)
	switch kind {
	case social.NotifyLike:
		_, err = tx.PutLike(v.t.Context(), social.Like{URI: uri, ActorID: n.ActorID, PostID: n.PostID, CreatedAt: n.CreatedAt})
	case social.NotifyBoost:
		_, err = tx.PutBoost(v.t.Context(), social.Boost{URI: uri, BoosterID: n.ActorID, PostID: n.PostID, CreatedAt: n.CreatedAt})
	}
	return err
}
