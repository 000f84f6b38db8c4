package server

import (
	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/store"
	"croft/templates"
)

const pageSize = 20

// actorView is an actor as a page shows them: for the owner with a link to the
// page here, for visitors to the actor's own.
func (s *Server) actorView(a *social.Actor, forOwner bool) templates.ActorView {
	if a == nil {
		return templates.ActorView{Name: "Somebody", Posts: -1, Followers: -1, Following: -1}
	}
	v := templates.ActorView{
		ID: a.ID, Name: a.DisplayName(), Handle: a.Handle.String(), URL: profileURL(a), Href: profileURL(a),
		AvatarAlt: a.Avatar.Alt, HeaderAlt: a.Header.Alt, Host: a.Handle.Host, Bio: a.Bio, Fields: a.Fields,
		IsGroup: a.Type == social.Group, IsBot: a.Type == social.Service || a.Type == social.Application,
		IsOwner: a.ID == s.node.OwnerID(), Gone: !a.GoneAt.IsZero(),
		Posts: a.PostCount, Followers: a.FollowerCount, Following: a.FollowingCount,
	}
	v.Avatar = s.pictureOf("avatar", a, a.Avatar)
	v.Header = s.pictureOf("header", a, a.Header)
	for _, e := range a.Emojis {
		v.Emojis = append(v.Emojis, templates.EmojiView{Name: e.Name, Src: remotePath("actor-emoji", a.ID, e.Name, e.RemoteURL)})
	}
	switch {
	case v.IsOwner:
		v.Href = "/@" + s.site.Name
	case forOwner:
		v.Href = templates.PersonPath(a.ID)
	}
	return v
}

func (s *Server) pictureOf(kind string, a *social.Actor, i social.Image) string {
	if i.File != "" {
		return s.ownPicture(i)
	}
	return remotePath(kind, a.ID, "", i.RemoteURL)
}

func profileURL(a *social.Actor) string {
	if a.URL != "" {
		return a.URL
	}
	return a.URI
}

// personView is an actor with what stands between them and the owner.
func (s *Server) personView(c echo.Context, a *social.Actor) (templates.ActorView, error) {
	v := s.actorView(a, true)
	var err error
	v.Relation, err = s.store.FindRelation(c.Request().Context(), a.ID)
	return v, err
}

// postView is a post as a page shows it.
func (s *Server) postView(p *social.Post, mine store.Mine, forOwner bool) templates.PostView {
	v := templates.PostView{
		Post: p, Author: s.actorView(p.Author, forOwner), Href: p.URL, Mine: p.Local,
		Liked: mine.Liked, Boosted: mine.Boosted,
		CanBoost: p.Visibility.IsOpen(), CanPin: p.Local && p.Visibility != social.Direct,
	}
	if v.Href == "" {
		v.Href = p.URI
	}
	if p.Local {
		v.Href = "/@" + s.site.Name + "/" + p.ID.String()
	}
	if forOwner {
		v.Href = templates.PostPath(p.ID)
	}
	for _, m := range p.Attachments {
		v.Media = append(v.Media, mediaView(m))
	}
	for _, e := range p.Emojis {
		v.Emojis = append(v.Emojis, templates.EmojiView{Name: e.Name, Src: remotePath("post-emoji", p.ID, e.Name, e.RemoteURL)})
	}
	return v
}

// mediaView is an attachment as a page shows it: ours from the media folder,
// another's picture through this home, anything else by a link.
func mediaView(m social.Attachment) templates.MediaView {
	v := templates.MediaView{
		Kind: m.Kind, Full: m.RemoteURL, Alt: m.Alt, Width: m.Width, Height: m.Height, FocusX: m.FocusX, FocusY: m.FocusY,
	}
	switch {
	case m.File != "":
		v.Full = "/media/" + m.File
		v.Src = v.Full
		if m.Preview != "" {
			v.Src = "/media/" + m.Preview
		}
	case m.Kind == social.MediaImage:
		v.Src = remotePath("attachment", m.ID, "", m.RemoteURL)
		v.Full = v.Src
	}
	return v
}

// postViews are posts as a page shows them, with what the owner did with each
// and whom each answers: one query a page for either.
func (s *Server) postViews(c echo.Context, posts []*social.Post) ([]templates.PostView, error) {
	forOwner := s.signedIn(c)
	mine, err := s.mine(c, posts)
	if err != nil {
		return nil, err
	}
	answered, err := s.answered(c, posts)
	if err != nil {
		return nil, err
	}
	views := make([]templates.PostView, 0, len(posts))
	for _, p := range posts {
		v := s.postView(p, mine[p.ID], forOwner)
		if parent := answered[p.InReplyToID]; parent != nil && parent.Author != nil {
			author := s.actorView(parent.Author, forOwner)
			v.Answers = &author
		}
		views = append(views, v)
	}
	return views, nil
}

func (s *Server) mine(c echo.Context, posts []*social.Post) (map[social.ID]store.Mine, error) {
	if !s.signedIn(c) || len(posts) == 0 {
		return nil, nil
	}
	ids := make([]social.ID, 0, len(posts))
	for _, p := range posts {
		ids = append(ids, p.ID)
	}
	return s.store.ListMine(c.Request().Context(), ids)
}

// answered are the posts that posts of a page answer.
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
		byID[p.ID] = p
	}
	return byID, nil
}

// entryViews are the lines of a timeline as a page shows them.
func (s *Server) entryViews(c echo.Context, entries []store.Entry) ([]templates.PostView, error) {
	posts := make([]*social.Post, 0, len(entries))
	for _, e := range entries {
		posts = append(posts, e.Post)
	}
	views, err := s.postViews(c, posts)
	if err != nil {
		return nil, err
	}
	for i, e := range entries {
		if e.Boost != nil {
			views[i].BoostID = e.Boost.ID
			views[i].BoostedBy = []templates.ActorView{s.actorView(e.BoostedBy, s.signedIn(c))}
		}
	}
	return views, nil
}

// older is the address of the next page of a list, if it was full.
func older(path string, n int, last func() social.ID) string {
	if n < pageSize {
		return ""
	}
	return path + "before=" + last().String()
}
