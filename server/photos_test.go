package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// show publishes a post with two pictures.
func (h *house) show(alt string, form url.Values) string {
	h.t.Helper()
	form.Set("visibility", "public")
	form.Set("alt_1", alt)
	out := h.upload("/compose", form, map[string][]byte{"media_1": picture(h.t, 20), "media_2": picture(h.t, 80)}).wants(http.StatusSeeOther)
	return strings.TrimPrefix(out.location, "/posts/")
}

func TestTheWallOfPhotos(t *testing.T) {
	h := openHouse(t)
	h.visit("/@owner/photos").wants(http.StatusOK).shows("main .wall", 0).says("main", "No photos have been shown here yet.")
	if robots := h.visit("/@owner/photos").attr("meta[name=robots]", "content"); robots != "noindex" {
		t.Errorf("an empty wall says %q to search engines", robots)
	}
	old := h.show("a barn", url.Values{"text": {"built today"}})
	h.show("", url.Values{"text": {"careful"}, "warning": {"A dead bird"}})
	h.show("a wound", url.Values{"text": {"careful, too"}, "sensitive": {"1"}})
	h.Advance(40 * 24 * time.Hour)
	h.signIn()
	id := h.show("a loch", url.Values{"text": {"first light"}})

	wall := h.visit("/@owner/photos").wants(http.StatusOK).shows("main .wall", 2).shows("main .wall img", 4).shows("main .wall .covered", 4)
	wall.shows(`.tabs a[aria-current]`, 1).says(`.tabs a[aria-current]`, "Photos")
	if got := wall.attr(".wall a", "href"); got != "/@owner/"+id {
		t.Errorf("the newest picture leads to %s", got)
	}
	if got := wall.attr(`.wall img[alt="a barn"]`, "width"); got != "40" {
		t.Errorf("the picture says that it is %s wide", got)
	}
	wall.shows(`.wall a[href="/@owner/`+old+`"] img`, 2).shows(`.wall a[aria-label="Picture without a description"]`, 2)
	wall.says(".covered", "A picture that may disturb")
	if strings.Contains(wall.body, "a wound") {
		t.Error("the wall tells what it covers")
	}
	h.visit("/@owner").says(".tabs", "Photos")
}

func TestTheWallOfPhotosIsPaged(t *testing.T) {
	h := openHouse(t)
	for range 21 {
		h.show("one of many", url.Values{"text": {"look"}})
		h.Advance(time.Minute)
	}
	first := h.visit("/@owner/photos").shows(".wall img", 40)
	second := h.visit(first.attr("a[rel=next]", "href")).shows(".wall img", 2).shows("a[rel=next]", 0)
	if second.attr(".wall a", "href") == first.attr(".wall a", "href") {
		t.Error("the second page begins like the first")
	}
	h.visit("/@owner/photos?before=nonsense").wants(http.StatusNotFound)
}
