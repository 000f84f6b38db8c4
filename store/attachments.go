package store

import (
	"context"
	"fmt"
	"time"

	"croft/social"
)

const attachmentColumns = `m.id, m.post_id, m.kind, m.file, m.preview, m.remote_url, m.media_type, m.alt, m.blurhash,
	m.width, m.height, m.focus_x, m.focus_y, m.size`

func scanAttachment(r row) (m social.Attachment, err error) {
	err = r.Scan(&m.ID, (*maybeID)(&m.PostID), &m.Kind, &m.File, &m.Preview, &m.RemoteURL, &m.MediaType, &m.Alt,
		&m.Blurhash, &m.Width, &m.Height, &m.FocusX, &m.FocusY, &m.Size)
	return m, err
}

// FindAttachment returns the attachment with the ID; ErrNotFound if there is
// none.
func (r Reader) FindAttachment(ctx context.Context, id social.ID) (social.Attachment, error) {
	m, err := find(ctx, r.q, scanAttachment, `select `+attachmentColumns+` from attachments m where m.id = ?`, id)
	if err != nil {
		return m, fmt.Errorf("find attachment %s: %w", id, err)
	}
	return m, nil
}

// ListUnattached returns the uploads from before the moment that no post has
// taken and no draft holds, newest first.
func (r Reader) ListUnattached(ctx context.Context, before time.Time) ([]social.Attachment, error) {
	all, err := list(ctx, r.q, scanAttachment, `
		select `+attachmentColumns+`
		from attachments m
		where m.post_id is null and m.id < ?
			and m.id not in (select j.value from drafts d, json_each(d.attachments) j)
		order by m.id desc`, social.NewID(before, 0))
	if err != nil {
		return nil, fmt.Errorf("list unattached: %w", err)
	}
	return all, nil
}

// ListMediaFiles returns the name of every file of the media folder that
// something refers to: attachments and their earlier versions, avatars,
// headers and emoji. What is not among them may be swept.
func (r Reader) ListMediaFiles(ctx context.Context) ([]string, error) {
	all, err := list(ctx, r.q, scanText, `
		select m.file from attachments m where m.file <> ''
		union
		select m.preview from attachments m where m.preview <> ''
		union
		select j.value ->> 'File' from revisions v, json_each(v.attachments) j
		where v.attachments <> '' and j.value ->> 'File' <> ''
		union
		select j.value ->> 'Preview' from revisions v, json_each(v.attachments) j
		where v.attachments <> '' and j.value ->> 'Preview' <> ''
		union
		select a.avatar ->> 'File' from actors a where a.avatar <> '' and a.avatar ->> 'File' <> ''
		union
		select a.header ->> 'File' from actors a where a.header <> '' and a.header ->> 'File' <> ''
		union
		select y.file from emojis y`)
	if err != nil {
		return nil, fmt.Errorf("list media files: %w", err)
	}
	return all, nil
}

// PutAttachment keeps an upload that no post has taken yet and returns its ID,
// which is made if m has none. PutPost binds it.
func (tx *Tx) PutAttachment(ctx context.Context, m social.Attachment) (social.ID, error) {
	id, err := tx.insertAttachment(ctx, m.PostID, 0, m)
	if err != nil {
		return 0, fmt.Errorf("put attachment: %w", err)
	}
	return id, nil
}

// SetAttachmentDetails changes what is said of a picture; ErrNotFound if there
// is no such attachment.
func (tx *Tx) SetAttachmentDetails(ctx context.Context, id social.ID, alt string, focusX, focusY float64) error {
	err := tx.set(ctx, `update attachments set alt = ?, focus_x = ?, focus_y = ? where id = ?`,
		alt, focusX, focusY, id)
	if err != nil {
		return fmt.Errorf("set details of attachment %s: %w", id, err)
	}
	return nil
}

// DeleteAttachment forgets an attachment. Its file is not touched.
func (tx *Tx) DeleteAttachment(ctx context.Context, id social.ID) error {
	if _, err := tx.exec(ctx, `delete from attachments where id = ?`, id); err != nil {
		return fmt.Errorf("delete attachment %s: %w", id, err)
	}
	return nil
}

// putPostAttachments makes the attachments of a post the given ones, in their
// order. Those that are here, by ID or by where they come from, keep their row.
func (tx *Tx) putPostAttachments(ctx context.Context, postID social.ID, old, now []social.Attachment) error {
	byURL := map[string]social.ID{}
	gone := map[social.ID]bool{}
	for _, m := range old {
		byURL[m.RemoteURL] = m.ID
		gone[m.ID] = true
	}
	for position, m := range now {
		if m.ID == 0 && m.RemoteURL != "" {
			m.ID = byURL[m.RemoteURL]
			delete(byURL, m.RemoteURL)
		}
		delete(gone, m.ID)
		if err := tx.bindAttachment(ctx, postID, position, m); err != nil {
			return err
		}
	}
	for id := range gone {
		if err := tx.DeleteAttachment(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// bindAttachment ties an upload to a post, or brings what the post has up to
// date. One that is another post's is ErrConflict.
func (tx *Tx) bindAttachment(ctx context.Context, postID social.ID, position int, m social.Attachment) error {
	if m.ID == 0 {
		_, err := tx.insertAttachment(ctx, postID, position, m)
		return err
	}
	n, err := tx.exec(ctx, `
		update attachments
		set post_id = ?1, position = ?2, kind = ?3, file = ?4, preview = ?5, remote_url = ?6, media_type = ?7, alt = ?8,
			blurhash = ?9, width = ?10, height = ?11, focus_x = ?12, focus_y = ?13, size = ?14
		where id = ?15 and (post_id is null or post_id = ?1)`,
		postID, position, string(m.Kind), m.File, m.Preview, m.RemoteURL, m.MediaType, m.Alt, m.Blurhash, m.Width,
		m.Height, m.FocusX, m.FocusY, m.Size, m.ID)
	if err == nil && n == 0 {
		_, err = tx.insertAttachment(ctx, postID, position, m)
	}
	return err
}

func (tx *Tx) insertAttachment(ctx context.Context, postID social.ID, position int, m social.Attachment) (social.ID, error) {
	if m.ID == 0 {
		m.ID = tx.NewID(tx.Now)
	}
	_, err := tx.exec(ctx, `
		insert into attachments (id, post_id, position, kind, file, preview, remote_url, media_type, alt, blurhash,
			width, height, focus_x, focus_y, size)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		m.ID, idOrNull(postID), position, string(m.Kind), m.File, m.Preview, m.RemoteURL, m.MediaType, m.Alt,
		m.Blurhash, m.Width, m.Height, m.FocusX, m.FocusY, m.Size)
	return m.ID, err
}
