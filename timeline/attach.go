package timeline

import (
	"context"
	"fmt"
	"io"

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
	return checkLength("media", "description of a picture", d.Alt, social.MaxAlt)
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

// Describe changes what is said of an upload that no post has taken yet. For a
// picture of a published post it is ErrNotFound: that is an edit.
func (t *Timeline) Describe(ctx context.Context, id social.ID, d Details) error {
	if err := d.check(); err != nil {
		return err
	}
	err := t.store.Update(ctx, func(tx *store.Tx) error {
		m, err := tx.FindAttachment(ctx, id)
		if err != nil {
			return err
		}
		if m.PostID != 0 {
			return fmt.Errorf("a post has it: %w", social.ErrNotFound)
		}
		return tx.SetAttachmentDetails(ctx, id, d.Alt, d.FocusX, d.FocusY)
	})
	if err != nil {
		return fmt.Errorf("describe attachment %s: %w", id, err)
	}
	return nil
}
