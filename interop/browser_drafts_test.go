package interop

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Words are kept while they are typed and by leaving the page, once; a post
// takes them away, and an open page does not bring them back.
func TestDraftsWhileTyping(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program and starts a browser")
	}
	path, browser := buildProgram(t), openBrowser(t)
	here := start(t, path)
	anna := sitDown(t, browser, true)
	anna.moveIn(here, "anna")

	anna.open(here.origin + "/compose")
	anna.write("#text", "Kept while quiet")
	anna.until(`document.querySelector("form.desk .row > [role=status]").textContent === "Saved"`)
	anna.until(`location.search.startsWith("?draft=")`)
	anna.act(chromedp.SendKeys(chromedp.CSS("#text"), ", and by leaving"))
	anna.open(here.origin + "/drafts")
	anna.settled(here, 1)
	anna.sees("Kept while quiet, and by leaving")

	anna.open(here.origin + "/") // in place, left at once
	anna.write("form.compose #text", "Begun at home")
	anna.open(here.origin + "/drafts")
	anna.settled(here, 2)
	anna.sees("Begun at home")

	anna.press(`main ul.list > li:last-child a.btn`)
	anna.write("#text", "Out with it")
	anna.press(`button[value="post"]`)
	anna.sees("Your post is out")
	time.Sleep(4 * time.Second)
	anna.open(here.origin + "/drafts")
	anna.settled(here, 1)

	// Post pressed while the words are on their way.
	anna.open(here.origin + "/")
	anna.write("form.compose #text", "Quick")
	anna.leads(chromedp.Evaluate[chromedp.Void](`dispatchEvent(new Event("pagehide")); document.querySelector("form.compose button.main").click()`))
	anna.sees("Quick")
	anna.open(here.origin + "/drafts")
	anna.settled(here, 1)

	// Looking is not writing.
	anna.open(here.origin + "/compose?text=given")
	time.Sleep(4 * time.Second)
	anna.open(here.origin + "/drafts")
	anna.settled(here, 1)

	// What came back refused is kept, too.
	anna.open(here.origin + "/compose")
	anna.write("#text", "Unsaid")
	anna.press(`button[value="upload"]`)
	anna.until(`document.querySelector("form.desk .row > [role=status]").textContent === "Saved"`)
	anna.open(here.origin + "/drafts")
	anna.settled(here, 2)
}

// until waits until an expression is true on the page.
func (p *person) until(expression string) {
	p.t.Helper()
	for range 60 {
		ok, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](expression))
		p.done(err)
		if ok {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	p.t.Fatalf("never so: %s, on the page:\n%s", expression, p.text())
}

// settled looks at the list until it has that many drafts: what was sent by
// leaving may still be on its way.
func (p *person) settled(at program, n float64) {
	p.t.Helper()
	var got float64
	for range 10 {
		p.open(at.origin + "/drafts")
		got, _ = chromedp.Run(p.ctx, chromedp.Evaluate[float64](`document.querySelectorAll("main ul.list > li").length`))
		if got == n {
			return
		}
		time.Sleep(300 * time.Millisecond)
	}
	p.t.Fatalf("%v drafts, want %v:\n%s", got, n, p.text())
}
