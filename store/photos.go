package store

import (
	"context"
	"fmt"

	"croft/social"
)

// ListPhotos returns one page of an author's open posts that hold pictures of
// ours and answer nobody else, as far as the viewer may see them, newest first,
// from before the ID on (0: from the newest). It walks the pictures, not the
// posts, so that somebody who shows one in a thousand posts waits no longer.
func (r Reader) ListPhotos(ctx context.Context, author social.ID, v social.Viewer, before social.ID, limit int) ([]*social.Post, error) {
	posts, err := r.listPosts(ctx, `
		select `+postColumns+`
		from attachments m indexed by attachments_own
		join posts p on p.id = m.post_id
		where m.post_id < ?6 and m.kind = 'image' and m.file <> '' and p.author_id = ?5
			and p.visibility in ('public', 'unlisted') and `+visible+`
			and `+answersNobodyElse+`
		group by m.post_id
		order by m.post_id desc
		limit ?7`, viewerArgs(v, author, upTo(before), limit)...)
	if err != nil {
		return nil, fmt.Errorf("list photos of %s: %w", author, err)
	}
	return posts, nil
}
