package activity

import (
	"time"

	"croft/social"
)

// Object is what a URI can hold: exactly one of PostDocument, ActorDocument,
// KeyDocument, Collection, Tombstone, ActivityDocument and UnknownDocument.
type Object interface {
	// ObjectID is the id the document gives itself; empty if it has none.
	ObjectID() string
}

// PostDocument is a post: Note, Question, Article, Page, Video, Image, Audio or
// Event. AuthorURI is the single owner it names. Its Visibility was guessed
// without its author's followers collection: see Visibility. Its URI and the
// author's have an origin each, not always the same.
type PostDocument struct{ Post *social.Post }

// ActorDocument is a person, group or program. Addresses that must share the
// actor's origin and do not have been dropped, and so have foreign keys; an
// actor without a good inbox is ErrInvalid. Actor.Handle is preferredUsername
// at the host of the id, until WebFinger says otherwise.
type ActorDocument struct {
	Actor        *social.Actor
	Keys         []Key
	WebFinger    string   // name@host as the actor claims (FEP-2c59); empty if not
	Implements   []string // URIs of what its server can do (FEP-844e)
	FeaturedTags string   // id of the collection of hashtags on the profile; it is written, not read
}

// KeyDocument holds keys alone: a key with an address of its own, or the stub
// of an actor that GoToSocial serves to the unsigned. The owner's own document
// must name the key, too, before it counts.
type KeyDocument struct {
	ID   string
	Keys []Key
}

// Key is a public key as its owner publishes it: PEM (publicKey) or Multibase
// (assertionMethod, FEP-521a). Neither has been parsed.
type Key struct {
	ID        string
	Owner     string // URI of the actor
	PEM       string `json:",omitempty"`
	Multibase string `json:",omitempty"` // publicKeyMultibase
}

// Collection is a collection or one page of it. A first page that was embedded
// is folded in: its items and Next stand here, and First is empty.
type Collection struct {
	ID, Type                  string // Type: Collection, OrderedCollection or one of their pages
	AttributedTo              string // whose it is; empty if not said
	First, Next, Prev, PartOf string // ids; empty if none
	Total                     int    // -1 if not said
	Items                     []Item // at most 200
}

// Item is one thing in a collection.
type Item struct {
	ID  string // empty if the object has none
	Raw []byte // the object's JSON; nil if only its id stands there
}

// Tombstone says that something was deleted.
type Tombstone struct {
	ID      string
	Deleted time.Time // zero if not said
}

// ActivityDocument is an activity found under its id.
type ActivityDocument struct{ Activity Activity }

// UnknownDocument is anything else.
type UnknownDocument struct{ ID, Type string }

// ObjectID is the post's URI.
func (d PostDocument) ObjectID() string { return d.Post.URI }

// ObjectID is the actor's URI.
func (d ActorDocument) ObjectID() string { return d.Actor.URI }

// ObjectID is the key's id, or the actor's where the document is a stub of one.
func (d KeyDocument) ObjectID() string { return d.ID }

// ObjectID is the collection's or page's id.
func (d Collection) ObjectID() string { return d.ID }

// ObjectID is the id of what was deleted.
func (d Tombstone) ObjectID() string { return d.ID }

// ObjectID is the activity's id.
func (d ActivityDocument) ObjectID() string { return HeadOf(d.Activity).ID }

// ObjectID is the id the document gives itself.
func (d UnknownDocument) ObjectID() string { return d.ID }
