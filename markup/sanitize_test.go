package markup

import (
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"croft/social"
)

func TestSanitize(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"space only", " \n ", " \n "},
		{"a Mastodon post", `<p><span class="h-card" translate="no"><a href="https://far.example/@bob" class="u-url mention">@<span>bob</span></a></span> hi</p>`,
			`<p><span class="h-card"><a href="https://far.example/@bob" class="u-url mention" rel="nofollow noopener">@bob</a></span> hi</p>`},
		{"a hashtag", `<a class="mention hashtag evil" rel="tag me" href="https://x.example/tags/wool" target="_blank">#<span>wool</span></a>`,
			`<a href="https://x.example/tags/wool" class="mention hashtag" rel="nofollow noopener tag">#wool</a>`},
		{"shortened", `<a href="https://x.example/long"><span class="invisible">https://</span><span class="ellipsis">x.example</span></a>`,
			`<a href="https://x.example/long" rel="nofollow noopener"><span class="invisible">https://</span><span class="ellipsis">x.example</span></a>`},
		{"hidden text", `good.example<span class="invisible">.evil.example</span>`, `good.example.evil.example`},
		{"quote line", `<p class="quote-inline">RE: x</p>`, `<p class="quote-inline">RE: x</p>`},
		{"headings", `<h1>A</h1><h2>B</h2><h3>C</h3><h6>D</h6>`, `<h2>A</h2><h2>B</h2><h3>C</h3><h4>D</h4>`},
		{"a picture", `a<img src="https://x.example/i.png" onerror="x()" alt="b">c`, `ac`},
		{"script and style", `a<script>x()</script><style>b{}</style>c`, `ac`},
		{"styles and ids", `<p style="position:fixed" id="top" onclick="x()">a</p>`, `<p>a</p>`},
		{"relative link", `<a href="/logout">a</a>`, `a`},
		{"scheme without host", `<a href="https:logout">a</a>`, `a`},
		{"user name in a link", `<a href="https://good.example@evil.example/">a</a>`, `a`},
		{"javascript", `<a href="java&#9;script:x()">a</a>`, `a`},
		{"other schemes", `<a href="gemini://x.example/">a</a><a href="xmpp:a@x.example">b</a>`,
			`<a href="gemini://x.example/" rel="nofollow noopener">a</a><a href="xmpp:a@x.example" rel="nofollow noopener">b</a>`},
		{"IDN", `<a href="https://bücher.example/ä">a</a>`, `<a href="https://xn--bcher-kva.example/%C3%A4" rel="nofollow noopener">a</a>`},
		{"rel me", `<a rel="me" href="https://x.example/">a</a>`, `<a href="https://x.example/" rel="nofollow noopener">a</a>`},
		{"divs are lines", `<div>a</div><div>b</div>`, `<p>a</p><p>b</p>`},
		{"a table", `<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>`, `<p>a b</p><p>c</p>`},
		{"a rule", `<p>a</p><hr><p>b</p>`, `<p>a</p><p>b</p>`},
		{"a list", `<ol start="3" reversed><li value="2">a<li>b</ol>`, `<ol start="3" reversed=""><li value="2">a</li><li>b</li></ol>`},
		{"items without a list", `<li>a<li>b`, `<p>a</p><p>b</p>`},
		{"block in paragraph", `<p>a<ul><li>b</ul>c</p>`, `<p>a</p><ul><li>b</li></ul>c`},
		{"nested links", `<a href="https://x.example/">a<a href="https://y.example/">b</a></a>`,
			`<a href="https://x.example/" rel="nofollow noopener">a</a><a href="https://y.example/" rel="nofollow noopener">b</a>`},
		{"crossed", `<b>a<i>b</b>c</i>`, `<b>a<i>b</i></b>c`},
		{"left open", `<blockquote><p><b>a`, `<blockquote><p><b>a</b></p></blockquote>`},
		{"nothing in it", `<p></p><b><i></i></b><p> </p>a`, `a`},
		{"code", "<pre><code>\n a &lt;b&gt;\n</code></pre>", "<pre><code>\n a &lt;b&gt;\n</code></pre>"},
		{"pre loses its first line breaks", "<pre>\n\na\n</pre>", "<pre>a\n</pre>"},
		{"language", `<p lang="ar" dir="rtl">سلام</p><span lang="mi">x</span>`, `<p lang="ar" dir="rtl">سلام</p><span lang="mi">x</span>`},
		{"odd language", `<p lang="x&quot;y" dir="up">a</p>`, `<p>a</p>`},
		{"comments", `a<!-- b --><![CDATA[c]]><?php d ?>e`, `ae`},
		{"control characters", "a\x00b\x1b&#0;&#27;c\u0085d\ufffee", "ab\ufffdcde"},
		{"broken UTF-8", "a\xffb", "a\ufffdb"},
		{"quotes stay readable", `it's "so" &amp; so`, `it's "so" &amp; so`},
		{"less-than", `1 < 2 && <3`, `1 &lt; 2 &amp;&amp; &lt;3`},
		{"math", `<math><mi>x</mi><annotation encoding="application/x-tex">y</annotation></math>`, `x`},
	} {
		if got := Sanitize(test.in); string(got) != test.want {
			t.Errorf("%s: Sanitize(%q)\n got %q\nwant %q", test.name, test.in, got, test.want)
		}
		checkSanitized(t, test.in)
	}
}

func TestSanitizeFieldHidesNothing(t *testing.T) {
	in := `<a href="https://evil.example/" rel="me"><span class="invisible">https://evil.example/?</span><span class="ellipsis">good.example</span></a>`
	want := social.HTML(`<a href="https://evil.example/" rel="nofollow noopener">https://evil.example/?good.example</a>`)
	if got := SanitizeField(in); got != want {
		t.Errorf("SanitizeField(%q)\n got %q\nwant %q", in, got, want)
	}
}

// TestSanitizeHostile feeds a hundred thousand bytes of what makes cleaners
// slow, deep or long-winded (WEB-01; CPU under a bound that leaves room for a
// loaded machine).
func TestSanitizeHostile(t *testing.T) {
	for _, unit := range []string{
		"<b>", "<p>", "<div>", "<blockquote>", "<ul><li>", "<li>", "<a href=https://x.example>", "</b>", "</p>", "<b><p>",
		"<b><i><u><s><p>", "<pre>\n", "<span class=h-card>", "<", "<!--", "<![CDATA[", "&", "&#", "&lt", "<a ", "<a b=c ",
		"<svg><style>", "<math><mtext><table>", "<noscript>", "<template>", "<select>", "<title>", "<p a='", "\n", " ", "\x00", "\xff",
		"<a href=https://x.example/" + strings.Repeat("a/", 20) + ">", "<h1><h2>", "<ol><b></ol>", "<i></b></i>", "x<br>", "<li></ul>",
	} {
		for _, in := range []string{strings.Repeat(unit, 5*hostileLength/len(unit)), "<p>x" + strings.Repeat(unit, 5*hostileLength/len(unit)) + "y"} {
			start := time.Now()
			got := Sanitize(in)
			if took := time.Since(start); took > time.Second {
				t.Errorf("%q × many took %v", unit, took)
			} else if took > 50*time.Millisecond {
				t.Logf("%q × many took %v", unit, took)
			}
			if len(got) > 8*len(in) {
				t.Errorf("%q × many grew to %d bytes", unit, len(got))
			}
			checkSafe(t, unit, got)
			if again := Sanitize(string(got)); again != got {
				t.Errorf("%q × many is not its own Sanitize", unit)
			}
		}
	}
}

func TestSanitizeDepth(t *testing.T) {
	in := strings.Repeat("<blockquote>", 10_000) + "deep" + strings.Repeat("</blockquote>", 10_000) + "<p>after</p>"
	want := strings.Repeat("<blockquote>", maxDepth) + "deep" + strings.Repeat("</blockquote>", maxDepth) + "<p>after</p>"
	if got := Sanitize(in); string(got) != want {
		t.Errorf("got %.100q… (%d bytes), want %d bytes", got, len(got), len(want))
	}
}

// linkTargets are the addresses that a tree links to.
func linkTargets(nodes []*html.Node) []string {
	var targets []string
	for _, n := range nodes {
		if n.Data == "a" && n.Type == html.ElementNode {
			for _, a := range n.Attr {
				if a.Key == "href" {
					targets = append(targets, a.Val)
				}
			}
		}
		targets = append(targets, linkTargets(slices.Collect(n.ChildNodes()))...)
	}
	return targets
}

func FuzzSanitize(f *testing.F) {
	for _, in := range vectors() {
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, in string) { checkSanitized(t, in) })
}

func BenchmarkSanitize(b *testing.B) {
	in := `<p><span class="h-card" translate="no"><a href="https://far.example/@bob" class="u-url mention">@<span>bob</span></a></span> ` +
		strings.Repeat("Three weeks of trying to get a true blue. ", 8) + `</p><p>See <a href="https://weaving.example/memory" rel="nofollow noopener" target="_blank">` +
		`<span class="invisible">https://</span>weaving.example/memory</a> <a href="https://far.example/tags/wool" class="mention hashtag" rel="tag">#<span>wool</span></a></p>`
	for b.Loop() {
		Sanitize(in)
	}
}
