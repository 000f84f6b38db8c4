package server

import (
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"croft/markup"
	"croft/social"
	"croft/store"
	"croft/templates"
)

// pageSize is how many lines a list has.
const pageSize = 20

// older is the address of the next page of a list, if this one was full.
func older(path string, query url.Values, n int, last func() social.ID) string {
	if n < pageSize {
		return ""
	}
	return pagePath(path, query, last())
}

// pagePath is the address of a list from before an ID on. Empty values of the
// query are left out.
func pagePath(path string, query url.Values, from social.ID) string {
	kept := url.Values{"before": {from.String()}}
	for name, values := range query {
		if values[0] != "" {
			kept[name] = values
		}
	}
	return path + "?" + kept.Encode()
}

// sight is what must be known, besides the posts and people themselves, to show
// them to whoever looks: one query a page for each thing.
type sight struct {
	s         *Server
	owner     bool                     // the owner looks
	mine      map[social.ID]store.Mine // what the owner did with a post
	votes     map[social.ID][]int      // what the owner chose in its poll
	reactions map[social.ID][]social.Reaction
	quoted    map[string]*social.Post    // what they quote, by URI
	answered  map[social.ID]*social.Post // what the posts answer
	filtered  map[social.ID][]social.FilterMatch
	quiet     map[social.ID]bool            // posts in threads that are muted
	relations map[social.ID]social.Relation // what stands between the owner and somebody
}

// sightOf prepares a page of posts and people.
func (s *Server) sightOf(c echo.Context, posts []*social.Post, people []*social.Actor) (sight, error) {
	k, err := s.plainSight(c, posts, people)
	if err != nil {
		return k, err
	}
	k.answered, err = s.answered(c, posts)
	return k, err
}

// plainSight is sightOf where the page itself shows what the posts answer.
func (s *Server) plainSight(c echo.Context, posts []*social.Post, people []*social.Actor) (sight, error) {
	k := sight{s: s, owner: s.signedIn(c)}
	var postIDs, actorIDs, liked []social.ID
	for _, p := range posts {
		postIDs = append(postIDs, p.ID)
		actorIDs = append(actorIDs, p.AuthorID)
		if p.LikeCount > 0 {
			liked = append(liked, p.ID)
		}
	}
	var err error
	if k.quoted, err = s.timeline.Quoted(c.Request().Context(), posts, s.viewer(c)); err != nil {
		return k, err
	}
	if k.reactions, err = s.store.ListReactions(c.Request().Context(), liked); err != nil || !k.owner {
		return k, err
	}
	for _, a := range people {
		if a != nil {
			actorIDs = append(actorIDs, a.ID)
		}
	}
	if k.mine, err = s.store.ListMine(c.Request().Context(), postIDs); err != nil {
		return k, err
	}
	if k.votes, err = s.store.ListVotesIn(c.Request().Context(), s.node.OwnerID(), posts); err != nil {
		return k, err
	}
	if k.filtered, err = s.timeline.Filtered(c.Request().Context(), posts); err != nil {
		return k, err
	}
	if k.quiet, err = s.store.ListMutedThreads(c.Request().Context(), postIDs); err != nil {
		return k, err
	}
	k.relations, err = s.store.ListRelations(c.Request().Context(), actorIDs)
	return k, err
}

// answered are the posts that posts of a page answer, as far as whoever looks
// may see them.
func (s *Server) answered(c echo.Context, posts []*social.Post) (map[social.ID]*social.Post, error) {
	var ids []social.ID
	for _, p := range posts {
		if p.InReplyToID != 0 {
			ids = append(ids, p.InReplyToID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	parents, err := s.store.ListPosts(c.Request().Context(), ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[social.ID]*social.Post, len(parents))
	for _, p := range parents {
		if p.VisibleTo(s.viewer(c)) {
			byID[p.ID] = p
		}
	}
	return byID, nil
}

// onePost is one post, which may be a tombstone no more, as a page shows it to
// the owner. One that was deleted is ErrGone.
func (s *Server) onePost(c echo.Context, id social.ID) (templates.PostView, error) {
	p, err := s.store.FindPost(c.Request().Context(), id)
	if err != nil {
		return templates.PostView{}, err
	}
	if !p.DeletedAt.IsZero() {
		return templates.PostView{}, social.ErrGone
	}
	k, err := s.sightOf(c, []*social.Post{p}, nil)
	if err != nil {
		return templates.PostView{}, err
	}
	return k.post(p), nil
}

// postViews are posts as a page shows them.
func (s *Server) postViews(c echo.Context, posts []*social.Post) ([]templates.PostView, error) {
	k, err := s.sightOf(c, posts, nil)
	if err != nil {
		return nil, err
	}
	return k.posts(posts), nil
}

// entryViews are the lines of a timeline as a page shows them.
func (s *Server) entryViews(c echo.Context, entries []store.Entry) ([]templates.PostView, error) {
	posts := make([]*social.Post, 0, len(entries))
	var boosters []*social.Actor
	for _, e := range entries {
		posts = append(posts, e.Post)
		if e.Boost != nil {
			boosters = append(boosters, e.BoostedBy)
		}
	}
	k, err := s.sightOf(c, posts, boosters)
	if err != nil {
		return nil, err
	}
	views := k.posts(posts)
	for i, e := range entries {
		if e.Boost != nil {
			views[i].BoostID = e.Boost.ID
			views[i].BoostedBy = []templates.ActorView{k.actor(e.BoostedBy)}
		}
	}
	return views, nil
}

// still reports that whoever looks wishes that nothing moves.
func (k sight) still() bool { return k.owner && k.s.still.Load() }

// media is an attachment as a page shows it. One that shall stand still moves
// once it is opened.
func (k sight) media(m social.Attachment) templates.MediaView {
	v := mediaView(m)
	if k.still() && m.File == "" && m.Kind == social.MediaImage {
		v.Src = remotePath("attachment", m.ID, "", m.RemoteURL, true)
	}
	return v
}

// posts are posts as a page shows them.
func (k sight) posts(posts []*social.Post) []templates.PostView {
	views := make([]templates.PostView, 0, len(posts))
	for _, p := range posts {
		views = append(views, k.post(p))
	}
	return views
}

// Of a post of more bytes than these, a list shows the first characters: a
// little more than the sixteen lines of the stylesheet hold.
const longPost, beginning = 1500, 1200

// post is a post as a page shows it.
func (k sight) post(p *social.Post) templates.PostView {
	mine := k.mine[p.ID]
	v := k.wording(p)
	v.Liked, v.Boosted, v.Kept, v.Votes = mine.Liked, mine.Boosted, mine.Bookmarked, k.votes[p.ID]
	v.Filters, v.Quiet = k.filtered[p.ID], k.quiet[p.ID]
	v.CanBoost, v.CanPin = p.Visibility.IsOpen(), p.Local && p.Visibility != social.Direct
	for _, r := range k.reactions[p.ID] {
		v.Reactions = append(v.Reactions, k.reaction(r))
	}
	v.CanQuote = k.owner && p.Quotable() && (p.Local || p.MayQuote != social.MayQuoteNobody)
	if p.Quote != nil {
		v.Quote = k.quote(p)
		v.OfMine = k.owner && !p.Local && p.Quote.State == social.QuoteAccepted && k.s.site.Owns(p.Quote.URI)
	}
	if parent := k.answered[p.InReplyToID]; parent != nil && parent.Author != nil {
		author := k.actor(parent.Author)
		v.Answers = &author
	}
	return v
}

// quote is what a post quotes, or a sentence on why that is not shown.
func (k sight) quote(p *social.Post) *templates.QuoteView {
	q := k.quoted[p.Quote.URI]
	switch {
	case p.Quote.State == social.QuotePending && p.Local && k.owner:
		return &templates.QuoteView{Why: "Whoever wrote what you quote has not agreed yet. Until then others see a link to it."}
	case p.Quote.State == social.QuoteRejected && p.Local && k.owner:
		return &templates.QuoteView{Why: "Whoever wrote what you quote does not want it to be quoted. Others see a link to it."}
	case p.Quote.State == social.QuoteRevoked:
		return &templates.QuoteView{Why: "Whoever wrote what is quoted here has taken it out."}
	case p.Quote.State != social.QuoteAccepted:
		return &templates.QuoteView{Why: "It quotes a post, without leave that could be found."}
	case q == nil:
		return &templates.QuoteView{Why: "What it quotes is not shown here."}
	case !q.DeletedAt.IsZero():
		return &templates.QuoteView{Why: "What it quotes was deleted."}
	}
	v := k.wording(q)
	return &templates.QuoteView{Post: &v}
}

// wording is what a post says and who says it, with its pictures, as it stands by
// itself and within another.
func (k sight) wording(p *social.Post) templates.PostView {
	v := templates.PostView{Post: p, Author: k.actor(p.Author), Href: k.postHref(p), Mine: p.Local}
	if len(p.Content) > longPost {
		v.Beginning = markup.Beginning(p.Content, beginning)
	}
	for _, m := range p.Attachments {
		v.Media = append(v.Media, k.media(m))
	}
	for _, e := range p.Emojis {
		v.Emojis = append(v.Emojis, emojiView("post-emoji", p.ID, e, k.still()))
	}
	return v
}

// reaction is how many reacted in one way, as a page shows it.
func (k sight) reaction(r social.Reaction) templates.ReactionView {
	v := templates.ReactionView{Text: r.Emoji, Count: r.Count}
	if r.Picture != "" {
		name := strings.Trim(r.Emoji, ":")
		v.Text = ":" + name + ":"
		v.Emojis = []templates.EmojiView{{Name: name, Src: remotePath("reaction", r.LikeID, "", r.Picture, k.still())}}
	}
	return v
}

// postHref is the page of a post here; for a visitor, another's is at its own
// server.
func (k sight) postHref(p *social.Post) string {
	switch {
	case k.owner && p.IsReply():
		return threadHref(p.ID)
	case k.owner:
		return templates.PostPath(p.ID)
	case p.Local:
		return "/@" + k.s.site.Name + "/" + p.ID.String()
	case p.URL != "":
		return p.URL
	default:
		return p.URI
	}
}
