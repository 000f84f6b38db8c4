package mastodon

import (
	"fmt"
	"strings"

	"croft/markup"
	"croft/social"
	"croft/store"
)

// sight is what must be known, besides the posts themselves, to show a page of
// them: one query for each thing.
type sight struct {
	view
	mine      map[social.ID]store.Mine
	votes     map[social.ID][]int // what the owner chose in polls
	filtered  map[social.ID][]social.FilterMatch
	quiet     map[social.ID]bool // they are in threads that are muted
	react     map[social.ID][]social.Reaction
	quotes    map[string]int                // how many quote them, by URI
	relations map[social.ID]social.Relation // where it decides who may quote
	answered  map[social.ID]*social.Post    // what they answer, as far as whoever asks may see it
	named     map[string]*social.Actor      // who is mentioned, by URI, as far as known here
}

func (a *API) sightOf(c *Call, posts []*social.Post) (sight, error) {
	k := sight{view: a.view(c), answered: map[social.ID]*social.Post{}, named: map[string]*social.Actor{}}
	var ids, parents, authors []social.ID
	var uris []string
	var names []string
	for _, p := range posts {
		ids, uris = append(ids, p.ID), append(uris, p.URI)
		if p.MayQuote == social.MayQuoteFollowers || p.MayQuote == social.MayQuoteFollowed {
			authors = append(authors, p.AuthorID)
		}
		if p.InReplyToID != 0 {
			parents = append(parents, p.InReplyToID)
		}
		for _, m := range p.Mentions {
			names = append(names, m.URI)
		}
	}
	var err error
	if k.quotes, err = a.store.CountQuotes(c.Context, uris); err != nil {
		return k, err
	}
	if k.react, err = a.store.ListReactions(c.Context, liked(posts)); err != nil {
		return k, err
	}
	if k.owner {
		if k.relations, err = a.store.ListRelations(c.Context, authors); err != nil {
			return k, err
		}
		if k.mine, err = a.store.ListMine(c.Context, ids); err != nil {
			return k, err
		}
		if k.votes, err = a.store.ListVotesIn(c.Context, a.node.OwnerID(), posts); err != nil {
			return k, err
		}
		if k.filtered, err = a.timeline.Filtered(c.Context, posts); err != nil {
			return k, err
		}
		if k.quiet, err = a.store.ListMutedThreads(c.Context, ids); err != nil {
			return k, err
		}
	}
	above, err := a.store.ListPosts(c.Context, parents)
	if err != nil {
		return k, err
	}
	for _, p := range above {
		if p.VisibleTo(c.viewer()) {
			k.answered[p.ID] = p
		}
	}
	actors, err := a.store.ListActorsByURI(c.Context, names)
	for _, actor := range actors {
		k.named[actor.URI] = actor
	}
	return k, err
}

// liked are the posts to which somebody may have reacted.
func liked(posts []*social.Post) []social.ID {
	var ids []social.ID
	for _, p := range posts {
		if p.LikeCount > 0 {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

func (k sight) reaction(r social.Reaction) reaction {
	v := reaction{Name: strings.Trim(r.Emoji, ":"), Count: r.Count}
	if r.Picture != "" {
		moving, still := k.both("reaction", r.LikeID, "", r.Picture)
		v.URL, v.StaticURL = &moving, &still
	}
	return v
}

// statuses are posts as the API shows them, with what they quote.
func (a *API) statuses(c *Call, posts []*social.Post) ([]status, error) {
	shown, err := a.plainStatuses(c, posts)
	if err != nil {
		return nil, err
	}
	return shown, a.addQuotes(c, posts, shown)
}

// plainStatuses are they without.
func (a *API) plainStatuses(c *Call, posts []*social.Post) ([]status, error) {
	k, err := a.sightOf(c, posts)
	if err != nil {
		return nil, err
	}
	shown := make([]status, 0, len(posts))
	for _, p := range posts {
		shown = append(shown, k.status(p))
	}
	return shown, nil
}

// entries are the lines of a timeline: a boost stands around its post.
func (a *API) entries(c *Call, entries []store.Entry) ([]status, error) {
	posts := make([]*social.Post, 0, len(entries))
	for _, e := range entries {
		posts = append(posts, e.Post)
	}
	shown, err := a.statuses(c, posts)
	if err != nil {
		return nil, err
	}
	for i, e := range entries {
		if e.Boost != nil {
			shown[i] = a.view(c).boost(e, shown[i])
		}
	}
	return shown, nil
}

// boost is a boost around its post: the words of both stand in the inner one.
func (a view) boost(e store.Entry, inner status) status {
	outer := inner
	outer.ID, outer.CreatedAt, outer.EditedAt = e.Boost.ID.String(), moment(e.Boost.CreatedAt), nil
	outer.URI, outer.URL, outer.Account = e.Boost.URI, textOrNull(e.Boost.URI), a.account(e.BoostedBy)
	outer.InReplyTo, outer.InReplyToAuthor, outer.Poll, outer.Card = nil, nil, nil, nil
	outer.Media, outer.Mentions, outer.Tags, outer.Emojis = []attachment{}, []mention{}, []tag{}, []customEmoji{}
	outer.Reactions, outer.Quote = []reaction{}, nil
	outer.Reblog = &inner
	return outer
}

// status is a post as the API shows it.
func (k sight) status(p *social.Post) status {
	v := status{
		ID: p.ID.String(), CreatedAt: moment(p.PublishedAt), EditedAt: maybeMoment(p.EditedAt),
		Sensitive: p.Sensitive || p.Warning != "", Warning: p.Warning, Visibility: visibility(p.Visibility), Language: textOrNull(p.Language),
		URI: p.URI, URL: textOrNull(p.URL), Replies: p.ReplyCount, Boosts: p.BoostCount, Likes: p.LikeCount,
		Content: contentOf(p), Account: k.account(p.Author), Media: []attachment{}, Mentions: []mention{}, Tags: []tag{}, Reactions: []reaction{}, Quotes: k.quotes[p.URI], QuoteApproval: k.approval(p),
		Emojis: k.emojis("post-emoji", p.ID, p.Emojis), Card: cardOf(p), Poll: k.poll(p),
	}
	if v.URL == nil {
		v.URL = &v.URI
	}
	for _, r := range k.react[p.ID] {
		v.Reactions = append(v.Reactions, k.reaction(r))
	}
	if parent := k.answered[p.InReplyToID]; parent != nil {
		v.InReplyTo, v.InReplyToAuthor = idOrNull(parent.ID), idOrNull(parent.AuthorID)
	}
	for _, m := range p.Attachments {
		v.Media = append(v.Media, k.attachment(m))
	}
	for _, m := range p.Mentions {
		v.Mentions = append(v.Mentions, k.mention(m))
	}
	for _, t := range p.Tags {
		v.Tags = append(v.Tags, tag{strings.ToLower(t), k.site.Tag(t)})
	}
	if k.owner {
		mine := k.mine[p.ID]
		v.Liked, v.Boosted, v.Bookmarked, v.Muted, v.Filtered = &mine.Liked, &mine.Boosted, &mine.Bookmarked, new(k.quiet[p.ID]), filterResults(k.filtered[p.ID])
		if p.Local {
			v.Pinned = new(!p.PinnedAt.IsZero())
		}
	}
	return v
}

// contentOf is the words of a post. A title stands in front, as apps show it
// nowhere else, and so does the address of what the owner quotes, for apps that do
// not know quotes.
func contentOf(p *social.Post) string {
	words := string(p.Content)
	if p.Quote != nil && p.Local {
		words = string(markup.QuoteLine(p.Quote.URI)) + words
	}
	if p.Title != "" {
		words = "<p><strong>" + escape(p.Title) + "</strong></p>" + words
	}
	return words
}

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace

func (k sight) mention(m social.Mention) mention {
	acct := strings.TrimPrefix(m.Handle, "@")
	name, _, _ := strings.Cut(acct, "@")
	v := mention{Username: name, URL: m.URL, Acct: acct}
	if v.URL == "" {
		v.URL = m.URI
	}
	if actor := k.named[m.URI]; actor != nil {
		v.ID = actor.ID.String()
		if actor.ID == k.node.OwnerID() {
			v.Acct = actor.Handle.Name
		}
	}
	return v
}

func cardOf(p *social.Post) *card {
	if p.Link == "" {
		return nil
	}
	title := p.Title
	if title == "" {
		title = p.Link
	}
	return &card{URL: p.Link, Title: title, Type: "link", Provider: social.HostOf(p.Link), Authors: []any{}}
}

// attachment is a picture of ours at its own address, another's through this
// home, anything else where it lives.
func (a view) attachment(m social.Attachment) attachment {
	v := attachment{ID: m.ID.String(), Type: string(m.Kind), Description: textOrNull(m.Alt), Blurhash: textOrNull(m.Blurhash)}
	if m.Kind == social.MediaOther {
		v.Type = "unknown"
	}
	switch {
	case m.File != "":
		v.URL = new(a.site.Media(m.File))
		v.PreviewURL = v.URL
		if m.Preview != "" {
			v.PreviewURL = new(a.site.Media(m.Preview))
		}
	case m.Kind == social.MediaImage:
		v.URL = new(a.pictures.Remote(Picture{Kind: "attachment", ID: m.ID, Address: m.RemoteURL, Owner: a.owner}))
		v.PreviewURL, v.RemoteURL = v.URL, &m.RemoteURL
	default:
		v.URL, v.RemoteURL = &m.RemoteURL, &m.RemoteURL
	}
	if m.Width > 0 && m.Height > 0 {
		v.Meta.Original = sizeOf(m)
		v.Meta.Small = v.Meta.Original
	}
	if m.FocusX != 0 || m.FocusY != 0 {
		v.Meta.Focus = &focus{m.FocusX, m.FocusY}
	}
	return v
}

func sizeOf(m social.Attachment) *size {
	return &size{m.Width, m.Height, fmt.Sprintf("%dx%d", m.Width, m.Height), float64(m.Width) / float64(m.Height)}
}
