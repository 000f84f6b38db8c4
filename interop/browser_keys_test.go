package interop

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"croft/social"
	"croft/store"
	"croft/store/storetest"
)

// types presses one key after the other, wherever the focus is.
func (w *window) types(keys ...string) {
	w.t.Helper()
	for _, key := range keys {
		w.person.act(chromedp.KeyEvent(key))
	}
}

// comes presses keys that lead to an address.
func (w *window) comes(path string, keys ...string) {
	w.t.Helper()
	w.types(keys[:len(keys)-1]...)
	w.leads(chromedp.KeyEvent(keys[len(keys)-1]))
	if got := ask[string](w, `location.pathname`); got != path {
		w.t.Fatalf("%q leads to %s, want %s", keys, got, path)
	}
}

// focused is where the focus is among the posts of the page; -1 is elsewhere.
const focused = `[...document.querySelectorAll("main article.post")].indexOf(document.activeElement)`

func (w *window) wants(what, expression string) {
	w.t.Helper()
	eventually(w.t, what, func() bool { return ask[bool](w, expression) })
}

// Whoever has no mouse goes through their home by keys alone, and may turn the
// keys off.
func TestHomeByKeys(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	f, _ := openFurnished(t)
	w := &window{person: sitDown(t, openBrowser(t), true), name: "keys", origin: f.Site.Origin, script: true}
	w.signIn()
	w.open(w.origin + "/")
	for _, step := range []struct {
		key  string
		want int
	}{{"k", -1}, {"j", 0}, {"j", 1}, {"j", 2}, {"k", 1}} {
		w.types(step.key)
		if got := ask[int](w, focused); got != step.want {
			t.Fatalf("after %s the focus is on post %d, want %d", step.key, got, step.want)
		}
	}
	post := ask[string](w, `window.stays = true, document.activeElement.id`)
	for key, verb := range map[string]string{"s": "unbookmark", "f": "unlike"} {
		w.types(key)
		w.wants(verb+" can be pressed", fmt.Sprintf(`Boolean(document.querySelector('#%s button[formaction$="/%s"][aria-pressed="true"]'))`, post, verb))
	}
	if !ask[bool](w, `window.stays === true && document.activeElement.id === "`+post+`"`) {
		t.Error("the page went, or the focus, though nothing but a button changed")
	}
	f.hasBookmarks(post)
	w.comes("/bookmarks", "g", "b")
	w.types("j")
	w.types("s")
	w.wants("it is let go", `Boolean(document.querySelector('button[formaction$="/bookmark"][aria-pressed="false"]'))`)
	f.hasBookmarks()
	w.comes("/shortcuts", "?")
	w.comes("/compose", "n")
	w.person.act(chromedp.SendKeys(chromedp.CSS("#text"), "jn?gh"))
	if got := ask[string](w, `location.pathname + document.querySelector("#text").value`); got != "/composejn?gh" {
		t.Errorf("typing leads to %s", got)
	}
	w.open(w.origin + "/shortcuts")
	w.touch("#main input[name=on]")
	w.press("#main form button")
	w.types("j", "g", "h")
	w.open(w.origin + "/")
	w.types("j")
	if got := ask[int](w, focused); got != -1 {
		t.Error("a key works though keys are turned off")
	}
}

// hasBookmarks looks for these besides the three that the home is furnished with.
func (f *furnished) hasBookmarks(anchors ...string) {
	f.t.Helper()
	kept, err := f.Store.ListBookmarks(f.t.Context(), store.Below(0, 9))
	f.do(err)
	var got []string
	for _, b := range kept {
		got = append(got, "p"+b.Post.ID.String())
	}
	if got = got[:len(got)-3]; !slices.Equal(got, anchors) {
		f.t.Errorf("bookmarks are %q, want %q", got, anchors)
	}
}

// Likes that came between other things are one line, which names everybody when
// it is unfolded, and is read once it was seen; what was not seen is not.
func TestNoticesAreReadBySeeing(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	f, _ := openFurnished(t)
	liked := f.posts["like me"].ID
	storetest.Update(t, f.Store, func(tx *store.Tx) error {
		if err := tx.SetNotificationsRead(t.Context(), 1<<62); err != nil {
			return err
		}
		for i := range 30 {
			fan := storetest.Actor(fmt.Sprintf("fan%d", i), "far.test")
			id, err := tx.PutActor(t.Context(), fan)
			if err != nil {
				return err
			}
			for kind, post := range map[social.NotificationKind]social.ID{social.NotifyLike: liked, social.NotifyMention: f.arabic.ID} {
				if _, err := tx.PutNotification(t.Context(), social.Notification{Kind: kind, ActorID: id, PostID: post, CreatedAt: tx.Now}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	w := &window{person: sitDown(t, openBrowser(t), true), name: "notices", origin: f.Site.Origin, script: true}
	w.signIn()
	w.open(w.origin + "/notifications?kind=posts")
	w.sees("and 42 others liked your post")
	w.touch("main .list > li details.alt summary")
	w.wants("everybody is named", `document.querySelector("main .list details.alt").innerText.includes("fan29")`)
	eventually(t, "the likes are read", func() bool { return f.unread()[social.NotifyLike] == 0 })
	if got := f.unread()[social.NotifyMention]; got != 30 {
		t.Errorf("%d mentions are unread, want 30: nobody looked at them", got)
	}
	w.open(w.origin + "/notifications")
	eventually(t, "some mentions are read", func() bool { return f.unread()[social.NotifyMention] < 30 })
	if got := f.unread()[social.NotifyMention]; got < 15 {
		t.Errorf("%d mentions are unread: those below the window and on the next page were never seen", got)
	}
}

func (f *furnished) unread() map[social.NotificationKind]int {
	f.t.Helper()
	counts, err := f.Store.CountUnreadByKind(f.t.Context())
	f.do(err)
	return counts
}
