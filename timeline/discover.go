package timeline

import (
	"context"
	"time"

	"croft/social"
	"croft/store"
)

const (
	trendSpan   = 24 * time.Hour     // how far back trends look
	circleEvery = 7 * 24 * time.Hour // how long a server is left alone after it was asked whom somebody follows
	circleOnce  = 20                 // how many are asked about at once
	meetOnce    = 10                 // how many of those who are suggested get to be known at once
)

// TrendingTags are the hashtags of what those whom the owner follows wrote and
// passed on this day.
func (t *Timeline) TrendingTags(ctx context.Context, page store.Page) ([]store.TrendingTag, error) {
	return t.store.ListTrendingTags(ctx, t.now().Add(-trendSpan), page)
}

// TrendingPosts are the posts that they passed on this day.
func (t *Timeline) TrendingPosts(ctx context.Context, page store.Page) ([]*social.Post, error) {
	return t.store.ListTrendingPosts(ctx, t.now().Add(-trendSpan), page)
}

// TrendingLinks are the pages that they led to this day.
func (t *Timeline) TrendingLinks(ctx context.Context, page store.Page) ([]store.TrendingLink, error) {
	return t.store.ListTrendingLinks(ctx, t.now().Add(-trendSpan), page)
}

// Suggestions are people whom those follow whom the owner follows, most of them
// first; only those who are known here. Servers are asked for more in the
// background, each once a week at most: it stands there at a later look.
func (t *Timeline) Suggestions(ctx context.Context, limit int) ([]store.Suggestion, error) {
	all, err := t.store.ListSuggestions(ctx, limit+meetOnce)
	if err != nil {
		return nil, err
	}
	due, err := t.store.ListCircleDue(ctx, t.now().Add(-circleEvery), circleOnce)
	if err != nil {
		return nil, err
	}
	var known []store.Suggestion
	var unknown []string
	for _, s := range all {
		switch {
		case s.Actor != nil && len(known) < limit:
			known = append(known, s)
		case s.Actor == nil && len(unknown) < meetOnce:
			unknown = append(unknown, s.URI)
		}
	}
	return known, t.askAround(ctx, due, unknown)
}

// askAround has servers asked whom their people follow, and who those are that are
// not known yet.
func (t *Timeline) askAround(ctx context.Context, due []*social.Actor, unknown []string) error {
	if len(due)+len(unknown) == 0 {
		return nil
	}
	return t.store.Update(ctx, func(tx *store.Tx) error {
		for _, actor := range due {
			if err := t.node.WantCircle(ctx, tx, actor); err != nil {
				return err
			}
		}
		for _, uri := range unknown {
			if err := tx.SetCircleMet(ctx, uri); err != nil {
				return err
			}
			if err := t.node.WantActor(ctx, tx, uri); err != nil {
				return err
			}
		}
		return nil
	})
}

// DismissSuggestion has somebody be suggested no more; ErrNotFound if they are not
// known.
func (t *Timeline) DismissSuggestion(ctx context.Context, actorID social.ID) error {
	return t.withActor(ctx, "dismiss", actorID, func(ctx context.Context, tx *store.Tx, actor *social.Actor) error {
		return tx.PutUnsuggested(ctx, actor.ID)
	})
}
