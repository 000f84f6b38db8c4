package interop

import (
	"maps"
	"slices"
	"strings"

	"croft/social"
)

// ledger is what should be left of a recording, by what its index says alone.
type ledger struct {
	posts         map[string]string // uri to author
	likes, boosts map[string]string // uri to the post of amy's
	followers     map[string]string // uri to who follows
	reports       int
}

// book is the ledger of some deliveries. Whether a post was amy's concern is not
// in the index: the caller says.
func book(site social.Site, requests []request, concerns func(uri string) bool) ledger {
	l := ledger{map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}, 0}
	for _, r := range requests {
		act := r.Activity
		_, ours := site.PostID(act.Object)
		switch act.Type {
		case "Create":
			if concerns(act.Object) {
				l.posts[act.Object] = act.Actor
			}
		case "Question": // a poll sent as it is, without a Create
			l.posts[act.ID] = act.Actor
		case "Like", "EmojiReact":
			if ours {
				l.likes[act.ID] = act.Object
			}
		case "Announce":
			if ours {
				l.boosts[act.ID] = act.Object
			}
		case "Follow":
			l.followers[act.ID] = act.Actor
		case "Flag":
			l.reports++
		case "Delete", "Undo":
			for _, kept := range []map[string]string{l.posts, l.likes, l.boosts, l.followers} {
				delete(kept, act.Object)
			}
		}
	}
	return l
}

// sum holds what is left at the end against the ledger.
func (a recordedHome) sum(requests []request) {
	a.t.Helper()
	ctx := a.t.Context()
	want := book(a.Site, requests, func(uri string) bool { return a.created[uri] })

	byAuthor := map[string]int{}
	for _, author := range want.posts {
		byAuthor[author]++
	}
	for author, posts := range byAuthor {
		got, err := a.Store.CountPosts(ctx, a.actor(author).ID)
		a.do(err)
		if got != posts {
			a.t.Errorf("%d posts of %s, want %d", got, author, posts)
		}
	}
	for uri := range a.written {
		p := a.post(uri)
		if likes, boosts := count(want.likes, uri), count(want.boosts, uri); p.LikeCount != likes || p.BoostCount != boosts {
			a.t.Errorf("%s has %d likes and %d boosts, want %d and %d", uri, p.LikeCount, p.BoostCount, likes, boosts)
		}
	}
	followers, err := a.Store.CountFollowers(ctx, social.FollowAccepted)
	a.do(err)
	reports, err := a.Store.ListReports(ctx, 0, 50)
	a.do(err)
	if followers != len(want.followers) || len(reports) != want.reports {
		a.t.Errorf("%d followers and %d reports, want %v and %d", followers, len(reports), want.followers, want.reports)
	}
	a.t.Logf("%d deliveries: %d posts, %d likes, %d boosts, %d followers, %d reports left; by %s",
		len(requests), len(want.posts), len(want.likes), len(want.boosts), followers, len(reports),
		strings.Join(slices.Sorted(maps.Keys(byAuthor)), " "))
}

func count(kept map[string]string, object string) int {
	n := 0
	for _, one := range kept {
		if one == object {
			n++
		}
	}
	return n
}
