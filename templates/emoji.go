package templates

import (
	"html"
	"strings"

	"croft/social"
)

// part is a stretch of plain text, or an emoji that stands in it.
type part struct {
	text  string
	emoji *EmojiView
}

// splitEmoji cuts a plain text at its :names:, so that each can be shown as its
// picture.
func splitEmoji(text string, emojis []EmojiView) []part {
	if len(emojis) == 0 || !strings.Contains(text, ":") {
		return []part{{text: text}}
	}
	var parts []part
	for text != "" {
		at, emoji := nextEmoji(text, emojis)
		if emoji == nil {
			break
		}
		if at > 0 {
			parts = append(parts, part{text: text[:at]})
		}
		parts = append(parts, part{emoji: emoji})
		text = text[at+len(emoji.Name)+2:]
	}
	if text != "" {
		parts = append(parts, part{text: text})
	}
	return parts
}

// nextEmoji finds the first :name: that is one of the emojis.
func nextEmoji(text string, emojis []EmojiView) (int, *EmojiView) {
	for start := 0; start < len(text); start++ {
		colon := strings.IndexByte(text[start:], ':')
		if colon < 0 {
			return 0, nil
		}
		start += colon
		for i := range emojis {
			name := emojis[i].Name
			if name != "" && emojis[i].Src != "" && strings.HasPrefix(text[start+1:], name+":") {
				return start, &emojis[i]
			}
		}
	}
	return 0, nil
}

// withEmoji puts pictures in the place of the :names: in the text of safe HTML,
// never within a tag and never in code. Safe HTML was written by a serializer:
// a < opens a tag, and the next > closes it.
func withEmoji(safe social.HTML, emojis []EmojiView) string {
	s := string(safe)
	if len(emojis) == 0 || !strings.Contains(s, ":") {
		return s
	}
	var out strings.Builder
	code := 0
	for s != "" {
		open := strings.IndexByte(s, '<')
		if open < 0 {
			open = len(s)
		}
		writeText(&out, s[:open], emojis, code > 0)
		s = s[open:]
		end := strings.IndexByte(s, '>') + 1
		if end == 0 {
			end = len(s)
		}
		tag := s[:end]
		out.WriteString(tag)
		s = s[end:]
		code += codeDepth(tag)
	}
	return out.String()
}

func writeText(out *strings.Builder, text string, emojis []EmojiView, inCode bool) {
	if inCode {
		out.WriteString(text)
		return
	}
	for _, p := range splitEmoji(text, emojis) {
		if p.emoji == nil {
			out.WriteString(p.text) // escaped already
			continue
		}
		name := html.EscapeString(":" + p.emoji.Name + ":")
		out.WriteString(`<img class="emoji" width="20" height="20" loading="lazy" src="` + html.EscapeString(p.emoji.Src) +
			`" alt="` + name + `" title="` + name + `">`)
	}
}

func codeDepth(tag string) int {
	switch {
	case strings.HasPrefix(tag, "<code"), strings.HasPrefix(tag, "<pre"):
		return 1
	case strings.HasPrefix(tag, "</code"), strings.HasPrefix(tag, "</pre"):
		return -1
	default:
		return 0
	}
}
