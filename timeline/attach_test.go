package timeline_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"testing"

	"croft/social"
	"croft/timeline"
)

// TestDescribe describes an upload, and then the photo of a published post,
// which changes only once the post is edited.
func TestDescribe(t *testing.T) {
	c := newCast(t)
	ctx := t.Context()
	var file bytes.Buffer
	c.must(png.Encode(&file, image.NewGray(image.Rect(0, 0, 20, 10))))
	m, err := c.tl.Attach(ctx, &file, timeline.Details{Alt: "grey"})
	c.must(err)

	id, err := c.tl.Describe(ctx, m.ID, timeline.Details{Alt: "a wall", FocusX: 1})
	if err != nil || id != m.ID {
		t.Fatalf("describe an upload: %s, %v", id, err)
	}
	post, err := c.tl.Publish(ctx, social.Draft{Text: "look", Visibility: social.Public, Attachments: []social.ID{id}})
	c.must(err)
	bound := c.photo(post.ID)
	if bound.Alt != "a wall" || bound.FocusX != 1 {
		t.Errorf("published with %q, %v", bound.Alt, bound.FocusX)
	}

	same, err := c.tl.Describe(ctx, bound.ID, timeline.Details{Alt: "a wall", FocusX: 1})
	if err != nil || same != bound.ID {
		t.Errorf("nothing new to say: %s, %v", same, err)
	}
	fresh, err := c.tl.Describe(ctx, bound.ID, timeline.Details{Alt: "a white wall"})
	if err != nil || fresh == bound.ID {
		t.Fatalf("describe a published photo: %s, %v", fresh, err)
	}
	if got := c.photo(post.ID).Alt; got != "a wall" {
		t.Errorf("before the edit it is described as %q", got)
	}
	c.must(c.tl.Edit(ctx, post.ID, social.Draft{Text: "look", Attachments: []social.ID{fresh}}))
	if got := c.photo(post.ID); got.Alt != "a white wall" || got.File != m.File {
		t.Errorf("after the edit it is %q described as %q", got.File, got.Alt)
	}

	if _, err := c.tl.Describe(ctx, 99, timeline.Details{}); !errors.Is(err, social.ErrNotFound) {
		t.Errorf("describe nothing: %v", err)
	}
	if _, err := c.tl.Describe(ctx, fresh, timeline.Details{FocusX: 2}); !errors.Is(err, social.ErrInvalid) {
		t.Errorf("a focus beside the picture: %v", err)
	}
}

// photo is the first photo of a post.
func (c *cast) photo(id social.ID) social.Attachment {
	c.t.Helper()
	post, err := c.home.Store.FindPost(c.t.Context(), id)
	c.must(err)
	return post.Attachments[0]
}
