package interop

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"golang.org/x/image/webp"

	"croft/templates"
)

// With -pictures DIR the pictures of the documents are made anew: make pictures.
var picturesFlag = flag.String("pictures", "", "make the pictures of the documents in this folder")

// TestPictures opens a furnished home and keeps pictures of its main pages: at a
// desk and on a phone, by day and by night. The same home, the same clock and
// the same faces of type give the same pictures.
func TestPictures(t *testing.T) {
	if *picturesFlag == "" {
		t.Skip("makes pictures only where it is told to: make pictures")
	}
	n := newInternet(t)
	v := openVillage(t, n)
	way := n.ways[n.names["okafor.example"].String()+":443"]
	browser := openBrowser(t, chromedp.Flag("host-resolver-rules", "MAP okafor.example "+way), chromedp.Flag("ignore-certificate-errors", true),
		chromedp.Flag("force-color-profile", "srgb"), chromedp.Flag("disable-partial-raster", true), chromedp.Flag("disable-skia-runtime-opts", true),
		chromedp.Flag("disable-lcd-text", true), chromedp.Flag("font-render-hinting", "none"), chromedp.Flag("num-raster-threads", "1"),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("lang", "en-GB"))
	owner, visitor := openEasel(t, browser, v, true), openEasel(t, browser, v, false)
	for _, s := range v.sights() {
		e := visitor
		if s.owner {
			e = owner
		}
		for _, size := range [][2]int64{{1280, 800}, {390, 844}} {
			for _, theme := range []string{"light", "dark"} {
				e.paint(s, size[0], size[1], theme)
			}
		}
	}
	owner.parts(v)
}

// sight is a page as the documents show it.
type sight struct {
	name, path string
	owner      bool
	first      string // an expression that readies the page; empty if it is ready
}

func (v *village) sights() []sight {
	post := func(name string) string { return "/@mairi/" + v.posts[name].ID.String() }
	return []sight{
		{"profile", "/@mairi", false, ""}, {"photos", "/@mairi/photos", false, ""}, {"links", "/@mairi/links", false, ""}, {"post", post("hanks"), false, ""},
		{"sign-in", "/login", false, ""}, {"not-found", "/nothing-here", false, ""},
		{"home", "/", true, ""}, {"thread", templates.PostPath(v.posts["hanks"].ID), true, ""},
		{"write", "/compose?draft=" + v.draft.String(), true, preview}, {"notifications", "/notifications", true, ""},
		{"messages", "/messages", true, ""}, {"conversation", templates.MessagePath(v.talk.ID), true, ""},
		{"search", "/search?q=straw", true, ""}, {"person", templates.PersonPath(v.people["aroha"].ID), true, ""},
		{"bookmarks", "/bookmarks", true, ""}, {"drafts", "/drafts", true, ""},
		{"settings-profile", "/settings/profile", true, ""}, {"settings-preferences", "/settings/preferences", true, ""},
	}
}

// preview has the page show what will be posted.
const preview = `(async () => {
	document.querySelector("#text").dispatchEvent(new Event("input", {bubbles: true}));
	await new Promise(done => setTimeout(done, 1500));
})()`

// easel is a window whose pictures are kept for good.
type easel struct{ *window }

func openEasel(t *testing.T, browser context.Context, v *village, signedIn bool) *easel {
	t.Helper()
	w := &window{name: "easel", origin: v.Site.Origin, script: true}
	w.person = sitDown(t, browser, true)
	_, err := chromedp.Call(w.ctx, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": "en"}})
	w.done(err)
	if signedIn {
		w.open(w.origin + "/login")
		w.person.signIn("mairi")
	}
	return &easel{w}
}

// paint keeps one picture of a page.
func (e *easel) paint(s sight, width, height int64, theme string) {
	e.t.Helper()
	e.theme(theme)
	e.done(chromedp.Do(e.ctx, chromedp.EmulateViewport(width, height)))
	e.meaning(s.path)
	status := 200
	if s.name == "not-found" {
		status = 404
	}
	e.come(s.name, status, chromedp.Navigate(e.origin+s.path))
	if s.first != "" {
		ask[any](e.window, s.first)
	}
	e.keepAs(fmt.Sprintf("%s-%s-%s", s.name, map[bool]string{true: "desk", false: "phone"}[width > 1000], theme), float64(width), float64(height))
}

// keepAs waits for all that is to be seen, and keeps the top of the page.
func (e *easel) keepAs(name string, width, height float64) {
	e.t.Helper()
	ask[any](e.window, `(async () => {
		await document.fonts.ready;
		await Promise.all([...document.images].filter(i => i.getBoundingClientRect().top < `+fmt.Sprint(height)+`).map(i => { i.loading = "eager"; return i.decode().catch(() => {}); }));
		await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
	})()`)
	picture := e.shoot(width, height)
	for range 5 { // until two in a row are the same: nothing is on its way any more
		again := e.shoot(width, height)
		if again == picture {
			break
		}
		picture = again
	}
	e.done(os.MkdirAll(*picturesFlag, 0o755))
	path := filepath.Join(*picturesFlag, name+".webp")
	if before, err := os.ReadFile(path); err == nil && looksAlike(e.t, before, []byte(picture)) {
		return
	}
	e.done(os.WriteFile(path, []byte(picture), 0o644))
}

// looksAlike reports whether two pictures differ by less than the eye can see: a
// browser does not round the same way twice where it makes a photograph smaller.
func looksAlike(t *testing.T, a, b []byte) bool {
	t.Helper()
	one, err := webp.Decode(bytes.NewReader(a))
	if err != nil {
		t.Fatal(err)
	}
	other, err := webp.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	size := one.Bounds()
	if size != other.Bounds() {
		return false
	}
	sum, worst := 0, 0
	for y := range size.Dy() {
		for x := range size.Dx() {
			p, q := color.GrayModel.Convert(one.At(x, y)).(color.Gray), color.GrayModel.Convert(other.At(x, y)).(color.Gray)
			apart := max(int(p.Y), int(q.Y)) - min(int(p.Y), int(q.Y))
			sum, worst = sum+apart, max(worst, apart)
		}
	}
	return worst <= 72 && sum <= size.Dx()*size.Dy()
}

// shoot takes one picture.
func (e *easel) shoot(width, height float64) string {
	e.t.Helper()
	quality := int64(62)
	shot, err := chromedp.Call(e.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{
		Format: page.CaptureScreenshotFormatWebp, Quality: &quality, Clip: &page.Viewport{Width: width, Height: height, Scale: 1},
	})
	e.done(err)
	return string(shot.Data)
}

// piece is one of the parts that docs/design.md names, and where to find one.
type piece struct{ name, page, selector string }

// parts lays one of each part on a page, as the home's own pages have them, and
// keeps that page by day and by night; and then the eight hues.
func (e *easel) parts(v *village) {
	e.t.Helper()
	var collect strings.Builder
	for _, p := range v.partsOf() {
		fmt.Fprintf(&collect, "await lay(%q, %q, %q);\n", p.name, p.page, p.selector)
	}
	for name, build := range map[string]string{"parts": partsPage + collect.String() + "})()", "hues": huesPage} {
		for _, theme := range []string{"light", "dark"} {
			e.theme(theme)
			e.done(chromedp.Do(e.ctx, chromedp.EmulateViewport(1280, 800)))
			e.come(name, 200, chromedp.Navigate(e.origin+"/drafts"))
			ask[any](e.window, build)
			height := ask[float64](e.window, `Math.ceil(document.querySelector("main").getBoundingClientRect().bottom)`)
			e.done(chromedp.Do(e.ctx, chromedp.EmulateViewport(1280, int64(height))))
			e.keepAs(name+"-"+theme, 1280, height)
		}
	}
}

func (v *village) partsOf() []piece {
	thread, profile := templates.PostPath(v.posts["hanks"].ID), "/@mairi"
	return []piece{
		{".lintel", profile, ".lintel"}, {".tabs", profile, ".tabs"}, {".facts, .counts", profile, ".hello"},
		{".post with .shots", "/", `article:has(.shots[data-n="4"])`}, {".why, .acts", "/", "article:has(.why)"}, {".veil", "/", "article:has(.veil)"}, {".poll", "/", "article:has(.poll)"},
		{".prose, another script", "/", "article:has(:lang(ar))"}, {".post.here, .kids", thread, ".kids"},
		{".compose", "/", "form.compose"}, {".list, .entry", "/notifications", "main .list"}, {".letters", templates.MessagePath(v.talk.ID), ".letters"},
		{".field, .choice", "/settings/preferences", "form .sheet"}, {".hues", "/settings/profile", "fieldset:has(.hues)"}, {".note", "/messages", ".note"},
	}
}

// partsPage begins a function that goes on with one lay for each part.
const partsPage = `(async () => {
	const main = document.createElement("main"), left = document.createElement("div"), right = document.createElement("div");
	main.style = "display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:3rem;padding:2rem;max-width:none;align-items:start";
	for (const side of [left, right]) { side.className = "stack loose"; main.append(side); }
	document.body.className = "";
	document.body.replaceChildren(main);
	const lay = async (name, page, selector) => {
		const from = new DOMParser().parseFromString(await (await fetch(page)).text(), "text/html").querySelector(selector);
		if (!from) throw new Error(name + " is not on " + page);
		const box = document.createElement("section"), title = document.createElement("h2");
		title.textContent = name;
		title.className = "label mono";
		box.className = "stack";
		const inside = document.createElement("div");
		inside.className = from.matches("article, .kids") ? "stream" : "";
		inside.append(from);
		box.append(title, inside);
		(left.offsetHeight <= right.offsetHeight ? left : right).append(box);
		await Promise.all([...box.querySelectorAll("img")].map(i => { i.loading = "eager"; return i.decode().catch(() => {}); }));
	};
`

const huesPage = `(() => {
	const icons = document.querySelector("use").getAttribute("href").split("#")[0];
	const main = document.createElement("main");
	main.style = "display:grid;grid-template-columns:repeat(4,minmax(0,1fr))";
	for (const hue of ["moss", "sea", "woad", "heather", "madder", "rowan", "gorse", "peat"]) {
		const box = document.createElement("section");
		box.dataset.hue = hue;
		box.className = "stack";
		box.style = "background:var(--paper);color:var(--ink);padding:1.5rem";
		box.innerHTML = '<h2></h2><p class="soft">What the house says, and <a href="#">a link</a>.</p><div class="row"><button class="btn main">Post</button><button class="btn">Save draft</button></div>' +
			'<div class="note"><svg class="icon" aria-hidden="true"><use></use></svg><p>Your post is out.</p></div><div class="row"></div>';
		box.querySelector("h2").textContent = hue;
		box.querySelector("use").setAttribute("href", icons + "#check");
		for (const token of ["paper", "sheet", "sunk", "line", "edge", "soft", "ink", "accent", "wash"]) {
			const swatch = document.createElement("i");
			swatch.style = "width:1.6rem;height:1.6rem;border-radius:4px;border:1px solid var(--line);background:var(--" + token + ")";
			swatch.title = token;
			box.querySelector(".row:last-child").append(swatch);
		}
		main.append(box);
	}
	document.body.className = "";
	document.body.replaceChildren(main);
})()`
