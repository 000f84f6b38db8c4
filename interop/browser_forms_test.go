package interop

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"croft/scenery"
	"croft/social"
	"croft/store"
	"croft/store/storetest"
	"croft/templates"
)

// fault is a form that is filled in wrongly.
type fault struct {
	name, page string
	fill       map[string]string // by selector
	press      string
	path       string // of the answer
}

func (f *furnished) ownerFaults() []fault {
	report := templates.PersonAct(f.people["wide"].ID, "report")
	return []fault{
		{"fault-compose", "/compose", map[string]string{"#text": strings.Repeat("W", 20001), "#warning": strings.Repeat("W", 501)}, `main button[value="post"]`, "/compose"},
		{"fault-profile", "/settings/profile", map[string]string{"#name": strings.Repeat("W", 101), "#bio": strings.Repeat("W", 2001), "#field_name_1": strings.Repeat("W", 256)},
			`main form[action="/settings/profile"] button.main`, "/settings/profile"},
		faultPreferences(),
		{"fault-password", "/settings/account", map[string]string{"#current": "wrong", "#password": "short"}, `form[action="/settings/password"] button`, "/settings/password"},
		{"fault-emoji", "/settings/emoji", map[string]string{"#name": strings.Repeat("W", 100)}, `form[action="/settings/emoji"] button`, "/settings/emoji"},
		{"fault-filter", "/settings/filters", map[string]string{"#title": strings.Repeat("W", 257)}, `form[action="/settings/filters"] button`, "/settings/filters"},
		{"fault-list", "/lists", map[string]string{"#title": strings.Repeat("W", 101)}, `form[action="/lists"] button`, "/lists"},
		{"fault-report", report, map[string]string{"#comment": strings.Repeat("W", 60000)}, "main form button.main", report},
		{"fault-host", "/hosts/block?host=" + strings.Repeat("w", 300), nil, "main form button.bad", "/hosts/block"},
	}
}

func (f *furnished) visitorFaults() []fault {
	return []fault{
		{"fault-login", "/login", map[string]string{"#handle": strings.Repeat("W", 300), "#password": "wrong"}, `form[action="/login"] button`, "/login"},
		{"fault-follow", "/@ana", map[string]string{`form[action="/interact"] input[name="acct"]`: strings.Repeat("W", 300)}, `form[action="/interact"] button`, "/interact"},
		{"fault-answer", "/@ana/" + f.posts["long"].ID.String(), map[string]string{`#from-home input[name="acct"]`: "@nobody@nowhere.test"}, `#from-home button`, "/interact"},
	}
}

// fail sends a form with faults and looks at what is said of them.
func (w *window) fail(f fault) {
	w.t.Helper()
	w.meaning(f.path)
	w.come(f.name, 200, chromedp.Navigate(w.origin+f.page))
	for selector, text := range f.fill {
		ask[bool](w, fmt.Sprintf(`document.querySelector(%q).value = %q, true`, selector, text))
	}
	w.send(f.name, 422, f.press)
	w.study(f.name)
}

// send presses a button, wherever it stands, and the page of the answer comes as
// it does without script.
func (w *window) send(name string, status int, button string) {
	w.t.Helper()
	if !ask[bool](w, fmt.Sprintf(`Boolean(document.querySelector(%q))`, button)) {
		w.t.Fatalf("%s: there is no %s on the page:\n%s", name, button, w.text())
	}
	w.come(name, status, func(context.Context, *chromedp.Target) (chromedp.Void, error) {
		ask[bool](w, fmt.Sprintf(`(b => { b.form.noValidate = true; b.form.addEventListener("submit", e => e.stopPropagation()); b.click(); return true; })(document.querySelector(%q))`, button))
		return chromedp.Void{}, nil
	})
}

// act presses the button for an address on a page.
func (w *window) act(page, path string, fill ...string) {
	w.t.Helper()
	w.come(page, 200, chromedp.Navigate(w.origin+page))
	for i := 0; i < len(fill); i += 2 {
		ask[bool](w, fmt.Sprintf(`document.querySelector(%q).value = %q, true`, fill[i], fill[i+1]))
	}
	w.send(path, 200, fmt.Sprintf(`button[formaction=%[1]q], form[action=%[1]q] button:not([formaction]):not([value="upload"]):not([value="schedule"])`, path))
}

// sendForms sends every form once, as the owner and as a visitor.
func (f *furnished) sendForms(t *testing.T, browser context.Context) {
	w := openWindow(t, browser, f.Site.Origin, "writer", true)
	w.signIn()
	post, own := f.note.ID, func(name string) social.ID { return f.posts[name].ID }
	storetest.Update(t, f.Store, func(tx *store.Tx) error { // the other windows have read what there was
		_, err := tx.PutNotification(t.Context(), social.Notification{Kind: social.NotifyReport, ActorID: f.people["stranger"].ID, CreatedAt: tx.Now})
		if err == nil {
			_, err = tx.PutNotification(t.Context(), social.Notification{Kind: social.NotifyMention, ActorID: f.people["neko"].ID, PostID: own("letter"), CreatedAt: tx.Now})
		}
		return err
	})
	w.act(templates.MessagePath(own("letter")), templates.MessageReadPath(own("letter")))
	w.act(templates.MessagePath(own("letter")), templates.MessageAwayPath(own("letter")))
	w.act("/notifications", "/notifications/read")
	w.act("/notifications", "/notifications/dismiss")
	w.act("/notifications/held", "/notifications/held")
	w.act("/replies", templates.PostAct(f.waiting[0], "approve"))
	w.act("/replies", templates.PostAct(f.waiting[1], "decline"))
	w.act("/notifications/held", "/notifications/policy")
	storetest.PutPost(t, f.Store, storetest.Post(f.people["layla"], "fresh", time.Now())) // or all may be read by now
	w.act("/", "/home/read")
	w.act("/shortcuts", "/shortcuts")
	w.act("/", "/theme")
	w.act("/compose", "/compose", "#text", "Written by hand.")
	f.sendDrafts(w)
	for _, verb := range []string{"like", "unlike", "boost", "unboost", "bookmark", "unbookmark", "mute", "unmute"} {
		w.act(templates.PostPath(post), templates.PostAct(post, verb))
	}
	f.sendVote(w)
	w.act(templates.PostPath(f.quoting.ID), templates.PostAct(f.quoting.ID, "unquote"))
	for verb, id := range map[string]social.ID{"pin": own("unpinned"), "unpin": own("pinned"), "delete": own("arabic"), "redraft": own("redraft"), "edit": own("like me")} {
		page := templates.PostPath(id)
		if !strings.HasSuffix(verb, "pin") {
			page = templates.PostAct(id, verb)
		}
		w.act(page, templates.PostAct(id, verb))
	}
	f.sendPeopleForms(w)
	w.act("/reports", templates.ReportPath(f.report))
	w.act(templates.HostBlockPath("bad.test"), "/hosts/block")
	w.act("/settings/moderation", "/hosts/unblock")
	w.act("/settings/profile", "/settings/profile", "#name", "Ana")
	w.act("/settings/preferences", "/settings/preferences", "#time_zone", "Pacific/Auckland")
	w.act("/settings/preferences", templates.PathPush, "[name=endpoint]", "https://push.test/x", "[name=auth]", "BTBZMqHH6r4Tts7J_aSIgg",
		"[name=p256dh]", "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
	w.act(consentPath, "/oauth/authorize")
	w.act("/settings/apps", "/settings/apps/end")
	if _, err := f.Timeline.AddEmoji(t.Context(), "hanks", "Cloth", bytes.NewReader(scenery.JPEG(scenery.Loch(1), 64, 64))); err != nil {
		t.Fatal(err)
	}
	w.act("/settings/emoji", "/settings/emoji/retire")
	for _, verb := range []string{"follow", "unfollow", "feature", "unfeature"} {
		w.act("/tags/wool", templates.TagAct("wool", verb))
	}
	filter := templates.FilterPath(f.filter.ID)
	w.act(filter, filter, "#title", "Football")
	w.act(filter, filter+"/post")
	w.act(filter, filter+"/delete")
	w.act("/settings/account", "/settings/jobs/again")
	w.act("/settings/account", "/settings/jobs/drop")
	w.act("/settings/account", "/settings/password", "#current", browserPassword, "#password", browserPassword+" more")
	w.act("/settings/account", "/settings/sessions/end")
	w.act("/login", "/login", "#handle", "ana", "#password", browserPassword+" more")
	f.breakSession(t)
	w.meaning("/settings/account")
	w.see(view{"error", "/settings/account", 500})
	w.act("/", "/logout")
	w.meaning("/interact")
	w.come("profile", 200, chromedp.Navigate(f.Site.Origin+"/@ana"))
	w.send("interact", 422, `form[action="/interact"] button`)
}

// sendVote votes in a poll.
func (f *furnished) sendVote(w *window) {
	w.t.Helper()
	path := templates.PostAct(f.remotePoll.ID, "vote")
	w.come("vote", 200, chromedp.Navigate(w.origin+templates.PostPath(f.remotePoll.ID)))
	ask[bool](w, `document.querySelector("[name=choice]").click(), true`)
	w.send(path, 200, fmt.Sprintf(`form[action=%q] button`, path))
}

// sendDrafts types until the page has kept it by itself, and throws a draft away.
func (f *furnished) sendDrafts(w *window) {
	w.t.Helper()
	w.come("compose", 200, chromedp.Navigate(w.origin+"/compose"))
	w.person.act(chromedp.SendKeys(chromedp.CSS("#text"), "Half a thought of #wo"))
	eventually(w.t, "the page offers to go on", func() bool { return strings.Contains(w.text(), "#wool") })
	eventually(w.t, "the page keeps what is typed", func() bool { return strings.Contains(w.text(), "Saved") })
	w.act("/drafts", templates.DraftKeepPath(f.scheduled))
	w.act("/drafts", templates.DraftDeletePath(f.draft))
}

func (f *furnished) sendPeopleForms(w *window) {
	w.t.Helper()
	w.act("/search", templates.PersonAct(f.people["stranger"].ID, "unsuggest"))
	for who, verbs := range map[string][]string{
		"stranger": {"follow", "unfollow", "mute", "unmute", "block", "unblock"}, "fan": {"remove"}, "layla": {"hide-boosts", "show-boosts", "see"}, "asks": {"accept"}, "asks_too": {"reject"},
	} {
		id := f.people[who].ID
		for _, verb := range verbs {
			w.act(templates.PersonPath(id), templates.PersonAct(id, verb))
		}
	}
	f.sendLists(w)
	id := f.people["wide"].ID
	w.act(templates.PersonAct(id, "report"), templates.PersonAct(id, "report"), "#comment", "Wide.")
}

// sendLists makes a list and does everything to it, and writes a note.
func (f *furnished) sendLists(w *window) {
	w.t.Helper()
	neko := f.people["neko"].ID
	made := f.makeList("Walls", "neko")
	w.act("/lists", "/lists", "#title", "Wool")
	w.act(templates.PersonPath(neko), templates.PersonAct(neko, "lists"))
	w.act(templates.PersonPath(neko), templates.PersonAct(neko, "note"), "#note", "Met at the fair.")
	for _, act := range []string{"edit", "remove", "delete"} {
		w.act(templates.ListAct(made.ID, "edit"), templates.ListAct(made.ID, act))
	}
}

// readDocuments asks for what is meant for programs, as they do.
func (f *furnished) readDocuments(t *testing.T) {
	me, post := "/@ana", "/@ana/"+f.posts["tall"].ID.String()
	for path, status := range map[string]int{
		me + ".rss": 200, me + ".atom": 200, "/manifest.webmanifest": 200, templates.PathWorker: 200, f.icon(t): 200, "/media/" + f.posts["tall"].Attachments[0].File: 200,
		"/actor": 200, "/actor/outbox": 200, me + "/outbox": 200, me + "/followers": 200, me + "/following": 200, me + "/featured": 200, me + "/featured_tags": 200, me + "/quotes/7": 404,
		me + "/followers_synchronization": 401, post + "/replies": 200, "/.well-known/webfinger?resource=acct:" + f.Site.Handle().Acct(): 200,
		"/.well-known/host-meta": 200, "/.well-known/host-meta.json": 200, "/.well-known/nodeinfo": 200, "/nodeinfo/2.1": 200, "/livez": 200, "/readyz": 200, "/emojis/1": 404,
		"/.well-known/oauth-authorization-server": 200, "/oauth/userinfo": 401,
	} {
		f.request(t, http.MethodGet, path, "", status)
	}
	for path, status := range map[string]int{
		"/inbox": 401, "/actor/inbox": 401, me + "/inbox": 401, "/oauth/token": 401, "/oauth/revoke": 401, "/oauth/userinfo": 401, "/api/v1/apps": 422,
	} {
		f.request(t, http.MethodPost, path, "{}", status)
	}
}

// icon is the address of the home's icon, as its manifest names it.
func (f *furnished) icon(t *testing.T) string {
	t.Helper()
	var m struct{ Icons []struct{ Src string } }
	f.do(json.Unmarshal(f.request(t, http.MethodGet, "/manifest.webmanifest", "", 200), &m))
	return m.Icons[0].Src
}

func (f *furnished) request(t *testing.T, method, path, body string, want int, header ...string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, f.Site.Origin+path, strings.NewReader(body))
	f.do(err)
	req.Header.Set("Content-Type", "application/activity+json")
	req.Header.Set("Content-Length", strconv.Itoa(len(body)))
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(req)
	f.do(err)
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	if answer.StatusCode != want {
		t.Errorf("%s %s answers %d, want %d: %.200s", method, path, answer.StatusCode, want, text)
	}
	return text
}
