package server

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

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

// deepest is how many answers to answers the owner is shown on one page. (A
// visitor cannot read on elsewhere in this home, and is shown all.)
const deepest = 30

// twig is an answer before it hangs on the tree.
type twig struct {
	id, answers social.ID
	templates.Reply
}

// mostReplies is how many posts below are about enough for one page.
const mostReplies = 120

// repliesFrom is the first of the direct replies that a page shows; 0 is the very
// first.
func repliesFrom(c echo.Context) social.ID {
	id, err := social.ParseID(c.QueryParam("from"))
	if err != nil {
		return 0
	}
	return id
}

// replies hangs each answer below what it answers; what answers something that
// is not shown hangs below the post itself. Of what was deleted the place is
// shown, of what is hidden only where something answers it.
func (k sight) replies(t *timeline.Thread, from social.ID) []templates.Reply {
	twigs := make([]twig, 0, len(t.Below))
	for _, v := range k.posts(t.Below) {
		twigs = append(twigs, twig{v.Post.ID, v.Post.InReplyToID, templates.Reply{PostView: v}})
	}
	for _, a := range t.OutBelow {
		if a.Why != store.AbsentPrivate && a.Why != store.AbsentLetter {
			twigs = append(twigs, twig{a.ID, a.AnswersID, templates.Reply{Gone: absent(a.Why), Hidden: a.Why == store.AbsentHidden}})
		}
	}
	slices.SortFunc(twigs, func(a, b twig) int { return cmp.Compare(a.id, b.id) })
	here := map[social.ID]bool{t.Post.ID: true}
	for _, w := range twigs {
		here[w.id] = true
	}
	below := map[social.ID][]twig{}
	for _, w := range twigs {
		if !here[w.answers] || w.answers == w.id {
			w.answers = t.Post.ID
		}
		below[w.answers] = append(below[w.answers], w)
	}
	return k.pageOf(t.Post, below, from)
}

// pageOf is one page of the direct replies, with what hangs below them and the
// ways to the others.
func (k sight) pageOf(post *social.Post, below map[social.ID][]twig, from social.ID) []templates.Reply {
	path, _, _ := strings.Cut(k.postHref(post), "#")
	var rest []templates.Reply
	top := below[post.ID]
	next := slices.IndexFunc(top, func(w twig) bool { return w.id >= from })
	if next > 0 {
		rest = append(rest, templates.Reply{OnHref: path + "#answer", OnText: "Earlier replies"})
		top = top[next:]
	}
	for shown, i := 0, 0; i < len(top); i++ {
		if shown >= mostReplies {
			below[post.ID] = top[:i]
			more := templates.Reply{OnHref: path + "?from=" + top[i].id.String() + "#answer", OnText: "More replies"}
			return append(append(rest, k.repliesTo(post.ID, below, 1)...), more)
		}
		shown += 1 + countBelow(top[i].id, below)
	}
	below[post.ID] = top
	return append(rest, k.repliesTo(post.ID, below, 1)...)
}

// countBelow counts what answers a post and its answers, and comes to an end in a
// circle.
func countBelow(id social.ID, below map[social.ID][]twig) (n int) {
	seen := map[social.ID]bool{}
	for next := []social.ID{id}; len(next) > 0; next = next[1:] {
		for _, w := range below[next[0]] {
			if !seen[w.id] {
				seen[w.id] = true
				n++
				next = append(next, w.id)
			}
		}
	}
	return n
}

// repliesTo takes each branch once, so that a circle of answers ends.
func (k sight) repliesTo(id social.ID, below map[social.ID][]twig, depth int) []templates.Reply {
	twigs := below[id]
	delete(below, id)
	replies := make([]templates.Reply, 0, len(twigs))
	for _, w := range twigs {
		w.Replies = k.repliesTo(w.id, below, depth+1)
		if w.Hidden {
			if len(w.Replies) == 0 {
				continue
			}
			w.Replies = withoutHidden(w.Replies)
		}
		if n := countReplies(w.Replies); k.owner && depth == deepest && n > 0 && w.Post != nil {
			w.Replies = []templates.Reply{{OnHref: threadHref(w.id), OnText: "Read on: " + templates.Plural(n, "more reply", "more replies")}}
		}
		replies = append(replies, w.Reply)
	}
	return replies
}

// withoutHidden puts what hangs below the hidden in their place: one word for a
// row of them is enough.
func withoutHidden(replies []templates.Reply) (rest []templates.Reply) {
	for _, r := range replies {
		if r.Hidden {
			rest = append(rest, r.Replies...)
		} else {
			rest = append(rest, r)
		}
	}
	return rest
}

func countReplies(replies []templates.Reply) (n int) {
	for i := range replies {
		if replies[i].Post != nil {
			n++
		}
		n += countReplies(replies[i].Replies)
	}
	return n
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
