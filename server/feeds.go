package server

import (
	"encoding/xml"
	"html"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"croft/markup"
	"croft/social"
	"croft/store"
)

const feedLength = 20

// feedPosts are the owner's own public posts, the newest first.
func (s *Server) feedPosts(c echo.Context) (*social.Actor, []*social.Post, error) {
	ctx := c.Request().Context()
	me, err := s.store.FindActor(ctx, s.node.OwnerID())
	if err != nil {
		return nil, nil, err
	}
	entries, err := s.store.ListByAuthor(ctx, me.ID, social.Viewer{}, store.AuthorQuery{Span: store.Below(0, 3*feedLength)})
	if err != nil {
		return nil, nil, err
	}
	var posts []*social.Post
	for _, e := range entries {
		if e.Boost == nil && e.Post.Visibility == social.Public && !e.Post.IsReply() && len(posts) < feedLength {
			posts = append(posts, e.Post)
		}
	}
	return me, posts, nil
}

// feedTitle is a post in a line: feeds want a title, posts have none.
func feedTitle(p *social.Post) string {
	if p.Warning != "" {
		return p.Warning
	}
	if title := markup.Excerpt(markup.Text(p.Content), 80); title != "" {
		return title
	}
	return "A picture"
}

// feedContent is a post as HTML, with the address of what it quotes and its pictures.
func (s *Server) feedContent(p *social.Post) string {
	content := string(p.Content)
	if p.Quote != nil && p.Quote.State == social.QuoteAccepted {
		content = string(markup.QuoteLine(p.Quote.URI)) + content
	}
	for _, m := range p.Attachments {
		if m.Kind == social.MediaImage && m.File != "" {
			content += `<p><img src="` + s.site.Media(m.File) + `" alt="` + html.EscapeString(m.Alt) + `"></p>`
		}
	}
	return content
}

type rss struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Description string    `xml:"description"`
	Self        atomLink  `xml:"atom:link"`
	Items       []rssItem `xml:"item"`
}

type rssItem struct {
	Title       string   `xml:"title"`
	Link        string   `xml:"link"`
	GUID        string   `xml:"guid"`
	Published   string   `xml:"pubDate"`
	Description string   `xml:"description"`
	Categories  []string `xml:"category"`
}

func (s *Server) getRSS(c echo.Context) error {
	me, posts, err := s.feedPosts(c)
	if err != nil {
		return err
	}
	feed := rss{Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Channel: rssChannel{
		Title: me.DisplayName(), Link: s.site.Actor(), Description: "Posts by " + s.site.Handle().String(),
		Self: atomLink{Rel: "self", Type: "application/rss+xml", Href: s.site.Actor() + ".rss"},
	}}
	for _, p := range posts {
		feed.Channel.Items = append(feed.Channel.Items, rssItem{
			Title: feedTitle(p), Link: p.URL, GUID: p.URI, Published: p.PublishedAt.UTC().Format(time.RFC1123Z),
			Description: s.feedContent(p), Categories: p.Tags,
		})
	}
	return sendFeed(c, "application/rss+xml; charset=utf-8", feed)
}

type atom struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Author  atomAuthor  `xml:"author"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomAuthor struct {
	Name string `xml:"name"`
	URI  string `xml:"uri"`
}

type atomEntry struct {
	ID        string   `xml:"id"`
	Title     string   `xml:"title"`
	Published string   `xml:"published"`
	Updated   string   `xml:"updated"`
	Link      atomLink `xml:"link"`
	Content   atomText `xml:"content"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Body string `xml:",chardata"`
}

func (s *Server) getAtom(c echo.Context) error {
	me, posts, err := s.feedPosts(c)
	if err != nil {
		return err
	}
	feed := atom{
		ID: s.site.Actor(), Title: me.DisplayName(), Updated: me.UpdatedAt.UTC().Format(time.RFC3339),
		Author: atomAuthor{Name: me.DisplayName(), URI: s.site.Actor()},
		Links: []atomLink{
			{Rel: "alternate", Type: "text/html", Href: s.site.Actor()},
			{Rel: "self", Type: "application/atom+xml", Href: s.site.Actor() + ".atom"},
		},
	}
	for i, p := range posts {
		updated := p.PublishedAt
		if !p.EditedAt.IsZero() {
			updated = p.EditedAt
		}
		if i == 0 {
			feed.Updated = updated.UTC().Format(time.RFC3339)
		}
		feed.Entries = append(feed.Entries, atomEntry{
			ID: p.URI, Title: feedTitle(p), Published: p.PublishedAt.UTC().Format(time.RFC3339), Updated: updated.UTC().Format(time.RFC3339),
			Link: atomLink{Rel: "alternate", Type: "text/html", Href: p.URL}, Content: atomText{"html", s.feedContent(p)},
		})
	}
	return sendFeed(c, "application/atom+xml; charset=utf-8", feed)
}

func sendFeed(c echo.Context, kind string, feed any) error {
	body, err := xml.Marshal(feed)
	if err != nil {
		return err
	}
	return sendAnswer(c, http.StatusOK, newAnswer(kind, "public, max-age=300", append([]byte(xml.Header), body...)))
}
