package activity

import (
	"fmt"
	"strings"
	"time"

	"croft/markup"
	"croft/social"
)

// Decode reads an activity that a stranger sent. A type without meaning here is
// Unknown, a property without meaning is ignored; a wrong shape of something
// that is needed is ErrInvalid and names the property. Whether the speaker may
// say it of that object is for the caller to decide.
func Decode(data []byte) (Activity, error) {
	var w wire
	if err := decode(data, &w); err != nil {
		return nil, err
	}
	return decodeActivity(&w)
}

// DecodeObject reads a document that was fetched. The caller compares its id
// with the address it came from.
func DecodeObject(data []byte) (Object, error) {
	var w wire
	if err := decode(data, &w); err != nil {
		return nil, err
	}
	if len(w.Type) == 0 && w.PublicKeyPEM != "" {
		return decodeKeyDocument(&w)
	}
	kind, err := kindOf(w.Type)
	switch {
	case err != nil:
		return nil, err
	case isPost(kind):
		post, err := decodePost(&w, kind)
		if err != nil {
			return nil, err
		}
		return PostDocument{post}, nil
	case isActor(kind) && w.Inbox == "" && len(w.PublicKey) > 0:
		return decodeKeyDocument(&w)
	case isActor(kind):
		doc, err := decodeActor(&w, kind)
		if err != nil {
			return nil, err
		}
		return *doc, nil
	case isCollection(kind):
		return decodeCollection(&w, kind), nil
	case kind == "QuoteAuthorization":
		return decodeStamp(&w), nil
	case kind == "Tombstone":
		return Tombstone{ID: string(w.ID), Deleted: timeOf(w.Deleted)}, nil
	case w.PublicKeyPEM != "" || w.Multibase != "":
		return decodeKeyDocument(&w)
	case isActivity(kind):
		a, err := decodeActivity(&w)
		if err != nil {
			return nil, err
		}
		return ActivityDocument{a}, nil
	default:
		return UnknownDocument{ID: string(w.ID), Type: kind}, nil
	}
}

// decodeActivity checks the head and reads the rest.
func decodeActivity(w *wire) (Activity, error) {
	h, err := checkHead(w.ID, w.Type, w.Actor)
	if err != nil {
		return nil, err
	}
	switch h.Type {
	case "Create":
		return decodeCreate(w, h)
	case "Update":
		return decodeUpdate(w, h)
	case "Question": // as an activity of its own: activitypub-bot
		post, err := decodePost(w, h.Type)
		if err != nil {
			return nil, err
		}
		return Create{ID: h.ID, Actor: h.Actor, Object: post.URI, Post: post,
			To: post.To, Cc: post.Cc, Published: post.PublishedAt}, nil
	}
	return decodeAct(w, h, 0)
}

// decodeAct reads an activity that carries no content, or (depth > 0) one that
// stands inside another: of that, too, only ids are read.
func decodeAct(w *wire, h Head, depth int) (Activity, error) {
	if h.Type == "Flag" {
		return decodeFlag(w, h)
	}
	if !isActivity(h.Type) || h.Type == "Dislike" {
		return unknown(w, h), nil
	}
	obj, err := single(w.Object)
	if err != nil && !(len(w.Object) == 1 && obj.obj != nil && mayLackID(h.Type)) {
		return nil, err
	}
	to, cc := audiences(w)
	target := address(w.Target.id)
	switch h.Type {
	case "Create":
		c := Create{ID: h.ID, Actor: h.Actor, Object: obj.id, To: to, Cc: cc, Published: timeOf(w.Published)}
		if obj.obj != nil {
			c.InReplyTo = address(obj.obj.InReplyTo.first())
		}
		return c, nil
	case "Update":
		return Update{ID: h.ID, Actor: h.Actor, Object: obj.id, To: to, Cc: cc, UpdatedAt: updatedAt(w)}, nil
	case "Delete":
		return Delete{ID: h.ID, Actor: h.Actor, Object: obj.id, To: to, Cc: cc}, nil
	case "Follow":
		return Follow{ID: h.ID, Actor: h.Actor, Object: obj.id}, nil
	case "Accept":
		return Accept{ID: h.ID, Actor: h.Actor, Object: obj.id, Follow: innerFollow(obj), Result: address(w.Result.id), Request: innerRequest(obj)}, nil
	case "Reject":
		return Reject{ID: h.ID, Actor: h.Actor, Object: obj.id, Follow: innerFollow(obj), Request: innerRequest(obj)}, nil
	case "QuoteRequest":
		return decodeQuoteRequest(w, h, obj.id)
	case "Undo":
		return Undo{ID: h.ID, Actor: h.Actor, Object: obj.id, Inner: inner(obj, h.Actor, depth), To: to, Cc: cc}, nil
	case "Announce":
		a := Announce{ID: h.ID, Actor: h.Actor, Object: obj.id, To: to, Cc: cc, Published: timeOf(w.Published)}
		if obj.obj != nil && isActivity(obj.obj.Type.first()) {
			a.Inner = inner(obj, "", depth)
		}
		return a, nil
	case "Like", "EmojiReact":
		return Like{ID: h.ID, Actor: h.Actor, Object: obj.id, Emoji: reaction(w), Picture: reactionPicture(w, h.Actor), To: to}, nil
	case "Block":
		return Block{ID: h.ID, Actor: h.Actor, Object: obj.id}, nil
	case "Add":
		return Add{ID: h.ID, Actor: h.Actor, Object: obj.id, Target: target, To: to, Cc: cc}, nil
	case "Remove":
		return Remove{ID: h.ID, Actor: h.Actor, Object: obj.id, Target: target, To: to, Cc: cc}, nil
	default:
		return Move{ID: h.ID, Actor: h.Actor, Object: obj.id, Target: target, To: to}, nil
	}
}

// decodeCreate tells new posts from votes: a vote is a Note with a name and no
// content, and GoToSocial sends several at once.
func decodeCreate(w *wire, h Head) (Activity, error) {
	switch vote, ok, err := decodeVote(w, h); {
	case err != nil:
		return nil, err
	case ok:
		return vote, nil
	}
	obj, err := single(w.Object)
	if err != nil {
		return nil, err
	}
	to, cc := audiences(w)
	c := Create{ID: h.ID, Actor: h.Actor, Object: obj.id, To: to, Cc: cc, Published: timeOf(w.Published)}
	if obj.obj == nil {
		return c, nil
	}
	kind, err := kindOf(obj.obj.Type)
	if err != nil {
		return nil, err
	}
	if !isPost(kind) {
		return unknown(w, h), nil
	}
	if c.Post, err = decodePost(obj.obj, kind); err != nil {
		return nil, err
	}
	return c, nil
}

func decodeVote(w *wire, h Head) (vote Vote, ok bool, err error) {
	vote = Vote{ID: h.ID, Actor: h.Actor}
	for _, n := range w.Object {
		if n.obj == nil || n.obj.Type.first() != "Note" || n.obj.Name == "" || n.obj.Content != "" || len(n.obj.InReplyTo) != 1 {
			return Vote{}, false, nil
		}
		question := address(n.obj.InReplyTo[0])
		if vote.Question == "" {
			vote.Question, vote.Object = question, n.id
		}
		if question == "" || question != vote.Question {
			return Vote{}, false, fmt.Errorf("read inReplyTo: not one question: %w", social.ErrInvalid)
		}
		if len(n.obj.AttributedTo) != 1 || n.obj.AttributedTo[0].id != h.Actor {
			return Vote{}, false, fmt.Errorf("read attributedTo: not the voter: %w", social.ErrInvalid)
		}
		if len(vote.Choices) < maxOptions {
			vote.Choices = append(vote.Choices, line(string(n.obj.Name), maxName))
		}
	}
	vote.To, _ = audiences(w)
	return vote, len(vote.Choices) > 0, nil
}

func decodeUpdate(w *wire, h Head) (Activity, error) {
	obj, err := single(w.Object)
	if err != nil {
		return nil, err
	}
	to, cc := audiences(w)
	u := Update{ID: h.ID, Actor: h.Actor, Object: obj.id, To: to, Cc: cc, UpdatedAt: updatedAt(w)}
	if obj.obj == nil {
		return u, nil
	}
	kind, err := kindOf(obj.obj.Type)
	switch {
	case err != nil:
		return nil, err
	case isPost(kind):
		u.Post, err = decodePost(obj.obj, kind)
	case isActor(kind):
		u.Person, err = decodeActor(obj.obj, kind)
	default:
		return unknown(w, h), nil
	}
	if err != nil {
		return nil, err
	}
	return u, nil
}

func decodeFlag(w *wire, h Head) (Activity, error) {
	f := Flag{ID: h.ID, Actor: h.Actor, Content: markup.PlainText(cut(string(w.Content), maxBioBytes))}
	f.To, _ = audiences(w)
	ids := make([]string, len(w.Object))
	for i, n := range w.Object {
		ids[i] = n.id
	}
	if f.Objects = addresses(ids, maxObjects); len(f.Objects) == 0 {
		return nil, fmt.Errorf("read object: none: %w", social.ErrInvalid)
	}
	return f, nil
}

// single is the one object of an activity, by its id. A list of several is
// refused: only Flag and votes have that.
func single(list nodes) (node, error) {
	if len(list) != 1 {
		return node{}, fmt.Errorf("read object: %d of them: %w", len(list), social.ErrInvalid)
	}
	n := list[0]
	id, err := identity("object", n.id)
	n.id = id
	return n, err
}

// mayLackID reports that the object of such an activity, where it is embedded,
// says enough without an id.
func mayLackID(kind string) bool { return kind == "Undo" || kind == "Accept" || kind == "Reject" }

// inner reads an activity inside another, nil if it is named by its id only.
// Where it names no actor it has the one given. What cannot be read is Unknown.
func inner(n node, actor string, depth int) Activity {
	if n.obj == nil {
		return nil
	}
	h := Head{ID: n.id, Type: n.obj.Type.first(), Actor: address(n.obj.Actor.id)}
	if h.Actor == "" {
		h.Actor = actor
	}
	if depth >= 2 {
		return unknown(n.obj, h)
	}
	a, err := decodeAct(n.obj, h, depth+1)
	if err != nil {
		return unknown(n.obj, h)
	}
	return a
}

func innerFollow(n node) *Follow {
	if n.obj == nil || n.obj.Type.first() != "Follow" || len(n.obj.Object) != 1 {
		return nil
	}
	return &Follow{ID: n.id, Actor: address(n.obj.Actor.id), Object: address(n.obj.Object[0].id)}
}

func unknown(w *wire, h Head) Unknown {
	u := Unknown{ID: h.ID, Actor: h.Actor, Type: h.Type}
	if len(w.Object) > 0 {
		u.Object = address(w.Object[0].id)
		if obj := w.Object[0].obj; obj != nil {
			u.ObjectType = obj.Type.first()
		}
	}
	return u
}

// audiences reads to and cc; together they are bounded.
func audiences(w *wire) (to, cc []string) {
	to = audience(w.To, maxAudience)
	return to, audience(w.Cc, maxAudience-len(to))
}

// updatedAt is when an Update says that it happened.
func updatedAt(w *wire) (t time.Time) {
	if t = timeOf(w.Updated); t.IsZero() {
		t = timeOf(w.Published)
	}
	return t
}

// reaction is the text of a Like that is more than a like; a shortcode keeps
// its colons.
func reaction(w *wire) string {
	emoji := w.Content
	if emoji == "" {
		emoji = w.Reaction
	}
	if len(emoji) > maxEmoji {
		return ""
	}
	return markup.PlainText(string(emoji))
}

// reactionPicture is where the custom emoji of a reaction is kept: it stands among
// the tags under the name that the reaction says.
func reactionPicture(w *wire, actor string) string {
	name := strings.Trim(reaction(w), ":")
	for _, one := range emojisOf(w.Tag, actor) {
		if one.Name == name || strings.HasPrefix(name, one.Name+"@") {
			return one.RemoteURL
		}
	}
	return ""
}
