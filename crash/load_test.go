package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"croft/bench/rig"
)

const (
	lasting  = 5  // posts of the owner's that are never touched again
	speakers = 10 // stories that are told at one time
	fresh    = 2  // servers that come after each start
)

// load is other servers, their people, the owner, and the journal of it all.
type load struct {
	*journal
	home  *rig.Home
	owner browser

	all     []*neighbour // guarded by journal.mu
	stop    chan struct{}
	running sync.WaitGroup
}

// startLoad starts everybody. The first posts stay, for others to react to.
func startLoad(ctx context.Context, home *rig.Home) (*load, error) {
	l := &load{journal: newJournal(), home: home, stop: make(chan struct{})}
	if err := l.signIn(ctx); err != nil {
		return nil, err
	}
	for range lasting {
		l.publish(ctx, "public", "")
	}
	if err := l.grow(ctx); err != nil {
		return nil, err
	}
	for range speakers {
		l.running.Go(func() { l.speak(ctx) })
	}
	l.running.Go(func() { l.keepHouse(ctx, l.stop) })
	return l, nil
}

// grow lets new servers come: those that were interrupted wait, as they would
// anywhere, and their share of the work with them. One in five will be unwell.
func (l *load) grow(ctx context.Context) error {
	for range fresh {
		bad := map[int]mood{4: failing, 9: hanging, 14: refusing}[len(l.all)%15]
		n, err := newNeighbour(ctx, l.journal, len(l.all), bad)
		if err != nil {
			return err
		}
		l.mu.Lock()
		l.all = append(l.all, n)
		l.mu.Unlock()
		l.running.Go(func() { l.arrive(ctx, n) })
	}
	return nil
}

// speak tells one story after the other, mostly of servers that have just come.
func (l *load) speak(ctx context.Context) {
	for {
		select {
		case <-l.stop:
			return
		case <-time.After(rand.N(150 * time.Millisecond)):
		}
		l.mu.Lock()
		n := l.all[rand.IntN(len(l.all))]
		if rand.IntN(4) > 0 {
			n = l.all[max(len(l.all)-1-rand.IntN(fresh), 0)]
		}
		l.mu.Unlock()
		if n.isWell() {
			l.tell(ctx, n)
		}
	}
}

// awaitAct waits for a moment within an act of the owner's. They are few, and
// most random moments are between them.
func (l *load) awaitAct() {
	select {
	case <-l.owner.acting:
		time.Sleep(rand.N(25 * time.Millisecond))
	case <-time.After(time.Second):
	}
}

// end lets everybody finish what they are telling.
func (l *load) end() {
	close(l.stop)
	l.running.Wait()
}

// heal ends the bad time of every n-th server.
func (l *load) heal(ctx context.Context, every int) error {
	for i, n := range l.all {
		if i%every == 0 {
			if err := n.heal(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *load) summary() string {
	accepted := 0
	for _, kind := range []string{"Create", "Update", "Delete", "Like", "Announce", "Follow", "Undo"} {
		accepted += l.answers[kind]
	}
	return fmt.Sprintf("%d accepted, %d published, %d delivered to %d servers", accepted,
		l.answers["publish"]+l.answers["photo"]+l.answers["reply"], l.arrived, len(l.all))
}
