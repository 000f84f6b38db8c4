package mastodon

import (
	"croft/social"
	"croft/store"
)

// getPublic is what the home knows of public posts; for strangers the owner's.
func (a *API) getPublic(c *Call) (Answer, error) {
	return a.walkPosts(c, func(span store.Span) ([]*social.Post, error) {
		return a.store.ListPublic(c.Context, store.PublicQuery{
			Span: span, Local: c.isTrue("local", false), Remote: c.isTrue("remote", false), OnlyMedia: c.isTrue("only_media", false),
		}, c.viewer())
	})
}

// getTag is what has a hashtag.
func (a *API) getTag(c *Call) (Answer, error) {
	return a.walkPosts(c, func(span store.Span) ([]*social.Post, error) {
		return a.store.ListByTag(c.Context, store.TagQuery{
			Span: span, Tag: c.Param("tag"), Any: c.list("any"), All: c.list("all"), None: c.list("none"),
			Local: c.isTrue("local", false), Remote: c.isTrue("remote", false), OnlyMedia: c.isTrue("only_media", false),
		}, c.viewer())
	})
}

// getLink is what leads to a page.
func (a *API) getLink(c *Call) (Answer, error) {
	url := c.Form.Get("url")
	if url == "" {
		return Answer{}, social.InvalidField("url", "Say which page the posts shall lead to.")
	}
	return a.walkPosts(c, func(span store.Span) ([]*social.Post, error) {
		return a.store.ListByLink(c.Context, url, span, c.viewer())
	})
}

// walkPosts is walk for posts that are numbered by themselves.
func (a *API) walkPosts(c *Call, list func(store.Span) ([]*social.Post, error)) (Answer, error) {
	return walk(a, c, 20, 40, list,
		func(p *social.Post) social.ID { return p.ID },
		func(posts []*social.Post) (any, error) { return a.statuses(c, posts) })
}

// getAccountStatuses is what somebody wrote and boosted, or has pinned. Strangers
// ask the servers of others for theirs.
func (a *API) getAccountStatuses(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	if err := a.meet(c, id); err != nil {
		return Answer{}, err
	}
	if c.isTrue("pinned", false) {
		posts, err := a.store.ListPinned(c.Context, id, c.viewer())
		if err != nil {
			return Answer{}, err
		}
		shown, err := a.statuses(c, posts)
		return answer(shown), err
	}
	hidden, err := a.hidesBoosts(c)
	if err != nil {
		return Answer{}, err
	}
	return walk(a, c, 20, 40,
		func(span store.Span) ([]store.Entry, error) {
			return a.store.ListByAuthor(c.Context, id, c.viewer(), store.AuthorQuery{
				Span: span, NoReplies: c.isTrue("exclude_replies", false), NoBoosts: hidden || c.isTrue("exclude_reblogs", false),
				OnlyMedia: c.isTrue("only_media", false), Tag: c.Form.Get("tagged"),
			})
		},
		func(e store.Entry) social.ID { return e.ID },
		func(entries []store.Entry) (any, error) { return a.entries(c, entries) })
}

// meet looks at somebody as a page of theirs does: for the owner their server is
// asked, in the background, for what they wrote lately. Strangers see the owner
// only: of others ErrNotFound.
func (a *API) meet(c *Call, id social.ID) error {
	if id == a.node.OwnerID() {
		return nil
	}
	if !c.isOwner() {
		return social.ErrNotFound
	}
	_, err := a.timeline.Person(c.Context, id)
	return err
}

// hidesBoosts reports that whoever asks is not to see what the owner boosted.
func (a *API) hidesBoosts(c *Call) (bool, error) {
	if c.isOwner() {
		return false, nil
	}
	home, err := a.store.FindHome(c.Context)
	return home.Profile.HideBoosts, err
}

// maxTogether is how many posts or people may be asked for at once.
const maxTogether = 40

// getStatuses are posts by their numbers, as far as they are there to be seen.
func (a *API) getStatuses(c *Call) (Answer, error) {
	ids, err := c.few("id")
	if err != nil {
		return Answer{}, err
	}
	var entries []store.Entry
	for _, id := range ids {
		entry, err := a.find(c, id)
		if missing(err) {
			continue
		}
		if err != nil {
			return Answer{}, err
		}
		entries = append(entries, entry)
	}
	shown, err := a.entries(c, entries)
	return answer(shown), err
}
