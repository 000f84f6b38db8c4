package interop

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// lookingLimit is how long one page may take on a busy machine.
const lookingLimit = 20 * time.Second

// person sits before a browser window of their own: other cookies, other eyes.
type person struct {
	t   *testing.T
	ctx context.Context

	mu    sync.Mutex
	meant map[string]bool // addresses that shall answer with an error
}

// sitDown opens a window. Whatever the browser complains of while the test
// lasts, a breach of the pages' own policy among it, fails the test.
func sitDown(t *testing.T, browser context.Context, script bool) *person {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	p := &person{t: t, ctx: ctx, meant: map[string]bool{}}
	var complaints []string
	complain := func(format string, args ...any) {
		p.mu.Lock()
		defer p.mu.Unlock()
		complaints = append(complaints, fmt.Sprintf(format, args...))
	}
	t.Cleanup(func() {
		cancel()
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(complaints) > 0 {
			t.Errorf("the browser complained:\n%s", strings.Join(complaints, "\n"))
		}
	})
	size := map[bool][2]int64{true: {1280, 900}, false: {360, 800}}[script] // a desk, and an old phone
	p.done(chromedp.Do(ctx, chromedp.EmulateViewport(size[0], size[1])))
	p.done(chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *log.EventEntryAdded:
			if bad := e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning; bad && !p.means(e.Entry.URL) {
				complain("%s: %s", e.Entry.URL, e.Entry.Text)
			}
		case *runtime.EventExceptionThrown:
			complain("exception: %v", e.ExceptionDetails)
		case *runtime.EventConsoleAPICalled:
			complain("console: %v", e.Args)
		}
	}))
	if !script {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		p.done(err)
	}
	return p
}

// means reports whether the address was to answer with an error, of which the
// browser speaks, too.
func (p *person) means(address string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.meant[address]
}

func (p *person) done(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// leads does something that leads to another page, and waits for that.
func (p *person) leads(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, lookingLimit)
	defer cancel()
	r, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		p.t.Fatalf("no page came: %v; before the eyes still:\n%s", err, p.text())
	}
	if r.Status != 200 {
		p.t.Fatalf("%s answers %d:\n%s", r.URL, r.Status, p.text())
	}
	over, err := chromedp.Run(ctx, chromedp.Evaluate[float64](`document.documentElement.scrollWidth - innerWidth`))
	p.done(err)
	if over > 0 {
		p.t.Errorf("%s is %v pixels wider than the window", r.URL, over)
	}
}

func (p *person) open(address string) {
	p.t.Helper()
	p.leads(chromedp.Navigate(address))
}

// press clicks a link or a button that leads to a page.
func (p *person) press(selector string) {
	p.t.Helper()
	p.leads(chromedp.Click(chromedp.CSS(selector)))
}

// touch clicks something that leads nowhere.
func (p *person) touch(selector string) {
	p.t.Helper()
	p.act(chromedp.Click(chromedp.CSS(selector)))
}

// write types into a field, in place of what it says.
func (p *person) write(selector, text string) {
	p.t.Helper()
	field := chromedp.CSS(selector)
	p.act(chromedp.Focus(field), chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)), chromedp.KeyEvent(kb.Delete),
		chromedp.SendKeys(field, text))
}

func (p *person) act(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, lookingLimit)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%v, on the page:\n%s", err, p.text())
	}
}

// text is what the page says.
func (p *person) text() string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, lookingLimit)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.TextContent(chromedp.CSS("main")))
	p.done(err)
	return strings.Join(strings.Fields(text), " ")
}

func (p *person) sees(words string) {
	p.t.Helper()
	if text := p.text(); !strings.Contains(text, words) {
		p.t.Fatalf("the page does not say %q:\n%s", words, text)
	}
}

func (p *person) misses(words string) {
	p.t.Helper()
	if text := p.text(); strings.Contains(text, words) {
		p.t.Fatalf("the page says %q:\n%s", words, text)
	}
}

// finds waits for an element.
func (p *person) finds(selector string) {
	p.t.Helper()
	p.act(chromedp.WaitReady(chromedp.CSS(selector)))
}

// look opens a page again and again until it says something.
func (p *person) look(address, words string) {
	p.t.Helper()
	eventually(p.t, address+" says "+words, func() bool {
		p.open(address)
		return strings.Contains(p.text(), words)
	})
}
