package server

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"croft/markup"
	"croft/social"
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
	all := append(append([]*social.Post{t.Post}, t.Ancestors...), t.Replies...)
	k, err := s.plainSight(c, all, nil)
	if err != nil {
		return err
	}
	d := templates.ThreadPage{
		Page: page, Here: k.post(t.Post), Ancestors: k.ancestors(t), Replies: replyTree(k.posts(t.Replies), t.Post.ID),
		Known: len(t.Replies), Total: max(t.Total, len(t.Replies)), Looking: t.Asking,
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
func (k sight) ancestors(t timeline.Thread) []templates.Reply {
	var chain []templates.Reply
	above := social.ID(0)
	for _, p := range append(slices.Clone(t.Ancestors), t.Post) {
		if p.IsReply() && (p.InReplyToID == 0 || p.InReplyToID != above) {
			chain = append(chain, templates.Reply{Gone: "The post that is answered here is not in this home."})
		}
		if p != t.Post {
			chain = append(chain, templates.Reply{PostView: k.post(p)})
		}
		above = p.ID
	}
	return chain
}

// replyTree hangs each answer below what it answers; what answers something
// that is not here hangs below the post itself.
func replyTree(views []templates.PostView, root social.ID) []templates.Reply {
	here := map[social.ID]bool{root: true}
	for _, v := range views {
		here[v.Post.ID] = true
	}
	below := map[social.ID][]templates.PostView{}
	for _, v := range views {
		parent := v.Post.InReplyToID
		if !here[parent] || parent == v.Post.ID {
			parent = root
		}
		below[parent] = append(below[parent], v)
	}
	return repliesTo(root, below)
}

// repliesTo takes each branch once, so that a circle of answers ends.
func repliesTo(id social.ID, below map[social.ID][]templates.PostView) []templates.Reply {
	views := below[id]
	delete(below, id)
	replies := make([]templates.Reply, 0, len(views))
	for _, v := range views {
		replies = append(replies, templates.Reply{PostView: v, Replies: repliesTo(v.Post.ID, below)})
	}
	return replies
}

// postTitle names a post by how it begins.
func postTitle(p *social.Post) string {
	for _, words := range []string{p.Warning, p.Title, markup.Text(p.Content)} {
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
		description = markup.Excerpt(markup.Text(p.Content), 200)
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
