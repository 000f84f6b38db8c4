package timeline_test

import (
	"testing"

	"croft/social"
	"croft/timeline"
)

// TestSetPreferences keeps what can be, and changes nothing for what cannot.
func TestSetPreferences(t *testing.T) {
	c := newCast(t)
	want := social.Preferences{
		OpenWarnings: true, Media: social.MediaNone, Still: true, TimeZone: "Pacific/Auckland", TwelveHours: true,
		Visibility: social.Unlisted, Language: "mi", Boosts: social.BoostsFewer, AllReplies: true,
	}
	if err := c.tl.SetPreferences(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	for name, wrong := range map[string]social.Preferences{
		"time_zone":  {TimeZone: "../../etc/passwd"},
		"visibility": {Visibility: "everybody"},
		"media":      {Media: "some"},
		"boosts":     {Boosts: "many"},
	} {
		problems := social.Problems(c.tl.SetPreferences(t.Context(), wrong))
		if len(problems) != 1 || problems[0].Field != name {
			t.Errorf("%+v: problems %v, want one with the field %s", wrong, problems, name)
		}
	}
	home, err := c.home.Store.FindHome(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if home.Preferences != want {
		t.Errorf("preferences %+v, want %+v", home.Preferences, want)
	}
	if got := timeline.Location("Pacific/Auckland").String(); got != "Pacific/Auckland" {
		t.Errorf("location %s", got)
	}
}
