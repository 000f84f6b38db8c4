package interop

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
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

// lived is a home as somebody has it who has lived there for a while, on
// loopback: what speed and manners are measured on.
type lived struct {
	*house
	longest, shown *social.Post // a post of many words, and one of two photos
}

func openLived(t *testing.T) *lived {
	t.Helper()
	me, _ := onLoopback(t)
	l := &lived{house: me}
	hash, err := server.HashPassword(browserPassword)
	l.do(err)
	l.do(l.Store.Sessions().SetPassword(t.Context(), hash))
	ctx := t.Context()
	avatar, err := l.Timeline.SaveAvatar(ctx, bytes.NewReader(photo(640, 800, 1)))
	l.do(err)
	header, err := l.Timeline.SaveHeader(ctx, bytes.NewReader(photo(1600, 560, 2)))
	l.do(err)
	avatar.Alt, header.Alt = "Mairi in a blue coat", "A loch at first light"
	l.do(l.Timeline.SetProfile(ctx, social.Profile{
		Name: "Mairi Okafor", Bio: "I weave cloth and write small programs, in that order. You are in my house; *come in*.",
		Discoverable: true, Indexable: true, ShowCircle: true, Hue: "moss",
		Fields: []social.ProfileField{{Name: "Home page", Value: "https://okafor.example"}, {Name: "Place", Value: "South Uist"}},
	}, timeline.Pictures{Avatar: &avatar, Header: &header}))
	words := prose(t)
	for i := range 20 {
		d := social.Draft{Text: words(1470 + 600*(i%2)), Language: "en"} // whole, and cut
		if i%5 == 4 {
			d.Attachments = []social.ID{l.photo("A loch, a boat and nobody in it", i), l.photo("The same loch an hour later", i+100)}
		}
		if i == 18 {
			d.Text = words(8000)
		}
		switch p := l.publish(d); i {
		case 18:
			l.longest = p
		case 19:
			l.shown = p
		}
	}
	l.others(words)
	return l
}

// others follow, are followed, answer and write.
func (l *lived) others(words func(int) string) {
	l.t.Helper()
	ctx := l.t.Context()
	me := l.actor(l.Site.Actor())
	var friends []*social.Actor
	for _, name := range []string{"kofi", "aroha", "layla"} {
		a := storetest.Actor(name, "far.test")
		a.Name, a.FetchedAt = strings.ToUpper(name[:1])+name[1:], time.Now()
		friends = append(friends, storetest.PutActor(l.t, l.Store, a))
	}
	storetest.Update(l.t, l.Store, func(tx *store.Tx) error {
		for _, a := range friends {
			for _, edge := range [][2]*social.Actor{{me, a}, {a, me}} {
				f := social.Follow{URI: edge[0].URI + "#follows-" + edge[1].Handle.Name, FollowerID: edge[0].ID, FollowedID: edge[1].ID, State: social.FollowAccepted, CreatedAt: tx.Now}
				if _, err := tx.PutFollow(ctx, f); err != nil {
					return err
				}
			}
			n := social.Notification{Kind: social.NotifyLike, ActorID: a.ID, PostID: l.shown.ID, CreatedAt: tx.Now}
			if _, err := tx.PutNotification(ctx, n); err != nil {
				return err
			}
		}
		return nil
	})
	for i := range 15 {
		p := storetest.Post(friends[i%3], fmt.Sprint("p", i), time.Now().Add(-time.Duration(i)*time.Millisecond))
		p.Content = markup.Sanitize("<p>" + words(600) + "</p>")
		if i%5 == 0 {
			p.InReplyTo, p.InReplyToID = l.longest.URI, l.longest.ID
		}
		storetest.PutPost(l.t, l.Store, p)
	}
}

func (l *lived) photo(alt string, seed int) social.ID {
	l.t.Helper()
	kept, err := l.Timeline.Attach(l.t.Context(), bytes.NewReader(photo(1200+100*(seed%4), 900, seed)), timeline.Details{Alt: alt})
	l.do(err)
	return kept.ID
}

// photo is a picture with the soft shapes and the grain of a photograph.
func photo(width, height, seed int) []byte {
	r := rand.New(rand.NewPCG(uint64(seed), 1))
	canvas := image.NewRGBA(image.Rect(0, 0, width, height))
	a, b := 30+r.Float64()*90, 30+r.Float64()*90
	for y := range height {
		for x := range width {
			wave := math.Sin(float64(x)/a)*math.Cos(float64(y)/b)*60 + r.Float64()*12
			canvas.SetRGBA(x, y, color.RGBA{uint8(120 + wave), uint8(130 + wave/2), uint8(100 + 100*y/height), 255})
		}
	}
	var file bytes.Buffer
	_ = jpeg.Encode(&file, canvas, nil) // a buffer takes everything
	return file.Bytes()
}

// prose gives one piece after another of what people have written, which packs
// like what people write: the house's own papers.
func prose(t *testing.T) func(length int) string {
	t.Helper()
	paths, err := filepath.Glob("../docs/*.md")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no docs: %v", err)
	}
	more, _ := filepath.Glob("../docs/decisions/*.md")
	var all strings.Builder
	for _, path := range append(paths, more...) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(strings.Join(strings.Fields(strings.NewReplacer("|", "", "#", "", "`", "", "*", "", "_", "", "@", "").Replace(string(text))), " ") + " ")
	}
	words := []rune(all.String())
	at := 0
	return func(length int) string {
		if at+length > len(words) {
			at = 0
		}
		piece := string(words[at : at+length])
		at += length
		return piece
	}
}

// signedIn is the cookie of a new sign-in, as a request carries it.
func (l *lived) signedIn(handle string) string {
	l.t.Helper()
	jar, err := cookiejar.New(nil)
	l.do(err)
	client := http.Client{Jar: jar}
	form := url.Values{"handle": {handle}, "password": {browserPassword}}
	req, err := http.NewRequestWithContext(l.t.Context(), http.MethodPost, l.Site.Origin+"/login", strings.NewReader(form.Encode()))
	l.do(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", l.Site.Origin)
	answer, err := client.Do(req)
	l.do(err)
	defer answer.Body.Close()
	at, err := url.Parse(l.Site.Origin)
	l.do(err)
	var pairs []string
	for _, c := range jar.Cookies(at) {
		pairs = append(pairs, c.Name+"="+c.Value)
	}
	if len(pairs) == 0 || answer.StatusCode != http.StatusOK {
		l.t.Fatalf("signing in answers %d", answer.StatusCode)
	}
	return strings.Join(pairs, "; ")
}
