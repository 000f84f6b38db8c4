package timeline_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"croft/social"
	"croft/timeline"
)

// drafts is how many are kept.
func (c *cast) drafts() int {
	c.t.Helper()
	n, err := c.home.Store.CountDrafts(c.t.Context())
	c.must(err)
	return n
}

// TestDraftIsKeptWhole keeps a draft, keeps it again with other words, and posts
// it: then it is gone, and neither posted nor kept a second time under its number.
func TestDraftIsKeptWhole(t *testing.T) {
	c := newCast(t)
	ctx := t.Context()
	asked := c.publish("what?", social.Public)
	d := social.Draft{
		Text: "teh", Warning: "w", Sensitive: true, Language: "de", Visibility: social.Unlisted, InReplyToID: asked.ID,
		Attachments: []social.ID{c.upload().ID, c.upload().ID},
	}
	id, err := c.tl.SaveDraft(ctx, d)
	c.must(err)
	kept, err := c.home.Store.FindDraft(ctx, id)
	c.must(err)
	if kept.SavedAt.IsZero() {
		t.Error("the draft does not know when it was kept")
	}
	d.ID, d.SavedAt = id, kept.SavedAt
	check(t, "the draft", kept, d)

	d.Text, d.Attachments = "the", d.Attachments[1:]
	again, err := c.tl.SaveDraft(ctx, d)
	c.must(err)
	if again != id || c.drafts() != 1 {
		t.Errorf("kept again as %s and not %s, %d drafts", again, id, c.drafts())
	}
	kept, err = c.home.Store.FindDraft(ctx, id)
	c.must(err)
	d.SavedAt = kept.SavedAt
	check(t, "the draft, kept again", kept, d)

	post, err := c.tl.Publish(ctx, kept)
	c.must(err)
	if post.InReplyToID != asked.ID || len(post.Attachments) != 1 || c.drafts() != 0 {
		t.Errorf("posted as %+v, %d drafts are left", post, c.drafts())
	}
	kept.Attachments = nil
	c.unchanged(func() {
		if _, err := c.tl.Publish(ctx, kept); !errors.Is(err, social.ErrInvalid) {
			t.Errorf("posted a second time: %v", err)
		}
		if _, err := c.tl.SaveDraft(ctx, kept); !errors.Is(err, social.ErrInvalid) {
			t.Errorf("kept after it was posted: %v", err)
		}
		if err := c.tl.DeleteDraft(ctx, id); !errors.Is(err, social.ErrNotFound) {
			t.Errorf("thrown away after it was posted: %v", err)
		}
	})
}

// TestRefusedPostKeepsItsDraft: what is not published stays a draft.
func TestRefusedPostKeepsItsDraft(t *testing.T) {
	c := newCast(t)
	id, err := c.tl.SaveDraft(t.Context(), social.Draft{Text: strings.Repeat("long ", 5000), Visibility: social.Public})
	c.must(err)
	long, err := c.home.Store.FindDraft(t.Context(), id)
	c.must(err)
	other := long
	other.Text, other.InReplyToID = "short", 99
	for _, d := range []social.Draft{long, other} {
		c.unchanged(func() {
			if _, err := c.tl.Publish(t.Context(), d); !errors.Is(err, social.ErrInvalid) {
				t.Errorf("published %.20q: %v", d.Text, err)
			}
		})
	}
}

// TestWrongDrafts refuses what cannot be kept, each with its field, and keeps
// no trace of it.
func TestWrongDrafts(t *testing.T) {
	c := newCast(t)
	taken, err := c.tl.Publish(t.Context(), social.Draft{Text: "x", Visibility: social.Public, Attachments: []social.ID{c.upload().ID}})
	c.must(err)
	for field, d := range map[string]social.Draft{
		"text":       {Text: " \n", Visibility: social.Public},
		"warning":    {Text: "x", Warning: strings.Repeat("w", 501), Visibility: social.Public},
		"visibility": {Text: "x", Visibility: "family"},
		"media":      {Text: "x", Visibility: social.Public, Attachments: []social.ID{taken.Attachments[0].ID}},
	} {
		c.unchanged(func() {
			_, err := c.tl.SaveDraft(t.Context(), d)
			if problems := social.Problems(err); len(problems) != 1 || problems[0].Field != field {
				t.Errorf("%s: %v", field, err)
			}
		})
	}
	if _, err := c.tl.SaveDraft(t.Context(), social.Draft{Text: strings.Repeat("a", 100_001), Visibility: social.Public}); !errors.Is(err, social.ErrInvalid) {
		t.Errorf("a draft of 100,001 characters: %v", err)
	}
}

// TestDraftsAreBounded refuses one draft too many, but not to keep one that is
// there, nor the words of a post that is deleted to be written anew.
func TestDraftsAreBounded(t *testing.T) {
	c := newCast(t)
	ctx := t.Context()
	post := c.publish("a slip", social.Public)
	var last social.Draft
	for i := range timeline.MaxDrafts {
		last = social.Draft{Text: strconv.Itoa(i), Visibility: social.Public}
		var err error
		last.ID, err = c.tl.SaveDraft(ctx, last)
		c.must(err)
	}
	c.unchanged(func() {
		_, err := c.tl.SaveDraft(ctx, social.Draft{Text: "one more", Visibility: social.Public})
		if problems := social.Problems(err); len(problems) != 1 || problems[0].Field != "text" {
			t.Errorf("one draft too many: %v", err)
		}
	})
	last.Text = "other words"
	_, err := c.tl.SaveDraft(ctx, last)
	c.must(err)
	_, err = c.tl.Redraft(ctx, post.ID)
	c.must(err)
	if n := c.drafts(); n != timeline.MaxDrafts+1 {
		t.Errorf("%d drafts", n)
	}
	c.must(c.tl.DeleteDraft(ctx, last.ID))
	if n := c.drafts(); n != timeline.MaxDrafts {
		t.Errorf("%d drafts after one was thrown away", n)
	}
}

// TestSweepKeepsDrafts cleans for days: the picture of a draft stays until the
// draft is thrown away.
func TestSweepKeepsDrafts(t *testing.T) {
	c := newCast(t)
	ctx := t.Context()
	held, free := c.upload(), c.upload()
	id, err := c.tl.SaveDraft(ctx, social.Draft{Visibility: social.Public, Attachments: []social.ID{held.ID}})
	c.must(err)
	c.must(c.tl.Start(ctx))
	sweep := func() (kept, other error) {
		c.Advance(25 * time.Hour)
		c.home.Queue.Wake()
		c.home.Settle()
		for _, one := range []struct {
			m   social.Attachment
			err *error
		}{{held, &kept}, {free, &other}} {
			f, err := c.media.Open(one.m.File)
			if err == nil {
				_ = f.Close()
			}
			_, missing := c.home.Store.FindAttachment(ctx, one.m.ID)
			*one.err = errors.Join(err, missing)
		}
		return kept, other
	}
	if kept, other := sweep(); kept != nil || !errors.Is(other, social.ErrNotFound) {
		t.Errorf("the draft's picture: %v; one of nothing: %v", kept, other)
	}
	if kept, _ := sweep(); kept != nil {
		t.Errorf("the draft's picture after another day: %v", kept)
	}
	c.must(c.tl.DeleteDraft(ctx, id))
	if kept, _ := sweep(); !errors.Is(kept, social.ErrNotFound) {
		t.Errorf("the picture of a draft that was thrown away: %v", kept)
	}
}
