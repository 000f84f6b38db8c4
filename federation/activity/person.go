package activity

import (
	"fmt"
	"strings"
	"unicode"

	"croft/markup"
	"croft/social"
)

// decodeActor makes an actor of an object of the given type. Its id,
// preferredUsername and an inbox of the same origin are needed.
func decodeActor(w *wire, kind string) (*ActorDocument, error) {
	id, err := identity("id", string(w.ID))
	if err != nil {
		return nil, err
	}
	handle, err := handleOf(w, id)
	if err != nil {
		return nil, err
	}
	if sameOrigin(string(w.Inbox), id) == "" {
		return nil, fmt.Errorf("read inbox: not of the actor's origin: %w", social.ErrInvalid)
	}
	a := &social.Actor{
		URI: id, Type: social.ActorType(kind), Handle: handle,
		Name:   line(firstText(w.Name, w.NameMap), maxName),
		Bio:    markup.Sanitize(cut(firstText(w.Summary, w.SummaryMap), maxBioBytes)),
		URL:    pageURL(w.URL, id),
		Avatar: pictureOf(w.Icon, id), Header: pictureOf(w.Image, id),
		Fields: profileFields(w.Attachment), Emojis: emojisOf(w.Tag, id),
		MovedTo: address(w.MovedTo.id), AlsoKnownAs: addresses(w.AlsoKnownAs, maxAliases),
		Inbox: string(w.Inbox), SharedInbox: sameOrigin(w.Endpoints.sharedInbox, id),
		Outbox: sameOrigin(w.Outbox.id, id), Featured: sameOrigin(w.Featured.id, id),
		Followers: sameOrigin(w.Followers.id, id), Following: sameOrigin(w.Following.id, id),
		Locked: bool(w.Locked), Discoverable: bool(w.Discoverable), Indexable: bool(w.Indexable),
		FollowerCount: -1, FollowingCount: -1, PostCount: -1,
		CreatedAt: timeOf(w.Published), UpdatedAt: timeOf(w.Updated),
	}
	doc := &ActorDocument{Actor: a, Keys: keysOf(w, id), WebFinger: strings.TrimPrefix(line(string(w.WebFinger), maxName), "acct:")}
	for _, uri := range w.Generator.implements {
		doc.Implements = append(doc.Implements, cut(uri, maxAddress))
	}
	return doc, nil
}

// handleOf is preferredUsername at the host of the id.
func handleOf(w *wire, id string) (social.Handle, error) {
	name := string(w.PreferredUsername)
	odd := func(r rune) bool {
		return r == '@' || r == '/' || r == ':' || unicode.IsSpace(r) || !unicode.IsPrint(r)
	}
	if name == "" || len(name) > maxUsername || strings.ContainsFunc(name, odd) {
		return social.Handle{}, fmt.Errorf("read preferredUsername: not a name: %w", social.ErrInvalid)
	}
	return social.Handle{Name: name, Host: social.HostOf(id)}, nil
}

// profileFields are the PropertyValues among the attachments.
func profileFields(list many[medium]) []social.Field {
	var found []social.Field
	for i := range list {
		if list[i].Type.first() != "PropertyValue" || len(found) == maxFields {
			continue
		}
		found = append(found, social.Field{
			Name:  line(string(list[i].Name), maxFieldLen),
			Value: markup.SanitizeField(cut(string(list[i].Value), maxFieldLen)),
		})
	}
	return found
}

// keysOf are the keys that the actor really owns: the key's id shares its
// origin, and the key names it as owner. A key that names nobody must be part
// of the actor's own document (Bridgy Fed).
func keysOf(w *wire, id string) []Key {
	var keys []Key
	for _, k := range append(append(many[key]{}, w.PublicKey...), w.AssertionMethod...) {
		owner := string(k.Owner)
		if owner == "" {
			owner = string(k.Controller)
		}
		if document, _, _ := strings.Cut(string(k.ID), "#"); owner == "" && document == id {
			owner = id
		}
		if owner != id || sameOrigin(string(k.ID), id) == "" || k.PEM == "" && k.Multibase == "" || len(keys) == maxKeys {
			continue
		}
		keys = append(keys, Key{ID: string(k.ID), Owner: owner, PEM: string(k.PEM), Multibase: string(k.Multibase)})
	}
	return keys
}

// decodeKeyDocument reads a key with an address of its own, or the stub of an
// actor that has nothing but keys.
func decodeKeyDocument(w *wire) (Object, error) {
	id, err := identity("id", string(w.ID))
	if err != nil {
		return nil, err
	}
	doc := KeyDocument{ID: id}
	if len(w.PublicKey) > 0 {
		doc.Keys = keysOf(w, id)
	} else {
		owner := w.Owner
		if owner == "" {
			owner = w.Controller
		}
		if sameOrigin(string(owner), id) != "" {
			doc.Keys = []Key{{ID: id, Owner: string(owner), PEM: string(w.PublicKeyPEM), Multibase: string(w.Multibase)}}
		}
	}
	if len(doc.Keys) == 0 {
		return nil, fmt.Errorf("read publicKey: none of the owner's: %w", social.ErrInvalid)
	}
	return doc, nil
}
