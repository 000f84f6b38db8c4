package activity

import (
	"fmt"
	"time"

	"github.com/go-fed/activity/streams"
	"github.com/go-fed/activity/streams/vocab"

	"croft/social"
)

// Encoder writes the documents of one home. The bytes it makes of an activity
// are made once and kept: the same are served and sent.
type Encoder struct {
	Site social.Site
}

// act is an activity of go-fed's.
type act interface {
	object
	SetActivityStreamsActor(vocab.ActivityStreamsActorProperty)
	SetActivityStreamsObject(vocab.ActivityStreamsObjectProperty)
	SetActivityStreamsTarget(vocab.ActivityStreamsTargetProperty)
}

// newAct makes an empty activity by its type.
func newAct(kind string) act {
	switch kind {
	case "Create":
		return streams.NewActivityStreamsCreate()
	case "Update":
		return streams.NewActivityStreamsUpdate()
	case "Delete":
		return streams.NewActivityStreamsDelete()
	case "Follow":
		return streams.NewActivityStreamsFollow()
	case "Accept":
		return streams.NewActivityStreamsAccept()
	case "Reject":
		return streams.NewActivityStreamsReject()
	case "Undo":
		return streams.NewActivityStreamsUndo()
	case "Announce":
		return streams.NewActivityStreamsAnnounce()
	case "Like":
		return streams.NewActivityStreamsLike()
	case "Block":
		return streams.NewActivityStreamsBlock()
	case "Add":
		return streams.NewActivityStreamsAdd()
	case "Remove":
		return streams.NewActivityStreamsRemove()
	case "Move":
		return streams.NewActivityStreamsMove()
	default:
		return streams.NewActivityStreamsFlag()
	}
}

// Encode writes an activity of the owner's or of the instance actor's. A Create
// or Update embeds the whole object, an Undo what it takes back, an Accept or
// Reject the Follow, a Delete with a time a Tombstone. A Vote of other than one
// choice, and Unknown, are not sent and ErrInvalid.
func (e Encoder) Encode(a Activity) ([]byte, error) {
	d, err := e.activity(a)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", HeadOf(a).Type, err)
	}
	switch a := a.(type) {
	case Create, Update, QuoteRequest:
		return d.bytes(fullContext())
	case Accept:
		if a.Request != nil {
			return d.bytes(fullContext())
		}
	case Reject:
		if a.Request != nil {
			return d.bytes(fullContext())
		}
	}
	return d.bytes(contextAS)
}

// activity builds one activity without its @context.
func (e Encoder) activity(a Activity) (document, error) {
	h := HeadOf(a)
	switch a := a.(type) {
	case Create:
		post, err := e.post(a.Post)
		return embed(envelope(h, a.To, a.Cc, a.Published), post, err)
	case Vote:
		return vote(a, h)
	case Update:
		return e.updated(a, h)
	case Delete:
		return deletion(a, h)
	case Follow:
		return serialize(envelope(h, []string{a.Object}, nil, time.Time{}))
	case Accept:
		if a.Request != nil {
			return answerRequest(h, a.Request, a.Result)
		}
		return answer(h, a.Follow, a.To)
	case Reject:
		if a.Request != nil {
			return answerRequest(h, a.Request, "")
		}
		return answer(h, a.Follow, a.To)
	case QuoteRequest:
		return e.quoteRequest(a)
	case Undo:
		inner, err := e.inner(a.Inner)
		return embed(envelope(h, a.To, a.Cc, time.Time{}), inner, err)
	case Announce:
		return serialize(envelope(h, a.To, a.Cc, a.Published))
	case Like:
		return serialize(envelope(h, a.To, nil, time.Time{}))
	case Block:
		return serialize(envelope(h, []string{a.Object}, nil, time.Time{}))
	case Add:
		return serialize(aimed(envelope(h, a.To, a.Cc, time.Time{}), a.Target))
	case Remove:
		return serialize(aimed(envelope(h, a.To, a.Cc, time.Time{}), a.Target))
	case Move:
		return serialize(aimed(envelope(h, a.To, nil, time.Time{}), a.Target))
	case Flag:
		return report(a, h)
	}
	return nil, fmt.Errorf("no such activity is sent: %w", social.ErrInvalid)
}

// envelope is what all activities have.
func envelope(h Head, to, cc []string, published time.Time) act {
	a := newAct(h.Type)
	setID(a, h.ID)
	a.SetActivityStreamsActor(everyIRI(streams.NewActivityStreamsActorProperty(), h.Actor))
	a.SetActivityStreamsObject(everyIRI(streams.NewActivityStreamsObjectProperty(), h.Object))
	setAudience(a, to, cc)
	setTimes(a, published, time.Time{})
	return a
}

// aimed gives the activity a target.
func aimed(a act, target string) act {
	a.SetActivityStreamsTarget(everyIRI(streams.NewActivityStreamsTargetProperty(), target))
	return a
}

// embed puts a whole object in the place of its id; err is the object's.
func embed(a act, object document, err error) (document, error) {
	if err != nil {
		return nil, err
	}
	d, err := serialize(a)
	if err == nil && object != nil {
		d["object"] = map[string]any(object)
	}
	return d, err
}

func (e Encoder) updated(a Update, h Head) (document, error) {
	out := envelope(h, a.To, a.Cc, time.Time{})
	setTimes(out, time.Time{}, a.UpdatedAt)
	if a.Person != nil {
		person, err := e.actor(*a.Person)
		return embed(out, person, err)
	}
	post, err := e.post(a.Post)
	return embed(out, post, err)
}

// vote is a Create of a Note that has a name and no content.
func vote(a Vote, h Head) (document, error) {
	if len(a.Choices) != 1 {
		return nil, fmt.Errorf("a vote of %d choices is not sent: %w", len(a.Choices), social.ErrInvalid)
	}
	d, err := serialize(envelope(h, a.To, nil, time.Time{}))
	if err != nil {
		return nil, err
	}
	d["object"] = map[string]any{
		"type": "Note", "id": a.Object, "name": a.Choices[0], "attributedTo": a.Actor, "inReplyTo": a.Question, "to": a.To,
	}
	return d, nil
}

func deletion(a Delete, h Head) (document, error) {
	out := envelope(h, a.To, a.Cc, time.Time{})
	if a.DeletedAt.IsZero() {
		return serialize(out)
	}
	grave, err := tombstone(Tombstone{ID: a.Object, Deleted: a.DeletedAt})
	return embed(out, grave, err)
}

// answer embeds the Follow that is accepted or rejected: not all readers
// remember it by its id. Anything else is named by its id.
func answer(h Head, follow *Follow, to []string) (document, error) {
	if follow == nil && len(to) == 0 {
		return nil, fmt.Errorf("no follow, and nobody to tell: %w", social.ErrInvalid)
	}
	if follow == nil {
		return serialize(envelope(h, to, nil, time.Time{}))
	}
	inner, err := serialize(envelope(HeadOf(*follow), []string{follow.Object}, nil, time.Time{}))
	return embed(envelope(h, []string{follow.Actor}, nil, time.Time{}), inner, err)
}

// inner is the activity that an Undo takes back, embedded with type and id:
// Mastodon takes a bare id for an Announce and a Follow only.
func (e Encoder) inner(a Activity) (document, error) {
	switch a.(type) {
	case nil:
		return nil, nil
	case Follow, Announce, Like, Block:
		return e.activity(a)
	}
	return nil, fmt.Errorf("no undo of %s is sent: %w", HeadOf(a).Type, social.ErrInvalid)
}

// report writes a Flag with all its objects and its comment as plain text.
func report(a Flag, h Head) (document, error) {
	out := envelope(h, a.To, nil, time.Time{})
	out.SetActivityStreamsObject(everyIRI(streams.NewActivityStreamsObjectProperty(), a.Objects...))
	setContent(out, a.Content)
	d, err := serialize(out)
	if err == nil {
		d.makeList("object")
	}
	return d, err
}
