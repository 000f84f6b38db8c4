package timeline

import (
	"context"
	"fmt"

	"croft/social"
	"croft/store"
)

// ReadNotifications marks everything up to the ID as seen; where kinds are
// named, these only. Where none are, the place that apps know goes along.
func (t *Timeline) ReadNotifications(ctx context.Context, upTo social.ID, kinds ...social.NotificationKind) error {
	return t.store.Update(ctx, func(tx *store.Tx) error {
		if len(kinds) == 0 {
			return readTo(ctx, tx, social.MarkerNotifications, upTo)
		}
		return tx.SetNotificationsRead(ctx, upTo, kinds...)
	})
}

// DismissNotification forgets one notification; ErrNotFound if there is none.
func (t *Timeline) DismissNotification(ctx context.Context, id social.ID) error {
	return t.store.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.FindNotification(ctx, id); err != nil {
			return err
		}
		return tx.DeleteNotificationByID(ctx, id)
	})
}

// DismissGroup forgets all notifications that a key of a group names; ErrNotFound
// if there is none.
func (t *Timeline) DismissGroup(ctx context.Context, key string) error {
	return t.store.Update(ctx, func(tx *store.Tx) error {
		all, err := tx.ListGroup(ctx, key, 0, 1)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return fmt.Errorf("group %.100s: %w", key, social.ErrNotFound)
		}
		return tx.DeleteGroup(ctx, key)
	})
}

// DismissAll forgets every notification.
func (t *Timeline) DismissAll(ctx context.Context) error {
	return t.store.Update(ctx, func(tx *store.Tx) error { return tx.DeleteAllNotifications(ctx) })
}

// ReadConversation marks the conversation of a direct post as seen up to that
// post; ErrNotFound if there is none.
func (t *Timeline) ReadConversation(ctx context.Context, postID social.ID) error {
	return t.store.Update(ctx, func(tx *store.Tx) error { return readConversation(ctx, tx, postID) })
}

// PutAwayConversation takes the conversation of a direct post off the list, read,
// until somebody writes again; ErrNotFound if there is none. Nothing of it is
// deleted.
func (t *Timeline) PutAwayConversation(ctx context.Context, postID social.ID) error {
	return t.store.Update(ctx, func(tx *store.Tx) error {
		conversation, err := tx.FindConversation(ctx, postID)
		if err != nil {
			return err
		}
		last, err := tx.ListDirect(ctx, conversation.Key, 0, 1)
		if err != nil {
			return err
		}
		if err := tx.SetConversationRead(ctx, conversation.Key, last[0].ID); err != nil {
			return err
		}
		return tx.PutAway(ctx, conversation.Key, last[0].ID)
	})
}

func readConversation(ctx context.Context, tx *store.Tx, postID social.ID) error {
	conversation, err := tx.FindConversation(ctx, postID)
	if err != nil {
		return err
	}
	return tx.SetConversationRead(ctx, conversation.Key, postID)
}

// ReadGroups marks what these groups have up to the ID as seen. A key that names
// no group is passed over.
func (t *Timeline) ReadGroups(ctx context.Context, upTo social.ID, keys []string) error {
	return t.store.Update(ctx, func(tx *store.Tx) error { return tx.SetGroupsRead(ctx, upTo, keys) })
}
