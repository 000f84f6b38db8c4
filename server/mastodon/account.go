package mastodon

import (
	"time"

	"croft/social"
)

// account is an actor as the API shows them (entity Account).
type account struct {
	ID             string        `json:"id"`
	Username       string        `json:"username"`
	Acct           string        `json:"acct"` // the owner's without a host
	DisplayName    string        `json:"display_name"`
	Locked         bool          `json:"locked"`
	Bot            bool          `json:"bot"`
	Group          bool          `json:"group"`
	Discoverable   bool          `json:"discoverable"`
	Indexable      bool          `json:"indexable"`
	NoIndex        bool          `json:"noindex"`
	CreatedAt      string        `json:"created_at"`
	Note           string        `json:"note"`
	URL            string        `json:"url"`
	URI            string        `json:"uri"`
	Avatar         string        `json:"avatar"`
	AvatarStatic   string        `json:"avatar_static"`
	AvatarAlt      string        `json:"avatar_description"`
	Header         string        `json:"header"`
	HeaderStatic   string        `json:"header_static"`
	HeaderAlt      string        `json:"header_description"`
	FollowersCount int           `json:"followers_count"`
	FollowingCount int           `json:"following_count"`
	StatusesCount  int           `json:"statuses_count"`
	LastStatusAt   *string       `json:"last_status_at"`
	HideCircle     *bool         `json:"hide_collections"`
	Emojis         []customEmoji `json:"emojis"`
	Fields         []field       `json:"fields"`
	Roles          []role        `json:"roles"`
	Moved          *account      `json:"moved,omitzero"`
	Suspended      bool          `json:"suspended,omitzero"` // their server says that they are gone
	Source         *source       `json:"source,omitzero"`    // only for the owner, of the owner
	Role           *role         `json:"role,omitzero"`      // likewise
}

type field struct {
	Name       string  `json:"name"`
	Value      string  `json:"value"`
	VerifiedAt *string `json:"verified_at"`
}

type role struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Color       string `json:"color"`
	Permissions string `json:"permissions"`
	Highlighted bool   `json:"highlighted"`
}

// source is what the owner typed (entity CredentialAccount).
type source struct {
	Note          string   `json:"note"` // plain text
	Fields        []field  `json:"fields"`
	Privacy       string   `json:"privacy"`
	Sensitive     bool     `json:"sensitive"`
	Language      string   `json:"language"`
	FollowRequest int      `json:"follow_requests_count"`
	Discoverable  bool     `json:"discoverable"`
	Indexable     bool     `json:"indexable"`
	HideCircle    bool     `json:"hide_collections"`
	QuotePolicy   string   `json:"quote_policy"`
	Websites      []string `json:"attribution_domains"`
}

type customEmoji struct {
	Shortcode string  `json:"shortcode"`
	URL       string  `json:"url"`
	StaticURL string  `json:"static_url"`
	Visible   bool    `json:"visible_in_picker"`
	Category  *string `json:"category"`
}

// moment is a time as the API writes it.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// maybeMoment is moment, or null for no time.
func maybeMoment(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return new(moment(t))
}

// view shows things as the API has them, to whoever asks.
type view struct {
	*API
	owner bool
}

func (a *API) view(c *Call) view { return view{a, c.isOwner()} }

// account is an actor as far as any visitor may know them.
func (a view) account(actor *social.Actor) account {
	v := account{
		ID: actor.ID.String(), Username: actor.Handle.Name, Acct: actor.Handle.Acct(), DisplayName: actor.Name,
		Locked: actor.Locked, Bot: actor.Type == social.Service || actor.Type == social.Application, Group: actor.Type == social.Group,
		Discoverable: actor.Discoverable, Indexable: actor.Indexable, NoIndex: !actor.Indexable,
		CreatedAt: moment(actor.CreatedAt), Note: string(actor.Bio), URL: actor.URL, URI: actor.URI,
		AvatarAlt: actor.Avatar.Alt, HeaderAlt: actor.Header.Alt,
		FollowersCount: max(actor.FollowerCount, 0), FollowingCount: max(actor.FollowingCount, 0), StatusesCount: max(actor.PostCount, 0),
		Suspended: !actor.GoneAt.IsZero(), Emojis: a.emojis("actor-emoji", actor.ID, actor.Emojis), Fields: fields(actor.Fields),
	}
	if v.URL == "" {
		v.URL = actor.URI
	}
	if actor.ID == a.node.OwnerID() {
		v.Acct = actor.Handle.Name
	}
	v.Avatar, v.AvatarStatic = a.picture("avatar", actor, actor.Avatar, a.pictures.Avatar)
	v.Header, v.HeaderStatic = a.picture("header", actor, actor.Header, a.pictures.Header)
	return v
}

func fields(all []social.Field) []field {
	shown := make([]field, 0, len(all))
	for _, f := range all {
		shown = append(shown, field{f.Name, string(f.Value), maybeMoment(f.VerifiedAt)})
	}
	return shown
}

// picture is where a picture of an actor is shown, moving and still.
func (a view) picture(kind string, actor *social.Actor, i social.Image, standIn string) (moving, still string) {
	switch {
	case i.File != "":
		moving = a.site.Media(i.File)
	case i.RemoteURL != "":
		return a.both(kind, actor.ID, "", i.RemoteURL)
	default:
		moving = standIn
	}
	return moving, moving
}

func (a view) emojis(kind string, id social.ID, all []social.Emoji) []customEmoji {
	shown := make([]customEmoji, 0, len(all))
	for _, e := range all {
		if e.File != "" {
			url := a.site.Media(e.File)
			shown = append(shown, customEmoji{Shortcode: e.Name, URL: url, StaticURL: url})
			continue
		}
		moving, still := a.both(kind, id, e.Name, e.RemoteURL)
		shown = append(shown, customEmoji{Shortcode: e.Name, URL: moving, StaticURL: still})
	}
	return shown
}

// both is where another's picture is shown, moving and still.
func (a view) both(kind string, id social.ID, name, address string) (moving, still string) {
	p := Picture{Kind: kind, ID: id, Name: name, Address: address, Owner: a.owner}
	moving = a.pictures.Remote(p)
	p.Still = true
	return moving, a.pictures.Remote(p)
}
