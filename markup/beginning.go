package markup

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"

	"croft/social"
)

// Beginning is the first n characters or so of a text, well-formed, with an
// ellipsis where it breaks off: after a word if one ends nearby. The whole text
// if it is no longer. It reads no further than it has to.
func Beginning(h social.HTML, n int) social.HTML {
	var out strings.Builder
	var open []string
	z := html.NewTokenizer(strings.NewReader(string(h)))
	for {
		kind := z.Next()
		raw := string(z.Raw())
		switch kind {
		case html.ErrorToken:
			return h
		case html.StartTagToken:
			if name := tagName(z); !slices.Contains(voidTags, name) {
				open = append(open, name)
			}
		case html.EndTagToken:
			if name := tagName(z); len(open) > 0 && open[len(open)-1] == name {
				open = open[:len(open)-1]
			}
		case html.TextToken:
			text := html.UnescapeString(raw)
			count := utf8.RuneCountInString(text)
			if count > n {
				out.WriteString(html.EscapeString(firstWords(text, n)))
				return social.HTML(out.String() + "…" + closing(open))
			}
			n -= count
		}
		out.WriteString(raw)
	}
}

// voidTags have no end.
var voidTags = []string{"br", "hr", "img", "wbr"}

func tagName(z *html.Tokenizer) string {
	name, _ := z.TagName()
	return string(name)
}

// firstWords is the first n characters, less a word that would be broken.
func firstWords(text string, n int) string {
	runes := []rune(text)
	words := string(runes[:min(n, len(runes))])
	if space := strings.LastIndexAny(words, " \n\t"); space > len(words)-40 && space > 0 {
		words = words[:space]
	}
	return strings.TrimRight(words, " \n\t")
}

func closing(open []string) string {
	var tags strings.Builder
	for _, name := range slices.Backward(open) {
		tags.WriteString("</" + name + ">")
	}
	return tags.String()
}
