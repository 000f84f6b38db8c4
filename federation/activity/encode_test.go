package activity

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"croft/social"
)

var home = Encoder{Site: social.Site{Origin: "https://home.test", Name: "amy", HandleHost: "home.test"}}

const (
	amy       = "https://home.test/@amy"
	bob       = "https://far.test/users/bob"
	bobsNote  = "https://far.test/notes/1?a=käse&b=%2F"
	followers = amy + "/followers"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 123456789, time.UTC)

// fullPost uses every field that is written.
func fullPost() *social.Post {
	id := social.NewID(noon, 1)
	return &social.Post{
		ID: id, URI: home.Site.Post(id), URL: home.Site.Post(id), Kind: social.Note, AuthorURI: amy,
		Content: `<p>Bread &amp; boats for <span class="h-card"><a href="https://far.test/@bob" class="u-url mention">@<span>bob</span></a></span></p>`,
		Source:  "Bread & boats for @bob@far.test", Warning: "Food & <drink>", Language: "en-GB",
		Visibility: social.Public, To: []string{social.PublicURI}, Cc: []string{followers, bob},
		Mentions:  []social.Mention{{URI: bob, Handle: "@bob@far.test"}},
		Tags:      []string{"Käse", "boats"},
		Emojis:    []social.Emoji{{Name: "loaf", ID: 7, File: "ef56.png", MediaType: "image/png"}},
		InReplyTo: bobsNote, Context: home.Site.Part(id, "context"), MayReply: social.MayReplyFollowers, MayQuote: social.MayQuoteFollowers,
		Quote: &social.Quote{URI: bobsNote, State: social.QuoteAccepted, Stamp: "https://far.test/stamps/1"},
		Attachments: []social.Attachment{
			{
				Kind: social.MediaImage, File: "ab12.jpg", MediaType: "image/jpeg", Alt: "A loaf", Width: 640, Height: 480,
				Blurhash: "LyHLk#2swxX8l}WDjte;gJfjfQfj", FocusX: -0.25, FocusY: 0.5,
			},
			{Kind: social.MediaVideo, File: "cd34.mp4", MediaType: "video/mp4"},
		},
		LikeCount: 3, BoostCount: 1, PublishedAt: noon, EditedAt: noon.Add(time.Hour),
	}
}

func barePost() *social.Post {
	id := social.NewID(noon, 2)
	return &social.Post{
		ID: id, URI: home.Site.Post(id), AuthorURI: amy, Content: "<p>psst</p>", Kind: social.Note,
		Visibility: social.Direct, To: []string{bob}, PublishedAt: noon,
	}
}

func owner() ActorDocument {
	return ActorDocument{
		Actor: &social.Actor{
			URI: amy, URL: amy, Type: social.Person, Handle: home.Site.Handle(), Name: "Amy <3", Bio: "<p>Bread.</p>",
			Avatar: social.Image{File: "face.png", MediaType: "image/png", Alt: "A face"},
			Header: social.Image{File: "sea.png", MediaType: "image/png"},
			Fields: []social.Field{{Name: "Site", Value: `<a href="https://example.org/" rel="me">example.org</a>`}},
			Inbox:  home.Site.Inbox(), SharedInbox: home.Site.SharedInbox(), Outbox: home.Site.Outbox(),
			Followers: home.Site.Followers(), Following: home.Site.Following(), Featured: home.Site.Featured(),
			AlsoKnownAs: []string{"https://old.test/users/amy"}, Websites: []string{"loaf.example"}, Locked: true, Discoverable: true,
			CreatedAt: noon, UpdatedAt: noon,
		},
		Keys: []Key{
			{ID: amy + "#main-key", Owner: amy, PEM: "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"},
			{ID: amy + "#ed25519-key", Owner: amy, Multibase: "z6MkuRg8PDNdrZ4cmJ8baBHSPy6ykAFw5aYKwfgQn6WwrFU6"},
		},
		WebFinger: "amy@home.test", Implements: []string{RFC9421},
	}
}

func instance() ActorDocument {
	site := home.Site
	return ActorDocument{
		Actor: &social.Actor{
			URI: site.Instance(), URL: site.Origin + "/", Type: social.Application,
			Handle: social.Handle{Name: "home.test", Host: "home.test"}, Inbox: site.SharedInbox(), CreatedAt: noon,
		},
		Keys: []Key{{ID: site.Instance() + "#main-key", Owner: site.Instance(), PEM: "PEM"}},
	}
}

// TestEncode holds every document and activity that we send byte for byte.
func TestEncode(t *testing.T) {
	site, public := home.Site, []string{social.PublicURI}
	follow := Follow{ID: site.Act("follows", 7), Actor: amy, Object: bob}
	theirs := &Follow{ID: "https://far.test/users/bob#follows/1", Actor: bob, Object: amy}
	like := Like{ID: site.Act("likes", 8), Actor: amy, Object: bobsNote, To: []string{bob}}
	post := fullPost()
	poll, ended := barePost(), barePost()
	poll.Kind, poll.Poll = social.Question, &social.Poll{Options: []social.PollOption{{Text: "bread", Votes: 2}, {Text: "soup"}}, EndsAt: noon.Add(time.Hour), VoterCount: 2, HideTotals: true}
	ended.Kind, ended.Poll = social.Question, &social.Poll{Options: poll.Poll.Options, EndsAt: noon, VoterCount: 2, HideTotals: true, Multiple: true, Closed: true}
	boost := Announce{
		ID: site.Act("boosts", 9), Actor: amy, Object: bobsNote,
		To: public, Cc: []string{followers, bob}, Published: noon,
	}
	asked := &QuoteRequest{ID: "https://far.test/users/bob#quotes/1", Actor: bob, Object: post.URI, Instrument: bobsNote}
	for name, a := range map[string]Activity{
		"quote-request": QuoteRequest{ID: site.Act("quotes", 3), Actor: amy, Object: bobsNote, Instrument: post.URI, Post: post},
		"accept-quote":  Accept{ID: site.Act("accepts", 3), Actor: amy, Object: asked.ID, Request: asked, Result: "https://home.test/@amy/quotes/7"},
		"reject-quote":  Reject{ID: site.Act("rejects", 3), Actor: amy, Object: asked.ID, Request: asked},
		"create":        Create{ID: site.Part(post.ID, "activity"), Actor: amy, Object: post.URI, Post: post, To: post.To, Cc: post.Cc, Published: noon},
		"create-direct": Create{ID: site.Part(barePost().ID, "activity"), Actor: amy, Object: barePost().URI, Post: barePost(), To: []string{bob}, Published: noon},
		"create-poll":   Create{ID: site.Part(poll.ID, "activity"), Actor: amy, Object: poll.URI, Post: poll, To: poll.To, Cc: poll.Cc, Published: noon},
		"update-poll":   Update{ID: site.Act("updates", 3), Actor: amy, Object: ended.URI, Post: ended, To: ended.To, Cc: ended.Cc},
		"vote":          Vote{ID: amy + "#votes/16/activity", Actor: amy, Object: amy + "#votes/16", Question: bobsNote, Choices: []string{"Käse & Brot"}, To: []string{bob}},
		"update":        Update{ID: site.Act("updates", 1), Actor: amy, Object: post.URI, Post: post, To: post.To, Cc: post.Cc, UpdatedAt: noon},
		"update-person": Update{ID: site.Act("updates", 2), Actor: amy, Object: amy, Person: new(owner()), To: public, Cc: []string{followers}, UpdatedAt: noon},
		"delete":        Delete{ID: site.Act("deletes", 3), Actor: amy, Object: post.URI, To: public, Cc: []string{followers}, DeletedAt: noon},
		"delete-person": Delete{ID: site.Act("deletes", 4), Actor: amy, Object: amy, To: public},
		"follow":        follow,
		"accept":        Accept{ID: site.Act("accepts", 5), Actor: amy, Object: theirs.ID, Follow: theirs},
		"reject":        Reject{ID: site.Act("rejects", 6), Actor: amy, Object: theirs.ID, Follow: theirs},
		"undo-follow":   Undo{ID: site.Act("undos", 7), Actor: amy, Object: follow.ID, Inner: follow, To: []string{bob}},
		"undo-like":     Undo{ID: site.Act("undos", 8), Actor: amy, Object: like.ID, Inner: like, To: []string{bob}},
		"undo-announce": Undo{ID: site.Act("undos", 9), Actor: amy, Object: boost.ID, Inner: boost, To: boost.To, Cc: boost.Cc},
		"announce":      boost,
		"like":          like,
		"block":         Block{ID: site.Act("blocks", 10), Actor: amy, Object: bob},
		"add":           Add{ID: site.Act("adds", 11), Actor: amy, Object: post.URI, Target: site.Featured(), To: public, Cc: []string{followers}},
		"remove":        Remove{ID: site.Act("removes", 12), Actor: amy, Object: post.URI, Target: site.Featured(), To: public, Cc: []string{followers}},
		"move":          Move{ID: site.Act("moves", 13), Actor: amy, Object: amy, Target: "https://new.test/@amy", To: []string{followers}},
		"flag":          Flag{ID: site.Origin + "/actor#flags/14", Actor: site.Instance(), Objects: []string{bob, bobsNote}, Content: "Rude <b>words</b>", To: []string{bob}},
		"flag-actor":    Flag{ID: site.Origin + "/actor#flags/15", Actor: site.Instance(), Objects: []string{bob}, To: []string{bob}},
	} {
		out, err := home.Encode(a)
		checkOut(t, "activity-"+name, out, err)
		if err == nil {
			checkRoundTrip(t, out, a)
		}
	}
	for name, encode := range documents() {
		out, err := encode()
		checkOut(t, "document-"+name, out, err)
		if _, err := DecodeObject(out); err != nil {
			t.Errorf("%s: we cannot read it ourselves: %v", name, err)
		}
	}
}

func documents() map[string]func() ([]byte, error) {
	site := home.Site
	collection := func(c Collection) func() ([]byte, error) {
		return func() ([]byte, error) { return EncodeCollection(c) }
	}
	create, _ := home.Encode(Create{ID: site.Part(barePost().ID, "activity"), Actor: amy, Object: barePost().URI, Post: barePost()})
	return map[string]func() ([]byte, error){
		"post":      func() ([]byte, error) { return home.EncodePost(fullPost()) },
		"owner":     func() ([]byte, error) { return home.EncodeActor(owner()) },
		"instance":  func() ([]byte, error) { return home.EncodeActor(instance()) },
		"tombstone": func() ([]byte, error) { return EncodeTombstone(Tombstone{ID: fullPost().URI, Deleted: noon}) },
		"followers": collection(Collection{ID: followers, Type: "OrderedCollection", Total: 7}),
		"outbox":    collection(Collection{ID: site.Outbox(), Type: "OrderedCollection", Total: 1, First: site.FirstPage(site.Outbox())}),
		"outbox-page": collection(Collection{
			ID: site.FirstPage(site.Outbox()), Type: "OrderedCollectionPage", Total: -1, PartOf: site.Outbox(),
			Next: site.Outbox() + "?before=1", Prev: site.Outbox() + "?after=1", Items: []Item{{Raw: create}},
		}),
		"featured":     collection(Collection{ID: site.Featured(), Type: "OrderedCollection", AttributedTo: amy, Total: 1, Items: []Item{{ID: fullPost().URI}}}),
		"replies-page": collection(Collection{ID: "https://home.test/r?page=1", Type: "CollectionPage", PartOf: "https://home.test/r", Total: -1}),
	}
}

func checkOut(t *testing.T, name string, out []byte, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if depth := depthOf(out); depth > 8 { // Pixelfed refuses more
		t.Errorf("%s is nested %d deep", name, depth)
	}
	indented := jsontext.Value(bytes.Clone(out))
	if err := indented.Indent(jsontext.WithIndent("  ")); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	compareGolden(t, filepath.Join("testdata", "out", name+".json"), append(bytes.Clone(indented), '\n'))
	if err := indented.Compact(); err != nil || !bytes.Equal(indented, out) {
		t.Errorf("%s has more to it than its golden file shows: %v\n%s", name, err, out)
	}
}

func depthOf(data []byte) (deepest int) {
	depth := 0
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			i = closingQuote(data, i)
		case '{', '[':
			depth++
			deepest = max(deepest, depth)
		case '}', ']':
			depth--
		}
	}
	return deepest
}

// checkRoundTrip reads what we send as others do.
func checkRoundTrip(t *testing.T, out []byte, want Activity) {
	t.Helper()
	got, err := Decode(out)
	if err != nil {
		t.Errorf("decode our own %s: %v", HeadOf(want).Type, err)
		return
	}
	if g, w := HeadOf(got), HeadOf(want); g != w {
		t.Errorf("decode our own %s: got %+v, want %+v", w.Type, g, w)
	}
	if create, ok := got.(Create); ok {
		sent := want.(Create).Post
		if sent.Quote != nil && (create.Post.Quote == nil || create.Post.Quote.URI != sent.Quote.URI || create.Post.Quote.Stamp != sent.Quote.Stamp || create.Post.MayQuote != sent.MayQuote) {
			t.Errorf("the quote reads back as %+v", create.Post.Quote)
		}
		if !strings.HasSuffix(string(create.Post.Content), string(markupOf(sent))) || (sent.Quote != nil) != strings.HasPrefix(string(create.Post.Content), `<p class="quote-inline">RE: `) || create.Post.Visibility != sent.Visibility || create.Post.Language != sent.Language {
			t.Errorf("the post reads back as %+v", create.Post)
		}
	}
}

// markupOf is the content as Sanitize leaves it.
func markupOf(p *social.Post) social.HTML { return contentHTML(string(p.Content), "") }

func TestEncodeRefuses(t *testing.T) {
	for name, a := range map[string]Activity{
		"nil":                   nil,
		"unknown":               Unknown{Type: "Listen"},
		"vote":                  Vote{},
		"create without a post": Create{ID: amy + "/1/activity", Actor: amy},
		"accept without follow": Accept{ID: amy + "#accepts/1", Actor: amy},
		"undo of a delete":      Undo{ID: amy + "#undos/1", Actor: amy, Inner: Delete{}},
	} {
		if _, err := home.Encode(a); !errors.Is(err, social.ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid", name, err)
		}
	}
	if _, err := EncodeCollection(Collection{Type: "Note"}); !errors.Is(err, social.ErrInvalid) {
		t.Errorf("a Note as a collection: %v", err)
	}
}

// TestTermsHaveSources reads the table: each word once, with an address for
// its meaning and a place where that is written.
func TestTermsHaveSources(t *testing.T) {
	seen := map[string]bool{}
	for _, term := range terms() {
		prefix, _, ok := strings.Cut(term.iri, ":")
		if !ok || term.source == "" || seen[term.name] || prefix != "https" && prefix != "http" && prefix != "as" && !seen[prefix] {
			t.Errorf("row %+v", term)
		}
		seen[term.name] = true
	}
}

func BenchmarkEncodeCreate(b *testing.B) {
	p := fullPost()
	a := Create{ID: p.URI + "/activity", Actor: amy, Object: p.URI, Post: p, To: p.To, Cc: p.Cc, Published: noon}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := home.Encode(a); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodeActor(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := home.EncodeActor(owner()); err != nil {
			b.Fatal(err)
		}
	}
}
