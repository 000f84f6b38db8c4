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

// TestPreview shows the post as it will look, by a button alone: photos are
// taken in as by their own button, and nothing else is kept.
func TestPreview(t *testing.T) {
	h := openHouse(t)
	sam := h.know(storetest.Actor("sam", "stranger.test"))
	form := url.Values{
		"text": {"**Look**, @sam@stranger.test and @nobody@else.test: #wool"}, "warning": {"wool ahead"}, "visibility": {"unlisted"},
		"act": {"preview"}, "alt_1": {"grey"}, "next": {"/"},
	}
	h.get("/compose").shows("#preview.idle", 1).shows("#preview article", 0)
	before := h.home.Dump("sessions", "attachments")
	desk := h.upload("/compose", form, map[string][]byte{"media_1": picture(t, 90)}).wants(http.StatusOK)
	if h.home.Dump("sessions", "attachments") != before {
		t.Error("the preview kept something besides the photo")
	}
	desk.shows("#preview article", 1).shows("#preview footer.acts, #preview form, #preview button", 0).says("#preview .p-summary", "wool ahead").
		shows("#preview .prose strong", 1).shows(".shots img[alt=grey]", 1).says("#preview .when", "Unlisted").says("#preview", "@nobody@else.test").
		shows("[name=media_id_1]", 1).says("textarea#text", "**Look**")
	if got := desk.attr("#preview .prose a", "href"); got != sam.URI && got != sam.URL {
		t.Errorf("sam is linked to %q", got)
	}
	words := desk.text("#preview .prose")

	form = formOf(desk)
	if form.Get("next") != "/" {
		t.Errorf("the form forgot where it began: next is %q", form.Get("next"))
	}
	form.Set("next", "")
	id := h.uploadPost(form)
	h.visit("/@owner/"+id).shows("article.here .prose strong", 1).shows(".shots img[alt=grey]", 1)
	if got := h.get("/posts/" + id).text("article.here .prose"); got != words {
		t.Errorf("the post says %q, the preview said %q", got, words)
	}
}

// TestPreviewWhileTyping is what the script asks for: a part of a page, of which
// nothing is kept, with what is said now of the photos that are here.
func TestPreviewWhileTyping(t *testing.T) {
	h := openHouse(t)
	form := formOf(h.upload("/compose", url.Values{"text": {"x"}, "visibility": {"public"}, "act": {"upload"}}, map[string][]byte{"media_1": picture(t, 90)}))
	form.Set("text", "# Title\n\n<script>alert(1)</script>")
	form.Set("alt_1", "a grey field")
	form.Set("waiting", "2")
	before := h.home.Dump("sessions")
	part := h.post("/compose/preview", form).wants(http.StatusOK).shows("section", 1).shows("#preview article h2", 1).shows("script, main, nav", 0).
		says("#preview", "2 photos are not sent yet")
	if got := part.attr(".shots img", "alt"); got != "a grey field" {
		t.Errorf("the photo is described as %q", got)
	}
	form.Set("drop_1", "1")
	h.post("/compose/preview", form).shows("#preview img.face", 1).shows(".shots", 0)
	form.Set("text", " ")
	h.post("/compose/preview", form).shows("#preview.idle", 1).shows("article", 0)
	form.Set("text", strings.Repeat("long ", 6000)) // what is wrong is said when it is posted
	h.post("/compose/preview", form).wants(http.StatusOK).shows("article", 1)

	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, h.home.Site.Origin+"/compose/preview", strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", h.home.Site.Origin)
	h.ask(req).wants(http.StatusUnauthorized)
	if h.home.Dump("sessions") != before {
		t.Error("a preview kept something")
	}
}

// TestSeveralPhotos chooses several files in one field: each has a place, and
// what does not fit is said.
func TestSeveralPhotos(t *testing.T) {
	h := openHouse(t)
	several := func(form url.Values, field string, n int) *page {
		files := make([]file, n)
		for i := range files {
			files[i] = file{field, picture(t, uint8(10*i))}
		}
		return h.uploadAll("/compose", form, files)
	}
	form := url.Values{"text": {"look"}, "visibility": {"public"}, "act": {"upload"}, "alt_1": {"one"}, "alt_2": {"two"}, "alt_3": {"three"}}
	taken := several(form, "media_1", 3).wants(http.StatusOK).shows("input[name^=media_id_]", 3).says("#alt_1", "one").says("#alt_2", "two").says("#alt_3", "three")
	form = formOf(taken)
	many := several(form, "media_4", 3).wants(http.StatusUnprocessableEntity).shows("input[name^=media_id_]", 4).says("#media-error", "2 more were left out")
	h.get("/").shows("article.post", 0)
	id := h.uploadPost(formOf(many))
	h.visit("/@owner/"+id).shows(".shots img", 4)
}

// TestNobodyFound: who is named and cannot be found is said after posting, and
// after an edit.
func TestNobodyFound(t *testing.T) {
	h := openHouse(t)
	h.know(storetest.Actor("sam", "stranger.test"))
	for text, want := range map[string]string{
		"hello @sam@stranger.test":                "Your post is out.",
		"hello @x@nowhere.test":                   "Your post is out. @x@nowhere.test could not be found, so nobody there was told.",
		"@a@nowhere.test @b@nowhere.test":         "Your post is out. @a@nowhere.test and @b@nowhere.test could not be found, so nobody there was told.",
		"@a@a.test @b@b.test @c@c.test @d@d.test": "Your post is out. @a@a.test, @b@b.test, @c@c.test and 1 more could not be found, so nobody there was told.",
	} {
		out := h.post("/compose", url.Values{"text": {text}, "visibility": {"public"}}).wants(http.StatusSeeOther)
		if got := h.follow(out).text(".note"); got != want {
			t.Errorf("%q: the notice is %q, want %q", text, got, want)
		}
	}
	id := h.publish(url.Values{"text": {"nobody yet"}})
	out := h.post("/posts/"+id+"/edit", url.Values{"text": {"now @x@nowhere.test"}}).wants(http.StatusSeeOther)
	h.follow(out).says(".note", "@x@nowhere.test could not be found")
}

// TestAnswerInPlace writes under the post in question: whom it names, who sees it
// and its warning stand there as on the desk.
func TestAnswerInPlace(t *testing.T) {
	h := openHouse(t)
	asked := storetest.Post(h.know(storetest.Actor("sam", "stranger.test")), "question", h.Now())
	asked.Warning, asked.Language, asked.Visibility = "spiders", "fr", social.Followers
	asked = h.keep(asked)
	path := "/posts/" + asked.ID.String()
	thread := h.get(path).wants(http.StatusOK).shows("form.compose", 1).says("form.compose textarea#text", "@sam@stranger.test").
		shows("#visibility option", 2).shows("form.compose details.more[open]", 1)
	for selector, want := range map[string]string{
		"#warning": "spiders", "#language option[selected]": "fr", "#visibility option[selected]": "followers", "[name=in_reply_to]": asked.ID.String(),
	} {
		if got := thread.attr("form.compose "+selector, "value"); got != want {
			t.Errorf("%s is %q, want %q", selector, got, want)
		}
	}
	form := url.Values{"text": {"@sam@stranger.test an answer"}, "visibility": {"followers"}, "in_reply_to": {asked.ID.String()}, "next": {path}, "warning": {"spiders"}}
	out := h.upload("/compose", form, nil).wants(http.StatusSeeOther)
	h.get(out.location).says("article.here", "an answer").says("article.up", "question")
	h.get(path).says("#answer article", "an answer")

	form.Set("text", " ")
	h.upload("/compose", form, nil).wants(http.StatusUnprocessableEntity).shows("form.desk #text-error", 1).shows("[name=in_reply_to]", 1)
	own := h.publish(url.Values{"text": {"open"}})
	h.visit("/@owner/"+own).shows("form.compose", 0)
	h.get("/").shows("form.compose [name=warning]", 1).shows("form.compose [name=media_1]", 1).shows("form.compose select#language", 1)
}

// TestComplete offers people, hashtags and emoji to the owner alone.
func TestComplete(t *testing.T) {
	h := openHouse(t)
	sam := h.know(storetest.Actor("sam", "stranger.test"))
	h.know(storetest.Actor("sally", "far.test"))
	h.followedBy(sam, social.FollowAccepted)
	h.publish(url.Values{"text": {"#Wool and #woad"}})
	for q, want := range map[string]string{
		"@sa":        `"text":"@sam@stranger.test"`,
		"@sally":     `"text":"@sally@far.test"`,
		"#wo":        `[{"text":"#Wool"},{"text":"#woad"}]`,
		":smile":     `{"text":"😄","name":"smile"}`,
		"sam":        `[]`,
		"":           `[]`,
		"@":          `[]`,
		"@zzz":       `[]`,
		"@sam'\"<b>": `[]`,
	} {
		got := h.get("/complete?q=" + url.QueryEscape(q)).wants(http.StatusOK)
		if !strings.Contains(got.body, want) || got.header.Get("Content-Type") != "application/json" || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %s as %q, kept %q", q, got.body, got.header.Get("Content-Type"), got.header.Get("Cache-Control"))
		}
	}
	if body := h.get("/complete?q=@sa").body; strings.Index(body, "sally") < strings.Index(body, "sam@") {
		t.Errorf("who follows comes last: %s", body)
	}
	h.visit("/complete?q=@sa").wants(http.StatusSeeOther)
}
