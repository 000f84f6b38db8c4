package activity

import (
	"cmp"
	"fmt"
	"time"

	"github.com/go-fed/activity/streams"

	"croft/social"
)

// EncodePost writes a post of the owner's as a Note. It needs ID, URI,
// AuthorURI, To and Cc; files become addresses in the media folder.
func (e Encoder) EncodePost(p *social.Post) ([]byte, error) {
	d, err := e.post(p)
	if err != nil {
		return nil, fmt.Errorf("encode post: %w", err)
	}
	return d.bytes(fullContext())
}

func (e Encoder) post(p *social.Post) (document, error) {
	if p == nil {
		return nil, fmt.Errorf("no post: %w", social.ErrInvalid)
	}
	n := streams.NewActivityStreamsNote()
	setID(n, p.URI)
	setURL(n, cmp.Or(p.URL, p.URI))
	setAudience(n, p.To, p.Cc)
	setTimes(n, p.PublishedAt, p.EditedAt)
	setSummary(n, p.Warning)
	setContent(n, string(p.Content))
	n.SetActivityStreamsAttributedTo(everyIRI(streams.NewActivityStreamsAttributedToProperty(), p.AuthorURI))
	if p.InReplyTo != "" {
		n.SetActivityStreamsInReplyTo(everyIRI(streams.NewActivityStreamsInReplyToProperty(), p.InReplyTo))
	}
	if p.Context != "" {
		n.SetActivityStreamsContext(everyIRI(streams.NewActivityStreamsContextProperty(), p.Context))
	}
	d, err := serialize(n)
	if err != nil {
		return nil, err
	}
	if d["attachment"], err = e.attachments(p.Attachments); err != nil {
		return nil, err
	}
	if d["tag"], err = e.tags(p); err != nil {
		return nil, err
	}
	e.addText(d, p)
	e.addPolicy(d, p)
	e.addQuote(d, p)
	addPoll(d, p.Poll)
	return d, e.addCollections(d, p)
}

// addText adds what go-fed cannot say of the text.
func (e Encoder) addText(d document, p *social.Post) {
	d[termSensitive] = p.Sensitive || p.Warning != ""
	if p.Language != "" {
		d[termContentMap] = map[string]any{p.Language: string(p.Content)}
	}
	if p.Source != "" {
		d["source"] = map[string]any{"content": p.Source, "mediaType": "text/markdown"}
	}
	if p.Visibility == social.Direct { // else newer Mastodons take it for a post to a circle
		d[termDirectMessage] = true
	}
}

// addPolicy says whose replies are shown at once, where that is not everybody. The
// others' wait (GoToSocial, interaction policy; both of its wordings).
func (e Encoder) addPolicy(d document, p *social.Post) {
	who := map[social.MayReply]string{
		social.MayReplyFollowers: e.Site.Followers(), social.MayReplyFollowed: e.Site.Following(), social.MayReplyNobody: e.Site.Actor(),
	}[p.MayReply]
	if who == "" {
		return
	}
	d[termPolicy] = map[string]any{termCanReply: map[string]any{
		termAutomatic: []any{who}, termManual: []any{social.PublicURI},
		termAlways: []any{who}, termAsked: []any{social.PublicURI},
	}}
}

// addPoll makes a Question of it, as Mastodon reads one. How it stands is said
// with the answers, unless that is hidden until the end.
func addPoll(d document, poll *social.Poll) {
	if poll == nil {
		return
	}
	hidden := poll.HideTotals && !poll.Closed
	options := []any{}
	for _, o := range poll.Options {
		votes := o.Votes
		if hidden {
			votes = 0
		}
		options = append(options, map[string]any{"type": "Note", "name": o.Text, "replies": map[string]any{"type": "Collection", "totalItems": votes}})
	}
	d["type"] = string(social.Question)
	if poll.Multiple {
		d["anyOf"] = options
	} else {
		d["oneOf"] = options
	}
	d["endTime"] = poll.EndsAt.UTC().Format(time.RFC3339)
	if poll.Closed {
		d["closed"] = d["endTime"]
	}
	if !hidden {
		d[termVotersCount] = poll.VoterCount
	}
}

// addCollections adds what hangs on the post: replies with its first page
// announced, likes and shares with how many there are.
func (e Encoder) addCollections(d document, p *social.Post) error {
	replies := Collection{ID: e.Site.Part(p.ID, "replies"), Type: "Collection", Total: -1}
	first := Collection{Type: "CollectionPage", PartOf: replies.ID, Next: e.Site.FirstPage(replies.ID), Total: -1}
	page, err := collectionDocument(first)
	if err != nil {
		return err
	}
	parts := map[string]Collection{
		"replies": replies,
		"likes":   {ID: e.Site.Part(p.ID, "likes"), Type: "Collection", Total: p.LikeCount},
		"shares":  {ID: e.Site.Part(p.ID, "shares"), Type: "Collection", Total: p.BoostCount},
	}
	for name, part := range parts {
		doc, err := collectionDocument(part)
		if err != nil {
			return err
		}
		d[name] = map[string]any(doc)
	}
	d["replies"].(map[string]any)["first"] = map[string]any(page)
	return nil
}

// attachments writes pictures and recordings by what they are (FEP-1311;
// Pixelfed takes Document, Image and Video only). The alternative text stands
// in summary, where GoToSocial and newer Mastodons look, and in name.
func (e Encoder) attachments(list []social.Attachment) ([]any, error) {
	out := []any{}
	for _, a := range list {
		var o object
		switch a.Kind {
		case social.MediaImage:
			o = streams.NewActivityStreamsImage()
		case social.MediaVideo:
			o = streams.NewActivityStreamsVideo()
		case social.MediaAudio:
			o = streams.NewActivityStreamsAudio()
		default:
			o = streams.NewActivityStreamsDocument()
		}
		setURL(o, e.mediaURL(a.File, a.RemoteURL))
		setMediaType(o, a.MediaType)
		setName(o, a.Alt)
		setSummary(o, a.Alt)
		d, err := serialize(o)
		if err != nil {
			return nil, err
		}
		if a.Width > 0 && a.Height > 0 {
			d["width"], d["height"] = a.Width, a.Height
		}
		if a.Blurhash != "" {
			d[termBlurhash] = a.Blurhash
		}
		if a.FocusX != 0 || a.FocusY != 0 {
			d[termFocalPoint] = []any{a.FocusX, a.FocusY}
		}
		out = append(out, map[string]any(d))
	}
	return out, nil
}

// tags writes whom the post mentions and its hashtags, which lead to our own
// page of that tag.
func (e Encoder) tags(p *social.Post) ([]any, error) {
	out := []any{}
	for _, m := range p.Mentions {
		mention := streams.NewActivityStreamsMention()
		mention.SetActivityStreamsHref(oneIRI(streams.NewActivityStreamsHrefProperty(), m.URI))
		setName(mention, m.Handle)
		d, err := serialize(mention)
		if err != nil {
			return nil, err
		}
		out = append(out, map[string]any(d))
	}
	for _, tag := range p.Tags {
		out = append(out, e.hashtag(tag))
	}
	return append(out, e.emojis(p.Emojis)...), nil
}

// emojis writes the owner's emoji as tags (Mastodon, …/spec/activitypub/#Emoji).
func (e Encoder) emojis(all []social.Emoji) []any {
	out := []any{}
	for _, one := range all {
		out = append(out, e.emoji(one))
	}
	return out
}

func (e Encoder) emoji(one social.Emoji) map[string]any {
	return map[string]any{
		"type": termEmoji, "id": e.Site.Emoji(one.ID), "name": ":" + one.Name + ":",
		"icon": map[string]any{"type": "Image", "mediaType": one.MediaType, "url": e.mediaURL(one.File, one.RemoteURL)},
	}
}

// EncodeEmoji writes an emoji of the owner's as a document of its own.
func (e Encoder) EncodeEmoji(one social.Emoji) ([]byte, error) {
	return document(e.emoji(one)).bytes(fullContext())
}

// mediaURL is the address of our own file, else where another server keeps it.
func (e Encoder) mediaURL(file, remote string) string {
	if file != "" {
		return e.Site.Media(file)
	}
	return remote
}

func (e Encoder) hashtag(name string) map[string]any {
	return map[string]any{"type": termHashtag, "href": e.Site.Tag(name), "name": "#" + name}
}
