package activity

import (
	"fmt"
	"time"

	"github.com/go-fed/activity/streams"
	"github.com/go-fed/activity/streams/vocab"

	"croft/social"
)

// personLike is an actor of go-fed's.
type personLike interface {
	object
	SetActivityStreamsInbox(vocab.ActivityStreamsInboxProperty)
	SetActivityStreamsOutbox(vocab.ActivityStreamsOutboxProperty)
	SetActivityStreamsFollowers(vocab.ActivityStreamsFollowersProperty)
	SetActivityStreamsFollowing(vocab.ActivityStreamsFollowingProperty)
	SetActivityStreamsPreferredUsername(vocab.ActivityStreamsPreferredUsernameProperty)
	SetW3IDSecurityV1PublicKey(vocab.W3IDSecurityV1PublicKeyProperty)
}

func newActor(kind social.ActorType) personLike {
	switch kind {
	case social.Application:
		return streams.NewActivityStreamsApplication()
	case social.Service:
		return streams.NewActivityStreamsService()
	case social.Group:
		return streams.NewActivityStreamsGroup()
	case social.Organization:
		return streams.NewActivityStreamsOrganization()
	default:
		return streams.NewActivityStreamsPerson()
	}
}

// EncodeActor writes the owner or the instance actor, with what is in the
// document's Actor, Keys (the first PEM becomes publicKey, every Multibase one
// of assertionMethod), WebFinger and Implements. It always says when the
// profile was made to the day only.
func (e Encoder) EncodeActor(doc ActorDocument) ([]byte, error) {
	d, err := e.actor(doc)
	if err != nil {
		return nil, fmt.Errorf("encode actor: %w", err)
	}
	return d.bytes(fullContext())
}

func (e Encoder) actor(doc ActorDocument) (document, error) {
	a := doc.Actor
	p := newActor(a.Type)
	setID(p, a.URI)
	setURL(p, a.URL)
	setName(p, a.Name)
	setSummary(p, string(a.Bio))
	setTimes(p, a.CreatedAt.UTC().Truncate(24*time.Hour), a.UpdatedAt)
	name := streams.NewActivityStreamsPreferredUsernameProperty()
	name.SetXMLSchemaString(a.Handle.Name)
	p.SetActivityStreamsPreferredUsername(name)
	setCollections(p, a)
	setPublicKey(p, doc.Keys)
	d, err := serialize(p)
	if err != nil {
		return nil, err
	}
	if err := e.addPictures(d, a); err != nil {
		return nil, err
	}
	addProfile(d, doc)
	d["tag"] = e.emojis(doc.Actor.Emojis)
	return d, nil
}

func setCollections(p personLike, a *social.Actor) {
	if a.Inbox != "" {
		p.SetActivityStreamsInbox(oneIRI(streams.NewActivityStreamsInboxProperty(), a.Inbox))
	}
	if a.Outbox != "" {
		p.SetActivityStreamsOutbox(oneIRI(streams.NewActivityStreamsOutboxProperty(), a.Outbox))
	}
	if a.Followers != "" {
		p.SetActivityStreamsFollowers(oneIRI(streams.NewActivityStreamsFollowersProperty(), a.Followers))
	}
	if a.Following != "" {
		p.SetActivityStreamsFollowing(oneIRI(streams.NewActivityStreamsFollowingProperty(), a.Following))
	}
}

// setPublicKey publishes the RSA key, of which there is one: several servers
// read no list here.
func setPublicKey(p personLike, keys []Key) {
	for _, k := range keys {
		if k.PEM == "" {
			continue
		}
		key := streams.NewW3IDSecurityV1PublicKey()
		id := streams.NewJSONLDIdProperty()
		id.SetIRI(iri(k.ID))
		key.SetJSONLDId(id)
		key.SetW3IDSecurityV1Owner(oneIRI(streams.NewW3IDSecurityV1OwnerProperty(), k.Owner))
		pem := streams.NewW3IDSecurityV1PublicKeyPemProperty()
		pem.Set(k.PEM)
		key.SetW3IDSecurityV1PublicKeyPem(pem)
		list := streams.NewW3IDSecurityV1PublicKeyProperty()
		list.AppendW3IDSecurityV1PublicKey(key)
		p.SetW3IDSecurityV1PublicKey(list)
		return
	}
}

// addPictures adds avatar and header, each with its alternative text in name
// and in summary.
func (e Encoder) addPictures(d document, a *social.Actor) error {
	for name, picture := range map[string]social.Image{"icon": a.Avatar, "image": a.Header} {
		if picture.IsZero() {
			continue
		}
		img := streams.NewActivityStreamsImage()
		setURL(img, e.mediaURL(picture.File, picture.RemoteURL))
		setMediaType(img, picture.MediaType)
		setName(img, picture.Alt)
		setSummary(img, picture.Alt)
		doc, err := serialize(img)
		if err != nil {
			return err
		}
		d[name] = map[string]any(doc)
	}
	return nil
}

// addProfile adds what go-fed has no word for.
func addProfile(d document, doc ActorDocument) {
	a := doc.Actor
	fields := []any{}
	for _, f := range a.Fields {
		fields = append(fields, map[string]any{"type": termPropertyValue, "name": f.Name, termValue: string(f.Value)})
	}
	d["attachment"] = fields
	d[termLocked], d[termDiscoverable], d[termIndexable] = a.Locked, a.Discoverable, a.Indexable
	d[termAlsoKnownAs] = append([]string{}, a.AlsoKnownAs...)
	if len(a.Websites) > 0 {
		d[termWebsites] = append([]string{}, a.Websites...)
	}
	keys := []any{}
	for _, k := range doc.Keys {
		if k.Multibase != "" {
			keys = append(keys, map[string]any{"id": k.ID, "type": termMultikey, termController: k.Owner, termMultibase: k.Multibase})
		}
	}
	if len(keys) > 0 {
		d[termAssertion] = keys
	}
	if len(doc.Implements) > 0 {
		d["generator"] = map[string]any{"type": "Application", termImplements: implements(doc.Implements)}
	}
	for name, value := range map[string]string{termFeatured: a.Featured, termFeaturedTags: doc.FeaturedTags, termMovedTo: a.MovedTo, termWebFinger: doc.WebFinger} {
		if value != "" {
			d[name] = value
		}
	}
	if a.SharedInbox != "" {
		d[termEndpoints] = map[string]any{termSharedInbox: a.SharedInbox}
	}
}

// What a server implements that signs and reads HTTP Message Signatures, with RSA
// keys and with Ed25519 keys (FEP-844e).
const (
	RFC9421        = "https://datatracker.ietf.org/doc/html/rfc9421"
	RFC9421Ed25519 = "https://datatracker.ietf.org/doc/html/rfc9421#name-eddsa-using-curve-edwards25"
)

var capabilityNames = map[string]string{
	RFC9421:        "RFC-9421: HTTP Message Signatures",
	RFC9421Ed25519: "RFC-9421 signatures using the Ed25519 algorithm",
}

func implements(uris []string) []any {
	out := []any{}
	for _, uri := range uris {
		entry := map[string]any{"href": uri}
		if name := capabilityNames[uri]; name != "" {
			entry["name"] = name
		}
		out = append(out, entry)
	}
	return out
}
