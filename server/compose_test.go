package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"croft/social"
	"croft/store/storetest"
)

// TestFormKeepsWords sends every wrong draft to the desk: what is wrong stands
// beside its field, and what was typed is still there.
func TestFormKeepsWords(t *testing.T) {
	h := openHouse(t)
	for name, test := range map[string]struct {
		form  url.Values
		field string
	}{
		"empty":      {url.Values{"visibility": {"public"}, "warning": {"careful"}}, "text"},
		"too long":   {url.Values{"visibility": {"public"}, "text": {strings.Repeat("long ", 4001)}}, "text"},
		"warning":    {url.Values{"visibility": {"public"}, "text": {"x"}, "warning": {strings.Repeat("w", 501)}}, "warning"},
		"visibility": {url.Values{"visibility": {"family"}, "text": {"x"}}, "visibility"},
		"language":   {url.Values{"visibility": {"public"}, "text": {"x"}, "language": {`"><b>`}}, "language"},
		"nobody":     {url.Values{"visibility": {"direct"}, "text": {"@sam@nowhere.test hello"}}, "text"},
		"gone":       {url.Values{"visibility": {"public"}, "text": {"x"}, "in_reply_to": {"99"}}, ""},
	} {
		before := h.home.Dump("sessions")
		p := h.post("/compose", test.form).wants(http.StatusUnprocessableEntity).shows(".note.bad", 1)
		if test.field != "" {
			p.shows("#"+test.field+"-error", 1)
		}
		if got := p.text("textarea#text"); got != strings.Join(strings.Fields(test.form.Get("text")), " ") {
			t.Errorf("%s: the text is now %.50q", name, got)
		}
		if got := p.attr("#warning", "value"); got != test.form.Get("warning") {
			t.Errorf("%s: the warning is now %.50q", name, got)
		}
		if h.home.Dump("sessions") != before {
			t.Errorf("%s: something was kept", name)
		}
	}
	h.get("/").shows("article.post", 0)
}

// TestPhotos takes photos in, keeps them through a wrong form, publishes them
// described, and describes one anew by an edit.
func TestPhotos(t *testing.T) {
	h := openHouse(t)
	taken := h.upload("/compose", url.Values{"text": {"look"}, "visibility": {"public"}, "act": {"upload"}, "alt_1": {"grey"}, "focus_1": {"1,-1"}},
		map[string][]byte{"media_1": picture(t, 90), "media_2": picture(t, 200)})
	taken.wants(http.StatusOK).shows("input[name^=media_id_]", 2).says("textarea#text", "look").says("#alt_1", "grey")
	h.get("/").shows("article.post", 0)

	form := formOf(taken)
	form.Set("visibility", "family")
	form.Set("alt_2", "light")
	wrong := h.upload("/compose", form, nil).wants(http.StatusUnprocessableEntity).shows("input[name^=media_id_]", 2).says("#alt_2", "light")

	form = formOf(wrong)
	form.Set("visibility", "public")
	bad := h.upload("/compose", form, map[string][]byte{"media_3": []byte("no picture at all")})
	bad.wants(http.StatusUnprocessableEntity).shows("#media_3-error", 1).shows("input[name^=media_id_]", 2)

	form = formOf(bad)
	form.Set("act", "post")
	id := h.uploadPost(form)
	shown := h.visit("/@owner/"+id).shows(".shots img", 2).says(".alt", "light")
	if got := shown.attr(".shots img", "alt"); got != "grey" {
		t.Errorf("the first photo is described as %q", got)
	}
	if file := h.ask(h.owned(request(t, shown.attr(".shots img", "src")))).wants(http.StatusOK); file.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Error("an app in a browser may not look at a photo")
	}

	edit := h.get("/posts/"+id+"/edit").wants(http.StatusOK).shows("input[name^=media_id_]", 2)
	form = formOf(edit)
	form.Set("alt_1", "dark grey")
	form.Set("drop_2", "1")
	form.Set("act", "post")
	h.upload("/posts/"+id+"/edit", form, nil).wants(http.StatusSeeOther, "/posts/"+id)
	shown = h.visit("/@owner/"+id).shows(".shots img", 1)
	if got := shown.attr(".shots img", "alt"); got != "dark grey" {
		t.Errorf("after the edit it is described as %q", got)
	}
	h.get("/posts/"+id+"/history").shows("ol.list > li", 1).says("ol.list > li", "grey").says("ol.list > li", "light").shows("ol.list del", 0)
}

// TestWrongPhotos has what is wrong with a photo said where the desk shows it,
// and a description that is too long given back as it was typed.
func TestWrongPhotos(t *testing.T) {
	h := openHouse(t)
	form := url.Values{"text": {"look"}, "visibility": {"public"}, "alt_1": {"a boat"}, "alt_3": {"grey"}}
	bad := h.upload("/compose", form, map[string][]byte{"media_1": []byte("no picture at all"), "media_3": picture(t, 90)})
	bad.wants(http.StatusUnprocessableEntity).shows("[name=media_id_1]", 1).shows("#media_2-error", 1).shows("#media_2[aria-invalid]", 1).
		says("#alt_1", "grey").says("#alt_2", "a boat") // the file must be chosen again, but not described

	form = formOf(bad)
	form.Set("alt_1", strings.Repeat("long ", social.MaxAlt))
	long := h.upload("/compose", form, nil).wants(http.StatusUnprocessableEntity)
	long.shows("[name=media_id_1]", 1).shows("#alt_1-error", 1).says("#alt_1", "long long")
}

func (h *house) uploadPost(form url.Values) string {
	h.t.Helper()
	out := h.upload("/compose", form, nil).wants(http.StatusSeeOther)
	return strings.TrimPrefix(out.location, "/posts/")
}

// TestEdit edits a post and reads its earlier wording.
func TestEdit(t *testing.T) {
	h := openHouse(t)
	id := h.publish(url.Values{"text": {"first *words*"}, "warning": {"careful"}, "language": {"de"}, "visibility": {"unlisted"}})
	edit := h.get("/posts/"+id+"/edit").says("textarea#text", "first *words*").shows("input[name=visibility]", 1)
	if got := edit.attr("#warning", "value"); got != "careful" {
		t.Errorf("the warning to edit is %q", got)
	}
	if got := edit.attr("form.desk", "action"); got != "/posts/"+id+"/edit" {
		t.Errorf("the edit goes to %q", got)
	}
	form := formOf(edit)
	form.Set("text", "second words")
	h.upload("/posts/"+id+"/edit", form, nil).wants(http.StatusSeeOther, "/posts/"+id)
	h.get("/posts/"+id).says("article.here", "second words").says("article.here", "Edited")
	h.get("/posts/"+id+"/history").says("ol.list > li", "first words").says("article.here", "second words").
		says("ol.list del", "Taken out: first").says("ol.list ins", "Put in: second")

	form.Set("text", "")
	h.upload("/posts/"+id+"/edit", form, nil).wants(http.StatusUnprocessableEntity).shows("#text-error", 1)
	h.visit("/posts/" + id + "/history").wants(http.StatusSeeOther)
}

// TestRedraft deletes a post and gets its words and photos back on the desk.
func TestRedraft(t *testing.T) {
	h := openHouse(t)
	form := url.Values{"text": {"a slip"}, "visibility": {"unlisted"}, "warning": {"food"}, "alt_1": {"soup"}}
	out := h.upload("/compose", form, map[string][]byte{"media_1": picture(t, 10)}).wants(http.StatusSeeOther)
	id := strings.TrimPrefix(out.location, "/posts/")
	ask := h.get("/posts/"+id+"/redraft").wants(http.StatusOK).shows("form[method=post] button.main, form[method=post] button.bad", 1)
	h.visit("/@owner/" + id).wants(http.StatusOK) // asking deletes nothing

	out = h.post(ask.attr("main form[method=post]", "action"), url.Values{"next": {"/"}}).wants(http.StatusSeeOther)
	h.get("/drafts").shows("ul.list > li", 1).says("ul.list > li", "a slip") // whoever leaves now finds the words again
	desk := h.get(out.location).wants(http.StatusOK)
	desk.says("textarea#text", "a slip").says("#alt_1", "soup").shows("input[name^=media_id_]", 1)
	if got := desk.attr("input[name=visibility][checked]", "value"); got != "unlisted" {
		t.Errorf("the visibility is now %q", got)
	}
	h.visit("/@owner/" + id).wants(http.StatusGone)
	again := formOf(desk)
	again.Set("text", "mended")
	h.upload("/compose", again, nil).wants(http.StatusSeeOther)
	h.get("/").shows("article.post", 1).says("article.post", "mended").shows(".shots img", 1)
	h.get("/drafts").shows("ul.list > li", 0)
}

func TestDelete(t *testing.T) {
	h := openHouse(t)
	id := h.publish(url.Values{"text": {"too loud"}})
	h.get("/posts/"+id+"/delete").wants(http.StatusOK).says("main", "too loud")
	h.post("/posts/"+id+"/delete", url.Values{"next": {"/"}}).wants(http.StatusSeeOther, "/")
	h.get("/").shows("article.post", 0)
	for _, path := range []string{"/posts/" + id, "/posts/" + id + "/edit", "/posts/" + id + "/delete", "/posts/" + id + "/history", "/@owner/" + id, "/compose?reply=" + id} {
		h.get(path).wants(http.StatusGone)
	}
	theirs := h.keep(storetest.Post(h.know(storetest.Actor("sam", "stranger.test")), "theirs", h.Now())).ID.String()
	h.get("/posts/" + theirs + "/edit").wants(http.StatusNotFound)
	h.post("/posts/"+theirs+"/delete", nil).wants(http.StatusNotFound)
	h.get("/posts/" + theirs).wants(http.StatusOK)
}

// TestReply answers a warned post that is for followers only: who takes part is
// named, and warning, language and visibility are taken over.
func TestReply(t *testing.T) {
	h := openHouse(t)
	sam := h.know(storetest.Actor("sam", "stranger.test"))
	asked := storetest.Post(sam, "question", h.Now())
	asked.Warning, asked.Language, asked.Visibility = "spiders", "fr", social.Followers
	asked.Mentions = []social.Mention{{URI: h.home.Site.Actor(), Handle: "@owner@me.test"}, {URI: "https://friend.test/users/carol", Handle: "@carol@friend.test"}}
	asked = h.keep(asked)

	desk := h.get("/compose?reply="+asked.ID.String()).wants(http.StatusOK).
		says("textarea#text", "@sam@stranger.test @carol@friend.test").says("h1", "Reply").
		says("aside", "@carol@friend.test").says("aside", "question").shows("input[name=visibility]", 2)
	for selector, want := range map[string]string{
		"#warning": "spiders", "#language option[selected]": "fr", "input[name=visibility][checked]": "followers", "input[name=in_reply_to]": asked.ID.String(),
	} {
		if got := desk.attr(selector, "value"); got != want {
			t.Errorf("%s is %q, want %q", selector, got, want)
		}
	}
	form := formOf(desk)
	form.Set("text", "an answer")
	out := h.upload("/compose", form, nil).wants(http.StatusSeeOther)
	h.get(out.location).shows("article.up", 1).says("article.up", "question").says("article.here", "an answer")
	h.get("/posts/"+asked.ID.String()).shows("#answer article.post", 1).says("#answer", "an answer").says("#replies", "1 reply")
	h.get("/compose?to="+sam.ID.String()).says("textarea#text", "@sam@stranger.test").shows("input[value=direct][checked]", 1)
}

// formOf is the desk's form as a browser would send it again.
func formOf(p *page) url.Values { return formAt(p, "form.desk") }

// formAt is the form that the selector names, likewise.
func formAt(p *page, at string) url.Values {
	form := url.Values{}
	for _, n := range p.all(at + " input, " + at + " textarea, " + at + " option[selected]") {
		name, value, kind, checked := "", "", "", false
		for _, a := range n.Attr {
			switch a.Key {
			case "name":
				name = a.Val
			case "value":
				value = a.Val
			case "type":
				kind = a.Val
			case "checked":
				checked = true
			}
		}
		switch {
		case n.Data == "textarea":
			form.Add(name, textOf(n))
		case n.Data == "option":
			for _, a := range n.Parent.Attr {
				if a.Key == "name" {
					form.Add(a.Val, value)
				}
			}
		case kind == "file" || (kind == "checkbox" || kind == "radio") && !checked:
		default:
			form.Add(name, value)
		}
	}
	return form
}

func request(t *testing.T, path string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://me.test"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// TestLanguageOfTheLastPost: a new post begins in the language that the owner
// wrote in last, however much of others' they passed on since.
func TestLanguageOfTheLastPost(t *testing.T) {
	h := openHouse(t)
	h.publish(url.Values{"text": {"Guten Morgen"}, "language": {"de"}, "visibility": {"public"}})
	owner, err := h.home.Store.FindActor(t.Context(), h.home.Node.OwnerID())
	h.must(err)
	sam := h.know(storetest.Actor("sam", "far.test"))
	for _, p := range h.talk(sam, "word", 6) {
		h.Advance(time.Second)
		h.boost(owner, p)
	}
	if got := h.get("/compose").attr("#language option[selected]", "value"); got != "de" {
		t.Errorf("a new post begins in %q", got)
	}
}
