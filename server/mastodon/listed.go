package mastodon

import (
	"context"

	"croft/social"
	"croft/store"
)

// list is a part of those whom the owner follows (entity List).
type list struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Replies   string `json:"replies_policy"`
	Exclusive bool   `json:"exclusive"`
}

func listOf(l social.List) list {
	return list{l.ID.String(), l.Title, string(l.Replies), l.Exclusive}
}

func listsOf(all []social.List) []list {
	shown := []list{}
	for _, l := range all {
		shown = append(shown, listOf(l))
	}
	return shown
}

// listing are the calls about lists.
func (a *API) listing() []Route {
	return []Route{
		{get, "/api/v1/lists", "read:lists", 0, a.getLists},
		{post, "/api/v1/lists", "write:lists", 0, a.postList},
		{get, "/api/v1/lists/:id", "read:lists", 0, a.getList},
		{put, "/api/v1/lists/:id", "write:lists", 0, a.putList},
		{del, "/api/v1/lists/:id", "write:lists", 0, a.deleteList},
		{get, "/api/v1/lists/:id/accounts", "read:lists", 0, a.getMembers},
		{post, "/api/v1/lists/:id/accounts", "write:lists", 0, a.postMembers},
		{del, "/api/v1/lists/:id/accounts", "write:lists", 0, a.deleteMembers},
		{get, "/api/v1/accounts/:id/lists", "read:lists", 0, a.getListsOf},
		{get, "/api/v1/timelines/list/:id", "read:lists", 0, a.getListLines},
		{post, "/api/v1/accounts/:id/note", "write:accounts", 0, a.postNote},
	}
}

func (a *API) getLists(c *Call) (Answer, error) {
	all, err := a.store.ListLists(c.Context)
	return answer(listsOf(all)), err
}

func (a *API) getListsOf(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	if _, err := a.store.FindActor(c.Context, id); err != nil {
		return Answer{}, err
	}
	all, err := a.store.ListListsOf(c.Context, id)
	return answer(listsOf(all)), err
}

// oneList is the list that the address names.
func (a *API) oneList(c *Call) (social.List, error) {
	id, err := c.id("id")
	if err != nil {
		return social.List{}, err
	}
	return a.store.FindList(c.Context, id)
}

func (a *API) getList(c *Call) (Answer, error) {
	l, err := a.oneList(c)
	return answer(listOf(l)), err
}

func (a *API) postList(c *Call) (Answer, error) {
	return a.saveList(c, social.List{Replies: social.RepliesToList})
}

// putList changes what is named and leaves the rest.
func (a *API) putList(c *Call) (Answer, error) {
	l, err := a.oneList(c)
	if err != nil {
		return Answer{}, err
	}
	return a.saveList(c, l)
}

func (a *API) saveList(c *Call, l social.List) (Answer, error) {
	if c.Form.Has("title") {
		l.Title = c.Form.Get("title")
	}
	if policy := c.Form.Get("replies_policy"); policy != "" {
		l.Replies = social.ListReplies(policy)
	}
	l.Exclusive = c.isTrue("exclusive", l.Exclusive)
	l, err := a.timeline.SaveList(c.Context, l)
	return answer(listOf(l)), err
}

func (a *API) deleteList(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	return answer(struct{}{}), a.timeline.DeleteList(c.Context, id)
}

// getMembers is who is in a list, numbered by themselves; a limit of 0 is all.
func (a *API) getMembers(c *Call) (Answer, error) {
	l, err := a.oneList(c)
	if err != nil {
		return Answer{}, err
	}
	usual, most := 40, 80
	if c.Form.Get("limit") == "0" {
		usual, most = store.Everybody, store.Everybody
	}
	return walk(a, c, usual, most,
		func(span store.Span) ([]*social.Actor, error) { return a.store.ListMembers(c.Context, l.ID, span) },
		func(p *social.Actor) social.ID { return p.ID },
		func(people []*social.Actor) (any, error) { return a.accounts(c, people) })
}

func (a *API) postMembers(c *Call) (Answer, error) { return a.memberAct(c, a.timeline.AddToList) }

func (a *API) deleteMembers(c *Call) (Answer, error) {
	return a.memberAct(c, a.timeline.RemoveFromList)
}

// memberAct does something to people in a list.
func (a *API) memberAct(c *Call, do func(ctx context.Context, id social.ID, people []social.ID) error) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	people, err := c.ids("account_ids")
	if err != nil {
		return Answer{}, err
	}
	return answer(struct{}{}), do(c.Context, id, people)
}

func (a *API) getListLines(c *Call) (Answer, error) {
	l, err := a.oneList(c)
	if err != nil {
		return Answer{}, err
	}
	return a.walkLines(c, func(span store.Span) ([]store.HomeLine, error) { return a.store.ListListLines(c.Context, l, span) })
}

// postNote keeps what the owner writes of somebody.
func (a *API) postNote(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	if err := a.timeline.SetNote(c.Context, id, c.Form.Get("comment")); err != nil {
		return Answer{}, err
	}
	return a.answerRelationship(c, id)
}
