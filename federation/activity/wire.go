package activity

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"croft/social"
)

// How much of a document is read; what is beyond is left out.
const (
	maxAudience = 1000 // to and cc together
	maxTags     = 100
	maxMedia    = 16
	maxFields   = 50
	maxAliases  = 256
	maxKeys     = 10
	maxOptions  = 20
	maxItems    = 200
	maxObjects  = 100
)

// wire is any object as it comes over the wire: only the words that we read, by
// their plain names, each in a shape that takes what strangers really send. A
// property of the wrong shape is as good as absent.
type wire struct {
	ID    text  `json:"id"`
	Type  types `json:"type"`
	Actor ref   `json:"actor"`

	Object    nodes `json:"object"`
	Target    ref   `json:"target"`
	To        links `json:"to"`
	Cc        links `json:"cc"`
	Published text  `json:"published"`
	Updated   text  `json:"updated"`
	Deleted   text  `json:"deleted"`

	AttributedTo refs         `json:"attributedTo"`
	Name         text         `json:"name"`
	NameMap      langMap      `json:"nameMap"`
	Content      text         `json:"content"`
	ContentMap   langMap      `json:"contentMap"`
	Summary      text         `json:"summary"`
	SummaryMap   langMap      `json:"summaryMap"`
	MediaType    text         `json:"mediaType"`
	Language     language     `json:"language"`
	InLanguage   text         `json:"inLanguage"`
	Sensitive    boolean      `json:"sensitive"`
	InReplyTo    links        `json:"inReplyTo"`
	Context      links        `json:"context"`
	Conversation links        `json:"conversation"`
	URL          many[medium] `json:"url"`
	Icon         many[medium] `json:"icon"`
	Image        many[medium] `json:"image"`
	Attachment   many[medium] `json:"attachment"`
	Tag          many[medium] `json:"tag"`

	OneOf       many[option] `json:"oneOf"`
	AnyOf       many[option] `json:"anyOf"`
	EndTime     text         `json:"endTime"`
	Closed      closed       `json:"closed"`
	VotersCount count        `json:"votersCount"`
	Replies     collection   `json:"replies"`
	Likes       collection   `json:"likes"`
	Shares      collection   `json:"shares"`

	Quote         ref    `json:"quote"`
	QuoteStamp    ref    `json:"quoteAuthorization"`
	QuoteURI      ref    `json:"quoteUri"` // of servers before FEP-044f, as are the next two
	QuoteURL      ref    `json:"quoteUrl"`
	MisskeyQuote  ref    `json:"_misskey_quote"`
	Policy        policy `json:"interactionPolicy"`
	Instrument    nodes  `json:"instrument"`
	Result        ref    `json:"result"`
	Interacting   ref    `json:"interactingObject"`
	InteractionAt ref    `json:"interactionTarget"`

	Reaction text `json:"_misskey_reaction"` // the same as content, in older Misskeys

	person `json:",embed"`
	paging `json:",embed"`
}

// policy is what a post says of who may do what to it; only of quotes it is read.
type policy struct {
	CanQuote rule `json:"canQuote"`
}

// rule is whose acts need no approval, and whose do.
type rule struct {
	said      bool
	automatic links
	manual    links
}

func (r *rule) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return dec.SkipValue()
	}
	r.said = true
	return fields(dec, func(name string) error {
		switch name {
		case termAutomatic:
			return r.automatic.UnmarshalJSONFrom(dec)
		case termManual:
			return r.manual.UnmarshalJSONFrom(dec)
		}
		return dec.SkipValue()
	})
}

// person is what only actors have.
type person struct {
	PreferredUsername text      `json:"preferredUsername"`
	WebFinger         text      `json:"webfinger"` // FEP-2c59
	Inbox             text      `json:"inbox"`
	Outbox            ref       `json:"outbox"`
	Followers         ref       `json:"followers"`
	Following         ref       `json:"following"`
	Featured          ref       `json:"featured"`
	Endpoints         endpoints `json:"endpoints"`
	AlsoKnownAs       links     `json:"alsoKnownAs"`
	MovedTo           ref       `json:"movedTo"`
	Locked            boolean   `json:"manuallyApprovesFollowers"`
	Discoverable      boolean   `json:"discoverable"`
	Indexable         boolean   `json:"indexable"`
	PublicKey         many[key] `json:"publicKey"`
	AssertionMethod   many[key] `json:"assertionMethod"`
	Generator         generator `json:"generator"`

	// A key with an address of its own has these at the top.
	Owner        text `json:"owner"`
	PublicKeyPEM text `json:"publicKeyPem"`
	Controller   text `json:"controller"`
	Multibase    text `json:"publicKeyMultibase"`
}

// decode reads a document into v. Duplicate names, broken UTF-8 and whatever
// follows the document are refused, names in odd case are other names.
func decode(data []byte, v any) error {
	if err := guard(data); err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("read json: %w: %w", social.ErrInvalid, err)
	}
	return nil
}

// text is a string; anything else is empty.
type text string

func (t *text) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '"' {
		return dec.SkipValue()
	}
	tok, err := dec.ReadToken()
	if err == nil {
		*t = text(tok.String())
	}
	return err
}

// boolean is true or false, also in quotes (as old Friendica has it).
type boolean bool

func (f *boolean) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	switch dec.PeekKind() {
	case 't', 'f', '"':
		tok, err := dec.ReadToken()
		if err == nil {
			*f = tok.String() == "true"
		}
		return err
	}
	return dec.SkipValue()
}

// number is a finite number; anything else is 0.
type number float64

func (n *number) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '0' {
		return dec.SkipValue()
	}
	tok, err := dec.ReadToken()
	if err != nil {
		return err
	}
	if f, err := tok.Float(); err == nil {
		*n = number(f)
	}
	return nil
}

// count is a whole number from 0 to a billion and whether there was one.
type count struct {
	n  int
	ok bool
}

func (c *count) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	kind := dec.PeekKind()
	var n number
	if err := n.UnmarshalJSONFrom(dec); err != nil || kind != '0' {
		return err
	}
	if n >= 0 && n <= 1e9 {
		*c = count{int(n), true}
	}
	return nil
}

// closed is the time at which a poll was closed, or true.
type closed string

func (c *closed) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	kind := dec.PeekKind()
	if kind != '"' && kind != 't' {
		return dec.SkipValue()
	}
	tok, err := dec.ReadToken()
	if err == nil {
		*c = closed(tok.String())
	}
	return err
}

// types is one type or a list of them, without the prefix that activitypub-bot
// puts before some.
type types []string

func (t *types) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return each(dec, maxKeys, func() error {
		var s text
		err := s.UnmarshalJSONFrom(dec)
		if s != "" {
			*t = append(*t, strings.TrimPrefix(string(s), "as:"))
		}
		return err
	})
}

// first is the first type; empty if there is none.
func (t types) first() string {
	if len(t) == 0 {
		return ""
	}
	return t[0]
}

// each calls read for the one value, or for each of the list, up to max; read
// takes exactly one value. Null is an empty list.
func each(dec *jsontext.Decoder, max int, read func() error) error {
	switch dec.PeekKind() {
	case 'n':
		return dec.SkipValue()
	case '[':
	default:
		return read()
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for n := 0; dec.PeekKind() != ']'; n++ {
		next := read
		if n >= max {
			next = dec.SkipValue
		}
		if err := next(); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// fields calls read for each member of an object, with its name; read takes
// exactly the value.
func fields(dec *jsontext.Decoder, read func(name string) error) error {
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			return err
		}
		if err := read(name.String()); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}
