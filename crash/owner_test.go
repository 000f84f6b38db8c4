package crash

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// photo is a picture that no other is the same as.
func photo() []byte {
	m := image.NewRGBA(image.Rect(0, 0, 900, 300))
	shade := color.RGBA{uint8(rand.IntN(256)), uint8(rand.IntN(256)), uint8(rand.IntN(256)), 255}
	for x := range 900 {
		for y := range 300 {
			m.Set(x, y, color.RGBA{shade.R, shade.G + uint8(y), shade.B + uint8(x), 255})
		}
	}
	var b bytes.Buffer
	_ = png.Encode(&b, m)
	return b.Bytes()
}

// publish publishes a post, one in five with a picture.
func (l *load) publish(ctx context.Context, visibility, inReplyTo string) {
	id := fmt.Sprint(l.next())
	text := version(id, 0)
	t := &thing{kind: "post", actor: l.home.Actor()}
	l.begin("text "+text, t)
	fields := map[string]string{"text": "Published " + text + " #morning", "visibility": visibility, "act": "post", "in_reply_to": inReplyTo}
	var picture []byte
	kind := "publish"
	if rand.IntN(5) == 0 {
		picture, t.photos, kind = photo(), 1, "photo"
		fields["alt_1"] = "a shade"
	}
	if inReplyTo != "" {
		kind = "reply"
	}
	to, err := l.owner.send(ctx, "/compose", fields, picture)
	l.note("text "+text, text, kind, text, err == nil)
	if err == nil {
		l.found("text "+text, strings.TrimPrefix(to, "/posts/"), visibility == "public")
	}
}

var mediaID = regexp.MustCompile(`name="media_id_1"[^>]*value="(\d+)"`)

// rewrite edits a post of the owner's. Of pictures every second one goes.
func (l *load) rewrite(ctx context.Context) {
	key, n, ok := l.pickOwn()
	if !ok {
		return
	}
	text := fmt.Sprintf("w%sv%d", key, n)
	fields := map[string]string{"text": "Edited " + text, "act": "post"}
	l.mu.Lock()
	photos := l.things[key].photos
	l.mu.Unlock()
	if photos > 0 {
		found := mediaID.FindStringSubmatch(l.owner.read(ctx, "/posts/"+key+"/edit"))
		if found == nil {
			return
		}
		fields["media_id_1"], fields["alt_1"] = found[1], "a shade"
		if rand.IntN(2) == 0 {
			fields["drop_1"], photos = "on", -1 // perhaps, from now on
		}
	}
	l.mu.Lock()
	l.things[key].photos = photos
	l.mu.Unlock()
	_, err := l.owner.send(ctx, "/posts/"+key+"/edit", fields, nil)
	l.note(key, text, "edit", text, err == nil)
}

// pickOwn is a post of the owner's that may be edited or deleted, and a number
// for its next wording.
func (l *load) pickOwn() (key string, n int, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.own) <= lasting {
		return "", 0, false
	}
	l.serial++
	return l.own[lasting+rand.IntN(len(l.own)-lasting)], l.serial, true
}

func (l *load) remove(ctx context.Context) {
	key, _, ok := l.pickOwn()
	if !ok {
		return
	}
	l.forget(key)
	_, err := l.owner.send(ctx, "/posts/"+key+"/delete", nil, nil)
	l.note(key, "delete "+key, "delete", deleted, err == nil)
}

var postPath = regexp.MustCompile(`"/posts/(\d+)[#"]`)

// respond looks at what came in, and likes, boosts or answers some of it. Some
// of that is taken back.
func (l *load) respond(ctx context.Context) {
	found := postPath.FindAllStringSubmatch(l.owner.read(ctx, "/notifications"), -1)
	if len(found) == 0 {
		return
	}
	id := found[rand.IntN(len(found))][1]
	kind := []string{"like", "boost", "answer"}[rand.IntN(3)]
	if kind == "answer" {
		l.publish(ctx, "unlisted", id)
		return
	}
	key := "own " + kind + " " + id
	l.mu.Lock()
	_, before := l.things[key]
	_, mine := l.things[id]
	l.mu.Unlock()
	if before || mine {
		return
	}
	l.begin(key, &thing{kind: "own " + kind, actor: id})
	_, err := l.owner.send(ctx, "/posts/"+id+"/"+kind, nil, nil)
	l.note(key, kind, kind, there, err == nil)
	if err == nil && rand.IntN(3) == 0 {
		_, err := l.owner.send(ctx, "/posts/"+id+"/un"+kind, nil, nil)
		l.note(key, "un"+kind, "un"+kind, absent, err == nil)
	}
}

// keepHouse is the owner's day, a few acts a second.
func (l *load) keepHouse(ctx context.Context, stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case <-time.After(100*time.Millisecond + rand.N(300*time.Millisecond)):
		}
		switch lot := rand.IntN(100); {
		case lot < 50:
			l.publish(ctx, []string{"public", "public", "unlisted", "followers"}[rand.IntN(4)], "")
		case lot < 68:
			l.rewrite(ctx)
		case lot < 76:
			l.remove(ctx)
		default:
			l.respond(ctx)
		}
	}
}

// pick is an open post of the owner's to react to: mostly one that stays.
func (l *load) pick() (key string, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.open) == 0 {
		return "", false
	}
	if rand.IntN(3) > 0 {
		return l.open[rand.IntN(min(lasting, len(l.open)))], true
	}
	return l.open[rand.IntN(len(l.open))], true
}

func (l *load) uri(key string) string {
	if _, err := strconv.Atoi(key); err != nil {
		panic("no number of a post: " + key)
	}
	return l.home.Actor() + "/" + key
}
