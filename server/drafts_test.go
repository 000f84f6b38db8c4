package server_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"croft/social"
	"croft/store/storetest"
	"croft/timeline"
)

// TestDraft goes the whole way by buttons alone: the desk is saved with its
// photo, found in the list, gone on with, saved again and posted.
func TestDraft(t *testing.T) {
	h := openHouse(t)
	form := url.Values{
		"text": {"half a *thought*"}, "warning": {"food"}, "language": {"de"}, "visibility": {"unlisted"}, "sensitive": {"1"},
		"alt_1": {"soup"}, "act": {"draft"},
	}
	out := h.upload("/compose", form, map[string][]byte{"media_1": picture(t, 10)}).wants(http.StatusSeeOther)
	h.get("/").shows("article.post", 0)
	list := h.get("/drafts").wants(http.StatusOK).shows("ul.list > li", 1).says("ul.list > li", "half a *thought*").says("ul.list > li", "1 photo")
	if got := list.attr("ul.list a.btn", "href"); got != out.location {
		t.Fatalf("the list leads to %q and not to %q", got, out.location)
	}

	desk := h.get(out.location).wants(http.StatusOK).says("textarea#text", "half a *thought*").says("#alt_1", "soup").
		shows("input[name^=media_id_]", 1).shows("[name=sensitive][checked]", 1).says("main", "Drafts (1)")
	for selector, want := range map[string]string{
		"#warning": "food", "#language option[selected]": "de", "input[name=visibility][checked]": "unlisted",
		"input[name=draft]": strings.TrimPrefix(out.location, "/compose?draft="),
	} {
		if got := desk.attr(selector, "value"); got != want {
			t.Errorf("%s is %q, want %q", selector, got, want)
		}
	}
	again := formOf(desk)
	again.Set("text", "a whole thought")
	again.Set("act", "draft")
	h.upload("/compose", again, nil).wants(http.StatusSeeOther, out.location)
	h.get("/drafts").shows("ul.list > li", 1).says("ul.list > li", "a whole thought")

	again.Set("act", "post")
	id := h.uploadPost(again)
	h.visit("/@owner/"+id).says("article", "a whole thought").shows(".shots img", 1)
	h.get("/drafts").shows("ul.list > li", 0)
	h.get(out.location).wants(http.StatusNotFound)

	// The button pressed on another page, where the form still lies.
	before := h.home.Dump("sessions")
	twice := h.upload("/compose", url.Values{"text": {"a whole thought"}, "visibility": {"unlisted"}, "draft": again["draft"]}, nil)
	twice.wants(http.StatusUnprocessableEntity).shows("#text-error", 1).says("textarea#text", "a whole thought").shows("input[name=draft]", 0)
	if h.home.Dump("sessions") != before {
		t.Error("a draft was posted twice")
	}
	h.uploadPost(formOf(twice)) // asked for once more, it is another post
	h.get("/").shows("article.post", 2)
}

// TestDraftInTheDesk keeps its number through what the desk does besides: taking
// photos in, and a post that is refused.
func TestDraftInTheDesk(t *testing.T) {
	h := openHouse(t)
	out := h.post("/compose", url.Values{"text": {"begun"}, "visibility": {"public"}, "act": {"draft"}}).wants(http.StatusSeeOther)
	form := formOf(h.get(out.location).shows("form[data-unsaved]", 0))
	form.Set("act", "upload")
	taken := h.upload("/compose", form, map[string][]byte{"media_1": picture(t, 10)}).wants(http.StatusOK).shows("input[name=draft]", 1).shows("form[data-unsaved]", 1)
	form = formOf(taken)
	form.Set("visibility", "family")
	wrong := h.upload("/compose", form, nil).wants(http.StatusUnprocessableEntity).shows("input[name=draft]", 1)
	h.get("/drafts").shows("ul.list > li", 1).says("ul.list > li", "begun")
	form = formOf(wrong)
	form.Set("visibility", "public")
	h.uploadPost(form)
	h.get("/drafts").shows("ul.list > li", 0)
}

// TestReplyDraft keeps what it answers, until that is gone: then the words stay.
func TestReplyDraft(t *testing.T) {
	h := openHouse(t)
	asked := h.publish(url.Values{"text": {"who is there?"}})
	form := formOf(h.get("/compose?reply=" + asked))
	form.Set("text", "me")
	form.Set("act", "draft")
	out := h.upload("/compose", form, nil).wants(http.StatusSeeOther)
	h.get("/drafts").says("ul.list > li", "Reply")
	desk := h.get(out.location).says("h1", "Reply").says("aside", "who is there?")
	if got := desk.attr("input[name=in_reply_to]", "value"); got != asked {
		t.Errorf("it answers %q, want %q", got, asked)
	}
	h.post("/posts/"+asked+"/delete", nil).wants(http.StatusSeeOther)
	h.get(out.location).wants(http.StatusOK).says("textarea#text", "me").shows("input[name=in_reply_to]", 0)
}

// TestDraftThrownAway is asked for by a form and happens once.
func TestDraftThrownAway(t *testing.T) {
	h := openHouse(t)
	h.post("/compose", url.Values{"text": {"one"}, "visibility": {"public"}, "act": {"draft"}}).wants(http.StatusSeeOther)
	h.Advance(1e9)
	h.post("/compose", url.Values{"text": {"two"}, "visibility": {"public"}, "act": {"draft"}}).wants(http.StatusSeeOther)
	list := h.get("/drafts").shows("ul.list > li", 2).says("ul.list > li", "two") // the newest first
	away := list.attr("ul.list form", "action")
	h.get(away).wants(http.StatusMethodNotAllowed)
	h.post(away, url.Values{"next": {"/drafts"}}).wants(http.StatusSeeOther, "/drafts")
	h.get("/drafts").shows("ul.list > li", 1).says("ul.list > li", "one")
	before := h.home.Dump("sessions")
	h.post(away, nil).wants(http.StatusNotFound)
	if h.home.Dump("sessions") != before {
		t.Error("throwing it away twice changed something")
	}
}

// TestDraftWhileTyping is what the script sends: it learns where the draft is,
// keeps it up to date, and is told in words why it is not kept.
func TestDraftWhileTyping(t *testing.T) {
	h := openHouse(t)
	form := url.Values{"text": {"typ"}, "visibility": {"public"}, "language": {"en"}}
	made := h.post("/drafts", form).wants(http.StatusCreated)
	id, ok := strings.CutPrefix(made.location, "/compose?draft=")
	if !ok || made.body != "" {
		t.Fatalf("it lies at %q, and the answer says %q", made.location, made.body)
	}
	form.Set("draft", id)
	form.Set("text", "typing")
	h.post("/drafts", form).wants(http.StatusCreated, made.location)
	h.get("/drafts").shows("ul.list > li", 1).says("ul.list > li", "typing")

	for name, change := range map[string]url.Values{
		"empty":      {"text": {" "}},
		"visibility": {"visibility": {"family"}},
		"language":   {"language": {`"><b>`}},
		"picture":    {"media_id_1": {"99"}},
		"gone":       {"draft": {"99"}},
		"too long":   {"text": {strings.Repeat("long ", 20_001)}},
	} {
		wrong := url.Values{"text": {"other"}, "visibility": {"public"}, "draft": {id}}
		for field, value := range change {
			wrong[field] = value
		}
		before := h.home.Dump("sessions")
		got := h.post("/drafts", wrong).wants(http.StatusOK) // with anything else the browser's console would speak
		if got.body == "" || !strings.HasPrefix(got.header.Get("Content-Type"), "text/plain") || got.location != "" {
			t.Errorf("%s: the answer is %q of type %q, at %q", name, got.body, got.header.Get("Content-Type"), got.location)
		}
		if h.home.Dump("sessions") != before {
			t.Errorf("%s: something was kept", name)
		}
	}
}

// TestStrangersDrafts keeps drafts from everybody else: a visitor, and a page of
// another site that the owner looks at.
func TestStrangersDrafts(t *testing.T) {
	h := openHouse(t)
	out := h.post("/compose", url.Values{"text": {"secret"}, "visibility": {"public"}, "act": {"draft"}}).wants(http.StatusSeeOther)
	id := strings.TrimPrefix(out.location, "/compose?draft=")
	before := h.home.Dump("sessions")
	for _, path := range []string{"/drafts", out.location} {
		h.visit(path).wants(http.StatusSeeOther, "/login?next="+url.QueryEscape(path))
	}
	form := url.Values{"text": {"mine now"}, "visibility": {"public"}, "draft": {id}, "act": {"draft"}}
	for _, path := range []string{"/drafts", "/drafts/" + id + "/delete", "/compose"} {
		for origin, status := range map[string]int{h.home.Site.Origin: http.StatusUnauthorized, "https://evil.test": http.StatusForbidden} {
			req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, h.home.Site.Origin+path, strings.NewReader(form.Encode()))
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.Header.Set("Origin", origin)
			if status == http.StatusForbidden {
				req = h.owned(req)
			}
			h.ask(req).wants(status)
		}
	}
	if h.home.Dump("sessions") != before {
		t.Error("a stranger changed something")
	}
}

// TestTooManyDrafts says beside the text that there is no room, and loses no
// word of it.
func TestTooManyDrafts(t *testing.T) {
	h := openHouse(t)
	for range timeline.MaxDrafts {
		_, err := h.tl.SaveDraft(t.Context(), social.Draft{Text: "x", Visibility: social.Public})
		h.must(err)
	}
	before := h.home.Dump("sessions")
	form := url.Values{"text": {"one more"}, "visibility": {"public"}, "act": {"draft"}}
	full := h.post("/compose", form).wants(http.StatusUnprocessableEntity).shows("#text-error", 1).says("textarea#text", "one more")
	if h.home.Dump("sessions") != before {
		t.Error("one draft too many was kept")
	}
	h.uploadPost(formOf(full)) // it can still be posted
	h.get("/drafts").shows("ul.list > li", timeline.MaxDrafts)
}

// TestForeignPictureInDraft: a picture of another server's is not the owner's to
// keep.
func TestForeignPictureInDraft(t *testing.T) {
	h := openHouse(t)
	theirs := storetest.Post(h.know(storetest.Actor("sam", "stranger.test")), "look", h.Now())
	theirs.Attachments = []social.Attachment{{Kind: social.MediaImage, RemoteURL: "https://stranger.test/1.png"}}
	kept := h.keep(theirs)
	found, err := h.home.Store.FindPost(t.Context(), kept.ID)
	h.must(err)
	form := url.Values{"text": {"x"}, "visibility": {"public"}, "act": {"draft"}, "media_id_1": {found.Attachments[0].ID.String()}}
	h.post("/compose", form).wants(http.StatusUnprocessableEntity)
	h.get("/drafts").shows("ul.list > li", 0)
}
