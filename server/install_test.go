package server_test

import (
	"bytes"
	"encoding/json"
	"image/png"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"croft/social"
	"croft/timeline"
)

type appManifest struct {
	Name       string `json:"name"`
	Start      string `json:"start_url"`
	Scope      string `json:"scope"`
	Display    string `json:"display"`
	Theme      string `json:"theme_color"`
	Background string `json:"background_color"`
	Icons      []struct{ Src, Type, Sizes, Purpose string }
	Shortcuts  []struct{ URL string }
}

func (h *house) manifest() (m appManifest) {
	h.t.Helper()
	got := h.visit("/manifest.webmanifest").wants(http.StatusOK)
	if kind := got.header.Get("Content-Type"); kind != "application/manifest+json" {
		h.t.Errorf("the manifest is sent as %q", kind)
	}
	h.must(json.Unmarshal([]byte(got.body), &m))
	return m
}

// TestTheHomeAsAnApp holds the manifest against the profile: name and colours
// are the owner's, and every icon is there in the size that is promised.
func TestTheHomeAsAnApp(t *testing.T) {
	h := openHouse(t)
	h.must(h.tl.SetProfile(t.Context(), social.Profile{Name: "Mairi <b>", Hue: "heather"}, timeline.Pictures{}))
	m := h.manifest()
	if m.Name != "Mairi <b>" || m.Start != "/" || m.Scope != "/" || m.Display != "standalone" || m.Theme != "#faf4f3" || m.Background != m.Theme {
		t.Errorf("the manifest says %+v", m)
	}
	for _, shortcut := range m.Shortcuts {
		h.get(shortcut.URL).wants(http.StatusOK)
	}
	purposes := map[string]int{}
	for _, icon := range m.Icons {
		purposes[icon.Purpose+" "+icon.Sizes]++
		got := h.visit(icon.Src).wants(http.StatusOK)
		img, err := png.DecodeConfig(strings.NewReader(got.body))
		h.must(err)
		if size := strconv.Itoa(img.Width); icon.Sizes != size+"x"+size || got.header.Get("Content-Type") != icon.Type {
			t.Errorf("%+v is %d by %d", icon, img.Width, img.Height)
		}
		if cache := got.header.Get("Cache-Control"); !strings.Contains(cache, "immutable") {
			t.Errorf("%s is kept by %q", icon.Src, cache)
		}
	}
	if len(m.Shortcuts) != 2 || purposes["any 192x192"] != 1 || purposes["any 512x512"] != 1 || purposes["maskable 512x512"] != 1 {
		t.Errorf("shortcuts and icons: %+v", m)
	}
	h.get("/").shows(`link[rel=manifest]`, 1)
	h.visit("/@owner").shows(`link[rel=manifest]`, 0) // nobody installs another's home by mistake
	for _, name := range []string{"x", "0123456789-app.png", strings.TrimPrefix(m.Icons[0].Src, "/icons/") + ".png", "-app.png"} {
		h.visit("/icons/" + name).wants(http.StatusNotFound)
	}
}

// TestIconsChangeWithThePicture wants another address for another picture or
// hue, and the old one gone.
func TestIconsChangeWithThePicture(t *testing.T) {
	h := openHouse(t)
	addresses := func() []string {
		p := h.visit("/@owner")
		return []string{p.attr("link[rel=icon]", "href"), p.attr("link[rel=apple-touch-icon]", "href"), h.manifest().Icons[0].Src}
	}
	drawn := addresses()
	if !strings.HasPrefix(drawn[0], "/static/favicon.") {
		t.Errorf("without a picture the tab shows %s", drawn[0])
	}
	avatar, err := h.tl.SaveAvatar(t.Context(), bytes.NewReader(picture(t, 200)))
	h.must(err)
	h.must(h.tl.SetProfile(t.Context(), social.Profile{Name: "Ana"}, timeline.Pictures{Avatar: &avatar}))
	pictured := addresses()
	h.must(h.tl.SetProfile(t.Context(), social.Profile{Name: "Ana", Hue: "sea"}, timeline.Pictures{}))
	tinted := addresses()
	for i := range drawn {
		if drawn[i] == pictured[i] || pictured[i] == tinted[i] {
			t.Errorf("%s stays when the picture changes: %s, then %s", drawn[i], pictured[i], tinted[i])
		}
		h.visit(tinted[i]).wants(http.StatusOK)
	}
	h.visit(pictured[0]).wants(http.StatusNotFound)
	img, err := png.Decode(strings.NewReader(h.visit(tinted[0]).body))
	h.must(err)
	if r, _, _, a := img.At(16, 16).RGBA(); r>>8 != 200 || a>>8 != 255 {
		t.Errorf("the middle of the tab's icon is %v", img.At(16, 16))
	}
	h.visit("/@owner").shows(`meta[name=theme-color]`, 2)
	dark := h.with("/@owner", "Cookie", "theme=dark").shows(`meta[name=theme-color]`, 1)
	if got := dark.attr("meta[name=theme-color]", "content"); got != "#1a1c1a" {
		t.Errorf("the dark page's colour is %s", got)
	}
}

// with is a visitor's look with one header more.
func (h *house) with(path, header, value string) *page {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.home.Site.Origin+path, nil)
	h.must(err)
	req.Header.Set(header, value)
	req.RemoteAddr = "192.0.2.1:1234"
	return h.ask(req)
}
