package store

import "croft/social"

// Span says which part of a list is wanted. Lists are numbered by what stands in
// them, and a page is newest first unless it goes upwards.
type Span struct {
	Before  social.ID // what is below this one; 0: from the newest
	After   social.ID // what is above this one; 0: down to the oldest
	Upwards bool      // the oldest of them, and these first
	Limit   int
}

// Everybody is a limit for lists that are short by themselves.
const Everybody = 10000

// Below is the page below an ID (0: the newest), as pages walk a list.
func Below(before social.ID, limit int) Span { return Span{Before: before, Limit: limit} }

// args are the three arguments of a query that walks a list.
func (s Span) args() []any { return []any{upTo(s.Before), s.After, s.Limit} }

// with are arguments of a query that come before those of args.
func (s Span) with(args ...any) []any { return append(args, s.args()...) }

// order is a fixed fragment: the direction of the walk.
func (s Span) order() string {
	if s.Upwards {
		return "asc"
	}
	return "desc"
}
