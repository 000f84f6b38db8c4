package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"croft/social"
)

// profile is the form as a browser sends it, with a few fields changed.
func profile(change url.Values) url.Values {
	form := url.Values{
		"name": {"Ana"}, "bio": {"I bake.\r\nOften."}, "hue": {"sea"}, "locked": {"1"}, "indexable": {"1"},
		"field_name_1": {"Site"}, "field_value_1": {"https://ana.example"}, "avatar_alt": {"Me"}, "header_alt": {"The sea"},
	}
	for name, values := range change {
		form[name] = values
	}
	return form
}

func TestProfileForm(t *testing.T) {
	h := openHouse(t)
	saved := h.upload("/settings/profile", profile(nil), map[string][]byte{"avatar": picture(t, 80)}).
		wants(http.StatusSeeOther, "/settings/profile")
	h.saysOnce(saved)

	form := h.get("/settings/profile").wants(http.StatusOK)
	for selector, want := range map[string]string{
		"[name=name]": "Ana", "[name=field_name_1]": "Site", "[name=field_value_1]": "https://ana.example", "[name=hue][checked]": "sea",
	} {
		if got := form.attr(selector, "value"); got != want {
			t.Errorf("%s is %q, want %q", selector, got, want)
		}
	}
	form.says("#bio", "I bake. Often.").says("[name=avatar_alt]", "Me")
	form.shows("[name=locked][checked]", 1).shows("[name=indexable][checked]", 1).shows("[name=discoverable][checked]", 0)
	if form.attr("html", "data-hue") != "sea" {
		t.Errorf("the house is %q, want sea", form.attr("html", "data-hue"))
	}

	front := h.visit("/@owner").wants(http.StatusOK).says("main", "I bake.").shows(`a[rel~=me][href="https://ana.example"]`, 1)
	avatar := front.attr("img.doorway", "src")
	picture := h.visit(avatar).wants(http.StatusOK)
	if !strings.HasPrefix(picture.header.Get("Content-Type"), "image/") || !strings.Contains(picture.header.Get("Cache-Control"), "immutable") {
		t.Errorf("the avatar comes as %v", picture.header)
	}

	h.upload("/settings/profile", profile(url.Values{"avatar_drop": {"1"}}), nil).wants(http.StatusSeeOther)
	h.get("/settings/profile").shows("[name=avatar_drop]", 0)
}

// saysOnce follows a redirect as a browser does: the page it leads to says what
// was done, and has the browser forget it.
func (h *house) saysOnce(saved *page) {
	h.t.Helper()
	req := h.owned(newGet(h.t, h.home.Site.Origin+saved.location))
	for _, c := range saved.cookies {
		req.AddCookie(c)
	}
	next := h.ask(req).wants(http.StatusOK).shows("[role=status]", 1)
	for _, c := range next.cookies {
		if c.Name == saved.cookies[0].Name && c.MaxAge < 0 {
			return
		}
	}
	h.t.Errorf("%s: the sentence would be said again", next.asked)
}

// TestProfileFormKeepsWords holds that what was wrong is told at its field, and
// that nothing has to be typed again.
func TestProfileFormKeepsWords(t *testing.T) {
	h := openHouse(t)
	before := h.home.Dump("sessions")
	for name, test := range map[string]struct {
		change url.Values
		field  string
	}{
		"a long name":        {url.Values{"name": {strings.Repeat("n", social.MaxName+1)}}, "name"},
		"a long bio":         {url.Values{"bio": {strings.Repeat("b", social.MaxBio+1)}}, "bio"},
		"a value without":    {url.Values{"field_name_1": {""}}, "field_name_1"},
		"a long description": {url.Values{"avatar_alt": {strings.Repeat("a", social.MaxAlt+1)}}, "avatar"},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string][]byte{}
			if test.field == "avatar" {
				files["avatar"] = picture(t, 90)
			}
			form := profile(test.change)
			got := h.upload("/settings/profile", form, files).wants(http.StatusUnprocessableEntity)
			got.shows("#"+test.field+"[aria-invalid]", 1).shows(`[role=alert] a[href="#`+test.field+`"]`, 1)
			for _, field := range []string{"name", "field_name_1", "field_value_1"} {
				if kept := got.attr("[name="+field+"]", "value"); kept != form.Get(field) {
					t.Errorf("%s is %.40q, want %.40q", field, kept, form.Get(field))
				}
			}
			for _, field := range []string{"avatar_alt", "header_alt", "bio"} {
				if kept, want := got.text("[name="+field+"]"), strings.Join(strings.Fields(form.Get(field)), " "); kept != want {
					t.Errorf("%s is %.40q, want %.40q", field, kept, want)
				}
			}
		})
	}
	h.upload("/settings/profile", profile(nil), map[string][]byte{"header": []byte("no picture")}).
		wants(http.StatusUnprocessableEntity).shows("#header[aria-invalid]", 1)
	if h.home.Dump("sessions") != before {
		t.Error("a form with faults changed something")
	}
}

// TestStrangeHue holds that nothing but the stylesheet's own names is kept.
func TestStrangeHue(t *testing.T) {
	h := openHouse(t)
	h.upload("/settings/profile", profile(url.Values{"hue": {`"><img src=x>`}}), nil).wants(http.StatusSeeOther)
	if got := h.get("/").attr("html", "data-hue"); got != "" {
		t.Errorf("the house is %q", got)
	}
}

func TestTheme(t *testing.T) {
	h := openHouse(t)
	for theme, want := range map[string]string{"dark": "dark", "light": "light", "auto": "", "neon": ""} {
		got := h.post("/theme", url.Values{"theme": {theme}, "next": {"/@owner"}}).wants(http.StatusSeeOther, "/@owner")
		value := ""
		for _, c := range got.cookies {
			if c.Name == "theme" && c.MaxAge > 0 {
				value = c.Value
			}
		}
		if value != want {
			t.Errorf("theme %s is kept as %q, want %q", theme, value, want)
		}
	}
	req := h.owned(newGet(t, h.home.Site.Actor()))
	req.AddCookie(&http.Cookie{Name: "theme", Value: "dark"})
	if got := h.ask(req).attr("html", "data-theme"); got != "dark" {
		t.Errorf("the page is %q, want dark", got)
	}
}

// TestHosts blocks a server from the settings page and lets it in again.
func TestHosts(t *testing.T) {
	h := openHouse(t)
	h.get("/hosts/block?host=far.test").wants(http.StatusOK).says("h1", "Block far.test?")
	h.post("/hosts/block", url.Values{"host": {"far.test"}}).wants(http.StatusSeeOther, "/settings/moderation")
	h.get("/settings/moderation").wants(http.StatusOK).says("main", "far.test")
	h.post("/hosts/unblock", url.Values{"host": {"far.test"}}).wants(http.StatusSeeOther, "/settings/moderation")
	if strings.Contains(h.get("/settings/moderation").text("main"), "far.test") {
		t.Error("the server is still blocked")
	}
	for _, odd := range []string{"", "not a host", "me.test"} {
		got := h.post("/hosts/block", url.Values{"host": {odd}}).wants(http.StatusUnprocessableEntity)
		if kept := got.attr("[name=host]", "value"); kept != odd {
			t.Errorf("host is %q, want %q as typed", kept, odd)
		}
	}
}
