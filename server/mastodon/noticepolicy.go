package mastodon

import (
	"context"
	"slices"
	"strconv"

	"croft/social"
	"croft/store"
)

// noticePolicy says whose notifications come through (entity NotificationPolicy).
type noticePolicy struct {
	NotFollowing string        `json:"for_not_following"`
	NotFollowers string        `json:"for_not_followers"`
	NewAccounts  string        `json:"for_new_accounts"`
	Private      string        `json:"for_private_mentions"`
	Limited      string        `json:"for_limited_accounts"`
	Summary      noticeSummary `json:"summary"`
}

// noticePolicyV1 is it as apps knew it at first: nothing is dropped.
type noticePolicyV1 struct {
	NotFollowing bool          `json:"filter_not_following"`
	NotFollowers bool          `json:"filter_not_followers"`
	NewAccounts  bool          `json:"filter_new_accounts"`
	Private      bool          `json:"filter_private_mentions"`
	Summary      noticeSummary `json:"summary"`
}

type noticeSummary struct {
	Requests      int `json:"pending_requests_count"`
	Notifications int `json:"pending_notifications_count"`
}

// noticeRequest is what is held back of somebody (entity NotificationRequest).
type noticeRequest struct {
	ID        string  `json:"id"`
	CreatedAt string  `json:"created_at"`
	UpdatedAt string  `json:"updated_at"`
	Count     string  `json:"notifications_count"`
	Account   account `json:"account"`
	Last      *status `json:"last_status,omitzero"`
}

// policing are the calls about whose notifications come through.
func (a *API) policing() []Route {
	const reads, writes = "read:notifications", "write:notifications"
	return []Route{
		{get, "/api/v1/notifications/policy", reads, 0, a.getNoticePolicyV1},
		{put, "/api/v1/notifications/policy", writes, 0, a.putNoticePolicyV1},
		{patch, "/api/v1/notifications/policy", writes, 0, a.putNoticePolicyV1},
		{get, "/api/v2/notifications/policy", reads, 0, a.getNoticePolicy},
		{put, "/api/v2/notifications/policy", writes, 0, a.patchNoticePolicy},
		{patch, "/api/v2/notifications/policy", writes, 0, a.patchNoticePolicy},
		{get, "/api/v1/notifications/requests", reads, 0, a.getNoticeRequests},
		{get, "/api/v1/notifications/requests/merged", reads, 0, a.getMerged},
		{post, "/api/v1/notifications/requests/accept", writes, 0, a.onRequests(a.timeline.HearActors)},
		{post, "/api/v1/notifications/requests/dismiss", writes, 0, a.onRequests(a.timeline.DropHeld)},
		{get, "/api/v1/notifications/requests/:id", reads, 0, a.getNoticeRequest},
		{post, "/api/v1/notifications/requests/:id/accept", writes, 0, a.onRequest(a.timeline.HearActors)},
		{post, "/api/v1/notifications/requests/:id/dismiss", writes, 0, a.onRequest(a.timeline.DropHeld)},
	}
}

// ruleNames are the API's words for rules.
var ruleNames = map[social.NoticeRule]string{social.NoticeAccept: "accept", social.NoticeHold: "filter", social.NoticeDrop: "drop"}

func ruleOf(name string) (social.NoticeRule, bool) {
	for rule, one := range ruleNames {
		if one == name {
			return rule, true
		}
	}
	return "", false
}

func (a *API) noticePolicy(c *Call) (social.NoticePolicy, noticeSummary, error) {
	home, err := a.store.FindHome(c.Context)
	if err != nil {
		return social.NoticePolicy{}, noticeSummary{}, err
	}
	held, err := a.store.CountHeld(c.Context)
	return home.Preferences.Notices, noticeSummary{held.Actors, held.Notifications}, err
}

func (a *API) getNoticePolicy(c *Call) (Answer, error) {
	p, held, err := a.noticePolicy(c)
	return answer(noticePolicy{
		ruleNames[p.NotFollowed], ruleNames[p.NotFollowing], ruleNames[p.NewActors], ruleNames[p.Letters], ruleNames[p.Limited], held,
	}), err
}

// patchNoticePolicy changes what is named and leaves the rest.
func (a *API) patchNoticePolicy(c *Call) (Answer, error) {
	p, _, err := a.noticePolicy(c)
	if err != nil {
		return Answer{}, err
	}
	for name, rule := range map[string]*social.NoticeRule{
		"for_not_following": &p.NotFollowed, "for_not_followers": &p.NotFollowing, "for_new_accounts": &p.NewActors,
		"for_private_mentions": &p.Letters, "for_limited_accounts": &p.Limited,
	} {
		if !c.Form.Has(name) {
			continue
		}
		known := false
		if *rule, known = ruleOf(c.Form.Get(name)); !known {
			return Answer{}, social.InvalidField(name, "Choose accept, filter or drop.")
		}
	}
	if err := a.timeline.SetNoticePolicy(c.Context, p); err != nil {
		return Answer{}, err
	}
	return a.getNoticePolicy(c)
}

func (a *API) getNoticePolicyV1(c *Call) (Answer, error) {
	p, held, err := a.noticePolicy(c)
	return answer(noticePolicyV1{
		p.NotFollowed != social.NoticeAccept, p.NotFollowing != social.NoticeAccept, p.NewActors != social.NoticeAccept, p.Letters != social.NoticeAccept, held,
	}), err
}

// putNoticePolicyV1 changes what is named. What is dropped goes on being dropped:
// an old app cannot know of it.
func (a *API) putNoticePolicyV1(c *Call) (Answer, error) {
	p, _, err := a.noticePolicy(c)
	if err != nil {
		return Answer{}, err
	}
	for name, rule := range map[string]*social.NoticeRule{
		"filter_not_following": &p.NotFollowed, "filter_not_followers": &p.NotFollowing, "filter_new_accounts": &p.NewActors, "filter_private_mentions": &p.Letters,
	} {
		switch held := c.isTrue(name, *rule != social.NoticeAccept); {
		case !held:
			*rule = social.NoticeAccept
		case *rule == social.NoticeAccept:
			*rule = social.NoticeHold
		}
	}
	if err := a.timeline.SetNoticePolicy(c.Context, p); err != nil {
		return Answer{}, err
	}
	return a.getNoticePolicyV1(c)
}

// getNoticeRequests is of whom something is held back, numbered by the account.
func (a *API) getNoticeRequests(c *Call) (Answer, error) {
	return walk(a, c, 40, 80,
		func(span store.Span) ([]store.NoticeRequest, error) {
			return a.store.ListNoticeRequests(c.Context, span)
		},
		func(r store.NoticeRequest) social.ID { return r.Actor.ID },
		func(all []store.NoticeRequest) (any, error) { return a.noticeRequests(c, all) })
}

func (a *API) noticeRequests(c *Call, all []store.NoticeRequest) ([]noticeRequest, error) {
	shown := make([]noticeRequest, len(all))
	for i, r := range all {
		shown[i] = noticeRequest{
			ID: r.Actor.ID.String(), CreatedAt: moment(r.First), UpdatedAt: moment(r.Last), Count: strconv.Itoa(r.Count), Account: a.view(c).account(r.Actor),
		}
		if r.Post == nil {
			continue
		}
		statuses, err := a.statuses(c, []*social.Post{r.Post})
		if err != nil {
			return nil, err
		}
		shown[i].Last = &statuses[0]
	}
	return shown, nil
}

func (a *API) getNoticeRequest(c *Call) (Answer, error) {
	id, err := c.id("id")
	if err != nil {
		return Answer{}, err
	}
	one, err := a.store.FindNoticeRequest(c.Context, id)
	if err != nil {
		return Answer{}, err
	}
	shown, err := a.noticeRequests(c, []store.NoticeRequest{one})
	if err != nil {
		return Answer{}, err
	}
	return answer(shown[0]), nil
}

// getMerged says that what was accepted stands among the notifications: it does so
// at once.
func (*API) getMerged(*Call) (Answer, error) { return answer(map[string]bool{"merged": true}), nil }

func (a *API) onRequest(do func(context.Context, []social.ID) error) func(*Call) (Answer, error) {
	return func(c *Call) (Answer, error) {
		id, err := c.id("id")
		if err != nil {
			return Answer{}, err
		}
		return answer(struct{}{}), do(c.Context, []social.ID{id})
	}
}

// onRequests does it for several at once, or for none.
func (a *API) onRequests(do func(context.Context, []social.ID) error) func(*Call) (Answer, error) {
	return func(c *Call) (Answer, error) {
		ids, err := c.ids("id")
		if err != nil {
			return Answer{}, err
		}
		slices.Sort(ids)
		return answer(struct{}{}), do(c.Context, slices.Compact(ids))
	}
}
