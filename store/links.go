package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"croft/social"
)

// Link is a page that a post leads to.
type Link struct {
	URL  string
	Name string // the words that lead there; empty if they are but the address
	Post *social.Post
}

// maxLinks is how many links of one post are kept.
const maxLinks = 8

// ListLinks returns the links in one page of an author's open posts that answer
// nobody else, as far as the viewer may see them: the newest post first, from
// before the ID on (0: from the newest), and at most so many posts. It is for
// the owner of the home: others' links are found by their address only.
func (r Reader) ListLinks(ctx context.Context, author social.ID, v social.Viewer, before social.ID, limit int) ([]Link, error) {
	posts, err := r.listPosts(ctx, `
		select `+postColumns+`
		from post_links l indexed by post_links_own
		join posts p on p.id = l.post_id
		where l.own = 1 and l.post_id < ?6 and p.author_id = ?5
			and p.visibility in ('public', 'unlisted') and `+visible+`
			and `+answersNobodyElse+`
		group by l.post_id
		order by l.post_id desc
		limit ?7`, viewerArgs(v, author, upTo(before), limit)...)
	if err != nil {
		return nil, fmt.Errorf("list links of %s: %w", author, err)
	}
	var links []Link
	for _, p := range posts {
		links = append(links, linksOf(p)...)
	}
	return links, nil
}

// answersNobodyElse leaves out what answers another than its own author.
const answersNobodyElse = `(p.in_reply_to is null and p.in_reply_to_id is null
	or exists (select 1 from posts q where q.id = p.in_reply_to_id and q.author_id = p.author_id))`

// linksOf are the pages that a post leads to, each once and in its order: the
// page it is about first, mentions and hashtags not at all.
func linksOf(p *social.Post) []Link {
	var links []Link
	add := func(url, name string) {
		if len(links) < maxLinks && isWeb(url) && !slices.ContainsFunc(links, func(l Link) bool { return l.URL == url }) {
			links = append(links, Link{URL: url, Name: name, Post: p})
		}
	}
	if p.Link != p.URL {
		add(p.Link, p.Title)
	}
	tokens := html.NewTokenizer(strings.NewReader(string(p.Content)))
	href, words := "", ""
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return links
		case html.TextToken:
			words += string(tokens.Text())
		case html.StartTagToken:
			if token := tokens.Token(); token.Data == "a" {
				href, words = pageOf(token, p), ""
			}
		case html.EndTagToken:
			if name, _ := tokens.TagName(); string(name) == "a" {
				add(href, nameOf(href, words))
				href = ""
			}
		}
	}
}

func isWeb(url string) bool {
	return strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://")
}

// pageOf is where a link leads; nothing if it is a mention or a hashtag.
func pageOf(link html.Token, p *social.Post) (href string) {
	for _, a := range link.Attr {
		switch a.Key {
		case "href":
			href = a.Val
		case "class", "rel":
			if said := strings.Fields(a.Val); slices.Contains(said, "mention") || slices.Contains(said, "hashtag") || slices.Contains(said, "tag") {
				return ""
			}
		}
	}
	if slices.ContainsFunc(p.Mentions, func(m social.Mention) bool { return m.URL == href || m.URI == href }) {
		return ""
	}
	return href
}

// nameOf is what the words of a link say beyond its address.
func nameOf(href, words string) string {
	words = strings.Join(strings.Fields(words), " ")
	if bare := strings.TrimSuffix(words, "…"); strings.Contains(href, bare) {
		return ""
	}
	return words
}

// putLinks keeps where a post leads, so that who leads to a page can be asked.
func (tx *Tx) putLinks(ctx context.Context, id social.ID, p *social.Post) error {
	for i, l := range linksOf(p) {
		_, err := tx.exec(ctx, `insert into post_links (post_id, position, url, own) values (?, ?, ?, ?)`, id, i, l.URL, p.Local)
		if err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) deleteLinks(ctx context.Context, id social.ID) error {
	_, err := tx.exec(ctx, `delete from post_links where post_id = ?`, id)
	return err
}
