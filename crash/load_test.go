package crash

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"croft/bench/rig"
)

// load plays other servers and the owner, and keeps the journal.
type load struct {
	home  *rig.Home
	peers []*rig.Peer

	mu       sync.Mutex
	serial   int
	answered map[string]string // activity id -> kind, answered 2xx
	sent     int
	posts    map[string]bool              // text -> answered
	got      []map[string]bool            // by peer: contents of posts received
	bytes    map[string][sha256.Size]byte // of every activity received
	changed  []string
}

func newLoad(t *testing.T, home *rig.Home) *load {
	l := &load{home: home, answered: map[string]string{}, posts: map[string]bool{}, bytes: map[string][sha256.Size]byte{}}
	for n := range followers {
		p, err := rig.NewPeer(n)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.Close)
		l.got = append(l.got, map[string]bool{})
		p.Got = func(body []byte) { l.receive(n, body) }
		l.peers = append(l.peers, p)
	}
	return l
}

func (l *load) receive(peer int, body []byte) {
	var act struct{ ID string }
	_ = json.Unmarshal(body, &act)
	l.mu.Lock()
	defer l.mu.Unlock()
	sum := sha256.Sum256(body)
	if before, ok := l.bytes[act.ID]; ok && before != sum {
		l.changed = append(l.changed, act.ID)
	}
	l.bytes[act.ID] = sum
	l.got[peer][act.ID] = true
}

// befriend has one actor of each peer follow the owner, and waits for it.
func (l *load) befriend(t *testing.T) {
	for n, p := range l.peers {
		if !l.deliver(t.Context(), n, "ann", p.Act("Follow", "ann", fmt.Sprint("first", n), l.home.Actor())) {
			t.Fatal("a follow was refused")
		}
	}
	time.Sleep(2 * time.Second)
}

// deliver sends an activity and journals the answer.
func (l *load) deliver(ctx context.Context, peer int, name string, d rig.Document) bool {
	req, err := l.peers[peer].Request(ctx, name, l.home.Inbox(), d)
	if err != nil {
		return false
	}
	ok := rig.Do(req)/100 == 2
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent++
	if ok {
		l.answered[d["id"].(string)] = d["type"].(string)
	}
	return ok
}

// play sends a mixture until it is told to stop. Each worker is one peer's.
func (l *load) play(ctx context.Context, worker int, stop chan struct{}) {
	n := worker % len(l.peers)
	p := l.peers[n]
	for {
		select {
		case <-stop:
			return
		default:
		}
		l.mu.Lock()
		l.serial++
		i := l.serial
		l.mu.Unlock()
		id := fmt.Sprint(i)
		var d rig.Document
		name := "ann"
		switch {
		case i%10 < 7:
			d = p.Create("ann", id, l.home.Actor())
		case i%10 < 9:
			name = "fan" + id
			d = p.Act("Follow", name, id, l.home.Actor())
		default:
			l.takeBack(ctx, n, "ben"+id, id)
			continue
		}
		if l.deliver(ctx, n, name, d) && i%9 == 0 {
			l.deliver(ctx, n, name, d) // an exact duplicate
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// takeBack follows and takes that back.
func (l *load) takeBack(ctx context.Context, n int, name, id string) {
	follow := l.peers[n].Act("Follow", name, id, l.home.Actor())
	if l.deliver(ctx, n, name, follow) {
		l.deliver(ctx, n, name, l.peers[n].Act("Undo", name, id+"u", follow))
	}
}

// publish posts by the web form, five a second.
func (l *load) publish(ctx context.Context, stop chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case <-time.After(200 * time.Millisecond):
		}
		l.mu.Lock()
		l.serial++
		text := fmt.Sprintf("published number %d.", l.serial)
		l.mu.Unlock()
		err := l.home.Publish(ctx, text)
		l.mu.Lock()
		l.posts[text] = err == nil
		l.mu.Unlock()
	}
}

func (l *load) summary() string {
	posts := 0
	for _, ok := range l.posts {
		if ok {
			posts++
		}
	}
	return fmt.Sprintf("%d activities sent, %d of them answered %d; %d posts answered", l.sent, len(l.answered), http.StatusAccepted, posts)
}
