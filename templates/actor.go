package templates

import (
	"strings"

	"croft/social"
)

// relationWords says what stands between the owner and somebody, in sentences.
// That they follow is a tag beside their name (tie).
func relationWords(p *Page, r social.Relation) string {
	var words []string
	add := func(is bool, sentence string) {
		if is {
			words = append(words, sentence)
		}
	}
	add(r.HostBlocked, "You block their whole server.")
	add(r.Blocking, "You block them.")
	add(r.BlockedBy, "They block you.")
	add(r.Muting && r.MutedUntil.IsZero(), "You muted them.")
	add(r.Muting && !r.MutedUntil.IsZero(), "You muted them until "+p.moment(r.MutedUntil)+".")
	add(r.Muting && r.Heeding, "You are told all the same of what they do.")
	add(r.Following == social.FollowAccepted, "You follow them.")
	add(r.Following == social.FollowPending, "You asked to follow them.")
	add(r.FollowedBy == social.FollowPending, "They ask to follow you.")
	return strings.Join(words, " ")
}

func (d *CirclePage) heading() string {
	switch d.Tab {
	case CircleFollowers:
		return "Followers"
	case CircleAsked:
		return "People you asked"
	default:
		return "People you follow"
	}
}

// knownWords says how much of somebody this home has, and why it is not all.
func knownWords(d *PersonPage) string {
	shown := max(d.Known, len(d.Posts))
	words := "Your home knows " + Plural(shown, "post", "posts") + " of theirs."
	if d.Person.Posts > shown {
		words = "Your home knows " + Count(shown) + " of their " + Count(d.Person.Posts) + " posts."
	}
	return words
}
