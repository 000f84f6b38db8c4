package activity

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"croft/social"
)

// TestHeadAttacks are the cases of the list of attacks that the door refuses:
// Peek and Decode alike.
func TestHeadAttacks(t *testing.T) {
	const (
		good  = `"id":"https://evil.test/a/1","actor":"https://evil.test/mallory"`
		alice = "https://good.test/alice"
		rest  = `"type":"Like","object":"https://home.test/@amy/1"`
	)
	replaceID := func(id string) string { return `{"id":` + id + `,"actor":"https://evil.test/mallory",` + rest + `}` }
	replaceActor := func(actor string) string { return `{"id":"https://evil.test/a/1","actor":` + actor + `,` + rest + `}` }
	context := func(c string) string { return `{"@context":` + c + `,` + good + `,` + rest + `}` }
	for name, body := range map[string]string{
		"ORI-02 no id":         `{"actor":"https://evil.test/mallory",` + rest + `}`,
		"ORI-02 null":          replaceID(`null`),
		"ORI-02 number":        replaceID(`7`),
		"ORI-02 object":        replaceID(`{"id":"https://evil.test/a/1"}`),
		"ORI-02 array":         replaceID(`["https://evil.test/a/1"]`),
		"ORI-02 relative":      replaceID(`"/a/1"`),
		"ORI-02 fragment":      replaceID(`"#a"`),
		"ORI-02 other scheme":  replaceID(`"urn:a:1"`),
		"ORI-11 user name":     replaceID(`"https://good.test@evil.test/a"`),
		"ORI-11 backslash":     replaceID(`"https://good.test\\@evil.test/a"`),
		"ORI-11 trailing dot":  replaceID(`"https://evil.test./a"`),
		"ORI-11 escape":        replaceID(`"https://good.test%2eevil.test/a"`),
		"ORI-11 no scheme":     replaceID(`"//evil.test/a"`),
		"ORI-11 tab":           replaceID(`"https://evil.test\t/a"`),
		"ACT-36 array":         replaceActor(`["https://evil.test/mallory","` + alice + `"]`),
		"ACT-36 array of one":  replaceActor(`["https://evil.test/mallory"]`),
		"ACT-36 embedded":      replaceActor(`{"id":"` + alice + `"}`),
		"ACT-36 embedded own":  replaceActor(`{"id":"https://evil.test/mallory","type":"Person"}`),
		"ACT-36 null":          replaceActor(`null`),
		"ACT-39 foreign id":    `{"id":"https://good.test/a/1","actor":"https://evil.test/mallory",` + rest + `}`,
		"ACT-39 other port":    `{"id":"https://evil.test:8443/a/1","actor":"https://evil.test/mallory",` + rest + `}`,
		"ACT-37 two types":     `{` + good + `,"type":["Create","Delete"],"object":"https://evil.test/1"}`,
		"ACT-37 no type":       `{` + good + `,"object":"https://evil.test/1"}`,
		"ORI-19 twice":         `{` + good + `,"id":"https://evil.test/a/2",` + rest + `}`,
		"ORI-19 twice inside":  `{` + good + `,"x":[{"y":1,"y":2}],` + rest + `}`,
		"ORI-19 twice escaped": `{` + good + `,"\u0069d":"https://evil.test/a/2",` + rest + `}`,
		"ORI-19 @id":           `{"@id":"https://good.test/a",` + good + `,` + rest + `}`,
		"ORI-19 @id after":     `{` + good + `,` + rest + `,"\u0040id":"https://good.test/a"}`,
		"ORI-19 @type":         `{` + good + `,` + rest + `,"@type":"Delete"}`,
		"ORI-19 @id inside":    `{` + good + `,"type":"Create","object":{"id":"https://evil.test/n","@id":"https://good.test/n"}}`,
		"ORI-19 odd case":      `{"ID":"https://evil.test/a/1","Actor":"https://evil.test/mallory",` + rest + `}`,
		"ORI-20 trailing":      `{` + good + `,` + rest + `}{}`,
		"ORI-20 BOM":           "\ufeff{" + good + `,` + rest + `}`,
		"ORI-20 UTF-16":        "\xff\xfe{\x00}\x00",
		"ORI-20 bad UTF-8":     `{` + good + `,` + rest + ",\"x\":\"\xff\"}",
		"ORI-20 surrogate":     `{` + good + `,` + rest + `,"x":"\ud800"}`,
		"ORI-20 NUL":           `{` + good + `,` + rest + `,"x":"\u0000"}`,
		"ORI-20 raw NUL":       `{` + good + `,` + rest + ",\"x\":\"\x00\"}",
		"ORI-20 cut off":       `{` + good + `,` + rest,
		"ORI-20 empty":         ``,
		"ORI-20 not an object": `[` + `{` + good + `,` + rest + `}]`,
		"ORI-21 @graph":        `{` + good + `,` + rest + `,"@graph":[]}`,
		"ORI-21 @included":     `{` + good + `,` + rest + `,"x":{"@included":[]}}`,
		"ORI-21 @reverse":      `{` + good + `,` + rest + `,"@reverse":{}}`,
		"ORI-21 escaped":       `{` + good + `,` + rest + `,"\u0040graph":[]}`,
		"ORI-21 remapped":      context(`["https://www.w3.org/ns/activitystreams",{"actor":"https://evil.test/ns#x"}]`),
		"ORI-21 by object":     context(`{"object":{"@type":"@id","@id":"as:target"}}`),
		"ORI-21 by null":       context(`{"object":null}`),
		"ORI-21 no meaning":    context(`{"object":{"@type":"@id"}}`),
		"ORI-21 type":          context(`{"Like":"as:Delete"}`),
		"ORI-21 the prefix":    context(`{"as":"https://evil.test/ns#"}`),
		"ORI-21 @vocab":        context(`{"@vocab":"https://evil.test/ns#"}`),
		"ORI-21 reverse term":  context(`{"x":{"@reverse":"as:actor"}}`),
		"ORI-21 scoped":        context(`{"x":{"@id":"ex:x","@context":{"actor":"ex:y"}}}`),
		"ORI-21 nested":        `{` + good + `,"type":"Create","object":{"@context":{"attributedTo":"ex:y"},"id":"https://evil.test/n"}}`,
		"PAR-02 deep list":     `{` + good + `,` + rest + `,"x":` + strings.Repeat("[", 65) + strings.Repeat("]", 65) + `}`,
		"PAR-02 deeper":        strings.Repeat(`{"x":`, 10000) + `1` + strings.Repeat(`}`, 10000),
		"PAR-02 endless":       strings.Repeat("[", 1_000_000),
		"PAR-04 long id":       replaceID(`"https://evil.test/` + strings.Repeat("a", 2048) + `"`),
	} {
		if head, err := Peek([]byte(body)); !errors.Is(err, social.ErrInvalid) {
			t.Errorf("%s: Peek says %+v, %v", name, head, err)
		}
		if a, err := Decode([]byte(body)); !errors.Is(err, social.ErrInvalid) {
			t.Errorf("%s: Decode says %+v, %v", name, a, err)
		}
	}
}

// TestHarmlessContexts are what real servers put into their @context.
func TestHarmlessContexts(t *testing.T) {
	for _, context := range []string{
		`[{"actor":{"@type":"@id","@id":"as:actor"}}]`,
		`"https://evil.test/context"`, // ORI-21: not known and never fetched
		`["https://www.w3.org/ns/activitystreams",{"@language":"und"}]`,
		`{"location":{"@id":"sc:location","@type":"sc:Place"},"Place":"sc:Place"}`,
		`{"alsoKnownAs":{"@id":"as:alsoKnownAs","@type":"@id"},"id":"@id","type":"@type"}`,
		`{"contentMap":{"@id":"as:content","@container":"@language"},"inbox":"ldp:inbox"}`,
		`{"as":"https://www.w3.org/ns/activitystreams#","@vocab":"https://www.w3.org/ns/activitystreams#"}`,
		`{"items":"https://www.w3.org/ns/activitystreams#items","x":"actor"}`,
		`null`, `[]`, `{}`,
	} {
		body := `{"@context":` + context + `,"id":"https://a.test/1","type":"Follow","actor":"https://a.test/a","object":"https://home.test/@amy","x":["actor"]}`
		if _, err := Peek([]byte(body)); err != nil {
			t.Errorf("%s: %v", context, err)
		}
	}
}

// TestOddCase holds ORI-19: names in odd case are unknown words without effect.
func TestOddCase(t *testing.T) {
	a, err := Decode([]byte(`{"Id":"https://b.test/2","ID":"https://b.test/3","id":"https://a.test/1","type":"Like","Type":"Delete",
		"Actor":"https://b.test/b","actor":"https://a.test/a","OBJECT":"https://home.test/@amy/2","object":"https://home.test/@amy/1"}`))
	want := Like{ID: "https://a.test/1", Actor: "https://a.test/a", Object: "https://home.test/@amy/1"}
	if diff := cmp.Diff(Activity(want), a); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// TestUnknown are the words that have no meaning here and are no error.
func TestUnknown(t *testing.T) {
	for name, body := range map[string]string{
		"ACT-35 collection":  `"type":"OrderedCollection","orderedItems":[{"type":"Delete"}]`,
		"ACT-37 lower case":  `"type":"create","object":{"type":"Note"}`,
		"unknown type":       `"type":"Ping"`,
		"unknown object":     `"type":"Create","object":{"id":"https://a.test/o","type":"ChatMessage"}`,
		"types of no use":    `"type":["Listen","Travel"],"object":7`,
		"update of a widget": `"type":"Update","object":{"id":"https://a.test/o","type":"Widget"}`,
	} {
		a, err := Decode([]byte(`{"id":"https://a.test/1","actor":"https://a.test/a",` + body + `}`))
		if _, ok := a.(Unknown); !ok || err != nil {
			t.Errorf("%s: %#v, %v", name, a, err)
		}
	}
}

// TestContentAttacks are refused by Decode, which reads what Peek does not.
func TestContentAttacks(t *testing.T) {
	note := func(fields string) string {
		return `"type":"Create","object":{"type":"Note","id":"https://evil.test/n/1",` + fields + `}`
	}
	for name, body := range map[string]string{
		"ORI-09 other origin":      note(`"attributedTo":"https://good.test/alice"`),
		"ORI-10 two owners":        note(`"attributedTo":["https://evil.test/mallory","https://evil.test/alice"]`),
		"ORI-10 two persons":       note(`"attributedTo":[{"type":"Person","id":"https://evil.test/mallory"},{"type":"Person","id":"https://evil.test/alice"}]`),
		"ORI-10 string and person": note(`"attributedTo":["https://evil.test/mallory",{"type":"Person","id":"https://evil.test/alice"}]`),
		"ORI-10 no owner":          note(`"content":"x"`),
		"ORI-02 object without id": `"type":"Create","object":{"type":"Note","attributedTo":"https://evil.test/mallory"}`,
		"ACT-17 follow of a list":  `"type":"Follow","object":["https://home.test/@amy","https://home.test/@bea"]`,
		"ACT-17 follow of nothing": `"type":"Follow"`,
		"ACT-38 500 notes":         `"type":"Create","object":[` + strings.Repeat(`{"type":"Note","id":"https://evil.test/n","content":"x"},`, 499) + `"https://evil.test/n"]`,
		"ACT-34 vote for another":  `"type":"Create","object":{"type":"Note","id":"https://evil.test/v","name":"yes","inReplyTo":"https://home.test/@amy/1","attributedTo":"https://evil.test/alice"}`,
		"ACT-34 two questions":     `"type":"Create","object":[{"type":"Note","name":"a","inReplyTo":"https://home.test/@amy/1","attributedTo":"https://evil.test/mallory"},{"type":"Note","name":"a","inReplyTo":"https://home.test/@amy/2","attributedTo":"https://evil.test/mallory"}]`,
		"flag of nothing":          `"type":"Flag","object":[]`,
		"like of a relative id":    `"type":"Like","object":"/1"`,
	} {
		a, err := Decode([]byte(`{"id":"https://evil.test/a/1","actor":"https://evil.test/mallory",` + body + `}`))
		if !errors.Is(err, social.ErrInvalid) {
			t.Errorf("%s: %+v, %v", name, a, err)
		}
	}
}

// TestInnerIsNotBelieved holds ACT-27 and Lemmy's way: of what stands inside an
// Announce only ids are read.
func TestInnerIsNotBelieved(t *testing.T) {
	head := `"id":"https://a.test/1","actor":"https://a.test/group","type":"Announce","object":`
	for object, want := range map[string]Activity{
		`{"id":"https://good.test/n","type":"Note","attributedTo":"https://good.test/alice","content":"forged"}`: nil,
		`{"id":"https://b.test/2","type":"Create","actor":"https://b.test/b","object":{"id":"https://b.test/n","type":"Note","content":"forged","inReplyTo":"https://b.test/m"}}`: Create{
			ID: "https://b.test/2", Actor: "https://b.test/b", Object: "https://b.test/n", InReplyTo: "https://b.test/m"},
		`{"id":"https://b.test/2","type":"Undo","actor":"https://b.test/b","object":{"id":"https://b.test/3","type":"Like","object":"https://b.test/n"}}`: Undo{
			ID: "https://b.test/2", Actor: "https://b.test/b", Object: "https://b.test/3",
			Inner: Like{ID: "https://b.test/3", Actor: "https://b.test/b", Object: "https://b.test/n"}},
		`{"id":"https://b.test/2","type":"Follow","actor":"https://b.test/b","object":[1,2]}`: Unknown{
			ID: "https://b.test/2", Actor: "https://b.test/b", Type: "Follow"},
	} {
		got, err := Decode([]byte(`{` + head + object + `}`))
		if err != nil {
			t.Errorf("%s: %v", object, err)
			continue
		}
		if diff := cmp.Diff(want, got.(Announce).Inner); diff != "" {
			t.Errorf("%s (-want +got):\n%s", object, diff)
		}
	}
}

// TestEndlessNesting: an Undo of an Undo of … ends after three.
func TestEndlessNesting(t *testing.T) {
	body := `{"id":"https://a.test/1","actor":"https://a.test/a","type":"Undo","object":`
	data := strings.Repeat(body, 30) + `"https://a.test/x"` + strings.Repeat("}", 30)
	a, err := Decode([]byte(data))
	depth := 0
	for undo, ok := a.(Undo); ok; undo, ok = undo.Inner.(Undo) {
		depth++
	}
	if err != nil || depth != 3 {
		t.Errorf("%d Undos read, %v", depth, err)
	}
}

const actorHead = `"type":"Person","id":"https://good.test/alice","preferredUsername":"alice"`

// TestActorAttacks are actors without a name or a good inbox.
func TestActorAttacks(t *testing.T) {
	for name, fields := range map[string]string{
		"ORI-14 other host":       actorHead + `,"inbox":"https://victim.test/inbox"`,
		"ORI-14 other port":       actorHead + `,"inbox":"https://good.test:8443/inbox"`,
		"ORI-14 plain http":       actorHead + `,"inbox":"http://good.test/inbox"`,
		"ORI-14 no http":          actorHead + `,"inbox":"ftp://good.test/inbox"`,
		"ORI-14 array":            actorHead + `,"inbox":["https://good.test/inbox"]`,
		"ORI-14 object":           actorHead + `,"inbox":{"id":"https://good.test/inbox"}`,
		"ORI-14 empty":            actorHead + `,"inbox":""`,
		"ORI-14 missing":          actorHead,
		"PAR-04 long username":    `"type":"Person","id":"https://good.test/alice","inbox":"https://good.test/inbox","preferredUsername":"` + strings.Repeat("a", 2049) + `"`,
		"no username":             `"type":"Person","id":"https://good.test/alice","inbox":"https://good.test/inbox"`,
		"a username with a host":  `"type":"Person","id":"https://good.test/alice","inbox":"https://good.test/inbox","preferredUsername":"alice@evil.test"`,
		"a username with a space": `"type":"Person","id":"https://good.test/alice","inbox":"https://good.test/inbox","preferredUsername":"al ice"`,
		"ORI-02 no id":            `"type":"Person","inbox":"https://good.test/inbox","preferredUsername":"alice"`,
		"ORI-10 note, no owner":   `"type":"Note","id":"https://good.test/1"`,
		"ORI-17 a stub":           `"type":"Person","id":"https://good.test/alice","publicKey":{"id":"https://good.test/k","owner":"https://good.test/bob","publicKeyPem":"x"}`,
		"ORI-17 a key":            `"type":"Key","id":"https://good.test/k","owner":"https://evil.test/bob","publicKeyPem":"x"`,
		"no type":                 `"id":"https://good.test/1"`,
	} {
		if doc, err := DecodeObject([]byte(`{` + fields + `}`)); !errors.Is(err, social.ErrInvalid) {
			t.Errorf("%s: %+v, %v", name, doc, err)
		}
	}
}

// TestActorIsTrimmed: what is foreign or too much is left out, the rest stays.
func TestActorIsTrimmed(t *testing.T) {
	list := func(n int, item string) string { return "[" + strings.Repeat(item+",", n-1) + item + "]" }
	aliases := make([]string, 300)
	for i := range aliases {
		aliases[i] = fmt.Sprintf(`"https://old.test/%d"`, i)
	}
	data := `{` + actorHead + `,"inbox":"https://good.test/inbox","outbox":"https://evil.test/outbox",
		"followers":"https://evil.test/f","following":"https://good.test/following","featured":"https://evil.test/featured",
		"endpoints":{"sharedInbox":"https://victim.test/inbox"},"url":"javascript:alert(1)",
		"icon":{"type":"Image","url":"data:image/png;base64,AAAA"},"image":"http://good.test/plain.png",
		"name":"` + strings.Repeat("n", 3000) + `","summary":"` + strings.Repeat("b", 30000) + `",
		"alsoKnownAs":[` + strings.Join(aliases, ",") + `],
		"attachment":` + list(60, `{"type":"PropertyValue","name":"f","value":"<img src=x onerror=alert(1)>v"}`) + `,
		"publicKey":[{"id":"https://evil.test/k","owner":"https://good.test/alice","publicKeyPem":"a"},
			{"id":"https://good.test/k","owner":"https://good.test/bob","publicKeyPem":"b"},
			{"id":"https://good.test/stray","publicKeyPem":"c"},
			{"id":"https://good.test/alice#k","publicKeyPem":"d"},
			` + strings.TrimPrefix(list(20, `{"id":"https://good.test/alice#m","owner":"https://good.test/alice","publicKeyPem":"e"}`), "[") + `}`
	doc, err := DecodeObject([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	got := doc.(ActorDocument)
	a := got.Actor
	if a.SharedInbox != "" || a.Outbox != "" || a.Followers != "" || a.Featured != "" || a.Following != "https://good.test/following" {
		t.Errorf("ORI-14, ORI-18: %+v", a)
	}
	if a.URL != a.URI || !a.Avatar.IsZero() || !a.Header.IsZero() {
		t.Errorf("ORI-12: %+v", a)
	}
	if len(a.Name) != 2048 || len(a.Bio) != 20<<10 || len(a.AlsoKnownAs) != 256 || len(a.Fields) != 50 || a.Fields[0].Value != "v" {
		t.Errorf("PAR-04: name %d, bio %d, aliases %d, fields %d", len(a.Name), len(a.Bio), len(a.AlsoKnownAs), len(a.Fields))
	}
	if len(got.Keys) == 0 || len(got.Keys) > 10 || got.Keys[0].PEM != "d" {
		t.Errorf("ORI-17, PAR-03: %+v", got.Keys)
	}
	if a.Indexable || a.Discoverable {
		t.Error("FEP-5feb: a missing word means no")
	}
}

// TestPostIsTrimmed does the same for a post.
func TestPostIsTrimmed(t *testing.T) {
	var many strings.Builder
	for i := range 300_000 / 40 {
		fmt.Fprintf(&many, `,"https://x.test/%d"`, i)
	}
	tags := strings.Repeat(`{"type":"Mention","href":"https://x.test/1","name":"@x"},`, 5000)
	data := `{"type":"Question","id":"https://good.test/1","attributedTo":"https://good.test/alice",
		"url":"vbscript:x","published":"2099-01-01T00:00:00Z","updated":"0000-01-01T00:00:00Z",
		"content":"<script>x</script><p onclick=x>hello</p>","summary":"<b>care</b> &amp; feeding",
		"to":["as:Public"` + many.String() + `],"cc":["Public"` + many.String() + `],
		"tag":[` + tags + `{"type":"Hashtag","name":"#late"}],
		"attachment":[{"type":"Image","url":"javascript:1"},{"type":"Image","url":"data:x"},{"type":"Image","url":"http://good.test/x.png"},
			{"type":"Image","url":"https://good.test/x.png","width":-1,"height":1e309,"blurhash":"\"><script>","focalPoint":"x"}` +
		strings.Repeat(`,{"type":"Image","url":"https://good.test/y.png"}`, 50) + `],
		"oneOf":[{"name":"a","replies":{"totalItems":-1}},{"name":"b","replies":{"totalItems":1e308}},{"name":"c","replies":{"totalItems":"x"}},
			{"name":"d","replies":{"totalItems":null}}` + strings.Repeat(`,{"name":"e"}`, 500) + `],
		"replies":"https://evil.test/replies","likes":{"totalItems":1e309},"inReplyTo":["https://x.test/a","https://x.test/b"]}`
	start := time.Now()
	doc, err := DecodeObject([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 200*time.Millisecond {
		t.Errorf("PAR-03: took %v", took)
	}
	p := doc.(PostDocument).Post
	if len(p.To)+len(p.Cc) != 1000 || p.To[0] != social.PublicURI || p.Visibility != social.Public {
		t.Errorf("PAR-03: %d and %d, %s", len(p.To), len(p.Cc), p.Visibility)
	}
	if len(p.Mentions) != 1 || len(p.Tags) != 0 || len(p.Attachments) > 16 || len(p.Poll.Options) != 20 {
		t.Errorf("PAR-03, PAR-11: %d mentions, %v, %d attachments, %d options", len(p.Mentions), p.Tags, len(p.Attachments), len(p.Poll.Options))
	}
	for _, o := range p.Poll.Options {
		if o.Votes != 0 {
			t.Errorf("ACT-09: %+v", o)
		}
	}
	first := p.Attachments[0]
	if first.RemoteURL != "https://good.test/x.png" || first.Width != 0 || first.Height != 0 || first.Blurhash != "" || first.FocusX != 0 {
		t.Errorf("ORI-12, PAR-05: %+v", first)
	}
	if p.URL != p.URI || p.Replies != "" || p.LikeCount != 0 || !p.EditedAt.IsZero() || p.InReplyTo != "https://x.test/a" {
		t.Errorf("ORI-12, ORI-18, PAR-05: %+v", p)
	}
	if p.Content != "<p>hello</p>" || p.Warning != "care & feeding" {
		t.Errorf("%q, %q", p.Content, p.Warning)
	}
}

// TestCollectionsAreBounded holds PAR-08 as far as one document goes.
func TestCollectionsAreBounded(t *testing.T) {
	nested := `{"type":"Collection","id":"https://a.test/c","first":` + strings.Repeat(`{"first":`, 20) + `1` + strings.Repeat(`}`, 21)
	huge := `{"type":"OrderedCollectionPage","id":"https://a.test/c","next":"javascript:x","totalItems":-5,"orderedItems":[` +
		strings.Repeat(`"https://a.test/n",`, 40_000) + `{"id":"https://a.test/n"}]}`
	for _, data := range []string{nested, huge} {
		doc, err := DecodeObject([]byte(data))
		c, ok := doc.(Collection)
		if err != nil || !ok || len(c.Items) > 200 || c.Total != -1 || c.Next != "" {
			t.Errorf("%d items, total %d, next %q, %v", len(c.Items), c.Total, c.Next, err)
		}
	}
}

func TestTimes(t *testing.T) {
	for in, want := range map[text]string{
		"2026-11-22T10:50:22Z":        "2026-11-22T10:50:22Z",
		"2026-11-22T10:50:22.583879Z": "2026-11-22T10:50:22.583879Z",
		"2026-11-22T12:50:22+02:00":   "2026-11-22T10:50:22Z",
		"2026-11-22T10:50:22+0000":    "2026-11-22T10:50:22Z",
		"2019-09-19T00:32:36.785333":  "2019-09-19T00:32:36.785333Z",
		"2026-11-22T10:50Z":           "2026-11-22T10:50:00Z",
		"2026-11-22":                  "2026-11-22T00:00:00Z",
		"0000-01-01T00:00:00Z":        "",
		"2026-11-22T10:50:22+99:00":   "",
		"yesterday":                   "",
		"":                            "",
	} {
		got := ""
		if at := timeOf(in); !at.IsZero() {
			got = at.Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("timeOf(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestVisibility(t *testing.T) {
	const followers = "https://a.test/alice/fans"
	for _, test := range []struct {
		to, cc       []string
		known, guess social.Visibility
	}{
		{[]string{"as:Public"}, nil, social.Public, social.Public},
		{nil, []string{"Public"}, social.Unlisted, social.Unlisted},
		{[]string{followers}, []string{social.PublicURI}, social.Unlisted, social.Unlisted},
		{[]string{followers}, nil, social.Followers, social.Direct},
		{nil, []string{followers}, social.Followers, social.Direct},
		{[]string{"https://a.test/bob/followers"}, nil, social.Direct, social.Followers},
		{[]string{"https://home.test/@amy"}, nil, social.Direct, social.Direct},
		{nil, nil, social.Direct, social.Direct},
	} {
		p := &social.Post{To: test.to, Cc: test.cc}
		if known, guess := Visibility(p, followers), Visibility(p, ""); known != test.known || guess != test.guess {
			t.Errorf("to %v cc %v: %s, guessed %s", test.to, test.cc, known, guess)
		}
	}
}

// FuzzDecode feeds anything to all readers: none panics or hangs, Peek and
// Decode agree, and every refusal is ErrInvalid.
func FuzzDecode(f *testing.F) {
	for _, data := range inputs(f) {
		f.Add(data)
	}
	f.Add([]byte(`{"@context":{"a":"\\"},"id":"https://a.test/1","actor":"https://a.test/","type":"Undo","object":{"object":{}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		checkAgreement(t, data)
		doc, err := DecodeObject(data)
		head, peekErr := PeekObject(data)
		if err != nil {
			if !errors.Is(err, social.ErrInvalid) {
				t.Fatalf("%v is not ErrInvalid", err)
			}
			return
		}
		if peekErr == nil && head.ID != "" && doc.ObjectID() != head.ID {
			t.Fatalf("PeekObject says %q, DecodeObject %q\n%s", head.ID, doc.ObjectID(), data)
		}
	})
}
