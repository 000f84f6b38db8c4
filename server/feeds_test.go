package server_test

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"croft/social"
)

// feed is what a reader takes from either kind of feed.
type feed struct {
	Items []struct {
		Title       string `xml:"title"`
		Description string `xml:"description"`
		Content     string `xml:"content"`
	} `xml:"channel>item"`
	Entries []struct {
		ID      string `xml:"id"`
		Title   string `xml:"title"`
		Content string `xml:"content"`
	} `xml:"entry"`
}

// TestFeeds holds both feeds against text that could break XML (attack WEB-13),
// and against posts that are not everybody's.
func TestFeeds(t *testing.T) {
	g := newGate(t)
	nasty := "]]> <b>&amp; \x01\x0b " + strings.Repeat("title ", 3000)
	g.publish(social.Draft{Text: nasty})
	g.publish(social.Draft{Text: "under a warning", Warning: "]]>\x02 & <warning>"})
	for _, v := range []social.Visibility{social.Unlisted, social.Followers, social.Direct} {
		g.publish(social.Draft{Text: "not in the feed", Visibility: v})
	}
	gone := g.publish(social.Draft{Text: "not in the feed"})
	g.must(g.Timeline.Delete(t.Context(), gone.ID))

	for path, kind := range map[string]string{"/@ana.rss": "application/rss+xml", "/@ana.atom": "application/atom+xml"} {
		got := g.send(g.request(http.MethodGet, path, ""))
		got.wants(http.StatusOK)
		if !strings.HasPrefix(got.header.Get("Content-Type"), kind) {
			t.Errorf("%s: type %q, want %s", path, got.header.Get("Content-Type"), kind)
		}
		if strings.Contains(got.body, "not in the feed") {
			t.Errorf("%s tells what is not everybody's", path)
		}
		wellFormed(t, path, got.body)
		var f feed
		if err := xml.Unmarshal([]byte(got.body), &f); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if n := len(f.Items) + len(f.Entries); n != 2 {
			t.Errorf("%s has %d posts, want 2", path, n)
		}
		for _, item := range f.Items {
			checkFeedItem(t, path, item.Title, item.Description)
		}
		for _, entry := range f.Entries {
			checkFeedItem(t, path, entry.Title, entry.Content)
		}
	}
}

func checkFeedItem(t *testing.T, path, title, content string) {
	t.Helper()
	if title == "" || len(title) > 300 {
		t.Errorf("%s: a title of %d bytes", path, len(title))
	}
	if !strings.HasPrefix(content, "<p>") || strings.Contains(content, "<b>") {
		t.Errorf("%s: content %.60q", path, content)
	}
}

// wellFormed reads a document to its end.
func wellFormed(t *testing.T, path, body string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(body))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s is no XML: %v", path, err)
		}
	}
}
