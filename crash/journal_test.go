package crash

import (
	"crypto/sha256"
	"slices"
	"sync"
)

// What a thing may have come to, beside a word of a post.
const (
	absent  = ""
	there   = "there"
	deleted = "deleted"
)

// thing is something that somebody did: a post, a like, a boost, a follow. What
// was answered is a promise; what was not answered may have come in or not.
type thing struct {
	kind   string // post, like, boost, follow
	actor  string
	target *thing          // the post of the owner's that was liked or boosted
	can    map[string]bool // what it may be now
	acts   []string        // ids of all that was said of it
	edits  [2]int          // the fewest and the most edits it may have had
	photos int             // pictures of a post of the owner's
}

// is reports that a thing can be nothing else.
func (t *thing) is(state string) bool { return len(t.can) == 1 && t.can[state] }

// journal is what was said and what was answered, beside the home.
type journal struct {
	mu       sync.Mutex
	serial   int
	things   map[string]*thing // by URI; posts of the owner's by number, or text until that is known
	promised map[string]string // activity -> actor, answered 2xx
	answers  map[string]int    // kind of activity -> how many were answered 2xx
	refused  map[int]int       // other answers
	bytes    map[string][sha256.Size]byte
	changed  []string // activities of the home that changed their bytes
	own      []string // keys of the owner's posts that were answered and not deleted since
	open     []string // those of them that everybody may see
	arrived  int      // deliveries at all the other servers
}

func newJournal() *journal {
	return &journal{
		things: map[string]*thing{}, promised: map[string]string{}, answers: map[string]int{},
		refused: map[int]int{}, bytes: map[string][sha256.Size]byte{},
	}
}

// next is a number that was not given before.
func (j *journal) next() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.serial++
	return j.serial
}

func (j *journal) begin(key string, t *thing) {
	j.mu.Lock()
	defer j.mu.Unlock()
	t.can = map[string]bool{absent: true}
	j.things[key] = t
}

// note writes down one try: an answer makes sure what else is only possible.
// Edits that are tried again are one edit.
func (j *journal) note(key, id, kind, becomes string, answered bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	t := j.things[key]
	again := slices.Contains(t.acts, id)
	if !again {
		t.acts = append(t.acts, id)
	}
	isEdit := kind == "Update" || kind == "edit"
	if isEdit && !again {
		t.edits[1]++
	}
	if !answered {
		t.can[becomes] = true
		return
	}
	if isEdit {
		t.edits[0]++
	}
	t.can = map[string]bool{becomes: true}
	j.answers[kind]++
}

// found gives a post of the owner's the number that it turned out to have.
func (j *journal) found(before, key string, open bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.things[key] = j.things[before]
	delete(j.things, before)
	j.own = append(j.own, key)
	if open {
		j.open = append(j.open, key)
	}
}

// forget leaves a post of the owner's alone from now on.
func (j *journal) forget(key string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	same := func(k string) bool { return k == key }
	j.own, j.open = slices.DeleteFunc(j.own, same), slices.DeleteFunc(j.open, same)
}

func (j *journal) promise(id, actor string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.promised[id] = actor
}

func (j *journal) refuse(status int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.refused[status]++
}
