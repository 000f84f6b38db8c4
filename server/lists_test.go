package server_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

var besides = regexp.MustCompile(`<https?://[^/]+([^>]+)>; rel="(next|prev)"`)

// walker walks a list as an app does.
type walker struct {
	*house
	list, token string
	ids         []string // that were there before the walk began, the oldest first
	arrive      func()   // something comes, and goes again
}

// page is one page of the list, and where the pages beside it are.
func (w walker) page(path string) (ids []string, beside map[string]string) {
	w.t.Helper()
	got := w.call("GET", path, w.token).wants(200)
	var lines []struct{ ID string }
	w.must(json.Unmarshal([]byte(got.body), &lines))
	for _, l := range lines {
		ids = append(ids, l.ID)
	}
	beside = map[string]string{}
	for _, m := range besides.FindAllStringSubmatch(got.header.Get("Link"), -1) {
		beside[m[2]] = m[1]
	}
	return ids, beside
}

// along follows Link from one end to the other: down from the newest, or up from
// the oldest.
func (w walker) along(rel string, limit int) {
	w.t.Helper()
	path, want := fmt.Sprintf("%s?limit=%d", w.list, limit), slices.Clone(w.ids)
	if rel == "prev" {
		path += "&min_id=1"
	} else {
		slices.Reverse(want)
	}
	var seen []string
	for step := 0; path != "" && step < 60; step++ {
		ids, beside := w.page(path)
		if rel == "prev" {
			slices.Reverse(ids)
		}
		seen, path = append(seen, ids...), beside[rel]
		if step == 0 && rel == "next" {
			w.arrive()
		}
	}
	if !slices.Equal(seen, want) {
		w.t.Errorf("%s by %s, %d at once: %v, want %v", w.list, rel, limit, seen, want)
	}
}

// since asks for what is newer than the second oldest, a page after the other.
func (w walker) since(limit int) {
	w.t.Helper()
	var seen []string
	for before := ""; len(seen) < 60; before = "&max_id=" + seen[len(seen)-1] {
		ids, _ := w.page(fmt.Sprintf("%s?limit=%d&since_id=%s%s", w.list, limit, w.ids[1], before))
		if len(ids) == 0 {
			break
		}
		seen = append(seen, ids...)
	}
	want := slices.Clone(w.ids[2:])
	slices.Reverse(want)
	if !slices.Equal(seen, want) {
		w.t.Errorf("%s since %s, %d at once: %v, want %v", w.list, w.ids[1], limit, seen, want)
	}
}

func (w walker) all() {
	w.t.Helper()
	for _, limit := range []int{1, 2, 3, 7, 9} {
		w.along("next", limit)
		w.along("prev", limit)
	}
	w.call("GET", w.list+"?max_id=x", w.token).wants(422)
}

// TestWalksOverPostsSeeEachOnce walks the lists of posts, with an arrival and a
// delete on the way: what was there throughout is seen once, and in order.
func TestWalksOverPostsSeeEachOnce(t *testing.T) {
	h := openHouse(t)
	publish := func(n int) string {
		id := h.publish(url.Values{"text": {fmt.Sprint("Post ", n, " #walk https://page.test/")}})
		for _, act := range []string{"bookmark", "like"} {
			h.post("/posts/"+id+"/"+act, url.Values{"next": {"/home"}}).wants(303)
		}
		return id
	}
	var ids []string
	for n := range 7 {
		ids = append(ids, publish(n))
	}
	me := "/api/v1/accounts/" + h.home.Node.OwnerID().String()
	for list, open := range map[string]bool{
		"/api/v1/timelines/home": false, "/api/v1/bookmarks": false, "/api/v1/favourites": false, "/api/v1/timelines/public": true,
		"/api/v1/timelines/tag/walk": true, me + "/statuses": true,
	} {
		w := walker{h, list, h.key("read"), ids, func() { h.post("/posts/"+publish(99)+"/delete", url.Values{}).wants(303) }}
		w.all()
		if list != "/api/v1/bookmarks" && list != "/api/v1/favourites" { // which are numbered by something else
			for _, limit := range []int{1, 2, 9} {
				w.since(limit)
			}
		}
		if open {
			w.token = ""
			w.all()
			continue
		}
		h.call("GET", list, "").wants(401)
		h.call("GET", list, h.key("read:lists")).wants(403)
	}
	if ids, _ := (walker{house: h, token: h.key("read")}).page("/api/v1/timelines/link?url=https%3A%2F%2Fpage.test%2F&limit=40"); len(ids) != 7 {
		t.Errorf("%d posts lead to the page", len(ids))
	}
	h.call("GET", "/api/v1/timelines/link", h.key("read")).wants(422)
}

// TestWalksOverPeopleSeeEachOnce walks the lists of people likewise.
func TestWalksOverPeopleSeeEachOnce(t *testing.T) {
	h := openHouse(t)
	id, err := social.ParseID(h.publish(url.Values{"text": {"Liked by many"}}))
	h.must(err)
	post, err := h.home.Store.FindPost(t.Context(), id)
	h.must(err)
	arrivals := 0
	somebody := func() *social.Actor {
		arrivals++
		return h.know(storetest.Actor(fmt.Sprint("walker", arrivals), "far.test"))
	}
	me := "/api/v1/accounts/" + h.home.Node.OwnerID().String()
	for list, join := range map[string]func(*social.Actor){
		me + "/followers":         func(a *social.Actor) { h.followedBy(a, social.FollowAccepted) },
		me + "/following":         h.follows,
		"/api/v1/follow_requests": func(a *social.Actor) { h.followedBy(a, social.FollowPending) },
		"/api/v1/blocks":          func(a *social.Actor) { h.must(h.tl.Block(t.Context(), a.ID)) },
		"/api/v1/mutes":           func(a *social.Actor) { h.must(h.tl.Mute(t.Context(), a.ID, time.Time{}, false)) },
		"/api/v1/statuses/" + id.String() + "/reblogged_by": func(a *social.Actor) { h.boost(a, post) },
		"/api/v1/statuses/" + id.String() + "/favourited_by": func(a *social.Actor) {
			h.update(func(tx *store.Tx) error {
				_, err := tx.PutLike(t.Context(), social.Like{URI: a.URI + "#like", ActorID: a.ID, PostID: id, CreatedAt: tx.Now})
				return err
			})
		},
	} {
		var ids []string
		for range 7 {
			a := somebody()
			join(a)
			ids = append(ids, a.ID.String())
		}
		walker{h, list, h.key("read"), ids, func() {}}.all()
		if strings.HasPrefix(list, "/api/v1/statuses") { // strangers learn how many, not who
			if got, _ := (walker{house: h}).page(list); len(got) != 0 {
				t.Errorf("%s tells a stranger %v", list, got)
			}
		}
	}
	h.must(h.tl.BlockHost(t.Context(), "bad.test"))
	if got := h.call("GET", "/api/v1/domain_blocks", h.key("read")).wants(200); strings.TrimSpace(got.body) != `["bad.test"]` {
		t.Errorf("blocked servers: %s", got.body)
	}
	if got := h.call("GET", me+"/followers", "").wants(200); strings.TrimSpace(got.body) != "[]" {
		t.Errorf("a stranger sees who follows: %s", got.body)
	}
}

// TestWhatThereIsNone answers with an empty list, to those only who may ask.
func TestWhatThereIsNone(t *testing.T) {
	h := openHouse(t)
	if got := h.call("GET", "/api/v1/instance/rules", "").wants(200); strings.TrimSpace(got.body) != "[]" {
		t.Errorf("rules %s", got.body)
	}
	h.call("GET", "/api/v2/filters", "").wants(401)
	h.call("GET", "/api/v2/filters", h.key("read:lists")).wants(403)
	if got := h.call("GET", "/api/v2/filters", h.key("read:filters")).wants(200); strings.TrimSpace(got.body) != "[]" {
		t.Errorf("filters %s", got.body)
	}
}
