package store

import (
	"context"
	"fmt"

	"croft/social"
)

const filterColumns = `x.id, x.title, x.contexts, x.action, x.expires_at, x.keywords, x.posts`

func scanFilter(r row) (f social.Filter, err error) {
	err = r.Scan(&f.ID, &f.Title, asJSON{&f.Contexts}, &f.Action, (*when)(&f.ExpiresAt), asJSON{&f.Keywords}, asJSON{&f.Posts})
	return f, err
}

// ListFilters returns the owner's filters, the oldest first. They are few: see
// social.MaxFilters.
func (r Reader) ListFilters(ctx context.Context) ([]social.Filter, error) {
	all, err := list(ctx, r.q, scanFilter, `select `+filterColumns+` from filters x order by x.id`)
	if err != nil {
		return nil, fmt.Errorf("list filters: %w", err)
	}
	return all, nil
}

// FindFilter returns a filter; ErrNotFound if there is none.
func (r Reader) FindFilter(ctx context.Context, id social.ID) (social.Filter, error) {
	f, err := find(ctx, r.q, scanFilter, `select `+filterColumns+` from filters x where x.id = ?`, id)
	if err != nil {
		return f, fmt.Errorf("find filter %s: %w", id, err)
	}
	return f, nil
}

// PutFilter keeps a filter as it stands now and returns it: it, its words and its
// posts are given IDs where they have none.
func (tx *Tx) PutFilter(ctx context.Context, f social.Filter) (social.Filter, error) {
	if f.ID == 0 {
		f.ID = tx.NewID(tx.Now)
	}
	for i := range f.Keywords {
		if f.Keywords[i].ID == 0 {
			f.Keywords[i].ID = tx.NewID(tx.Now)
		}
	}
	for i := range f.Posts {
		if f.Posts[i].ID == 0 {
			f.Posts[i].ID = tx.NewID(tx.Now)
		}
	}
	_, err := tx.exec(ctx, `
		insert into filters (id, title, contexts, action, expires_at, keywords, posts) values (?, ?, ?, ?, ?, ?, ?)
		on conflict (id) do update set title = excluded.title, contexts = excluded.contexts, action = excluded.action,
			expires_at = excluded.expires_at, keywords = excluded.keywords, posts = excluded.posts`,
		f.ID, f.Title, toJSON(f.Contexts), string(f.Action), millis(f.ExpiresAt), toJSON(f.Keywords), toJSON(f.Posts))
	return f, wrapPut("filter", f.Title, err)
}

// DeleteFilter forgets a filter. Nothing happens if there is none.
func (tx *Tx) DeleteFilter(ctx context.Context, id social.ID) error {
	if _, err := tx.exec(ctx, `delete from filters where id = ?`, id); err != nil {
		return fmt.Errorf("delete filter %s: %w", id, err)
	}
	return nil
}
