package store

import (
	"context"
	"fmt"
	"strings"

	"croft/social"
)

const emojiColumns = `y.id, y.name, y.file, y.media_type, y.category, y.created_at, y.retired_at`

func scanEmoji(r row) (e social.OwnEmoji, err error) {
	err = r.Scan(&e.ID, &e.Name, &e.File, &e.MediaType, &e.Category, (*when)(&e.CreatedAt), (*when)(&e.RetiredAt))
	return e, err
}

// ListEmojis returns the owner's emoji that are in use, by category and name.
func (r Reader) ListEmojis(ctx context.Context) ([]social.OwnEmoji, error) {
	all, err := list(ctx, r.q, scanEmoji, `
		select `+emojiColumns+` from emojis y where y.retired_at is null order by y.category, y.name`)
	if err != nil {
		return nil, fmt.Errorf("list emojis: %w", err)
	}
	return all, nil
}

// ListEmojisNamed returns those of ListEmojis that have one of the names, as
// they stand within a text.
func (r Reader) ListEmojisNamed(ctx context.Context, names []string) ([]social.Emoji, error) {
	if len(names) == 0 {
		return nil, nil
	}
	all, err := list(ctx, r.q, scanEmoji, `
		select `+emojiColumns+`
		from emojis y
		where y.name in (select j.value from json_each(?) j) and y.retired_at is null
		order by y.name`, encode(names))
	if err != nil {
		return nil, fmt.Errorf("list emojis named %s: %w", strings.Join(names, ", "), err)
	}
	var found []social.Emoji
	for _, e := range all {
		found = append(found, e.Emoji)
	}
	return found, nil
}

// FindEmoji returns one of the owner's emoji, one that is in use no more, too;
// ErrNotFound if there is none.
func (r Reader) FindEmoji(ctx context.Context, id social.ID) (social.OwnEmoji, error) {
	e, err := find(ctx, r.q, scanEmoji, `select `+emojiColumns+` from emojis y where y.id = ?`, id)
	if err != nil {
		return e, fmt.Errorf("find emoji %s: %w", id, err)
	}
	return e, nil
}

// PutEmoji keeps a new emoji of the owner's and returns its ID. The name
// must be that of none in use.
func (tx *Tx) PutEmoji(ctx context.Context, e social.OwnEmoji) (social.ID, error) {
	e.ID = tx.NewID(tx.Now)
	_, err := tx.exec(ctx, `
		insert into emojis (id, name, file, media_type, category, created_at)
		values (?, ?, ?, ?, ?, ?)`, e.ID, e.Name, e.File, e.MediaType, e.Category, tx.Now.UnixMilli())
	return e.ID, wrapPut("emoji", e.Name, err)
}

// RetireEmoji takes an emoji out of use; ErrNotFound if it is in none. What was
// written with it still shows it.
func (tx *Tx) RetireEmoji(ctx context.Context, id social.ID) error {
	err := tx.set(ctx, `update emojis set retired_at = ? where id = ? and retired_at is null`, tx.Now.UnixMilli(), id)
	if err != nil {
		return fmt.Errorf("retire emoji %s: %w", id, err)
	}
	return nil
}
