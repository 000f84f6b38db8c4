package remote

import (
	"context"
	"fmt"
	"sync/atomic"

	"croft/social"
)

// ErrBudget says that the fetches granted by WithBudget are spent. It is an
// ErrForbidden: to try again with the same cause would spend them again.
var ErrBudget = fmt.Errorf("the fetches of this cause are spent: %w", social.ErrForbidden)

type budgetKey struct{}

// WithBudget grants everything that is done under ctx together n outgoing GETs
// (redirects and second knocks count), after which each fails with ErrBudget.
// Without it there is no such limit. A budget within a budget counts alone.
func WithBudget(ctx context.Context, n int) context.Context {
	left := new(atomic.Int64)
	left.Store(int64(n))
	return context.WithValue(ctx, budgetKey{}, left)
}

func spend(ctx context.Context) error {
	left, ok := ctx.Value(budgetKey{}).(*atomic.Int64)
	if ok && left.Add(-1) < 0 {
		return ErrBudget
	}
	return nil
}

// BudgetLeft is how many GETs of the budget of ctx are not spent; 0 if there is
// no budget.
func BudgetLeft(ctx context.Context) int {
	left, ok := ctx.Value(budgetKey{}).(*atomic.Int64)
	if !ok {
		return 0
	}
	return int(max(left.Load(), 0))
}
