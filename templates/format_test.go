package templates

import (
	"strings"
	"testing"
	"time"

	"croft/social"
)

func TestWhen(t *testing.T) {
	zone := time.FixedZone("east", 3*3600)
	now := time.Date(2026, 11, 22, 15, 30, 0, 0, zone)
	for ago, want := range map[time.Duration]string{
		-48 * time.Hour:        "24 Nov",
		0:                      "now",
		59 * time.Second:       "now",
		6*time.Minute + 40e9:   "6 min",
		60 * time.Minute:       "1 h",
		11 * time.Hour:         "11 h",
		15 * time.Hour:         "15 h",
		16 * time.Hour:         "yesterday",
		39 * time.Hour:         "yesterday",
		40 * time.Hour:         "20 Nov",
		30 * 24 * time.Hour:    "23 Oct",
		400 * 24 * time.Hour:   "18 Oct 2025",
		326*24*time.Hour + 1e9: "31 Dec 2025",
	} {
		if got := When(now, now.Add(-ago).UTC()); got != want {
			t.Errorf("When(%v ago) = %q, want %q", ago, got, want)
		}
	}
	for want, p := range map[string]social.Preferences{"5 Nov 2026, 01:12": {}, "5 Nov 2026, 1:12 am": {TwelveHours: true}} {
		if got := (&Page{Now: now, Preferences: p}).moment(time.Date(2026, 11, 4, 22, 12, 0, 0, time.UTC)); got != want {
			t.Errorf("moment = %q, want %q", got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0", -1: "-1", 999: "999", 1000: "1,000", 1234567: "1,234,567", -12345: "-12,345"} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
	if one, two := Plural(1, "post", "posts"), Plural(2000, "post", "posts"); one != "1 post" || two != "2,000 posts" {
		t.Errorf("Plural: %q, %q", one, two)
	}
}

func TestDirection(t *testing.T) {
	for language, want := range map[string]string{"": "auto", "en": "ltr", "ar": "rtl", "AR-eg": "rtl", "fa-IR": "rtl", "arn": "ltr"} {
		if got := Direction(language); got != want {
			t.Errorf("Direction(%q) = %q, want %q", language, got, want)
		}
	}
}

func TestFocus(t *testing.T) {
	m := MediaView{FocusX: -0.6, FocusY: 0.9}
	if m.fx() != "25" || m.fy() != "0" {
		t.Errorf("focal point at %s, %s, want 25, 0", m.fx(), m.fy())
	}
	if got := focusValue(m.FocusX, m.FocusY); got != "-1,1" {
		t.Errorf("focusValue = %s, want -1,1", got)
	}
}

// TestWithEmoji holds emoji to the text of safe HTML: none within a tag or in
// code, and nothing of a name or an address comes out unescaped.
func TestWithEmoji(t *testing.T) {
	emojis := []EmojiView{{Name: "cat", Src: "/media/cat.png"}, {Name: `"><b`, Src: `/"><b`}, {Name: "", Src: "/"}, {Name: "none"}}
	const img = `<img class="emoji" src="/media/cat.png" alt=":cat:" title=":cat:" width="20" height="20" loading="lazy">`
	for in, want := range map[social.HTML]string{
		"":                                    "",
		"<p>no emoji</p>":                     "<p>no emoji</p>",
		"<p>a :cat: b</p>":                    "<p>a " + img + " b</p>",
		":cat::cat:":                          img + img,
		`<a href="https://x/:cat:">y</a>`:     `<a href="https://x/:cat:">y</a>`,
		"<code>:cat:</code> :cat:":            "<code>:cat:</code> " + img,
		"<pre><code>:cat:</code> :cat:</pre>": "<pre><code>:cat:</code> :cat:</pre>",
		":dog: :none: :: 12:30 :cat":          ":dog: :none: :: 12:30 :cat",
		"10:cat:20":                           "10:cat:20",
		"1 &lt; 2 :cat:":                      "1 &lt; 2 " + img,
	} {
		var got strings.Builder
		if err := safe(in, emojis).Render(t.Context(), &got); err != nil || got.String() != want {
			t.Errorf("%q is shown as %q, %v, want %q", in, got.String(), err, want)
		}
	}
}

func TestPlainWords(t *testing.T) {
	if got := plainWords("<p>One &amp; two</p><p>three<br>four &lt;b&gt;</p>"); got != "One & two three four <b>" {
		t.Errorf("plainWords = %q", got)
	}
}

func TestOffered(t *testing.T) {
	d := ComposePage{Widest: social.Followers}
	if got := d.offered(); len(got) != 2 || d.visibility() != social.Followers {
		t.Errorf("an answer to a followers-only post offers %v, chosen %v", got, d.visibility())
	}
	d = ComposePage{Mode: ComposeEdit, Visibility: social.Unlisted}
	if got := d.offered(); len(got) != 1 || got[0] != social.Unlisted {
		t.Errorf("an edit offers %v", got)
	}
}

// TestAlone holds that a home that nobody can reach does not say it can be found.
func TestAlone(t *testing.T) {
	for words, alone := range map[string]bool{"is known on this machine only": true, "can be found from any server": false} {
		var out strings.Builder
		if err := Home(HomePage{Alone: alone}).Render(t.Context(), &out); err != nil || !strings.Contains(out.String(), words) {
			t.Errorf("alone %v: no %q (%v)", alone, words, err)
		}
	}
}
