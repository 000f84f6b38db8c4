// Package crash kills a working home over and over and then counts what it had
// promised: what was answered must be there, once.
//
//	journal_test.go    what was said and what was answered
//	neighbour_test.go  other servers, some unwell, and what they were told
//	story_test.go      what their people say
//	owner_test.go      what the owner does
//	browser_test.go    and by what pages
//	load_test.go       all of them at one time
//	later_test.go      the end: everybody is well, and the time passes
//	book_test.go       the stopped home's database
//	check_test.go      the journal against it
//	told_test.go       what others were told against it
//	recount_test.go    what is kept twice, counted again
//	files_test.go      the media folder
//	damage_test.go     that the check finds damage
package crash

import (
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"croft/bench/rig"
)

var (
	kills   = flag.Int("kills", 3, "how many times the home is killed")
	apart   = flag.Duration("apart", 1500*time.Millisecond, "the longest time between a start and a kill")
	whole   = flag.Bool("whole", false, "wait for the daily cleaning at the end, which takes a minute")
	control = flag.Bool("control", false, "run the control, which must lose")
)

// isLong reports a run in which everything must have come up.
func isLong() bool { return *kills >= 20 }

// TestKill kills at random moments under a mixed load.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and kills the program")
	}
	l := run(t, "")
	l.finish(t)
	found := l.check(t)
	for i, f := range found {
		if i == 20 {
			t.Errorf("and %d more", len(found)-i)
			break
		}
		t.Error(f)
	}
	parked := 0
	l.inside(t, func(b *book) { parked = b.number(`select count(*) from jobs where parked_at is not null`) })
	t.Logf("%d kills, %s, %d lost (%d jobs set aside for the owner)", *kills, l.summary(), count(found, lost), parked)
	if len(found) == 0 {
		l.checkBites(t)
	}
}

// TestControl is the same with a program that answers before it has committed
// (build tag crashcontrol): promises must be found broken, or the run shows
// nothing.
func TestControl(t *testing.T) {
	if !*control {
		t.Skip("only with -control: builds another program and kills it")
	}
	l := run(t, "crashcontrol")
	stop(t, l)
	broken := l.checkPromises(t)
	t.Logf("control: %d kills, %s, %d lost", *kills, l.summary(), len(broken))
	if len(broken) == 0 {
		t.Fatal("a program that loses what it accepted was not found out")
	}
	t.Log("the first: ", broken[0])
}

// run makes a home and kills it again and again. It runs when run returns.
func run(t *testing.T, tags string) *load {
	dir := t.TempDir()
	binary, err := rig.Build(t.Context(), "..", dir, tags)
	if err != nil {
		t.Fatal(err)
	}
	home, err := rig.NewHome(t.Context(), binary, dir)
	if err != nil {
		t.Fatal(err)
	}
	start(t, home)
	l, err := startLoad(t.Context(), home)
	if err != nil {
		t.Fatal(err)
	}
	slowest := time.Duration(0)
	for n := range *kills {
		time.Sleep(rand.N(*apart))
		if n%2 == 0 {
			l.awaitAct()
		}
		home.Kill()
		slowest = max(slowest, start(t, home))
		if err := l.grow(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n == *kills/2 {
			l.heal(t.Context(), 2)
		}
	}
	l.end()
	if slowest > 2*time.Second && isLong() {
		t.Errorf("after a kill it took %s until it served again", slowest)
	}
	t.Logf("slowest start %s; refused %v; answered %v", slowest.Round(time.Millisecond), l.refused, l.answers)
	return l
}

func start(t *testing.T, home *rig.Home) time.Duration {
	t.Helper()
	took, err := home.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return took
}
