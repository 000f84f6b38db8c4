package server

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"croft/markup"
	"croft/social"
	"croft/store"
	"croft/templates"
	"croft/timeline"
)

// getPost is a post of the owner's as visitors see it, with its thread.
func (s *Server) getPost(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	thread, err := s.timeline.Thread(c.Request().Context(), id, s.viewer(c))
	if err != nil {
		return err
	}
	if !thread.Post.Local {
		return social.ErrNotFound // another's post has its address elsewhere
	}
	return s.showThread(c, thread)
}

// getThread is any post with its thread, for the owner.
func (s *Server) getThread(c echo.Context) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	thread, err := s.timeline.Thread(c.Request().Context(), id, s.viewer(c))
	if err != nil {
		return err
	}
	return s.showThread(c, thread)
}

func (s *Server) showThread(c echo.Context, t timeline.Thread) error {
	page, err := s.page(c, postTitle(t.Post), templates.RoomHome)
	if err != nil {
		return err
	}
	all := append(append([]*social.Post{t.Post}, t.Above...), t.Below...)
	k, err := s.plainSight(c, all, nil)
	if err != nil {
		return err
	}
	d := templates.ThreadPage{
		Page: page, Here: k.post(t.Post), Ancestors: k.ancestors(&t), Replies: k.replies(&t, repliesFrom(c)),
		Above: len(t.Above), Known: len(t.Below), Missing: t.Missing, Hidden: t.Hidden(), Letters: t.Letters(), Cut: t.Cut,
		Looking: t.Asking, AsOf: t.FetchedAt, Silence: string(t.Silence),
		RSS: "/@" + s.site.Name + ".rss", Atom: "/@" + s.site.Name + ".atom",
	}
	if t.Post.Local {
		d.Head = s.postHead(t.Post)
	}
	if page.SignedIn {
		if d.Compose, err = s.answerDefaults(c.Request().Context(), t.Post); err != nil {
			return err
		}
		d.Compose.To = d.Here.Author.Name
	}
	return s.show(c, http.StatusOK, templates.Thread(d))
}

// ancestors are the posts above the one in question, with a word wherever one is
// missing between two of them.
func (k sight) ancestors(t *timeline.Thread) []templates.Reply {
	var chain []templates.Reply
	out := map[social.ID]store.AbsenceWhy{}
	for _, a := range t.OutAbove {
		out[a.ID] = a.Why
	}
	above := social.ID(0)
	for _, p := range append(slices.Clone(t.Above), t.Post) {
		if why := out[p.InReplyToID]; p.IsReply() && p.InReplyToID == 0 {
			chain = append(chain, templates.Reply{Gone: k.gap(t, p)})
		} else if why != "" {
			chain = append(chain, templates.Reply{Gone: absent(why)})
		} else if p.IsReply() && p.InReplyToID != above {
			chain = append(chain, k.further(p))
		}
		if p != t.Post {
			chain = append(chain, templates.Reply{PostView: k.post(p)})
		}
		above = p.ID
	}
	return chain
}

// gap says why the post is not here that the first of the thread answers.
func (k sight) gap(t *timeline.Thread, first *social.Post) string {
	if !k.owner {
		return absent(store.AbsentPrivate)
	}
	return templates.GapSentence(string(t.Gap), social.HostOf(first.InReplyTo), t.Asking)
}

// further leads to what stands above the first of so many.
func (k sight) further(p *social.Post) templates.Reply {
	if !k.owner {
		return templates.Reply{Gone: "The thread begins further up."}
	}
	return templates.Reply{Gone: "The thread begins further up.", OnHref: threadHref(p.ID), OnText: "Read it from there"}
}

// absent is what stands in the place of a post that is not shown.
func absent(why store.AbsenceWhy) string {
	switch why {
	case store.AbsentDeleted:
		return "This post was deleted."
	case store.AbsentHidden:
		return "A post of somebody you blocked or muted."
	case store.AbsentLetter:
		return "The post that is answered here is a message."
	default:
		return "The post that is answered here is not shown here."
	}
}

// threadHref is the page of a post, from that post on: what it answers stands
// above the fold.
func threadHref(id social.ID) string { return templates.PostPath(id) + "#p" + id.String() }

// postTitle names a post by how it begins.
func postTitle(p *social.Post) string {
	for _, words := range []string{p.Warning, p.Title, markup.Text(markup.WithoutQuoteLine(p.Content))} {
		if title := markup.Excerpt(words, 60); title != "" {
			return title
		}
	}
	return "Post"
}

// postHead is what the page of a post says of itself to machines.
func (s *Server) postHead(p *social.Post) templates.Head {
	description := p.Warning
	if description == "" {
		description = markup.Excerpt(markup.Text(markup.WithoutQuoteLine(p.Content)), 200)
	}
	if description == "" && len(p.Attachments) > 0 {
		description = p.Attachments[0].Alt
	}
	return templates.Head{
		Canonical: p.URL, Kind: "article", Description: description, Published: p.PublishedAt, Modified: p.EditedAt, Locale: p.Language,
		NoIndex:    p.Visibility != social.Public,
		Alternates: append([]templates.Alternate{{Type: "application/activity+json", URL: p.URI}}, s.feeds()...),
		Image:      s.firstPicture(p),
	}
}

// firstPicture is the picture that stands for a post elsewhere; empty if it has
// none, or none that everybody wants to see unasked.
func (s *Server) firstPicture(p *social.Post) templates.HeadImage {
	if p.Warning != "" || p.Sensitive || !p.Local {
		return templates.HeadImage{}
	}
	for _, m := range p.Attachments {
		if m.Kind == social.MediaImage && m.File != "" {
			return templates.HeadImage{URL: s.site.Media(m.File), Alt: m.Alt, Width: m.Width, Height: m.Height}
		}
	}
	return templates.HeadImage{}
}
