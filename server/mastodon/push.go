package mastodon

import (
	"slices"

	"croft/social"
)

// pushing are the calls about the device that is told of notifications: one for
// each key.
func (a *API) pushing() []Route {
	const path = "/api/v1/push/subscription"
	return []Route{
		{get, path, "push", 0, a.getPush},
		{post, path, "push", 0, a.postPush},
		{put, path, "push", 0, a.putPush},
		{del, path, "push", 0, a.deletePush},
	}
}

// subscription is such a device (entity WebPushSubscription).
type subscription struct {
	ID        int64           `json:"id"` // a number, as Mastodon has it and apps read it
	Endpoint  string          `json:"endpoint"`
	Standard  bool            `json:"standard"`
	Alerts    map[string]bool `json:"alerts"`
	Policy    string          `json:"policy"`
	ServerKey string          `json:"server_key"`
}

// alerts are of what a device can be told, by the API's words; of the last ones
// there is nothing to be told here.
var alerts = []string{
	"mention", "favourite", "reblog", "follow", "follow_request", "update", "poll", "status", "quote", "quoted_update",
	"admin.sign_up", "admin.report",
}

func (a *API) subscription(p social.Push) subscription {
	v := subscription{int64(p.ID), p.Endpoint, !p.Legacy, map[string]bool{}, string(p.Policy), a.timeline.PushKey()}
	for _, name := range alerts {
		v.Alerts[name] = false
	}
	for _, kind := range p.Kinds {
		v.Alerts[types[kind]] = true
	}
	return v
}

func (a *API) getPush(c *Call) (Answer, error) {
	p, err := a.store.FindPushOfKey(c.Context, c.Key.ID)
	return answer(a.subscription(p)), err
}

func (a *API) postPush(c *Call) (Answer, error) {
	p := social.Push{
		KeyID: c.Key.ID, Endpoint: c.Form.Get("subscription[endpoint]"), Legacy: !c.isTrue("subscription[standard]", false),
		P256DH: social.PushKeyBytes(c.Form.Get("subscription[keys][p256dh]")), Auth: social.PushKeyBytes(c.Form.Get("subscription[keys][auth]")),
		Kinds: c.alerts(nil), Policy: c.policy(social.PushAll),
	}
	p, err := a.timeline.TellDevice(c.Context, p)
	return answer(a.subscription(p)), err
}

// putPush changes of what and of whom it is told; what is not named stays.
func (a *API) putPush(c *Call) (Answer, error) {
	p, err := a.store.FindPushOfKey(c.Context, c.Key.ID)
	if err != nil {
		return Answer{}, err
	}
	p.Kinds, p.Policy = c.alerts(p.Kinds), c.policy(p.Policy)
	return answer(a.subscription(p)), a.timeline.TellDeviceOf(c.Context, p.ID, p.Kinds, p.Policy)
}

func (a *API) deletePush(c *Call) (Answer, error) {
	p, err := a.store.FindPushOfKey(c.Context, c.Key.ID)
	if missing(err) {
		return answer(struct{}{}), nil
	}
	if err != nil {
		return Answer{}, err
	}
	return answer(struct{}{}), a.timeline.TellDeviceNoMore(c.Context, p.ID)
}

// alerts are the kinds that are asked for, beginning with those there were.
func (c *Call) alerts(before []social.NotificationKind) []social.NotificationKind {
	kinds := []social.NotificationKind{}
	for kind, name := range types {
		if c.isTrue("data[alerts]["+name+"]", slices.Contains(before, kind)) {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

func (c *Call) policy(before social.PushPolicy) social.PushPolicy {
	if text := c.Form.Get("data[policy]"); text != "" {
		return social.PushPolicy(text)
	}
	return before
}
