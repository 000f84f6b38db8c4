package markup

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"croft/social"
)

// Emojify replaces :name: by the picture of that name, in the text of safe HTML
// only: never in tags, addresses or code. Pictures are by name the addresses from
// which our own pages show them; where there is none, the text stays.
func Emojify(h social.HTML, pictures map[string]string) social.HTML {
	if len(pictures) == 0 || strings.Count(string(h), ":") < 2 {
		return h
	}
	var out strings.Builder
	code := 0
	z := html.NewTokenizer(strings.NewReader(string(h)))
	for {
		kind := z.Next()
		raw := string(z.Raw())
		switch kind {
		case html.ErrorToken:
			return social.HTML(out.String())
		case html.TextToken:
			if code == 0 {
				raw = emojify(raw, pictures)
			}
		case html.StartTagToken, html.EndTagToken:
			code += codeStep(z, kind)
		}
		out.WriteString(raw)
	}
}

// EmojifyName is Emojify for plain text, such as a person's name.
func EmojifyName(name string, pictures map[string]string) social.HTML {
	return social.HTML(emojify(escapeText(name), pictures))
}

// EmojiNames are the names that stand between colons in plain texts, each once:
// what may be emoji, if there is a picture of that name.
func EmojiNames(texts ...string) []string {
	var names []string
	for _, text := range texts {
		for {
			_, rest, found := strings.Cut(text, ":")
			if !found {
				break
			}
			name := rest[:run(rest[:min(len(rest), maxEmojiName)], inEmojiName)]
			if strings.HasPrefix(rest[len(name):], ":") && name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
			text = rest
		}
	}
	return names
}

// codeStep tells whether a tag opens (1) or closes (-1) code.
func codeStep(z *html.Tokenizer, kind html.TokenType) int {
	switch name, _ := z.TagName(); {
	case string(name) != "code" && string(name) != "pre":
		return 0
	case kind == html.StartTagToken:
		return 1
	default:
		return -1
	}
}

// maxEmojiName bounds how far one colon makes us look ahead.
const maxEmojiName = 128

// emojify works on escaped text. Like Mastodon it leaves names alone that touch
// a letter or digit, as in 12:30:45, and those within an address.
func emojify(text string, pictures map[string]string) string {
	var out strings.Builder
	for {
		at := strings.IndexByte(text, ':')
		if at < 0 {
			break
		}
		name := text[at+1 : at+1+run(text[at+1:min(len(text), at+1+maxEmojiName)], inEmojiName)]
		end := at + 2 + len(name)
		if end <= len(text) && text[end-1] == ':' && pictures[name] != "" && !touches(text[:at], text[end:]) {
			out.WriteString(text[:at] + pictureTag(name, pictures[name]))
			text = text[end:]
			continue
		}
		out.WriteString(text[:at+1])
		text = text[at+1:]
	}
	return out.String() + text
}

func inEmojiName(r rune) bool {
	return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_-+.@", r))
}

func touches(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(after)
	return unicode.IsLetter(last) || unicode.IsNumber(last) || last == '/' || last == '=' ||
		unicode.IsLetter(next) || unicode.IsNumber(next)
}

func pictureTag(name, address string) string {
	shown := escapeAttr(":" + name + ":")
	return `<img class="emoji" src="` + escapeAttr(address) + `" alt="` + shown + `" title="` + shown + `" width="20" height="20" loading="lazy">`
}
