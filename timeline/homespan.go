package timeline

import (
	"context"

	"croft/store"
)

// HomeLines are the lines of a part of the owner's timeline as their preferences
// have it, for those who fold nothing: each boost stands by itself.
func (t *Timeline) HomeLines(ctx context.Context, span store.Span) ([]store.HomeLine, error) {
	view, err := t.homeView(ctx)
	if err != nil {
		return nil, err
	}
	q := view.filter
	q.Span = span
	return t.store.ListHomeLines(ctx, q)
}
