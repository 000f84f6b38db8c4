package markup

import (
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"

	"croft/social"
)

// Sanitize makes strangers' HTML safe to show: the subset that Mastodon keeps,
// headings from h2 on, language and direction of writing. Everything else goes,
// its text stays. Links get rel="nofollow noopener" and no target. The result
// is well-formed, of bounded depth, and its own Sanitize. The caller bounds the
// size of the input.
func Sanitize(foreign string) social.HTML { return sanitize(foreign, false) }

// SanitizeField is Sanitize for the value of a profile field. There no part of
// an address may be hidden, so that the host behind a link is read in full
// (Mastodon CVE-2023-36462).
func SanitizeField(foreign string) social.HTML { return sanitize(foreign, true) }

// sanitize runs two filters, of which either alone would be enough against
// script: bluemonday drops what is not allowed, the balancer writes anew, from
// its own short list, what is left.
func sanitize(foreign string, showAll bool) social.HTML {
	b := balancer{showAll: showAll}
	z := html.NewTokenizer(strings.NewReader(policy().Sanitize(clean(foreign))))
	for {
		switch z.Next() {
		case html.ErrorToken:
			b.closeTo(0)
			return social.HTML(b.out.String())
		case html.TextToken:
			b.text(clean(string(z.Text())))
		case html.StartTagToken, html.SelfClosingTagToken:
			b.start(z.Token())
		case html.EndTagToken:
			name, _ := z.TagName()
			b.end(string(name))
		}
	}
}

// policy is what bluemonday lets through. It is built once and never changed.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	for name := range elements() {
		p.AllowElements(name)
		p.AllowNoAttrs().OnElements(name)
	}
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("rel", "class").Matching(regexp.MustCompile(`^[\w\s-]*$`)).OnElements("a", "span", "p")
	p.AllowAttrs("start").Matching(wholeNumber).OnElements("ol")
	p.AllowAttrs("value").Matching(wholeNumber).OnElements("li")
	p.AllowAttrs("reversed").Matching(regexp.MustCompile(`^(reversed|true)?$`)).OnElements("ol")
	p.AllowAttrs("lang").Matching(languageTag).Globally()
	p.AllowAttrs("dir").Matching(direction).Globally()
	p.RequireParseableURLs(true)
	p.AllowURLSchemes(schemes()...)
	p.SkipElementsContent("title", "textarea", "template", "select", "annotation", "annotation-xml")
	return p
})

var (
	wholeNumber = regexp.MustCompile(`^-?[0-9]{1,6}$`)
	languageTag = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$`)
	direction   = regexp.MustCompile(`^(ltr|rtl|auto)$`)
)

// attributes writes the attributes that an element keeps, in one fixed order.
// ok is false where the element means nothing without those it lost.
func (b *balancer) attributes(tag string, token html.Token) (written string, ok bool) {
	given := map[string]string{}
	for _, a := range token.Attr {
		if _, twice := given[a.Key]; !twice { // the first counts, as in a browser
			given[a.Key] = a.Val
		}
	}
	var out strings.Builder
	put := func(name, value string) { out.WriteString(" " + name + `="` + escapeAttr(value) + `"`) }
	if tag == "a" {
		href, ok := safeHref(clean(given["href"]))
		if !ok {
			return "", false
		}
		put("href", href)
	}
	if class := b.classes(tag, given["class"]); class != "" {
		put("class", class)
	}
	if tag == "a" {
		put("rel", rel(given["rel"]))
	}
	switch tag {
	case "ol":
		putMatching(put, given, "start", wholeNumber)
		if _, reversed := given["reversed"]; reversed {
			put("reversed", "")
		}
	case "li":
		putMatching(put, given, "value", wholeNumber)
	}
	putMatching(put, given, "lang", languageTag)
	putMatching(put, given, "dir", direction)
	return out.String(), tag != "span" || out.Len() > 0
}

func putMatching(put func(name, value string), given map[string]string, name string, shape *regexp.Regexp) {
	if value := given[name]; shape.MatchString(value) {
		put(name, value)
	}
}

// rel is what a stranger's link says of itself. A hashtag stays one; a claim
// that the page is the person's own (me) is not theirs to make in our page.
func rel(given string) string {
	for word := range strings.FieldsSeq(given) {
		if strings.EqualFold(word, "tag") {
			return "nofollow noopener tag"
		}
	}
	return "nofollow noopener"
}

// classes keeps the classes that say what a mention, hashtag or shortened
// address is. What hides text counts only within a link.
func (b *balancer) classes(tag, given string) string {
	if tag != "a" && tag != "span" && tag != "p" {
		return ""
	}
	var kept []string
	for _, class := range []string{"h-card", "u-url", "mention", "hashtag", "ellipsis", "invisible", "quote-inline"} {
		hides := class == "invisible" || class == "ellipsis"
		if hides && (b.showAll || b.open["a"] == 0 || tag != "span") {
			continue
		}
		for word := range strings.FieldsSeq(given) {
			if word == class {
				kept = append(kept, class)
				break
			}
		}
	}
	return strings.Join(kept, " ")
}
