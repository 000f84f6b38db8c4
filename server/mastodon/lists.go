package mastodon

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"croft/social"
	"croft/store"
)

// lists are the calls that walk a list.
func (a *API) lists() []Route {
	return []Route{
		{get, "/api/v1/timelines/home", "read:statuses", 0, a.getHome},
		{get, "/api/v1/bookmarks", "read:bookmarks", 0, a.getBookmarks},
	}
}

// span is the part of a list that is asked for. What is no number is ErrInvalid:
// to begin anew would lead an app in a circle.
func (c *Call) span(usual, most int) (store.Span, error) {
	span := store.Span{Limit: c.limit(usual, most)}
	for name, id := range map[string]*social.ID{"max_id": &span.Before, "since_id": &span.After, "min_id": &span.After} {
		text := c.Form.Get(name)
		if text == "" || name == "since_id" && c.Form.Get("min_id") != "" {
			continue
		}
		var err error
		if *id, err = social.ParseID(text); err != nil {
			return span, social.InvalidField(name, "There is no %.20s.", text)
		}
	}
	span.Upwards = c.Form.Get("min_id") != ""
	return span, nil
}

// page answers with a page of a list, and says where the pages beside it are.
// The lines are as the store gave them, those included that are not shown.
func page[T any](a *API, c *Call, span store.Span, lines []T, id func(T) social.ID, body any) Answer {
	got := answer(body)
	if len(lines) == 0 {
		return got
	}
	newest, oldest := id(lines[0]), id(lines[len(lines)-1])
	if span.Upwards {
		newest, oldest = oldest, newest
	}
	var links []string
	if len(lines) == span.Limit || span.Upwards { // upwards, what the walk came from is below
		links = append(links, a.link(c, "next", "max_id", oldest))
	}
	links = append(links, a.link(c, "prev", "min_id", newest))
	got.Header = http.Header{"Link": {strings.Join(links, ", ")}}
	return got
}

// link is where a page beside this one is: what was asked, from another place.
func (a *API) link(c *Call, rel, name string, id social.ID) string {
	form := url.Values(maps.Clone(c.Form))
	for _, place := range []string{"max_id", "since_id", "min_id"} {
		form.Del(place)
	}
	form.Set(name, id.String())
	return fmt.Sprintf("<%s%s?%s>; rel=%q", a.site.Origin, c.Path, form.Encode(), rel)
}

// getHome is the home timeline.
func (a *API) getHome(c *Call) (Answer, error) {
	span, err := c.span(20, 40)
	if err != nil {
		return Answer{}, err
	}
	lines, err := a.timeline.HomeLines(c.Context, span)
	if err != nil {
		return Answer{}, err
	}
	entries, err := a.store.ListHomeEntries(c.Context, lines)
	if err != nil {
		return Answer{}, err
	}
	if span.Upwards {
		slices.Reverse(entries)
	}
	shown, err := a.entries(c, entries)
	return page(a, c, span, lines, func(l store.HomeLine) social.ID { return l.ID }, shown), err
}

// getBookmarks is what the owner keeps.
func (a *API) getBookmarks(c *Call) (Answer, error) {
	span, err := c.span(20, 40)
	if err != nil {
		return Answer{}, err
	}
	kept, err := a.store.ListBookmarks(c.Context, span)
	if err != nil {
		return Answer{}, err
	}
	posts := []*social.Post{}
	for _, b := range kept {
		posts = append(posts, b.Post)
	}
	if span.Upwards {
		slices.Reverse(posts)
	}
	shown, err := a.statuses(c, posts)
	return page(a, c, span, kept, func(b store.Bookmark) social.ID { return b.ID }, shown), err
}
