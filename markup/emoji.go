package markup

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"croft/social"
)

// Emojify replaces :name: by the picture of that name, in the text of safe HTML
// only: never in tags, addresses or code. src gives the address from which our
// own pages show a remote picture; where it gives none, the text stays.
func Emojify(h social.HTML, emojis []social.Emoji, src func(remoteURL string) string) social.HTML {
	if len(emojis) == 0 || strings.Count(string(h), ":") < 2 {
		return h
	}
	pictures := picturesOf(emojis)
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
				raw = emojify(raw, pictures, src)
			}
		case html.StartTagToken, html.EndTagToken:
			code += codeStep(z, kind)
		}
		out.WriteString(raw)
	}
}

// EmojifyName is Emojify for plain text, such as a person's name.
func EmojifyName(name string, emojis []social.Emoji, src func(remoteURL string) string) social.HTML {
	return social.HTML(emojify(escapeText(name), picturesOf(emojis), src))
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

func picturesOf(emojis []social.Emoji) map[string]string {
	pictures := make(map[string]string, len(emojis))
	for _, e := range emojis {
		if _, twice := pictures[e.Name]; !twice {
			pictures[e.Name] = e.RemoteURL
		}
	}
	return pictures
}

// maxEmojiName bounds how far one colon makes us look ahead.
const maxEmojiName = 128

// emojify works on escaped text. Like Mastodon it leaves names alone that touch
// a letter or digit, as in 12:30:45, and those within an address.
func emojify(text string, pictures map[string]string, src func(string) string) string {
	var out strings.Builder
	for {
		at := strings.IndexByte(text, ':')
		if at < 0 {
			break
		}
		name := text[at+1 : at+1+run(text[at+1:min(len(text), at+1+maxEmojiName)], inEmojiName)]
		end := at + 2 + len(name)
		remote, known := pictures[name]
		if known = known && end <= len(text) && text[end-1] == ':'; known && !touches(text[:at], text[end:]) {
			if picture := pictureTag(name, src(remote)); picture != "" {
				out.WriteString(text[:at] + picture)
				text = text[end:]
				continue
			}
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
	if address == "" {
		return ""
	}
	shown := escapeAttr(":" + name + ":")
	return `<img class="emoji" src="` + escapeAttr(address) + `" alt="` + shown + `" title="` + shown + `" width="20" height="20">`
}
