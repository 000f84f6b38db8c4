package activity

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ref is a thing named by its id: as a string, or as an object of which only id
// and type are read. In a list the first counts.
type ref struct {
	id     string
	typ    string
	bare   bool // a string, not within a list or an object
	listed bool // one of a list
}

func (r *ref) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '[' {
		return r.one(dec)
	}
	var list refs
	err := list.UnmarshalJSONFrom(dec)
	if len(list) > 0 {
		*r = list[0]
	}
	r.bare, r.listed = false, true
	return err
}

func (r *ref) one(dec *jsontext.Decoder) error {
	switch dec.PeekKind() {
	case '"':
		tok, err := dec.ReadToken()
		if err == nil {
			*r = ref{id: tok.String(), bare: true}
		}
		return err
	case '{':
		return fields(dec, func(name string) error {
			switch name {
			case "id":
				return (*text)(&r.id).UnmarshalJSONFrom(dec)
			case "href": // a Link stands for what it leads to
				if r.id == "" {
					return (*text)(&r.id).UnmarshalJSONFrom(dec)
				}
			case "type":
				var t types
				err := t.UnmarshalJSONFrom(dec)
				r.typ = t.first()
				return err
			}
			return dec.SkipValue()
		})
	}
	return dec.SkipValue()
}

// refs is one ref or many.
type refs []ref

func (r *refs) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return each(dec, maxObjects, func() error {
		var one ref
		err := one.one(dec)
		if one.id != "" {
			*r = append(*r, one)
		}
		return err
	})
}

// links is one ref or many, of which only the ids matter.
type links []string

func (l *links) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return each(dec, maxAudience, func() error {
		var one ref
		err := one.one(dec)
		if one.id != "" {
			*l = append(*l, one.id)
		}
		return err
	})
}

// first is the first of them; empty if there is none.
func (l links) first() string {
	if len(l) == 0 {
		return ""
	}
	return l[0]
}

// node is an object named by its id or embedded.
type node struct {
	id  string
	obj *wire // nil if only its id was there
}

// nodes is one node or many.
type nodes []node

func (n *nodes) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return each(dec, maxObjects, func() error {
		switch dec.PeekKind() {
		case '"':
			var id text
			err := id.UnmarshalJSONFrom(dec)
			*n = append(*n, node{id: string(id)})
			return err
		case '{':
			obj := new(wire)
			err := json.UnmarshalDecode(dec, obj)
			*n = append(*n, node{id: string(obj.ID), obj: obj})
			return err
		}
		return dec.SkipValue()
	})
}

// many is one object or a list of them. An element that is a string is given
// to its setText.
type many[T any] []T

func (m *many[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return each(dec, maxTags, func() error {
		var one T
		switch dec.PeekKind() {
		case '{':
			err := json.UnmarshalDecode(dec, &one)
			*m = append(*m, one)
			return err
		case '"':
			tok, err := dec.ReadToken()
			if s, ok := any(&one).(interface{ setText(string) }); ok && err == nil {
				s.setText(tok.String())
				*m = append(*m, one)
			}
			return err
		}
		return dec.SkipValue()
	})
}

// medium is an attachment, a picture, a Link or a tag; a string is its address.
type medium struct {
	Type       types        `json:"type"`
	MediaType  text         `json:"mediaType"`
	MimeType   text         `json:"mimeType"` // Funkwhale's word for it
	Href       text         `json:"href"`
	URL        many[medium] `json:"url"`
	Name       text         `json:"name"`
	Summary    text         `json:"summary"`
	Value      text         `json:"value"` // of a PropertyValue
	Blurhash   text         `json:"blurhash"`
	FocalPoint point        `json:"focalPoint"`
	Width      count        `json:"width"`
	Height     count        `json:"height"`
	Size       count        `json:"size"`
	Rel        types        `json:"rel"`
	Icon       many[medium] `json:"icon"`
}

func (m *medium) setText(s string) { m.Href = text(s) }

// point is a pair of numbers.
type point []float64

func (p *point) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return each(dec, 2, func() error {
		var n number
		err := n.UnmarshalJSONFrom(dec)
		*p = append(*p, float64(n))
		return err
	})
}

// option is one answer of a poll.
type option struct {
	Name    text       `json:"name"`
	Replies collection `json:"replies"`
}

// key is a publicKey or one of assertionMethod.
type key struct {
	ID         text `json:"id"`
	Owner      text `json:"owner"`
	PEM        text `json:"publicKeyPem"`
	Controller text `json:"controller"`
	Multibase  text `json:"publicKeyMultibase"`
}

// language is a code, or an object with one (Lemmy, PeerTube).
type language string

func (l *language) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return (*text)(l).UnmarshalJSONFrom(dec)
	}
	return fields(dec, func(name string) error {
		if name == "identifier" {
			return (*text)(l).UnmarshalJSONFrom(dec)
		}
		return dec.SkipValue()
	})
}

// langMap is text in several languages, in the order it came in: Mastodon takes
// the first for the language of the post.
type langMap []struct{ lang, text string }

func (m *langMap) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return dec.SkipValue()
	}
	return fields(dec, func(name string) error {
		if len(*m) >= maxItems {
			return dec.SkipValue()
		}
		var s text
		err := s.UnmarshalJSONFrom(dec)
		*m = append(*m, struct{ lang, text string }{name, string(s)})
		return err
	})
}

// endpoints is an object, or (Kroeg) the id of one, which is not fetched.
type endpoints struct{ sharedInbox string }

func (e *endpoints) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return dec.SkipValue()
	}
	return fields(dec, func(name string) error {
		if name == "sharedInbox" {
			return (*text)(&e.sharedInbox).UnmarshalJSONFrom(dec)
		}
		return dec.SkipValue()
	})
}

// generator is what the actor's server can do (FEP-844e).
type generator struct{ implements links }

func (g *generator) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return dec.SkipValue()
	}
	return fields(dec, func(name string) error {
		if name == "implements" {
			return g.implements.UnmarshalJSONFrom(dec)
		}
		return dec.SkipValue()
	})
}
