package timeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"croft/social"
	"croft/store"
)

// SetPreferences changes how the owner likes to read and write. What cannot be
// is ErrInvalid with the field time_zone or those of Preferences.Validate, and
// nothing is changed.
func (t *Timeline) SetPreferences(ctx context.Context, p social.Preferences) error {
	if err := CheckPreferences(p); err != nil {
		return err
	}
	if err := t.store.Update(ctx, func(tx *store.Tx) error { return tx.SetPreferences(ctx, p) }); err != nil {
		return fmt.Errorf("set preferences: %w", err)
	}
	return nil
}

// CheckPreferences is SetPreferences that changes nothing.
func CheckPreferences(p social.Preferences) error {
	return errors.Join(checkTimeZone(p.TimeZone), p.Validate())
}

// Writes is what a new post begins with where nothing is said: who sees it, may
// reply to it and quote it, and the language, which is that of the last post if none
// is preferred, and English before there was one.
func (t *Timeline) Writes(ctx context.Context) (social.Draft, error) {
	home, err := t.store.FindHome(ctx)
	if err != nil {
		return social.Draft{}, err
	}
	p := home.Preferences
	d := social.Draft{Visibility: p.Visibility, Language: p.Language, MayReply: p.MayReply, MayQuote: p.MayQuote}
	if d.Visibility == "" {
		d.Visibility = social.Public
	}
	if d.Language == "" {
		d.Language, err = t.store.FindLastLanguage(ctx, t.ownerID)
	}
	if errors.Is(err, social.ErrNotFound) {
		d.Language, err = "en", nil
	}
	return d, err
}

func checkTimeZone(name string) error {
	if _, err := time.LoadLocation(name); err != nil || name == "Local" {
		return social.InvalidField("time_zone", "Choose one of the time zones.")
	}
	return nil
}

// Location is the time zone of that name; the machine's where the name is empty
// or this machine does not know it.
func Location(name string) *time.Location {
	if name == "" {
		return time.Local
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.Local
	}
	return zone
}
