package timeline

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"croft/federation"
	"croft/social"
	"croft/store"
)

// NewHome is what must be known to make a home.
type NewHome struct {
	Origin       string        // scheme://host[:port] in the form of social.Origin
	Handle       social.Handle // its host may be another than the origin's
	Name         string        // display name; may be empty
	Hue          string        // empty for the first one
	PasswordHash string
}

var ownerName = regexp.MustCompile(`^[A-Za-z0-9_]{1,30}$`)

// CheckName reports what is wrong with the first part of an owner's handle, as
// ErrInvalid for the field "handle". Mastodon and most others know letters,
// digits and _ only.
func CheckName(name string) error {
	if !ownerName.MatchString(name) {
		return social.InvalidField("handle", "Choose letters, digits and _ only, at most 30 of them.")
	}
	return nil
}

// CreateHome makes the home: the owner, the instance actor that signs our
// fetches, and their keys. A home that is there already is ErrConflict, and
// nothing is changed.
func CreateHome(ctx context.Context, st *store.Store, h NewHome) error {
	if err := CheckName(h.Handle.Name); err != nil {
		return err
	}
	ownerKeys, err := federation.GenerateKeys()
	if err != nil {
		return err
	}
	instanceKeys, err := federation.GenerateKeys()
	if err != nil {
		return err
	}
	err = st.Update(ctx, func(tx *store.Tx) error {
		owner, instance := firstActors(h, tx.Now)
		home := store.Home{
			Origin: h.Origin, HandleHost: h.Handle.Host, CreatedAt: tx.Now,
			Profile: social.Profile{Name: h.Name, Hue: h.Hue, Discoverable: true},
		}
		if home.OwnerID, err = tx.PutActor(ctx, owner); err != nil {
			return err
		}
		if home.InstanceID, err = tx.PutActor(ctx, instance); err != nil {
			return err
		}
		if err := tx.PutHome(ctx, home); err != nil {
			return err
		}
		if err := tx.PutOwnKeys(ctx, home.OwnerID, ownerKeys); err != nil {
			return err
		}
		if err := tx.PutOwnKeys(ctx, home.InstanceID, instanceKeys); err != nil {
			return err
		}
		return tx.SetPassword(ctx, h.PasswordHash)
	})
	if err != nil {
		return fmt.Errorf("create home: %w", err)
	}
	return nil
}

// firstActors are the two actors of a new home.
func firstActors(h NewHome, now time.Time) (owner, instance *social.Actor) {
	site := social.Site{Origin: h.Origin, Name: h.Handle.Name, HandleHost: h.Handle.Host}
	owner = &social.Actor{
		URI: site.Actor(), URL: site.Actor(), Type: social.Person, Handle: h.Handle, Name: h.Name,
		Local: true, Discoverable: true, CreatedAt: now, UpdatedAt: now,
		Inbox: site.Inbox(), SharedInbox: site.SharedInbox(), Outbox: site.Outbox(),
		Followers: site.Followers(), Following: site.Following(), Featured: site.Featured(),
	}
	instance = &social.Actor{
		URI: site.Instance(), URL: site.Origin, Type: social.Application,
		Handle: site.InstanceHandle(),
		Local:  true, Locked: true, CreatedAt: now, UpdatedAt: now,
		Inbox: site.SharedInbox(), SharedInbox: site.SharedInbox(),
	}
	return owner, instance
}
