package markup

import (
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"croft/social"
)

// testLinks resolves everybody and every tag, as a test wants it.
func testLinks(found Found) Links {
	links := Links{Mentions: map[social.Handle]string{}, Tag: func(tag string) string { return "https://home.example/tags/" + url.PathEscape(tag) }}
	for _, h := range found.Mentions {
		links.Mentions[h] = "https://" + h.Host + "/@" + h.Name
	}
	return links
}

func renderAll(in string) social.HTML { return Render(in, testLinks(Scan(in))) }

const bob = `<span class="h-card"><a href="https://far.example/@bob" class="u-url mention">@<span>bob</span></a></span>`

func tagged(tag string) string {
	return `<a href="https://home.example/tags/` + url.PathEscape(tag) + `" class="mention hashtag" rel="tag">#<span>` + tag + `</span></a>`
}

func TestRender(t *testing.T) {
	wool := tagged("wool")
	for _, test := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"words", "hello", "<p>hello</p>"},
		{"single line breaks", "a\nb\r\nc", "<p>a<br>b<br>c</p>"},
		{"paragraphs", "a\n\n\nb", "<p>a</p><p>b</p>"},
		{"emphasis", "*a* **b** ~~c~~ `d`", "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code></p>"},
		{"headings", "# a\n## b\n### c\n#### d", "<h2>a</h2><h3>b</h3><h4>c</h4><h4>d</h4>"},
		{"dashes are a line", "a\n---\nb", "<p>a</p><p>* * *</p><p>b</p>"},
		{"lists", "- a\n- b\n\n3. c\n4. d", `<ul><li>a</li><li>b</li></ul><ol start="3"><li>c</li><li>d</li></ol>`},
		{"a loose list", "- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"},
		{"a quote", "> a\n> b", "<blockquote><p>a<br>b</p></blockquote>"},
		{"code", "```go\nif a < b {\n}\n```", "<pre><code>if a &lt; b {\n}</code></pre>"},
		{"raw HTML", "<b>a</b> <script>x</script>", "<p>&lt;b&gt;a&lt;/b&gt; &lt;script&gt;x&lt;/script&gt;</p>"},
		{"raw block", "<div>\na\n</div>", "<p>&lt;div&gt;<br>a<br>&lt;/div&gt;</p>"},
		{"entities", `&copy; &amp; &#39; \*a\*`, "<p>© &amp; ' *a*</p>"},
		{"a picture is a link", "![a dog](https://x.example/d.png)", `<p><a href="https://x.example/d.png" rel="nofollow noopener">a dog</a></p>`},
		{"a picture in a link", "[![a](https://x.example/d.png)](https://y.example/)", `<p><a href="https://y.example/" rel="nofollow noopener">a</a></p>`},
		{"a link", "[a *b*](https://x.example/?a=1&b=2 \"title\")", `<p><a href="https://x.example/?a=1&amp;b=2" rel="nofollow noopener">a <em>b</em></a></p>`},
		{"a relative link", "[a](/logout)", "<p>a</p>"},
		{"a mail address", "<ana@x.example>", `<p><a href="mailto:ana@x.example" rel="nofollow noopener">ana@x.example</a></p>`},
		{"a bare address", "see https://x.example/a.", `<p>see <a href="https://x.example/a" rel="nofollow noopener"><span class="invisible">https://</span>x.example/a</a>.</p>`},
		{"a long address", "https://www.x.example/abcdefghijklmnopqrstuvwxyz/0123", `<p><a href="https://www.x.example/abcdefghijklmnopqrstuvwxyz/0123" rel="nofollow noopener"><span class="invisible">https://www.</span><span class="ellipsis">x.example/abcdefghijklmnopqrst</span><span class="invisible">uvwxyz/0123</span></a></p>`},
		{"a long host is whole", "https://a.very.long.host.name.that.goes.on.example/x", `<p><a href="https://a.very.long.host.name.that.goes.on.example/x" rel="nofollow noopener"><span class="invisible">https://</span><span class="ellipsis">a.very.long.host.name.that.goes.on.example</span><span class="invisible">/x</span></a></p>`},
		{"in angle brackets", "<https://x.example/>", `<p><a href="https://x.example/" rel="nofollow noopener"><span class="invisible">https://</span>x.example/</a></p>`},
		{"a mention", "hello @bob@far.example.", "<p>hello " + bob + ".</p>"},
		{"a mention in bold", "**@bob@far.example**", "<p><strong>" + bob + "</strong></p>"},
		{"a tag", "_#wool_ (#wool) #wool!", "<p><em>" + wool + "</em> (" + wool + ") " + wool + "!</p>"},
		{"a tag begins the line", "#wool", "<p>" + wool + "</p>"},
		{"nothing within a link", "[@bob@far.example #wool https://y.example](https://x.example/)", `<p><a href="https://x.example/" rel="nofollow noopener">@bob@far.example #wool https://y.example</a></p>`},
		{"brackets are no link", "[#wool] [@bob@far.example", "<p>[" + wool + "] [" + bob + "</p>"},
		{"nothing within code", "`@bob@far.example #wool https://x.example`\n\n    #wool\n\n```\n#wool\n```", "<p><code>@bob@far.example #wool https://x.example</code></p><pre><code>#wool</code></pre><pre><code>#wool</code></pre>"},
		{"escaped", `\@bob@far.example \#wool`, "<p>@bob@far.example #wool</p>"},
		{"right to left", "سلام #صوف", "<p>سلام " + tagged("صوف") + "</p>"},
		{"Japanese", "藍 #藍染め、 @bob@far.example さん", "<p>藍 " + tagged("藍染め") + "、 " + bob + " さん</p>"},
	} {
		if got := renderAll(test.in); string(got) != test.want {
			t.Errorf("%s: Render(%q)\n got %q\nwant %q", test.name, test.in, got, test.want)
		}
		checkRendered(t, test.in)
	}
}

func TestRenderUnresolved(t *testing.T) {
	in := "@bob@far.example #wool"
	if got, want := Render(in, Links{}), social.HTML("<p>@bob@far.example #wool</p>"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	hostile := Links{Mentions: map[social.Handle]string{{Name: "bob", Host: "far.example"}: "javascript:alert(1)"}}
	if got, want := Render(in, hostile), social.HTML("<p>@bob@far.example #wool</p>"); got != want {
		t.Errorf("a hostile page: got %q, want %q", got, want)
	}
}

func TestScan(t *testing.T) {
	for in, want := range map[string]string{
		"@bob@far.example":                         "@bob@far.example",
		".@bob@far.example":                        "@bob@far.example",
		"(@bob@far.example)":                       "@bob@far.example",
		"@bob@far.example, @Eve@FAR.example!":      "@bob@far.example @Eve@far.example",
		"@bob@far.example @bob@far.example":        "@bob@far.example",
		"@ana@bücher.example":                      "@ana@xn--bcher-kva.example",
		"@ana_b.c-d@far.example":                   "@ana_b.c-d@far.example",
		"@ana@localhost:8080 @b@127.0.0.1:8081":    "@ana@localhost:8080 @b@127.0.0.1:8081",
		"@bob@far.example: hi":                     "@bob@far.example",
		"bob@far.example":                          "",
		"@bob":                                     "",
		"@home@noon":                               "",
		"@bob@far.example@evil.example":            "",
		"@@bob@far.example":                        "",
		"/@bob@far.example":                        "",
		"a=@bob@far.example":                       "",
		"https://far.example/@bob@x.example#wool":  "https://far.example/@bob@x.example#wool",
		"#wool #Wool #WOOL":                        "#wool",
		"#2026 #1a #a1 #_ #__a":                    "#1a #a1 #__a",
		"#été #日本語 #हिन्दी #a·b #ab·":              "#été #日本語 #हिन्दी #a·b #ab",
		"a#b #/c &#39; ##d x/#e":                   "",
		"# heading":                                "",
		"#tag.":                                    "#tag",
		"# #tag":                                   "#tag",
		"http://x.example:8080/a?b=c&d=(e)#f, g":   "http://x.example:8080/a?b=c&d=(e)#f",
		"(https://x.example/a_(b))":                "https://x.example/a_(b)",
		"(https://x.example/a)":                    "https://x.example/a",
		"**https://x.example/a_b_c**":              "https://x.example/a_b_c",
		"見てhttps://x.example/。次":                   "https://x.example/",
		"HTTPS://X.example/A":                      "https://x.example/A",
		"xhttps://x.example ftp://x.example":       "",
		"https:// http://. https://user@x.example": "",
		"[a](https://x.example/)":                  "https://x.example/",
		"[#in](https://x.example/#out)":            "https://x.example/#out",
		"[a][1]\n\n[1]: https://x.example/ref":     "https://x.example/ref",
		"![#a](https://x.example/p.png)":           "https://x.example/p.png",
		"<mailto:a@x.example> <https://x.example>": "https://x.example",
		"https://x.example https://x.example":      "https://x.example",
		"> #quoted\n\n- #listed\n\n~~#struck~~":    "#quoted #listed #struck",
		"<!-- #comment --> <b title=\"#title\">":   "#comment #title",
	} {
		found := Scan(in)
		var got []string
		for _, h := range found.Mentions {
			got = append(got, h.String())
		}
		for _, tag := range found.Tags {
			got = append(got, "#"+tag)
		}
		got = append(got, found.Links...)
		if strings.Join(got, " ") != want {
			t.Errorf("Scan(%q) = %q, want %q", in, got, want)
		}
		checkRendered(t, in)
	}
}

// checkRendered holds Render against its promises and Scan against Render.
func checkRendered(t testing.TB, in string) {
	t.Helper()
	found := Scan(in)
	got := Render(in, testLinks(found))
	checkSafe(t, in, got)
	var linked Found
	collect(parseTree(t, got), &linked)
	var people []social.Handle
	for _, h := range found.Mentions { // two spellings may lead to one page
		if p := personAt(testLinks(found).Mentions[h]); !slices.Contains(people, p) {
			people = append(people, p)
		}
	}
	found.Mentions = people
	if !reflect.DeepEqual(linked, found) {
		t.Errorf("%.300q\n Scan found %q\n Render linked %q", in, found, linked)
	}
}

// personAt reads back the page that testLinks gave to a handle.
func personAt(page string) social.Handle {
	href, _ := safeHref(page)
	host, name, _ := strings.Cut(strings.TrimPrefix(href, "https://"), "/@")
	return social.Handle{Name: name, Host: host}
}

func collect(nodes []*html.Node, found *Found) {
	for _, n := range nodes {
		if n.Type == html.ElementNode && n.Data == "a" {
			collectLink(n, found)
			continue
		}
		collect(slices.Collect(n.ChildNodes()), found)
	}
}

func collectLink(n *html.Node, found *Found) {
	var href, class string
	for _, a := range n.Attr {
		switch a.Key {
		case "href":
			href = a.Val
		case "class":
			class = a.Val
		}
	}
	switch class {
	case "u-url mention":
		if h := personAt(href); !slices.Contains(found.Mentions, h) {
			found.Mentions = append(found.Mentions, h)
		}
	case "mention hashtag":
		tag := n.LastChild.FirstChild.Data
		folded := strings.ToLower(tag)
		if !slices.ContainsFunc(found.Tags, func(other string) bool { return strings.ToLower(other) == folded }) {
			found.Tags = append(found.Tags, tag)
		}
	default:
		if strings.HasPrefix(href, "http") && !slices.Contains(found.Links, href) {
			found.Links = append(found.Links, href)
		}
	}
}

// TestRenderHostile types as many characters as a post may have of what makes
// Markdown parsers slow. The bound leaves room for a loaded machine; on an idle
// one the worst, "[a](", takes a ninth of a second.
func TestRenderHostile(t *testing.T) {
	for _, unit := range []string{
		"*", "_", "~", "[", "]", "(", ")", ">", "> ", "#", "@", "`", "!", "<", "\\", "&", ":", "- ", "1. ", "*a ", "*a_ ", "*a **b ", "**a *b", "_a ", "a*",
		"[a](", "[a](b", "![", "![[]()", "[[]", "[]", "a](", "[a]: b\n", "> - ", ">\n", "- a\n  ", "`a ", "``a `", "~~a ", "<a", "<https://a", "&lt", "\n", " ", "\t",
		"@a", "@a@b.c", "@a@b.c ", "#a", "#a ", "#1", "https://", "https://a.b ", "https://a.b/", "http:", "://", "a:", "***a** b ", "[a](https://b.c) ", "# a\n", "- - ", "* * * ", "```\n", "~~~", "> > > ", "\x00", "\xff", "あ", "[@a@b.c](",
	} {
		in := strings.Repeat(unit, hostileLength/len(unit))
		start := time.Now()
		got := renderAll(in)
		if took := time.Since(start); took > time.Second {
			t.Errorf("%q × %d took %v", unit, hostileLength/len(unit), took)
		} else if took > 100*time.Millisecond {
			t.Logf("%q × %d took %v", unit, hostileLength/len(unit), took)
		}
		if len(got) > 50*len(in) {
			t.Errorf("%q × %d grew to %d bytes", unit, hostileLength/len(unit), len(got))
		}
		checkRendered(t, in)
	}
}

func TestRenderDepth(t *testing.T) {
	for _, in := range []string{
		strings.Repeat(">", 20_000) + "a", strings.Repeat("- ", 5_000) + "a", strings.Repeat("*a **b ", 2_000) + strings.Repeat("** *", 2_000),
	} {
		got := string(renderAll(in))
		depth, deepest := 0, 0
		for z := html.NewTokenizer(strings.NewReader(got)); ; {
			kind := z.Next()
			if kind == html.ErrorToken {
				break
			}
			switch kind {
			case html.StartTagToken:
				depth++
			case html.EndTagToken:
				depth--
			}
			deepest = max(deepest, depth)
		}
		if deepest > 2*maxContainers+maxInline+3 {
			t.Errorf("%.20q… nests %d deep", in, deepest)
		}
	}
}

// TestTogether lets many use the one parser and the one policy at a time.
func TestTogether(t *testing.T) {
	const in = "**a** #b @c@d.example https://e.example\n\n- f"
	want, clean := renderAll(in), Sanitize("<p onclick=x>a")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got := renderAll(in); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			if got := Sanitize("<p onclick=x>a"); got != clean {
				t.Errorf("got %q, want %q", got, clean)
			}
		})
	}
	all.Wait()
}

func TestFieldHTML(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "",
		"she/her <3":                 "she/her &lt;3",
		" https://x.example ":        `<a href="https://x.example" rel="me nofollow noopener"><span class="invisible">https://</span>x.example</a>`,
		"https://www.x.example/?a&b": `<a href="https://www.x.example/?a&amp;b" rel="me nofollow noopener"><span class="invisible">https://</span>www.x.example/?a&amp;b</a>`,
		"see https://x.example":      "see https://x.example",
		"x.example":                  "x.example",
		"javascript:alert(1)":        "javascript:alert(1)",
		"mailto:a@x.example":         "mailto:a@x.example",
		"https://good@evil.example":  "https://good@evil.example",
	} {
		if got := FieldHTML(in); string(got) != want {
			t.Errorf("FieldHTML(%q) = %q, want %q", in, got, want)
		}
	}
	long := "https://x.example/" + strings.Repeat("a", 200)
	if got := FieldHTML(long); strings.Contains(string(got), "ellipsis") {
		t.Errorf("FieldHTML(%q) hides a part: %q", long, got)
	}
}

func FuzzRender(f *testing.F) {
	for _, in := range append(vectors()[:200], markdownAttacks()...) {
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, in string) { checkSafe(t, in, renderAll(in)) })
}

func FuzzScan(f *testing.F) {
	for _, in := range []string{"@bob@far.example, #wool https://x.example/a_(b)", "[#a](https://x.example)", "**#a_b_** @a_@b.c_", "https://https://a.b/@c@d.e"} {
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, in string) { checkRendered(t, in) })
}

func BenchmarkRender(b *testing.B) {
	in := "Three weeks of trying to get a **true blue** out of woad, @bob@far.example. #wool\n\n" + strings.Repeat("Everyone told me the summer was too short. ", 8) +
		"\n\n- First-year leaves only\n- Hold the water at 80 °C, *not a minute more*\n\nhttps://weaving.example/memory"
	links := testLinks(Scan(in))
	for b.Loop() {
		Render(in, links)
	}
}
