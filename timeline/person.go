package timeline

import (
	"context"
	"errors"
	"time"

	"croft/federation"
	"croft/social"
	"croft/store"
)

// personAge is how long an actor is taken for what they were when last fetched.
const personAge = 24 * time.Hour

// lookTime is how long it is said that a server is being asked. One that has not
// answered by then is not going to soon.
const lookTime = 5 * time.Minute

// Person is another actor, as far as this home knows them.
type Person struct {
	*social.Actor
	Looking bool // their server is being asked for more
}

// Person returns another actor for the owner. What they wrote and pinned, and
// their counts, are asked for in the background, at most once an hour, and stand
// there at the next look; so is all else that is known of them, if it is more
// than a day old. Nothing of it notifies.
func (t *Timeline) Person(ctx context.Context, id social.ID) (Person, error) {
	actor, err := t.store.FindActor(ctx, id)
	if err != nil || actor.Local {
		return Person{Actor: actor}, err
	}
	look, err := t.findLook(ctx, id)
	if err != nil {
		return Person{}, err
	}
	old := t.now().Sub(actor.FetchedAt) >= personAge
	due := actor.GoneAt.IsZero() && t.now().Sub(look.AskedAt) >= federation.LookEvery
	if old || due {
		if err := t.askFor(ctx, actor.URI, old, due); err != nil {
			return Person{}, err
		}
		if look, err = t.findLook(ctx, id); err != nil {
			return Person{}, err
		}
	}
	return Person{actor, look.EndedAt.IsZero() && t.now().Sub(look.AskedAt) < lookTime}, nil
}

// findLook is the zero Look if there never was one.
func (t *Timeline) findLook(ctx context.Context, id social.ID) (store.Look, error) {
	look, err := t.store.FindLook(ctx, id)
	if errors.Is(err, social.ErrNotFound) {
		return store.Look{}, nil
	}
	return look, err
}

func (t *Timeline) askFor(ctx context.Context, actorURI string, actor, look bool) error {
	return t.store.Update(ctx, func(tx *store.Tx) error {
		if actor {
			if err := t.node.WantActor(ctx, tx, actorURI); err != nil {
				return err
			}
		}
		if !look {
			return nil
		}
		return t.node.WantLook(ctx, tx, actorURI)
	})
}
