package markup

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"

	"croft/social"
)

// Text is what safe HTML says, as plain text to read, search and preview:
// blank lines between paragraphs, a bullet before each item of a list, emoji by
// their names.
func Text(h social.HTML) string {
	var p plain
	z := html.NewTokenizer(strings.NewReader(string(h)))
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return p.out.String()
		case html.TextToken:
			p.text(string(z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			p.start(z.Token())
		case html.EndTagToken:
			name, _ := z.TagName()
			p.end(string(name))
		}
	}
}

// PlainText is what a stranger's name or summary says, where they may have sent
// HTML though plain text is meant. The result is text and must be escaped.
func PlainText(foreign string) string { return Text(Sanitize(foreign)) }

// plain gathers text. Breaks and spaces wait until a word follows them.
type plain struct {
	out    strings.Builder
	breaks int    // line breaks owed before the next word
	space  bool   // a space owed
	bullet string // owed before the first word of a list's item
	pre    int    // open pre elements, whose spaces count
}

func (p *plain) start(token html.Token) {
	switch name := token.Data; {
	case name == "br":
		p.breaks, p.space = p.breaks+1, false
	case name == "img":
		for _, a := range token.Attr {
			if a.Key == "alt" {
				p.text(a.Val)
			}
		}
	case name == "li":
		p.atLeast(1)
		p.bullet = "• "
	case name == "pre":
		p.pre++
		p.atLeast(2)
	case isBlock(name) && p.bullet == "":
		p.atLeast(2)
	}
}

func (p *plain) end(name string) {
	switch {
	case name == "li":
		p.atLeast(1)
		p.bullet = ""
	case isBlock(name):
		p.atLeast(2)
		if name == "pre" {
			p.pre--
		}
	}
}

func (p *plain) atLeast(breaks int) { p.breaks, p.space = max(p.breaks, breaks), false }

func (p *plain) text(s string) {
	if p.pre > 0 {
		p.word(s)
		return
	}
	for s != "" {
		spaces := run(s, isSpace)
		p.space = p.space || spaces > 0
		word := run(s[spaces:], func(r rune) bool { return !isSpace(r) })
		p.word(s[spaces : spaces+word])
		s = s[spaces+word:]
	}
}

func (p *plain) word(s string) {
	if s == "" {
		return
	}
	switch {
	case p.out.Len() == 0:
	case p.breaks > 0:
		p.out.WriteString(strings.Repeat("\n", p.breaks))
	case p.space:
		p.out.WriteByte(' ')
	}
	p.out.WriteString(p.bullet + s)
	p.breaks, p.space, p.bullet = 0, false, ""
}

// Excerpt is the beginning of a text in one line of at most n characters, cut
// between words where there are any, with an ellipsis if something is missing.
func Excerpt(text string, n int) string {
	if n < 1 {
		return ""
	}
	line := strings.Join(strings.Fields(text), " ")
	if runeOffset(line, n) == len(line) {
		return line
	}
	cut := line[:runeOffset(line, n-1)]
	if space := strings.LastIndexByte(cut, ' '); space > len(cut)/2 && line[len(cut)] != ' ' {
		cut = cut[:space]
	} else {
		cut = wholeCharacters(cut, line[len(cut):])
	}
	return strings.TrimRightFunc(cut, unicode.IsSpace) + "…"
}

// wholeCharacters takes back the end of cut where what follows belongs to its
// last character: a combining mark, or an emoji's joined part.
func wholeCharacters(cut, rest string) string {
	const joiner = '\u200d'
	joins := func(r rune) bool {
		return unicode.IsMark(r) || r == joiner || r >= 0x1f3fb && r <= 0x1f3ff
	}
	for next := []rune(rest[:min(len(rest), 4)])[0]; cut != ""; {
		runes := []rune(cut[max(0, len(cut)-4):])
		last := runes[len(runes)-1]
		if !joins(next) && last != joiner {
			break
		}
		cut, next = strings.TrimSuffix(cut, string(last)), last
	}
	return cut
}

// QuoteLine is the address of what a post quotes, to stand before its words for
// whoever shows that in no other way (FEP-044f, Mastodon's class quote-inline).
func QuoteLine(uri string) social.HTML {
	shown := html.EscapeString(uri)
	return social.HTML(`<p class="quote-inline">RE: <a href="` + shown + `">` + shown + `</a></p>`)
}

// WithoutQuoteLine leaves QuoteLine out of the words of a post.
func WithoutQuoteLine(h social.HTML) social.HTML {
	rest, ok := strings.CutPrefix(string(h), `<p class="quote-inline">`)
	if !ok {
		return h
	}
	if _, rest, ok = strings.Cut(rest, "</p>"); !ok {
		return h
	}
	return social.HTML(rest)
}
