package server

import (
	"cmp"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/store"
	"croft/templates"
	"croft/timeline"
)

// deepest is how many answers to answers the owner is shown on one page. (A
// visitor cannot read on elsewhere in this home, and is shown all.)
const deepest = 30

// twig is an answer before it hangs on the tree.
type twig struct {
	id, answers social.ID
	templates.Reply
}

// mostReplies is how many posts below are about enough for one page.
const mostReplies = 120

// repliesFrom is the first of the direct replies that a page shows; 0 is the very
// first.
func repliesFrom(c echo.Context) social.ID {
	id, err := social.ParseID(c.QueryParam("from"))
	if err != nil {
		return 0
	}
	return id
}

// replies hangs each answer below what it answers; what answers something that
// is not shown hangs below the post itself. Of what was deleted the place is
// shown, of what is hidden only where something answers it.
func (k sight) replies(t *timeline.Thread, from social.ID) []templates.Reply {
	twigs := make([]twig, 0, len(t.Below))
	for _, v := range k.posts(t.Below) {
		twigs = append(twigs, twig{v.Post.ID, v.Post.InReplyToID, templates.Reply{PostView: v}})
	}
	for _, a := range t.OutBelow {
		if a.Why != store.AbsentPrivate && a.Why != store.AbsentLetter {
			twigs = append(twigs, twig{a.ID, a.AnswersID, templates.Reply{Gone: absent(a.Why), Hidden: a.Why == store.AbsentHidden}})
		}
	}
	slices.SortFunc(twigs, func(a, b twig) int { return cmp.Compare(a.id, b.id) })
	here := map[social.ID]bool{t.Post.ID: true}
	for _, w := range twigs {
		here[w.id] = true
	}
	below := map[social.ID][]twig{}
	for _, w := range twigs {
		if !here[w.answers] || w.answers == w.id {
			w.answers = t.Post.ID
		}
		below[w.answers] = append(below[w.answers], w)
	}
	return k.pageOf(t.Post, below, from)
}

// pageOf is one page of the direct replies, with what hangs below them and the
// ways to the others.
func (k sight) pageOf(post *social.Post, below map[social.ID][]twig, from social.ID) []templates.Reply {
	path, _, _ := strings.Cut(k.postHref(post), "#")
	var rest []templates.Reply
	top := below[post.ID]
	next := slices.IndexFunc(top, func(w twig) bool { return w.id >= from })
	if next > 0 {
		rest = append(rest, templates.Reply{OnHref: path + "#answer", OnText: "Earlier replies"})
		top = top[next:]
	}
	for shown, i := 0, 0; i < len(top); i++ {
		if shown >= mostReplies {
			below[post.ID] = top[:i]
			more := templates.Reply{OnHref: path + "?from=" + top[i].id.String() + "#answer", OnText: "More replies"}
			return append(append(rest, k.repliesTo(post.ID, below, 1)...), more)
		}
		shown += 1 + countBelow(top[i].id, below)
	}
	below[post.ID] = top
	return append(rest, k.repliesTo(post.ID, below, 1)...)
}

// countBelow counts what answers a post and its answers, and comes to an end in a
// circle.
func countBelow(id social.ID, below map[social.ID][]twig) (n int) {
	seen := map[social.ID]bool{}
	for next := []social.ID{id}; len(next) > 0; next = next[1:] {
		for _, w := range below[next[0]] {
			if !seen[w.id] {
				seen[w.id] = true
				n++
				next = append(next, w.id)
			}
		}
	}
	return n
}

// repliesTo takes each branch once, so that a circle of answers ends.
func (k sight) repliesTo(id social.ID, below map[social.ID][]twig, depth int) []templates.Reply {
	twigs := below[id]
	delete(below, id)
	replies := make([]templates.Reply, 0, len(twigs))
	for _, w := range twigs {
		w.Replies = k.repliesTo(w.id, below, depth+1)
		if w.Hidden {
			if len(w.Replies) == 0 {
				continue
			}
			w.Replies = withoutHidden(w.Replies)
		}
		if n := countReplies(w.Replies); k.owner && depth == deepest && n > 0 && w.Post != nil {
			w.Replies = []templates.Reply{{OnHref: threadHref(w.id), OnText: "Read on: " + templates.Plural(n, "more reply", "more replies")}}
		}
		replies = append(replies, w.Reply)
	}
	return replies
}

// withoutHidden puts what hangs below the hidden in their place: one word for a
// row of them is enough.
func withoutHidden(replies []templates.Reply) (rest []templates.Reply) {
	for _, r := range replies {
		if r.Hidden {
			rest = append(rest, r.Replies...)
		} else {
			rest = append(rest, r)
		}
	}
	return rest
}

func countReplies(replies []templates.Reply) (n int) {
	for i := range replies {
		if replies[i].Post != nil {
			n++
		}
		n += countReplies(replies[i].Replies)
	}
	return n
}
