package interop

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"croft/templates"
)

// soonest is how long the first words may take on a phone with a slow line. What
// is measured on a machine that does much else is the best of a few looks.
const (
	soonest = 500 * time.Millisecond
	looks   = 6
)

// slowLine is what Lighthouse calls slow 4G: 150 ms there and back, 1.6 Mbit/s
// down, 750 kbit/s up.
var slowLine = network.Conditions{Latency: 150, DownloadThroughput: 1.6e6 / 8, UploadThroughput: 750e3 / 8, ConnectionType: network.ConnectionTypeCellular4g}

// TestSpeed looks at a home that is lived in, as a phone with a slow line does:
// words come soon, and nothing moves that has been seen.
func TestSpeed(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	l, browser := openLived(t), openBrowser(t)
	visitor, owner := sitDown(t, browser, true), sitDown(t, browser, true)
	owner.open(l.Site.Origin + "/login")
	owner.signIn("me")
	for _, p := range []*person{visitor, owner} {
		p.slowDown()
	}
	post := strings.TrimPrefix(l.shown.URL, l.Site.Origin)
	for _, v := range []struct {
		who  *person
		path string
	}{{visitor, "/@me"}, {visitor, post}, {visitor, "/@me/photos"}, {owner, "/"}} {
		for _, width := range []int64{360, 1280} {
			v.who.done(chromedp.Do(v.who.ctx, chromedp.EmulateViewport(width, 800)))
			first, moved := time.Hour, 0.0
			for i := 0; i < looks && (i == 0 || first > soonest); i++ {
				paint, shift := v.who.glance(l.Site.Origin + v.path)
				first, moved = min(first, paint), max(moved, shift)
			}
			t.Logf("%s at %d px: first words after %d ms, %.4f moved", v.path, width, first.Milliseconds(), moved)
			if moved > 0 {
				t.Errorf("%s at %d px: layout shift %.4f, want none", v.path, width, moved)
			}
			if first > soonest {
				t.Errorf("%s at %d px: the first words come after %v, want %v", v.path, width, first, soonest)
			}
		}
	}
}

// slowDown gives a window the slow line.
func (p *person) slowDown() {
	p.t.Helper()
	line := slowLine
	_, err := chromedp.Call(p.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{&line},
	})
	p.done(err)
}

// glance opens a page with an empty cache and reads it to its end, until every
// picture is there. It returns when the first words were painted, and how much
// of the page moved.
func (p *person) glance(address string) (paint time.Duration, moved float64) {
	p.t.Helper()
	_, err := chromedp.Call(p.ctx, network.ClearBrowserCache, cdp.Empty{})
	p.done(err)
	p.open(address)
	ctx, cancel := context.WithTimeout(p.ctx, 2*lookingLimit)
	defer cancel()
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]float64](`(async () => {
		const wait = ms => new Promise(done => setTimeout(done, ms));
		for (let y = 0; y < document.documentElement.scrollHeight; y += 700) { scrollTo(0, y); await wait(30); }
		const all = [...document.images].filter(i => i.checkVisibility());
		for (let i = 0; i < 1500 && all.some(i => !i.complete); i++) await wait(20);
		const shifts = await new Promise(done => {
			let sum = 0;
			const watch = new PerformanceObserver(list => list.getEntries().forEach(e => { sum += e.value; }));
			watch.observe({type: "layout-shift", buffered: true});
			setTimeout(() => done(sum), 100);
		});
		return [performance.getEntriesByName("first-contentful-paint")[0].startTime, shifts, all.filter(i => !i.complete || !i.naturalWidth).length];
	})()`, chromedp.EvalAwaitPromise))
	p.done(err)
	if found[2] > 0 {
		p.t.Errorf("%s: %v pictures did not come", address, found[2])
	}
	return time.Duration(found[0] * float64(time.Millisecond)), found[1]
}

// TestInstalling asks Chromium whether it would install the home, and counts on
// its icon what waits.
func TestInstalling(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	l, browser := openLived(t), openBrowser(t)
	p := sitDown(t, browser, true)
	// A machine without a home screen has no badges: what would be shown is noted.
	_, err := chromedp.Call(p.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `navigator.setAppBadge = async n => { document.documentElement.dataset.badge = n; };
			navigator.clearAppBadge = async () => { document.documentElement.dataset.badge = 0; };`,
	})
	p.done(err)
	p.open(l.Site.Origin + "/login")
	p.until(`document.documentElement.dataset.badge === "0"`)
	p.signIn("me")
	p.until(`document.documentElement.dataset.badge === "3"`)
	found, err := chromedp.Call(p.ctx, page.GetAppManifest, page.GetAppManifestParams{})
	p.done(err)
	if len(found.Errors) > 0 || !strings.HasSuffix(found.URL, templates.PathManifest) || !strings.Contains(found.Data, "Mairi Okafor") {
		t.Errorf("the manifest at %q: %v", found.URL, found.Errors)
	}
	faults, err := chromedp.Call(p.ctx, page.GetInstallabilityErrors, cdp.Empty{})
	p.done(err)
	for _, fault := range faults.InstallabilityErrors {
		// This window keeps nothing when it is closed, which is no fault of the page.
		if !slices.Contains([]string{"in-incognito", "not-offline-capable"}, fault.ErrorID) {
			t.Errorf("Chromium would not install it: %s %v", fault.ErrorID, fault.ErrorArguments)
		}
	}
}

// TestColoursAroundThePage holds what is said to the browser's frame against
// what the stylesheet makes of each hue.
func TestColoursAroundThePage(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	l, browser := openLived(t), openBrowser(t)
	p := sitDown(t, browser, true)
	p.open(l.Site.Origin + "/@me")
	for _, hue := range templates.Hues() {
		light, dark := templates.Walls(hue)
		for theme, want := range map[string][]string{"light": {light, templates.Accent(hue)}, "dark": {dark}} {
			seen, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](fmt.Sprintf(`(() => {
				Object.assign(document.documentElement.dataset, {hue: %q, theme: %q});
				const c = document.createElement("canvas").getContext("2d", {willReadFrequently: true}), i = document.body.appendChild(document.createElement("i"));
				i.style.color = "var(--accent)";
				const hex = colour => { c.fillStyle = colour; c.fillRect(0, 0, 1, 1);
					return "#" + [...c.getImageData(0, 0, 1, 1).data.slice(0, 3)].map(n => n.toString(16).padStart(2, "0")).join(""); };
				return [hex(getComputedStyle(document.documentElement).backgroundColor), hex(getComputedStyle(i).color)];
			})()`, hue, theme)))
			p.done(err)
			if !slices.Equal(seen[:len(want)], want) {
				t.Errorf("%s, %s: the page is %v, its frame %v", hue, theme, seen, want)
			}
		}
	}
}
