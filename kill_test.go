package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the home's file is read beside the program

	"croft/bench/rig"
)

// TestKilledBetweenSeenAndDone is FLT-09: the program is killed while it keeps
// what it has seen, the job that this makes, or the job's effect. The sender
// tries again, and the effect is there, once. A trigger makes the statement in
// question last for ever, so that the kill falls exactly there.
func TestKilledBetweenSeenAndDone(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills the program")
	}
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	home, err := rig.NewHome(t.Context(), binary, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	peer, err := rig.NewPeer(9)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(peer.Close)
	k := killed{t: t, home: home, peer: peer}
	t.Cleanup(func() {
		if k.running {
			home.Kill()
		}
	})
	k.start()
	if got := <-k.send("0"); got/100 != 2 {
		t.Fatalf("the first post: %d", got)
	}
	k.await("0")
	k.stop()
	for n, test := range []struct {
		name, moment string
		answered     bool // before it is killed: seen and job are on disk then
	}{
		{"as it is seen", "after insert on seen", false},
		{"as its job is put", "after insert on jobs when new.kind = 'receive'", false},
		{"before its post is kept", "before insert on posts", true},
		{"after its post is kept", "after insert on posts", true},
		{"after the owner is told", "after insert on notifications", true},
		{"as its job is done", "before delete on jobs when old.kind = 'receive'", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			k.t = t
			id := fmt.Sprint(n + 1)
			before := k.count(`select count(*) from seen`)
			k.exec("create trigger stall " + test.moment + ` begin
				select count(*) from (with recursive c(n) as (select 1 union all select n + 1 from c) select n from c); end`)
			k.start()
			answer := k.send(id)
			select {
			case got := <-answer:
				if !test.answered || got/100 != 2 {
					t.Fatalf("answered %d", got)
				}
				time.Sleep(700 * time.Millisecond) // its work has begun
			case <-time.After(1500 * time.Millisecond):
				if test.answered {
					t.Fatal("not answered")
				}
			}
			home.Kill()
			k.running = false
			seen := k.count(`select count(*) from seen`) - before
			if seen == 1 != test.answered || k.posts(id) != 0 {
				t.Fatalf("killed at another moment: seen %d, posts %d", seen, k.posts(id))
			}
			k.exec("drop trigger stall")
			k.exec("update lanes set due_at = 0") // what a kill interrupted waits for a minute
			k.start()
			if got := <-k.send(id); got/100 != 2 {
				t.Errorf("sent again: %d", got)
			}
			k.await(id)
			if got := <-k.send(id); got/100 != 2 {
				t.Errorf("sent a third time: %d", got)
			}
			time.Sleep(300 * time.Millisecond)
			k.stop()
			posts, told := k.posts(id), k.count(`
				select count(*) from notifications n join posts p on p.id = n.post_id where p.uri like ?`, "%/"+id)
			left := k.count(`select count(*) from jobs where kind = 'receive'`)
			if posts != 1 || told != 1 || left != 0 {
				t.Errorf("%d posts, %d notifications, %d jobs left; want 1, 1, 0", posts, told, left)
			}
		})
	}
}

// TestKilledAfterDelivery is DEL-02: the program is killed when another server
// has taken a post and before it is noted. Started again, it sends the same
// bytes once more.
func TestKilledAfterDelivery(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills the program")
	}
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	home, err := rig.NewHome(t.Context(), binary, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	peer, err := rig.NewPeer(8)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(peer.Close)
	posts := make(chan string, 10)
	peer.Got = func(body []byte) {
		if strings.Contains(string(body), `"Create"`) {
			posts <- string(body)
		}
	}
	k := killed{t: t, home: home, peer: peer}
	t.Cleanup(func() {
		if k.running {
			home.Kill()
		}
	})
	k.start()
	if err := home.SignIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	req, err := peer.Request(t.Context(), "ann", home.Inbox(), peer.Act("Follow", "ann", "f", home.Actor()))
	if err != nil {
		t.Fatal(err)
	}
	if got := rig.Do(req); got/100 != 2 {
		t.Fatalf("follow: %d", got)
	}
	for range 100 {
		if k.count(`select count(*) from follows where state = 'accepted'`) == 1 && k.count(`select count(*) from jobs where kind = 'deliver'`) == 0 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	k.stop()
	k.exec(`create trigger stall before delete on jobs when old.kind = 'deliver' begin
		select count(*) from (with recursive c(n) as (select 1 union all select n + 1 from c) select n from c); end`)
	k.start()
	if err := home.Publish(t.Context(), "once is not enough"); err != nil {
		t.Fatal(err)
	}
	receive := func() string {
		t.Helper()
		select {
		case body := <-posts:
			return body
		case <-time.After(15 * time.Second):
			t.Fatal("the post did not come")
			return ""
		}
	}
	first := receive()
	time.Sleep(300 * time.Millisecond) // its answer has been read
	home.Kill()
	k.running = false
	if n := k.count(`select count(*) from jobs where kind = 'deliver'`); n != 1 {
		t.Fatalf("killed at another moment: %d deliveries left", n)
	}
	k.exec("drop trigger stall")
	k.exec("update lanes set due_at = 0")
	k.start()
	if second := receive(); second != first {
		t.Errorf("sent\n%s\nand then\n%s", first, second)
	}
	time.Sleep(500 * time.Millisecond)
	k.stop()
	if n := k.count(`select count(*) from jobs where kind = 'deliver'`); n != 0 || len(posts) != 0 {
		t.Errorf("%d deliveries left, %d more came", n, len(posts))
	}
}

// killed is a home, a sender, and what the test knows of both.
type killed struct {
	t    *testing.T
	home *rig.Home
	peer *rig.Peer

	running bool
}

func (k *killed) start() {
	k.t.Helper()
	if _, err := k.home.Start(k.t.Context()); err != nil {
		k.t.Fatal(err)
	}
	k.running = true
}

func (k *killed) stop() {
	k.t.Helper()
	k.running = false
	if _, err := k.home.Stop(); err != nil {
		k.t.Fatal(err)
	}
}

// send delivers a post to the owner, and says how it was answered.
func (k *killed) send(id string) <-chan int {
	k.t.Helper()
	req, err := k.peer.Request(context.Background(), "ann", k.home.Inbox(), k.peer.Create("ann", id, k.home.Actor()))
	if err != nil {
		k.t.Fatal(err)
	}
	answer := make(chan int, 1)
	go func() { answer <- rig.Do(req) }()
	return answer
}

// await waits until a post is there.
func (k *killed) await(id string) {
	k.t.Helper()
	for range 100 {
		if k.posts(id) > 0 {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	k.t.Fatalf("post %s never came", id)
}

func (k *killed) posts(id string) int {
	k.t.Helper()
	return k.count(`select count(*) from posts where local = 0 and uri like ?`, "%/"+id)
}

func (k *killed) count(query string, args ...any) (n int) {
	k.t.Helper()
	db := k.open()
	defer db.Close()
	if err := db.QueryRowContext(k.t.Context(), query, args...).Scan(&n); err != nil {
		k.t.Fatal(err)
	}
	return n
}

// exec changes the database of the stopped home.
func (k *killed) exec(statement string) {
	k.t.Helper()
	db := k.open()
	defer db.Close()
	if _, err := db.ExecContext(k.t.Context(), statement); err != nil {
		k.t.Fatal(err)
	}
}

func (k *killed) open() *sql.DB {
	k.t.Helper()
	db, err := sql.Open("sqlite", "file:"+k.home.Database()+"?_pragma=busy_timeout(5000)")
	if err != nil {
		k.t.Fatal(err)
	}
	return db
}
