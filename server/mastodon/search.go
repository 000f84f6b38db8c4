package mastodon

import (
	"errors"
	"slices"
	"strconv"

	"croft/social"
	"croft/store"
	"croft/timeline"
)

// searching is the call that looks for something.
func (a *API) searching() []Route {
	return []Route{{get, "/api/v2/search", "read:search", 0, a.getSearch}}
}

// results are what a search found (entity Search).
type results struct {
	Accounts []account   `json:"accounts"`
	Statuses []status    `json:"statuses"`
	Tags     []taggedTag `json:"hashtags"`
}

// getSearch looks for accounts, hashtags and posts. A handle or an address is
// what it leads to, and nothing else.
func (a *API) getSearch(c *Call) (Answer, error) {
	q, kind := c.Form.Get("q"), c.Form.Get("type")
	got := results{Accounts: []account{}, Statuses: []status{}, Tags: []taggedTag{}}
	if q == "" {
		return Answer{}, social.InvalidField("q", "Say what to look for.")
	}
	offset, _ := strconv.Atoi(c.Form.Get("offset"))
	wants := func(name string) bool { return kind == "" && offset <= 0 || kind == name }
	limit := c.limit(20, 40)
	var err error
	if timeline.IsAddress(q) {
		return a.searchAddress(c, q, wants)
	}
	if wants("accounts") {
		people, err := a.findPeople(c, q, min(max(offset, 0), maxOffset)+limit)
		if err != nil {
			return Answer{}, err
		}
		if got.Accounts, err = a.accounts(c, people[min(max(offset, 0), len(people)):]); err != nil {
			return Answer{}, err
		}
	}
	if wants("hashtags") {
		if got.Tags, err = a.findTags(c, q, max(offset, 0), limit); err != nil {
			return Answer{}, err
		}
	}
	if wants("statuses") {
		got.Statuses, err = a.findStatuses(c, q, max(offset, 0))
	}
	return answer(got), err
}

// maxOffset is how many lines of a search may be passed over: who looks further
// has other words.
const maxOffset = 1000

func (a *API) findStatuses(c *Call, q string, offset int) ([]status, error) {
	span, err := c.span(20, 40)
	if err != nil {
		return nil, err
	}
	wanted := store.PostSearch{Span: span, Text: q, Offset: min(offset, maxOffset)}
	ids, err := c.ids("account_id")
	if err != nil {
		return nil, err
	}
	if len(ids) > 0 {
		wanted.AuthorID = ids[0]
	}
	posts, err := a.store.SearchPosts(c.Context, wanted)
	if err != nil {
		return nil, err
	}
	if span.Upwards {
		slices.Reverse(posts)
	}
	return a.statuses(c, posts)
}

func (a *API) findTags(c *Call, q string, offset, limit int) ([]taggedTag, error) {
	names, err := a.store.CompleteTags(c.Context, q, min(offset, maxOffset)+limit)
	tags := []taggedTag{}
	if err != nil {
		return nil, err
	}
	for _, name := range names[min(offset, len(names)):] {
		v, err := a.tag(c, name)
		if err != nil {
			return nil, err
		}
		tags = append(tags, v)
	}
	return tags, nil
}

// findPeople finds people by the beginning of their handle or name; with resolve,
// a whole handle at its server.
func (a *API) findPeople(c *Call, q string, limit int) ([]*social.Actor, error) {
	if timeline.IsAddress(q) {
		found, err := a.lookUp(c, q)
		if err != nil || found.Actor == nil {
			return nil, err
		}
		return a.followedOnly(c, []*social.Actor{found.Actor})
	}
	people, err := a.store.SearchActors(c.Context, q, limit)
	if err != nil {
		return nil, err
	}
	return a.followedOnly(c, people)
}

// followedOnly leaves out whom the owner does not follow, where an app asks for
// those.
func (a *API) followedOnly(c *Call, people []*social.Actor) ([]*social.Actor, error) {
	if !c.isTrue("following", false) {
		return people, nil
	}
	ids := make([]social.ID, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	relations, err := a.store.ListRelations(c.Context, ids)
	return slices.DeleteFunc(people, func(p *social.Actor) bool { return relations[p.ID].Following != social.FollowAccepted }), err
}

func (a *API) searchAddress(c *Call, q string, wants func(string) bool) (Answer, error) {
	got := results{Accounts: []account{}, Statuses: []status{}, Tags: []taggedTag{}}
	found, err := a.lookUp(c, q)
	if err != nil {
		return Answer{}, err
	}
	if found.Actor != nil && wants("accounts") {
		people, err := a.followedOnly(c, []*social.Actor{found.Actor})
		if err != nil {
			return Answer{}, err
		}
		if got.Accounts, err = a.accounts(c, people); err != nil {
			return Answer{}, err
		}
	}
	if found.Post != nil && wants("statuses") {
		got.Statuses, err = a.statuses(c, []*social.Post{found.Post})
	}
	return answer(got), err
}

// lookUp is what a handle or an address leads to: over the network if the app
// says so, else as far as it is known here. What leads nowhere is nothing.
func (a *API) lookUp(c *Call, q string) (timeline.Found, error) {
	if c.isTrue("resolve", false) {
		found, err := a.timeline.Search(c.Context, q, 0)
		if errors.Is(err, social.ErrInvalid) {
			return timeline.Found{}, nil
		}
		return found, err
	}
	var found timeline.Found
	var err error
	if handle, bad := social.ParseHandle(q); bad == nil {
		found.Actor, err = a.store.FindActorByHandle(c.Context, handle)
	} else if found.Post, err = a.store.FindPostByURI(c.Context, q); missing(err) {
		found.Actor, err = a.store.FindActorByURI(c.Context, q)
	}
	if missing(err) || found.Post != nil && !found.Post.DeletedAt.IsZero() {
		return timeline.Found{}, nil
	}
	return found, err
}
