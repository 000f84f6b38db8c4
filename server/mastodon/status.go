package mastodon

import (
	"croft/social"
)

// status is a post, or a boost around one, as the API shows it (entity Status).
type status struct {
	ID              string        `json:"id"`
	CreatedAt       string        `json:"created_at"`
	EditedAt        *string       `json:"edited_at"`
	InReplyTo       *string       `json:"in_reply_to_id"`
	InReplyToAuthor *string       `json:"in_reply_to_account_id"`
	Sensitive       bool          `json:"sensitive"`
	Warning         string        `json:"spoiler_text"`
	Visibility      string        `json:"visibility"`
	Language        *string       `json:"language"`
	URI             string        `json:"uri"`
	URL             *string       `json:"url"`
	Replies         int           `json:"replies_count"`
	Boosts          int           `json:"reblogs_count"`
	Likes           int           `json:"favourites_count"`
	Quotes          int           `json:"quotes_count"`
	Content         string        `json:"content"`
	Reblog          *status       `json:"reblog"`
	Application     *application  `json:"application"`
	Account         account       `json:"account"`
	Media           []attachment  `json:"media_attachments"`
	Mentions        []mention     `json:"mentions"`
	Tags            []tag         `json:"tags"`
	Emojis          []customEmoji `json:"emojis"`
	Card            *card         `json:"card"`
	Poll            *poll         `json:"poll"`
	Reactions       []reaction    `json:"reactions"`
	Quote           any           `json:"quote"` // a quote, a shallowQuote, or null
	QuoteApproval   quoteApproval `json:"quote_approval"`

	Text *string `json:"text,omitzero"` // as it was typed: where it is deleted to be written anew

	// What the owner did with it; left out for anybody else.
	Liked      *bool          `json:"favourited,omitzero"`
	Boosted    *bool          `json:"reblogged,omitzero"`
	Muted      *bool          `json:"muted,omitzero"`
	Bookmarked *bool          `json:"bookmarked,omitzero"`
	Pinned     *bool          `json:"pinned,omitzero"`
	Filtered   []filterResult `json:"filtered,omitzero"`
}

// reaction is how many reacted in one way, as the family of Mastodon's forks has
// it: Mastodon has none.
type reaction struct {
	Name      string  `json:"name"` // a character, or the name of a custom emoji
	Count     int     `json:"count"`
	Me        bool    `json:"me"`
	URL       *string `json:"url"`
	StaticURL *string `json:"static_url"`
}

type application struct {
	Name    string  `json:"name"`
	Website *string `json:"website"`
}

type mention struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	URL      string `json:"url"`
	Acct     string `json:"acct"`
}

type tag struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// attachment is a picture or the like (entity MediaAttachment).
type attachment struct {
	ID          string  `json:"id"`
	Type        string  `json:"type"` // image, video, audio or unknown
	URL         *string `json:"url"`
	PreviewURL  *string `json:"preview_url"`
	RemoteURL   *string `json:"remote_url"`
	TextURL     *string `json:"text_url"`
	Meta        meta    `json:"meta"`
	Description *string `json:"description"`
	Blurhash    *string `json:"blurhash"`
}

type meta struct {
	Original *size  `json:"original,omitzero"`
	Small    *size  `json:"small,omitzero"`
	Focus    *focus `json:"focus,omitzero"`
}

type size struct {
	Width  int     `json:"width"`
	Height int     `json:"height"`
	Size   string  `json:"size"`
	Aspect float64 `json:"aspect"`
}

type focus struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// card is a page that a post is about (entity PreviewCard).
type card struct {
	URL         string  `json:"url"`
	Title       string  `json:"title"`
	Description string  `json:"description"`
	Type        string  `json:"type"`
	AuthorName  string  `json:"author_name"`
	AuthorURL   string  `json:"author_url"`
	Provider    string  `json:"provider_name"`
	ProviderURL string  `json:"provider_url"`
	HTML        string  `json:"html"`
	Width       int     `json:"width"`
	Height      int     `json:"height"`
	Image       *string `json:"image"`
	Embed       string  `json:"embed_url"`
	Blurhash    *string `json:"blurhash"`
	Language    *string `json:"language"`
	Published   *string `json:"published_at"`
	Authors     []any   `json:"authors"`
}

// visibility is the API's word for one of ours.
func visibility(v social.Visibility) string {
	if v == social.Followers {
		return "private"
	}
	return string(v)
}

// textOrNull is null for an empty text.
func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func idOrNull(id social.ID) *string {
	if id == 0 {
		return nil
	}
	return new(id.String())
}
