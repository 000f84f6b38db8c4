package markup

import (
	"strings"
	"testing"

	"croft/social"
)

func TestBeginning(t *testing.T) {
	for _, test := range []struct {
		name, text string
		n          int
		want       string
	}{
		{"short", "<p>Few words.</p>", 10, "<p>Few words.</p>"},
		{"exactly", "<p>Few words</p><p></p>", 9, "<p>Few words</p><p></p>"},
		{"after a word", "<p>Few words are enough.</p>", 11, "<p>Few words…</p>"},
		{"in a long word", "<p>" + strings.Repeat("W", 100) + "</p>", 50, "<p>" + strings.Repeat("W", 50) + "…</p>"},
		{"deep within", `<p>One</p><blockquote><p>two <a href="https://x.test"><em>three four</em></a></p></blockquote><p>five</p>`, 13,
			`<p>One</p><blockquote><p>two <a href="https://x.test"><em>three…</em></a></p></blockquote>`},
		{"voids", "<p>one<br>two<br/>three</p>", 7, "<p>one<br>two<br/>t…</p>"},
		{"escapes", "<p>a &lt;b&gt; &amp; c d</p>", 8, "<p>a &lt;b&gt; &amp;…</p>"},
		{"between two", "<p>one</p><p>two</p>", 3, "<p>one</p><p>…</p>"},
		{"wide", "<p>猫猫猫猫</p>", 2, "<p>猫猫…</p>"},
		{"nothing", "", 5, ""},
	} {
		if got := string(Beginning(social.HTML(test.text), test.n)); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

// What is cut from clean HTML stays clean: the sanitiser finds nothing to mend.
func FuzzBeginning(f *testing.F) {
	f.Add("<p>One <b>two</b> &amp; three</p><ul><li>four</li></ul>", 7)
	f.Add("<pre><code>a\nb</code></pre><blockquote>x</blockquote>", 2)
	f.Fuzz(func(t *testing.T, text string, n int) {
		if len(text) > 4000 || n < 0 {
			return
		}
		clean := Sanitize(text)
		short := Beginning(clean, n)
		if again := Sanitize(string(short)); Text(again) != Text(short) {
			t.Errorf("%q cut at %d is %q, which is mended to %q", clean, n, short, again)
		}
	})
}
