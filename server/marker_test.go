package server_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"croft/markup"
	"croft/social"
	"croft/store"
)

// marker would be an element of its own, were it ever written unescaped.
const marker = `"><img src=x onerror=1>`

// markedActor has the marker wherever another server may put something. What is
// HTML was cleaned as at the door.
func markedActor(at time.Time) *social.Actor {
	return &social.Actor{
		URI: "https://evil.test/users/mallory", Type: social.Group, Handle: social.Handle{Name: "mallory" + marker, Host: "evil.test"},
		Name: "Mallory :m: " + marker, Bio: markup.Sanitize("<p>bio " + marker + "</p>" + marker), URL: "javascript:alert(1)//" + marker,
		Avatar:  social.Image{RemoteURL: "https://evil.test/a.png?" + marker, Alt: "avatar " + marker},
		Header:  social.Image{RemoteURL: "https://evil.test/h.png?" + marker, Alt: "header " + marker},
		Fields:  []social.Field{{Name: "field " + marker, Value: markup.SanitizeField("value " + marker)}, {Name: marker, Value: markup.SanitizeField(marker), VerifiedAt: at}},
		Emojis:  []social.Emoji{{Name: "m", RemoteURL: "https://evil.test/e.png?" + marker}, {Name: marker, RemoteURL: "https://evil.test/" + marker}},
		MovedTo: "https://evil.test/users/" + marker,
		Inbox:   "https://evil.test/inbox", FetchedAt: at, CreatedAt: at, UpdatedAt: at,
		PostCount: 3, FollowerCount: 2, FollowingCount: 1,
	}
}

func markedPost(a *social.Actor, name string, at time.Time) *social.Post {
	return &social.Post{
		URI: "https://evil.test/notes/" + name + "?" + marker, URL: "javascript:alert(2)//" + marker, Kind: social.Article,
		AuthorID: a.ID, AuthorURI: a.URI, Title: "title " + marker, Content: markup.Sanitize("<p>says :m: " + marker + "</p>" + marker),
		Warning: "warns " + marker, Language: marker, Visibility: social.Public, To: []string{social.PublicURI},
		Mentions: []social.Mention{{URI: "https://me.test/@owner", Handle: "@owner" + marker, URL: "javascript:alert(3)//" + marker}},
		Tags:     []string{"bread", marker}, Emojis: []social.Emoji{{Name: "m", RemoteURL: "https://evil.test/e.png?" + marker}, {Name: marker, RemoteURL: "x"}},
		Context: marker, Replies: marker, Link: "javascript:alert(4)//" + marker,
		Attachments: []social.Attachment{
			{Kind: social.MediaImage, RemoteURL: "https://evil.test/p.png?" + marker, MediaType: "image/png", Alt: "shows " + marker, Blurhash: marker},
			{Kind: social.MediaVideo, RemoteURL: "javascript:alert(5)//" + marker, MediaType: marker, Alt: "moves " + marker},
		},
		Poll:        &social.Poll{Options: []social.PollOption{{Text: "option " + marker, Votes: 1}, {Text: marker}}},
		PublishedAt: at, FetchedAt: at, EditedAt: at,
	}
}

// markedHouse is full of what mallory sent.
func markedHouse(t *testing.T) (h *house, ids []social.ID) {
	h = openHouse(t)
	mallory := h.know(markedActor(h.Now()))
	h.follows(mallory)
	h.followedBy(mallory, social.FollowAccepted)
	asking := markedActor(h.Now())
	asking.URI, asking.Handle.Name = "https://evil.test/users/asking", "asking"+marker
	asking = h.know(asking)
	h.followedBy(asking, social.FollowPending)

	own := h.publish(url.Values{"text": {"mine " + marker + " #bread"}, "warning": {"mind " + marker}})
	ownID, err := social.ParseID(own)
	h.must(err)
	open := h.keep(markedPost(mallory, "open", h.Now()))
	answer := markedPost(mallory, "answer", h.Now())
	answer.Kind, answer.Warning, answer.InReplyTo, answer.InReplyToID = social.Note, "", h.home.Site.Post(ownID), ownID
	answer = h.keep(answer)
	letter := markedPost(mallory, "letter", h.Now())
	letter.Visibility, letter.To = social.Direct, []string{h.home.Site.Actor()}
	letter = h.keep(letter)
	h.boost(mallory, open)
	h.must(h.tl.Boost(t.Context(), open.ID))
	h.update(func(tx *store.Tx) error {
		_, err := tx.PutReport(t.Context(), social.Report{
			URI: "https://evil.test/flags/" + marker, ActorID: mallory.ID, TargetID: h.home.Node.OwnerID(), CreatedAt: tx.Now,
			Posts: []string{h.home.Site.Post(ownID), marker}, Comment: "complains " + marker,
		})
		return errors.Join(err, tx.PutRevision(t.Context(), social.Revision{
			PostID: open.ID, Content: open.Content, Warning: marker, Language: marker, Attachments: open.Attachments, At: tx.Now,
		}))
	})
	for _, kind := range []social.NotificationKind{
		social.NotifyMention, social.NotifyLike, social.NotifyBoost, social.NotifyFollow, social.NotifyFollowRequest,
		social.NotifyEdit, social.NotifyQuotedEdit, social.NotifyPoll, social.NotifyMove, social.NotifyReport,
	} {
		h.notify(kind, mallory, answer.ID)
	}
	return h, []social.ID{mallory.ID, asking.ID, ownID, open.ID, answer.ID, letter.ID}
}

// TestMarker opens every page of a home that is full of mallory's words: none of
// them becomes an element, an attribute or a script's address (attack WEB-02).
func TestMarker(t *testing.T) {
	h, ids := markedHouse(t)
	owners, everybodys := h.addresses([]*kept{{id: ids[2].String(), tag: "bread"}, {id: ids[3].String(), tag: url.PathEscape(marker)}}, ids...)
	escaped := url.QueryEscape(marker)
	draft, err := h.tl.SaveDraft(t.Context(), social.Draft{Text: marker + "begun", Warning: marker, Language: marker, Visibility: social.Public})
	h.must(err)
	echoes := []string{
		"/compose?draft=" + draft.String(), "/search?q=" + escaped, "/search?q=says", "/compose?text=" + escaped, "/compose?visibility=" + escaped, "/login?next=" + escaped,
		"/hosts/block?host=" + escaped, "/notifications?kind=" + escaped, "/authorize_interaction?uri=" + escaped,
		"/?before=" + escaped, "/nothing/" + url.PathEscape(marker), "/search?q=mallory",
	}
	for _, path := range append(owners, append(everybodys, echoes...)...) {
		for _, p := range []*page{h.get(path), h.visit(path)} {
			if p.status >= 500 {
				t.Errorf("%s: %d", path, p.status)
			}
			p.isClean()
		}
	}
	for path, form := range map[string]url.Values{
		"/compose":                               {"text": {""}, "warning": {marker}, "language": {marker}, "visibility": {marker}, "next": {marker}},
		"/login":                                 {"handle": {marker}, "password": {"x"}, "next": {marker}},
		"/interact":                              {"acct": {marker}, "uri": {marker}},
		"/people/" + ids[0].String() + "/report": {"comment": {marker + strings.Repeat("x", 5000)}},
		"/hosts/block":                           {"host": {marker}},
		"/settings/profile":                      {"name": {marker + strings.Repeat("x", 200)}, "bio": {marker}, "field_name_1": {marker}, "field_value_1": {marker}},
	} {
		p := h.post(path, form)
		if p.status != http.StatusUnprocessableEntity {
			t.Errorf("POST %s: %d", path, p.status)
		}
		p.isClean()
	}
	// The words are there, or the test would show nothing.
	h.get("/posts/"+ids[3].String()).says("main", "title "+marker).says("main", "warns "+marker).says("main", "option "+marker).says("main", "moves "+marker)
	h.get("/people/"+ids[0].String()).says("main", "field "+marker).says("main", "Mallory")
	h.get("/reports").says("main", "complains "+marker)
	h.get("/drafts").says("main", marker+"begun")
}

// isClean reports every element or attribute that the marker, or an address of
// mallory's, made.
func (p *page) isClean() {
	p.t.Helper()
	if !strings.Contains(p.header.Get("Content-Type"), "html") {
		return
	}
	for n := range p.doc.Descendants() {
		for _, a := range n.Attr {
			value := strings.ToLower(strings.TrimSpace(a.Val))
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style", strings.ContainsAny(a.Key, `"<>`),
				a.Key == "src" && value == "x",
				isAddress(a.Key) && strings.HasPrefix(value, "javascript:"),
				a.Key == "src" && !strings.HasPrefix(value, "/"):
				p.t.Errorf("%s: <%s %s=%q>", p.asked, n.Data, a.Key, a.Val)
			}
		}
		if n.Type == html.ElementNode && (n.Data == "iframe" || n.Data == "script" && len(n.Attr) == 0) {
			p.t.Errorf("%s: <%s>", p.asked, n.Data)
		}
	}
}

func isAddress(attribute string) bool {
	switch attribute {
	case "href", "src", "action", "formaction":
		return true
	}
	return false
}
