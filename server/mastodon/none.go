package mastodon

// nothingYet are lists of what the home does not have: an app that asks for them
// at its start gets an empty list, which is the truth, and goes on.
func (a *API) nothingYet() []Route {
	none := func(*Call) (Answer, error) { return answer([]any{}), nil }
	return []Route{
		{get, "/api/v1/instance/peers", Open, 0, none},
		{get, "/api/v1/instance/rules", Open, 0, none},
		{get, "/api/v1/announcements", "read", 0, none},
	}
}
