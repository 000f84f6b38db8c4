package timeline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"croft/social"
	"croft/store"
)

// SaveList keeps a list, anew if it has no ID, and returns it. What is wrong with
// it is ErrInvalid with its fields; a list that is gone is ErrNotFound.
func (t *Timeline) SaveList(ctx context.Context, l social.List) (social.List, error) {
	l.Title = strings.TrimSpace(l.Title)
	if err := l.Validate(); err != nil {
		return l, err
	}
	err := t.store.Update(ctx, func(tx *store.Tx) error {
		if l.ID != 0 {
			if _, err := tx.FindList(ctx, l.ID); err != nil {
				return err
			}
		} else if all, err := tx.ListLists(ctx); err != nil {
			return err
		} else if len(all) >= social.MaxLists {
			return social.InvalidField("title", "There are %d lists already. Delete one first.", social.MaxLists)
		}
		id, err := tx.PutList(ctx, l)
		l.ID = id
		return err
	})
	if err != nil {
		return l, fmt.Errorf("save list: %w", err)
	}
	return l, nil
}

// DeleteList forgets a list. Whom it holds is followed as before. ErrNotFound if
// there is none.
func (t *Timeline) DeleteList(ctx context.Context, id social.ID) error {
	return t.withList(ctx, id, func(tx *store.Tx) error { return tx.DeleteList(ctx, id) })
}

// AddToList puts people into a list. Whoever is in it stays. Somebody whom the
// owner does not follow, nor asked to, is ErrInvalid, and nobody is put in;
// somebody who is not known is ErrNotFound.
func (t *Timeline) AddToList(ctx context.Context, id social.ID, people []social.ID) error {
	return t.withList(ctx, id, func(tx *store.Tx) error { return t.addMembers(ctx, tx, id, people) })
}

func (t *Timeline) addMembers(ctx context.Context, tx *store.Tx, id social.ID, people []social.ID) error {
	for _, person := range people {
		if _, err := tx.FindActor(ctx, person); err != nil {
			return err
		}
		relation, err := tx.FindRelation(ctx, person)
		if err != nil {
			return err
		}
		if relation.Following == "" {
			return social.InvalidField("account_ids", "Only people whom you follow can be in a list.")
		}
		if err := tx.PutMember(ctx, id, person); err != nil {
			return err
		}
	}
	return nil
}

// RemoveFromList takes people out of a list; whoever is not in it is passed over.
func (t *Timeline) RemoveFromList(ctx context.Context, id social.ID, people []social.ID) error {
	return t.withList(ctx, id, func(tx *store.Tx) error {
		for _, person := range people {
			if err := tx.DeleteMember(ctx, id, person); err != nil {
				return err
			}
		}
		return nil
	})
}

// SetListsOf has somebody be in these lists and in no other, by the rules of
// AddToList.
func (t *Timeline) SetListsOf(ctx context.Context, person social.ID, lists []social.ID) error {
	return t.store.Update(ctx, func(tx *store.Tx) error {
		all, err := tx.ListLists(ctx)
		if err != nil {
			return err
		}
		for _, l := range all {
			if slices.Contains(lists, l.ID) {
				err = t.addMembers(ctx, tx, l.ID, []social.ID{person})
			} else {
				err = tx.DeleteMember(ctx, l.ID, person)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *Timeline) withList(ctx context.Context, id social.ID, do func(tx *store.Tx) error) error {
	return t.store.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.FindList(ctx, id); err != nil {
			return err
		}
		return do(tx)
	})
}

// SetNote keeps what the owner writes of somebody, for themself alone; nothing
// takes it away. What is too long is ErrInvalid for the field "note".
func (t *Timeline) SetNote(ctx context.Context, person social.ID, note string) error {
	note = strings.TrimSpace(social.Lines(note))
	if err := social.CheckLength("note", "note", note, social.MaxNote); err != nil {
		return err
	}
	return t.store.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.FindActor(ctx, person); err != nil {
			return err
		}
		return tx.PutNote(ctx, person, note)
	})
}
