package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"croft/social"
	"croft/store/storetest"
)

// preferred is the form as a browser sends it, with a few fields changed.
func preferred(change url.Values) url.Values {
	form := url.Values{
		"open_warnings": {"1"}, "media": {"none"}, "still": {"1"}, "boosts": {"fewer"}, "all_replies": {"1"},
		"visibility": {"unlisted"}, "language": {"mi"}, "time_zone": {"Pacific/Auckland"}, "clock": {"12"}, "may_reply": {"followed"}, "may_quote": {"nobody"},
	}
	for name, values := range change {
		form[name] = values
	}
	return form
}

func (h *house) preferences() social.Preferences {
	h.t.Helper()
	home, err := h.home.Store.FindHome(h.t.Context())
	h.must(err)
	return home.Preferences
}

// TestPreferences keeps what was chosen and shows it again.
func TestPreferences(t *testing.T) {
	h := openHouse(t)
	h.get("/settings/preferences").wants(http.StatusOK).shows("[checked]", 4).shows("option[selected]", 4).
		says("#time_zone option[selected]", "As this machine")
	h.saysOnce(h.post("/settings/preferences", preferred(nil)).wants(http.StatusSeeOther, "/settings/preferences"))
	want := social.Preferences{
		OpenWarnings: true, Media: social.MediaNone, Still: true, TimeZone: "Pacific/Auckland", TwelveHours: true,
		Visibility: social.Unlisted, Language: "mi", Boosts: social.BoostsFewer, AllReplies: true,
		MayReply: social.MayReplyFollowed, MayQuote: social.MayQuoteNobody,
	}
	if got := h.preferences(); got != want {
		t.Errorf("kept %+v, want %+v", got, want)
	}
	form := h.get("/settings/preferences").wants(http.StatusOK)
	for selector, want := range map[string]string{
		"[name=media][checked]": "none", "[name=boosts][checked]": "fewer", "[name=visibility][checked]": "unlisted", "[name=clock][checked]": "12",
		"#language option[selected]": "mi", "#may_reply option[selected]": "followed", "#may_quote option[selected]": "nobody", "#time_zone option[selected]": "Pacific/Auckland",
		"[name=open_warnings][checked]": "1", "[name=still][checked]": "1", "[name=all_replies][checked]": "1",
	} {
		if got := form.attr(selector, "value"); got != want {
			t.Errorf("%s is %q, want %q", selector, got, want)
		}
	}
	h.post("/settings/preferences", url.Values{}).wants(http.StatusSeeOther)
	if got := h.preferences(); got != (social.Preferences{}) {
		t.Errorf("nothing chosen is kept as %+v", got)
	}
}

// TestPreferencesRefused says what is wrong beside its field and changes nothing.
func TestPreferencesRefused(t *testing.T) {
	h := openHouse(t)
	before := h.home.Dump("sessions")
	for field, odd := range map[string]string{
		"media": "some", "boosts": "many", "visibility": "direct", "language": "<en>", "time_zone": "../../etc/passwd", "clock": "13", "may_reply": "friends", "may_quote": "friends",
	} {
		got := h.post("/settings/preferences", preferred(url.Values{field: {odd}})).wants(http.StatusUnprocessableEntity)
		got.shows("#"+field+"-error", 1).shows(`[role=alert] a[href="#`+field+`"]`, 1).shows("#"+field+`[aria-describedby~="`+field+`-error"]`, 1)
		got.shows("[name=still][checked]", 1)
	}
	h.post("/settings/preferences", preferred(url.Values{"media": {"some"}, "time_zone": {"Nowhere"}, "clock": {"13"}})).
		wants(http.StatusUnprocessableEntity).shows("[role=alert] a", 3)
	if h.home.Dump("sessions") != before {
		t.Error("a form with faults changed something")
	}
}

// TestPreferencesWhileReading holds what the owner sees against what a visitor
// does, to whom nothing changes.
func TestPreferencesWhileReading(t *testing.T) {
	h := openHouse(t)
	carol := storetest.Actor("carol", "friend.test")
	carol.Avatar = social.Image{RemoteURL: "https://friend.test/avatar.gif"}
	carol = h.know(carol)
	h.follows(carol)
	own := h.publish(url.Values{"text": {"Behind a door"}, "warning": {"a door"}})
	theirs := storetest.Post(carol, "one", h.Now())
	theirs.Attachments = []social.Attachment{{Kind: social.MediaImage, RemoteURL: "https://friend.test/one.gif"}}
	theirs = h.keep(theirs)

	thread := "/posts/" + theirs.ID.String()
	h.get("/posts/"+own).shows("details.veil", 1).shows("details.veil[open]", 0)
	plain := h.get(thread).shows("details.veil", 0).shows(".shots img", 1).shows("html[data-motion]", 0)
	if strings.Contains(plain.body, "still=1") {
		t.Error("pictures stand still before anybody wished it")
	}

	h.post("/settings/preferences", preferred(nil)).wants(http.StatusSeeOther)
	h.get("/posts/"+own).shows("details.veil[open]", 1)
	covered := h.get(thread).shows("details.veil:not([open]) .shots img", 1).says("details.veil summary", "1 picture").shows("html[data-motion=still]", 1)
	for _, selector := range []string{".shots img", ".face-link img"} {
		if src := covered.attr(selector, "src"); !strings.HasSuffix(src, "&still=1") {
			t.Errorf("%s is %q, want it still", selector, src)
		}
	}
	if full := covered.attr(".shots a", "href"); full == "" || strings.Contains(full, "still") {
		t.Errorf("the picture opens as %q, want it to move", full)
	}
	if moment := h.get("/posts/" + own).text(".here time"); !strings.HasSuffix(moment, "am") && !strings.HasSuffix(moment, "pm") {
		t.Errorf("the clock says %q, want twelve hours", moment)
	}
	seen := h.visit("/@owner/"+own).wants(http.StatusOK).shows("details.veil:not([open])", 1).shows("html[data-motion]", 0)
	if moment := seen.text(".here time"); strings.HasSuffix(moment, "m") {
		t.Errorf("a visitor's clock says %q", moment)
	}
}

// TestPreferencesWhileWriting begins posts as the owner likes to.
func TestPreferencesWhileWriting(t *testing.T) {
	h := openHouse(t)
	carol := h.know(storetest.Actor("carol", "friend.test"))
	open := h.keep(storetest.Post(carol, "one", h.Now()))
	h.get("/compose").shows("[name=visibility][value=public][checked]", 1).shows("#language option[value=en][selected]", 1)

	h.post("/settings/preferences", preferred(nil)).wants(http.StatusSeeOther)
	h.get("/compose").shows("[name=visibility][value=unlisted][checked]", 1).shows("#language option[value=mi][selected]", 1)
	h.get("/compose?reply="+open.ID.String()).shows("[name=visibility][value=unlisted][checked]", 1)
	h.get("/compose?to="+carol.ID.String()).shows("[name=visibility][value=direct][checked]", 1)
	h.get("/compose?visibility=followers").shows("[name=visibility][value=followers][checked]", 1)
	h.get("/").shows("#visibility option[value=unlisted][selected]", 1).
		shows(".compose [name=language][value=mi], .compose [name=language] option[value=mi][selected]", 1).
		shows(".compose [name=may_reply][value=followed]", 1).shows(".compose [name=may_quote][value=nobody]", 1)
	for _, path := range []string{"/compose", "/compose?reply=" + open.ID.String()} {
		h.get(path).shows("#may_reply [value=followed][selected]", 1).shows("#may_quote [value=nobody][selected]", 1)
	}
	h.get("/posts/"+open.ID.String()).shows(".compose [name=may_quote][value=nobody]", 1)
}

// TestAppsWriteAsPreferred lets apps begin as the desk does, and choose who may quote
// new posts.
func TestAppsWriteAsPreferred(t *testing.T) {
	h := openHouse(t)
	key := h.key("read write")
	h.post("/settings/preferences", preferred(nil)).wants(http.StatusSeeOther)
	quotable := func(want, body string) {
		t.Helper()
		got := h.call("POST", "/api/v1/statuses", key, body).wants(http.StatusOK)
		id, err := social.ParseID(got.field("id"))
		h.must(err)
		p, err := h.home.Store.FindPost(t.Context(), id)
		if err != nil || string(p.MayQuote) != want || p.MayReply != social.MayReplyFollowed {
			t.Errorf("it may be quoted by %s and answered by %s (%v)", p.MayQuote, p.MayReply, err)
		}
	}
	quotable("nobody", "status=one")
	quotable("public", "status=two&quote_approval_policy=public")
	before := h.home.Dump("tokens")
	h.call("PATCH", "/api/v1/accounts/update_credentials", key, "source[quote_policy]=friends").wants(http.StatusUnprocessableEntity)
	if h.home.Dump("tokens") != before {
		t.Error("a refused call changed something")
	}
	if got := h.call("PATCH", "/api/v1/accounts/update_credentials", key, "source[quote_policy]=followers").wants(http.StatusOK); !strings.Contains(got.body, `"quote_policy":"followers"`) {
		t.Errorf("it says %s", got.body)
	}
	if got := h.call("GET", "/api/v1/preferences", key).wants(http.StatusOK); got.field("posting:default:quote_policy") != "followers" {
		t.Errorf("it says %s", got.body)
	}
	quotable("followers", "status=three")
}
