package activity

import (
	"fmt"

	"github.com/go-fed/activity/streams"
	"github.com/go-fed/activity/streams/vocab"
	"github.com/go-json-experiment/json"

	"croft/social"
)

// EncodeCollection writes a collection or a page of one, by its Type. Total is
// left out if it is -1, and so is every empty address. A page always has its
// items, a collection only if there are any. An item's Raw, a document as
// Encode or EncodePost made it, is embedded without its @context.
func EncodeCollection(c Collection) ([]byte, error) {
	d, err := collectionDocument(c)
	if err != nil {
		return nil, fmt.Errorf("encode collection: %w", err)
	}
	return d.bytes(fullContext())
}

// EncodeTags writes the collection of hashtags of a profile, as Mastodon has it.
func (e Encoder) EncodeTags(id string, names []string) ([]byte, error) {
	d, err := collectionDocument(Collection{Type: "Collection", ID: id, Total: len(names)})
	if err != nil {
		return nil, fmt.Errorf("encode tags: %w", err)
	}
	items := []any{}
	for _, name := range names {
		items = append(items, e.hashtag(name))
	}
	d["items"] = items
	return d.bytes(fullContext())
}

// EncodeTombstone writes what stands where something was deleted.
func EncodeTombstone(t Tombstone) ([]byte, error) {
	d, err := tombstone(t)
	if err != nil {
		return nil, fmt.Errorf("encode tombstone: %w", err)
	}
	return d.bytes(contextAS)
}

func tombstone(t Tombstone) (document, error) {
	out := streams.NewActivityStreamsTombstone()
	setID(out, t.ID)
	if !t.Deleted.IsZero() {
		p := streams.NewActivityStreamsDeletedProperty()
		p.Set(t.Deleted.UTC().Truncate(1e9))
		out.SetActivityStreamsDeleted(p)
	}
	return serialize(out)
}

// paged is a collection of go-fed's, or a page.
type paged interface {
	object
	SetActivityStreamsTotalItems(vocab.ActivityStreamsTotalItemsProperty)
	SetActivityStreamsFirst(vocab.ActivityStreamsFirstProperty)
}

func newPaged(kind string) (paged, error) {
	switch kind {
	case "Collection":
		return streams.NewActivityStreamsCollection(), nil
	case "OrderedCollection":
		return streams.NewActivityStreamsOrderedCollection(), nil
	case "CollectionPage":
		return streams.NewActivityStreamsCollectionPage(), nil
	case "OrderedCollectionPage":
		return streams.NewActivityStreamsOrderedCollectionPage(), nil
	}
	return nil, fmt.Errorf("type %q is no collection: %w", kind, social.ErrInvalid)
}

func collectionDocument(c Collection) (document, error) {
	out, err := newPaged(c.Type)
	if err != nil {
		return nil, err
	}
	setID(out, c.ID)
	if c.AttributedTo != "" {
		out.SetActivityStreamsAttributedTo(everyIRI(streams.NewActivityStreamsAttributedToProperty(), c.AttributedTo))
	}
	if c.Total >= 0 {
		total := streams.NewActivityStreamsTotalItemsProperty()
		total.Set(c.Total)
		out.SetActivityStreamsTotalItems(total)
	}
	if c.First != "" {
		out.SetActivityStreamsFirst(oneIRI(streams.NewActivityStreamsFirstProperty(), c.First))
	}
	page, isPage := out.(interface {
		SetActivityStreamsNext(vocab.ActivityStreamsNextProperty)
		SetActivityStreamsPrev(vocab.ActivityStreamsPrevProperty)
		SetActivityStreamsPartOf(vocab.ActivityStreamsPartOfProperty)
	})
	if isPage {
		page.SetActivityStreamsPartOf(oneIRI(streams.NewActivityStreamsPartOfProperty(), c.PartOf))
		if c.Next != "" {
			page.SetActivityStreamsNext(oneIRI(streams.NewActivityStreamsNextProperty(), c.Next))
		}
		if c.Prev != "" {
			page.SetActivityStreamsPrev(oneIRI(streams.NewActivityStreamsPrevProperty(), c.Prev))
		}
	}
	d, err := serialize(out)
	if err != nil || !isPage && len(c.Items) == 0 {
		return d, err
	}
	name := "items"
	if c.Type == "OrderedCollection" || c.Type == "OrderedCollectionPage" {
		name = "orderedItems"
	}
	d[name], err = embedItems(c.Items)
	return d, err
}

func embedItems(items []Item) ([]any, error) {
	out := []any{}
	for _, item := range items {
		if item.Raw == nil {
			out = append(out, item.ID)
			continue
		}
		var whole map[string]any
		if err := json.Unmarshal(item.Raw, &whole); err != nil {
			return nil, fmt.Errorf("embed %s: %w", item.ID, err)
		}
		delete(whole, "@context")
		out = append(out, whole)
	}
	return out, nil
}
