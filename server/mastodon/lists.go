package mastodon

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"croft/social"
	"croft/store"
)

// lists are the calls that walk a list.
func (a *API) lists() []Route {
	return []Route{
		{get, "/api/v1/timelines/home", "read:statuses", 0, a.getHome},
		{get, "/api/v1/timelines/public", openTo("read:statuses"), 0, a.getPublic},
		{get, "/api/v1/timelines/tag/:tag", openTo("read:statuses"), 0, a.getTag},
		{get, "/api/v1/timelines/link", openTo("read:statuses"), 0, a.getLink},
		{get, "/api/v1/bookmarks", "read:bookmarks", 0, a.getBookmarks},
		{get, "/api/v1/favourites", "read:favourites", 0, a.getFavourites},
		{get, "/api/v1/statuses", openTo("read:statuses"), 0, a.getStatuses},
		{get, "/api/v1/statuses/:id/favourited_by", openTo("read:accounts"), 0, a.getLikers},
		{get, "/api/v1/statuses/:id/reblogged_by", openTo("read:accounts"), 0, a.getBoosters},
		{get, "/api/v1/accounts", openTo("read:accounts"), 0, a.getAccounts},
		{get, "/api/v1/accounts/search", "read:accounts", 0, a.getAccountSearch},
		{get, "/api/v1/accounts/familiar_followers", "read:follows", 0, a.getFamiliar},
		{get, "/api/v1/accounts/:id/statuses", openTo("read:statuses"), 0, a.getAccountStatuses},
		{get, "/api/v1/accounts/:id/followers", openTo("read:accounts"), 0, a.getFollowers},
		{get, "/api/v1/accounts/:id/following", openTo("read:accounts"), 0, a.getFollowing},
		{get, "/api/v1/follow_requests", "read:follows", 0, a.getFollowRequests},
		{get, "/api/v1/blocks", "read:blocks", 0, a.getBlocks},
		{get, "/api/v1/mutes", "read:mutes", 0, a.getMutes},
		{get, "/api/v1/domain_blocks", "read:blocks", 0, a.getHostBlocks},
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

// walk answers with the part of a list that is asked for, the newest first. The
// lines are numbered by id; show makes of them what the app gets, and may leave
// some out.
func walk[T any](a *API, c *Call, usual, most int, list func(store.Span) ([]T, error), id func(T) social.ID, show func([]T) (any, error)) (Answer, error) {
	span, err := c.span(usual, most)
	if err != nil {
		return Answer{}, err
	}
	lines, err := list(span)
	if err != nil {
		return Answer{}, err
	}
	if span.Upwards {
		slices.Reverse(lines)
	}
	shown, err := show(lines)
	if err != nil {
		return Answer{}, err
	}
	got := answer(shown)
	if len(lines) > 0 {
		got.Header = http.Header{"Link": {a.beside(c, span, len(lines), id(lines[0]), id(lines[len(lines)-1]))}}
	}
	return got, nil
}

// beside says where the pages beside one of so many lines are.
func (a *API) beside(c *Call, span store.Span, n int, newest, oldest social.ID) string {
	prev := a.link(c, "prev", "min_id", newest)
	if n == span.Limit || span.Upwards { // upwards, what the walk came from is below
		return a.link(c, "next", "max_id", oldest) + ", " + prev
	}
	return prev
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
	return a.walkLines(c, func(span store.Span) ([]store.HomeLine, error) { return a.timeline.HomeLines(c.Context, span) })
}

// walkLines is walk for posts and boosts.
func (a *API) walkLines(c *Call, list func(store.Span) ([]store.HomeLine, error)) (Answer, error) {
	return walk(a, c, 20, 40, list,
		func(l store.HomeLine) social.ID { return l.ID },
		func(lines []store.HomeLine) (any, error) {
			entries, err := a.store.ListHomeEntries(c.Context, lines)
			if err != nil {
				return nil, err
			}
			return a.entries(c, entries)
		})
}

// getBookmarks is what the owner keeps, numbered by the bookmark.
func (a *API) getBookmarks(c *Call) (Answer, error) {
	return walk(a, c, 20, 40,
		func(span store.Span) ([]store.Bookmark, error) { return a.store.ListBookmarks(c.Context, span) },
		func(b store.Bookmark) social.ID { return b.ID },
		func(kept []store.Bookmark) (any, error) {
			return a.statuses(c, living(kept, func(b store.Bookmark) *social.Post { return b.Post }))
		})
}

// getFavourites is what the owner likes, numbered by the like.
func (a *API) getFavourites(c *Call) (Answer, error) {
	return walk(a, c, 20, 40,
		func(span store.Span) ([]store.Liked, error) {
			return a.store.ListLiked(c.Context, a.node.OwnerID(), span)
		},
		func(l store.Liked) social.ID { return l.Like.ID },
		func(liked []store.Liked) (any, error) {
			return a.statuses(c, living(liked, func(l store.Liked) *social.Post { return l.Post }))
		})
}

// living are the posts of lines, without those that went while they were read.
func living[T any](lines []T, post func(T) *social.Post) []*social.Post {
	posts := make([]*social.Post, 0, len(lines))
	for _, l := range lines {
		if p := post(l); p != nil && p.DeletedAt.IsZero() {
			posts = append(posts, p)
		}
	}
	return posts
}
