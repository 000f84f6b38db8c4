package interop

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"croft/server/oauth"
)

// actByAPI makes every call with which an app changes something: on a post of
// its own, and toward nobody.
func (f *furnished) actByAPI(t *testing.T) {
	grant, err := oauth.New(f.Store.Sessions(), time.Now).Give(t.Context(), "Writer", "read write follow")
	f.do(err)
	call := func(method, path, body string, want int) (id string) {
		answer := f.request(t, method, path, body, want, "Authorization", "Bearer "+grant.Token, "Content-Type", "application/json")
		var got struct{ ID string }
		f.do(json.Unmarshal(answer, &got))
		return got.ID
	}
	id := call(http.MethodPost, "/api/v1/statuses", `{"status":"By an app"}`, 200)
	at := "/api/v1/statuses/" + id
	call(http.MethodPut, at, `{"status":"By an app, changed"}`, 200)
	for _, act := range []string{"favourite", "unfavourite", "reblog", "unreblog", "bookmark", "unbookmark", "pin", "unpin"} {
		call(http.MethodPost, at+"/"+act, "{}", 200)
	}
	call(http.MethodGet, at+"/source", "", 200)
	call(http.MethodGet, at+"/context", "", 200)
	f.request(t, http.MethodGet, at+"/history", "", 200, "Authorization", "Bearer "+grant.Token)
	call(http.MethodDelete, at, "", 200)
	call(http.MethodPost, "/api/v1/media", "{}", 422)
	call(http.MethodPost, "/api/v2/media", "{}", 422)
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete} {
		call(method, "/api/v1/media/7", "", 404)
	}
	for _, act := range []string{"follow", "unfollow", "remove_from_followers", "block", "unblock", "mute", "unmute"} {
		call(http.MethodPost, "/api/v1/accounts/7/"+act, "{}", 404)
	}
	call(http.MethodPost, "/api/v1/follow_requests/7/authorize", "{}", 404)
	call(http.MethodPost, "/api/v1/follow_requests/7/reject", "{}", 404)
	call(http.MethodPost, "/api/v1/domain_blocks", "{}", 422)
	call(http.MethodDelete, "/api/v1/domain_blocks", "", 422)
	call(http.MethodPost, "/api/v1/reports", "{}", 404)
	call(http.MethodPatch, "/api/v1/accounts/update_credentials", `{"source":{"privacy":"x"}}`, 422)
	call(http.MethodDelete, "/api/v1/profile/avatar", "", 200)
	call(http.MethodDelete, "/api/v1/profile/header", "", 200)
}
