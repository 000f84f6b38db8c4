package templates

import (
	"strconv"
	"time"

	"croft/social"
)

// ComposePage is the desk where a post is written, answered or edited.
//
// Its form is multipart and goes to Action. Fields: text, warning, visibility,
// language, sensitive (1), may_reply, may_quote, quote (ID), in_reply_to and draft (IDs), next, option_1 to option_8,
// poll_lasts (minutes), poll_multiple and poll_hide (1); and for each n of 1 to 4
// media_id_n (of a picture already here), media_n (a file), alt_n, focus_n
// ("x,y", each -1, 0 or 1) and drop_n (1). Several files of one media_n go on to
// the next free places. publish_at is a time as TimeField, in the owner's zone.
// The button is named act: post, draft, schedule, upload, which keeps the text
// and only takes the files in, or preview, which also shows the post.
// Problems belong to the fields text, warning, visibility, language, media, and
// media_n or alt_n, publish_at.
type ComposePage struct {
	Page
	Mode   ComposeMode
	PostID social.ID // the post being edited
	Action string    // empty is PathCompose
	Draft  social.ID // the draft under which it is kept; 0 if it is not
	Drafts int       // how many are kept

	Scheduled time.Time // when it is posted by itself; zero if it is not
	PublishAt string    // the time in the form, as TimeField

	Unsaved bool // the form came back with words that are kept nowhere else

	Text, Warning, Language string
	Visibility              social.Visibility
	Sensitive               bool
	Poll                    *social.NewPoll // nil if it asks nothing
	MayReply                social.MayReply
	MayQuote                social.MayQuote
	Quoted                  *PostView      // what it quotes; nil if nothing
	Slots                   []MediaSlot    // pictures already taken in, in order
	Alts                    map[int]string // what was typed for files that must be chosen again, by number of the slot

	InReplyTo  *PostView         // the post being answered
	Recipients []string          // handles of those who are named and will get it
	Widest     social.Visibility // a reply is shown to no more people than this; empty does not limit

	Preview PreviewView

	FollowerCount, FollowerHosts int
	MaxText                      int
}

// ComposeMode says what the desk is used for.
type ComposeMode string

// The modes of the desk.
const (
	ComposeNew  ComposeMode = "new"
	ComposeEdit ComposeMode = "edit"
)

// MediaSlot is a picture on the desk that has been taken in already.
type MediaSlot struct {
	ID             social.ID
	Src            string
	Alt            string
	FocusX, FocusY float64
}

func visibilities() []social.Visibility {
	return []social.Visibility{social.Public, social.Unlisted, social.Followers, social.Direct}
}

func mayQuoteOptions() []option {
	return []option{
		{"", "Everybody", ""}, {string(social.MayQuoteFollowers), "People who follow you", ""}, {string(social.MayQuoteNobody), "Nobody", ""},
	}
}

func mayReplyOptions() []option {
	return []option{
		{string(social.MayReplyAnybody), "Everybody", ""}, {string(social.MayReplyFollowers), "People who follow you", ""},
		{string(social.MayReplyFollowed), "People you follow", ""}, {string(social.MayReplyNobody), "Nobody", ""},
	}
}

func (d *ComposePage) heading() string {
	switch {
	case d.Mode == ComposeEdit:
		return "Edit"
	case d.InReplyTo != nil:
		return "Reply"
	default:
		return "Write"
	}
}

func (d *ComposePage) buttonLabel() string {
	if d.Mode == ComposeEdit {
		return "Save the edit"
	}
	return "Post"
}

// visibility is the chosen one, public until something was chosen.
func (d *ComposePage) visibility() social.Visibility {
	if d.Visibility == "" {
		return social.Public.Narrower(d.widest())
	}
	return d.Visibility
}

func (d *ComposePage) widest() social.Visibility {
	if d.Widest == "" {
		return social.Public
	}
	return d.Widest
}

// offered are the visibilities to choose from: a reply cannot be shown to more
// people than the question, and an edit keeps what was chosen.
func (d *ComposePage) offered() []social.Visibility {
	if d.Mode == ComposeEdit {
		return []social.Visibility{d.visibility()}
	}
	var offered []social.Visibility
	for _, v := range visibilities() {
		if v.Narrower(d.widest()) == v {
			offered = append(offered, v)
		}
	}
	return offered
}

// whoGets says in words who will get a post of this visibility.
func (d *ComposePage) whoGets(v social.Visibility) string {
	switch v {
	case social.Public:
		return "Anyone, on any server. It goes to your " + d.followers() + "."
	case social.Unlisted:
		return "Anyone who looks, and your " + d.followers() + ", but it is kept out of shared timelines and search."
	case social.Followers:
		return "Only your " + d.followers() + ", and people named."
	default:
		return "A message. Those who run their servers can read it too."
	}
}

func (d *ComposePage) followers() string {
	words := Plural(d.FollowerCount, "follower", "followers")
	if d.FollowerHosts > 0 {
		words += ", on " + Plural(d.FollowerHosts, "server", "servers")
	}
	return words
}

// emptySlots are the numbers of the places where a file can still be added.
func (d *ComposePage) emptySlots() []int {
	var numbers []int
	for n := len(d.Slots) + 1; n <= social.MaxAttachments; n++ {
		numbers = append(numbers, n)
	}
	return numbers
}

func (d *ComposePage) slots() []MediaSlot {
	return d.Slots[:min(len(d.Slots), social.MaxAttachments)]
}

func maxText(n int) string { return strconv.Itoa(n) }

func number(n int) string { return strconv.Itoa(n) }

func composeLabel(d *ComposePage) string {
	if d.InReplyTo != nil && d.InReplyTo.Author.Name != "" {
		return "Your reply to " + d.InReplyTo.Author.Name
	}
	return "Post"
}
