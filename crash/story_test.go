package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"croft/bench/rig"
)

// stories is what others do and how often, of 100.
var stories = []struct {
	weight int
	tell   func(*load, *visit)
}{
	{48, (*load).talk}, {5, (*load).edit}, {5, (*load).takeDown}, {12, (*load).answer}, {20, (*load).react}, {10, (*load).follow},
}

// visit is one story while it is told: by somebody of one server, who stops
// when something was not answered and they did not try again.
type visit struct {
	ctx  context.Context
	from *neighbour
	name string
	id   string
}

// tell tells a story drawn by lot.
func (l *load) tell(ctx context.Context, from *neighbour) {
	id := fmt.Sprint(l.next())
	v := &visit{ctx, from, "ann", id}
	lot := rand.IntN(100)
	for _, s := range stories {
		if lot -= s.weight; lot < 0 {
			s.tell(l, v)
			return
		}
	}
}

// say delivers one activity about a thing, again and again as servers do, until
// it is answered or the speaker loses heart. One in ten comes twice.
func (l *load) say(v *visit, key, becomes string, d rig.Document) bool {
	id, kind := d["id"].(string), d["type"].(string)
	for range 200 {
		req, err := v.from.Request(v.ctx, v.name, l.home.Inbox(), d)
		if err != nil {
			return false
		}
		status := rig.Do(req)
		if status/100 == 2 {
			l.promise(id, v.from.User(v.name))
			l.note(key, id, kind, becomes, true)
			if rand.IntN(10) == 0 {
				l.duplicate(v, d)
			}
			return true
		}
		l.note(key, id, kind, becomes, false)
		l.refuse(status)
		if rand.IntN(8) == 0 {
			return false
		}
		time.Sleep(20*time.Millisecond + rand.N(100*time.Millisecond))
	}
	return false
}

func (l *load) duplicate(v *visit, d rig.Document) {
	if req, err := v.from.Request(v.ctx, v.name, l.home.Inbox(), d); err == nil {
		rig.Do(req)
	}
}

// create begins a post that names the owner, and its thing.
func (l *load) create(v *visit, id, inReplyTo string) (key string, d rig.Document) {
	d = v.from.Create(v.name, id, l.home.Actor())
	note := d["object"].(rig.Document)
	note["content"] = "<p>Words " + version(id, 0) + " #evening</p>"
	note["tag"] = append(note["tag"].([]rig.Document), rig.Document{"type": "Hashtag", "name": "#Evening"})
	if inReplyTo != "" {
		note["inReplyTo"] = inReplyTo
	}
	if rand.IntN(10) == 0 { // a message
		d["to"], note["to"], note["cc"] = []string{l.home.Actor()}, []string{l.home.Actor()}, []string{}
	}
	if rand.IntN(10) == 0 {
		note["attachment"] = []rig.Document{{"type": "Image", "mediaType": "image/png", "url": v.from.User(v.name) + "/" + id + ".png"}}
	}
	key = note["id"].(string)
	l.begin(key, &thing{kind: "post", actor: v.from.User(v.name)})
	return key, d
}

// version is the word that tells a wording of a post from all others.
func version(id string, n int) string { return fmt.Sprintf("w%sv%d", id, n) }

func (l *load) talk(v *visit) {
	key, d := l.create(v, v.id, "")
	l.say(v, key, version(v.id, 0), d)
}

func (l *load) edit(v *visit) {
	key, d := l.create(v, v.id, "")
	if l.say(v, key, version(v.id, 0), d) {
		l.reword(v, key, d, 1+rand.IntN(3))
	}
}

func (l *load) reword(v *visit, key string, d rig.Document, times int) bool {
	for n := 1; n <= times; n++ {
		note := d["object"].(rig.Document)
		note["content"] = "<p>Other words " + version(v.id, n) + "</p>"
		note["updated"] = time.Now().UTC().Format("2006-01-02T15:04:05.000Z")
		note["tag"] = note["tag"].([]rig.Document)[:1]
		if !l.say(v, key, version(v.id, n), v.from.Act("Update", v.name, fmt.Sprint(v.id, "u", n), note)) {
			return false
		}
		time.Sleep(5 * time.Millisecond) // no two edits in one millisecond
	}
	return true
}

func (l *load) takeDown(v *visit) {
	key, d := l.create(v, v.id, "")
	if l.say(v, key, version(v.id, 0), d) && l.reword(v, key, d, rand.IntN(2)) {
		l.say(v, key, deleted, v.from.Act("Delete", v.name, v.id+"d", rig.Document{"id": key, "type": "Tombstone"}))
	}
}

// answer answers the owner, or somebody of the same server, where the answer may
// come before what it answers.
func (l *load) answer(v *visit) {
	if parent, ok := l.pick(); ok && rand.IntN(2) == 0 {
		key, d := l.create(v, v.id, l.uri(parent))
		l.say(v, key, version(v.id, 0), d)
		return
	}
	first, post := l.create(v, v.id, "")
	id := fmt.Sprint(l.next())
	second, reply := l.create(v, id, first)
	said := []func() bool{
		func() bool { return l.say(v, first, version(v.id, 0), post) },
		func() bool { return l.say(v, second, version(id, 0), reply) },
	}
	if rand.IntN(2) == 0 {
		slices.Reverse(said)
	}
	_ = said[0]() && said[1]()
}

// react likes or boosts a post of the owner's. A third thinks better of it, and
// some of these come back.
func (l *load) react(v *visit) {
	target, ok := l.pick()
	if !ok {
		return
	}
	v.name = "fan" + v.id
	kind, verb := "like", "Like"
	if rand.IntN(2) == 0 {
		kind, verb = "boost", "Announce"
	}
	l.mu.Lock()
	post := l.things[target]
	l.mu.Unlock()
	for _, id := range []string{v.id, v.id + "b"} {
		d := v.from.Act(verb, v.name, id, l.uri(target))
		key := d["id"].(string)
		l.begin(key, &thing{kind: kind, actor: v.from.User(v.name), target: post})
		if !l.say(v, key, there, d) || rand.IntN(3) > 0 || !l.undo(v, key, id, d) {
			return
		}
	}
}

func (l *load) undo(v *visit, key, id string, d rig.Document) bool {
	var object any = d
	if rand.IntN(2) == 0 {
		object = key
	}
	return l.say(v, key, absent, v.from.Act("Undo", v.name, id+"x", object))
}

func (l *load) follow(v *visit) {
	v.name = "fan" + v.id
	d := v.from.Act("Follow", v.name, v.id, l.home.Actor())
	key := d["id"].(string)
	l.begin(key, &thing{kind: "follow", actor: v.from.User(v.name)})
	if l.say(v, key, there, d) && rand.IntN(2) == 0 {
		l.undo(v, key, v.id, d)
	}
}

// arrive has a server follow the owner, so that every public word must reach it.
func (l *load) arrive(ctx context.Context, n *neighbour) {
	v := &visit{ctx, n, "ann", "first"}
	d := n.Act("Follow", "ann", "first", l.home.Actor())
	key := d["id"].(string)
	l.begin(key, &thing{kind: "follow", actor: n.User("ann")})
	for range 5 {
		if l.say(v, key, there, d) {
			return
		}
	}
}
