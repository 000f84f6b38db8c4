package activity

import (
	"cmp"
	"strings"

	"croft/social"
)

// address is where a medium is kept: its href, else the first of its url.
func (m *medium) address() string {
	if m.Href != "" {
		return string(m.Href)
	}
	for i := range m.URL {
		if a := m.URL[i].Href; a != "" {
			return string(a)
		}
	}
	return ""
}

// pageURL picks a page for humans out of url: a Link to HTML or a bare string.
// A page of another origin is not the object's own (Friendica names there what
// a Page is about): then it is the id, which leads on to the page.
func pageURL(urls many[medium], id string) string {
	for i := range urls {
		switch mediaTypeOf(&urls[i]) {
		case "text/html", "":
			if u := sameOrigin(urls[i].address(), id); u != "" {
				return u
			}
		}
	}
	return id
}

// linkOf is the page that something is about, where url names one of another
// origin.
func linkOf(urls many[medium], id string) string {
	for i := range urls {
		switch mediaTypeOf(&urls[i]) {
		case "text/html", "":
			if u := webURL(urls[i].address(), id); u != "" && !social.SameOrigin(u, id) {
				return u
			}
		}
	}
	return ""
}

// pictureOf is the largest of several pictures, or the first where no sizes are
// given.
func pictureOf(list many[medium], owner string) social.Image {
	var best social.Image
	width := -1
	for i := range list {
		m := &list[i]
		u := webURL(m.address(), owner)
		if u == "" || m.Width.n <= width {
			continue
		}
		width = m.Width.n
		best = social.Image{RemoteURL: u, MediaType: mediaTypeOf(m), Alt: altOf(m)}
	}
	return best
}

// altOf is what a picture shows, in words. GoToSocial and newer Mastodons say
// it in summary, and then name may be a file's; others say it in name.
func altOf(m *medium) string {
	if m.Summary != "" {
		return line(string(m.Summary), maxAltText)
	}
	return line(string(m.Name), maxAltText)
}

// mediaTypeOf is the media type of the medium, or of the Link in its url.
func mediaTypeOf(m *medium) string {
	t := cmp.Or(m.MediaType, m.MimeType)
	if t == "" && len(m.URL) > 0 {
		t = m.URL[0].MediaType
	}
	return strings.ToLower(cut(string(t), 100))
}

// decodeMedia fills the attachments and the link that a post is about. What is
// not a Note has a picture that stands for it, and a recording is kept in url.
func decodeMedia(w *wire, p *social.Post) {
	for i := range w.Attachment {
		m := &w.Attachment[i]
		if isLink(m) {
			if p.Link == "" {
				p.Link = webURL(m.address(), p.URI)
			}
			continue
		}
		if a, ok := attachmentOf(m, p.URI); ok && len(p.Attachments) < maxMedia {
			p.Attachments = append(p.Attachments, a)
		}
	}
	if p.Kind == social.Note || p.Kind == social.Question {
		return
	}
	if p.Link == "" {
		p.Link = cmp.Or(linkOf(w.URL, p.URI), p.URL)
	}
	if len(p.Attachments) == 0 {
		if a, ok := previewOf(w, p); ok {
			p.Attachments = append(p.Attachments, a)
		}
	}
}

// previewOf is what to show of a Video, Audio, Image, Article, Page or Event
// that has no attachments: the recording where it can be shown as it is, else
// its picture. A Video with a picture is watched on its page.
func previewOf(w *wire, p *social.Post) (social.Attachment, bool) {
	kind := social.MediaKind(strings.ToLower(string(p.Kind)))
	pictures := append(append(many[medium]{}, w.Image...), w.Icon...)
	if kind == social.MediaVideo && len(pictures) > 0 {
		kind = social.MediaImage
	}
	for i := range w.URL {
		if a, ok := attachmentOf(&w.URL[i], p.URI); ok && a.Kind == kind && a.MediaType != "" {
			return a, true
		}
	}
	var best *medium
	for i := range pictures {
		if best == nil || pictures[i].Width.n > best.Width.n {
			best = &pictures[i]
		}
	}
	if best == nil {
		return social.Attachment{}, false
	}
	a, ok := attachmentOf(best, p.URI)
	a.Kind = social.MediaImage
	return a, ok
}

// attachmentOf makes an attachment of a medium; false if it is none, or is not
// on the web.
func attachmentOf(m *medium, owner string) (social.Attachment, bool) {
	a := social.Attachment{
		RemoteURL: webURL(m.address(), owner), MediaType: mediaTypeOf(m), Alt: altOf(m),
		Width: pixels(m.Width), Height: pixels(m.Height), Size: int64(m.Size.n),
	}
	if a.RemoteURL == "" || m.Type.first() == "PropertyValue" {
		return social.Attachment{}, false
	}
	a.Kind = kindOfMedia(m.Type.first(), a.MediaType)
	if hash := string(m.Blurhash); len(hash) >= 6 && len(hash) <= 164 && !strings.ContainsAny(hash, " \"<>&'") {
		a.Blurhash = hash
	}
	if f := m.FocalPoint; len(f) == 2 {
		a.FocusX, a.FocusY = min(max(f[0], -1), 1), min(max(f[1], -1), 1)
	}
	return a, true
}

// pixels is a length in pixels that a page can stand.
func pixels(c count) int {
	if c.n > 100_000 {
		return 0
	}
	return c.n
}

// kindOfMedia goes by the media type; Document says nothing, and where there is
// no media type the object's type must do.
func kindOfMedia(typ, mediaType string) social.MediaKind {
	name, _, _ := strings.Cut(mediaType, "/")
	if mediaType == "" {
		name = strings.ToLower(typ)
	}
	switch kind := social.MediaKind(name); kind {
	case social.MediaImage, social.MediaVideo, social.MediaAudio:
		return kind
	}
	return social.MediaOther
}

// isLink reports that an attachment leads to a page, not to a picture or a
// recording: Lemmy's Link, Friendica's Page.
func isLink(m *medium) bool {
	switch m.Type.first() {
	case "Link", "Page", "Article":
		return kindOfMedia("", mediaTypeOf(m)) == social.MediaOther
	}
	return false
}
