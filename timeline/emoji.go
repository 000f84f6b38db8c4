package timeline

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"croft/markup"
	"croft/social"
	"croft/store"
)

// AddEmoji keeps a picture to write with as :name:, and returns it. An animation
// stays one. A name that is taken or cannot be read elsewhere, and what is no
// picture or above social.MaxEmojiBytes, is ErrInvalid with the fields name,
// category and media; nothing is kept then.
func (t *Timeline) AddEmoji(ctx context.Context, name, category string, r io.Reader) (social.OwnEmoji, error) {
	e := social.OwnEmoji{Emoji: social.Emoji{Name: strings.Trim(strings.TrimSpace(name), ":")}, Category: strings.TrimSpace(category)}
	if err := t.checkEmoji(ctx, t.store.Reader, e); err != nil {
		return e, err
	}
	data, err := io.ReadAll(io.LimitReader(r, social.MaxEmojiBytes+1))
	if err != nil {
		return e, fmt.Errorf("add emoji: %w", err)
	}
	if len(data) > social.MaxEmojiBytes {
		return e, social.InvalidField("media", "The picture is larger than %d kB. Save it smaller: it is shown as high as a line.", social.MaxEmojiBytes>>10)
	}
	picture, err := t.media.Save(ctx, bytes.NewReader(data))
	if err != nil {
		return e, fmt.Errorf("add emoji: %w", err)
	}
	e.File, e.MediaType = picture.File, picture.MediaType
	err = t.store.Update(ctx, func(tx *store.Tx) error {
		if err := t.checkEmoji(ctx, tx.Reader, e); err != nil {
			return err
		}
		e.CreatedAt = tx.Now
		e.ID, err = tx.PutEmoji(ctx, e)
		return err
	})
	if err != nil {
		return e, fmt.Errorf("add emoji: %w", err)
	}
	return e, nil
}

func (t *Timeline) checkEmoji(ctx context.Context, r store.Reader, e social.OwnEmoji) error {
	if err := social.CheckEmojiName(e.Name); err != nil {
		return err
	}
	if err := social.CheckLength("category", "category", e.Category, social.MaxCategory); err != nil {
		return err
	}
	all, err := r.ListEmojis(ctx)
	if err != nil {
		return err
	}
	if len(all) >= social.MaxEmojis {
		return social.InvalidField("name", "There are %d already, and more are not kept. Take one out of use first.", social.MaxEmojis)
	}
	for _, other := range all {
		if other.Name == e.Name {
			return social.InvalidField("name", "There is a :%s: already. Take that one out of use first, or choose another name.", e.Name)
		}
	}
	return nil
}

// RetireEmoji takes an emoji of the owner's out of use. What was written with it
// still shows it. ErrNotFound if there is none in use.
func (t *Timeline) RetireEmoji(ctx context.Context, id social.ID) error {
	return t.store.Update(ctx, func(tx *store.Tx) error { return tx.RetireEmoji(ctx, id) })
}

// wordsOf are the texts of a draft in which emoji may stand.
func wordsOf(d social.Draft) []string {
	words := []string{d.Text, d.Warning}
	if d.Poll != nil {
		words = append(words, d.Poll.Options...)
	}
	return words
}

// emojisIn are the owner's emoji that stand in texts.
func emojisIn(ctx context.Context, r store.Reader, texts ...string) ([]social.Emoji, error) {
	return r.ListEmojisNamed(ctx, markup.EmojiNames(texts...))
}
