package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"croft/social"
)

// maxGroup bounds how many changes share a commit, and so how long the first of
// them waits for the last.
const maxGroup = 128

// writer owns the one connection that writes. Whoever finds nobody leading
// leads: it runs its own change and those that came meanwhile in one
// transaction, commits once, and hands the lead to the next in line.
type writer struct {
	now    func() time.Time
	wrote  chan struct{} // has something when the writer came to rest
	failed chan struct{} // closed when the disk failed

	mu      sync.Mutex
	rested  *sync.Cond // nobody leads
	waiting []*member
	leading bool
	closed  bool

	changes atomic.Uint64 // see Store.Changes
	ended   bell          // see Sessions.KeysEnded

	// The rest is the leader's alone.
	db     *sql.DB
	conn   *sql.Conn
	stmts  statements
	lastID social.ID
	broken error
}

// member is one call of Update.
type member struct {
	fn    func(*Tx) error
	call  chan bool // true: lead; false: your answer is there
	err   error
	panic string
	hooks []func()
	words []wordChange
}

var (
	errClosed  = fmt.Errorf("%w: the store is closed", social.ErrUnavailable)
	errAborted = errors.New("the goroutine of an update ended within it")
	errUndone  = errors.New("SQLite undid the whole transaction")
)

// Update runs fn in a transaction and returns once it is on disk, or with fn's
// error and nothing changed. Calls that come together share one commit; one of
// them failing undoes itself alone. fn may run twice, so it changes nothing but
// the database; it must not wait for the network or call Update. It runs to its
// end even when ctx is cancelled; a deadline in ctx, which fn hands to the
// methods of Tx, ends it between two statements. A panic in fn undoes its
// change and is raised again in the caller, with the stack in its text.
func (s *Store) Update(ctx context.Context, fn func(tx *Tx) error) error {
	if end, ok := ctx.Deadline(); ok && !time.Now().Before(end) {
		return fmt.Errorf("update: %w", context.DeadlineExceeded)
	}
	w := s.writer
	m := &member{fn: fn, call: make(chan bool, 1)}
	lead, err := w.enter(m)
	if err != nil {
		return fmt.Errorf("update: %w", err)
	}
	if lead || <-m.call {
		w.lead()
	}
	if m.panic != "" {
		panic(m.panic)
	}
	if m.err != nil {
		return m.err
	}
	for _, hook := range m.hooks {
		hook()
	}
	return nil
}

// enter takes a place in the line, and the lead if nobody has it.
func (w *writer) enter(m *member) (lead bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return false, errClosed
	}
	w.waiting = append(w.waiting, m)
	lead = !w.leading
	w.leading = true
	return lead, nil
}

// next takes the first in line.
func (w *writer) next() *member {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.waiting) == 0 {
		return nil
	}
	m := w.waiting[0]
	w.waiting = w.waiting[1:]
	return m
}

// lead commits one group, whose first is the caller itself, and hands on. If
// fn ends the goroutine (as a failing test does), the group is undone and
// answered, and the line moves on.
func (w *writer) lead() {
	var group []*member
	finished := false
	defer func() {
		if !finished {
			w.rollback()
			for _, m := range group {
				m.err = errAborted
			}
		}
		w.handOn(group)
	}()
	w.commitGroup(&group)
	finished = true
}

// handOn gives the lead to the next in line, so that its transaction runs
// while the members of this one go their ways.
func (w *writer) handOn(group []*member) {
	w.mu.Lock()
	if len(w.waiting) > 0 {
		w.waiting[0].call <- true
	} else {
		w.leading = false
		w.rested.Broadcast()
		select {
		case w.wrote <- struct{}{}:
		default:
		}
	}
	w.mu.Unlock()
	for _, m := range group {
		m.call <- false
	}
}

func (w *writer) commitGroup(group *[]*member) {
	err := w.begin()
	for len(*group) < maxGroup {
		m := w.next()
		if m == nil {
			break
		}
		*group = append(*group, m)
		if err != nil {
			m.err = err
			continue
		}
		if !w.join(m) {
			w.rollback()
			w.runAlone(*group)
			return
		}
	}
	if err != nil {
		return
	}
	if err := w.commit(*group...); err != nil {
		w.rollback()
		if len(*group) == 1 && (*group)[0].err == nil {
			(*group)[0].err = err
			return
		}
		w.runAlone(*group)
	}
}

// join runs a member in a savepoint of its own. It reports whether the
// transaction still stands.
func (w *writer) join(m *member) bool {
	if w.exec("savepoint member") != nil {
		return false
	}
	dead := w.run(m)
	if dead {
		return false
	}
	if m.err != nil || m.panic != "" {
		return w.exec("rollback to member") == nil && w.exec("release member") == nil
	}
	return w.exec("release member") == nil
}

// runAlone gives each of an undone group a transaction of its own. The one
// whose error undid a group of one need not fail again.
func (w *writer) runAlone(group []*member) {
	if len(group) == 1 && group[0].err != nil {
		return
	}
	for _, m := range group {
		if m.err = w.begin(); m.err != nil {
			continue
		}
		if w.run(m) && m.err == nil {
			m.err = errUndone
		}
		if m.err == nil && m.panic == "" {
			m.err = w.commit(m)
		}
		if m.err != nil || m.panic != "" {
			w.rollback()
		}
	}
}

// run calls the member's function. It reports whether the transaction may be
// gone.
func (w *writer) run(m *member) (dead bool) {
	tx := &Tx{Now: w.now(), w: w}
	tx.q = tx
	m.err, m.panic, m.hooks, m.words = nil, "", nil, nil
	defer func() {
		dead = tx.dead != nil
		if dead {
			w.inspect(tx.dead)
		}
		tx.dead = errOver
		if p := recover(); p != nil {
			m.panic = fmt.Sprintf("%v\n\n%s", p, debug.Stack())
		}
	}()
	m.err = m.fn(tx)
	m.hooks, m.words = tx.hooks, tx.words
	return dead
}

func (w *writer) begin() error {
	if w.broken != nil {
		return w.broken
	}
	return translate(w.exec("begin immediate"))
}

// commit ends the transaction of those members that stand.
func (w *writer) commit(members ...*member) (err error) {
	for _, m := range members {
		if m.err == nil && m.panic == "" && err == nil {
			err = w.writeWords(m.words)
		}
	}
	if err == nil {
		err = w.exec("commit")
	}
	if err == nil {
		w.changes.Add(1)
	}
	w.inspect(err)
	return translate(err)
}

// rollback ends the transaction if it is still open; SQLite may have done so.
func (w *writer) rollback() { _ = w.exec("rollback") }

// inspect closes the store for writing after the disk has failed: what a later
// flush reports of the lost pages is not to be believed.
func (w *writer) inspect(err error) {
	if code := errorCode(err); code != sqlite3.SQLITE_IOERR && code != sqlite3.SQLITE_CORRUPT {
		return
	}
	if w.broken == nil {
		w.broken = fmt.Errorf("%w: the disk failed: %w", social.ErrUnavailable, err)
		close(w.failed)
	}
}
