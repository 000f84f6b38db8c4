package timeline_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"croft/social"
	"croft/timeline"
)

// A preview is word for word what Publish makes of the draft, keeps nothing, and
// asks nobody.
func TestPreviewIsWhatWillBePublished(t *testing.T) {
	c := newCast(t)
	c.home.Know(c.sam)
	c.forget()
	d := social.Draft{
		Text: "**Hello** @sam@stranger.test and @alice@good.test, #wool by @owner@me.test", Warning: "w", Language: "de",
		Visibility: social.Unlisted, Attachments: []social.ID{c.upload().ID},
	}
	var seen *social.Post
	c.unchanged(func() {
		var err error
		seen, err = c.tl.Preview(t.Context(), d)
		c.must(err)
	})
	for _, p := range c.peers {
		if asked := p.Requests(); len(asked) > 0 {
			t.Errorf("a preview asked %v", asked)
		}
	}
	if got := timeline.Unfound(seen); len(got) != 1 || got[0].String() != "@alice@good.test" {
		t.Errorf("the preview does not know %v, want alice alone", got)
	}

	c.home.Know(c.alice)
	seen, err := c.tl.Preview(t.Context(), d)
	c.must(err)
	published, err := c.tl.Publish(t.Context(), d)
	c.must(err)
	out := c.post(published.URI)
	same := cmpopts.IgnoreFields(social.Post{}, "ID", "URI", "URL", "Context", "Author", "PublishedAt")
	if diff := cmp.Diff(out, seen, same, cmpopts.IgnoreFields(social.Attachment{}, "PostID"), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the preview differs from what was published (-published +preview):\n%s", diff)
	}
	if got := timeline.Unfound(out); len(got) > 0 {
		t.Errorf("not found: %v", got)
	}
}

// Whom a post names and nobody was found for can be said afterwards.
func TestUnfound(t *testing.T) {
	c := newCast(t)
	p := c.publish("@nobody@good.test and @alice@good.test, `@code@good.test`", social.Public)
	if got := timeline.Unfound(p); len(got) != 1 || got[0].String() != "@nobody@good.test" {
		t.Errorf("not found: %v, want nobody alone", got)
	}
}
