package templates

import (
	"strconv"

	"croft/markup"
	"croft/social"
)

// label names a post for who hears the page.
func (v *PostView) label(p *Page) string {
	return "Post by " + v.Author.Name + ", " + When(p.Now, v.Post.PublishedAt)
}

func (v *PostView) when(p *Page, here bool) string {
	if here {
		return p.moment(v.Post.PublishedAt)
	}
	return When(p.Now, v.Post.PublishedAt)
}

// isLong reports that a list shows the beginning only.
func (v *PostView) isLong() bool { return v.Beginning != "" && !v.Preview }

// content is what the post says, or how it begins.
func (v *PostView) content(here bool) social.HTML {
	content := v.Post.Content
	if !here && v.isLong() {
		content = v.Beginning
	}
	if v.Quote != nil && v.Quote.Post != nil {
		content = markup.WithoutQuoteLine(content)
	}
	return content
}

// words is what the post says, for a line of it: without the address of what it
// quotes.
func (v *PostView) words() social.HTML {
	if v.Post.Quote == nil {
		return v.Post.Content
	}
	return markup.WithoutQuoteLine(v.Post.Content)
}

// hasWhy reports that there is something to say above the post.
func (v *PostView) hasWhy() bool {
	return len(v.BoostedBy) > 0 || v.Pinned || v.Because != "" || v.Answers != nil
}

// hasCard reports that the post is, or is about, a page elsewhere: an article,
// a video, an event, a link.
func (v *PostView) hasCard() bool {
	kind := v.Post.Kind
	return v.Post.Link != "" || v.Post.Title != "" || kind != "" && kind != social.Note && kind != social.Question
}

func (v *PostView) cardURL() string {
	return orElse(v.Post.Link, orElse(v.Post.URL, v.Href))
}

// cardSource says what the card leads to and where that is.
func (v *PostView) cardSource() string {
	host := social.HostOf(v.cardURL())
	word := ""
	switch v.Post.Kind {
	case social.Article, social.Page, social.Video, social.Audio, social.Event:
		word = string(v.Post.Kind)
	case social.Picture:
		word = "Picture"
	}
	switch {
	case host == "":
		return orElse(word, "Link")
	case word == "":
		return host
	default:
		return word + ", " + host
	}
}

// percent is an option's share of a poll, in whole numbers.
func percent(option social.PollOption, poll *social.Poll) string {
	total := 0
	for _, o := range poll.Options {
		total += max(o.Votes, 0)
	}
	if poll.Multiple && poll.VoterCount > 0 {
		total = poll.VoterCount
	}
	if total == 0 {
		return "0"
	}
	return strconv.Itoa(min(max(option.Votes, 0)*100/total, 100))
}

// pollState says how many voted, and until when one can.
func pollState(p *Page, poll *social.Poll) string {
	votes := 0
	for _, o := range poll.Options {
		votes += max(o.Votes, 0)
	}
	words := Plural(votes, "vote", "votes")
	switch {
	case poll.Ended(p.Now):
		return words + ". Closed."
	case poll.EndsAt.IsZero():
		return words + "."
	default:
		return words + ". Closes " + p.moment(poll.EndsAt) + "."
	}
}

// authorClass, linkClass and timeClass are microformats: who boosts a post is the
// author of the entry, which then has the post's address as what it passes on.
func (v *PostView) authorClass() string {
	if len(v.BoostedBy) > 0 {
		return "name"
	}
	return "p-author h-card name"
}

func (v *PostView) linkClass() string {
	if len(v.BoostedBy) > 0 {
		return "when u-repost-of"
	}
	return "when u-url"
}

func (v *PostView) timeClass() string {
	if len(v.BoostedBy) > 0 {
		return ""
	}
	return "dt-published"
}
