package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"croft/social"
	"croft/store/storetest"
)

// talk has somebody say something n times, a second apart.
func (h *house) talk(by *social.Actor, word string, n int) []*social.Post {
	h.t.Helper()
	var posts []*social.Post
	for i := range n {
		h.Advance(time.Second)
		posts = append(posts, h.keep(storetest.Post(by, fmt.Sprint(word, i), h.Now())))
	}
	return posts
}

func (h *house) readUpTo(id social.ID) *page {
	h.t.Helper()
	return h.post("/home/read", url.Values{"upto": {id.String()}, "next": {"/"}})
}

// said are the words of the posts that stand open, in order.
func (p *page) said() (all []string) {
	for _, n := range p.all("[data-lines] > .post .prose") {
		all = append(all, textOf(n))
	}
	return all
}

// TestHomeKeepsThePlace: where the last visit ended a line is drawn; where that is
// further down, a link leads to the page from which one reads upwards. It works
// by links and buttons alone, and to look moves nothing.
func TestHomeKeepsThePlace(t *testing.T) {
	h := openHouse(t)
	friend := h.know(storetest.Actor("friend", "good.test"))
	h.follows(friend)
	before := h.talk(friend, "before", 5)
	first := h.get("/")
	first.shows("#here", 0).says("main form[action='/home/read'] button", "Keep my place here")
	h.post("/home/read", url.Values{"upto": {first.attr("form[action='/home/read'] [name=upto]", "value")}, "next": {"/"}}).wants(http.StatusSeeOther, "/")
	h.get("/").shows("#here", 0).shows("form[action='/home/read']", 0)

	h.talk(friend, "new", 3)
	some := h.get("/").shows("#here", 1).says("#here", "You were here at").shows("a[href*='#here']", 0)
	if got := some.attr("[data-lines]", "data-place"); got != "3" {
		t.Errorf("the place is at %s, want 3", got)
	}
	h.talk(friend, "newer", 34)
	unchanged := h.home.Dump("sessions")
	many := h.get("/").shows("#here", 0).says("a[href*='#here']", "37 new posts. Go on where you were")
	go1 := many.attr("a[href*='#here']", "href")
	if go1 != "/?after="+before[4].ID.String()+"#here" {
		t.Fatalf("the way back is %s", go1)
	}
	up := h.get(strings.TrimSuffix(go1, "#here")).shows("#here", 1).says("#here", "You were here at")
	said := up.said()
	want := []string{"newer16", "new0", "before4", "before2"}
	if got := []string{said[0], said[19], said[20], said[22]}; !slices.Equal(got, want) || len(said) != 23 {
		t.Errorf("the page upwards says %q", said)
	}
	next := up.attr("a[rel=prev]", "href")
	top := h.get(strings.TrimSuffix(next, "#here")).shows("a[rel=prev]", 0).says("#here", "You go on from here")
	if got := top.said(); got[0] != "newer33" || got[16] != "newer17" || top.attr("[data-lines]", "data-newest") == "" {
		t.Errorf("the next page upwards says %q", got)
	}
	older := h.get(up.attr("a[rel=next]", "href"))
	if got := older.said(); !slices.Equal(got, []string{"before1", "before0"}) {
		t.Errorf("the page below says %q", got)
	}
	older.says(".fresh", "37 new posts")
	if diff := cmp.Diff(unchanged, h.home.Dump("sessions")); diff != "" {
		t.Errorf("looking changed:\n%s", diff)
	}
	h.post("/home/read", url.Values{"upto": {up.attr("form[action='/home/read'] [name=upto]", "value")}})
	h.get("/").shows("#here", 1)
}

// TestHomeReadFromAboveIsKeptWhole: who goes down page by page until they are where
// they were has read all from the newest line of the first page on.
func TestHomeReadFromAboveIsKeptWhole(t *testing.T) {
	h := openHouse(t)
	friend := h.know(storetest.Actor("friend", "good.test"))
	h.follows(friend)
	h.readUpTo(h.talk(friend, "before", 1)[0].ID).wants(http.StatusSeeOther)
	newest := h.talk(friend, "new", 30)[29]
	down := h.get(h.get("/").attr("a[rel=next]", "href")).says("#here button", "All above is read")
	if got := down.attr("#here [name=upto]", "value"); got != newest.ID.String() {
		t.Errorf("it keeps %s, want %s", got, newest.ID)
	}
}

// TestPlaceRefusals: what is no line, and what a stranger sends, moves nothing.
func TestPlaceRefusals(t *testing.T) {
	h := openHouse(t)
	friend := h.know(storetest.Actor("friend", "good.test"))
	h.follows(friend)
	posts := h.talk(friend, "post", 2)
	h.readUpTo(posts[1].ID).wants(http.StatusSeeOther, "/")
	before := h.home.Dump("sessions")
	h.readUpTo(posts[0].ID).wants(http.StatusSeeOther, "/")
	h.readUpTo(social.NewID(h.Now().Add(time.Hour), 0)).wants(http.StatusUnprocessableEntity)
	h.post("/home/read", url.Values{"upto": {"nonsense"}}).wants(http.StatusNotFound)
	cookies := h.cookie
	h.cookie = nil
	if got := h.readUpTo(social.NewID(h.Now(), 9)); got.status == http.StatusSeeOther && !strings.HasPrefix(got.location, "/login") {
		t.Errorf("a stranger is answered %d to %s", got.status, got.location)
	}
	h.cookie = cookies
	if diff := cmp.Diff(before, h.home.Dump("sessions")); diff != "" {
		t.Errorf("it changed:\n%s", diff)
	}
	for _, path := range []string{"/?after=x", "/?before=x", "/?top=x"} {
		h.get(path).wants(http.StatusNotFound)
	}
}

// TestSeenBoostsAreOneLine: it says who passed on whose post, and opens to it.
func TestSeenBoostsAreOneLine(t *testing.T) {
	h := openHouse(t)
	friend, other := h.know(storetest.Actor("friend", "good.test")), h.know(storetest.Actor("other", "good.test"))
	h.follows(friend)
	h.follows(other)
	post := h.talk(friend, "post", 1)[0]
	h.readUpTo(post.ID)
	h.Advance(time.Second)
	h.boost(other, post)
	home := h.get("/").shows(".folded", 1).shows(".folded[open]", 0).shows(".folded .post", 1)
	home.says(".folded summary", other.DisplayName()+" boosted a post of "+friend.DisplayName()+" that you have seen")
	ids := map[string]bool{}
	for _, n := range home.all("[id]") {
		for _, a := range n.Attr {
			if a.Key == "id" && ids[a.Val] {
				t.Errorf("the id %s is there twice", a.Val)
			} else if a.Key == "id" {
				ids[a.Val] = true
			}
		}
	}
	menu := ".folded button[formaction$='" + strconv.FormatInt(int64(other.ID), 10) + "/hide-boosts']"
	home.says(menu, "Hide boosts of "+other.DisplayName())
	h.post(home.attr(menu, "formaction"), url.Values{"next": {"/"}}).wants(http.StatusSeeOther, "/")
	h.get("/").shows(".folded", 0)
	person := h.get("/people/" + other.ID.String())
	show := "button[formaction$='/show-boosts']"
	h.post(person.attr(show, "formaction"), url.Values{}).wants(http.StatusSeeOther)
	h.get("/").shows(".folded", 1)
	stranger := h.know(storetest.Actor("stranger", "good.test"))
	h.post("/people/"+stranger.ID.String()+"/hide-boosts", url.Values{}).wants(http.StatusUnprocessableEntity)
	h.get("/people/"+stranger.ID.String()).shows("button[formaction$='-boosts']", 0)
}
