package templates

import (
	"strings"
	"testing"

	"croft/social"
)

func rendered(t *testing.T, page func(*strings.Builder) error) string {
	t.Helper()
	var b strings.Builder
	if err := page(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestLongPostIsCutInAListOnly(t *testing.T) {
	page := samplePage("Home")
	long := samplePost(1, mairi(), social.HTML("<p>"+strings.Repeat("wool ", 700)+"</p>"))
	long.Beginning = "<p>wool wool…</p>"
	short := samplePost(2, mairi(), "<p>wool</p>")
	for name, c := range map[string]struct {
		post *PostView
		here bool
		cut  bool
	}{"long in a list": {&long, false, true}, "long on its page": {&long, true, false}, "short in a list": {&short, false, false}} {
		html := rendered(t, func(b *strings.Builder) error { return postBody(&page, c.post, c.here).Render(t.Context(), b) })
		if got := strings.Contains(html, "Read on") && strings.Contains(html, `e-content cut"`); got != c.cut {
			t.Errorf("%s: cut is %v, want %v", name, got, c.cut)
		}
		if c.cut && len(html) > 1000 {
			t.Errorf("%s: sent in %d bytes", name, len(html))
		}
	}
}

func TestDeepReplySaysWhomItAnswers(t *testing.T) {
	page := samplePage("Post")
	r := Reply{PostView: samplePost(9, aroha(), "<p>deepest</p>")}
	for id := social.ID(8); id > 3; id-- {
		r = Reply{PostView: samplePost(id, mairi(), "<p>deep</p>"), Replies: []Reply{r}}
	}
	html := rendered(t, func(b *strings.Builder) error { return reply(&page, &r, 1).Render(t.Context(), b) })
	if got := strings.Count(html, "In answer to"); got != 2 {
		t.Errorf("%d of six replies say whom they answer, want the two that stand no further in", got)
	}
}

func TestFactsStandOpenAsFarAsTheySaySomething(t *testing.T) {
	d := ProfileFormPage{Page: samplePage("Profile")}
	for filled := range social.MaxFields + 1 {
		d.Profile.Fields = make([]social.ProfileField, filled)
		if got, want := d.openFacts(), min(filled+1, social.MaxFields); got != want {
			t.Errorf("%d filled: %d open, want %d", filled, got, want)
		}
	}
	d.Profile.Fields = nil
	html := rendered(t, func(b *strings.Builder) error { return factFields(&d).Render(t.Context(), b) })
	if folded := strings.Index(html, "<details"); folded < 0 || strings.Index(html, `id="field_name_1"`) > folded || strings.Index(html, `id="field_name_8"`) < folded {
		t.Errorf("the first line stands open and the last is folded: got %s", html)
	}
}
