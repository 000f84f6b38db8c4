package crash

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"net"
	"net/http"
	"regexp"
	"sync"
	"time"

	"croft/bench/rig"
)

// mood is how the inboxes of a server answer.
type mood int

const (
	well     mood = iota
	failing       // 500
	hanging       // never
	refusing      // no connection at all
)

// neighbour is another server, which may be unwell, and what it knows of the
// home: only by what was delivered to it.
type neighbour struct {
	*rig.Peer
	journal *journal
	address string
	badMood mood // from when it follows the owner

	mu       sync.Mutex
	mood     mood
	healed   chan struct{}
	server   *http.Server
	since    time.Time         // from when it surely follows
	copies   map[string]string // post of the owner's -> its last word, or deleted
	accepted map[string]bool   // follows that the home agreed to
	reacted  map[string]string // likes and boosts of the owner's -> their post
	undone   map[string]bool
}

func newNeighbour(ctx context.Context, j *journal, n int, bad mood) (*neighbour, error) {
	p, err := rig.NewPeer(n)
	if err != nil {
		return nil, err
	}
	host, _, _ := net.SplitHostPort(p.Host)
	b := &neighbour{
		Peer: p, journal: j, address: net.JoinHostPort(host, "0"), badMood: bad, healed: make(chan struct{}),
		copies: map[string]string{}, accepted: map[string]bool{}, reacted: map[string]string{}, undone: map[string]bool{},
	}
	p.Got = b.receive
	return b, b.listen(ctx)
}

// listen stands in front of the peer, under an address that it can take again.
func (b *neighbour) listen(ctx context.Context) error {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", b.address)
	if err != nil {
		return err
	}
	b.address = l.Addr().String()
	b.Host = b.address
	b.server = &http.Server{Handler: b, ReadHeaderTimeout: time.Minute}
	go func(s *http.Server) { _ = s.Serve(l) }(b.server)
	return nil
}

func (b *neighbour) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	mood := b.mood
	b.mu.Unlock()
	switch {
	case r.Method != http.MethodPost || mood == well:
		b.Peer.ServeHTTP(w, r)
	case mood == hanging:
		select {
		case <-r.Context().Done():
		case <-b.healed:
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	default:
		w.WriteHeader(http.StatusInternalServerError)
	}
}

// sour begins the bad time of a server that is to have one.
func (b *neighbour) sour() {
	if b.mood = b.badMood; b.mood == refusing {
		go b.server.Close()
	}
}

// heal ends it.
func (b *neighbour) heal(ctx context.Context) error {
	b.mu.Lock()
	before := b.mood
	b.badMood, b.mood = well, well
	b.mu.Unlock()
	switch before {
	case hanging:
		close(b.healed)
	case refusing:
		return b.listen(ctx)
	}
	return nil
}

// follows reports whether the server surely followed the owner at a moment.
func (b *neighbour) follows(at time.Time) bool { return !b.since.IsZero() && b.since.Before(at) }

// isWell reports whether people of this server say anything just now.
func (b *neighbour) isWell() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.mood == well
}

var word = regexp.MustCompile(`w\d+v\d+`)

// receive reads a delivery as a follower's server would.
func (b *neighbour) receive(body []byte) {
	var act struct {
		ID, Type string
		Object   json.RawMessage
	}
	_ = json.Unmarshal(body, &act)
	var object struct{ ID, Content string }
	if json.Unmarshal(act.Object, &object) != nil {
		_ = json.Unmarshal(act.Object, &object.ID)
	}
	b.journal.compare(act.ID, body)
	b.mu.Lock()
	defer b.mu.Unlock()
	switch act.Type {
	case "Create", "Update":
		b.copies[object.ID] = word.FindString(object.Content)
	case "Delete":
		b.copies[object.ID] = deleted
	case "Like", "Announce":
		b.reacted[act.ID] = object.ID
	case "Undo":
		b.undone[object.ID] = true
	case "Accept":
		b.accepted[object.ID] = true
		if b.since.IsZero() {
			b.since = time.Now()
			b.sour()
		}
	}
}

// compare holds an activity of the home against how it was told elsewhere.
func (j *journal) compare(id string, body []byte) {
	sum := sha256.Sum256(body)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.arrived++
	if before, ok := j.bytes[id]; ok && before != sum {
		j.changed = append(j.changed, id)
	}
	j.bytes[id] = sum
}
