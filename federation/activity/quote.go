package activity

import (
	"fmt"
	"slices"
	"strings"

	"croft/markup"
	"croft/social"
)

// QuoteStamp is what the author of Target gave to approve that Quoting quotes it
// (FEP-044f, QuoteAuthorization).
type QuoteStamp struct {
	ID, Author      string
	Quoting, Target string
}

// ObjectID implements Object.
func (s QuoteStamp) ObjectID() string { return s.ID }

func decodeStamp(w *wire) QuoteStamp {
	s := QuoteStamp{ID: string(w.ID), Quoting: address(w.Interacting.id), Target: address(w.InteractionAt.id)}
	if len(w.AttributedTo) == 1 {
		s.Author = address(w.AttributedTo[0].id)
	}
	return s
}

// decodeQuote finds what a post quotes, as each family of servers says it, and who
// may quote it. Whether a quote is approved is for the caller to find out.
func decodeQuote(w *wire, p *social.Post) {
	for _, said := range []string{w.Quote.id, w.QuoteURI.id, w.QuoteURL.id, w.MisskeyQuote.id, quoteTag(w.Tag)} {
		if uri := address(said); uri != "" && uri != p.URI {
			p.Quote = &social.Quote{URI: uri, State: social.QuotePending, Stamp: address(w.QuoteStamp.id)}
			break
		}
	}
	if w.Policy.CanQuote.said {
		p.MayQuote = mayQuote(w.Policy.CanQuote, p)
	}
}

// quoteTag is the object link that means a quote (FEP-e232).
func quoteTag(tags many[medium]) string {
	for _, tag := range tags {
		kind := string(tag.MediaType)
		if tag.Type.first() == "Link" && (strings.HasPrefix(kind, "application/ld+json") || kind == "application/activity+json") {
			return string(tag.Href)
		}
	}
	return ""
}

// mayQuote is a policy in one word, the widest that holds.
func mayQuote(r rule, p *social.Post) social.MayQuote {
	isList := func(name string) bool {
		return slices.ContainsFunc(r.automatic, func(uri string) bool {
			return strings.HasPrefix(uri, p.AuthorURI) && strings.HasSuffix(uri, "/"+name)
		})
	}
	switch {
	case slices.ContainsFunc(r.automatic, isPublic):
		return social.MayQuoteAnybody
	case isList("followers"):
		return social.MayQuoteFollowers
	case isList("following"):
		return social.MayQuoteFollowed
	case slices.ContainsFunc(r.manual, func(uri string) bool { return uri != p.AuthorURI }):
		return social.MayQuoteAsked
	default:
		return social.MayQuoteNobody
	}
}

// decodeQuoteRequest reads who wants to quote what in which post.
func decodeQuoteRequest(w *wire, h Head, object string) (Activity, error) {
	q := QuoteRequest{ID: h.ID, Actor: h.Actor, Object: object}
	if len(w.Instrument) != 1 {
		return nil, fmt.Errorf("read instrument: %d of them: %w", len(w.Instrument), social.ErrInvalid)
	}
	instrument := w.Instrument[0]
	var err error
	if q.Instrument, err = identity("instrument", instrument.id); err != nil {
		return nil, err
	}
	if instrument.obj != nil && isPost(instrument.obj.Type.first()) {
		q.Post, err = decodePost(instrument.obj, instrument.obj.Type.first())
	}
	return q, err
}

// innerRequest is the request that is answered, where it is embedded: not everybody
// names it by its id.
func innerRequest(n node) *QuoteRequest {
	if n.obj == nil || n.obj.Type.first() != "QuoteRequest" || len(n.obj.Object) != 1 || len(n.obj.Instrument) != 1 {
		return nil
	}
	return &QuoteRequest{
		ID: n.id, Actor: address(n.obj.Actor.id), Object: address(n.obj.Object[0].id), Instrument: address(n.obj.Instrument[0].id),
	}
}

// addQuote says what a post quotes, to servers that know FEP-044f and to those
// before it, for which the address stands before its words, too; and who may quote
// it.
func (e Encoder) addQuote(d document, p *social.Post) {
	if q := p.Quote; q != nil {
		d[termQuote], d[termQuoteURI], d[termQuoteURL], d[termMisskeyQuote] = q.URI, q.URI, q.URI, q.URI
		if q.Stamp != "" {
			d[termQuoteStamp] = q.Stamp
		}
		tags, _ := d["tag"].([]any)
		d["tag"] = append(tags, map[string]any{
			"type": "Link", "mediaType": `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`,
			"rel": "https://misskey-hub.net/ns#_misskey_quote", "href": q.URI, "name": "RE: " + q.URI,
		})
		said, _ := d["content"].(string)
		d["content"] = string(markup.QuoteLine(q.URI)) + said
		if words, ok := d[termContentMap].(map[string]any); ok {
			for language := range words {
				words[language] = d["content"]
			}
		}
	}
	who := map[social.MayQuote]string{
		social.MayQuoteAnybody: social.PublicURI, social.MayQuoteFollowers: e.Site.Followers(), social.MayQuoteNobody: e.Site.Actor(),
	}[p.MayQuote]
	if !p.Visibility.IsOpen() { // nobody else can quote it
		who = e.Site.Actor()
	}
	if who == "" {
		who = social.PublicURI
	}
	policy, _ := d[termPolicy].(map[string]any)
	if policy == nil {
		policy = map[string]any{}
	}
	policy[termCanQuote] = map[string]any{termAutomatic: []any{who}, termManual: []any{}}
	d[termPolicy] = policy
}

// quoteRequest asks, with the post that quotes embedded.
func (e Encoder) quoteRequest(q QuoteRequest) (document, error) {
	post, err := e.post(q.Post)
	if err != nil {
		return nil, err
	}
	return document{"id": q.ID, "type": termQuoteRequest, "actor": q.Actor, "object": q.Object, "instrument": map[string]any(post)}, nil
}

// answerRequest embeds the request that is answered, by ids.
func answerRequest(h Head, q *QuoteRequest, result string) (document, error) {
	d := document{"id": h.ID, "type": h.Type, "actor": h.Actor, "to": []any{q.Actor}, "object": map[string]any{
		"id": q.ID, "type": termQuoteRequest, "actor": q.Actor, "object": q.Object, "instrument": q.Instrument,
	}}
	if result != "" {
		d["result"] = result
	}
	return d, nil
}

// EncodeStamp writes an approval of the owner's. It names both posts and embeds
// neither.
func EncodeStamp(s QuoteStamp) ([]byte, error) {
	return document{
		"id": s.ID, "type": termStamp, "attributedTo": s.Author, termInteracting: s.Quoting, termInteractionAt: s.Target,
	}.bytes(fullContext())
}
