package templates

import "croft/social"

// NoticesPage tells the owner what happened that concerns them.
type NoticesPage struct {
	Page
	Kind    NoticeFilter
	Notices []NoticeView
	Waiting map[NoticeFilter]int // unread ones behind each filter
	Held    int                  // of how many people something is held back
	UpTo    social.ID            // the newest one shown: what "All read" marks
	Older   string
}

// GroupPage lists everybody who did what one line of the notices tells.
type GroupPage struct {
	Page
	Notice NoticeView // of all that are on the page
	Older  string
}

// NoticeFilter is which kinds of notice are shown: the query's kind.
type NoticeFilter string

// The filters of the notices page.
const (
	NoticesAll      NoticeFilter = ""
	NoticesMentions NoticeFilter = "mentions"
	NoticesPosts    NoticeFilter = "posts" // likes, boosts, edits, polls
	NoticesFollows  NoticeFilter = "follows"
	NoticesHouse    NoticeFilter = "house" // reports, moves
)

// NoticeView is one notification, or several that say the same, told together.
type NoticeView struct {
	Notification social.Notification // the newest; read if all are
	Key          string              // names the group
	Count        int                 // how many did it; 0 is as many as Actors
	Actors       []ActorView         // those of them who did it last, the last first; Since is when
	Post         *PostView
}

// facesMax and namesMax are how many of a group are shown; where all can be
// named, they are.
const facesMax, namesMax = 6, 3

// more is how many did it beyond those who are known here.
func (n *NoticeView) more() int { return max(n.Count-len(n.Actors), 0) }

func (n *NoticeView) total() int { return max(n.Count, len(n.Actors)) }

func (n *NoticeView) faces() []ActorView { return n.Actors[:min(len(n.Actors), facesMax)] }

// named are those who are called by name: all, or two and a number.
func (n *NoticeView) named() []ActorView {
	if n.total() <= namesMax {
		return n.Actors
	}
	return n.Actors[:min(len(n.Actors), namesMax-1)]
}

func (d *NoticesPage) tabLabel(t noticeTab) string {
	if n := d.Waiting[t.filter]; n > 0 {
		return t.label + " (" + Count(n) + ")"
	}
	return t.label
}

type noticeTab struct {
	filter NoticeFilter
	label  string
}

func noticeTabs() []noticeTab {
	return []noticeTab{
		{NoticesAll, "All"}, {NoticesMentions, "Replies and mentions"}, {NoticesPosts, "Your posts"},
		{NoticesFollows, "Follows"}, {NoticesHouse, "The house"},
	}
}

func (f NoticeFilter) path() string {
	if f == NoticesAll {
		return PathNotices
	}
	return PathNotices + "?kind=" + string(f)
}

func (n *NoticeView) icon() string {
	switch n.Notification.Kind {
	case social.NotifyLike:
		return "star"
	case social.NotifyBoost:
		return "boost"
	case social.NotifyFollow, social.NotifyFollowRequest:
		return "people"
	case social.NotifyEdit, social.NotifyQuotedEdit:
		return "pen"
	case social.NotifyPoll:
		return "poll"
	case social.NotifyPost:
		return "bell"
	case social.NotifyQuote:
		return "quote"
	case social.NotifyMove:
		return "door"
	case social.NotifyReport:
		return "shield"
	default:
		return n.mentionIcon()
	}
}

func (n *NoticeView) mentionIcon() string {
	switch {
	case n.isDirect():
		return "letter"
	case n.isReply():
		return "reply"
	default:
		return "at"
	}
}

// sentence is what they did, after their names.
func (n *NoticeView) sentence() string {
	switch n.Notification.Kind {
	case social.NotifyLike:
		return "liked your post"
	case social.NotifyBoost:
		return "boosted your post"
	case social.NotifyFollow:
		return "followed you"
	case social.NotifyFollowRequest:
		return n.asks() + " to follow you"
	case social.NotifyEdit:
		return "edited a post that you boosted"
	case social.NotifyQuotedEdit:
		return "edited a post that you quoted"
	case social.NotifyPoll:
		return "asked something you voted on: the poll has ended"
	case social.NotifyPost:
		return "posted"
	case social.NotifyQuote:
		return "quoted your post"
	case social.NotifyMove:
		return "moved house"
	case social.NotifyReport:
		return "sent you a report"
	default:
		return n.mentionSentence()
	}
}

func (n *NoticeView) mentionSentence() string {
	switch {
	case n.isDirect():
		return "wrote to you"
	case n.isReply():
		return "replied to you"
	default:
		return "mentioned you"
	}
}

func (n *NoticeView) asks() string {
	if n.total() > 1 {
		return "ask"
	}
	return "asks"
}

func (n *NoticeView) hasPost() bool { return n.Post != nil && n.Post.Post != nil }

func (n *NoticeView) isDirect() bool {
	return n.hasPost() && n.Post.Post.Visibility == social.Direct
}

func (n *NoticeView) isReply() bool {
	return n.hasPost() && n.Post.Answers != nil && n.Post.Answers.IsOwner
}

func (n *NoticeView) isMention() bool {
	return n.Notification.Kind == social.NotifyMention && n.hasPost()
}

// noticePost is the post to tick in a report that begins at a notice: theirs,
// never the owner's own.
func noticePost(n *NoticeView) social.ID {
	if n.isMention() {
		return n.Post.Post.ID
	}
	return 0
}

// between is what stands before the ith of n names, with more to be counted.
func between(i, n, more int) string {
	switch {
	case i == 0:
		return ""
	case i == n-1 && more == 0:
		return " and "
	default:
		return ", "
	}
}
