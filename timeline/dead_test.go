package timeline_test

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"croft/federation/fedtest"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// TestDeadHostsDelayNobody is DEL-07 in small: a post goes to three hundred
// servers, once all alive, once with every tenth dead, of which half refuse and
// half never answer. Those that are well get it as soon, and little is held in
// memory for the others. The full size is measured by the bench.
func TestDeadHostsDelayNobody(t *testing.T) {
	const hosts = 300
	alive, _ := reach(t, hosts, 0)
	amongDead, grown := reach(t, hosts, hosts/10)
	t.Logf("p99 %v, among dead hosts %v; %d kB more in use", alive, amongDead, grown>>10)
	// Half as long again, and as much as a busy machine adds to any moment.
	if limit := alive*3/2 + 300*time.Millisecond; amongDead > limit {
		t.Errorf("p99 %v, want at most %v", amongDead, limit)
	}
	if grown > 50<<20 {
		t.Errorf("%d MB more in use", grown>>20)
	}
}

// reach publishes to a follower on each of so many hosts and returns after what
// time 99 of 100 living ones had it, and how much the heap has grown by then.
func reach(t *testing.T, hosts, dead int) (p99 time.Duration, grown int64) {
	t.Helper()
	c := newCast(t)
	var (
		mu   sync.Mutex
		took []time.Duration
		got  = map[string]int{}
		full = make(chan struct{})
		from time.Time
	)
	well, hangs := c.Peer("well.test"), c.Peer("hangs.test")
	c.Dead("refuses.test")
	well.Answer("/inbox", func(w http.ResponseWriter, req *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		took = append(took, time.Since(from))
		if got[req.Host]++; len(took) == hosts-dead {
			close(full)
		}
		w.WriteHeader(http.StatusAccepted)
	})
	hangs.Answer("/inbox", fedtest.Hang)
	storetest.Update(t, c.home.Store, func(tx *store.Tx) error {
		for i := range hosts {
			host := fmt.Sprintf("h%d.well.test", i)
			if dead > 0 && i%(hosts/dead) == 0 { // spread among the others
				host = fmt.Sprintf("h%d.%s", i, []string{"hangs.test", "refuses.test"}[i/(hosts/dead)%2])
			}
			id, err := tx.PutActor(t.Context(), storetest.Actor("ann", host))
			if err != nil {
				return err
			}
			_, err = tx.PutFollow(t.Context(), social.Follow{
				URI: fmt.Sprintf("https://%s/follow", host), FollowerID: id, FollowedID: c.home.Node.OwnerID(), State: social.FollowAccepted, CreatedAt: tx.Now,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	before := heap()
	mu.Lock()
	from = time.Now()
	mu.Unlock()
	c.publish("to everybody", social.Public)
	select {
	case <-full:
	case <-time.After(30 * time.Second):
		t.Fatalf("only some of %d hosts were reached", hosts-dead)
	}
	grown = heap() - before
	mu.Lock()
	defer mu.Unlock()
	for host, n := range got {
		if n != 1 {
			t.Errorf("%s got it %d times", host, n)
		}
	}
	slices.Sort(took)
	return took[len(took)*99/100], grown
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
