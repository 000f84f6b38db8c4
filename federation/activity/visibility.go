package activity

import (
	"slices"
	"strings"

	"croft/social"
)

// Visibility says who a post is for, from its addressing: Public in to is
// public, in cc unlisted; the author's followers in either is followers; else
// it is direct. With an empty followers, any collection whose address speaks of
// followers is taken for it: that is how Decode guesses. Ask again once the
// author is known.
func Visibility(p *social.Post, followers string) social.Visibility {
	isFollowers := func(uri string) bool { return uri == followers }
	if followers == "" {
		isFollowers = looksLikeFollowers
	}
	switch {
	case slices.ContainsFunc(p.To, isPublic):
		return social.Public
	case slices.ContainsFunc(p.Cc, isPublic):
		return social.Unlisted
	case slices.ContainsFunc(p.To, isFollowers), slices.ContainsFunc(p.Cc, isFollowers):
		return social.Followers
	default:
		return social.Direct
	}
}

// isPublic knows the three spellings of everybody (ActivityPub §5.6).
func isPublic(uri string) bool {
	return uri == social.PublicURI || uri == "as:Public" || uri == "Public"
}

// looksLikeFollowers knows …/followers, Friendica's /followers/name and the
// pages of WordPress.
func looksLikeFollowers(uri string) bool {
	return strings.Contains(uri+"/", "/followers/")
}

// audience brings to or cc into one form: everybody is written in full, what is
// no address is dropped, and at most max stay.
func audience(uris []string, max int) []string {
	for i, uri := range uris {
		if isPublic(uri) {
			uris[i] = social.PublicURI
		}
	}
	return addresses(uris, max)
}
