package mastodon

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"croft/server/oauth"
	"croft/social"
	"croft/store"
	"croft/timeline"
)

// Stream is something that an app can listen to. It is comparable.
type Stream struct {
	Name string // as the API calls it
	Arg  string // the hashtag, or the list's number
}

// StreamPaths are the addresses at which one stream each can be listened to, and
// its name.
var StreamPaths = map[string]string{
	"/api/v1/streaming/user":              "user",
	"/api/v1/streaming/user/notification": "user:notification",
	"/api/v1/streaming/public":            "public",
	"/api/v1/streaming/public/local":      "public:local",
	"/api/v1/streaming/public/remote":     "public:remote",
	"/api/v1/streaming/hashtag":           "hashtag",
	"/api/v1/streaming/hashtag/local":     "hashtag:local",
	"/api/v1/streaming/list":              "list",
	"/api/v1/streaming/direct":            "direct",
}

// streamNames are they, and those that only have a name.
var streamNames = []string{
	"user", "user:notification", "public", "public:local", "public:remote", "public:media", "public:local:media", "public:remote:media",
	"hashtag", "hashtag:local", "list", "direct",
}

// Title is how a message says which stream it is of.
func (s Stream) Title() []string {
	if s.Arg == "" {
		return []string{s.Name}
	}
	return []string{s.Name, s.Arg}
}

// Scope is what a key must open for the stream.
func (s Stream) Scope() string {
	if s.Name == "user:notification" {
		return "read:notifications"
	}
	return "read:statuses"
}

// FindStream is the stream with a name. One that is not known, or a hashtag that
// is missing, is ErrInvalid; a list that is not there ErrNotFound.
func (a *API) FindStream(ctx context.Context, name, tag, list string) (Stream, error) {
	s := Stream{Name: name}
	switch {
	case !slices.Contains(streamNames, name):
		return s, social.InvalidField("stream", "There is no stream of this name.")
	case strings.HasPrefix(name, "hashtag"):
		s.Arg = strings.ToLower(strings.TrimPrefix(tag, "#"))
		if s.Arg == "" {
			return s, social.InvalidField("tag", "Say which hashtag.")
		}
	case name == "list":
		id, err := social.ParseID(list)
		if err != nil {
			return s, social.ErrNotFound
		}
		s.Arg = id.String()
		_, err = a.store.FindList(ctx, id)
		return s, err
	}
	return s, nil
}

// Message is what listeners are told.
type Message struct {
	Event   string
	Payload string // JSON, or a number; empty for some events
}

// Messages is what an event has to say to listeners, made once however many
// there are: by stream, of those that are listened to. What went meanwhile says
// nothing.
func (a *API) Messages(ctx context.Context, e timeline.Event, streams []Stream) (map[Stream]Message, error) {
	c := &Call{Context: ctx, Key: &oauth.Key{Owner: true}}
	var told map[Stream]Message
	var err error
	switch e.Kind {
	case timeline.Removed:
		return toAll(streams, Message{"delete", e.ID.String()}, func(s Stream) bool { return s.Name != "user:notification" }), nil
	case timeline.Filtered:
		return toAll(streams, Message{Event: "filters_changed"}, func(s Stream) bool { return s.Name == "user" }), nil
	case timeline.Merged:
		return toAll(streams, Message{Event: "notifications_merged"}, func(s Stream) bool { return s.Name == "user" || s.Name == "user:notification" }), nil
	case timeline.Notified:
		told, err = a.tellNotice(c, e.ID, streams)
	case timeline.Posted, timeline.Edited, timeline.Boosted:
		told, err = a.tellPost(c, e, streams)
	}
	if errors.Is(err, social.ErrNotFound) || errors.Is(err, social.ErrGone) {
		return nil, nil
	}
	return told, err
}

func toAll(streams []Stream, m Message, concerns func(Stream) bool) map[Stream]Message {
	told := map[Stream]Message{}
	for _, s := range streams {
		if concerns(s) {
			told[s] = m
		}
	}
	return told
}

func (a *API) tellNotice(c *Call, id social.ID, streams []Stream) (map[Stream]Message, error) {
	concerns := func(s Stream) bool { return s.Name == "user" || s.Name == "user:notification" }
	if !slices.ContainsFunc(streams, concerns) {
		return nil, nil
	}
	n, err := a.store.FindNotification(c.Context, id)
	if err != nil {
		return nil, err
	}
	shown, err := a.notifications(c, []social.Notification{n})
	if err != nil || len(shown) == 0 || shown[0].Type == "" {
		return nil, err
	}
	text, err := json.Marshal(shown[0])
	return toAll(streams, Message{"notification", string(text)}, concerns), err
}

func (a *API) tellPost(c *Call, e timeline.Event, streams []Stream) (map[Stream]Message, error) {
	entry, err := a.find(c, e.ID)
	if err != nil || !entry.Post.DeletedAt.IsZero() {
		return nil, err
	}
	if entry.Post.Visibility == social.Direct {
		return a.tellDirect(c, e, streams)
	}
	told, message := map[Stream]Message{}, Message{}
	for _, s := range streams {
		has, err := a.streamHas(c, s, entry)
		if err != nil {
			return nil, err
		}
		if !has {
			continue
		}
		if message.Payload == "" {
			if message, err = a.messageOf(c, e, entry); err != nil {
				return nil, err
			}
		}
		told[s] = message
	}
	return told, nil
}

func (a *API) messageOf(c *Call, e timeline.Event, entry store.Entry) (Message, error) {
	shown, err := a.entries(c, []store.Entry{entry})
	if err != nil {
		return Message{}, err
	}
	m := Message{Event: "update"}
	if e.Kind == timeline.Edited {
		m.Event = "status.update"
	}
	text, err := json.Marshal(shown[0])
	m.Payload = string(text)
	return m, err
}

// tellDirect tells of the conversation that a direct post belongs to.
func (a *API) tellDirect(c *Call, e timeline.Event, streams []Stream) (map[Stream]Message, error) {
	direct := Stream{Name: "direct"}
	if !slices.Contains(streams, direct) {
		return nil, nil
	}
	one, err := a.store.FindConversation(c.Context, e.ID)
	if err != nil {
		return nil, err
	}
	shown, err := a.conversations(c, []store.Conversation{one})
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(shown[0])
	return map[Stream]Message{direct: {"conversation", string(text)}}, err
}

// streamHas asks the timeline of a stream whether it shows a line: there is one
// rule for what is read and for what is told.
func (a *API) streamHas(c *Call, s Stream, entry store.Entry) (bool, error) {
	one := store.Span{Before: entry.ID + 1, After: entry.ID - 1, Limit: 1}
	name, media := strings.CutSuffix(s.Name, ":media")
	switch {
	case name == "user":
		lines, err := a.timeline.HomeLines(c.Context, one)
		return len(lines) > 0, err
	case name == "list":
		lists, err := a.store.ListListsWith(c.Context, store.HomeLine{ID: entry.ID, PostID: entry.Post.ID, AuthorID: entry.Post.AuthorID, Boost: entry.Boost})
		return slices.ContainsFunc(lists, func(l social.List) bool { return l.ID.String() == s.Arg }), err
	case entry.Boost != nil:
		return false, nil
	case strings.HasPrefix(name, "hashtag"):
		if !slices.ContainsFunc(entry.Post.Tags, func(t string) bool { return strings.EqualFold(t, s.Arg) }) {
			return false, nil
		}
		posts, err := a.store.ListByTag(c.Context, store.TagQuery{Span: one, Tag: s.Arg, Local: name == "hashtag:local"}, c.viewer())
		return len(posts) > 0, err
	case strings.HasPrefix(name, "public"):
		posts, err := a.store.ListPublic(c.Context, store.PublicQuery{
			Span: one, Local: name == "public:local", Remote: name == "public:remote", OnlyMedia: media,
		}, c.viewer())
		return len(posts) > 0, err
	}
	return false, nil
}
