package store

import (
	"context"
	"errors"
	"fmt"

	"croft/social"
)

// FindMarker returns how far the owner has read a list. Where nothing was kept
// yet it is a Marker of version 0, which is no error.
func (r Reader) FindMarker(ctx context.Context, name social.MarkerList) (social.Marker, error) {
	m, err := find(ctx, r.q, func(r row) (m social.Marker, err error) {
		m.List = name
		var version int64
		err = r.Scan(&m.LastRead, &version, (*when)(&m.UpdatedAt))
		m.Version = int(version)
		return m, err
	}, `select m.last_read, m.version, m.updated_at from markers m where m.list = ?`, string(name))
	if errors.Is(err, social.ErrNotFound) {
		return social.Marker{List: name}, nil
	}
	if err != nil {
		return social.Marker{}, fmt.Errorf("find marker of %s: %w", name, err)
	}
	return m, nil
}

// PutMarker keeps how far the owner has read a list, be it further or less far
// than before, and counts its version up.
func (tx *Tx) PutMarker(ctx context.Context, name social.MarkerList, lastRead social.ID) error {
	_, err := tx.exec(ctx, `
		insert into markers (list, last_read, version, updated_at)
		values (?, ?, 1, ?)
		on conflict (list) do update set last_read = excluded.last_read, version = version + 1, updated_at = excluded.updated_at`,
		string(name), lastRead, tx.Now.UnixMilli())
	if err != nil {
		return fmt.Errorf("put marker of %s: %w", name, err)
	}
	return nil
}
