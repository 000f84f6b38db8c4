package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"croft/social"
	"croft/store/storetest"
)

// TestDay is a day of the owner's: a post goes out by the small composer and is
// there at home, on the profile, on its own page and in the feeds.
func TestDay(t *testing.T) {
	h := openHouse(t)
	h.get("/").wants(http.StatusOK).says("main", "The door is open").says("main", "can be found from any server").shows("article.post", 0)

	out := h.post("/compose", url.Values{"text": {"Good **morning** #Bread"}, "visibility": {"public"}, "language": {"en"}, "next": {"/"}})
	out.wants(http.StatusSeeOther, "/")
	home := h.get("/").wants(http.StatusOK).shows("article.post", 1).says("article.post .e-content strong", "morning")
	id := strings.TrimPrefix(home.attr("article.post a.u-url", "href"), "/posts/")

	h.visit("/").wants(http.StatusOK).shows("article.post", 1).says("article.post", "Good morning")
	h.visit("/@owner").wants(http.StatusOK).shows("article.post", 1)
	h.visit("/@owner/"+id).wants(http.StatusOK).shows("article.here", 1).says("article.here", "Good morning")
	h.get("/posts/"+id).wants(http.StatusOK).shows("article.here", 1)
	h.visit("/tags/bread").wants(http.StatusOK).shows("article.post", 1)
	h.visit("/tags/BREAD").wants(http.StatusOK).shows("article.post", 1)
	for _, feed := range []string{"/@owner.rss", "/@owner.atom"} {
		if got := h.visit(feed).wants(http.StatusOK); !strings.Contains(got.body, "morning") {
			t.Errorf("%s does not have the post", feed)
		}
	}
	h.get("/search?q=morning").wants(http.StatusOK).shows("article.post", 1)
	if got := h.get("/search?q=" + url.QueryEscape(h.home.Site.Origin+"/@owner/"+id)); got.status != http.StatusSeeOther || got.location != "/posts/"+id {
		t.Errorf("the address of the post leads to %d %s", got.status, got.location)
	}
	h.get("/search?q=@owner@me.test").wants(http.StatusSeeOther, "/@owner")
}

// TestEmptyRooms shows what every room says before anything is in it.
func TestEmptyRooms(t *testing.T) {
	h := openHouse(t)
	for path, words := range map[string]string{
		"/":                   "It is quiet in here",
		"/notifications":      "Nothing here yet",
		"/messages":           "No messages yet",
		"/requests":           "Nobody is waiting",
		"/followers":          "Nobody follows you yet",
		"/following":          "You follow nobody yet",
		"/reports":            "No reports",
		"/search":             "Words, or the address",
		"/search?q=nothing":   "Nothing that this home knows",
		"/tags/nothing":       "No open post here",
		"/compose":            "Write",
		"/drafts":             "No drafts",
		"/@owner":             "Nothing has been said here yet",
		"/settings/profile":   "Profile",
		"/settings/account":   "Account",
		"/hosts/block?host=x": "Block x",
	} {
		h.get(path).wants(http.StatusOK).says("main", words)
	}
	for path, words := range map[string]string{
		"/": "Nothing has been said here yet", "/@owner": "Nothing has been said here yet", "/tags/nothing": "No open post here",
	} {
		h.visit(path).wants(http.StatusOK).says("main", words)
	}
	for _, path := range []string{"/posts/77", "/compose?draft=77", "/compose?draft=x", "/people/77", "/messages/77", "/posts/77/history", "/posts/77/edit", "/@owner/77", "/people/77/report", "/posts/x", "/?before=x"} {
		h.get(path).wants(http.StatusNotFound)
	}
}

// TestHomeShowsBoosts follows a boost from somebody followed to the home page,
// and reacts to it by its buttons.
func TestHomeShowsBoosts(t *testing.T) {
	h := openHouse(t)
	carol, sam := h.know(storetest.Actor("carol", "friend.test")), h.know(storetest.Actor("sam", "stranger.test"))
	h.follows(carol)
	post := h.keep(storetest.Post(sam, "wise", h.Now()))
	h.boost(carol, post)
	home := h.get("/").shows("article.post", 1).says("article.post .why", "carol").says("article.post .why", "boosted")
	dora := h.know(storetest.Actor("dora", "friend.test"))
	h.follows(dora)
	h.boost(dora, post)
	h.follows(sam)
	h.get("/").shows("article.post", 1).says("article.post .why", "dora and carol boosted")
	act := "/posts/" + post.ID.String()
	if href := home.attr("article.post .who .name", "href"); href != "/people/"+sam.ID.String() {
		t.Errorf("the author leads to %q", href)
	}
	h.post(act+"/like", url.Values{"next": {"/#b1"}}).wants(http.StatusSeeOther, "/#b1")
	h.post(act+"/boost", nil).wants(http.StatusSeeOther, act)
	h.get(act).shows(`button[aria-pressed="true"]`, 2)
	h.visit("/@owner").shows("article.post", 1).says("article.post", "wise")
	h.post(act+"/unlike", nil).wants(http.StatusSeeOther)
	h.post(act+"/unboost", nil).wants(http.StatusSeeOther)
	h.get(act).shows(`button[aria-pressed="true"]`, 0)
	for _, a := range []*social.Actor{carol, dora} {
		h.post("/people/"+a.ID.String()+"/mute", nil).wants(http.StatusSeeOther)
	}
	h.get("/").shows("article.post", 1).shows("article.post .why", 0)
	h.post("/people/"+sam.ID.String()+"/unfollow", nil).wants(http.StatusSeeOther)
	h.get("/").shows("article.post", 0)
	h.post(act+"/pin", nil).wants(http.StatusUnprocessableEntity).says("main", "Only your own posts")
}

func TestPins(t *testing.T) {
	h := openHouse(t)
	id := h.publish(url.Values{"text": {"keep this"}})
	h.post("/posts/"+id+"/pin", nil).wants(http.StatusSeeOther)
	h.visit("/@owner").shows("article[id^=pin]", 1)
	h.visit("/@owner?with=replies").shows("article[id^=pin]", 0)
	h.post("/posts/"+id+"/unpin", nil).wants(http.StatusSeeOther)
	h.visit("/@owner").shows("article[id^=pin]", 0)
}

// TestPages turns the pages of the profile until nothing is left.
func TestPages(t *testing.T) {
	h := openHouse(t)
	first := ""
	for range 45 {
		first = h.publish(url.Values{"text": {"again"}})
	}
	h.publish(url.Values{"text": {"to myself"}, "in_reply_to": {first}})
	for start, want := range map[string]int{"/": 46, "/@owner": 46, "/search?q=again": 45} {
		seen := map[string]bool{}
		for path, turns := start, 0; path != "" && turns < 5; turns++ {
			p := h.get(path).wants(http.StatusOK)
			for _, link := range p.all("article.post a.u-url") {
				seen[link.Attr[1].Val] = true
			}
			path = ""
			if len(p.all("a[rel=next]")) > 0 {
				path = p.attr("a[rel=next]", "href")
			}
		}
		if len(seen) != want {
			t.Errorf("%s shows %d posts over its pages, want %d", start, len(seen), want)
		}
	}
}
