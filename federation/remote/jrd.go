package remote

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"croft/social"
)

// jrd is what WebFinger answers (RFC 7033 §4.4), as far as we read it.
type jrd struct {
	Subject string `json:"subject"`
	Links   []link `json:"links"`
}

type link struct {
	Rel      string `json:"rel" xml:"rel,attr"`
	Type     string `json:"type" xml:"-"`
	Href     string `json:"href" xml:"-"`
	Template string `json:"template" xml:"template,attr"`
}

func decodeJRD(data []byte) (jrd, error) {
	var j jrd
	if err := json.Unmarshal(data, &j); err != nil {
		return jrd{}, fmt.Errorf("read jrd: %w: %w", social.ErrInvalid, err)
	}
	return j, nil
}

// actor is the address of the one actor that is meant. The same address under
// several types is fine (snac), two addresses are not.
func (j jrd) actor() (string, error) {
	found := ""
	for _, l := range j.Links {
		if l.Rel != "self" || !IsActivityPub(l.Type) || l.Href == found {
			continue
		}
		if found != "" {
			return "", fmt.Errorf("jrd names two actors: %w", social.ErrInvalid)
		}
		found = l.Href
	}
	if found == "" {
		return "", fmt.Errorf("jrd names no actor: %w", social.ErrNotFound)
	}
	return found, nil
}

// handle is the subject as a handle. Where the subject is something else, as it
// may be, the question stands.
func (j jrd) handle(asked social.Handle) social.Handle {
	if !strings.HasPrefix(j.Subject, "acct:") {
		return asked
	}
	subject, err := social.ParseHandle(j.Subject)
	if err != nil {
		return social.Handle{}
	}
	return subject
}

// subscribe is the template of the page on which a person of that server
// follows somebody, with {uri} where the somebody goes; empty if there is none.
func (j jrd) subscribe(g guard) string {
	for _, want := range []struct{ rel, variable string }{
		{"http://ostatus.org/schema/1.0/subscribe", "{uri}"},
		{"https://w3id.org/fep/3b86/Follow", "{object}"},
	} {
		for _, l := range j.Links {
			if l.Rel != want.rel || strings.Count(l.Template, want.variable) != 1 {
				continue
			}
			template := strings.Replace(l.Template, want.variable, "{uri}", 1)
			// Braces are in no host's name: the variable stands behind it.
			if g.mayLeadTo(template) {
				return template
			}
		}
	}
	return ""
}

// lrdd is the WebFinger template of a host-meta document (RFC 6415); empty if
// there is none. Package xml resolves no entities of a document's own.
func lrdd(data []byte) (string, error) {
	var xrd struct {
		Links []link `xml:"Link"`
	}
	if err := xml.Unmarshal(data, &xrd); err != nil {
		return "", fmt.Errorf("read host-meta: %w: %w", social.ErrInvalid, err)
	}
	for _, l := range xrd.Links {
		if l.Rel == "lrdd" && strings.Contains(l.Template, "{uri}") {
			return l.Template, nil
		}
	}
	return "", nil
}
