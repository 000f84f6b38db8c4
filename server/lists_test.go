package server_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var besides = regexp.MustCompile(`<https?://[^/]+([^>]+)>; rel="(next|prev)"`)

// TestWalksSeeEachOnce walks two lists down and up by Link, with an arrival and
// a delete on the way: what was there throughout is seen once, and in order.
func TestWalksSeeEachOnce(t *testing.T) {
	h := openHouse(t)
	token := h.key("read")
	publish := func(n int) string {
		id := strings.TrimPrefix(h.publish(map[string][]string{"text": {fmt.Sprint("Post ", n)}, "visibility": {"public"}}), "/posts/")
		h.post("/posts/"+id+"/bookmark", url.Values{"next": {"/home"}}).wants(303)
		return id
	}
	var ids []string // oldest first
	for n := range 7 {
		ids = append(ids, publish(n))
	}
	for _, list := range []string{"/api/v1/timelines/home", "/api/v1/bookmarks"} {
		for _, limit := range []int{1, 2, 3, 7, 9} {
			for rel, from := range map[string]string{"next": "", "prev": "&min_id=1"} {
				var seen []string
				path := fmt.Sprintf("%s?limit=%d%s", list, limit, from)
				for step := 0; path != "" && step < 60; step++ {
					got := h.call("GET", path, token).wants(200)
					var posts []struct{ ID string }
					h.must(json.Unmarshal([]byte(got.body), &posts))
					for i := range posts {
						if rel == "next" {
							seen = append(seen, posts[i].ID)
						} else {
							seen = append(seen, posts[len(posts)-1-i].ID)
						}
					}
					path = ""
					for _, m := range besides.FindAllStringSubmatch(got.header.Get("Link"), -1) {
						if m[2] == rel {
							path = m[1]
						}
					}
					if step == 0 && rel == "next" { // one arrives and goes
						gone := publish(99)
						h.post("/posts/"+gone+"/delete", url.Values{}).wants(303)
					}
				}
				want := strings.Join(ids, " ")
				if rel == "next" {
					want = ""
					for i := range ids {
						want = strings.TrimSpace(want + " " + ids[len(ids)-1-i])
					}
				}
				if got := strings.Join(seen, " "); got != want {
					t.Errorf("%s by %s, %d at once: %s, want %s", list, rel, limit, got, want)
				}
			}
		}
		h.call("GET", list, "").wants(401)
		h.call("GET", list, h.key("read:lists")).wants(403)
		h.call("GET", list+"?max_id=x", token).wants(422)
	}
}

// TestWhatThereIsNone answers with an empty list, to those only who may ask.
func TestWhatThereIsNone(t *testing.T) {
	h := openHouse(t)
	if got := h.call("GET", "/api/v1/custom_emojis", "").wants(200); strings.TrimSpace(got.body) != "[]" {
		t.Errorf("emojis %s", got.body)
	}
	h.call("GET", "/api/v2/filters", "").wants(401)
	h.call("GET", "/api/v2/filters", h.key("read:lists")).wants(403)
	if got := h.call("GET", "/api/v2/filters", h.key("read:filters")).wants(200); strings.TrimSpace(got.body) != "[]" {
		t.Errorf("filters %s", got.body)
	}
}
