package timeline

import (
	"context"
	"fmt"
	"io"
	"slices"

	"croft/social"
	"croft/store"
)

// Details are what the owner says of a picture.
type Details struct {
	Alt            string
	FocusX, FocusY float64 // -1 to 1
}

func (d Details) check() error {
	if d.FocusX < -1 || d.FocusX > 1 || d.FocusY < -1 || d.FocusY > 1 {
		return social.InvalidField("media", "The point to keep visible lies outside of the picture.")
	}
	return social.CheckLength("media", "description of a picture", d.Alt, social.MaxAlt)
}

// Attach keeps a picture that the owner uploads until a post takes it. What is
// no picture, or too large, is ErrInvalid for the field "media".
func (t *Timeline) Attach(ctx context.Context, r io.Reader, d Details) (social.Attachment, error) {
	if err := d.check(); err != nil {
		return social.Attachment{}, err
	}
	m, err := t.media.Save(ctx, r)
	if err != nil {
		return social.Attachment{}, fmt.Errorf("attach: %w", err)
	}
	m.Alt, m.FocusX, m.FocusY = d.Alt, d.FocusX, d.FocusY
	err = t.store.Update(ctx, func(tx *store.Tx) error {
		m.ID, err = tx.PutAttachment(ctx, m)
		return err
	})
	if err != nil {
		return social.Attachment{}, fmt.Errorf("attach: %w", err)
	}
	return m, nil
}

// Describe changes what is said of a picture of the owner's, and returns the ID
// under which a draft has it from now on. A picture that a post has already
// stays as it is until the post is edited: the new description goes to another
// upload of the same file. What is no picture of theirs is ErrNotFound.
func (t *Timeline) Describe(ctx context.Context, id social.ID, d Details) (social.ID, error) {
	if err := d.check(); err != nil {
		return 0, err
	}
	described := id
	err := t.store.Update(ctx, func(tx *store.Tx) error {
		m, err := tx.FindAttachment(ctx, id)
		if err != nil {
			return err
		}
		if m.File == "" {
			return fmt.Errorf("another server has it: %w", social.ErrNotFound)
		}
		if m.Alt == d.Alt && m.FocusX == d.FocusX && m.FocusY == d.FocusY {
			return nil
		}
		if m.PostID == 0 {
			return tx.SetAttachmentDetails(ctx, id, d.Alt, d.FocusX, d.FocusY)
		}
		m.ID, m.PostID, m.Alt, m.FocusX, m.FocusY = 0, 0, d.Alt, d.FocusX, d.FocusY
		described, err = tx.PutAttachment(ctx, m)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("describe attachment %s: %w", id, err)
	}
	return described, nil
}

// Detach throws an upload away that no post has taken. One that a post or a
// draft has is ErrInvalid; what is no picture of the owner's is ErrNotFound.
func (t *Timeline) Detach(ctx context.Context, id social.ID) error {
	err := t.store.Update(ctx, func(tx *store.Tx) error {
		m, err := tx.FindAttachment(ctx, id)
		if err != nil {
			return err
		}
		if m.File == "" {
			return fmt.Errorf("another server has it: %w", social.ErrNotFound)
		}
		drafts, err := tx.ListDrafts(ctx)
		if err != nil {
			return err
		}
		if m.PostID != 0 || slices.ContainsFunc(drafts, func(d social.Draft) bool { return slices.Contains(d.Attachments, id) }) {
			return social.Invalidf("A post or a draft has this picture. Take it off there.")
		}
		return tx.DeleteAttachment(ctx, id)
	})
	if err != nil {
		return fmt.Errorf("detach %s: %w", id, err)
	}
	return nil
}
