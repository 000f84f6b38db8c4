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
	return t.ReadPlaces(ctx, map[social.MarkerList]social.ID{list: id})
}

// ReadPlaces is ReadUpTo for several lists: all of them or, where one is wrong,
// none.
func (t *Timeline) ReadPlaces(ctx context.Context, places map[social.MarkerList]social.ID) error {
	err := t.store.Update(ctx, func(tx *store.Tx) error {
		for list, id := range places {
			if id <= 0 || id.Time().After(tx.Now) {
				return fmt.Errorf("%s is no line of %s: %w", id, list, social.ErrInvalid)
			}
			if err := readTo(ctx, tx, list, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	return nil
}

// readTo marks what a list has up to a place as read, and keeps the place.
func readTo(ctx context.Context, tx *store.Tx, list social.MarkerList, id social.ID) error {
	if list == social.MarkerNotifications {
		if err := tx.SetNotificationsRead(ctx, id); err != nil {
			return err
		}
	}
	return moveMarker(ctx, tx, list, id)
}

// moveMarker keeps a place that is further than the one that is kept.
func moveMarker(ctx context.Context, tx *store.Tx, list social.MarkerList, id social.ID) error {
	marker, err := tx.FindMarker(ctx, list)
	if err != nil || id <= marker.LastRead {
		return err
	}
	return tx.PutMarker(ctx, list, id)
}
