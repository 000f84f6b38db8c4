package timeline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"croft/markup"
	"croft/social"
	"croft/store"
)

// SaveFilter keeps a filter, anew if it has no ID, and returns it. Words that
// stand in it twice are kept once. What is wrong with it is ErrInvalid with its
// fields; a filter that is gone is ErrNotFound.
func (t *Timeline) SaveFilter(ctx context.Context, f social.Filter) (social.Filter, error) {
	f.Title = strings.TrimSpace(f.Title)
	f.Keywords = onceEach(f.Keywords, func(k social.FilterKeyword) string { return strings.ToLower(k.Word) })
	f.Posts = onceEach(f.Posts, func(p social.FilterPost) social.ID { return p.PostID })
	if err := f.Validate(); err != nil {
		return f, err
	}
	err := t.store.Update(ctx, func(tx *store.Tx) (err error) {
		if f.ID != 0 {
			_, err = tx.FindFilter(ctx, f.ID)
		} else {
			err = roomForFilter(ctx, tx)
		}
		if err != nil {
			return err
		}
		if f, err = tx.PutFilter(ctx, f); err != nil {
			return err
		}
		t.happens(tx, Filtered, f.ID)
		return nil
	})
	if err != nil {
		return f, fmt.Errorf("save filter: %w", err)
	}
	return f, nil
}

func roomForFilter(ctx context.Context, tx *store.Tx) error {
	all, err := tx.ListFilters(ctx)
	if err == nil && len(all) >= social.MaxFilters {
		err = social.InvalidField("title", "There are %d filters already. Delete one first.", social.MaxFilters)
	}
	return err
}

func onceEach[T any, K comparable](all []T, key func(T) K) []T {
	seen := map[K]bool{}
	return slices.DeleteFunc(slices.Clone(all), func(one T) bool {
		k := key(one)
		again := seen[k]
		seen[k] = true
		return again
	})
}

// DeleteFilter forgets a filter; ErrNotFound if there is none.
func (t *Timeline) DeleteFilter(ctx context.Context, id social.ID) error {
	return t.store.Update(ctx, func(tx *store.Tx) error {
		if _, err := tx.FindFilter(ctx, id); err != nil {
			return err
		}
		t.happens(tx, Filtered, id)
		return tx.DeleteFilter(ctx, id)
	})
}

// Filtered says which of the owner's filters find which posts, by post. Filters
// that have expired find nothing, and no filter finds the owner's own posts. The
// caller knows the context: see social.Filter.In.
func (t *Timeline) Filtered(ctx context.Context, posts []*social.Post) (map[social.ID][]social.FilterMatch, error) {
	return t.filtered(ctx, t.store.Reader, posts)
}

func (t *Timeline) filtered(ctx context.Context, r store.Reader, posts []*social.Post) (map[social.ID][]social.FilterMatch, error) {
	filters, err := r.ListFilters(ctx)
	if err != nil || len(filters) == 0 {
		return nil, err
	}
	now := t.now()
	found := map[social.ID][]social.FilterMatch{}
	for _, p := range posts {
		if p.Local {
			continue
		}
		words := filterWords(p)
		for i := range filters {
			if filters[i].Expired(now) {
				continue
			}
			if m, ok := filters[i].Match(p.ID, words); ok {
				found[p.ID] = append(found[p.ID], m)
			}
		}
	}
	return found, nil
}

// filterWords is all that a post says, in lower case.
func filterWords(p *social.Post) string {
	words := []string{p.Title, p.Warning, markup.Text(p.Content)}
	if p.Poll != nil {
		for _, o := range p.Poll.Options {
			words = append(words, o.Text)
		}
	}
	for _, m := range p.Attachments {
		words = append(words, m.Alt)
	}
	return strings.ToLower(strings.Join(words, "\n"))
}

// isHidden reports that a filter hides a post from the owner in the context.
func (t *Timeline) isHidden(ctx context.Context, r store.Reader, id social.ID, in social.FilterContext) (bool, error) {
	if id == 0 {
		return false, nil
	}
	posts, err := r.ListPosts(ctx, []social.ID{id})
	if err != nil {
		return false, err
	}
	found, err := t.filtered(ctx, r, posts)
	return slices.ContainsFunc(found[id], func(m social.FilterMatch) bool {
		return m.Filter.Action == social.FilterHide && m.Filter.In(in, t.now())
	}), err
}
