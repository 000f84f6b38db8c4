package timeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"croft/social"
	"croft/store"
)

const (
	// MaxDrafts is how many drafts are kept.
	MaxDrafts = 100
	// maxDraft is how long one may be where a post may not: what was typed is
	// kept first and shortened later.
	maxDraft = 100_000
)

// SaveDraft keeps what was begun, in place of the draft with its ID if it has
// one, and returns the ID. When it is published stays as it is: see Schedule. ErrInvalid with its fields if it is empty, too long
// or one too many, or if the draft with that ID has gone.
func (t *Timeline) SaveDraft(ctx context.Context, d social.Draft) (social.ID, error) {
	if err := d.Validate(max(t.maxPost, maxDraft)); err != nil {
		return 0, err
	}
	var id social.ID
	err := t.store.Update(ctx, func(tx *store.Tx) error {
		if err := checkDraft(ctx, tx, d.ID); err != nil {
			return err
		}
		if d.ID == 0 {
			all, err := tx.CountDrafts(ctx)
			if err != nil {
				return err
			}
			scheduled, err := tx.CountScheduled(ctx)
			if err != nil {
				return err
			}
			if n := all - scheduled; n >= MaxDrafts {
				return social.InvalidField("text", "You have %d drafts already, and no more are kept. Post or throw away one of them first.", n)
			}
		}
		if _, err := findUploads(ctx, tx, d.Attachments, 0); err != nil {
			return err
		}
		var err error
		id, err = tx.PutDraft(ctx, d)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("save draft: %w", err)
	}
	return id, nil
}

// checkDraft refuses a draft that has an ID but is not kept any more: somewhere
// else it was posted, and must not be posted twice or come back by itself.
func checkDraft(ctx context.Context, tx *store.Tx, id social.ID) error {
	if id == 0 {
		return nil
	}
	_, err := tx.FindDraft(ctx, id)
	if errors.Is(err, social.ErrNotFound) {
		return social.InvalidField("text", "This draft was posted or thrown away on another page meanwhile. To keep or post these words all the same, press the button again.")
	}
	return err
}

// takeDraft takes a draft away that becomes a post, if it was kept.
func (t *Timeline) takeDraft(ctx context.Context, tx *store.Tx, id social.ID) error {
	if err := checkDraft(ctx, tx, id); err != nil || id == 0 {
		return err
	}
	return t.dropDraft(ctx, tx, id)
}

// dropDraft forgets a draft, and that it was to be published.
func (t *Timeline) dropDraft(ctx context.Context, tx *store.Tx, id social.ID) error {
	if err := t.cancelPublish(ctx, tx, id); err != nil {
		return err
	}
	return tx.DeleteDraft(ctx, id)
}

// DeleteDraft throws a draft away, scheduled or not. One that is not there is
// ErrNotFound.
func (t *Timeline) DeleteDraft(ctx context.Context, id social.ID) error {
	return t.store.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.FindDraft(ctx, id); err != nil {
			return err
		}
		return t.dropDraft(ctx, tx, id)
	})
}

// ReplyDraft is what a reply to a post begins with: everybody who takes part is
// named, and the warning, the language and the visibility are taken over.
func (t *Timeline) ReplyDraft(ctx context.Context, id social.ID) (social.Draft, error) {
	parent, err := findLiving(ctx, t.store.Reader, id)
	if err != nil {
		return social.Draft{}, fmt.Errorf("reply to %s: %w", id, err)
	}
	d := social.Draft{
		Text: strings.Join(t.participants(parent), " "), Warning: parent.Warning, Sensitive: parent.Sensitive,
		Language: parent.Language, Visibility: parent.Visibility, InReplyToID: id,
	}
	if d.Text != "" {
		d.Text += " "
	}
	return d, nil
}

// participants are the handles of a post's author and of whom it names, without
// the owner.
func (t *Timeline) participants(p *social.Post) []string {
	var names []string
	add := func(handle string) {
		if handle != "" && handle != t.site.Handle().String() && !slices.Contains(names, handle) {
			names = append(names, handle)
		}
	}
	if p.Author != nil && !p.Local {
		add(p.Author.Handle.String())
	}
	for _, m := range p.Mentions {
		if h, err := social.ParseHandle(m.Handle); err == nil && m.URI != t.site.Actor() {
			add(h.String())
		}
	}
	return names
}
