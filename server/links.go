package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/store"
	"croft/templates"
)

// getLinks is where the owner's open posts lead, by day. It is the same for
// everybody, as the photos are.
func (s *Server) getLinks(c echo.Context) error {
	from, err := before(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	me, err := s.store.FindActor(ctx, s.node.OwnerID())
	if err != nil {
		return err
	}
	home, err := s.store.FindHome(ctx)
	if err != nil {
		return err
	}
	links, err := s.store.ListLinks(ctx, me.ID, s.viewer(c), from, pageSize)
	if err != nil {
		return err
	}
	page, err := s.page(c, "Links shared by "+me.DisplayName(), "")
	if err != nil {
		return err
	}
	rooms := s.rooms(home.Profile)
	d := templates.LinksPage{Page: page, Rooms: rooms, RSS: rooms.Posts + ".rss", Atom: rooms.Posts + ".atom"}
	d.Head = templates.Head{
		Canonical: s.site.Actor() + "/links", Description: "Links shared by " + me.DisplayName() + ", " + s.site.Handle().String() + ".", Locale: "en",
		NoIndex: !me.Discoverable || len(links) == 0, Alternates: s.feeds(), Image: s.face(me, home.Profile.Hue),
	}
	posts, err := s.linkPosts(c, links)
	if err != nil {
		return err
	}
	d.Days = daysOf(page, posts)
	d.Older = older(rooms.Links, nil, len(posts), func() social.ID { return posts[len(posts)-1].Post.ID })
	return s.show(c, http.StatusOK, templates.Links(d))
}

// linkPosts puts the links under their posts, which come in one piece each.
func (s *Server) linkPosts(c echo.Context, links []store.Link) ([]templates.LinkPost, error) {
	var posts []*social.Post
	for _, l := range links {
		if len(posts) == 0 || posts[len(posts)-1] != l.Post {
			posts = append(posts, l.Post)
		}
	}
	views, err := s.postViews(c, posts)
	if err != nil {
		return nil, err
	}
	shown := make([]templates.LinkPost, len(views))
	for i, v := range views {
		shown[i].PostView = v
		for len(links) > 0 && links[0].Post == posts[i] {
			shown[i].Links = append(shown[i].Links, templates.LinkView{URL: links[0].URL, Name: links[0].Name})
			links = links[1:]
		}
	}
	return shown, nil
}

// daysOf are the posts by the day on which they were published.
func daysOf(page templates.Page, posts []templates.LinkPost) (days []templates.LinkDay) {
	for _, p := range posts {
		at := p.Post.PublishedAt.In(page.Now.Location())
		date := at.Format("2006-01-02")
		if len(days) == 0 || days[len(days)-1].Date != date {
			days = append(days, templates.LinkDay{Date: date, Words: at.Format("Monday 2 January 2006")})
		}
		day := &days[len(days)-1]
		day.Posts = append(day.Posts, p)
	}
	return days
}
