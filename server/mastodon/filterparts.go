package mastodon

import (
	"slices"

	"croft/social"
)

// getKeywords are the words of a filter.
func (a *API) getKeywords(c *Call) (Answer, error) {
	f, err := a.oneFilter(c)
	return answer(filterOf(f).Keywords), err
}

// postKeyword adds a word to a filter.
func (a *API) postKeyword(c *Call) (Answer, error) {
	f, err := a.oneFilter(c)
	if err != nil {
		return Answer{}, err
	}
	word := social.FilterKeyword{Word: c.Form.Get("keyword"), Whole: c.isTrue("whole_word", false)}
	f.Keywords = append(f.Keywords, word)
	if f, err = a.timeline.SaveFilter(c.Context, f); err != nil {
		return Answer{}, err
	}
	return answer(keywordOf(f.Keywords[len(f.Keywords)-1])), nil
}

// keyword is the word that the address names, and its filter.
func (a *API) keyword(c *Call) (f social.Filter, at int, err error) {
	return a.partOf(c, func(f social.Filter, id social.ID) int {
		return slices.IndexFunc(f.Keywords, func(k social.FilterKeyword) bool { return k.ID == id })
	})
}

// partOf is a part of a filter that the address names by its own number.
func (a *API) partOf(c *Call, index func(social.Filter, social.ID) int) (social.Filter, int, error) {
	id, err := c.id("id")
	if err != nil {
		return social.Filter{}, 0, err
	}
	all, err := a.store.ListFilters(c.Context)
	if err != nil {
		return social.Filter{}, 0, err
	}
	for _, f := range all {
		if at := index(f, id); at >= 0 {
			return f, at, nil
		}
	}
	return social.Filter{}, 0, social.ErrNotFound
}

func (a *API) getKeyword(c *Call) (Answer, error) {
	f, at, err := a.keyword(c)
	if err != nil {
		return Answer{}, err
	}
	return answer(keywordOf(f.Keywords[at])), nil
}

func (a *API) putKeyword(c *Call) (Answer, error) {
	f, at, err := a.keyword(c)
	if err != nil {
		return Answer{}, err
	}
	f.Keywords[at].Whole = c.isTrue("whole_word", f.Keywords[at].Whole)
	if c.Form.Has("keyword") {
		f.Keywords[at].Word = c.Form.Get("keyword")
	}
	if _, err = a.timeline.SaveFilter(c.Context, f); err != nil {
		return Answer{}, err
	}
	return answer(keywordOf(f.Keywords[at])), nil
}

func (a *API) deleteKeyword(c *Call) (Answer, error) {
	f, at, err := a.keyword(c)
	if err != nil {
		return Answer{}, err
	}
	f.Keywords = slices.Delete(f.Keywords, at, at+1)
	_, err = a.timeline.SaveFilter(c.Context, f)
	return answer(struct{}{}), err
}

// getFilterStatuses are the posts that a filter is about.
func (a *API) getFilterStatuses(c *Call) (Answer, error) {
	f, err := a.oneFilter(c)
	return answer(filterOf(f).Statuses), err
}

// postFilterStatus has a filter be about a post.
func (a *API) postFilterStatus(c *Call) (Answer, error) {
	f, err := a.oneFilter(c)
	if err != nil {
		return Answer{}, err
	}
	id, err := social.ParseID(c.Form.Get("status_id"))
	if err != nil {
		return Answer{}, social.InvalidField("status_id", "There is no such post.")
	}
	entry, err := a.find(c, id)
	if err != nil {
		return Answer{}, err
	}
	f.Posts = append(f.Posts, social.FilterPost{PostID: entry.Post.ID})
	if f, err = a.timeline.SaveFilter(c.Context, f); err != nil {
		return Answer{}, err
	}
	at := slices.IndexFunc(f.Posts, func(p social.FilterPost) bool { return p.PostID == entry.Post.ID })
	return answer(filterStatusOf(f.Posts[at])), nil
}

// filterStatus is a post that a filter is about, by the number that the address
// names, and the filter.
func (a *API) filterStatus(c *Call) (f social.Filter, at int, err error) {
	return a.partOf(c, func(f social.Filter, id social.ID) int {
		return slices.IndexFunc(f.Posts, func(p social.FilterPost) bool { return p.ID == id })
	})
}

func (a *API) getFilterStatus(c *Call) (Answer, error) {
	f, at, err := a.filterStatus(c)
	if err != nil {
		return Answer{}, err
	}
	return answer(filterStatusOf(f.Posts[at])), nil
}

// deleteFilterStatus has a filter be about a post no more.
func (a *API) deleteFilterStatus(c *Call) (Answer, error) {
	f, at, err := a.filterStatus(c)
	if err != nil {
		return Answer{}, err
	}
	f.Posts = slices.Delete(f.Posts, at, at+1)
	_, err = a.timeline.SaveFilter(c.Context, f)
	return answer(struct{}{}), err
}
