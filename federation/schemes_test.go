package federation_test

import (
	"net/http"
	"strings"
	"testing"

	"croft/federation"
	"croft/federation/fedtest"
	"croft/federation/signature"
	"croft/social"
)

const (
	rfc9421 = "https://datatracker.ietf.org/doc/html/rfc9421"
	eddsa   = rfc9421 + "#name-eddsa-using-curve-edwards25"
)

// TestFirstKnock begins with what a server says that it reads (FEP-844e), or
// was seen to write, and with the old signatures otherwise.
func TestFirstKnock(t *testing.T) {
	implements := func(all ...string) func(c *cast) {
		return func(c *cast) {
			var list []fedtest.Document
			for _, uri := range all {
				list = append(list, fedtest.Document{"href": uri, "name": "as it calls it"})
			}
			c.sam.Change("generator", fedtest.Document{"type": "Application", "implements": list})
		}
	}
	for _, test := range []struct {
		name  string
		given func(c *cast)
		want  string
	}{
		{"nothing is said", func(*cast) {}, "cavage main-key"},
		{"another thing is said", implements("https://w3id.org/fep/0000"), "cavage main-key"},
		{"RFC 9421 is said", implements(rfc9421), "rfc9421 main-key"},
		{"Ed25519 is said", implements(rfc9421, eddsa), "rfc9421 ed25519-key"},
		{"the first request was so", func(c *cast) {
			follow := c.sam.Act("Follow", "first", c.home.Site.Actor()).JSON()
			req := c.sam.Sign(http.MethodPost, c.home.Site.Inbox(), follow, signature.RFC9421)
			checkKind(t, c.home.Node.Admit(req, follow), nil)
		}, "rfc9421 main-key"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCast(t)
			test.given(c)
			sam, err := c.home.Node.ResolveActor(t.Context(), c.sam.URI)
			if err != nil {
				t.Fatal(err)
			}
			c.home.Settle()
			c.forget()
			create, id := c.create(t)
			c.send(t, create, federation.Audience{Actors: []*social.Actor{sam}, Topic: id})
			c.home.Settle()
			checkText(t, "knocked", knocks(c.stranger), test.want)
		})
	}
}

// TestWhatAServerTookCountsMore keeps a double knock's lesson, whatever is said
// of the server afterwards.
func TestWhatAServerTookCountsMore(t *testing.T) {
	c := newCast(t)
	schemes := federation.NewSchemes(c.home.Store)
	schemes.Learned("stranger.test", signature.Cavage)
	c.sam.Change("generator", fedtest.Document{"type": "Application", "implements": []fedtest.Document{{"href": rfc9421}}})
	if _, err := c.home.Node.ResolveActor(t.Context(), c.sam.URI); err != nil {
		t.Fatal(err)
	}
	if got := federation.NewSchemes(c.home.Store).Scheme("stranger.test"); got != signature.Cavage {
		t.Errorf("%s is tried first", got)
	}
}

// knocks are the schemes and keys of the deliveries that a peer got.
func knocks(p *fedtest.Peer) string {
	var all []string
	for _, r := range p.Requests() {
		if r.Method != http.MethodPost {
			continue
		}
		scheme, names := "cavage", r.Header.Get("Signature")
		if input := r.Header.Get("Signature-Input"); input != "" {
			scheme, names = "rfc9421", input
		}
		_, key, _ := strings.Cut(names, "#")
		key, _, _ = strings.Cut(key, `"`)
		all = append(all, scheme+" "+key)
	}
	return strings.Join(all, ", ")
}
