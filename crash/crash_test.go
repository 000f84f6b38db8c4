// Package crash kills a working home over and over and then counts what it had
// promised: what was answered must be there, once.
package crash

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"croft/bench/rig"
)

var (
	kills = flag.Int("kills", 3, "how many times the home is killed")
	tags  = flag.String("program-tags", "", "build tags of the program; crashcontrol must lose")
)

const followers = 6

// TestKill kills at random moments under a mixed load.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and kills the program")
	}
	dir := t.TempDir()
	binary, err := rig.Build(t.Context(), "..", dir, *tags)
	if err != nil {
		t.Fatal(err)
	}
	home, err := rig.NewHome(t.Context(), binary, dir)
	if err != nil {
		t.Fatal(err)
	}
	l := newLoad(t, home)
	start(t, home)
	if err := home.SignIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	l.befriend(t)
	slowest := time.Duration(0)
	for range *kills {
		stop := make(chan struct{})
		var running sync.WaitGroup
		for worker := range 8 {
			running.Go(func() { l.play(t.Context(), worker, stop) })
		}
		running.Go(func() { l.publish(t.Context(), stop) })
		time.Sleep(300*time.Millisecond + rand.N(1200*time.Millisecond))
		home.Kill()
		close(stop)
		running.Wait()
		makeDue(t, home.Database())
		slowest = max(slowest, start(t, home))
	}
	drain(t, home)
	if loss := l.check(t, home.Database()); len(loss) > 0 {
		t.Errorf("%d broken promises, the first: %s", len(loss), loss[0])
	}
	t.Log(fmt.Sprintf("%d kills, slowest start %s; %s", *kills, slowest.Round(time.Millisecond), l.summary()))
}

func start(t *testing.T, home *rig.Home) time.Duration {
	t.Helper()
	took, err := home.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return took
}

// drain runs what is left for a while, then stops the home for good. What is a
// job still then is counted as pending.
func drain(t *testing.T, home *rig.Home) {
	t.Helper()
	time.Sleep(5 * time.Second)
	if _, err := home.Stop(); err != nil {
		t.Fatal(err)
	}
}
