package markup

import (
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// maxPage is how much of a page LinksBack reads.
const maxPage = 1 << 20

// LinksBack reports whether a page has a link or an anchor with rel=me to one
// of the targets, which are compared whole. It reads the first megabyte. Links
// in comments, scripts and templates are none.
func LinksBack(page io.Reader, targets []string) bool {
	z := html.NewTokenizer(io.LimitReader(page, maxPage))
	z.SetMaxBuf(maxPage)
	for templates := 0; ; {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return false
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			if token.Data == "template" && kind == html.StartTagToken {
				templates++
			}
			if templates == 0 && isMe(token, targets) {
				return true
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == "template" {
				templates = max(0, templates-1)
			}
		}
	}
}

// isMe reports an <a> or <link> with rel=me that leads to a target.
func isMe(token html.Token, targets []string) bool {
	if token.Data != "a" && token.Data != "link" {
		return false
	}
	var href, rel string
	for _, a := range slices.Backward(token.Attr) { // the first of a name counts
		switch a.Key {
		case "href":
			href = strings.TrimFunc(a.Val, isSpace)
		case "rel":
			rel = a.Val
		}
	}
	me := slices.ContainsFunc(strings.Fields(rel), func(word string) bool { return strings.EqualFold(word, "me") })
	return me && slices.Contains(targets, href)
}
