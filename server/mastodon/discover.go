package mastodon

import (
	"strconv"
	"time"

	"croft/social"
	"croft/store"
)

// suggestion is somebody whom the owner might like to follow (entity Suggestion).
type suggestion struct {
	Source  string   `json:"source"`
	Sources []string `json:"sources"`
	Account account  `json:"account"`
}

// trendsLink is a page that several people lead to (entity Trends::Link).
type trendsLink struct {
	card
	History []tagDay `json:"history"`
}

// discovering are the calls about what and whom one might like to know. Trends and
// suggestions tell whom the owner reads: without a key there are none.
func (a *API) discovering() []Route {
	return []Route{
		{get, "/api/v1/trends", openTo("read:statuses"), 0, a.getTrendingTags},
		{get, "/api/v1/trends/tags", openTo("read:statuses"), 0, a.getTrendingTags},
		{get, "/api/v1/trends/statuses", openTo("read:statuses"), 0, a.getTrendingStatuses},
		{get, "/api/v1/trends/links", openTo("read:statuses"), 0, a.getTrendingLinks},
		{get, "/api/v1/suggestions", "read", 0, a.getSuggestionsV1},
		{get, "/api/v2/suggestions", "read", 0, a.getSuggestions},
		{del, "/api/v1/suggestions/:id", "write", 0, a.deleteSuggestion},
		{get, "/api/v1/directory", openTo("read:accounts"), 0, a.getDirectory},
	}
}

// part is which part of a list with an order of its own is wanted.
func (c *Call) part(usual, most int) store.Page {
	offset, err := strconv.Atoi(c.Form.Get("offset"))
	if err != nil || offset < 0 {
		offset = 0
	}
	return store.Page{Offset: min(offset, maxOffset), Limit: c.limit(usual, most)}
}

func (a *API) getTrendingTags(c *Call) (Answer, error) {
	shown := []taggedTag{}
	if !c.isOwner() {
		return answer(shown), nil
	}
	tags, err := a.timeline.TrendingTags(c.Context, c.part(10, 20))
	if err != nil {
		return Answer{}, err
	}
	for _, t := range tags {
		v, err := a.tag(c, t.Name)
		if err != nil {
			return Answer{}, err
		}
		shown = append(shown, v)
	}
	return answer(shown), nil
}

func (a *API) getTrendingStatuses(c *Call) (Answer, error) {
	if !c.isOwner() {
		return answer([]status{}), nil
	}
	posts, err := a.timeline.TrendingPosts(c.Context, c.part(20, 40))
	if err != nil {
		return Answer{}, err
	}
	shown, err := a.statuses(c, posts)
	return answer(shown), err
}

func (a *API) getTrendingLinks(c *Call) (Answer, error) {
	shown := []trendsLink{}
	if !c.isOwner() {
		return answer(shown), nil
	}
	links, err := a.timeline.TrendingLinks(c.Context, c.part(10, 20))
	if err != nil {
		return Answer{}, err
	}
	now := a.now().UTC()
	for _, l := range links {
		title := l.Name
		if title == "" {
			title = l.URL
		}
		shown = append(shown, trendsLink{
			card{URL: l.URL, Title: title, Type: "link", Provider: social.HostOf(l.URL), Authors: []any{}},
			[]tagDay{{strconv.FormatInt(now.Truncate(24*time.Hour).Unix(), 10), strconv.Itoa(l.People), strconv.Itoa(l.Posts)}},
		})
	}
	return answer(shown), nil
}

func (a *API) suggested(c *Call) ([]account, error) {
	found, err := a.timeline.Suggestions(c.Context, c.limit(40, 80))
	if err != nil {
		return nil, err
	}
	people := make([]*social.Actor, len(found))
	for i, s := range found {
		people[i] = s.Actor
	}
	return a.accounts(c, people)
}

func (a *API) getSuggestionsV1(c *Call) (Answer, error) {
	people, err := a.suggested(c)
	return answer(people), err
}

func (a *API) getSuggestions(c *Call) (Answer, error) {
	people, err := a.suggested(c)
	shown := []suggestion{}
	for _, p := range people {
		shown = append(shown, suggestion{"past_interactions", []string{"friends_of_friends"}, p})
	}
	return answer(shown), err
}

func (a *API) deleteSuggestion(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	return answer(struct{}{}), a.timeline.DismissSuggestion(c.Context, id)
}

// getDirectory is who is known here and wishes to be found; without a key the
// owner, if they do.
func (a *API) getDirectory(c *Call) (Answer, error) {
	page := c.part(40, 80)
	if c.isOwner() && !c.isTrue("local", false) {
		people, err := a.store.ListDirectory(c.Context, c.Form.Get("order") == "new", page)
		if err != nil {
			return Answer{}, err
		}
		shown, err := a.accounts(c, people)
		return answer(shown), err
	}
	me, err := a.owner(c)
	if err != nil || !me.Discoverable || page.Offset > 0 {
		return answer([]account{}), err
	}
	return answer([]account{me}), nil
}

// familiarMost is how many of those who are familiar come with an account.
const familiarMost = 40

// getFamiliar is who follows somebody, of those whom the owner follows, as far as
// their servers say so.
func (a *API) getFamiliar(c *Call) (Answer, error) {
	ids, err := c.few("id")
	if err != nil {
		return Answer{}, err
	}
	shown := []familiar{}
	for _, id := range ids {
		people, err := a.store.ListFamiliar(c.Context, id, familiarMost)
		if err != nil {
			return Answer{}, err
		}
		v := familiar{ID: id.String()}
		if v.Accounts, err = a.accounts(c, people); err != nil {
			return Answer{}, err
		}
		shown = append(shown, v)
	}
	return answer(shown), nil
}
