package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"croft/social"
)

// TestAbout shows a page that the owner wrote about themself, to everybody, and
// none before they did.
func TestAbout(t *testing.T) {
	h := openHouse(t)
	h.visit("/@owner/about").wants(http.StatusNotFound)
	h.visit("/@owner").shows(".tabs a", 4)
	h.upload("/settings/profile", profile(url.Values{"about": {strings.Repeat("x", social.MaxAbout+1)}}), nil).wants(http.StatusUnprocessableEntity).shows("#about-error", 1)
	h.visit("/@owner/about").wants(http.StatusNotFound)
	h.upload("/settings/profile", profile(url.Values{"about": {"## Now\r\n\r\nWeaving <script>x</script> *slowly*. #wool"}, "discoverable": {"1"}}), nil).wants(http.StatusSeeOther)
	h.get("/settings/profile").says("#about", "## Now")
	about := h.visit("/@owner/about").wants(http.StatusOK).says("main .prose", "Now").says("main em", "slowly").shows("main script", 0)
	about.shows(`main .prose a[href="`+h.home.Site.Tag("wool")+`"]`, 1).shows(".tabs a", 5).shows(`.tabs [aria-current][href="/@owner/about"]`, 1)
	if got := about.attr("link[rel=canonical]", "href"); got != h.home.Site.Actor()+"/about" {
		t.Errorf("canonical %s", got)
	}
	h.visit("/@owner").shows(".tabs a", 5)
	h.visit("/@owner/photos").shows(".tabs a", 5)
}
