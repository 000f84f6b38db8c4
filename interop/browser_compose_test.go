package interop

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"croft/templates"
)

// The owner writes: with keys alone, words completed and the post seen beside
// the desk; an answer under the post it answers; dropped and pasted pictures;
// and all of it once more without script.
func TestComposing(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	f, _ := openFurnished(t)
	browser := openBrowser(t)
	t.Run("with script", func(t *testing.T) {
		w := openWindow(t, browser, f.Site.Origin, "composer", true)
		w.signIn()
		w.completes(f)
		w.answersInPlace(f)
		w.dropsPictures()
	})
	t.Run("without script", func(t *testing.T) {
		w := openWindow(t, browser, f.Site.Origin, "composer-plain", false)
		w.signIn()
		w.composesPlainly()
	})
}

func (w *window) keys(text string) {
	w.t.Helper()
	w.person.act(chromedp.SendKeys(chromedp.CSS("#text"), text))
}

// enter presses Enter as a keyboard does: with the character as part of the key,
// which a page that takes the key keeps from the field.
func (w *window) enter() {
	w.t.Helper()
	key := input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeKeyDown, Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13}
	_, err := chromedp.Call(w.ctx, input.DispatchKeyEvent, key)
	w.done(err)
	key.Type, key.Text = input.DispatchKeyEventTypeKeyUp, ""
	_, err = chromedp.Call(w.ctx, input.DispatchKeyEvent, key)
	w.done(err)
}

// offered waits until something is offered, as one who listens is told.
func (w *window) offered(label string) {
	w.t.Helper()
	w.until(fmt.Sprintf(`[...document.querySelectorAll(".offers [role=option]")].some(o => o.textContent.includes(%q)) && document.querySelector(".offers + [role=status]").textContent !== ""`, label))
}

// chosen is the option that the field points to.
const chosen = `document.getElementById(document.querySelector("#text").getAttribute("aria-activedescendant"))`

func (w *window) completes(f *furnished) {
	w.t.Helper()
	w.size(desk)
	w.open(w.origin + "/compose")
	handle := f.people["wide"].Handle.String()
	w.keys("Bread for @ww")
	w.offered(handle)
	w.until(chosen + `.ariaSelected === "true"`)
	w.judge("the desk with people offered", false)
	w.size(phone)
	if wide := ask[[]string](w, tooWide); len(wide) > 0 {
		w.t.Errorf("what is offered reaches out of a small window: %s", wide)
	}
	w.size(desk)
	w.enter()
	w.until(fmt.Sprintf(`document.querySelector("#text").value === "Bread for " + %q + " "`, handle))
	w.until(`document.querySelector(".offers").hidden`)

	w.keys("and #woo")
	w.offered("#wool")
	if ask[bool](w, chosen+` !== null`) {
		w.t.Error("a hashtag is chosen before anybody chose it")
	}
	w.keys(kb.Escape)
	w.until(`document.querySelector(".offers").hidden`)
	w.keys("l :hous")
	w.offered("house")
	w.keys(kb.ArrowDown + kb.ArrowUp)
	w.until(chosen + `.textContent === "🏠house"`)
	w.keys(kb.Tab)
	w.until(`document.querySelector("#text").value.endsWith("and #wool 🏠 ")`)
	w.until(`document.activeElement.id === "text"`)

	w.until(`document.querySelector("#preview .prose")?.textContent.includes("🏠")`)
	if n := ask[float64](w, `document.querySelectorAll("#preview .prose a").length`); n != 2 {
		w.t.Errorf("the preview has %v links, want those of a person and a hashtag", n)
	}
	w.judge("the desk with a preview", false)
	ask[bool](w, `document.querySelector("#text").value = "x".repeat(19990), document.querySelector("#text").dispatchEvent(new Event("input", {bubbles: true}))`)
	w.until(`document.querySelector("#count").textContent === "10 characters left"`)
	ask[bool](w, `document.querySelector("#text").value = "x".repeat(100001), document.querySelector("#text").dispatchEvent(new Event("input", {bubbles: true}))`)
	w.until(`document.querySelector(".row > [role=status]").textContent.includes("too long")`) // and the console says nothing
	w.write("#text", "Touched by @ww")
	w.offered(handle)
	w.touch(".offers [role=option]")
	w.until(fmt.Sprintf(`document.querySelector("#text").value === "Touched by " + %q + " "`, handle))
	w.write("#text", "Posted by keys")
	w.leads(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	w.sees("Posted by keys")
	w.sees("Your post is out.")
}

func (w *window) answersInPlace(f *furnished) {
	w.t.Helper()
	thread := w.origin + templates.PostPath(f.first.ID)
	w.open(thread)
	w.keys("left behind")
	w.open(w.origin + "/drafts")
	w.look(w.origin+"/drafts", "left behind")
	w.open(thread)
	if text := ask[string](w, `document.querySelector("#text").value`); !strings.Contains(text, "@") {
		w.t.Errorf("the answer begins with %q and names nobody", text)
	}
	w.judge("a thread with the answer unfolded", true)
	w.keys("an answer in place")
	if text := ask[string](w, `document.querySelector("#text").value`); !strings.HasPrefix(text, "@") || !strings.HasSuffix(text, " an answer in place") {
		w.t.Errorf("typing makes %q of the answer; it goes on behind the name", text)
	}
	w.leads(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierMeta)))
	w.until(`document.querySelector("article.here").textContent.includes("an answer in place")`)
	w.finds("article.up")
}

// carry makes two pictures and gives them to an event of the composer at home.
const carry = `(async (event, ...colours) => {
	const carried = new DataTransfer(), canvas = document.createElement("canvas"), brush = canvas.getContext("2d");
	canvas.width = 300; canvas.height = 200;
	for (const colour of colours) {
		brush.fillStyle = colour; brush.fillRect(0, 0, 300, 200);
		carried.items.add(new File([await new Promise(r => canvas.toBlob(r))], colour + ".png", { type: "image/png" }));
	}
	const what = event === "drop" ? new DragEvent(event, { dataTransfer: carried, bubbles: true, cancelable: true }) : new ClipboardEvent(event, { clipboardData: carried, bubbles: true, cancelable: true });
	return !document.querySelector("#text").dispatchEvent(what);
})`

func (w *window) dropsPictures() {
	w.t.Helper()
	w.open(w.origin + "/")
	w.keys("Two dropped, one pasted")
	if !ask[bool](w, carry+`("drop", "red", "green")`) || !ask[bool](w, carry+`("paste", "blue")`) {
		w.t.Error("the browser takes the pictures for itself")
	}
	w.until(`document.querySelectorAll(".slots canvas").length === 3`)
	w.until(`document.querySelector("[data-photos]").textContent.includes("3 of 4 photos")`)
	w.study("compose-in-place")
	w.touch(".slots details:nth-child(2) .off")
	w.until(`document.querySelector("[data-photos]").textContent.includes("2 of 4 photos") && document.querySelectorAll(".slots canvas").length === 2`)
	ask[bool](w, carry+`("drop", "white", "black", "gold")`)
	w.until(`document.querySelector("[data-photos]").textContent.includes("1 more did not fit")`)
	w.write("#alt_1", "A red field")
	w.write("#alt_3", "A blue field")
	w.press("form.compose button.main")
	w.until(`document.querySelector("article .shots")?.querySelectorAll("img").length === 4`)
	alts := ask[[]string](w, `[...document.querySelectorAll("article .shots")[0].querySelectorAll("img")].map(i => i.alt)`)
	if strings.Join(alts, ",") != "A red field,,A blue field," {
		w.t.Errorf("the pictures are described as %q", alts)
	}
}

// composesPlainly does it by buttons alone.
func (w *window) composesPlainly() {
	w.t.Helper()
	w.open(w.origin + "/")
	w.write("#text", "Seen **first**")
	w.touch("form.compose details.more summary")
	w.write("#warning", "bread")
	w.touch(".slots details summary")
	w.person.act(chromedp.SetUploadFiles(chromedp.CSS("#media_1"), []string{pictureFile(w.t), pictureFile(w.t)}))
	w.write("#alt_1", "One field")
	w.press(`button[value="preview"]`)
	w.finds("#preview strong")
	w.finds(`#preview .shots li:nth-child(2) img`)
	w.finds(`#preview img[alt="One field"]`)
	w.write("#alt_2", "Another field")
	w.press(`button[value="post"]`)
	w.sees("Your post is out.")
	w.sees("Seen first")
	w.finds(`article .shots img[alt="Another field"]`)
}
