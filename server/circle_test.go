package server_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"croft/social"
	"croft/store/storetest"
)

// TestVisitorsSeeWhatTheOwnerChose: followers and followed, their numbers, and
// boosts.
func TestVisitorsSeeWhatTheOwnerChose(t *testing.T) {
	h := openHouse(t)
	fan, friend := h.know(storetest.Actor("fan", "good.test")), h.know(storetest.Actor("friend", "good.test"))
	h.followedBy(fan, social.FollowAccepted)
	h.followedBy(h.know(storetest.Actor("asks", "good.test")), social.FollowPending)
	h.follows(friend)
	post := h.keep(storetest.Post(friend, "boosted", h.Now()))
	h.post("/posts/"+post.ID.String()+"/boost", nil).wants(http.StatusSeeOther)

	// As it is at first: numbers and boosts, and no names.
	h.visit("/@owner").shows(".h-entry", 1).says(".counts", "1 follower").says(".counts", "1 following").shows(".counts a", 0)
	for _, path := range []string{"/@owner/followers", "/@owner/following"} {
		h.visit(path).wants(http.StatusOK).shows("ul.list > li", 0).says("main", "not shown")
	}

	choose := func(shown ...string) {
		form := formOf(h.get("/settings/profile"))
		for _, name := range []string{"show_boosts", "show_counts", "show_circle"} {
			form.Del(name)
		}
		for _, name := range shown {
			form.Set(name, "on")
		}
		h.upload("/settings/profile", form, nil).wants(http.StatusSeeOther)
		h.get("/settings/profile").shows("input[name^=show_][checked]", len(shown))
	}
	choose("show_boosts", "show_counts", "show_circle")
	h.visit("/@owner").shows(".h-entry", 1).shows(".counts a", 2)
	h.visit("/@owner/followers").shows("ul.list > li", 1).says("main", "fan@good.test")
	h.visit("/@owner/following").shows("ul.list > li", 1).says("main", "friend@good.test")

	choose()
	hidden := h.visit("/@owner").shows(".h-entry", 0)
	if text := hidden.text(".counts"); strings.Contains(text, "follow") {
		t.Errorf("the numbers are shown: %q", text)
	}
	h.visit("/@owner/followers").shows("ul.list > li", 0).shows(".head.low > .soft", 0)
}

// TestServersGetTheNumberOfFollowers whatever visitors may see.
func TestServersGetTheNumberOfFollowers(t *testing.T) {
	h := openHouse(t)
	h.followedBy(h.know(storetest.Actor("fan", "good.test")), social.FollowAccepted)
	form := url.Values{"name": {"Owner"}}
	h.upload("/settings/profile", form, nil).wants(http.StatusSeeOther)
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, h.home.Site.Followers(), nil)
	req.Header.Set("Accept", "application/activity+json")
	if got := h.ask(req); !strings.Contains(got.body, `"totalItems":1`) || strings.Contains(got.body, "fan") {
		t.Errorf("answered %s", got.body)
	}
}
