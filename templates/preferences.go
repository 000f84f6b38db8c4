package templates

import "croft/social"

// PreferencesPage is the settings page of how the owner likes to read and write.
// Its form goes to PathPreferences. Fields: open_warnings, still and all_replies
// (each 1), media, boosts, visibility, language, time_zone, and clock (12 or
// 24). Problems belong to fields of these names. A form of its own goes to PathPush:
// end=1, or endpoint, p256dh and auth, which the script fills in; its problems
// belong to the field push.
type PreferencesPage struct {
	Page
	Chosen  social.Preferences // what the form shows; Page.Preferences are those that hold
	Machine string             // what the machine calls its own time zone
	PushKey string             // by which a device asks to be told
	Told    bool               // this one is
}

// option is one of several values of a field, with what it means.
type option struct{ value, label, hint string }

func mediaOptions() []option {
	return []option{
		{string(social.MediaUnlessSensitive), "Cover those marked as sensitive", ""},
		{string(social.MediaAll), "Show them all", ""},
		{string(social.MediaNone), "Cover them all", ""},
	}
}

func boostOptions() []option {
	return []option{
		{string(social.BoostsAll), "Show them all", ""},
		{string(social.BoostsFewer), "Show fewer", "Of each person, one line for all that they boosted in a row."},
		{string(social.BoostsNone), "Show none", ""},
	}
}

// visibilityOptions has no direct: a message needs somebody to go to.
func visibilityOptions() []option {
	return []option{
		{string(social.Public), visibilityLabel(social.Public), "Anyone, on any server."},
		{string(social.Unlisted), visibilityLabel(social.Unlisted), "Anyone who looks, but kept out of shared timelines and search."},
		{string(social.Followers), visibilityLabel(social.Followers), "Only your followers, and people named."},
	}
}

func clockOptions() []option {
	return []option{{"24", "15:04", ""}, {"12", "3:04 pm", ""}}
}

func (d *PreferencesPage) clock() string {
	if d.Chosen.TwelveHours {
		return "12"
	}
	return "24"
}
