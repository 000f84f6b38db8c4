package markup

import (
	"strings"
	"sync"

	"golang.org/x/net/html"
)

// elements maps each element that is understood to the one that is written for
// it. What only makes a block becomes a paragraph, so that its words do not run
// into the next one's; "" leaves a space.
var elements = sync.OnceValue(func() map[string]string {
	all := map[string]string{
		"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4",
		"strike": "s", "ins": "u", "td": "", "th": "",
	}
	for name := range strings.FieldsSeq("p span br a del s pre code em strong b i u ul ol li blockquote") {
		all[name] = name
	}
	for name := range strings.FieldsSeq("div section article aside header footer main nav figure figcaption " +
		"details summary address center dl dt dd table caption tr hr") {
		all[name] = "p"
	}
	return all
})

// maxDepth is how deep elements may nest in what is written; the tags of what
// lies deeper are dropped, its text stays.
const maxDepth = 24

// balancer writes a stream of tags and text as well-formed HTML that every
// parser reads as the same tree: no open ends, no paragraph around a block, no
// link within a link, nothing empty. Its work is linear in the input.
type balancer struct {
	showAll bool // hide no part of an address

	out     strings.Builder
	stack   []element
	visible []int          // places in stack of elements that are written, or will be
	pending int            // from this place on, nothing is written yet
	blocks  int            // visible blocks among the pending
	open    map[string]int // how many of a name are on the stack; "h" is any heading
}

// element is an open element.
type element struct {
	name   string
	tag    string // its start tag
	hidden bool   // never written: too deep, or meaningless
}

// start takes a start tag.
func (b *balancer) start(token html.Token) {
	if b.open == nil {
		b.open = map[string]int{}
	}
	name, known := elements()[token.Data]
	switch {
	case !known:
	case name == "":
		b.text(" ")
	case name == "br":
		b.flush()
		b.out.WriteString("<br>")
	case token.Data == "hr":
		b.closeOutermost("p")
	default:
		b.push(name, token)
	}
}

// end takes an end tag. It closes what is still open within; one that closes
// nothing is ignored.
func (b *balancer) end(given string) {
	name := elements()[given]
	if isHeading(name) {
		name = "h"
	}
	if b.open[name] > 0 {
		b.closeInnermost(name)
	}
}

// push opens an element after closing what cannot stand around it.
func (b *balancer) push(name string, token html.Token) {
	if name == "li" && b.open["ul"]+b.open["ol"] == 0 {
		name = "p"
	}
	b.makeRoom(name)
	attributes, ok := b.attributes(name, token)
	hidden := !ok || len(b.visible) >= maxDepth || isFormatting(name) && b.open[name] > 0
	b.stack = append(b.stack, element{name: name, tag: "<" + name + attributes + ">", hidden: hidden})
	b.open[key(name)]++
	if hidden {
		return
	}
	b.visible = append(b.visible, len(b.stack)-1)
	if isBlock(name) {
		b.blocks++
	}
}

// makeRoom closes what a browser would close before this element.
func (b *balancer) makeRoom(name string) {
	if isBlock(name) {
		b.closeOutermost("p")
	}
	switch key(name) {
	case "a", "h":
		b.closeOutermost(key(name))
	case "li":
		for top := b.top(); top != "ul" && top != "ol"; top = b.top() {
			b.closeTo(len(b.stack) - 1)
		}
	}
}

func (b *balancer) top() string { return b.stack[len(b.stack)-1].name }

// closeInnermost closes up to and with the innermost element of that key, which
// must be open.
func (b *balancer) closeInnermost(name string) {
	for last := ""; last != name; {
		last = key(b.top())
		b.closeTo(len(b.stack) - 1)
	}
}

// closeOutermost closes up to and with every element of that key.
func (b *balancer) closeOutermost(name string) {
	for b.open[name] > 0 {
		b.closeInnermost(name)
	}
}

// closeTo closes elements until n are left.
func (b *balancer) closeTo(n int) {
	for i := len(b.stack) - 1; i >= n; i-- {
		e := b.stack[i]
		b.stack = b.stack[:i]
		b.open[key(e.name)]--
		written := i < b.pending
		b.pending = min(b.pending, i)
		if e.hidden {
			continue
		}
		b.visible = b.visible[:len(b.visible)-1]
		switch {
		case written:
			b.out.WriteString("</" + e.name + ">")
		case isBlock(e.name):
			b.blocks--
		}
	}
}

// text takes text, unescaped.
func (b *balancer) text(s string) {
	if n := len(b.visible); n > 0 && b.visible[n-1] >= b.pending && b.stack[b.visible[n-1]].name == "pre" {
		s = strings.TrimLeft(s, "\n") // a parser drops the first, so none is kept
	}
	if s == "" || b.blocks > 0 && b.open["pre"] == 0 && strings.TrimFunc(s, isSpace) == "" {
		return // white space before the first word of a block is never seen
	}
	b.flush()
	b.out.WriteString(escapeText(s))
}

// flush writes the start tags that wait for content.
func (b *balancer) flush() {
	for _, e := range b.stack[b.pending:] {
		if !e.hidden {
			b.out.WriteString(e.tag)
		}
	}
	b.pending, b.blocks = len(b.stack), 0
}

func isHeading(name string) bool { return len(name) == 2 && name[0] == 'h' }

func key(name string) string {
	if isHeading(name) {
		return "h"
	}
	return name
}

func isBlock(name string) bool {
	switch name {
	case "p", "ul", "ol", "li", "blockquote", "pre":
		return true
	}
	return isHeading(name)
}

// isFormatting names the elements that mean nothing more when nested in
// themselves.
func isFormatting(name string) bool {
	switch name {
	case "del", "s", "code", "em", "strong", "b", "i", "u":
		return true
	}
	return false
}
