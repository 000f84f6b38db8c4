package templates

import (
	"strings"
	"time"
)

func threadTitle(d *ThreadPage) string {
	if d.Here.Post == nil {
		return "Post, with replies"
	}
	return "Post by " + d.Here.Author.Name + ", " + d.moment(d.Here.Post.PublishedAt) + ", with replies"
}

func repliesTitle(d *ThreadPage) string {
	if n := d.Known + d.Missing; n > 0 {
		return Plural(n, "reply", "replies")
	}
	return "No replies yet"
}

// told is what there is to say of how much of the thread is here.
func (d *ThreadPage) told() (sentences []string) {
	asOf := ""
	if !d.AsOf.IsZero() {
		asOf = "as of " + d.ago(d.AsOf)
	}
	switch {
	case d.Missing > 0:
		known := "This home knows of " + Count(d.Known) + " of " + Plural(d.Known+d.Missing, "reply", "replies")
		sentences = append(sentences, strings.TrimSuffix(known+", "+asOf, ", ")+".")
	case asOf != "":
		sentences = append(sentences, "A"+asOf[1:]+".")
	}
	if d.Hidden > 0 {
		sentences = append(sentences, hiddenSentence(d.Hidden))
	}
	if d.Cut {
		sentences = append(sentences, "There are more than fit here: open one to read what answers it.")
	}
	if d.Looking {
		return append(sentences, "Other servers are being asked for what is missing.")
	}
	return append(sentences, silenceSentence(d.Silence, d.Here.Author.Host))
}

func hiddenSentence(n int) string {
	if n == 1 {
		return "1 more is hidden because you muted or blocked its author."
	}
	return Count(n) + " more are hidden because you muted or blocked their authors."
}

// silenceSentence says why the replies could not be had.
func silenceSentence(why, host string) string {
	switch why {
	case "silent":
		return orElse(host, "Its server") + " did not answer when it was asked for them."
	case "refused", "gone":
		return orElse(host, "Its server") + " does not say what answers this post."
	case "broken":
		return "What " + orElse(host, "its server") + " says of the replies could not be read."
	default:
		return ""
	}
}

// GapSentence says why the post is not here that the first of a thread answers:
// why is the store's word, empty if nothing is known; asking, that its server is
// being asked or will be again.
func GapSentence(why, host string, asking bool) string {
	const it = "The post that is answered here "
	switch {
	case why == "silent" && asking:
		return it + "is not here: " + host + " does not answer. It is asked again by itself."
	case why == "silent":
		return it + "is not here: " + host + " does not answer."
	case why == "gone":
		return it + "was deleted."
	case why == "refused":
		return it + "is not shown to this home by " + host + ": it is for others, or is no more."
	case why == "blocked":
		return it + "is of somebody you blocked."
	case why == "broken":
		return it + "could not be read: " + host + " has something else there."
	case asking:
		return it + "is not here yet: " + host + " is being asked for it."
	default:
		return it + "is not in this home."
	}
}

// ago says in full how long ago a moment was.
func (p *Page) ago(t time.Time) string {
	since := p.Now.Sub(t)
	switch {
	case since < time.Minute:
		return "just now"
	case since < time.Hour:
		return Plural(int(since/time.Minute), "minute", "minutes") + " ago"
	case since < 24*time.Hour:
		return Plural(int(since/time.Hour), "hour", "hours") + " ago"
	default:
		return p.moment(t)
	}
}

func hereURI(v *PostView) string {
	if v.Post == nil {
		return ""
	}
	return v.Post.URI
}

// answer is one of the answers to r that stands no further in than r does, and
// so says whom it answers.
func (r *Reply) answer(i int) *Reply {
	a := r.Replies[i]
	if r.Post != nil {
		a.Answers = &r.Author
	}
	return &a
}
