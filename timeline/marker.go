package timeline

import (
	"context"
	"fmt"

	"croft/social"
	"croft/store"
)

// ReadUpTo keeps how far the owner has read a list. A place behind the one that
// is kept changes nothing: another page of theirs was further on. One that is
// yet to come is ErrInvalid.
func (t *Timeline) ReadUpTo(ctx context.Context, list social.MarkerList, id social.ID) error {
	err := t.store.Update(ctx, func(tx *store.Tx) error {
		if id <= 0 || id.Time().After(tx.Now) {
			return fmt.Errorf("%s is no line of it: %w", id, social.ErrInvalid)
		}
		if list == social.MarkerNotifications {
			if err := tx.SetNotificationsRead(ctx, id); err != nil {
				return err
			}
		}
		return moveMarker(ctx, tx, list, id)
	})
	if err != nil {
		return fmt.Errorf("read %s: %w", list, err)
	}
	return nil
}

// moveMarker keeps a place that is further than the one that is kept.
func moveMarker(ctx context.Context, tx *store.Tx, list social.MarkerList, id social.ID) error {
	marker, err := tx.FindMarker(ctx, list)
	if err != nil || id <= marker.LastRead {
		return err
	}
	return tx.PutMarker(ctx, list, id)
}
