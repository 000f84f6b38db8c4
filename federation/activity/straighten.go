package activity

import (
	"fmt"
	"sync"

	"github.com/go-fed/activity/streams"
	"github.com/go-fed/activity/streams/vocab"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The words that go-fed has no type or property for.
const (
	termSensitive     = "sensitive"
	termHashtag       = "Hashtag"
	termEmoji         = "Emoji"
	termVotersCount   = "votersCount"
	termLocked        = "manuallyApprovesFollowers"
	termAlsoKnownAs   = "alsoKnownAs"
	termMovedTo       = "movedTo"
	termFeatured      = "featured"
	termFeaturedTags  = "featuredTags"
	termWebsites      = "attributionDomains"
	termPolicy        = "interactionPolicy"
	termCanReply      = "canReply"
	termAutomatic     = "automaticApproval"
	termManual        = "manualApproval"
	termCanQuote      = "canQuote"
	termQuote         = "quote"
	termQuoteStamp    = "quoteAuthorization"
	termQuoteURI      = "quoteUri"
	termQuoteURL      = "quoteUrl"
	termMisskeyQuote  = "_misskey_quote"
	termQuoteRequest  = "QuoteRequest"
	termStamp         = "QuoteAuthorization"
	termInteracting   = "interactingObject"
	termInteractionAt = "interactionTarget"
	termAlways        = "always"
	termAsked         = "approvalRequired"
	termDiscoverable  = "discoverable"
	termIndexable     = "indexable"
	termFocalPoint    = "focalPoint"
	termBlurhash      = "blurhash"
	termPropertyValue = "PropertyValue"
	termValue         = "value"
	termDirectMessage = "directMessage"
	termWebFinger     = "webfinger"
	termImplements    = "implements"
	termAssertion     = "assertionMethod"
	termMultikey      = "Multikey"
	termController    = "controller"
	termMultibase     = "publicKeyMultibase"

	// These are in the ActivityStreams context itself: they need no row.
	termContentMap  = "contentMap"
	termEndpoints   = "endpoints"
	termSharedInbox = "sharedInbox"
)

// term is a word of ours with what it means and where that is written.
type term struct {
	name, iri string
	shape     string // of JSON-LD: "" for a plain value, @id for a link, @list for a list
	source    string
}

// terms is the whole of our own @context, prefixes first.
func terms() []term {
	return []term{
		{"schema", "http://schema.org#", "", "Mastodon: wrong, but the right URL breaks fields in JSON-LD readers"},
		{"toot", "http://joinmastodon.org/ns#", "", "Mastodon, docs.joinmastodon.org/spec/activitypub/#namespaces"},
		{"sec", "https://w3id.org/security#", "", "w3id.org/security/v1"},
		{"gts", "https://gotosocial.org/ns#", "", "GoToSocial, …/federation/interaction_policy"},
		{termSensitive, "as:sensitive", "", "Mastodon, …/spec/activitypub/#as"},
		{termHashtag, "as:Hashtag", "", "Mastodon, …/spec/activitypub/#Hashtag"},
		{termLocked, "as:manuallyApprovesFollowers", "", "Mastodon, …/spec/activitypub/#as"},
		{termAlsoKnownAs, "as:alsoKnownAs", "@id", "Mastodon, …/spec/activitypub/#as"},
		{termMovedTo, "as:movedTo", "@id", "Mastodon, …/spec/activitypub/#as"},
		{termFeatured, "toot:featured", "@id", "Mastodon, …/spec/activitypub/#featured"},
		{termFeaturedTags, "toot:featuredTags", "@id", "Mastodon, …/spec/activitypub/#featuredTags"},
		{termPolicy, "gts:interactionPolicy", "@id", "GoToSocial, …/federation/interaction_policy"},
		{termCanReply, "gts:canReply", "@id", "GoToSocial, …/federation/interaction_policy"},
		{termAutomatic, "gts:automaticApproval", "@id", "GoToSocial, …/federation/interaction_policy"},
		{termManual, "gts:manualApproval", "@id", "GoToSocial, …/federation/interaction_policy"},
		{termCanQuote, "gts:canQuote", "@id", "FEP-044f"},
		{termQuote, "https://w3id.org/fep/044f#quote", "@id", "FEP-044f"},
		{termQuoteStamp, "https://w3id.org/fep/044f#quoteAuthorization", "@id", "FEP-044f"},
		{termQuoteRequest, "https://w3id.org/fep/044f#QuoteRequest", "", "FEP-044f"},
		{termStamp, "https://w3id.org/fep/044f#QuoteAuthorization", "", "FEP-044f"},
		{termInteracting, "gts:interactingObject", "@id", "FEP-044f"},
		{termInteractionAt, "gts:interactionTarget", "@id", "FEP-044f"},
		{termQuoteURI, "http://fedibird.com/ns#quoteUri", "", "Fedibird; read by Mastodon and Misskey"},
		{termQuoteURL, "as:quoteUrl", "", "Misskey, Akkoma"},
		{termMisskeyQuote, "https://misskey-hub.net/ns#_misskey_quote", "", "Misskey"},
		{termAlways, "gts:always", "@id", "GoToSocial before 0.20"},
		{termAsked, "gts:approvalRequired", "@id", "GoToSocial before 0.20"},
		{termWebsites, "toot:attributionDomains", "@id", "Mastodon, …/spec/activitypub/#attributionDomains"},
		{termDiscoverable, "toot:discoverable", "", "Mastodon, …/spec/activitypub/#discoverable"},
		{termIndexable, "toot:indexable", "", "FEP-5feb"},
		{termFocalPoint, "toot:focalPoint", "@list", "Mastodon, …/spec/activitypub/#focalPoint"},
		{termVotersCount, "toot:votersCount", "", "Mastodon, …/spec/activitypub/#poll-specific-properties"},
		{termEmoji, "toot:Emoji", "", "Mastodon, …/spec/activitypub/#Emoji"},
		{termBlurhash, "toot:blurhash", "", "Mastodon, …/spec/activitypub/#blurhash"},
		{termPropertyValue, "schema:PropertyValue", "", "Mastodon, …/spec/activitypub/#PropertyValue"},
		{termValue, "schema:value", "", "Mastodon, …/spec/activitypub/#PropertyValue"},
		{termDirectMessage, "http://litepub.social/ns#directMessage", "", "litepub.social/ns; Mastodon reads it since 4.5"},
		{termWebFinger, "https://purl.archive.org/socialweb/webfinger#webfinger", "", "FEP-2c59"},
		{termImplements, "https://w3id.org/fep/844e/implements", "@id", "FEP-844e"},
		{termAssertion, "sec:assertionMethod", "@id", "FEP-521a"},
		{termMultikey, "sec:Multikey", "", "FEP-521a, W3C Controlled Identifiers §2.2.2"},
		{termController, "sec:controller", "@id", "FEP-521a"},
		{termMultibase, "sec:publicKeyMultibase", "", "FEP-521a"},
	}
}

const (
	contextAS       = "https://www.w3.org/ns/activitystreams"
	contextSecurity = "https://w3id.org/security/v1"
)

// fullContext is the @context of everything that may hold a word of ours. It is
// always the same and written once.
var fullContext = sync.OnceValue(func() jsontext.Value {
	own := map[string]any{}
	for _, t := range terms() {
		switch t.shape {
		case "":
			own[t.name] = t.iri
		case "@list":
			own[t.name] = map[string]any{"@id": t.iri, "@container": "@list"}
		default:
			own[t.name] = map[string]any{"@id": t.iri, "@type": t.shape}
		}
	}
	out, err := json.Marshal([]any{contextAS, contextSecurity, own}, json.Deterministic(true))
	if err != nil {
		panic(fmt.Sprintf("write our own @context: %v", err)) // a table of strings
	}
	return out
})

// document is a JSON object on its way out.
type document map[string]any

// serialize turns what was built of go-fed's types into a document: without the
// @context, which go-fed computes and we fix, and with lists where readers want
// lists, however few are in them.
func serialize(t vocab.Type) (document, error) {
	m, err := streams.Serialize(t)
	if err != nil {
		return nil, fmt.Errorf("serialize %s: %w", t.GetTypeName(), err)
	}
	delete(m, "@context")
	d := document(m)
	for _, name := range []string{"to", "cc", "tag", "attachment", "orderedItems", "oneOf", "anyOf"} {
		d.makeList(name)
	}
	return d, nil
}

// makeList makes a list of a property that is there but is none.
func (d document) makeList(name string) {
	if v, ok := d[name]; ok {
		if _, isList := v.([]any); !isList {
			d[name] = []any{v}
		}
	}
}

// bytes writes the document as it is served, sent and kept: names sorted and no
// HTML escaping. The context is fullContext, or contextAS where no word of ours
// can occur.
func (d document) bytes(context any) ([]byte, error) {
	d["@context"] = context
	out, err := json.Marshal(map[string]any(d), json.Deterministic(true), jsontext.EscapeForHTML(false))
	if err != nil {
		return nil, fmt.Errorf("write json: %w", err)
	}
	return out, nil
}
