package activity

import (
	"net/url"
	"strings"
	"time"

	"github.com/go-fed/activity/streams"
	"github.com/go-fed/activity/streams/vocab"
)

// iri gives go-fed a URI that it will write out letter by letter: parsed into
// parts, url.URL would escape some anew and so change an identity.
func iri(uri string) *url.URL {
	scheme, rest, _ := strings.Cut(uri, ":")
	return &url.URL{Scheme: scheme, Opaque: rest}
}

// everyIRI appends each URI to a property.
func everyIRI[P interface{ AppendIRI(*url.URL) }](p P, uris ...string) P {
	for _, uri := range uris {
		p.AppendIRI(iri(uri))
	}
	return p
}

// oneIRI sets the URI of a property that holds one.
func oneIRI[P interface{ SetIRI(*url.URL) }](p P, uri string) P {
	p.SetIRI(iri(uri))
	return p
}

// thing is what every type of go-fed's that we send has in common.
type thing interface {
	vocab.Type
	SetJSONLDId(vocab.JSONLDIdProperty)
	SetActivityStreamsName(vocab.ActivityStreamsNameProperty)
}

// object is an object that is neither Link nor Mention.
type object interface {
	thing
	SetActivityStreamsTo(vocab.ActivityStreamsToProperty)
	SetActivityStreamsCc(vocab.ActivityStreamsCcProperty)
	SetActivityStreamsUrl(vocab.ActivityStreamsUrlProperty)
	SetActivityStreamsContent(vocab.ActivityStreamsContentProperty)
	SetActivityStreamsSummary(vocab.ActivityStreamsSummaryProperty)
	SetActivityStreamsPublished(vocab.ActivityStreamsPublishedProperty)
	SetActivityStreamsUpdated(vocab.ActivityStreamsUpdatedProperty)
	SetActivityStreamsAttributedTo(vocab.ActivityStreamsAttributedToProperty)
	SetActivityStreamsInReplyTo(vocab.ActivityStreamsInReplyToProperty)
	SetActivityStreamsContext(vocab.ActivityStreamsContextProperty)
	SetActivityStreamsMediaType(vocab.ActivityStreamsMediaTypeProperty)
}

func setID(t thing, id string) {
	if id != "" {
		p := streams.NewJSONLDIdProperty()
		p.SetIRI(iri(id))
		t.SetJSONLDId(p)
	}
}

func setName(t thing, name string) {
	if name != "" {
		p := streams.NewActivityStreamsNameProperty()
		p.AppendXMLSchemaString(name)
		t.SetActivityStreamsName(p)
	}
}

func setAudience(o object, to, cc []string) {
	o.SetActivityStreamsTo(everyIRI(streams.NewActivityStreamsToProperty(), to...))
	o.SetActivityStreamsCc(everyIRI(streams.NewActivityStreamsCcProperty(), cc...))
}

func setURL(o object, url string) {
	if url != "" {
		o.SetActivityStreamsUrl(everyIRI(streams.NewActivityStreamsUrlProperty(), url))
	}
}

func setSummary(o object, summary string) {
	if summary != "" {
		p := streams.NewActivityStreamsSummaryProperty()
		p.AppendXMLSchemaString(summary)
		o.SetActivityStreamsSummary(p)
	}
}

func setContent(o object, content string) {
	p := streams.NewActivityStreamsContentProperty()
	p.AppendXMLSchemaString(content)
	o.SetActivityStreamsContent(p)
}

func setMediaType(o object, mediaType string) {
	if mediaType != "" {
		p := streams.NewActivityStreamsMediaTypeProperty()
		p.Set(mediaType)
		o.SetActivityStreamsMediaType(p)
	}
}

// setTimes writes to the second, which every reader understands.
func setTimes(o object, published, updated time.Time) {
	if !published.IsZero() {
		p := streams.NewActivityStreamsPublishedProperty()
		p.Set(published.UTC().Truncate(time.Second))
		o.SetActivityStreamsPublished(p)
	}
	if !updated.IsZero() {
		p := streams.NewActivityStreamsUpdatedProperty()
		p.Set(updated.UTC().Truncate(time.Second))
		o.SetActivityStreamsUpdated(p)
	}
}
