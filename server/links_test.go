package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestThePageOfLinks(t *testing.T) {
	h := openHouse(t)
	h.visit("/@owner/links").wants(http.StatusOK).says("main", "No links have been shared here yet.")
	if robots := h.visit("/@owner/links").attr("meta[name=robots]", "content"); robots != "noindex" {
		t.Errorf("an empty page of links says %q to search engines", robots)
	}
	h.publish(url.Values{"text": {"https://www.a.test/alone/"}})
	h.publish(url.Values{"text": {"[the second](https://b.test/x) https://c.test/y?z=1 #wool"}})
	h.publish(url.Values{"text": {"https://d.test/wound"}, "warning": {"A dead bird"}})
	h.publish(url.Values{"text": {"no page at all, #wool"}})
	h.publish(url.Values{"text": {"Words and #wool, then https://f.test/"}})
	h.Advance(40 * 24 * time.Hour)
	h.signIn()
	id := h.publish(url.Values{"text": {"**Look** https://e.test/"}})

	page := h.visit("/@owner/links").wants(http.StatusOK).shows("main h2 time", 2).shows("main .list>li", 5)
	page.shows(`.tabs a[aria-current]`, 1).says(`.tabs a[aria-current]`, "Links").shows(".u-bookmark-of", 5)
	if got := page.attr(".list .u-url", "href"); got != "/@owner/"+id {
		t.Errorf("the newest link leads to the post %s", got)
	}
	for address, name := range map[string]string{"https://www.a.test/alone/": "a.test/alone", "https://b.test/x": "the second", "https://c.test/y?z=1": "c.test/y?z=1", "https://e.test/": "e.test"} {
		page.says(`h3 a[href="`+address+`"]`, name)
	}
	page.shows(".prose", 2).shows(".p-category", 1).says(".list .why", "A dead bird")
	if strings.Contains(page.body, "wound") {
		t.Error("the page tells what a warning covers")
	}
}

func TestThePageOfLinksIsPaged(t *testing.T) {
	h := openHouse(t)
	for range 21 {
		h.publish(url.Values{"text": {"https://a.test/1 https://a.test/2"}})
		h.Advance(time.Minute)
	}
	first := h.visit("/@owner/links").shows(".u-bookmark-of", 40)
	second := h.visit(first.attr("a[rel=next]", "href")).shows(".u-bookmark-of", 2).shows("a[rel=next]", 0)
	if second.attr(".list .u-url", "href") == first.attr(".list .u-url", "href") {
		t.Error("the second page begins like the first")
	}
	h.visit("/@owner/links?before=nonsense").wants(http.StatusNotFound)
}
