package social

// MediaKind says how an attachment is shown.
type MediaKind string

// The kinds of media. MediaOther is a file that can only be linked to.
const (
	MediaImage MediaKind = "image"
	MediaVideo MediaKind = "video"
	MediaAudio MediaKind = "audio"
	MediaOther MediaKind = "other"
)

// Image is a picture that stands for something: an avatar, a header, an emoji.
// The owner's have File, others' have RemoteURL.
type Image struct {
	File      string `json:",omitempty"` // name in the media folder
	RemoteURL string `json:",omitempty"` // where its own server keeps it
	MediaType string `json:",omitempty"`
	Alt       string `json:",omitempty"`
}

// IsZero reports that there is no picture.
func (i Image) IsZero() bool { return i.File == "" && i.RemoteURL == "" }

// Attachment is a picture, video or sound that hangs on a post. One of the
// owner's that is not bound yet has PostID 0.
type Attachment struct {
	ID        ID
	PostID    ID
	Kind      MediaKind
	File      string // name in the media folder; empty for another server's
	Preview   string // name of a smaller copy in the media folder, if there is one
	RemoteURL string // where its own server keeps it; empty for ours
	MediaType string
	Alt       string  // what it shows, in words
	Blurhash  string  // at most 5×5 components, which Mastodon insists on
	Width     int     // pixels; 0 if unknown
	Height    int     // pixels; 0 if unknown
	FocusX    float64 // the point to keep visible, -1 left to 1 right
	FocusY    float64 // -1 bottom to 1 top
	Size      int64   // bytes; 0 if unknown
}
