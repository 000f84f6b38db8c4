package activity

import (
	"fmt"
	"strings"

	"croft/markup"
	"croft/social"
)

// decodePost makes a post of an object of the given kind. Its id and its single
// owner are needed and must share their origin (FEP-fe34); all else may be
// missing. Visibility is a guess as long as the author is not known.
func decodePost(w *wire, kind string) (*social.Post, error) {
	id, err := identity("id", string(w.ID))
	if err != nil {
		return nil, err
	}
	author, err := ownerOf(w)
	if err != nil {
		return nil, err
	}
	if !social.SameOrigin(id, author) {
		return nil, fmt.Errorf("read attributedTo: of another origin than the id: %w", social.ErrInvalid)
	}
	p := &social.Post{
		URI: id, URL: pageURL(w.URL, id), Kind: social.PostKind(kind), AuthorURI: author,
		Title:       line(firstText(w.Name, w.NameMap), maxName),
		Warning:     warning(w),
		Sensitive:   bool(w.Sensitive),
		PublishedAt: timeOf(w.Published), EditedAt: timeOf(w.Updated),
		InReplyTo: address(w.InReplyTo.first()),
		Context:   address(w.Context.first()),
		LikeCount: w.Likes.size.n, BoostCount: w.Shares.size.n, ReplyCount: w.Replies.size.n,
	}
	if p.Context == "" {
		p.Context = address(w.Conversation.first())
	}
	if p.Replies = sameOrigin(w.Replies.id, id); p.Replies == "" {
		p.Replies = sameOrigin(w.Replies.next, id)
	}
	p.To, p.Cc = audiences(w)
	p.Visibility = Visibility(p, "")
	decodeContent(w, p)
	decodeTags(w.Tag, p)
	decodeMedia(w, p)
	decodePoll(w, p)
	decodeQuote(w, p)
	return p, nil
}

// ownerOf is the single owner of an object. PeerTube names the person and their
// channel, both as objects with a type: then it is the person. Two owners of
// which neither says what it is are ErrInvalid.
func ownerOf(w *wire) (string, error) {
	owners := w.AttributedTo
	if len(owners) == 0 && w.Actor.bare { // a Question is an activity in the vocabulary
		owners = refs{w.Actor}
	}
	var person ref
	persons := 0
	for _, owner := range owners {
		if owner.bare && len(owners) > 1 {
			persons = 0
			break
		}
		if len(owners) == 1 || owner.typ == string(social.Person) {
			person = owner
			persons++
		}
	}
	if persons != 1 {
		return "", fmt.Errorf("read attributedTo: not a single owner: %w", social.ErrInvalid)
	}
	return identity("attributedTo", person.id)
}

// warning is the summary: before a Note what Mastodon calls a content warning,
// before an Article what it is about.
func warning(w *wire) string {
	summary := firstText(w.Summary, w.SummaryMap)
	if !strings.ContainsAny(summary, "<&") {
		return line(summary, maxName)
	}
	return cut(markup.PlainText(cut(summary, maxBioBytes)), maxName)
}

// decodeContent fills the content and finds its language: that of the entry of
// contentMap that is the content, else the first one's.
func decodeContent(w *wire, p *social.Post) {
	content := firstText(w.Content, w.ContentMap)
	for _, entry := range w.ContentMap {
		if entry.text == content {
			p.Language = languageOf(entry.lang)
			break
		}
	}
	codes := []string{string(w.Language), string(w.InLanguage)}
	for _, m := range []langMap{w.ContentMap, w.NameMap, w.SummaryMap} {
		if len(m) > 0 {
			codes = append(codes, m[0].lang)
		}
	}
	for _, code := range codes {
		if p.Language == "" {
			p.Language = languageOf(code)
		}
	}
	p.Content = contentHTML(content, string(w.MediaType))
}

// firstText is the plain property, else the first of its language map.
func firstText(plain text, m langMap) string {
	if plain == "" && len(m) > 0 {
		return m[0].text
	}
	return string(plain)
}

// decodeTags sorts out mentions, hashtags and emoji, each once.
func decodeTags(tags many[medium], p *social.Post) {
	for _, tag := range tags {
		name := line(string(tag.Name), maxName)
		switch tag.Type.first() {
		case "Mention":
			addMention(p, social.Mention{URI: address(string(tag.Href)), Handle: name})
		case "Hashtag":
			addTag(p, strings.TrimLeft(name, "#"))
		}
	}
	p.Emojis = emojisOf(tags, p.URI)
}

func addMention(p *social.Post, m social.Mention) {
	if m.URI == "" {
		return
	}
	for _, known := range p.Mentions {
		if known.URI == m.URI {
			return
		}
	}
	p.Mentions = append(p.Mentions, m)
}

func addTag(p *social.Post, tag string) {
	if tag == "" || len(tag) > maxEmoji || strings.ContainsAny(tag, " /\"<>") {
		return
	}
	for _, known := range p.Tags {
		if strings.EqualFold(known, tag) {
			return
		}
	}
	p.Tags = append(p.Tags, tag)
}

// emojisOf are the custom emoji among the tags. Akkoma gives them a null id.
func emojisOf(tags many[medium], owner string) []social.Emoji {
	var found []social.Emoji
	for _, tag := range tags {
		name := strings.Trim(string(tag.Name), ":")
		if tag.Type.first() != "Emoji" || name == "" || len(name) > maxEmoji || strings.ContainsAny(name, ": \"<>&") {
			continue
		}
		if picture := pictureOf(tag.Icon, owner); !picture.IsZero() {
			found = append(found, social.Emoji{Name: name, RemoteURL: picture.RemoteURL})
		}
	}
	return found
}

// decodePoll reads the options of a Question. Pleroma has no endTime and says
// in closed when the poll will end; others say with closed that it has.
func decodePoll(w *wire, p *social.Post) {
	options, multiple := w.OneOf, false
	if len(options) == 0 {
		options, multiple = w.AnyOf, true
	}
	if len(options) == 0 || p.Kind != social.Question {
		return
	}
	poll := &social.Poll{Multiple: multiple, EndsAt: timeOf(w.EndTime), VoterCount: w.VotersCount.n}
	poll.Closed = w.Closed != "" && (!poll.EndsAt.IsZero() || w.Closed == "true")
	if poll.EndsAt.IsZero() {
		poll.EndsAt = timeOf(text(w.Closed))
	}
	for _, o := range options[:min(len(options), maxOptions)] {
		poll.Options = append(poll.Options, social.PollOption{Text: line(string(o.Name), maxName), Votes: o.Replies.size.n})
	}
	p.Poll = poll
}
