package social

import (
	"net/url"
	"strings"
)

// Site builds and recognises the URIs of this home. Nobody else joins one
// together.
type Site struct {
	Origin     string // scheme://host[:port], no slash at the end
	Name       string // the owner's handle without its host
	HandleHost string // the host of the owner's handle; may differ from the origin's
}

// Host is the origin's host, with its port if it has one.
func (s Site) Host() string {
	_, host, _ := strings.Cut(s.Origin, "://")
	return host
}

// Handle is the owner's handle.
func (s Site) Handle() Handle { return Handle{Name: s.Name, Host: s.HandleHost} }

// Actor is the owner's URI and also the address of their profile.
func (s Site) Actor() string { return s.Origin + "/@" + s.Name }

// Instance is the URI of the instance actor, which signs our GETs and reports.
func (s Site) Instance() string { return s.Origin + "/actor" }

// InstanceHandle is the handle of the instance actor: the host, so that
// WebFinger leads back to it (FEP-d556). Its name has no port, since a colon is
// in no name.
func (s Site) InstanceHandle() Handle {
	name, _, _ := strings.Cut(s.Host(), ":")
	return Handle{Name: name, Host: s.Host()}
}

// InstanceOutbox is the collection of what the instance actor published: nothing.
func (s Site) InstanceOutbox() string { return s.Instance() + "/outbox" }

// Inbox is the owner's own inbox.
func (s Site) Inbox() string { return s.Actor() + "/inbox" }

// SharedInbox takes activities for anybody here.
func (s Site) SharedInbox() string { return s.Origin + "/inbox" }

// Outbox is the collection of what the owner published.
func (s Site) Outbox() string { return s.Actor() + "/outbox" }

// Followers is the collection of the owner's followers.
func (s Site) Followers() string { return s.Actor() + "/followers" }

// FollowersOf is the part of Followers on one host (FEP-8fcf).
func (s Site) FollowersOf() string { return s.Actor() + "/followers_synchronization" }

// Following is the collection of whom the owner follows.
func (s Site) Following() string { return s.Actor() + "/following" }

// QuoteRequest is the id of the owner's asking to quote something in a post of
// theirs; like that of an Edit it begins with the post's.
func (s Site) QuoteRequest(postID ID) string { return s.Post(postID) + quoteRequest }

const quoteRequest = "#quote"

// QuotingPost is the post of a QuoteRequest; empty if the id is none.
func (s Site) QuotingPost(requestID string) string {
	post, ok := strings.CutSuffix(requestID, quoteRequest)
	if !ok || !s.Owns(post) {
		return ""
	}
	return post
}

// Stamp is the approval of a quote of a post of the owner's (FEP-044f).
func (s Site) Stamp(id ID) string { return s.Actor() + "/quotes/" + id.String() }

// FeaturedTags is the collection of the hashtags on the owner's profile.
func (s Site) FeaturedTags() string { return s.Actor() + "/featured_tags" }

// Featured is the collection of the owner's pinned posts.
func (s Site) Featured() string { return s.Actor() + "/featured" }

// PictureOf is where this home shows the avatar of somebody else.
func (s Site) PictureOf(actor ID) string { return s.Origin + "/media/remote/avatar/" + actor.String() }

// Post is the URI of a post of the owner's and also its page.
func (s Site) Post(id ID) string { return s.Actor() + "/" + id.String() }

// PostID reads what Post wrote.
func (s Site) PostID(uri string) (ID, bool) {
	rest, ok := strings.CutPrefix(uri, s.Actor()+"/")
	if !ok {
		return 0, false
	}
	id, err := ParseID(rest)
	return id, err == nil
}

// Part is the URI of something that belongs to a post: activity, replies,
// likes, shares or context.
func (s Site) Part(id ID, part string) string { return s.Post(id) + "/" + part }

// FirstPage is the first page of one of our collections; how the next ones are
// called is said there.
func (s Site) FirstPage(collection string) string { return collection + "?page=1" }

// Act is the id of an act of the owner's that is sent but not served: a follow,
// like, undo, update, delete, accept, …
func (s Site) Act(kind string, id ID) string { return s.Actor() + "#" + kind + "/" + id.String() }

// Edit is the id of the sending of a new wording of a post. Like everything that
// holds words of a post it begins with the post's URI, by which the store finds
// it when the post is deleted.
func (s Site) Edit(postID, id ID) string { return s.Post(postID) + "#updates/" + id.String() }

// Tag is the page of a hashtag, written without #.
func (s Site) Tag(tag string) string {
	return s.Origin + "/tags/" + url.PathEscape(strings.ToLower(tag))
}

// Media is the address of a file in the media folder.
func (s Site) Media(file string) string { return s.Origin + "/media/" + file }

// Emoji is the id of an emoji of the owner's.
func (s Site) Emoji(id ID) string { return s.Origin + "/emojis/" + id.String() }

// Owns reports whether the URI is in our own name space, so that no stranger
// may define what it means. It compares parsed origins, never text.
func (s Site) Owns(uri string) bool { return SameOrigin(s.Origin, uri) }

// SameOrigin is the one comparison of where two URIs live: scheme, punycode
// host and port (FEP-fe34). A URI that could be read in two ways has no origin
// and is the same as nothing.
func SameOrigin(a, b string) bool {
	x, okX := Origin(a)
	y, okY := Origin(b)
	return okX && okY && x == y
}

// Origin is scheme://host[:port] of an http or https URI in canonical form:
// lower case, punycode, no default port. A relative, ambiguous or odd URI (user
// names, backslashes, control characters, trailing dots, escapes in the host)
// has none.
func Origin(uri string) (string, bool) {
	if strings.ContainsFunc(uri, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }) {
		return "", false
	}
	u, err := url.Parse(uri)
	if err != nil || u.User != nil || u.Opaque != "" || u.Host == "" {
		return "", false
	}
	if u.Scheme != "https" && u.Scheme != "http" {
		return "", false
	}
	host, err := ParseHost(u.Host)
	if err != nil {
		return "", false
	}
	defaultPort := ":443"
	if u.Scheme == "http" {
		defaultPort = ":80"
	}
	return u.Scheme + "://" + strings.TrimSuffix(host, defaultPort), true
}

// HostOf is the host of a URI, with its port if it is not the scheme's own, in
// the form of ParseHost; empty if it has no origin.
func HostOf(uri string) string {
	origin, _ := Origin(uri)
	_, host, _ := strings.Cut(origin, "://")
	return host
}
