package mastodon

import (
	"context"
	"strconv"
	"strings"
	"time"

	"croft/social"
	"croft/store"
	"croft/timeline"
)

// taggedTag is a hashtag by itself (entity Tag).
type taggedTag struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	URL       string   `json:"url"`
	History   []tagDay `json:"history"`
	Following *bool    `json:"following,omitzero"` // left out for anybody but the owner
	Featuring *bool    `json:"featuring,omitzero"`
}

// tagDay is how much a hashtag was used on a day; the API has numbers as strings.
type tagDay struct {
	Day      string `json:"day"` // Unix seconds
	Accounts string `json:"accounts"`
	Uses     string `json:"uses"`
}

// featuredTag is a hashtag of a profile (entity FeaturedTag).
type featuredTag struct {
	ID     string  `json:"id"`
	Name   string  `json:"name"`
	URL    string  `json:"url"`
	Count  string  `json:"statuses_count"`
	LastAt *string `json:"last_status_at"`
}

// tagging are the calls about hashtags.
func (a *API) tagging() []Route {
	t := a.timeline
	return []Route{
		{get, "/api/v1/tags/:name", openTo("read:follows"), 0, a.getTagByName},
		{post, "/api/v1/tags/:name/follow", "write:follows", 0, a.onTag(t.FollowTag)},
		{post, "/api/v1/tags/:name/unfollow", "write:follows", 0, a.onTag(t.UnfollowTag)},
		{post, "/api/v1/tags/:name/feature", "write:accounts", 0, a.onTag(t.FeatureTag)},
		{post, "/api/v1/tags/:name/unfeature", "write:accounts", 0, a.onTag(t.UnfeatureTag)},
		{get, "/api/v1/followed_tags", "read:follows", 0, a.getFollowedTags},
		{get, "/api/v1/featured_tags", "read:accounts", 0, a.getFeaturedTags},
		{post, "/api/v1/featured_tags", "write:accounts", 0, a.postFeaturedTag},
		{del, "/api/v1/featured_tags/:id", "write:accounts", 0, a.deleteFeaturedTag},
		{get, "/api/v1/featured_tags/suggestions", "read:accounts", 0, a.getTagSuggestions},
		{get, "/api/v1/accounts/:id/featured_tags", openTo("read:accounts"), 0, a.getFeaturedTagsOf},
	}
}

// tag is a hashtag as whoever asks may know it: how it is used here tells of whom
// the owner reads.
func (a *API) tag(c *Call, name string) (taggedTag, error) {
	low := strings.ToLower(name)
	v := taggedTag{ID: low, Name: name, URL: a.site.Tag(name), History: []tagDay{}}
	if !c.isOwner() {
		return v, nil
	}
	state, err := a.store.FindTagState(c.Context, name)
	if err != nil {
		return v, err
	}
	v.Following, v.Featuring = &state.Followed, &state.Featured
	days, err := a.store.ListTagDays(c.Context, name, 7)
	for _, d := range days {
		v.History = append(v.History, tagDay{strconv.FormatInt(d.Day.Unix(), 10), strconv.Itoa(d.Authors), strconv.Itoa(d.Uses)})
	}
	return v, err
}

func (a *API) answerTag(c *Call, name string) (Answer, error) {
	name, err := timeline.CheckTag(name)
	if err != nil {
		return Answer{}, social.ErrNotFound
	}
	v, err := a.tag(c, name)
	return answer(v), err
}

func (a *API) getTagByName(c *Call) (Answer, error) { return a.answerTag(c, c.Param("name")) }

// onTag makes a call of an act on a hashtag; the hashtag as it is then is the
// answer.
func (a *API) onTag(act func(context.Context, string) error) func(*Call) (Answer, error) {
	return func(c *Call) (Answer, error) {
		if err := act(c.Context, c.Param("name")); err != nil {
			return Answer{}, err
		}
		return a.answerTag(c, c.Param("name"))
	}
}

// getFollowedTags is what the owner follows, numbered by when they began to.
func (a *API) getFollowedTags(c *Call) (Answer, error) {
	return walk(a, c, 100, 200,
		func(span store.Span) ([]store.Tag, error) { return a.store.ListFollowedTags(c.Context, span) },
		func(t store.Tag) social.ID { return t.ID },
		func(all []store.Tag) (any, error) {
			shown := make([]taggedTag, len(all))
			for i, t := range all {
				var err error
				if shown[i], err = a.tag(c, t.Name); err != nil {
					return nil, err
				}
			}
			return shown, nil
		})
}

func (a *API) featured(c *Call) ([]featuredTag, error) {
	all, err := a.store.ListFeaturedTags(c.Context)
	if err != nil {
		return nil, err
	}
	shown := []featuredTag{}
	for _, t := range all {
		use, err := a.store.FindOwnTagUse(c.Context, t.Name)
		if err != nil {
			return nil, err
		}
		v := featuredTag{ID: t.ID.String(), Name: t.Name, URL: a.site.Tag(t.Name), Count: strconv.Itoa(use.Posts)}
		if !use.Last.IsZero() {
			v.LastAt = new(use.Last.UTC().Format(time.DateOnly))
		}
		shown = append(shown, v)
	}
	return shown, nil
}

func (a *API) getFeaturedTags(c *Call) (Answer, error) {
	shown, err := a.featured(c)
	return answer(shown), err
}

// getFeaturedTagsOf are those of the owner; of others they are not known here.
func (a *API) getFeaturedTagsOf(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	if id == a.node.OwnerID() {
		return a.getFeaturedTags(c)
	}
	if !c.isOwner() {
		return Answer{}, social.ErrNotFound
	}
	_, err = a.store.FindActor(c.Context, id)
	return answer([]featuredTag{}), err
}

func (a *API) postFeaturedTag(c *Call) (Answer, error) {
	name := c.Form.Get("name")
	if err := a.timeline.FeatureTag(c.Context, name); err != nil {
		return Answer{}, err
	}
	shown, err := a.featured(c)
	if err != nil {
		return Answer{}, err
	}
	for _, v := range shown {
		if strings.EqualFold(v.Name, strings.TrimPrefix(strings.TrimSpace(name), "#")) {
			return answer(v), nil
		}
	}
	return Answer{}, social.ErrNotFound
}

func (a *API) deleteFeaturedTag(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	all, err := a.store.ListFeaturedTags(c.Context)
	if err != nil {
		return Answer{}, err
	}
	for _, t := range all {
		if t.ID == id {
			return answer(struct{}{}), a.timeline.UnfeatureTag(c.Context, t.Name)
		}
	}
	return Answer{}, social.ErrNotFound
}

// getTagSuggestions are the hashtags that the owner uses most and that do not stand
// on their profile.
func (a *API) getTagSuggestions(c *Call) (Answer, error) {
	names, err := a.store.ListOwnTags(c.Context, 2*timeline.MaxFeaturedTags)
	if err != nil {
		return Answer{}, err
	}
	shown := []taggedTag{}
	for _, name := range names {
		v, err := a.tag(c, name)
		if err != nil {
			return Answer{}, err
		}
		if !*v.Featuring && len(shown) < timeline.MaxFeaturedTags {
			shown = append(shown, v)
		}
	}
	return answer(shown), nil
}
