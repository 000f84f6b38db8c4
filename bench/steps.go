package main

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // counts are read beside the program

	"croft/bench/rig"
	"croft/federation/activity"
)

// pages asks for what visitors and servers read.
func (b *bench) pages() error {
	for i := range 25 {
		if err := b.home.Publish(b.ctx, fmt.Sprintf("Words number %d, with a #tag and https://example.com/ to look at.", i)); err != nil {
			return err
		}
	}
	uri, err := b.text(`select uri from posts where local = 1 limit 1`)
	if err != nil {
		return err
	}
	const html, as = "text/html", "application/activity+json"
	finger := b.home.Origin + "/.well-known/webfinger?resource=acct:owner@" + strings.TrimPrefix(b.home.Origin, "http://")
	anew := func(address string) func(int) string {
		return func(i int) string { return fmt.Sprintf("%s?%d", address, i) }
	}
	same := func(address string) func(int) string { return func(int) string { return address } }
	for _, p := range []struct {
		name, accept, goal string
		address            func(i int) string
	}{
		{"profile page", html, "≥ 5,000/s, ≤ 0.35 ms", same(b.home.Actor())},
		{"profile page, made anew each time", html, "", anew(b.home.Actor())},
		{"post page", html, "≥ 8,000/s, ≤ 0.2 ms", same(uri)},
		{"post page, made anew each time", html, "", anew(uri)},
		{"actor document", as, "≥ 20,000/s, ≤ 0.08 ms", same(b.home.Actor())},
		{"WebFinger", "application/jrd+json", "≥ 27,000/s, ≤ 0.045 ms", same(finger)},
	} {
		o := b.spread(16, b.gets, func(i int) bool {
			req, err := http.NewRequestWithContext(b.ctx, http.MethodGet, p.address(i), nil)
			if err != nil {
				return false
			}
			req.Header.Set("Accept", p.accept)
			return rig.Do(req) == http.StatusOK
		})
		row(p.name, o.String(), o.perCall(), p.goal)
	}
	return nil
}

// strange has unknown actors on 100 servers follow the owner.
func (b *bench) strange() error {
	o, err := b.follow(b.strangers, 100, "stranger")
	if err != nil {
		return err
	}
	asked := int64(0)
	for _, p := range b.peer {
		asked += p.Asked.Load()
	}
	row("follows of strangers, 100 hosts", fmt.Sprintf("%s, %.1f requests each", o, float64(asked)/float64(o.calls)), o.perCall(), "≥ 200/s, ≤ 3 requests each")
	return b.settle()
}

func (b *bench) follow(n, hosts int, name string) (outcome, error) {
	return b.post(n, func(i int) (*rig.Peer, string, rig.Document) {
		p, who := b.peer[i%hosts], fmt.Sprint(name, i)
		return p, who, p.Act("Follow", who, "follow", b.home.Actor())
	})
}

// post signs everything first and then sends it on 16 connections.
func (b *bench) post(n int, make func(i int) (*rig.Peer, string, rig.Document)) (outcome, error) {
	var requests []*http.Request
	for i := range n {
		p, who, d := make(i)
		req, err := p.Request(b.ctx, who, b.home.Inbox(), d)
		if err != nil {
			return outcome{}, err
		}
		requests = append(requests, req)
	}
	return b.spread(16, n, func(i int) bool { return rig.Do(requests[i])/100 == 2 }), nil
}

// inbox measures Creates of 50 actors whom the owner follows.
func (b *bench) inbox() error {
	for i := range 50 {
		id, err := b.text(fmt.Sprintf(`select id from actors where uri = '%s'`, b.peer[i].User(fmt.Sprint("stranger", i))))
		if err == nil {
			_, err = b.home.Form(b.ctx, "/people/"+id+"/follow", url.Values{})
		}
		if err != nil {
			return err
		}
	}
	if err := b.settle(); err != nil {
		return err
	}
	before, cpu := b.count(`posts`), b.home.CPU()
	size := b.size()
	o, err := b.post(b.creates, func(i int) (*rig.Peer, string, rig.Document) {
		p, who := b.peer[i%50], fmt.Sprint("stranger", i%50)
		return p, who, p.Create(who, fmt.Sprint(i), b.home.Actor())
	})
	if err != nil {
		return err
	}
	began := time.Now().Add(-o.all)
	row("inbox: accepted, on disk", o.String(), "", "≥ 4,000/s, p99 ≤ 30 ms")
	for b.count(`posts`)-before < b.creates && time.Since(began) < time.Minute {
		time.Sleep(5 * time.Millisecond)
	}
	stored := b.count(`posts`) - before
	row("inbox: in the timeline", fmt.Sprintf("%.0f/s, %d of %d", float64(stored)/time.Since(began).Seconds(), stored, b.creates), perCall(b.home.CPU()-cpu, b.creates), "≥ 3,000/s, ≤ 0.45 ms")
	time.Sleep(time.Second)
	row("database per 1,000 received posts", fmt.Sprintf("%.2f MB", float64(b.size()-size)/1e3/float64(b.creates)), "", "≤ 1.0 MB")
	return nil
}

// size is that of the database file; the write-ahead log is not in it.
func (b *bench) size() int64 {
	info, err := os.Stat(b.home.Database())
	if err != nil {
		return 0
	}
	return info.Size()
}

// fanOut sends one post to followers on servers of their own.
func (b *bench) fanOut() error {
	if _, err := b.follow(b.inboxes, b.inboxes, "fan"); err != nil {
		return err
	}
	if err := b.settle(); err != nil {
		return err
	}
	if err := b.deliver("fan-out, separate inboxes", b.inboxes, "≤ 400 ms, ≤ 1.2 ms"); err != nil {
		return err
	}
	for _, p := range b.peer {
		p.Delay = 100 * time.Millisecond
	}
	if err := b.deliver("the same, answering after 100 ms", b.inboxes, "≤ 0.8 s"); err != nil {
		return err
	}
	for i, p := range b.peer[:b.inboxes] {
		p.Delay = 0
		switch n := i * b.dead / b.inboxes; { // spread evenly among the others
		case (i+1)*b.dead/b.inboxes == n:
		case n%2 == 0:
			p.Close() // refuses
		default:
			p.Delay = time.Hour // hangs
		}
	}
	return b.deliver(fmt.Sprintf("%d of them dead: the live ones", b.dead), b.inboxes-b.dead, "not slower by a tenth")
}

// ed25519 is the fan-out of another home, to servers that say that they read
// Ed25519.
func (b *bench) ed25519() error {
	dir := filepath.Join(b.home.Dir, "another")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	e := &bench{ctx: b.ctx, scale: b.scale}
	e.inboxes = min(e.inboxes, 500)
	var err error
	if e.home, err = rig.NewHome(b.ctx, b.home.Binary, dir); err != nil {
		return err
	}
	if _, err = e.home.Start(b.ctx); err != nil {
		return err
	}
	defer e.home.Kill()
	if err = e.home.SignIn(b.ctx); err != nil {
		return err
	}
	if err = e.meet(e.inboxes, activity.RFC9421, activity.RFC9421Ed25519); err != nil {
		return err
	}
	if _, err = e.follow(e.inboxes, e.inboxes, "fan"); err != nil {
		return err
	}
	if err = e.settle(); err != nil {
		return err
	}
	return e.deliver("fan-out to servers that read Ed25519", e.inboxes, "≤ 150 ms, ≤ 0.2 ms")
}

func (b *bench) deliver(name string, want int, goal string) error {
	b.got.Store(0)
	cpu, began := b.home.CPU(), time.Now()
	if err := b.home.Publish(b.ctx, name); err != nil {
		return err
	}
	for b.got.Load() < int64(want) && time.Since(began) < time.Minute {
		time.Sleep(time.Millisecond)
	}
	took := ms(time.Since(began))
	memory, _ := b.home.Memory()
	row(name, fmt.Sprintf("%.0f ms for %d of %d, at %d MiB", took, b.got.Load(), want, memory/1024), perCall(b.home.CPU()-cpu, want), goal)
	return nil
}

// rest stops the home and starts it again.
func (b *bench) rest() error {
	_, peak := b.home.Memory()
	row("memory, peak of all above", fmt.Sprintf("%.0f MiB", float64(peak)/1024), "", "≤ 120 MiB")
	took, err := b.home.Stop()
	if err != nil {
		return err
	}
	row("stop", fmt.Sprintf("%.0f ms", ms(took)), "", "≤ 2 s")
	if took, err = b.home.Start(b.ctx); err != nil {
		return err
	}
	row("start to first answer", fmt.Sprintf("%.0f ms", ms(took)), "", "≤ 100 ms")
	return nil
}

// settle waits until nothing is left to do now; a sweep is always due some day.
func (b *bench) settle() error {
	for began := time.Now(); time.Since(began) < time.Minute; time.Sleep(20 * time.Millisecond) {
		if b.count(`jobs where run_at = 0`) == 0 {
			return nil
		}
	}
	return fmt.Errorf("%d jobs are left after a minute", b.count(`jobs where run_at = 0`))
}

func (b *bench) count(table string) (n int) {
	text, err := b.text(`select count(*) from ` + table)
	if err != nil {
		return -1
	}
	_, _ = fmt.Sscan(text, &n)
	return n
}

func (b *bench) text(query string) (text string, err error) {
	db, err := sql.Open("sqlite", "file:"+b.home.Database()+"?mode=ro")
	if err != nil {
		return "", err
	}
	defer db.Close()
	err = db.QueryRowContext(b.ctx, query).Scan(&text)
	return text, err
}
