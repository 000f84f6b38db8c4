package server_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestEachLimitHolds asks each kind of address as often as one may, and once more
// (AUT-08, AUT-11): the last is refused with when to come back, does nothing, and
// leaves everybody else alone. Nothing of what an address says of itself by a header
// helps it, nor another address of its /64.
func TestEachLimitHolds(t *testing.T) {
	app := `{"client_name":"Loom","redirect_uris":"https://app.test/cb","scopes":"read"}`
	for name, limit := range map[string]struct {
		most int
		asks func(g *gate) *http.Request
	}{
		"pages":     {200, func(g *gate) *http.Request { return g.request(http.MethodGet, "/@ana", "") }},
		"documents": {200, func(g *gate) *http.Request { return g.request(http.MethodGet, "/@ana/outbox", "") }},
		"apps":      {200, func(g *gate) *http.Request { return g.request(http.MethodGet, "/api/v2/instance", "") }},
		"the inbox": {1000, func(g *gate) *http.Request { return g.request(http.MethodPost, "/inbox", "{}") }},
		"sign-ins": {10, func(g *gate) *http.Request {
			return g.form("/login", url.Values{"handle": {"ana"}, "password": {"not it"}})
		}},
		"what asks another server": {20, func(g *gate) *http.Request {
			return g.form("/interact", url.Values{"handle": {"@sam@nowhere.test"}, "uri": {gateOrigin + "/@ana"}})
		}},
		"registrations": {5, func(g *gate) *http.Request {
			req := g.request(http.MethodPost, "/api/v1/apps", app)
			req.Header.Set("Content-Type", "application/json")
			return req
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGate(t)
			from := func(address string, n int) *page {
				req := limit.asks(g)
				req.RemoteAddr = address
				req.Header.Set("X-Forwarded-For", "203.0.113."+strconv.Itoa(n%250))
				return g.send(req)
			}
			passed, began := 0, time.Now()
			var refused *page
			for refused == nil {
				got := from("[2001:db8:7:7::"+strconv.FormatInt(int64(passed%9+1), 16)+"]:1000", passed)
				if got.status == http.StatusTooManyRequests {
					refused = got
				} else if passed++; passed > 3*limit.most {
					t.Fatalf("never refused, in %s", time.Since(began))
				}
			}
			if passed < limit.most {
				t.Errorf("refused after %d, want %d", passed, limit.most)
			}
			if wait, err := strconv.Atoi(refused.header.Get("Retry-After")); err != nil || wait < 1 {
				t.Errorf("told to come back after %q", refused.header.Get("Retry-After"))
			}
			before := g.dump()
			for n := 0; from("[2001:db8:7:7:ffff::1]:1000", n).status != http.StatusTooManyRequests; n++ {
				if n > limit.most { // what came back meanwhile is far less
					t.Fatal("another address of the same network may go on")
				}
			}
			if g.dump() != before {
				t.Error("a refused request did something")
			}
			if got := from("[2001:db8:7:8::1]:1000", 0); got.status == http.StatusTooManyRequests {
				t.Error("somebody else is refused, too")
			}
		})
	}
}

// TestManyPasswordsAtOnce has ninety machines guess at once, and one send a megabyte
// (AUT-10, AUT-13): a few are looked at in an hour, all are answered, and the owner
// comes in meanwhile where they are at home.
func TestManyPasswordsAtOnce(t *testing.T) {
	g := signedGate(t)
	from := func(address, password string) *http.Request {
		req := g.form("/login", url.Values{"handle": {"ana"}, "password": {password}})
		req.RemoteAddr = address + ":1000"
		return req
	}
	home := g.sessionFrom()
	g.send(from(home, strings.Repeat("x", 1<<20+1))).wants(http.StatusRequestEntityTooLarge)
	g.send(from(home, strings.Repeat("x", 5000))).wants(http.StatusUnprocessableEntity)
	var all sync.WaitGroup
	var looked, refused atomic.Int32
	for i := range 90 {
		req := from("198.51.100."+strconv.Itoa(i), "not it")
		all.Go(func() {
			switch got := answer(t, g.Home, req); got.status {
			case http.StatusUnprocessableEntity:
				looked.Add(1)
			case http.StatusTooManyRequests:
				refused.Add(1)
			default:
				t.Errorf("%s from %s: %d", got.asked, req.RemoteAddr, got.status)
			}
		})
	}
	g.send(from(home, password)).wants(http.StatusSeeOther)
	all.Wait()
	if looked.Load() > 25 || looked.Load()+refused.Load() != 90 {
		t.Errorf("%d were looked at, and %d refused", looked.Load(), refused.Load())
	}
	g.send(from("203.0.113.1", password)).wants(http.StatusTooManyRequests)
	g.view("/compose").wants(http.StatusOK)
	change := g.owned(g.form("/settings/password", url.Values{"current": {password}, "password": {"quite another password"}}))
	change.RemoteAddr = "203.0.113.2:1000"
	g.send(change).wants(http.StatusSeeOther)
	g.wait(3 * time.Minute)
	g.send(from("203.0.113.1", "quite another password")).wants(http.StatusSeeOther)
}

// sessionFrom is the address from which the owner signed in.
func (g *gate) sessionFrom() string {
	g.t.Helper()
	found, err := g.Store.Sessions().ListSessions(g.t.Context(), 1)
	g.must(err)
	var visit struct{ From string }
	g.must(json.Unmarshal(found[0].Data, &visit))
	return visit.From
}
