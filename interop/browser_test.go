package interop

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

const browserPassword = "three odd words"

// A person gets the program, opens the page it names and lives there: by a
// browser alone, and once more without script.
func TestBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program and starts a browser")
	}
	path, browser := buildProgram(t), openBrowser(t)
	t.Run("a day with a neighbour", func(t *testing.T) {
		here, there := start(t, path), start(t, path)
		anna, ben := sitDown(t, browser, true), sitDown(t, browser, true)
		anna.moveIn(here, "anna")
		anna.outAndIn(here, "anna")
		anna.publish(here)
		sitDown(t, browser, true).visit(here, "anna")
		anna.amend(here)
		ben.moveIn(there, "ben")
		anna.follow(here, there, "ben")
		ben.say("Bread is in the oven.")
		anna.look(here.origin+"/", "Bread is in the oven.")
		anna.answer("Keep me a slice.")
		ben.look(there.origin+"/notifications", "Keep me a slice.")
	})
	t.Run("without script", func(t *testing.T) {
		here := start(t, path)
		anna := sitDown(t, browser, false)
		anna.moveIn(here, "anna")
		anna.outAndIn(here, "anna")
		anna.publish(here)
		sitDown(t, browser, false).visit(here, "anna")
		anna.amend(here)
	})
}

// moveIn sets up a home as the program asked on its standard output.
func (p *person) moveIn(at program, handle string) {
	p.t.Helper()
	p.open(at.setup)
	p.write("#code", at.code)
	p.write("#origin", at.origin)
	p.write("#handle", handle)
	p.write("#password", browserPassword)
	p.press("form button.main")
	p.sees("The door is open. It is quiet in here.")
}

func (p *person) signIn(handle string) {
	p.t.Helper()
	p.write("#handle", handle)
	p.write("#password", browserPassword)
	p.press("form button.main")
}

func (p *person) outAndIn(at program, handle string) {
	p.t.Helper()
	p.touch(".rail .menu summary")
	p.press(`.rail button[formaction="/logout"]`)
	p.open(at.origin + "/compose")
	p.sees("Welcome home")
	p.signIn(handle)
	p.finds("#alt_1")
}

// publish writes by the small composer at home and at the desk, there with a
// picture.
func (p *person) publish(at program) {
	p.t.Helper()
	p.open(at.origin + "/")
	p.say("The kettle is on.")
	p.sees("The kettle is on.")
	p.open(at.origin + "/compose")
	p.write("#text", "The **view** from here.")
	p.touch("#media details summary")
	p.act(chromedp.SetUploadFiles(chromedp.CSS("#media_1"), []string{pictureFile(p.t)}))
	p.write("#alt_1", "A red field under the sun")
	p.press(`button[value="post"]`)
	p.sees("The view from here.")
}

func (p *person) say(text string) {
	p.t.Helper()
	p.write("form.compose #text", text)
	p.press("form.compose button.main")
}

func pictureFile(t *testing.T) string {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 320, 200))
	for i := range 320 * 200 {
		picture.Set(i%320, i/320, color.RGBA{200, uint8(i % 256), 60, 255})
	}
	path := filepath.Join(t.TempDir(), "view.png")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, picture); err != nil {
		t.Fatal(err)
	}
	return path
}

// visit looks at the profile and at a post's own page, as anybody can.
func (p *person) visit(at program, handle string) {
	p.t.Helper()
	p.open(at.origin + "/@" + handle)
	p.sees("The kettle is on.")
	p.finds(`article img[alt="A red field under the sun"]`)
	p.press("article .when")
	p.sees("Answer from your own server")
	p.sees("The view from here.")
}

// amend likes, boosts, answers, edits and deletes what the owner wrote.
func (p *person) amend(at program) {
	p.t.Helper()
	p.open(at.origin + "/")
	p.touch(`article button[formaction$="/like"]`)
	p.finds(`article button[formaction$="/unlike"][aria-pressed="true"]`)
	p.touch(`article button[formaction$="/boost"]`)
	p.finds(`article button[formaction$="/unboost"][aria-pressed="true"]`)
	p.press("article .when")
	p.answer("And the light on it.")
	p.open(at.origin + "/")
	p.touch("article .acts .menu summary")
	p.press(`article .acts .menu a[href$="/edit"]`)
	p.write("#text", "And the evening light on it.")
	p.press(`button[value="post"]`)
	p.open(at.origin + "/")
	p.sees("And the evening light on it.")
	p.touch("article .acts .menu summary")
	p.press(`article .acts .menu a[href$="/delete"]`)
	p.press("main button.bad")
	p.open(at.origin + "/")
	p.misses("evening light")
}

// answer replies to the first post of the page.
func (p *person) answer(text string) {
	p.t.Helper()
	p.press(`article .acts a[href*="/compose?reply="]`)
	p.sees("You answer")
	p.act(chromedp.SendKeys(chromedp.CSS("#text"), text))
	p.press(`button[value="post"]`)
}

// follow finds somebody of another home by their address.
func (p *person) follow(here, there program, handle string) {
	p.t.Helper()
	p.open(here.origin + "/search")
	p.write("#q", "@"+handle+"@"+strings.TrimPrefix(there.origin, "http://"))
	p.press("main form button.main")
	p.press(`main button[formaction$="/follow"], main form[action$="/follow"] button`)
	p.look(here.origin+"/following", "Unfollow")
}
