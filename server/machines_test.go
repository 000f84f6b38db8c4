package server_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"willnorris.com/go/microformats"

	"croft/social"
	"croft/store/storetest"
	"croft/timeline"
)

// formats are what a reader of microformats finds on a page that anybody can
// open.
func (h *house) formats(path string) *microformats.Data {
	h.t.Helper()
	at, err := url.Parse(h.home.Site.Origin + path)
	h.must(err)
	return microformats.Parse(strings.NewReader(h.visit(path).wants(http.StatusOK).body), at)
}

// of are the items of a type, at any depth.
func of(items []*microformats.Microformat, kind string) (found []*microformats.Microformat) {
	for _, item := range items {
		if slices.Contains(item.Type, kind) {
			found = append(found, item)
		}
		found = append(found, of(item.Children, kind)...)
	}
	return found
}

// value is the first value of a property, as text.
func value(item *microformats.Microformat, property string) string {
	if len(item.Properties[property]) == 0 {
		return ""
	}
	switch v := item.Properties[property][0].(type) {
	case string:
		return v
	case map[string]string:
		return v["value"]
	case *microformats.Microformat:
		return v.Value
	default:
		return "?"
	}
}

func holds(t *testing.T, item *microformats.Microformat, want map[string]string) {
	t.Helper()
	for property, text := range want {
		if got := value(item, property); got != text {
			t.Errorf("%s of %v is %q, want %q", property, item.Type, got, text)
		}
	}
}

// TestMicroformats reads the profile, a post with pictures, a reply and a boost
// as other sites do.
func TestMicroformats(t *testing.T) {
	h := openHouse(t)
	sam := h.home.Know(h.Peer("stranger.test").Person("sam"))
	h.must(h.tl.SetProfile(t.Context(), social.Profile{
		Name: "Ana", Bio: "Wool and *weather*.", Discoverable: true, Fields: []social.ProfileField{{Name: "Home", Value: "https://ana.test"}},
	}, timeline.Pictures{}))
	theirs := storetest.Post(sam, "theirs", h.Now())
	theirs.Content = "<p>Who has wool?</p>"
	theirs = h.keep(theirs)
	id := h.show("a loch", url.Values{"text": {"First **light**"}})
	reply := h.publish(url.Values{"text": {"I have."}, "in_reply_to": {theirs.ID.String()}})
	h.post("/posts/"+theirs.ID.String()+"/boost", nil).wants(http.StatusSeeOther)
	me, own := h.home.Site.Actor(), func(id string) string { return h.home.Site.Actor() + "/" + id }

	profile := h.formats("/@owner?with=replies")
	cards := of(profile.Items, "h-card")
	if len(cards) == 0 {
		t.Fatal("no card on the profile")
	}
	holds(t, cards[0], map[string]string{"name": "Ana", "url": me, "uid": me, "nickname": h.home.Site.Handle().String(), "note": "Wool and weather."})
	if value(cards[0], "photo") == "" || !slices.Contains(profile.Rels["me"], "https://ana.test") {
		t.Errorf("photo %q, rel=me %v", value(cards[0], "photo"), profile.Rels["me"])
	}
	if len(of(profile.Items, "h-feed")) != 1 || len(of(profile.Items, "h-entry")) != 3 {
		t.Fatalf("%d feeds with %d entries, want one with three", len(of(profile.Items, "h-feed")), len(of(profile.Items, "h-entry")))
	}
	boost, answer := of(profile.Items, "h-entry")[0], of(profile.Items, "h-entry")[1]
	holds(t, boost, map[string]string{"author": "Ana", "repost-of": theirs.URL, "url": "", "content": "Who has wool?"})
	holds(t, answer, map[string]string{"author": "Ana", "in-reply-to": theirs.URI, "url": own(reply), "content": "I have."})

	shown, err := h.home.Store.FindPost(t.Context(), must(social.ParseID(id)))
	h.must(err)
	entries := of(h.formats("/@owner/"+id).Items, "h-entry")
	if len(entries) != 1 {
		t.Fatalf("the page of a post has %d entries", len(entries))
	}
	holds(t, entries[0], map[string]string{"author": "Ana", "url": own(id), "content": "First light", "published": shown.PublishedAt.UTC().Format("2006-01-02T15:04:05Z")})
	photo, _ := entries[0].Properties["photo"][0].(map[string]string)
	if len(entries[0].Properties["photo"]) != 2 || photo["alt"] != "a loch" || !strings.HasPrefix(photo["value"], h.home.Site.Origin+"/media/") {
		t.Errorf("photos: %v", entries[0].Properties["photo"])
	}
	holds(t, of(h.formats("/@owner/"+reply).Items, "h-entry")[1], map[string]string{"in-reply-to": theirs.URI, "url": own(reply)})
	wall := of(h.formats("/@owner/photos").Items, "h-entry")
	if len(wall) != 2 {
		t.Fatalf("the wall has %d entries", len(wall))
	}
	holds(t, wall[0], map[string]string{"url": own(id), "photo": photo["value"]})
}

// TestLinksToPages holds what is shown where somebody passes a link on.
func TestLinksToPages(t *testing.T) {
	h := openHouse(t)
	h.must(h.tl.SetProfile(t.Context(), social.Profile{Name: "Ana", Bio: "Wool and *weather*.", Discoverable: true}, timeline.Pictures{}))
	id := h.show("a loch", url.Values{"text": {"First **light** #loch"}, "language": {"pt-BR"}})
	veiled := h.show("a wound", url.Values{"text": {"blood"}, "warning": {"Careful"}})
	h.visit("/@owner/"+veiled).shows(".shots img", 2).shows(`meta[property="og:image"]`, 0)
	h.Advance(time.Minute)
	h.post("/posts/"+veiled+"/edit", url.Values{"text": {"more blood"}, "warning": {"Careful"}, "visibility": {"public"}}).wants(http.StatusSeeOther)
	origin := h.home.Site.Origin
	for path, want := range map[string]map[string]string{
		"/@owner": {"og:title": "Ana", "og:type": "profile", "og:description": "Wool and weather.", "og:image:width": "512", "og:image:height": "512", "og:locale": "en", "og:url": origin + "/@owner"},
		"/@owner/" + id: {"og:title": "First light #loch", "og:type": "article", "og:image:alt": "a loch", "og:image:width": "40", "og:image:height": "30",
			"og:locale": "pt_BR", "article:author": origin + "/@owner", "article:modified_time": "", "og:url": origin + "/@owner/" + id},
		"/@owner/" + veiled: {"og:title": "Careful", "og:description": "Careful", "og:image": ""},
		"/@owner/photos":    {"og:title": "Photos by Ana", "og:image:alt": "a loch", "og:url": origin + "/@owner/photos"},
		"/tags/loch":        {"og:title": "#loch", "og:image:alt": "a loch", "og:url": origin + "/tags/loch"},
	} {
		p := h.visit(path).wants(http.StatusOK)
		for property, text := range want {
			if text == "" {
				p.shows(`meta[property="`+property+`"]`, 0)
			} else if got := p.attr(`meta[property="`+property+`"]`, "content"); got != text {
				t.Errorf("%s: %s is %q, want %q", path, property, got, text)
			}
		}
		if image := p.all(`meta[property="og:image"]`); len(image) > 0 {
			h.visit(strings.TrimPrefix(p.attr(`meta[property="og:image"]`, "content"), origin)).wants(http.StatusOK)
		}
		if got := p.attr(`meta[name="fediverse:creator"]`, "content"); got != h.home.Site.Handle().String() {
			t.Errorf("%s: its creator is %q", path, got)
		}
		if got := p.attr("link[rel=canonical]", "href"); got != want["og:url"] && want["og:url"] != "" {
			t.Errorf("%s: its address is %q", path, got)
		}
		p.shows(`link[rel=alternate][type="application/atom+xml"]`, 1).shows("meta[name=robots]", 0)
	}
	edited := h.visit("/@owner/" + veiled)
	if from, to := edited.attr(`meta[property="article:published_time"]`, "content"), edited.attr(`meta[property="article:modified_time"]`, "content"); from >= to {
		t.Errorf("published %s, changed %s", from, to)
	}
}

// TestSearchEnginesPassBy wants those pages left out that the owner wants left
// out, and those that are not there.
func TestSearchEnginesPassBy(t *testing.T) {
	h := openHouse(t)
	h.must(h.tl.SetProfile(t.Context(), social.Profile{Name: "Ana"}, timeline.Pictures{}))
	quiet := h.publish(url.Values{"text": {"quietly"}, "visibility": {"unlisted"}})
	for _, path := range []string{"/@owner", "/@owner/photos", "/@owner/" + quiet, "/tags/none", "/nothing"} {
		if got := h.visit(path).attr("meta[name=robots]", "content"); got != "noindex" {
			t.Errorf("%s tells robots %q", path, got)
		}
	}
}
