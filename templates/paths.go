package templates

import (
	"net/url"
	"strconv"

	"croft/social"
)

// The addresses of the house that do not depend on a thing. GET shows a page;
// those marked POST take a form. Every form that changes something also sends
// next, a path of this home to return to.
const (
	PathHome         = "/"
	PathHomeRead     = "/home/read"               // POST upto
	PathCompose      = "/compose"                 // GET, POST; ?reply=ID answers a post, ?to=ID writes to an actor, ?draft=ID goes on with a draft
	PathDrafts       = "/drafts"                  // GET lists, POST keeps the desk's form while it is typed
	PathSearch       = "/search"                  // GET ?q=
	PathNotices      = "/notifications"           // GET ?kind=
	PathNoticesGone  = "/notifications/dismiss"   // POST group; none: all
	PathNoticesRead  = "/notifications/read"      // POST upto, and kind (a filter), or several group
	PathBookmarks    = "/bookmarks"               // GET
	PathShortcuts    = "/shortcuts"               // GET, POST on
	PathMessages     = "/messages"                // GET
	PathRequests     = "/requests"                // GET
	PathFollowers    = "/followers"               // GET, the owner's list
	PathFollowing    = "/following"               // GET, the owner's list
	PathAsked        = PathFollowing + "?asked=1" // GET, whom the owner asked
	PathReports      = "/reports"                 // GET
	PathProfileForm  = "/settings/profile"        // GET, POST (multipart)
	PathPreferences  = "/settings/preferences"    // GET, POST
	PathPush         = "/settings/push"           // POST endpoint, p256dh, auth, or end=1
	PathWorker       = "/worker.js"               // GET: shows notifications while no page is open
	PathAccountForm  = "/settings/account"        // GET
	PathPassword     = "/settings/password"       // POST current, password
	PathSessionsEnd  = "/settings/sessions/end"   // POST session, or all=1
	PathJobAgain     = "/settings/jobs/again"     // POST job
	PathJobDrop      = "/settings/jobs/drop"      // POST job
	PathModeration   = "/settings/moderation"     // GET
	PathLists        = "/lists"                   // GET, POST
	PathApps         = "/settings/apps"           // GET
	PathEmojis       = "/settings/emoji"          // GET, POST
	PathDirectory    = "/directory"
	PathHeldReplies  = "/replies"
	PathHeld         = "/notifications/held"   // GET, POST
	PathNoticePolicy = "/notifications/policy" // POST
	PathFilters      = "/settings/filters"
	PathEmojiRetire  = "/settings/emoji/retire" // POST emoji
	PathAppEnd       = "/settings/apps/end"     // POST key
	PathHostBlock    = "/hosts/block"           // GET ?host= asks, POST host
	PathHostUnblock  = "/hosts/unblock"         // POST host
	PathLogin        = "/login"                 // GET, POST handle, password, next
	PathLogout       = "/logout"                // POST
	PathTheme        = "/theme"                 // POST theme (light, dark, auto), next
	PathSetup        = "/setup"                 // GET, POST
	PathInteract     = "/interact"              // POST acct, uri: a visitor goes to their own server
	PathManifest     = "/manifest.webmanifest"  // GET: what a phone needs to install the home
	PathAuthorize    = "/authorize_interaction" // GET ?uri=

	PathAuthorizeApp = "/oauth/authorize" // GET as RFC 6749 §4.1.1 says, POST act, scope and what was asked
)

// PostPath is the owner's page of any post: its thread.
func PostPath(id social.ID) string { return "/posts/" + id.String() }

// GroupPath lists everybody whom one line of the notices tells of.
func GroupPath(key string) string { return PathNotices + "/" + url.PathEscape(key) }

// PostAct is where an act on a post goes. POST: like, unlike, boost, unboost,
// bookmark, unbookmark, pin, unpin. GET asks and POST does: delete, redraft. GET shows and POST
// saves: edit. GET only: history.
func PostAct(id social.ID, act string) string { return PostPath(id) + "/" + act }

// PersonPath is the owner's page of an actor of any server.
func PersonPath(id social.ID) string { return "/people/" + id.String() }

// PersonAct is where an act on an actor goes. POST: follow, unfollow, block,
// unblock, mute, unmute, hide-boosts, show-boosts, remove (a follower), accept, reject. GET shows and
// POST sends: report.
func PersonAct(id social.ID, act string) string { return PersonPath(id) + "/" + act }

// MessagePath is one conversation of direct posts, named by any post of it.
func MessagePath(id social.ID) string { return PathMessages + "/" + id.String() }

// MessageAwayPath is where a conversation is put away. POST.
func MessageAwayPath(id social.ID) string { return MessagePath(id) + "/away" }

// MessageReadPath is where a conversation is marked as read, up to the post.
// POST with next.
func MessageReadPath(id social.ID) string { return MessagePath(id) + "/read" }

// ReportPath is where a received report is closed, by POST.
func ReportPath(id social.ID) string { return PathReports + "/" + id.String() + "/close" }

// ReportFormPath is the form that reports an actor, with a post ticked if it is
// not 0.
func ReportFormPath(actor, post social.ID) string {
	if post == 0 {
		return PersonAct(actor, "report")
	}
	return PersonAct(actor, "report") + "?post=" + post.String()
}

// ReplyPath is the composer, answering a post.
func ReplyPath(id social.ID) string { return PathCompose + "?reply=" + id.String() }

// DraftPath is the composer, going on with a draft.
func DraftPath(id social.ID) string { return PathCompose + "?draft=" + id.String() }

// DraftDeletePath is where a draft is thrown away, by POST.
func DraftDeletePath(id social.ID) string { return PathDrafts + "/" + id.String() + "/delete" }

// DirectoryPath is a page of who is known and wishes to be found.
func DirectoryPath(newest bool, offset int) string {
	query := url.Values{}
	if newest {
		query.Set("order", "new")
	}
	if offset > 0 {
		query.Set("offset", strconv.Itoa(offset))
	}
	if len(query) == 0 {
		return PathDirectory
	}
	return PathDirectory + "?" + query.Encode()
}

// TagAct is an act on a hashtag: follow, unfollow, feature or unfeature.
func TagAct(tag, act string) string { return TagPath(tag) + "/" + act }

// QuotePath is the composer, quoting a post.
func QuotePath(id social.ID) string { return PathCompose + "?quote=" + id.String() }

// FilterPath is a filter, to be changed.
func FilterPath(id social.ID) string { return PathFilters + "/" + id.String() }

// FilterAct is an act on a filter: delete, or post.
func FilterAct(id social.ID, act string) string { return FilterPath(id) + "/" + act }

// FilterPostPath is where a post is put into a filter.
func FilterPostPath(id social.ID) string { return PathFilters + "?post=" + id.String() }

// DraftKeepPath has a draft be posted by itself no more.
func DraftKeepPath(id social.ID) string { return PathDrafts + "/" + id.String() + "/keep" }

// WritePath is the composer, writing to an actor.
func WritePath(id social.ID) string { return PathCompose + "?to=" + id.String() }

// HostBlockPath is the page that asks whether to block a server.
func HostBlockPath(host string) string {
	return PathHostBlock + "?host=" + url.QueryEscape(host)
}

// TagPath is the page of a hashtag, written without #. Site.Tag is the same
// address with the origin.
func TagPath(tag string) string { return "/tags/" + url.PathEscape(tag) }

// ListPath is the timeline of a list.
func ListPath(id social.ID) string { return PathLists + "/" + id.String() }

// ListAct is where something is done to a list: edit (GET and POST), delete and
// remove (POST).
func ListAct(id social.ID, act string) string { return ListPath(id) + "/" + act }
