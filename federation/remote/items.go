package remote

import (
	"context"
	"fmt"
	"iter"

	"croft/federation/activity"
	"croft/social"
)

// Limits bound how much of a collection is read. Zero means the house's own:
// 10 pages, 200 items.
type Limits struct{ Pages, Items int }

func (l Limits) orDefault() Limits {
	if l.Pages == 0 {
		l.Pages = 10
	}
	if l.Items == 0 {
		l.Items = 200
	}
	return l
}

// Items reads a collection, page by page with signed GETs, as far as the caller
// goes on asking. Pages are read only from the collection's own origin and each
// once; no item comes twice. What an embedded item says is the collection's
// server's word and no more. An error comes last, with a zero Item.
func (c *Client) Items(ctx context.Context, collection string, limits Limits) iter.Seq2[activity.Item, error] {
	return c.Read(collection, limits).Items(ctx)
}

// Read begins to read a collection. It asks for nothing yet.
func (c *Client) Read(collection string, limits Limits) *Reading {
	return &Reading{client: c, origin: collection, limits: limits.orDefault(), total: -1, pages: map[string]bool{}, items: map[string]bool{}}
}

// Reading is how far one walk through a collection has come.
type Reading struct {
	client  *Client
	origin  string // the collection's URI
	limits  Limits
	total   int             // as it says
	fetched int             // documents, the collection's own included
	count   int             // items given
	pages   map[string]bool // read, by address and by id
	items   map[string]bool // given, by id
}

// Total is how many items the collection says it has, as far as its items were
// asked for; -1 if it does not say.
func (r *Reading) Total() int { return r.total }

// Items are those that were not given yet, as Client.Items has it.
func (r *Reading) Items(ctx context.Context) iter.Seq2[activity.Item, error] {
	return func(yield func(activity.Item, error) bool) {
		next := r.origin
		for next != "" && r.fetched < r.limits.Pages && r.count < r.limits.Items {
			page, err := r.page(ctx, next)
			if err != nil {
				yield(activity.Item{}, fmt.Errorf("list %.200s: %w", r.origin, err))
				return
			}
			if r.total < 0 {
				r.total = page.Total
			}
			if !r.give(page, yield) {
				return
			}
			next = r.after(page)
		}
	}
}

// page fetches one page. Its id is not compared with its address, since servers
// add to and take from the query; that it comes from the collection's origin,
// and says so, is enough for a list of ids.
func (r *Reading) page(ctx context.Context, uri string) (activity.Collection, error) {
	ctx, cancel := hurry(ctx, r.client.guard.total)
	defer cancel()
	r.fetched++
	r.pages[uri] = true
	q := r.client.signed()
	q.stays = true
	doc, at, err := r.client.read(ctx, uri, q)
	if err != nil {
		return activity.Collection{}, err
	}
	if doc.URI != "" && !social.SameOrigin(doc.URI, r.origin) {
		return activity.Collection{}, fmt.Errorf("found at %.200s, calls itself %.200q: %w", at, doc.URI, social.ErrForbidden)
	}
	object, err := activity.DecodeObject(doc.Body)
	if err != nil {
		return activity.Collection{}, err
	}
	page, ok := object.(activity.Collection)
	if !ok {
		return activity.Collection{}, fmt.Errorf("%.200s is no collection: %w", at, social.ErrInvalid)
	}
	if doc.URI != "" {
		r.pages[doc.URI] = true
	}
	return page, nil
}

// give hands over what is new on a page; false says that the caller has enough.
func (r *Reading) give(page activity.Collection, yield func(activity.Item, error) bool) bool {
	for _, item := range page.Items {
		if item.ID != "" && r.items[item.ID] {
			continue
		}
		if r.count++; r.count > r.limits.Items {
			return false
		}
		r.items[item.ID] = true
		if !yield(item, nil) {
			return false
		}
	}
	return true
}

// after is the page to read next: a collection's first, a page's next. Empty
// where there is none that is new and at home here.
func (r *Reading) after(page activity.Collection) string {
	next := page.First
	if next == "" {
		next = page.Next
	}
	if r.pages[next] || !social.SameOrigin(next, r.origin) {
		return ""
	}
	return next
}
