package server

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"croft/markup"
	"croft/social"
	"croft/store"
	"croft/templates"
	"croft/timeline"
)

// getProfile is the owner as visitors meet them.
func (s *Server) getProfile(c echo.Context) error {
	ctx := c.Request().Context()
	from, err := before(c)
	if err != nil {
		return err
	}
	me, err := s.store.FindActor(ctx, s.node.OwnerID())
	if err != nil {
		return err
	}
	page, err := s.page(c, "", "")
	if err != nil {
		return err
	}
	home, err := s.store.FindHome(ctx)
	if err != nil {
		return err
	}
	me.PostCount, me.FollowerCount, me.FollowingCount, err = s.ownCounts(c)
	if err != nil {
		return err
	}
	path := "/@" + s.site.Name
	d := templates.ProfilePage{
		Page: page, Me: s.actorView(me, false), ShowCounts: !home.Profile.HideCounts, Since: me.CreatedAt.Format("2006-01"),
		SinceWords: me.CreatedAt.Format("January 2006"), WithReplies: c.QueryParam("with") == "replies",
		Rooms: s.rooms(home.Profile), RSS: path + ".rss", Atom: path + ".atom",
	}
	d.Head = s.profileHead(me, home.Profile.Hue)
	if home.Profile.ShowCircle {
		d.FollowersPath, d.FollowingPath = path+"/followers", path+"/following"
	}
	tags, err := s.store.ListFeaturedTags(ctx)
	if err != nil {
		return err
	}
	d.Tags = tagNames(tags)
	entries, err := s.profileEntries(c, me.ID, from, kinds{replies: d.WithReplies, boosts: !home.Profile.HideBoosts})
	if err != nil {
		return err
	}
	if from == 0 && !d.WithReplies {
		if d.Pinned, err = s.pinned(c, me.ID); err != nil {
			return err
		}
	}
	if d.Posts, err = s.entryViews(c, entries.shown); err != nil {
		return err
	}
	if entries.next != 0 {
		d.Older = path + "?before=" + entries.next.String()
		if d.WithReplies {
			d.Older += "&with=replies"
		}
	}
	return s.show(c, http.StatusOK, templates.Profile(d))
}

func (s *Server) ownCounts(c echo.Context) (posts, followers, following int, err error) {
	ctx := c.Request().Context()
	if posts, err = s.store.CountPosts(ctx, s.node.OwnerID()); err != nil {
		return
	}
	if followers, err = s.store.CountFollowers(ctx, social.FollowAccepted); err != nil {
		return
	}
	following, err = s.store.CountFollowing(ctx, social.FollowAccepted)
	return
}

// listing is a page of a list of which some lines may have been left out.
type listing struct {
	shown []store.Entry
	next  social.ID // where the next page begins; 0 if there is none
}

// kinds says what a profile shows besides posts.
type kinds struct{ replies, boosts bool }

// has reports whether an entry is of the kinds. An answer to oneself is a post.
func (k kinds) has(e store.Entry, site social.Site) bool {
	if e.Boost != nil {
		return k.boosts
	}
	return k.replies || !e.Post.IsReply() || site.Owns(e.Post.InReplyTo)
}

// profileEntries are what the owner wrote and boosted. Answers to others stand
// on a page of their own; where many of them lie between, it reads on for a
// while.
func (s *Server) profileEntries(c echo.Context, author, from social.ID, wanted kinds) (listing, error) {
	l := listing{next: from}
	for range 5 {
		entries, err := s.store.ListByAuthor(c.Request().Context(), author, s.viewer(c), store.AuthorQuery{Span: store.Below(l.next, pageSize)})
		if err != nil {
			return l, err
		}
		for _, e := range entries {
			if wanted.has(e, s.site) {
				l.shown = append(l.shown, e)
			}
			l.next = e.ID
			if len(l.shown) == pageSize {
				return l, nil
			}
		}
		if len(entries) < pageSize {
			l.next = 0
			return l, nil
		}
	}
	return l, nil
}

func (s *Server) pinned(c echo.Context, author social.ID) ([]templates.PostView, error) {
	posts, err := s.store.ListPinned(c.Request().Context(), author, s.viewer(c))
	if err != nil {
		return nil, err
	}
	views, err := s.postViews(c, posts)
	for i := range views {
		views[i].Pinned = true
	}
	return views, err
}

// profileHead is what the profile says of itself to machines.
func (s *Server) profileHead(me *social.Actor, hue string) templates.Head {
	head := templates.Head{
		Canonical: s.site.Actor(), Kind: "profile", Description: describe(me), NoIndex: !me.Discoverable, Locale: "en",
		Alternates: append([]templates.Alternate{{Type: "application/activity+json", URL: s.site.Actor()}}, s.feeds()...),
		Image:      s.face(me, hue),
	}
	for _, f := range me.Fields {
		if strings.HasPrefix(f.Source, "https://") {
			head.Me = append(head.Me, f.Source)
		}
	}
	return head
}

// describe is what a profile is about, for a line of a search result.
func describe(me *social.Actor) string {
	if words := markup.Excerpt(markup.Text(me.Bio), 200); words != "" {
		return words
	}
	return "Posts by " + me.DisplayName() + ", " + me.Handle.String() + "."
}

// feeds are where the posts can be read by feed.
func (s *Server) feeds() []templates.Alternate {
	return []templates.Alternate{
		{Type: "application/rss+xml", Title: "Posts", URL: s.site.Actor() + ".rss"},
		{Type: "application/atom+xml", Title: "Posts", URL: s.site.Actor() + ".atom"},
	}
}

// face is the owner's picture as a square, which is what stands beside a link.
func (s *Server) face(me *social.Actor, hue string) templates.HeadImage {
	size := iconForms["square"].Size
	return templates.HeadImage{
		URL: s.site.Origin + iconPath + iconName(me.Avatar.File, hue, "square"), Alt: me.Avatar.Alt, Width: size, Height: size,
	}
}

func tagNames(tags []store.Tag) []string {
	names := make([]string, len(tags))
	for i, t := range tags {
		names[i] = t.Name
	}
	return names
}

// onTag does one act on the hashtag that the address names, and goes back to its
// page.
func (s *Server) onTag(do func(ctx context.Context, tag string) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := readForm(c); err != nil {
			return err
		}
		tag := c.Param("tag")
		if err := do(c.Request().Context(), tag); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, templates.TagPath(tag))
	}
}

// getTag is what this home has on a hashtag.
func (s *Server) getTag(c echo.Context) error {
	from, err := before(c)
	if err != nil {
		return err
	}
	tag := c.Param("tag")
	posts, err := s.store.ListByTag(c.Request().Context(), store.TagQuery{Span: store.Below(from, pageSize), Tag: tag}, s.viewer(c))
	if err != nil {
		return err
	}
	page, err := s.page(c, "#"+tag, templates.RoomSearch)
	if err != nil {
		return err
	}
	page.Head = s.tagHead(tag, posts)
	d := templates.TagPage{Page: page, Tag: tag}
	if page.SignedIn {
		state, err := s.store.FindTagState(c.Request().Context(), tag)
		if err != nil {
			return err
		}
		_, wrong := timeline.CheckTag(tag)
		d.CanFollow, d.Followed, d.Featured = wrong == nil, state.Followed, state.Featured
	}
	if d.Posts, err = s.postViews(c, posts); err != nil {
		return err
	}
	d.Older = older(templates.TagPath(tag), nil, len(posts), func() social.ID { return posts[len(posts)-1].ID })
	return s.show(c, http.StatusOK, templates.Tag(d))
}

// tagHead is what the page of a hashtag says of itself to machines.
func (s *Server) tagHead(tag string, posts []*social.Post) templates.Head {
	head := templates.Head{
		Canonical: s.site.Tag(tag), Description: "Posts with #" + tag + " by " + s.site.Handle().String() + ".", Locale: "en",
		NoIndex: len(posts) == 0, Alternates: s.feeds(),
	}
	for _, p := range posts {
		if head.Image.URL == "" {
			head.Image = s.firstPicture(p)
		}
	}
	return head
}
