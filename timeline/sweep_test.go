package timeline_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"testing"
	"time"

	"croft/social"
	"croft/timeline"
)

// upload is a picture that no post has taken yet.
func (c *cast) upload() social.Attachment {
	c.t.Helper()
	var file bytes.Buffer
	c.must(png.Encode(&file, image.NewGray(image.Rect(0, 0, 20, 10))))
	m, err := c.tl.Attach(c.t.Context(), &file, timeline.Details{})
	c.must(err)
	return m
}

// isThere reports whether a file of the owner's can be opened.
func (c *cast) isThere(name string) bool {
	c.t.Helper()
	f, err := c.media.Open(name)
	if err == nil {
		c.must(f.Close())
	} else if !errors.Is(err, social.ErrNotFound) {
		c.t.Fatal(err)
	}
	return err == nil
}

// TestPicturesGoWithTheirPost at once, those of an earlier wording too (PRI-15); those
// that are kept to be posted anew stay.
func TestPicturesGoWithTheirPost(t *testing.T) {
	c := newCast(t)
	ctx := t.Context()
	first, second, former, kept := c.upload(), c.upload(), c.upload(), c.upload()
	show := func(m social.Attachment) *social.Post {
		post, err := c.tl.Publish(ctx, social.Draft{Text: "look", Visibility: social.Public, Attachments: []social.ID{m.ID}})
		c.must(err)
		return post
	}
	post, redrafted := show(first), show(former)
	c.Advance(time.Minute)
	c.must(c.tl.Edit(ctx, redrafted.ID, social.Draft{Text: "look", Attachments: []social.ID{kept.ID}}))
	c.must(c.tl.Edit(ctx, post.ID, social.Draft{Text: "look", Attachments: []social.ID{second.ID}}))
	if !c.isThere(first.File) || !c.isThere(second.File) {
		t.Fatal("a picture of the history is gone")
	}
	c.must(c.tl.Delete(ctx, post.ID))
	_, err := c.tl.Redraft(ctx, redrafted.ID)
	c.must(err)
	c.home.Settle()
	if c.isThere(first.File) || c.isThere(second.File) || c.isThere(former.File) {
		t.Error("a picture of a deleted post is there")
	}
	if !c.isThere(kept.File) {
		t.Error("a picture that is to be posted anew is gone")
	}
}

// TestSweep cleans after a day: a picture that no post took goes, and so does
// that of a deleted post. What a post shows stays, and what its history shows.
func TestSweep(t *testing.T) {
	c := newCast(t)
	ctx := t.Context()
	untaken, shown, before, gone := c.upload(), c.upload(), c.upload(), c.upload()
	publish := func(m social.Attachment) *social.Post {
		post, err := c.tl.Publish(ctx, social.Draft{Text: "look", Visibility: social.Public, Attachments: []social.ID{m.ID}})
		c.must(err)
		return post
	}
	publish(shown)
	edited, deleted := publish(before), publish(gone)
	c.must(c.tl.Edit(ctx, edited.ID, social.Draft{Text: "nothing to see"}))
	c.must(c.tl.Delete(ctx, deleted.ID))

	c.must(c.tl.Start(ctx))
	c.Advance(25 * time.Hour)
	c.home.Queue.Wake()
	c.home.Settle()
	for _, test := range []struct {
		name  string
		file  string
		stays bool
	}{
		{"no post took it", untaken.File, false},
		{"a post shows it", shown.File, true},
		{"the history shows it", before.File, true},
		{"its post was deleted", gone.File, false},
	} {
		if got := c.isThere(test.file); got != test.stays {
			t.Errorf("%s: it is there: %v, want %v", test.name, got, test.stays)
		}
	}
	if _, err := c.home.Store.FindAttachment(ctx, untaken.ID); !errors.Is(err, social.ErrNotFound) {
		t.Errorf("an upload that no post took: %v", err)
	}
}
