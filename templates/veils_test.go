package templates

import (
	"testing"

	"croft/social"
)

// TestMediaVeil is the table of what covers pictures.
func TestMediaVeil(t *testing.T) {
	type post struct {
		warning         string
		sensitive, mine bool
	}
	disturb, all := "Pictures that may disturb", "1 picture"
	for name, test := range map[string]struct {
		post post
		p    social.Preferences
		want veil // no label is no veil
	}{
		"plain":                          {post{}, social.Preferences{}, veil{}},
		"sensitive":                      {post{sensitive: true}, social.Preferences{}, veil{Label: disturb}},
		"warned":                         {post{warning: "w", sensitive: true}, social.Preferences{}, veil{}},
		"warned, opened":                 {post{warning: "w", sensitive: true}, social.Preferences{OpenWarnings: true}, veil{Label: disturb}},
		"warned, harmless, opened":       {post{warning: "w"}, social.Preferences{OpenWarnings: true}, veil{}},
		"plain, show all":                {post{}, social.Preferences{Media: social.MediaAll}, veil{}},
		"sensitive, show all":            {post{sensitive: true}, social.Preferences{Media: social.MediaAll}, veil{disturb, true}},
		"own, sensitive, show all":       {post{sensitive: true, mine: true}, social.Preferences{Media: social.MediaAll}, veil{Label: disturb}},
		"plain, cover all":               {post{}, social.Preferences{Media: social.MediaNone}, veil{Label: all}},
		"sensitive, cover all":           {post{sensitive: true}, social.Preferences{Media: social.MediaNone}, veil{Label: disturb}},
		"warned, cover all":              {post{warning: "w", sensitive: true}, social.Preferences{Media: social.MediaNone}, veil{Label: all}},
		"own, cover all":                 {post{mine: true}, social.Preferences{Media: social.MediaNone}, veil{}},
		"warned, opened, with show all":  {post{warning: "w", sensitive: true}, social.Preferences{OpenWarnings: true, Media: social.MediaAll}, veil{disturb, true}},
		"warned, opened, with cover all": {post{warning: "w"}, social.Preferences{OpenWarnings: true, Media: social.MediaNone}, veil{Label: all}},
	} {
		v := PostView{
			Post: &social.Post{Warning: test.post.warning, Sensitive: test.post.sensitive}, Mine: test.post.mine,
			Media: []MediaView{{Kind: social.MediaImage, Src: "/x"}},
		}
		got := veil{}
		if cover := v.mediaVeil(&Page{Preferences: test.p}); cover != nil {
			got = *cover
		}
		if got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
	}
	sound := PostView{Post: &social.Post{}, Media: []MediaView{{Kind: social.MediaAudio}}}
	if cover := sound.mediaVeil(&Page{Preferences: social.Preferences{Media: social.MediaNone}}); cover != nil {
		t.Errorf("a sound is covered: %+v", *cover)
	}
}
