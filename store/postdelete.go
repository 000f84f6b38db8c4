package store

import (
	"context"
	"errors"
	"fmt"

	"croft/social"
)

// DeletePost leaves a tombstone of the post: its URI, author, place in the
// thread and addressing, so that late copies are refused and the deletion can
// still be sent. Words, attachments, revisions, boosts, likes, bookmarks and
// notifications go, and of a post of the owner's the activities that carried it. Files are not
// touched. Nothing happens if there is no such post.
func (tx *Tx) DeletePost(ctx context.Context, id social.ID) error {
	if err := tx.deletePost(ctx, id); err != nil {
		return fmt.Errorf("delete post %s: %w", id, err)
	}
	return nil
}

func (tx *Tx) deletePost(ctx context.Context, id social.ID) error {
	p, err := find(ctx, tx, scanPost, `select `+postColumns+` from posts p where p.id = ?`, id)
	if errors.Is(err, social.ErrNotFound) || err == nil && !p.DeletedAt.IsZero() {
		return nil
	}
	if err != nil {
		return err
	}
	p.Attachments, err = list(ctx, tx, scanAttachment, `
		select `+attachmentColumns+` from attachments m where m.post_id = ? order by m.position`, id)
	if err != nil {
		return err
	}
	tx.replaceWords(id, postWords(p), "")
	if err := tx.deleteTags(ctx, p); err != nil {
		return err
	}
	for _, query := range []string{
		`delete from attachments where post_id = ?`,
		`delete from post_links where post_id = ?`,
		`delete from votes where post_id = ?`,
		`delete from revisions where post_id = ?`,
		`delete from boosts where post_id = ?`,
		`delete from likes where post_id = ?`,
		`delete from notifications where post_id = ?`,
		`delete from held_notifications where post_id = ?`,
		`delete from bookmarks where post_id = ?`,
		`delete from threads where post_id = ?`,
		`delete from quote_stamps where post_id = ?`,
	} {
		if _, err := tx.exec(ctx, query, id); err != nil {
			return err
		}
	}
	if p.Local {
		if err := tx.deleteActivitiesOf(ctx, p.URI); err != nil {
			return err
		}
	}
	held, err := tx.exec(ctx, `delete from held_replies where post_id = ?`, id)
	if err != nil {
		return err
	}
	if held == 0 {
		if err := tx.countReply(ctx, p.Visibility, p.InReplyToID, -1); err != nil {
			return err
		}
	}
	_, err = tx.exec(ctx, `
		update posts
		set deleted_at = ?, url = '', title = '', content = '', source = '', warning = '', sensitive = 0, language = '',
			mentions = '', tags = '', emojis = '', poll = '', link = '', quote_uri = '', quote_state = '', quote_stamp = '', pinned_at = null, like_count = 0,
			boost_count = 0
		where id = ?`, tx.Now.UnixMilli(), id)
	return err
}

// PutTombstone notes that a post which never came here has been deleted, so
// that a late copy is refused. What is here already is left as it is.
func (tx *Tx) PutTombstone(ctx context.Context, uri string, authorID social.ID) error {
	_, err := tx.exec(ctx, `
		insert into posts (id, uri, url, kind, author_id, title, content, source, warning, sensitive, language,
			visibility, to_uris, cc_uris, mentions, tags, emojis, context, replies, poll, link, local, published_at,
			deleted_at)
		values (?, ?, '', 'Note', ?, '', '', '', '', 0, '', 'direct', '', '', '', '', '', '', '', '', '', 0, ?, ?)
		on conflict (uri) do nothing`,
		tx.NewID(tx.Now), uri, authorID, tx.Now.UnixMilli(), tx.Now.UnixMilli())
	if err != nil {
		return fmt.Errorf("put tombstone %s: %w", uri, err)
	}
	return nil
}
