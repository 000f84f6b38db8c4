package mastodon

import (
	"slices"

	"croft/social"
)

// filterV1 is one word of a filter, as old apps have it (entity V1::Filter). Its
// number is that of the word.
type filterV1 struct {
	ID           string   `json:"id"`
	Phrase       string   `json:"phrase"`
	Context      []string `json:"context"`
	Whole        bool     `json:"whole_word"`
	ExpiresAt    *string  `json:"expires_at"`
	Irreversible bool     `json:"irreversible"`
}

func filterV1Of(f social.Filter, at int) filterV1 {
	k, v := f.Keywords[at], filterOf(f)
	return filterV1{k.ID.String(), k.Word, v.Context, k.Whole, v.ExpiresAt, f.Action == social.FilterHide}
}

// filteringV1 are the calls of old apps about filters.
func (a *API) filteringV1() []Route {
	const reads, writes = "read:filters", "write:filters"
	return []Route{
		{get, "/api/v1/filters", reads, 0, a.getFiltersV1},
		{post, "/api/v1/filters", writes, 0, a.postFilterV1},
		{get, "/api/v1/filters/:id", reads, 0, a.getFilterV1},
		{put, "/api/v1/filters/:id", writes, 0, a.putFilterV1},
		{del, "/api/v1/filters/:id", writes, 0, a.deleteFilterV1},
	}
}

func (a *API) getFiltersV1(c *Call) (Answer, error) {
	all, err := a.store.ListFilters(c.Context)
	shown := []filterV1{}
	for _, f := range all {
		for at := range f.Keywords {
			shown = append(shown, filterV1Of(f, at))
		}
	}
	return answer(shown), err
}

func (a *API) getFilterV1(c *Call) (Answer, error) {
	f, at, err := a.keyword(c)
	if err != nil {
		return Answer{}, err
	}
	return answer(filterV1Of(f, at)), nil
}

// postFilterV1 makes a filter of one word.
func (a *API) postFilterV1(c *Call) (Answer, error) {
	return a.saveFilterV1(c, social.Filter{Action: social.FilterWarn, Keywords: make([]social.FilterKeyword, 1)}, 0)
}

// putFilterV1 changes a filter of one word; of another an old app would change
// more than it knows.
func (a *API) putFilterV1(c *Call) (Answer, error) {
	f, at, err := a.keyword(c)
	if err == nil && len(f.Keywords)+len(f.Posts) > 1 {
		err = social.Invalidf("This word belongs to a filter with more than one. Change it in an app that knows such filters, or on the page of filters.")
	}
	if err != nil {
		return Answer{}, err
	}
	return a.saveFilterV1(c, f, at)
}

func (a *API) saveFilterV1(c *Call, f social.Filter, at int) (Answer, error) {
	if err := c.filterReach(&f, a.now()); err != nil {
		return Answer{}, err
	}
	if c.Form.Has("irreversible") {
		f.Action = social.FilterWarn
		if c.isTrue("irreversible", false) {
			f.Action = social.FilterHide
		}
	}
	f.Keywords[at].Whole = c.isTrue("whole_word", f.Keywords[at].Whole)
	if c.Form.Has("phrase") {
		f.Keywords[at].Word = c.Form.Get("phrase")
		f.Title = f.Keywords[at].Word
	}
	f, err := a.timeline.SaveFilter(c.Context, f)
	if err != nil {
		return Answer{}, err
	}
	return answer(filterV1Of(f, at)), nil
}

// deleteFilterV1 takes a word away, and its filter if that has nothing else.
func (a *API) deleteFilterV1(c *Call) (Answer, error) {
	f, at, err := a.keyword(c)
	if err != nil {
		return Answer{}, err
	}
	if f.Keywords = slices.Delete(f.Keywords, at, at+1); len(f.Keywords)+len(f.Posts) == 0 {
		return answer(struct{}{}), a.timeline.DeleteFilter(c.Context, f.ID)
	}
	_, err = a.timeline.SaveFilter(c.Context, f)
	return answer(struct{}{}), err
}
