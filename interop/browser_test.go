package interop

import (
	"context"
	"fmt"
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
	for name, script := range map[string]bool{"with script": true, "without script": false} {
		t.Run(name, func(t *testing.T) { day(t, path, browser, script) })
	}
}

// day is the owner's, with a neighbour.
func day(t *testing.T, path string, browser context.Context, script bool) {
	t.Helper()
	here, there := start(t, path), start(t, path)
	anna, ben := sitDown(t, browser, script), sitDown(t, browser, script)
	anna.moveIn(here, "anna")
	anna.outAndIn(here, "anna")
	anna.publish(here)
	sitDown(t, browser, script).visit(here, "anna")
	anna.amend(here)
	ben.moveIn(there, "ben")
	anna.follow(here, there, "ben")
	ben.say("Bread is in the oven.")
	anna.look(here.origin+"/", "Bread is in the oven.")
	anna.answer("Keep me a slice.")
	ben.look(there.origin+"/notifications", "Keep me a slice.")
	anna.goOn(here, there, ben)
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

func pictureFile(t testing.TB) string {
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
	p.sees("You are answering")
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

// goOn is the rest of the day: a picture is answered, the answer is answered,
// liked, passed on and kept; a message is read; a setting is changed; and the
// door is closed.
func (p *person) goOn(here, there program, ben *person) {
	p.t.Helper()
	ben.follow(there, here, "anna")
	p.open(here.origin + "/compose")
	p.write("#text", "Supper.")
	p.touch("#media details summary")
	p.act(chromedp.SetUploadFiles(chromedp.CSS("#media_1"), []string{pictureFile(p.t)}))
	p.write("#alt_1", "A plate")
	p.press(`button[value="post"]`)
	ben.look(there.origin+"/", "Supper.")
	ben.finds(`article img[alt="A plate"]`)
	ben.answer("I come at six.")
	p.look(here.origin+"/notifications", "I come at six.")
	p.press(`main a[href^="/posts/"]`)
	for _, act := range []string{"like", "boost", "bookmark"} {
		p.touch(fmt.Sprintf(`article.here button[formaction$="/%s"]`, act)) // the answer leads back to this very place
		p.finds(fmt.Sprintf(`article.here button[formaction$="/un%s"][aria-pressed="true"]`, act))
	}
	p.look(here.origin+"/bookmarks", "I come at six.")
	p.answer("Bring the butter.")
	ben.look(there.origin+"/notifications", "Bring the butter.")
	ben.look(there.origin+"/notifications?kind=posts", "liked")

	ben.open(there.origin + "/following")
	ben.press(`main .entry a.name`)
	ben.touch("main .row.push .menu summary")
	ben.press(`a[href*="/compose?to="]`)
	ben.act(chromedp.SendKeys(chromedp.CSS("#text"), "The key is under the pot."))
	ben.press(`button[value="post"]`)
	p.look(here.origin+"/messages", "The key is under the pot.")
	p.press(`main .list a[href^="/messages/"]`)
	p.sees("The key is under the pot.")

	p.open(here.origin + "/settings/preferences")
	p.touch(`input[name="still"]`)
	p.press("main form button.main")
	p.finds(`input[name="still"]:checked`)
	p.touch(".rail .menu summary")
	p.press(`.rail button[formaction="/logout"]`)
	p.open(here.origin + "/notifications")
	p.sees("Welcome home")
}
