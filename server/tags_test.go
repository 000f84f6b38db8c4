package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"croft/social"
	"croft/store/storetest"
	"croft/timeline"
)

// TestFollowedHashtag brings what strangers post with a hashtag into Home, from
// the page of the hashtag and by apps.
func TestFollowedHashtag(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write follow")
	bob := h.know(storetest.Actor("bob", "far.test"))
	tagged := storetest.Post(bob, "1", h.Now())
	tagged.Content, tagged.Tags = "<p>Of #Wool</p>", []string{"Wool"}
	h.keep(tagged)
	private := storetest.Post(bob, "2", h.Now())
	private.Tags, private.Visibility = []string{"wool"}, social.Followers
	h.keep(private)
	h.get("/").shows("article.post", 0)
	h.get("/tags/wool").shows(`form[action="/tags/wool/follow"]`, 1).shows(`form[action="/tags/wool/feature"]`, 1)
	h.visit("/tags/wool").shows("form[action$=follow]", 0)
	h.post("/tags/wool/follow", nil).wants(http.StatusSeeOther, "/tags/wool")
	h.get("/tags/wool").shows(`form[action="/tags/wool/unfollow"]`, 1)
	h.get("/").shows("article.post", 1).says("article.post", "Of #Wool")
	h.get("/following").says(".tags", "wool")
	got := h.call("GET", "/api/v1/followed_tags", key).wants(200)
	if !strings.Contains(got.body, `"name":"wool"`) || !strings.Contains(got.body, `"following":true,"featuring":false`) || strings.Count(got.body, `"day"`) != 7 || !strings.Contains(got.body, `"accounts":"1","uses":"1"`) {
		t.Errorf("it is %s", got.body)
	}
	if home := h.call("GET", "/api/v1/timelines/home", key).wants(200).body; strings.Count(home, `"uri":"https://far.test`) != 2 { // the post and its author
		t.Errorf("home is %s", home)
	}
	h.must(h.tl.Mute(t.Context(), bob.ID, h.Now().Add(1e9), false))
	h.get("/").shows("article.post", 0)
	h.must(h.tl.Unmute(t.Context(), bob.ID))
	if got := h.call("POST", "/api/v1/tags/WOOL/unfollow", key).wants(200).body; !strings.Contains(got, `"following":false`) {
		t.Errorf("then it is %s", got)
	}
	h.get("/").shows("article.post", 0)

	before := h.home.Dump("tokens", "sessions")
	for _, wrong := range []string{"12", "a%20b", "-"} {
		h.call("POST", "/api/v1/tags/"+wrong+"/follow", key).wants(422)
		h.call("GET", "/api/v1/tags/"+wrong, key).wants(404)
		h.post("/tags/"+wrong+"/follow", nil).wants(http.StatusUnprocessableEntity)
	}
	if h.home.Dump("tokens", "sessions") != before {
		t.Error("a refused call changed something")
	}
	if got := h.call("GET", "/api/v1/tags/wool", "").wants(200).body; strings.Contains(got, "following") || strings.Contains(got, `"day"`) {
		t.Errorf("a stranger is told %s", got)
	}
}

// TestFeaturedHashtags stand on the profile, for visitors, apps and servers.
func TestFeaturedHashtags(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write")
	h.publish(url.Values{"text": {"Of #Wool and #silk"}})
	h.publish(url.Values{"text": {"More #wool"}})
	h.publish(url.Values{"text": {"Secret #wool"}, "visibility": {"followers"}})
	if got := h.call("GET", "/api/v1/featured_tags/suggestions", key).wants(200).body; strings.Index(got, `"name":"wool"`) > strings.Index(got, `"name":"silk"`) || !strings.Contains(got, "silk") {
		t.Errorf("suggested are %s", got)
	}
	h.visit("/@owner").shows(".tags[aria-label=Hashtags]", 0)
	h.post("/tags/Wool/feature", nil).wants(http.StatusSeeOther, "/tags/Wool")
	h.visit("/@owner").says(".tags[aria-label=Hashtags]", "Wool")
	one := h.call("POST", "/api/v1/featured_tags", key, "name=%23silk").wants(200)
	if !strings.Contains(one.body, `"name":"silk"`) || !strings.Contains(one.body, `"statuses_count":"1"`) {
		t.Errorf("it is %s", one.body)
	}
	me := h.home.Node.OwnerID().String()
	if got := h.call("GET", "/api/v1/accounts/"+me+"/featured_tags", "").wants(200).body; !strings.Contains(got, `"name":"Wool","url":"https://me.test/tags/wool","statuses_count":"2","last_status_at":"2`) {
		t.Errorf("they are %s", got)
	}
	if got := h.document("/@owner/featured_tags"); !strings.Contains(got, `"name":"#Wool"`) || !strings.Contains(got, `"totalItems":2`) || !strings.Contains(h.document("/@owner"), `"featuredTags":"https://me.test/@owner/featured_tags"`) {
		t.Errorf("other servers get %s", got)
	}
	h.call("DELETE", "/api/v1/featured_tags/"+one.field("id"), key).wants(200)
	h.call("DELETE", "/api/v1/featured_tags/"+one.field("id"), key).wants(404)
	h.post("/tags/wool/unfeature", nil).wants(http.StatusSeeOther)
	if got := h.call("GET", "/api/v1/featured_tags", key).wants(200).body; got != "[]" {
		t.Errorf("they are %s", got)
	}
	for i := range timeline.MaxFeaturedTags {
		h.call("POST", "/api/v1/featured_tags", key, "name=tag"+string(rune('a'+i))).wants(200)
	}
	h.call("POST", "/api/v1/featured_tags", key, "name=tagA").wants(200)
	h.call("POST", "/api/v1/featured_tags", key, "name=more").wants(422)
}
