package activity

import (
	"fmt"

	"croft/social"
)

// Head is what the door must know of an activity.
type Head struct {
	ID, Type, Actor string
	Object          string // id of the (first) object; empty if it has none
	ObjectType      string // only if the object was embedded
}

// Peek reads no more of an activity than its head, with the same decoder and
// the same checks as Decode. It is ErrInvalid unless id and actor are each one
// absolute http or https URI, written as a string, and share their origin: an
// activity in somebody else's name space could later be taken for theirs. No
// real server was seen to send one without an id.
func Peek(data []byte) (Head, error) {
	var w struct {
		ID     text  `json:"id"`
		Type   types `json:"type"`
		Actor  ref   `json:"actor"`
		Object refs  `json:"object"`
	}
	if err := decode(data, &w); err != nil {
		return Head{}, err
	}
	h, err := checkHead(w.ID, w.Type, w.Actor)
	if err == nil && len(w.Object) > 0 {
		h.Object, h.ObjectType = w.Object[0].id, w.Object[0].typ
	}
	return h, err
}

// PeekObject reads id and type of any document. The id is empty if there is
// none, and ErrInvalid if it is no absolute http or https URI.
func PeekObject(data []byte) (Head, error) {
	var w struct {
		ID   any   `json:"id"`
		Type types `json:"type"`
	}
	if err := decode(data, &w); err != nil {
		return Head{}, err
	}
	h := Head{Type: w.Type.first()}
	if w.ID == nil {
		return h, nil
	}
	id, _ := w.ID.(string)
	var err error
	h.ID, err = identity("id", id)
	return h, err
}

func checkHead(id text, types types, actor ref) (Head, error) {
	if _, err := identity("id", string(id)); err != nil {
		return Head{}, err
	}
	if _, err := identity("actor", actor.id); err != nil || !actor.bare {
		return Head{}, fmt.Errorf("read actor: not a single address: %w", social.ErrInvalid)
	}
	if !social.SameOrigin(string(id), actor.id) {
		return Head{}, fmt.Errorf("read id: of another origin than the actor: %w", social.ErrInvalid)
	}
	kind, err := kindOf(types)
	return Head{ID: string(id), Type: kind, Actor: actor.id}, err
}

// kindOf picks the type that we know from a list: none known, the first; two
// known, ErrInvalid, since it must not be read now as the one, now as the other.
func kindOf(list types) (string, error) {
	kind := list.first()
	found := false
	for _, t := range list {
		if !isActivity(t) && !isPost(t) && !isActor(t) && !isCollection(t) && t != "Tombstone" {
			continue
		}
		if found && t != kind {
			return "", fmt.Errorf("read type: %s and %s at once: %w", kind, t, social.ErrInvalid)
		}
		kind, found = t, true
	}
	if kind == "" {
		return "", fmt.Errorf("read type: none: %w", social.ErrInvalid)
	}
	return kind, nil
}

func isActivity(t string) bool {
	switch t {
	case "Create", "Update", "Delete", "Follow", "Accept", "Reject", "Undo", "Announce", "Like",
		"EmojiReact", "Dislike", "Block", "Add", "Remove", "Move", "Flag", "QuoteRequest":
		return true
	}
	return false
}

func isPost(t string) bool {
	switch social.PostKind(t) {
	case social.Note, social.Question, social.Article, social.Page,
		social.Video, social.Picture, social.Audio, social.Event:
		return true
	}
	return false
}

func isActor(t string) bool {
	switch social.ActorType(t) {
	case social.Person, social.Service, social.Group, social.Organization, social.Application:
		return true
	}
	return false
}

func isCollection(t string) bool {
	switch t {
	case "Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage":
		return true
	}
	return false
}

// HeadOf is the head of an activity that was decoded or is to be sent.
func HeadOf(a Activity) Head {
	switch a := a.(type) {
	case Create:
		return Head{ID: a.ID, Type: "Create", Actor: a.Actor, Object: a.Object}
	case Vote:
		return Head{ID: a.ID, Type: "Create", Actor: a.Actor, Object: a.Object}
	case Update:
		return Head{ID: a.ID, Type: "Update", Actor: a.Actor, Object: a.Object}
	case Delete:
		return Head{ID: a.ID, Type: "Delete", Actor: a.Actor, Object: a.Object}
	case Follow:
		return Head{ID: a.ID, Type: "Follow", Actor: a.Actor, Object: a.Object}
	case Accept:
		return Head{ID: a.ID, Type: "Accept", Actor: a.Actor, Object: a.Object}
	case Reject:
		return Head{ID: a.ID, Type: "Reject", Actor: a.Actor, Object: a.Object}
	case Undo:
		return Head{ID: a.ID, Type: "Undo", Actor: a.Actor, Object: a.Object}
	case Announce:
		return Head{ID: a.ID, Type: "Announce", Actor: a.Actor, Object: a.Object}
	case Like:
		return Head{ID: a.ID, Type: "Like", Actor: a.Actor, Object: a.Object}
	case Block:
		return Head{ID: a.ID, Type: "Block", Actor: a.Actor, Object: a.Object}
	case Add:
		return Head{ID: a.ID, Type: "Add", Actor: a.Actor, Object: a.Object}
	case Remove:
		return Head{ID: a.ID, Type: "Remove", Actor: a.Actor, Object: a.Object}
	case QuoteRequest:
		return Head{ID: a.ID, Type: "QuoteRequest", Actor: a.Actor, Object: a.Object}
	case Move:
		return Head{ID: a.ID, Type: "Move", Actor: a.Actor, Object: a.Object}
	case Flag:
		h := Head{ID: a.ID, Type: "Flag", Actor: a.Actor}
		if len(a.Objects) > 0 {
			h.Object = a.Objects[0]
		}
		return h
	case Unknown:
		return Head{ID: a.ID, Type: a.Type, Actor: a.Actor, Object: a.Object, ObjectType: a.ObjectType}
	}
	return Head{}
}
