package mastodon

import (
	"maps"
	"slices"

	"croft/social"
)

// marker is how far the owner has read a list (entity Marker).
type marker struct {
	LastRead  string `json:"last_read_id"`
	Version   int    `json:"version"`
	UpdatedAt string `json:"updated_at"`
}

var markerLists = []social.MarkerList{social.MarkerHome, social.MarkerNotifications}

// getMarkers are those of the lists that are named and were kept once.
func (a *API) getMarkers(c *Call) (Answer, error) {
	wanted := c.list("timeline")
	return a.markers(c, slices.DeleteFunc(slices.Clone(markerLists), func(l social.MarkerList) bool { return !slices.Contains(wanted, string(l)) }))
}

func (a *API) markers(c *Call, lists []social.MarkerList) (Answer, error) {
	shown := map[social.MarkerList]marker{}
	for _, list := range lists {
		m, err := a.store.FindMarker(c.Context, list)
		if err != nil {
			return Answer{}, err
		}
		if m.Version > 0 {
			shown[list] = marker{m.LastRead.String(), m.Version, moment(m.UpdatedAt)}
		}
	}
	return answer(shown), nil
}

// postMarkers keeps how far the owner has read, never less far than it was. The
// page of notifications knows it as well.
func (a *API) postMarkers(c *Call) (Answer, error) {
	places := map[social.MarkerList]social.ID{}
	for _, list := range markerLists {
		field := string(list) + "[last_read_id]"
		text := c.Form.Get(field)
		if text == "" {
			continue
		}
		id, err := social.ParseID(text)
		if err != nil || id <= 0 || id.Time().After(a.now()) {
			return Answer{}, social.InvalidField(field, "There is no %.20s.", text)
		}
		places[list] = id
	}
	if err := a.timeline.ReadPlaces(c.Context, places); err != nil {
		return Answer{}, err
	}
	return a.markers(c, slices.Collect(maps.Keys(places)))
}

// notices are the calls about notifications, conversations and how far they are
// read.
func (a *API) notices() []Route {
	return []Route{
		{get, "/api/v1/notifications", "read:notifications", 0, a.getNotifications},
		{get, "/api/v1/notifications/unread_count", "read:notifications", 0, a.getUnread},
		{get, "/api/v1/notifications/:id", "read:notifications", 0, a.getNotification},
		{post, "/api/v1/notifications/clear", "write:notifications", 0, a.clear},
		{post, "/api/v1/notifications/:id/dismiss", "write:notifications", 0, a.dismiss},
		{get, "/api/v2/notifications", "read:notifications", 0, a.getGroups},
		{get, "/api/v2/notifications/unread_count", "read:notifications", 0, a.getUnreadGroups},
		{get, "/api/v2/notifications/:key", "read:notifications", 0, a.getGroup},
		{get, "/api/v2/notifications/:key/accounts", "read:notifications", 0, a.getGroupAccounts},
		{post, "/api/v2/notifications/:key/dismiss", "write:notifications", 0, a.dismissGroup},
		{get, "/api/v1/conversations", "read:statuses", 0, a.getConversations},
		{post, "/api/v1/conversations/:id/read", "write:conversations", 0, a.readConversation},
		{del, "/api/v1/conversations/:id", "write:conversations", 0, a.putAway},
		{get, "/api/v1/markers", "read:statuses", 0, a.getMarkers},
		{post, "/api/v1/markers", "write:statuses", 0, a.postMarkers},
	}
}
