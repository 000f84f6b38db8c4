package activity

import (
	"bytes"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// paging is what only collections and their pages have.
type paging struct {
	TotalItems   count `json:"totalItems"`
	First        page  `json:"first"`
	Next         ref   `json:"next"`
	Prev         ref   `json:"prev"`
	PartOf       ref   `json:"partOf"`
	Items        items `json:"items"`
	OrderedItems items `json:"orderedItems"`
}

// collection is a collection that belongs to something: its id, or embedded.
type collection struct {
	id   string
	next string // where to begin reading, if it has no id
	size count
}

func (c *collection) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return (*text)(&c.id).UnmarshalJSONFrom(dec)
	}
	var w struct {
		ID     text `json:"id"`
		paging `json:",embed"`
	}
	err := json.UnmarshalDecode(dec, &w)
	c.id, c.size = string(w.ID), w.TotalItems
	if c.next = w.First.id; c.next == "" {
		c.next = w.First.next
	}
	return err
}

// page is the first page of a collection: its id, or embedded.
type page struct {
	id, next string
	embedded bool
	items    items
}

func (p *page) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return (*text)(&p.id).UnmarshalJSONFrom(dec)
	}
	p.embedded = true
	var w struct {
		ID           text  `json:"id"`
		Next         ref   `json:"next"`
		Items        items `json:"items"`
		OrderedItems items `json:"orderedItems"`
	}
	err := json.UnmarshalDecode(dec, &w)
	p.id, p.next = string(w.ID), w.Next.id
	p.items = append(w.OrderedItems, w.Items...)
	return err
}

// items are the things in a collection, each an id or a whole object.
type items []Item

func (i *items) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return each(dec, maxItems, func() error {
		switch dec.PeekKind() {
		case '"':
			var id text
			err := id.UnmarshalJSONFrom(dec)
			*i = append(*i, Item{ID: string(id)})
			return err
		case '{':
			raw, err := dec.ReadValue()
			if err != nil {
				return err
			}
			var one ref
			err = json.Unmarshal(raw, &one)
			*i = append(*i, Item{ID: one.id, Raw: bytes.Clone(raw)})
			return err
		}
		return dec.SkipValue()
	})
}

// decodeCollection makes a Collection of a collection or a page.
func decodeCollection(w *wire, kind string) Collection {
	c := Collection{
		ID: string(w.ID), Type: kind, First: address(w.First.id), Next: address(w.Next.id), Prev: address(w.Prev.id),
		PartOf: address(w.PartOf.id), Total: -1, Items: append(w.OrderedItems, w.paging.Items...),
	}
	if len(w.AttributedTo) == 1 {
		c.AttributedTo = address(w.AttributedTo[0].id)
	}
	if w.TotalItems.ok {
		c.Total = w.TotalItems.n
	}
	if w.First.embedded {
		c.First = ""
		c.Items = append(c.Items, w.First.items...)
		if c.Next == "" {
			c.Next = address(w.First.next)
		}
	}
	c.Items = c.Items[:min(len(c.Items), maxItems)]
	return c
}
