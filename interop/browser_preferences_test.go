package interop

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// faultPreferences is the form of preferences with two values that there are not.
func faultPreferences() fault {
	return fault{"fault-preferences", "/settings/preferences", map[string]string{"[name=media]": "odd", "[name=clock]": "odd"},
		`main form[action="/settings/preferences"] button.main`, "/settings/preferences"}
}

// TestBrowserPreferences chooses how to read, and reads so: a warning stands
// open, the clock has twelve hours, and nothing moves.
func TestBrowserPreferences(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program and starts a browser")
	}
	path, browser := buildProgram(t), openBrowser(t)
	here := start(t, path)
	w := openWindow(t, browser, here.origin, "preferences", true)
	w.moveIn(here, "anna")
	w.open(here.origin + "/compose")
	w.write("#warning", "Two scripts")
	w.write("#text", "Low tide.\n\nانتهى موسم الزيتون اليوم.")
	w.press(`button[value="post"]`)
	post := ask[string](w, `location.href`)
	if open := ask[bool](w, `document.querySelector(".here details.veil").open`); open {
		t.Error("the warning stands open before anybody wished it")
	}
	moves := `getComputedStyle(document.querySelector("main .act")).transitionDuration`
	if got := ask[string](w, moves); strings.HasPrefix(got, "0s") {
		t.Errorf("the buttons take %s: this test would see no difference", got)
	}

	w.open(here.origin + "/settings/preferences")
	for _, field := range []string{"[name=open_warnings]", "[name=still]", `[name=clock][value="12"]`} {
		w.person.act(chromedp.Click(chromedp.CSS(field)))
	}
	w.press(`main form[action="/settings/preferences"] button.main`)
	w.sees("Your preferences are saved")
	w.open(post)
	for what, expression := range map[string]string{
		"the warning stands open":    `document.querySelector(".here details.veil").open`,
		"the clock has twelve hours": `/\d [ap]m$/.test(document.querySelector(".here .when time").textContent)`,
		"nothing moves":              moves + `=== "0s"`,
		"Latin begins on the left":   beginsAt("left", "first"),
		"Arabic begins on the right": beginsAt("right", "last"),
	} {
		if !ask[bool](w, expression) {
			t.Errorf("not so: %s", what)
		}
	}
	w.fingers("/", "/@anna", strings.TrimPrefix(post, here.origin), "/compose", "/settings/preferences", "/settings/account")
	w.see(view{"settings-preferences", "/settings/preferences", 200})
	w.fail(faultPreferences())
}

// beginsAt is true where the first letter of the first or last paragraph of the
// post lies at a side of it.
func beginsAt(side, which string) string {
	return `(p => {
		const letter = new Range();
		letter.setStart(p.firstChild, 0); letter.setEnd(p.firstChild, 1);
		return Math.abs(letter.getBoundingClientRect().` + side + ` - p.getBoundingClientRect().` + side + `) < 3;
	})(document.querySelector(".here .prose > p:` + which + `-of-type"))`
}

// fingers reports what stands by itself and is too small for one: 24 px at least
// (WCAG 2.5.8), and 40 for what unfolds.
func (w *window) fingers(paths ...string) {
	w.t.Helper()
	w.done(chromedp.Do(w.ctx, chromedp.EmulateViewport(375, 800, chromedp.EmulateTouch)))
	for _, path := range paths {
		w.open(w.origin + path)
		if small := ask[[]string](w, tooSmall); len(small) > 0 {
			w.t.Errorf("%s is too small for a finger:\n\t%s", path, strings.Join(small, "\n\t"))
		}
	}
	w.done(chromedp.Do(w.ctx, chromedp.EmulateViewport(desk, 800)))
}

// A link within a sentence may be as small as its line.
const tooSmall = `[...document.querySelectorAll("main a, main button, main summary, main select, .foot a, .foot button")].filter(e => {
	const box = e.getBoundingClientRect();
	const within = e.matches(".prose a") || getComputedStyle(e).display === "inline" && e.parentElement.textContent.trim() !== e.textContent.trim();
	return box.width && !within && !e.closest(".hush") && (box.height < (e.matches("summary") ? 40 : 24) || box.width < 24);
}).map(e => e.outerHTML.slice(0, 120))`
