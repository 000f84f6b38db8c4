package mastodon

import (
	"slices"
	"strconv"
	"time"

	"croft/social"
)

// filter is what the owner does not want to read just so (entity Filter).
type filter struct {
	ID        string          `json:"id"`
	Title     string          `json:"title"`
	Context   []string        `json:"context"`
	ExpiresAt *string         `json:"expires_at"`
	Action    string          `json:"filter_action"`
	Keywords  []filterKeyword `json:"keywords,omitzero"`
	Statuses  []filterStatus  `json:"statuses,omitzero"`
}

type filterKeyword struct {
	ID      string `json:"id"`
	Keyword string `json:"keyword"`
	Whole   bool   `json:"whole_word"`
}

type filterStatus struct {
	ID       string `json:"id"`
	StatusID string `json:"status_id"`
}

// filterResult is a filter with what it has found in a post (entity FilterResult).
type filterResult struct {
	Filter   filter   `json:"filter"`
	Keywords []string `json:"keyword_matches"`
	Statuses []string `json:"status_matches"`
}

// filterResults are what filters have found in a post. What belongs to the
// filters themselves is left out, as Mastodon does.
func filterResults(matches []social.FilterMatch) []filterResult {
	shown := []filterResult{}
	for _, m := range matches {
		r := filterResult{Filter: filterOf(m.Filter), Keywords: m.Words}
		r.Filter.Keywords, r.Filter.Statuses = nil, nil
		if m.PostID != 0 {
			r.Statuses = []string{m.PostID.String()}
		}
		shown = append(shown, r)
	}
	return shown
}

func filterOf(f social.Filter) filter {
	v := filter{
		ID: f.ID.String(), Title: f.Title, Context: []string{}, ExpiresAt: maybeMoment(f.ExpiresAt), Action: string(f.Action),
		Keywords: []filterKeyword{}, Statuses: []filterStatus{},
	}
	for _, c := range f.Contexts {
		v.Context = append(v.Context, string(c))
	}
	for _, k := range f.Keywords {
		v.Keywords = append(v.Keywords, keywordOf(k))
	}
	for _, p := range f.Posts {
		v.Statuses = append(v.Statuses, filterStatusOf(p))
	}
	return v
}

func keywordOf(k social.FilterKeyword) filterKeyword {
	return filterKeyword{k.ID.String(), k.Word, k.Whole}
}

func filterStatusOf(p social.FilterPost) filterStatus {
	return filterStatus{p.ID.String(), p.PostID.String()}
}

// filtering are the calls about filters. Their words and posts are in
// filterparts.go.
func (a *API) filtering() []Route {
	const reads, writes = "read:filters", "write:filters"
	return []Route{
		{get, "/api/v2/filters", reads, 0, a.getFilters},
		{post, "/api/v2/filters", writes, 0, a.postFilter},
		{get, "/api/v2/filters/:id", reads, 0, a.getFilter},
		{put, "/api/v2/filters/:id", writes, 0, a.putFilter},
		{del, "/api/v2/filters/:id", writes, 0, a.deleteFilter},
		{get, "/api/v2/filters/:id/keywords", reads, 0, a.getKeywords},
		{post, "/api/v2/filters/:id/keywords", writes, 0, a.postKeyword},
		{get, "/api/v2/filters/keywords/:id", reads, 0, a.getKeyword},
		{put, "/api/v2/filters/keywords/:id", writes, 0, a.putKeyword},
		{del, "/api/v2/filters/keywords/:id", writes, 0, a.deleteKeyword},
		{get, "/api/v2/filters/:id/statuses", reads, 0, a.getFilterStatuses},
		{post, "/api/v2/filters/:id/statuses", writes, 0, a.postFilterStatus},
		{get, "/api/v2/filters/statuses/:id", reads, 0, a.getFilterStatus},
		{del, "/api/v2/filters/statuses/:id", writes, 0, a.deleteFilterStatus},
	}
}

func (a *API) getFilters(c *Call) (Answer, error) {
	all, err := a.store.ListFilters(c.Context)
	shown := make([]filter, len(all))
	for i, f := range all {
		shown[i] = filterOf(f)
	}
	return answer(shown), err
}

// oneFilter is the filter that the address names.
func (a *API) oneFilter(c *Call) (social.Filter, error) {
	id, err := c.id("id")
	if err != nil {
		return social.Filter{}, err
	}
	return a.store.FindFilter(c.Context, id)
}

func (a *API) getFilter(c *Call) (Answer, error) {
	f, err := a.oneFilter(c)
	return answer(filterOf(f)), err
}

func (a *API) postFilter(c *Call) (Answer, error) {
	return a.saveFilter(c, social.Filter{Action: social.FilterWarn})
}

// putFilter changes what is named and leaves the rest.
func (a *API) putFilter(c *Call) (Answer, error) {
	f, err := a.oneFilter(c)
	if err != nil {
		return Answer{}, err
	}
	return a.saveFilter(c, f)
}

func (a *API) saveFilter(c *Call, f social.Filter) (Answer, error) {
	if c.Form.Has("title") {
		f.Title = c.Form.Get("title")
	}
	if action := c.Form.Get("filter_action"); action != "" {
		f.Action = social.FilterAction(action)
	}
	err := c.filterReach(&f, a.now())
	if err != nil {
		return Answer{}, err
	}
	if f.Keywords, err = c.keywordsOf(f.Keywords); err != nil {
		return Answer{}, err
	}
	f, err = a.timeline.SaveFilter(c.Context, f)
	return answer(filterOf(f)), err
}

// filterReach reads where a filter takes effect, and how long. An empty time is
// for good.
func (c *Call) filterReach(f *social.Filter, now time.Time) error {
	if contexts := c.list("context"); len(contexts) > 0 {
		f.Contexts = nil
		for _, one := range contexts {
			f.Contexts = append(f.Contexts, social.FilterContext(one))
		}
	}
	if !c.Form.Has("expires_in") {
		return nil
	}
	f.ExpiresAt = time.Time{}
	text := c.Form.Get("expires_in")
	if text == "" {
		return nil
	}
	seconds, err := strconv.ParseInt(text, 10, 32)
	if err != nil || seconds < 1 {
		return social.InvalidField("expires_in", "Say in how many seconds the filter ends, or nothing.")
	}
	f.ExpiresAt = now.Add(time.Duration(seconds) * time.Second).Truncate(time.Millisecond)
	return nil
}

// keywordsOf reads what is to change of a filter's words: one with an id is
// changed, or goes with _destroy; one without is added.
func (c *Call) keywordsOf(words []social.FilterKeyword) ([]social.FilterKeyword, error) {
	entries, err := c.entriesOf("keywords_attributes", "id", "keyword", "whole_word", "_destroy")
	if err != nil {
		return nil, err
	}
	words = slices.Clone(words)
	for _, e := range entries {
		at := len(words)
		if e["id"] != "" {
			at = slices.IndexFunc(words, func(k social.FilterKeyword) bool { return k.ID.String() == e["id"] })
			if at < 0 {
				return nil, social.ErrNotFound
			}
		} else {
			words = append(words, social.FilterKeyword{})
		}
		if isTrue(e["_destroy"], false) {
			words = slices.Delete(words, at, at+1)
			continue
		}
		if word, ok := e["keyword"]; ok {
			words[at].Word = word
		}
		words[at].Whole = isTrue(e["whole_word"], words[at].Whole)
	}
	return words, nil
}

func (a *API) deleteFilter(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	return answer(struct{}{}), a.timeline.DeleteFilter(c.Context, id)
}
