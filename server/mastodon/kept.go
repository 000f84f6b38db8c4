package mastodon

// lasting are the calls whose answer is the same for the same question until
// something in the home has changed: they touch no other server, write nothing,
// and know of a key only whether it is the owner's.
var lasting = map[string]bool{
	"/api/v1/instance": true, "/api/v2/instance": true, "/api/v1/custom_emojis": true,
	"/api/v1/timelines/home": true, "/api/v1/timelines/public": true, "/api/v1/timelines/tag/:tag": true, "/api/v1/timelines/list/:id": true,
	"/api/v1/bookmarks": true, "/api/v1/favourites": true,
	"/api/v1/notifications": true, "/api/v2/notifications": true, "/api/v1/notifications/unread_count": true, "/api/v2/notifications/unread_count": true,
	"/api/v1/conversations": true, "/api/v1/markers": true,
	"/api/v1/statuses/:id": true, "/api/v1/accounts/verify_credentials": true,
}

// Lasts reports that the server may keep an answer, and give it again to whoever
// asks the same with the same right, until something has changed.
func (r Route) Lasts() bool { return r.Method == get && lasting[r.Path] }
