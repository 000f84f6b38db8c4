package server

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"croft/static"
	"croft/templates"
)

// access says whom a route is for.
type access string

const (
	anybody access = "anybody"
	owner   access = "owner"   // others are sent to the door
	machine access = "machine" // other servers: no cookies, no pages
	app     access = "app"     // programs of the owner's: any page may call, no cookie opens
)

// route is one line of the table.
type route struct {
	method, path string
	access       access
	handler      echo.HandlerFunc
	body         int64 // bytes that a request may have; 0 is bodyLimit
}

const get, post = http.MethodGet, http.MethodPost

// Line is a line of the route table as others see it.
type Line struct {
	Method, Path string // the path with a :name for each part that varies
	Owner        bool   // for the owner alone
	Machine      bool   // for other servers, or for apps
}

// Lines is the route table, for tests that must not forget a route.
func (s *Server) Lines() []Line {
	var lines []Line
	for _, r := range s.routes() {
		lines = append(lines, Line{r.method, r.path, r.access == owner, r.access == machine || r.access == app})
	}
	return lines
}

// routes is every address of the home. A handler's name is method and page.
func (s *Server) routes() []route {
	me := "/@" + s.site.Name
	return append(append(s.apiRoutes(), s.streamRoutes()...), []route{
		// Everybody
		{get, "/", anybody, s.getHome, 0},
		{get, me, anybody, s.getActor, 0},
		{get, me + "/:id", anybody, s.getObject, 0},
		{get, me + "/followers", anybody, s.getOwnFollowers, 0},
		{get, me + "/following", anybody, s.getOwnFollowing, 0},
		{get, me + "/photos", anybody, s.getPhotos, 0},
		{get, me + "/links", anybody, s.getLinks, 0},
		{get, me + "/about", anybody, s.getAbout, 0},
		{get, me + ".rss", anybody, s.getRSS, 0},
		{get, me + ".atom", anybody, s.getAtom, 0},
		{get, "/tags/:tag", anybody, s.getTag, 0},
		{get, "/media/:name", machine, s.getMedia, 0},
		{get, "/media/remote/:kind/:id", anybody, s.getRemoteMedia, 0},
		{get, "/media/remote/:kind/:id/:name", anybody, s.getRemoteMedia, 0},
		{get, iconPath + ":name", machine, s.getIcon, 0},
		{get, "/manifest.webmanifest", machine, s.getManifest, 0},
		{get, templates.PathWorker, machine, s.getWorker, 0},
		{get, static.Prefix + ":name", machine, s.getStatic, 0},
		{get, "/login", anybody, s.getLogin, 0},
		{post, "/login", anybody, s.postLogin, 0},
		{get, templates.PathSetup, anybody, s.getSetup, 0},
		{post, "/theme", anybody, s.postTheme, 0},
		{post, "/interact", anybody, s.postInteract, 0},

		// Other servers
		{get, "/actor", machine, s.getInstance, 0},
		{get, "/actor/outbox", machine, s.getInstanceOutbox, 0},
		{post, "/actor/inbox", machine, s.postInbox, 0},
		{post, "/inbox", machine, s.postInbox, 0},
		{post, me + "/inbox", machine, s.postInbox, 0},
		{get, "/emojis/:id", machine, s.getEmoji, 0},
		{get, me + "/outbox", machine, s.getOutbox, 0},
		{get, me + "/quotes/:id", machine, s.getStamp, 0},
		{get, me + "/featured", machine, s.getFeatured, 0},
		{get, me + "/featured_tags", machine, s.getFeaturedTags, 0},
		{get, me + "/followers_synchronization", machine, s.getFollowersOf, 0},
		{get, me + "/:id/:part", machine, s.getPart, 0},
		{get, "/.well-known/webfinger", machine, s.getWebFinger, 0},
		{get, "/.well-known/host-meta", machine, s.getHostMeta, 0},
		{get, "/.well-known/host-meta.json", machine, s.getHostMetaJSON, 0},
		{get, "/.well-known/nodeinfo", machine, s.getNodeInfoLinks, 0},
		{get, "/nodeinfo/:version", machine, s.getNodeInfo, 0},
		{get, "/livez", machine, s.getLive, 0},
		{get, "/readyz", machine, s.getReady, 0},

		// Apps, and the owner's word to them
		{get, "/.well-known/oauth-authorization-server", app, s.getOAuthMetadata, 0},
		{post, "/api/v1/apps", app, s.postApps, 0},
		{post, "/oauth/token", app, s.postToken, 0},
		{post, "/oauth/revoke", app, s.postRevoke, 0},
		{get, templates.PathAuthorizeApp, owner, s.getAuthorizeApp, 0},
		{post, templates.PathAuthorizeApp, owner, s.postAuthorizeApp, 0},
		{get, "/settings/apps", owner, s.getApps, 0},
		{post, "/settings/apps/end", owner, s.postAppEnd, 0},

		// The owner: reading and writing
		{post, "/home/read", owner, s.postHomeRead, 0},
		{get, "/compose", owner, s.getCompose, 0},
		{post, "/compose", owner, s.postCompose, uploadLimit},
		{post, "/compose/preview", owner, s.postPreview, 0},
		{get, "/complete", owner, s.getComplete, 0},
		{get, "/drafts", owner, s.getDrafts, 0},
		{post, "/drafts", owner, s.postDraft, 0},
		{post, "/drafts/:id/delete", owner, s.postDraftDelete, 0},
		{post, "/drafts/:id/keep", owner, s.postDraftKeep, 0},
		{get, "/posts/:id", owner, s.getThread, 0},
		{get, "/posts/:id/edit", owner, s.getEdit, 0},
		{post, "/posts/:id/edit", owner, s.postEdit, uploadLimit},
		{get, "/posts/:id/delete", owner, s.getDelete, 0},
		{post, "/posts/:id/delete", owner, s.postDelete, 0},
		{get, "/posts/:id/redraft", owner, s.getRedraft, 0},
		{post, "/posts/:id/redraft", owner, s.postRedraft, 0},
		{get, "/posts/:id/history", owner, s.getHistory, 0},
		{post, "/posts/:id/vote", owner, s.postVote, 0},
		{post, "/posts/:id/like", owner, s.postLike, 0},
		{post, "/posts/:id/unlike", owner, s.postUnlike, 0},
		{post, "/posts/:id/boost", owner, s.postBoost, 0},
		{post, "/posts/:id/unboost", owner, s.postUnboost, 0},
		{post, "/posts/:id/bookmark", owner, s.postBookmark, 0},
		{post, "/posts/:id/unbookmark", owner, s.postUnbookmark, 0},
		{post, "/posts/:id/unquote", owner, s.postUnquote, 0},
		{post, "/posts/:id/mute", owner, s.postThreadMute, 0},
		{post, "/posts/:id/unmute", owner, s.postThreadUnmute, 0},
		{post, "/posts/:id/pin", owner, s.postPin, 0},
		{post, "/posts/:id/unpin", owner, s.postUnpin, 0},
		{get, "/events", owner, s.getEvents, 0},
		{get, "/notifications", owner, s.getNotifications, 0},
		{post, "/notifications/read", owner, s.postNotificationsRead, 0},
		{post, "/notifications/dismiss", owner, s.postNotificationsDismiss, 0},
		{get, templates.PathHeld, owner, s.getHeld, 0},
		{post, templates.PathHeld, owner, s.postHeld, 0},
		{post, templates.PathNoticePolicy, owner, s.postNoticePolicy, 0},
		{get, "/notifications/:group", owner, s.getGroup, 0},
		{get, "/bookmarks", owner, s.getBookmarks, 0},
		{get, "/shortcuts", owner, s.getShortcuts, 0},
		{post, "/shortcuts", owner, s.postShortcuts, 0},
		{get, "/messages", owner, s.getMessages, 0},
		{get, "/messages/:id", owner, s.getConversation, 0},
		{post, "/messages/:id/read", owner, s.postConversationRead, 0},
		{post, "/messages/:id/away", owner, s.postConversationAway, 0},
		{get, "/search", owner, s.getSearch, 0},
		{get, "/directory", owner, s.getDirectory, 0},
		{post, "/people/:id/unsuggest", owner, s.postUnsuggest, 0},
		{post, "/tags/:tag/follow", owner, s.onTag(s.timeline.FollowTag), 0},
		{post, "/tags/:tag/unfollow", owner, s.onTag(s.timeline.UnfollowTag), 0},
		{post, "/tags/:tag/feature", owner, s.onTag(s.timeline.FeatureTag), 0},
		{post, "/tags/:tag/unfeature", owner, s.onTag(s.timeline.UnfeatureTag), 0},

		// The owner: people
		{get, "/people/:id", owner, s.getPerson, 0},
		{post, "/people/:id/follow", owner, s.postFollow, 0},
		{post, "/people/:id/unfollow", owner, s.postUnfollow, 0},
		{post, "/people/:id/block", owner, s.postBlock, 0},
		{post, "/people/:id/unblock", owner, s.postUnblock, 0},
		{post, "/people/:id/mute", owner, s.postMute, 0},
		{post, "/people/:id/unmute", owner, s.postUnmute, 0},
		{post, "/people/:id/see", owner, s.postSee, 0},
		{post, "/people/:id/hide-boosts", owner, s.postHideBoosts, 0},
		{post, "/people/:id/show-boosts", owner, s.postShowBoosts, 0},
		{post, "/people/:id/lists", owner, s.postPersonLists, 0},
		{post, "/people/:id/note", owner, s.postPersonNote, 0},
		{get, "/lists", owner, s.getLists, 0},
		{post, "/lists", owner, s.postList, 0},
		{get, "/lists/:id", owner, s.getList, 0},
		{get, "/lists/:id/edit", owner, s.getListEdit, 0},
		{post, "/lists/:id/edit", owner, s.postListEdit, 0},
		{post, "/lists/:id/delete", owner, s.postListDelete, 0},
		{post, "/lists/:id/remove", owner, s.postListRemove, 0},
		{post, "/people/:id/remove", owner, s.postRemove, 0},
		{post, "/people/:id/accept", owner, s.postAccept, 0},
		{post, "/people/:id/reject", owner, s.postReject, 0},
		{get, "/people/:id/report", owner, s.getReport, 0},
		{post, "/people/:id/report", owner, s.postReport, 0},
		{get, "/requests", owner, s.getRequests, 0},
		{get, templates.PathHeldReplies, owner, s.getHeldReplies, 0},
		{post, "/posts/:id/approve", owner, s.postReplyApprove, 0},
		{post, "/posts/:id/decline", owner, s.postReplyDecline, 0},
		{get, "/followers", owner, s.getFollowers, 0},
		{get, "/following", owner, s.getFollowing, 0},
		{get, "/reports", owner, s.getReports, 0},
		{post, "/reports/:id/close", owner, s.postReportClose, 0},
		{get, "/hosts/block", owner, s.getHostBlock, 0},
		{post, "/hosts/block", owner, s.postHostBlock, 0},
		{post, "/hosts/unblock", owner, s.postHostUnblock, 0},
		{get, "/authorize_interaction", owner, s.getAuthorize, 0},

		// The owner: the home
		{get, "/settings", owner, s.getSettings, 0},
		{get, "/settings/profile", owner, s.getProfileForm, 0},
		{post, "/settings/profile", owner, s.postProfileForm, uploadLimit},
		{get, "/settings/preferences", owner, s.getPreferences, 0},
		{post, "/settings/preferences", owner, s.postPreferences, 0},
		{post, templates.PathPush, owner, s.postPush, 0},
		{get, "/settings/filters", owner, s.getFilters, 0},
		{post, "/settings/filters", owner, s.postFilter, 0},
		{get, "/settings/filters/:id", owner, s.getFilter, 0},
		{post, "/settings/filters/:id", owner, s.postFilterEdit, 0},
		{post, "/settings/filters/:id/delete", owner, s.postFilterDelete, 0},
		{post, "/settings/filters/:id/post", owner, s.postFilterPost, 0},
		{get, "/settings/emoji", owner, s.getEmojis, 0},
		{post, "/settings/emoji", owner, s.postEmoji, uploadLimit},
		{post, "/settings/emoji/retire", owner, s.postEmojiRetire, 0},
		{get, "/settings/account", owner, s.getAccount, 0},
		{post, "/settings/password", owner, s.postPassword, 0},
		{post, "/settings/sessions/end", owner, s.postSessionsEnd, 0},
		{post, "/settings/jobs/again", owner, s.postJobAgain, 0},
		{post, "/settings/jobs/drop", owner, s.postJobDrop, 0},
		{get, "/settings/moderation", owner, s.getModeration, 0},
		{post, "/logout", owner, s.postLogout, 0},
	}...)
}

// route gives the table to the router. HEAD works wherever GET does; any other
// method is refused with those that do.
func (s *Server) route() {
	taken, apps := map[string][]string{}, map[string]bool{} // methods by path
	for _, r := range s.routes() {
		methods := []string{r.method}
		if r.method == get {
			methods = append(methods, http.MethodHead)
		}
		s.echo.Match(methods, r.path, r.handler, s.around(r)...)
		taken[r.path] = append(taken[r.path], methods...)
		apps[r.path] = r.access == app
	}
	for path, methods := range taken {
		guard := s.around(route{method: get, access: machine})
		if apps[path] {
			methods = append(methods, http.MethodOptions)
			guard = s.around(route{method: get, access: app})
			s.echo.OPTIONS(path, preflight(methods), guard...)
		}
		others := slices.DeleteFunc([]string{get, http.MethodHead, post, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions},
			func(method string) bool { return slices.Contains(methods, method) })
		s.echo.Match(others, path, notAllowed(methods), guard...)
	}
	s.echo.RouteNotFound("/*", s.getNothing, s.around(route{method: get, access: anybody})...)
}

func notAllowed(methods []string) echo.HandlerFunc {
	allow := strings.Join(methods, ", ")
	return func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderAllow, allow)
		return echo.ErrMethodNotAllowed
	}
}
