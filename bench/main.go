// Command bench measures the built program over HTTP, as other servers and
// visitors meet it, and prints each figure beside its goal. Other servers run
// in this process, on the same machine: their work takes time from the home.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"croft/bench/rig"
)

// bench is one run.
type bench struct {
	ctx  context.Context
	home *rig.Home
	peer []*rig.Peer
	got  atomic.Int64 // deliveries that reached any peer
	scale
}

// scale is how much of each thing is done.
type scale struct{ creates, inboxes, dead, strangers, gets, posts, publishes int }

func main() {
	var s scale
	flag.IntVar(&s.creates, "creates", 5000, "signed Creates for the inbox")
	flag.IntVar(&s.inboxes, "inboxes", 500, "followers, each on a server of its own")
	flag.IntVar(&s.dead, "dead", 50, "of those, how many are dead in the run with dead ones")
	flag.IntVar(&s.strangers, "strangers", 500, "unknown actors who follow")
	flag.IntVar(&s.gets, "gets", 5000, "requests for each page")
	flag.IntVar(&s.posts, "posts", 100_000, "posts in the home of which the owner's pages are read")
	flag.IntVar(&s.publishes, "publishes", 10_000, "posts that an app publishes")
	only := flag.String("only", "", "only this: reader (what the owner and their apps read) or listeners")
	flag.Parse()
	if err := run(s, *only); err != nil {
		log.Fatal(err)
	}
}

func run(s scale, only string) error {
	dir, err := os.MkdirTemp("", "croft-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{ctx: context.Background(), scale: s}
	binary, err := rig.Build(b.ctx, ".", dir, "")
	if err != nil {
		return err
	}
	if b.home, err = rig.NewHome(b.ctx, binary, dir); err != nil {
		return err
	}
	fmt.Printf("%-42s %-44s %-12s %s\n", "measure", "measured", "CPU per op", "goal")
	info, err := os.Stat(binary)
	if err != nil {
		return err
	}
	row("binary", fmt.Sprintf("%.1f MB", float64(info.Size())/1e6), "", "≤ 40 MB")
	switch only {
	case "reader":
		return b.reader()
	case "listeners":
		return b.listeners()
	}
	if _, err = b.home.Start(b.ctx); err != nil {
		return err
	}
	defer func() { b.home.Kill() }()
	for _, step := range []func() error{b.signIn, b.pages, b.strange, b.inbox, b.fanOut, b.rest, b.ed25519, b.reader, b.listeners} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func row(name, measured, cpu, goal string) {
	fmt.Printf("%-42s %-44s %-12s %s\n", name, measured, cpu, goal)
}

func (b *bench) signIn() error {
	now, _ := b.home.Memory()
	row("memory, idle", fmt.Sprintf("%.0f MiB", float64(now)/1024), "", "≤ 35 MiB")
	if err := b.home.SignIn(b.ctx); err != nil {
		return err
	}
	return b.meet(max(b.inboxes, 100))
}

// meet starts other servers, which say that they implement what is named.
func (b *bench) meet(n int, implements ...string) error {
	for i := range n {
		p, err := rig.NewPeer(i)
		if err != nil {
			return err
		}
		p.Got, p.Says = func([]byte) { b.got.Add(1) }, implements
		b.peer = append(b.peer, p)
	}
	return nil
}

// spread calls fn for every number below n on so many connections, and returns how
// long that took, the 99th percentile, the processor's time per call, and how
// many calls failed.
func (b *bench) spread(connections, n int, fn func(i int) bool) outcome {
	took := make([]time.Duration, n)
	var failed, next atomic.Int64
	cpu, began := b.home.CPU(), time.Now()
	var wait sync.WaitGroup
	for range connections {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				start := time.Now()
				if !fn(i) {
					failed.Add(1)
				}
				took[i] = time.Since(start)
			}
		})
	}
	wait.Wait()
	return outcome{n, time.Since(began), b.home.CPU() - cpu, took, int(failed.Load())}
}
