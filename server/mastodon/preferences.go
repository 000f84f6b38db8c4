package mastodon

import (
	"croft/markup"
	"croft/social"
)

// preferences are how the owner likes to read and write (entity Preferences).
type preferences struct {
	Quotes     string  `json:"posting:default:quote_policy"`
	Visibility string  `json:"posting:default:visibility"`
	Sensitive  bool    `json:"posting:default:sensitive"`
	Language   *string `json:"posting:default:language"`
	Media      string  `json:"reading:expand:media"`
	Warnings   bool    `json:"reading:expand:spoilers"`
	Moving     bool    `json:"reading:autoplay:gifs"`
}

func (a *API) getPreferences(c *Call) (Answer, error) {
	home, err := a.store.FindHome(c.Context)
	if err != nil {
		return Answer{}, err
	}
	begin, err := a.timeline.Writes(c.Context)
	if err != nil {
		return Answer{}, err
	}
	p := home.Preferences
	shown := map[social.MediaShown]string{social.MediaUnlessSensitive: "default", social.MediaAll: "show_all", social.MediaNone: "hide_all"}
	return answer(preferences{
		Quotes:     quotePolicy(begin.MayQuote),
		Visibility: visibility(begin.Visibility), Language: textOrNull(begin.Language), Media: shown[p.Media], Warnings: p.OpenWarnings, Moving: !p.Still,
	}), nil
}

// quotePolicy is who may quote a new post as the API names it.
func quotePolicy(m social.MayQuote) string {
	if m == "" {
		m = social.MayQuoteAnybody
	}
	return string(m)
}

// description is a text about the home (entity ExtendedDescription).
type description struct {
	UpdatedAt string `json:"updated_at"`
	Content   string `json:"content"`
}

// getDescription is the owner's page about themself.
func (a *API) getDescription(c *Call) (Answer, error) {
	home, err := a.store.FindHome(c.Context)
	if err != nil {
		return Answer{}, err
	}
	me, err := a.store.FindActor(c.Context, home.OwnerID)
	if err != nil {
		return Answer{}, err
	}
	return answer(description{moment(me.UpdatedAt), string(markup.Render(home.Profile.About, markup.Links{Tag: a.site.Tag}))}), nil
}
