package markup

import (
	"net/url"
	"slices"
	"strings"

	"croft/social"
)

// schemes are the addresses that may be linked to (Mastodon's list, and mail).
func schemes() []string {
	return []string{"http", "https", "mailto", "xmpp", "magnet", "gemini", "gopher", "ipfs", "ipns"}
}

// safeHref brings an address into the form in which it may stand in href:
// absolute, of a known scheme and, for the web, with a host that can be read in
// one way only, in punycode and without a user name. ok is false for anything
// else. The result is its own safeHref.
func safeHref(address string) (href string, ok bool) {
	u, err := url.Parse(strings.Trim(address, " \t\r\n\f"))
	if err != nil || !slices.Contains(schemes(), u.Scheme) {
		return "", false
	}
	u.RawQuery = strings.ReplaceAll(u.RawQuery, " ", "%20")
	if u.Scheme != "http" && u.Scheme != "https" {
		return u.String(), true
	}
	host := social.HostOf(u.String())
	if host == "" {
		return "", false
	}
	u.Host = host
	return u.String(), true
}

// shownLength is how much of an address is shown (Mastodon's choice).
const shownLength = 30

// shownURL is a bare address as it is shown: without scheme and www, and cut
// after 30 characters, though never within the host. The rest is there but
// invisible, so that copying and machines get the whole (Mastodon's markup).
func shownURL(address string) string {
	prefix, rest := cutScheme(address)
	cut := max(runeOffset(rest, shownLength), hostLength(rest))
	out := invisible(prefix)
	if cut < len(rest) {
		return out + `<span class="ellipsis">` + escapeText(rest[:cut]) + `</span>` + invisible(rest[cut:])
	}
	return out + escapeText(rest)
}

func invisible(s string) string {
	if s == "" {
		return ""
	}
	return `<span class="invisible">` + escapeText(s) + `</span>`
}

// cutScheme parts an address into scheme with www, and the rest.
func cutScheme(address string) (prefix, rest string) {
	_, after, ok := strings.Cut(address, "://")
	if !ok {
		return "", address
	}
	if len(after) > 4 && strings.EqualFold(after[:4], "www.") {
		after = after[4:]
	}
	return address[:len(address)-len(after)], after
}

func hostLength(s string) int {
	if i := strings.IndexAny(s, "/?#"); i >= 0 {
		return i
	}
	return len(s)
}

// runeOffset is where the nth character of s begins, or its length.
func runeOffset(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

// FieldHTML is the value of a profile field as HTML. A value that is an http or
// https address becomes a link with rel=me, shown without its scheme and never
// shortened, so that the host is always seen; anything else stays plain text.
func FieldHTML(value string) social.HTML {
	value = strings.TrimSpace(clean(value))
	href, ok := safeHref(value)
	if !ok || !strings.HasPrefix(href, "http") || strings.ContainsFunc(value, isSpace) {
		return social.HTML(escapeText(value))
	}
	scheme, rest, _ := strings.Cut(value, "://")
	return social.HTML(`<a href="` + escapeAttr(href) + `" rel="me nofollow noopener">` +
		invisible(scheme+"://") + escapeText(rest) + `</a>`)
}
