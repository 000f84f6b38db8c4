package timeline

import (
	"context"
	"slices"
	"strings"

	"croft/queue"
	"croft/social"
	"croft/store"
)

// kindDiscard removes the files of a post that was deleted.
const kindDiscard = "discard"

// wantDiscard has the pictures of a post that is being deleted removed at once,
// those of its earlier wordings, too: whoever knows the address of one finds nothing
// there any more (attack PRI-15). One that is kept to be posted anew is an upload
// again by then, and stays. Call it before the post's rows go.
func (t *Timeline) wantDiscard(ctx context.Context, tx *store.Tx, post *social.Post) error {
	pictures := slices.Clone(post.Attachments)
	revisions, err := tx.ListRevisions(ctx, post.ID)
	if err != nil {
		return err
	}
	for _, r := range revisions {
		pictures = append(pictures, r.Attachments...)
	}
	var names []string
	for _, m := range pictures {
		for _, name := range []string{m.File, m.Preview} {
			if name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	return t.queue.Put(ctx, tx, queue.Job{Kind: kindDiscard, Host: "home", Payload: []byte(strings.Join(names, "\n"))})
}

// discard removes files that nothing shows.
func (t *Timeline) discard(ctx context.Context, job *queue.Job) error {
	needed, err := t.store.ListMediaFiles(ctx)
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(string(job.Payload), "\n") {
		if slices.Contains(needed, name) {
			continue
		}
		if err := t.media.Delete(name); err != nil {
			return err
		}
	}
	return t.store.Update(ctx, func(tx *store.Tx) error { return job.Done(ctx, tx) })
}
