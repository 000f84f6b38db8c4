package server_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"croft/social"
)

func TestOwnEmoji(t *testing.T) {
	h := openHouse(t)
	h.get("/settings/emoji").wants(http.StatusOK).says("main", "No emoji of your own yet.")
	h.upload("/settings/emoji", url.Values{"name": {":wool:"}, "category": {"Cloth"}}, map[string][]byte{"media": picture(t, 10)}).wants(http.StatusSeeOther, "/settings/emoji")
	list := h.get("/settings/emoji").shows(".list li", 1).says(".list li", ":wool:").says(".list li", "Cloth")
	src := list.attr(".list img", "src")

	id := h.publish(url.Values{"text": {"Six hanks :wool: and `:wool:` and 10:wool:20 and :none:"}, "warning": {"much :wool:"}})
	h.visit("/@owner/"+id).shows(`.prose img.emoji[src="`+src+`"]`, 1).shows(`.p-summary img.emoji`, 1)
	h.visit(src).wants(http.StatusOK)
	if got := h.call("GET", "/api/v1/statuses/"+id, "").wants(http.StatusOK).body; !strings.Contains(got, `"shortcode":"wool","url":"`+h.home.Site.Origin+src) {
		t.Errorf("an app is told %s", got)
	}
	if got := h.call("GET", "/api/v1/custom_emojis", "").wants(http.StatusOK).body; !strings.Contains(got, `"shortcode":"wool"`) || !strings.Contains(got, `"visible_in_picker":true,"category":"Cloth"`) {
		t.Errorf("an app may write with %s", got)
	}
	if got := h.get("/complete?q=:WO").body; !strings.HasPrefix(got, `[{"text":":wool:","name":"wool","face":"`+src+`"}`) {
		t.Errorf("completed by %s", got)
	}

	h.post("/settings/emoji/retire", url.Values{"emoji": {list.attr("[name=emoji]", "value")}}).wants(http.StatusSeeOther, "/settings/emoji")
	h.get("/settings/emoji").shows(".list li", 0)
	h.visit("/@owner/"+id).shows(`.prose img.emoji`, 1)
	h.visit("/@owner/"+h.publish(url.Values{"text": {"no more :wool:"}})).shows(`.prose img.emoji`, 0)
	h.post("/settings/emoji/retire", url.Values{"emoji": {list.attr("[name=emoji]", "value")}}).wants(http.StatusNotFound)
}

// Emoji go along to other servers, in posts and in the profile.
func TestOwnEmojiOnTheWire(t *testing.T) {
	h := openHouse(t)
	e, err := h.tl.AddEmoji(t.Context(), "wool", "", bytes.NewReader(picture(t, 10)))
	h.must(err)
	h.post("/settings/profile", url.Values{"name": {"Ana :wool:"}, "hue": {"moss"}}).wants(http.StatusSeeOther)
	id := h.publish(url.Values{"text": {"hanks :wool:"}})
	said := `{"icon":{"mediaType":"image/png","type":"Image","url":"` + h.home.Site.Media(e.File) + `"},"id":"` + h.home.Site.Emoji(e.ID) + `","name":":wool:","type":"Emoji"}`
	for _, path := range []string{"/@owner", "/@owner/" + id} {
		if got := h.document(path); !strings.Contains(got, said) {
			t.Errorf("%s says %s", path, got)
		}
	}
	if got := h.document(strings.TrimPrefix(h.home.Site.Emoji(e.ID), h.home.Site.Origin)); !strings.Contains(got, `"name":":wool:"`) {
		t.Errorf("its own document is %s", got)
	}
	h.visit("/emojis/1").wants(http.StatusNotFound)
	h.visit("/@owner").shows("h1 img.emoji", 1)
}

// document is what another server gets.
func (h *house) document(path string) string {
	h.t.Helper()
	req := httptest.NewRequestWithContext(h.t.Context(), http.MethodGet, h.home.Site.Origin+path, http.NoBody)
	req.Header.Set("Accept", activityJSON)
	return h.ask(req).wants(http.StatusOK).body
}

func TestWrongEmoji(t *testing.T) {
	h := openHouse(t)
	_, err := h.tl.AddEmoji(t.Context(), "wool", "", bytes.NewReader(picture(t, 10)))
	h.must(err)
	good, large := picture(t, 10), append(picture(t, 20), make([]byte, social.MaxEmojiBytes)...)
	for name, test := range map[string]struct {
		form  url.Values
		file  []byte
		field string
	}{
		"taken":         {url.Values{"name": {"wool"}}, good, "name"},
		"of one letter": {url.Values{"name": {"w"}}, good, "name"},
		"with a space":  {url.Values{"name": {"a b"}}, good, "name"},
		"too large":     {url.Values{"name": {"large"}}, large, "media"},
		"no picture":    {url.Values{"name": {"words"}}, []byte("words"), "media"},
		"without one":   {url.Values{"name": {"none"}}, nil, "media"},
		"long category": {url.Values{"name": {"hank"}, "category": {strings.Repeat("x", 61)}}, good, "category"},
	} {
		files := map[string][]byte{}
		if test.file != nil {
			files["media"] = test.file
		}
		got := h.upload("/settings/emoji", test.form, files).wants(http.StatusUnprocessableEntity).shows("#"+test.field+"-error", 1).shows(".list li", 1)
		if kept := got.attr("#name", "value"); kept != test.form.Get("name") {
			t.Errorf("%s: the name is %q, want it as typed", name, kept)
		}
	}
}
