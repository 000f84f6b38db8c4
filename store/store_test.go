package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"croft/social"
	"croft/store/storetest"
)

func at(ms int64) time.Time { return time.UnixMilli(1_790_000_000_000 + ms).UTC() }

func TestPutPostFindsWhole(t *testing.T) {
	s := storetest.New(t, nil)
	bob := storetest.PutActor(t, s, storetest.Actor("bob", "far.test"))
	p := storetest.Post(bob, "one", at(0))
	p.Title, p.Source, p.Warning, p.Sensitive, p.Language = "T", "src", "careful", true, "de"
	p.Mentions = []social.Mention{{URI: "https://home.test/@ana", Handle: "@ana@home.test", URL: "x"}}
	p.Tags = []string{"Go", "fediverse"}
	p.Emojis = []social.Emoji{{Name: "blob", RemoteURL: "https://far.test/blob.png"}}
	p.InReplyTo, p.Context, p.Replies, p.Link = "https://other.test/1", "ctx", p.URI+"/replies", "https://l.test"
	p.Attachments = []social.Attachment{
		{Kind: social.MediaImage, RemoteURL: "https://far.test/1.png", MediaType: "image/png", Alt: "cat", Blurhash: "x",
			Width: 3, Height: 4, FocusX: 0.5, FocusY: -0.25, Size: 9},
		{Kind: social.MediaVideo, RemoteURL: "https://far.test/2.mp4"},
	}
	p.Poll = &social.Poll{Options: []social.PollOption{{Text: "a", Votes: 1}, {Text: "b"}}, EndsAt: at(5), VoterCount: 1}
	p.EditedAt, p.PinnedAt, p.FetchedAt = at(1), at(2), at(3)
	storetest.PutPost(t, s, p)
	got, err := s.FindPost(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Attachments {
		p.Attachments[i].ID, p.Attachments[i].PostID = got.Attachments[i].ID, p.ID
	}
	p.Author = bob
	if diff := cmp.Diff(p, got); diff != "" {
		t.Errorf("a post comes back changed (-put +found):\n%s", diff)
	}
}
