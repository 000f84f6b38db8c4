package mastodon

import (
	"croft/social"
)

// compatible is the release of Mastodon whose API is spoken. Apps read the
// first three characters as a number, and look for names of other servers in
// the rest.
const compatible = "4.5.0 (compatible; Croft "

// getInstance says what this home is and can take (entity Instance).
func (a *API) getInstance(c *Call) (Answer, error) {
	owner, err := a.owner(c)
	if err != nil {
		return Answer{}, err
	}
	return answer(instance{
		Domain: a.site.Host(), Title: owner.DisplayName, Version: compatible + a.version + ")", SourceURL: "", Description: "A home of one person.",
		Usage:         usage{Users: users{ActiveMonth: 1}},
		Thumbnail:     thumbnail{URL: owner.Header},
		Icon:          []icon{{owner.Avatar, "640x800"}},
		Languages:     []string{"en"},
		Configuration: a.configuration(),
		Registrations: registrations{},
		Contact:       contact{Account: owner},
		Rules:         []any{},
		APIVersions:   map[string]int{"mastodon": 7, "croft": 1},
	}), nil
}

type instance struct {
	Domain        string         `json:"domain"`
	Title         string         `json:"title"`
	Version       string         `json:"version"`
	SourceURL     string         `json:"source_url"`
	Description   string         `json:"description"`
	Usage         usage          `json:"usage"`
	Thumbnail     thumbnail      `json:"thumbnail"`
	Icon          []icon         `json:"icon"`
	Languages     []string       `json:"languages"`
	Configuration configuration  `json:"configuration"`
	Registrations registrations  `json:"registrations"`
	Contact       contact        `json:"contact"`
	Rules         []any          `json:"rules"`
	APIVersions   map[string]int `json:"api_versions"`
}

type usage struct {
	Users users `json:"users"`
}

type users struct {
	ActiveMonth int `json:"active_month"`
}

type thumbnail struct {
	URL string `json:"url"`
}

type icon struct {
	Src  string `json:"src"`
	Size string `json:"size"`
}

type registrations struct {
	Enabled          bool    `json:"enabled"`
	ApprovalRequired bool    `json:"approval_required"`
	ReasonRequired   bool    `json:"reason_required"`
	Message          *string `json:"message"`
	MinAge           *int    `json:"min_age"`
	URL              *string `json:"url"`
}

type contact struct {
	Email   string  `json:"email"`
	Account account `json:"account"`
}

// configuration are the bounds of what may be posted.
type configuration struct {
	URLs        map[string]string `json:"urls"`
	Accounts    accountLimits     `json:"accounts"`
	Statuses    statusLimits      `json:"statuses"`
	Media       mediaLimits       `json:"media_attachments"`
	Polls       pollLimits        `json:"polls"`
	VAPID       vapid             `json:"vapid"`
	Translation struct {
		Enabled bool `json:"enabled"`
	} `json:"translation"`
}

// vapid is what devices name to be told by this home.
type vapid struct {
	Key string `json:"public_key"`
}

type accountLimits struct {
	FeaturedTags int `json:"max_featured_tags"`
	Pinned       int `json:"max_pinned_statuses"`
	Fields       int `json:"max_profile_fields"`
	FieldName    int `json:"profile_field_name_limit"`
	FieldValue   int `json:"profile_field_value_limit"`
}

type statusLimits struct {
	MaxCharacters int `json:"max_characters"`
	MaxMedia      int `json:"max_media_attachments"`
	PerURL        int `json:"characters_reserved_per_url"`
}

type mediaLimits struct {
	MimeTypes   []string `json:"supported_mime_types"`
	Description int      `json:"description_limit"`
	ImageSize   int      `json:"image_size_limit"`
	ImageMatrix int      `json:"image_matrix_limit"`
	VideoSize   int      `json:"video_size_limit"`
	VideoFrames int      `json:"video_frame_rate_limit"`
	VideoMatrix int      `json:"video_matrix_limit"`
}

type pollLimits struct {
	Options   int `json:"max_options"`
	Option    int `json:"max_characters_per_option"`
	MinExpiry int `json:"min_expiration"`
	MaxExpiry int `json:"max_expiration"`
}

func (a *API) configuration() configuration {
	return configuration{
		URLs:     map[string]string{"streaming": a.streaming},
		VAPID:    vapid{a.timeline.PushKey()},
		Accounts: accountLimits{FeaturedTags: 10, Pinned: 5, Fields: social.MaxFields, FieldName: social.MaxField, FieldValue: social.MaxField},
		Statuses: statusLimits{MaxCharacters: a.timeline.MaxPost(), MaxMedia: social.MaxAttachments, PerURL: 23},
		Media: mediaLimits{
			MimeTypes: []string{"image/jpeg", "image/png", "image/gif", "image/webp"}, Description: social.MaxAlt,
			ImageSize: 16 << 20, ImageMatrix: 50_000_000,
		},
		Polls: pollLimits{
			Options: social.MaxOptions, Option: social.MaxOption,
			MinExpiry: int(social.MinPollLasts.Seconds()), MaxExpiry: int(social.MaxPollLasts.Seconds()),
		},
	}
}

// getInstanceV1 is the same in the older shape (entity V1::Instance). With how
// many servers the home speaks is nobody's affair: it counts itself.
func (a *API) getInstanceV1(c *Call) (Answer, error) {
	owner, err := a.owner(c)
	if err != nil {
		return Answer{}, err
	}
	return answer(instanceV1{
		URI: a.site.Host(), Title: owner.DisplayName, Short: "A home of one person.", Description: "A home of one person.",
		Version: compatible + a.version + ")", URLs: map[string]string{"streaming_api": a.streaming}, Stats: map[string]int{"user_count": 1, "status_count": owner.StatusesCount, "domain_count": 1},
		Thumbnail: owner.Header, Languages: []string{"en"}, Configuration: a.configuration(), Contact: owner, Rules: []any{},
	}), nil
}

type instanceV1 struct {
	URI              string            `json:"uri"`
	Title            string            `json:"title"`
	Short            string            `json:"short_description"`
	Description      string            `json:"description"`
	Email            string            `json:"email"`
	Version          string            `json:"version"`
	URLs             map[string]string `json:"urls"`
	Stats            map[string]int    `json:"stats"`
	Thumbnail        string            `json:"thumbnail"`
	Languages        []string          `json:"languages"`
	Registrations    bool              `json:"registrations"`
	ApprovalRequired bool              `json:"approval_required"`
	InvitesEnabled   bool              `json:"invites_enabled"`
	Configuration    configuration     `json:"configuration"`
	Contact          account           `json:"contact_account"`
	Rules            []any             `json:"rules"`
}
