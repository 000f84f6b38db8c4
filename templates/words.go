package templates

import (
	"html"
	"strings"

	"croft/social"
)

// plainWords is the text of safe HTML without its markup, for places where only
// words can stand. It is escaped again when it is written.
func plainWords(safe social.HTML) string {
	var out strings.Builder
	s := string(safe)
	for s != "" {
		text, rest, found := strings.Cut(s, "<")
		out.WriteString(text)
		if !found {
			break
		}
		_, s, _ = strings.Cut(rest, ">")
		out.WriteByte(' ')
	}
	return strings.Join(strings.Fields(html.UnescapeString(out.String())), " ")
}
