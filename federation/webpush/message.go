package webpush

import (
	"encoding/json"
	"strings"

	"croft/social"
)

// Message is what a device is told, as the apps of the Mastodon family read it.
type Message struct {
	Token  string    `json:"access_token"` // by which an app with several accounts knows which one; empty if it is not at hand
	Locale string    `json:"preferred_locale"`
	ID     social.ID `json:"notification_id"`
	Type   string    `json:"notification_type"`
	Icon   string    `json:"icon"`
	Title  string    `json:"title"`
	Body   string    `json:"body"`
}

// The most characters of each: a message must fit.
const (
	maxTitle = 120
	maxBody  = 200
)

// Encode writes it down, cut to what can be sealed.
func (m Message) Encode() ([]byte, error) {
	m.Title, m.Body = cut(m.Title, maxTitle), cut(m.Body, maxBody)
	return json.Marshal(m)
}

// cut takes the first characters of a text, in one line.
func cut(text string, most int) string {
	all := []rune(strings.Join(strings.Fields(text), " "))
	if len(all) <= most {
		return string(all)
	}
	return string(all[:most-1]) + "…"
}

// Types are the apps' words for kinds of notification. What is not among them they
// have no word for.
var Types = map[social.NotificationKind]string{
	social.NotifyMention: "mention", social.NotifyLike: "favourite", social.NotifyBoost: "reblog", social.NotifyFollow: "follow",
	social.NotifyFollowRequest: "follow_request", social.NotifyEdit: "update", social.NotifyPoll: "poll", social.NotifyPost: "status", social.NotifyQuote: "quote",
	social.NotifyQuotedEdit: "quoted_update",
}

// TypeOf is their word, or our own where they have none.
func TypeOf(kind social.NotificationKind) string {
	if name, ok := Types[kind]; ok {
		return name
	}
	return string(kind)
}
