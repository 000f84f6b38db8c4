package markup

import (
	"bufio"
	"bytes"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"croft/social"
)

// Found is what a text mentions, each once, in the order of appearance.
type Found struct {
	Mentions []social.Handle
	Tags     []string // without #, as first written; #Wool and #wool are one
	Links    []string // http and https addresses
}

// Links says where the words that Scan found lead to.
type Links struct {
	Mentions map[social.Handle]string // the page of each person; who is missing stays text
	Tag      func(tag string) string  // the page of a hashtag; nil leaves them text
}

// Scan finds the people, hashtags and addresses in the owner's Markdown. It
// reads with Render's own eyes: what it finds is what Render links.
func Scan(source string) Found {
	var found Found
	render(source, Links{}, &found)
	return found
}

// Render makes HTML of the owner's Markdown, in the subset that Mastodon keeps.
// A single line break is one; headings begin at h2 because a page has its own
// h1; a picture becomes a link; raw HTML is shown as it was typed. There are no
// line breaks between tags, because Mastodon's pages would show them.
func Render(source string, links Links) social.HTML {
	return social.HTML(render(source, links, &Found{}))
}

func render(source string, links Links, found *Found) string {
	w := &writer{source: []byte(clean(source)), links: links, found: found, seen: map[string]bool{}}
	w.text = bufio.NewWriter(&w.scratch)
	w.children(markdown().Parse(text.NewReader(w.source)))
	return w.out.String()
}

// maxInline is how deep emphasis may nest in the output.
const maxInline = 8

// writer writes one document.
type writer struct {
	source  []byte
	links   Links
	found   *Found
	seen    map[string]bool // what found has, by spelling
	out     strings.Builder
	text    *bufio.Writer // to scratch; goldmark's escaping wants one
	scratch bytes.Buffer
	inline  int  // emphasis open
	inLink  bool // links do not nest
}

// first reports that something was not found in this document before.
func (w *writer) first(key string) bool {
	if w.seen[key] {
		return false
	}
	w.seen[key] = true
	return true
}

func (w *writer) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if words, ok := c.(*ast.Text); ok {
			c = w.words(words)
			continue
		}
		w.node(c)
	}
}

func (w *writer) wrap(tag string, n ast.Node) {
	w.out.WriteString("<" + tag + ">")
	w.children(n)
	w.out.WriteString("</" + tag + ">")
}

func (w *writer) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.Paragraph:
		w.wrap("p", n)
	case *ast.Heading:
		w.wrap("h"+strconv.Itoa(min(n.Level+1, 4)), n)
	case *ast.Blockquote:
		w.wrap("blockquote", n)
	case *ast.List:
		w.list(n)
	case *ast.ListItem:
		w.wrap("li", n)
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		w.code(n)
	case *ast.ThematicBreak:
		w.out.WriteString("<p>* * *</p>") // Mastodon drops hr
	default:
		w.phrase(n)
	}
}

func (w *writer) phrase(n ast.Node) {
	switch n := n.(type) {
	case *ast.CodeSpan:
		w.codeSpan(n)
	case *ast.Emphasis:
		w.emphasis([]string{"em", "strong"}[n.Level-1], n)
	case *extast.Strikethrough:
		w.emphasis("del", n)
	case *ast.Link:
		w.link(string(util.URLEscape(n.Destination, true)), func() { w.children(n) })
	case *ast.Image:
		w.image(n)
	case *ast.AutoLink:
		w.autoLink(n)
	case *reference:
		w.reference(n)
	default: // TextBlock, the paragraph of a tight list, has no tag
		w.children(n)
	}
}

func (w *writer) list(n *ast.List) {
	if !n.IsOrdered() {
		w.wrap("ul", n)
		return
	}
	w.out.WriteString("<ol")
	if n.Start != 1 {
		w.out.WriteString(` start="` + strconv.Itoa(n.Start) + `"`)
	}
	w.out.WriteString(">")
	w.children(n)
	w.out.WriteString("</ol>")
}

func (w *writer) code(n ast.Node) {
	lines := n.Lines().Value(w.source)
	w.out.WriteString("<pre><code>" + escapeText(string(bytes.TrimSuffix(lines, []byte("\n")))) + "</code></pre>")
}

func (w *writer) codeSpan(n ast.Node) {
	w.out.WriteString("<code>")
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			w.out.WriteString(escapeText(strings.ReplaceAll(string(t.Segment.Value(w.source)), "\n", " ")))
		}
	}
	w.out.WriteString("</code>")
}

// words writes text with its entities and backslashes resolved, and returns the
// last node that it wrote. Neighbours are read as one, because goldmark parts
// &#39; before the # at which it looked for a hashtag.
func (w *writer) words(n *ast.Text) ast.Node {
	segment := n.Segment
	for !n.SoftLineBreak() && !n.HardLineBreak() {
		next, ok := n.NextSibling().(*ast.Text)
		if !ok || next.Segment.Start != segment.Stop {
			break
		}
		segment.Stop, n = next.Segment.Stop, next
	}
	w.scratch.Reset()
	html.DefaultWriter.Write(w.text, segment.Value(w.source))
	w.text.Flush() // cannot fail: it writes to memory
	w.out.WriteString(clean(strings.ReplaceAll(w.scratch.String(), "&quot;", `"`)))
	if n.SoftLineBreak() || n.HardLineBreak() {
		w.out.WriteString("<br>")
	}
	return n
}

func (w *writer) emphasis(tag string, n ast.Node) {
	w.inline++
	if w.inline <= maxInline {
		w.wrap(tag, n)
	} else {
		w.children(n)
	}
	w.inline--
}

// link writes body as a link to address, or alone where that may not be.
func (w *writer) link(address string, body func()) {
	href, ok := safeHref(address)
	if !ok || w.inLink {
		body()
		return
	}
	if strings.HasPrefix(href, "http") && w.first(href) {
		w.found.Links = append(w.found.Links, href)
	}
	w.inLink = true
	w.out.WriteString(`<a href="` + escapeAttr(href) + `" rel="nofollow noopener">`)
	body()
	w.out.WriteString("</a>")
	w.inLink = false
}

// image writes a link in place of a picture, named by its alternative text.
func (w *writer) image(n *ast.Image) {
	address := string(util.URLEscape(n.Destination, true))
	w.link(address, func() {
		if n.HasChildren() {
			w.children(n)
		} else {
			w.out.WriteString(escapeText(address))
		}
	})
}

// autoLink writes <https://…> and <mail@…>.
func (w *writer) autoLink(n *ast.AutoLink) {
	address, label := string(n.URL(w.source)), string(n.Label(w.source))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(address, "mailto:") {
		address = "mailto:" + address
	}
	w.link(address, func() { w.label(label) })
}

// label writes an address as the text of a link to it.
func (w *writer) label(address string) {
	if w.inLink && strings.Contains(address, "://") {
		w.out.WriteString(shownURL(address))
		return
	}
	w.out.WriteString(escapeText(address))
}

func (w *writer) reference(n *reference) {
	switch {
	case w.inLink:
		w.out.WriteString(escapeText(n.source))
	case n.href != "":
		w.link(n.href, func() { w.label(n.source) })
	case n.tag != "":
		w.tag(n)
	default:
		w.mention(n)
	}
}

func (w *writer) tag(n *reference) {
	if w.first("#" + strings.ToLower(n.tag)) {
		w.found.Tags = append(w.found.Tags, n.tag)
	}
	var href string
	if w.links.Tag != nil {
		href, _ = safeHref(w.links.Tag(n.tag))
	}
	if href == "" {
		w.out.WriteString(escapeText(n.source))
		return
	}
	w.out.WriteString(`<a href="` + escapeAttr(href) + `" class="mention hashtag" rel="tag">#<span>` +
		escapeText(n.tag) + `</span></a>`)
}

func (w *writer) mention(n *reference) {
	if w.first(n.handle.String()) {
		w.found.Mentions = append(w.found.Mentions, n.handle)
	}
	href, ok := safeHref(w.links.Mentions[n.handle])
	if !ok {
		w.out.WriteString(escapeText(n.source))
		return
	}
	w.out.WriteString(`<span class="h-card"><a href="` + escapeAttr(href) + `" class="u-url mention">@<span>` +
		escapeText(n.handle.Name) + `</span></a></span>`)
}
