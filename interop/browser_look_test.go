package interop

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

const (
	picturesFolder = "../out/pictures"
	phone, desk    = 320, 1280 // CSS pixels
	tallest        = 1400      // of a picture; what is below is looked at, but not kept
	windowHeader   = "Test-Window"
)

// window is a person who looks hard: at each page in both widths and both
// themes.
type window struct {
	*person
	name   string // owner or visitor, with script or without
	origin string
	script bool
	axe    string // the source of axe-core
}

// openWindow opens one that tells the server its name with every request.
func openWindow(t *testing.T, browser context.Context, origin, name string, script bool) *window {
	t.Helper()
	w := &window{name: name, origin: origin, script: script}
	source, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("make test installs axe-core: %v", err)
	}
	w.person, w.axe = sitDown(t, browser, script), string(source)
	_, err = chromedp.Call(w.ctx, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{windowHeader: w.name}})
	w.done(err)
	return w
}

// see opens a page and looks at it.
func (w *window) see(v view) {
	w.t.Helper()
	w.size(phone)
	where := w.come(v.path, v.status, chromedp.Navigate(w.origin+v.path))
	if strings.HasPrefix(where, w.origin+"/login?") && !strings.HasPrefix(v.path, "/login") {
		return // the door looks the same from everywhere
	}
	w.study(v.name)
}

// come does what leads to a page, and holds its status against the one wanted.
// It returns the page's address.
func (w *window) come(name string, status int, steps ...chromedp.Action[chromedp.Void]) string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, lookingLimit)
	defer cancel()
	r, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		w.t.Fatalf("%s: %s: no page came: %v", w.name, name, err)
	}
	if int(r.Status) != status {
		w.t.Errorf("%s: %s leads to %s with status %d, want %d: %s", w.name, name, r.URL, r.Status, status, w.text())
	}
	return r.URL
}

// meaning allows an address to answer with an error.
func (w *window) meaning(path string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.meant[w.origin+path] = true
}

// study looks at the page that is there: does it fit, what does axe say, and
// how does it look.
func (w *window) study(name string) {
	w.t.Helper()
	for _, width := range []int64{phone, desk} {
		w.size(width)
		if wide := ask[[]string](w, tooWide); len(wide) > 0 {
			w.t.Errorf("%s: %s scrolls sideways at %d px because of\n\t%s", w.name, name, width, strings.Join(wide, "\n\t"))
		}
		for _, theme := range []string{"light", "dark"} {
			first := (width == phone) == (theme == "light")
			if !w.script && !first {
				continue // without script it looks the same: two of four are enough
			}
			w.theme(theme)
			if w.script && first {
				w.judge(fmt.Sprintf("%s at %d px, %s", name, width, theme), width == desk)
			}
			w.keep(name, width, theme)
		}
	}
}

func (w *window) size(width int64) {
	w.t.Helper()
	w.done(chromedp.Do(w.ctx, chromedp.EmulateViewport(width, 800)))
}

func (w *window) theme(name string) {
	w.t.Helper()
	_, err := chromedp.Call(w.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: name},
			{Name: "prefers-reduced-motion", Value: "reduce"}, // else the colours are still on their way
		},
	})
	w.done(err)
}

// tooWide names what reaches beyond the window, if the page can be scrolled
// there.
const tooWide = `(() => {
	const over = document.documentElement.scrollWidth - innerWidth;
	if (over <= 0) return [];
	const inner = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 0.5);
	return [over + " px", ...inner.slice(0, 8).map(e => e.outerHTML.slice(0, 160))];
})()`

// judge runs axe: WCAG 2.2 A and AA, and what else is good practice. At a desk
// everything is unfolded for it. What is unfolded lies over what is below it,
// so that the places where one can press are measured before. Of a long thread
// the first posts stand for all, since axe is slow.
func (w *window) judge(name string, unfolded bool) {
	w.t.Helper()
	ask[bool](w, w.axe+";true")
	var found []string
	runs := []string{`{runOnly: {type: "tag", values: tags}}`}
	if unfolded {
		runs = []string{`{runOnly: {type: "rule", values: ["target-size"]}}`, `{runOnly: {type: "tag", values: tags}, rules: {"target-size": {enabled: false}}}`}
	}
	for i, options := range runs {
		if i == 1 {
			ask[bool](w, `document.querySelectorAll("details:not([open])").forEach(d => { d.open = true; d.dataset.unfolded = ""; }), true`)
			defer ask[bool](w, `document.querySelectorAll("[data-unfolded]").forEach(d => { d.open = false; delete d.dataset.unfolded; }), true`)
		}
		found = append(found, ask[[]string](w, `(tags => axe.run({exclude: [...document.querySelectorAll("article")].slice(25)}, `+options+`)
			.then(r => r.violations.flatMap(v => v.nodes.slice(0, 5).map(n => v.id + ": " + v.help + "\n\t\t" + n.html.slice(0, 300) +
				"\n\t\t" + n.target + "\n\t\t" + n.failureSummary.replaceAll("\n", " ")))))
			(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"])`)...)
	}
	if len(found) > 0 {
		w.t.Errorf("%s: axe finds in %s:\n\t%s", w.name, name, strings.Join(found, "\n\t"))
	}
}

// ask evaluates an expression within the page.
func ask[T any](w *window, expression string) T {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, lookingLimit)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		w.t.Fatalf("%s: %.200s: %v", w.name, expression, err)
	}
	return v
}

// keep makes a picture for people to look at.
func (w *window) keep(name string, width int64, theme string) {
	w.t.Helper()
	height := min(ask[float64](w, `document.documentElement.scrollHeight`), tallest)
	quality, yes := int64(60), true
	shot, err := chromedp.Call(w.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{
		Format: page.CaptureScreenshotFormatJpeg, Quality: &quality, OptimizeForSpeed: &yes, CaptureBeyondViewport: &yes,
		Clip: &page.Viewport{Width: float64(width), Height: height, Scale: 1},
	})
	w.done(err)
	file := filepath.Join(picturesFolder, name, fmt.Sprintf("%s-%d-%s.jpg", w.name, width, theme))
	w.done(os.MkdirAll(filepath.Dir(file), 0o755))
	w.done(os.WriteFile(file, shot.Data, 0o644))
}
