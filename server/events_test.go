package server_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"croft/social"
	"croft/store/storetest"
)

// listen opens the stream of a page and gives its data, line by line; the
// channel is closed when the stream ends.
func (h *house) listen(path string) <-chan string {
	h.t.Helper()
	web := httptest.NewServer(h.server)
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	h.t.Cleanup(func() {
		cancel()
		web.CloseClientConnections()
		web.Close()
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, web.URL+path, nil)
	h.must(err)
	req.Host = "me.test"
	res, err := http.DefaultTransport.RoundTrip(h.owned(req))
	h.must(err)
	if kind := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || kind != "text/event-stream" {
		h.t.Fatalf("%s: %d, %s", path, res.StatusCode, kind)
	}
	told := make(chan string, 100)
	go func() {
		defer close(told)
		defer res.Body.Close()
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				told <- data
			}
		}
	}()
	return told
}

// hears waits for data with the words in it.
func (h *house) hears(told <-chan string, words string) {
	h.t.Helper()
	last := ""
	for late := time.After(15 * time.Second); ; {
		select {
		case data, ok := <-told:
			if !ok {
				h.t.Fatalf("the stream ended without %s; last it said %s", words, last)
			}
			if last = data; strings.Contains(data, words) {
				return
			}
		case <-late:
			h.t.Fatalf("nothing says %s; last it said %s", words, last)
		}
	}
}

func (h *house) ends(told <-chan string) {
	h.t.Helper()
	for late := time.After(15 * time.Second); ; {
		select {
		case _, ok := <-told:
			if !ok {
				return
			}
		case <-late:
			h.t.Fatal("the stream does not end")
		}
	}
}

// TestOpenPagesAreToldWhatIsNew: posts of others above the first line, and what
// waits; and only as long as the owner is signed in.
func TestOpenPagesAreToldWhatIsNew(t *testing.T) {
	h := openHouse(t)
	friend := h.know(storetest.Actor("friend", "good.test"))
	h.follows(friend)
	first := h.keep(storetest.Post(friend, "first", h.Now()))
	newest := h.get("/").attr("[data-newest]", "data-newest")
	if newest != first.ID.String() {
		t.Fatalf("the page begins at %q, want %s", newest, first.ID)
	}
	told := h.listen("/events?after=" + newest)
	h.hears(told, `"posts":0`)
	h.Advance(time.Second)
	h.publish(url.Values{"text": {"my own words are no news"}})
	h.Advance(time.Second)
	h.keep(storetest.Post(friend, "second", h.Now()))
	h.followedBy(h.know(storetest.Actor("asks", "good.test")), social.FollowPending)
	h.hears(told, `"posts":1,"waiting":{"Notices":0,"Messages":0,"Requests":1`)
	if again := h.get("/").attr("[data-newest]", "data-newest"); again == newest {
		t.Error("the page begins where it began before")
	}
	h.must(h.home.Store.Sessions().DeleteAllSessions(t.Context()))
	h.ends(told)
}

func TestOpenPagesLetGoAtTheEnd(t *testing.T) {
	h := openHouse(t)
	told := h.listen("/events")
	h.hears(told, `"posts":0`)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	h.must(h.server.Run(ctx))
	h.ends(told)
}

func TestVisitorsAreToldNothing(t *testing.T) {
	h := openHouse(t)
	h.visit("/events").wants(http.StatusSeeOther, "/login?next=%2Fevents")
	open := make([]<-chan string, 32)
	for i := range open {
		open[i] = h.listen("/events")
	}
	h.get("/events").wants(http.StatusServiceUnavailable)
}
