package social

import (
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/idna"
)

func TestParseHandle(t *testing.T) {
	for in, want := range map[string]Handle{
		"@ana@example.org":        {"ana", "example.org"},
		"acct:Ana@EXAMPLE.org":    {"Ana", "example.org"},
		" ana@example.org ":       {"ana", "example.org"},
		"@ana@bücher.example":     {"ana", "xn--bcher-kva.example"},
		"@ana@127.0.0.1:8080":     {"ana", "127.0.0.1:8080"},
		"@a.b-c@localhost":        {"a.b-c", "localhost"},
		"ana":                     {},
		"@ana":                    {},
		"@@x":                     {},
		"@ana@":                   {},
		"@ana@exa mple.org":       {},
		"@ana@evil.test@good.org": {},
		"@ana@good.org/path":      {},
		"@ana@good.org.":          {},
		"@ana@good.\xac":          {},
		"@-ana@good.org":          {},
	} {
		got, err := ParseHandle(in)
		if got != want {
			t.Errorf("ParseHandle(%q) = %v, want %v", in, got, want)
		}
		if (err != nil) != want.IsZero() {
			t.Errorf("ParseHandle(%q): error %v", in, err)
		}
		if err != nil && !errors.Is(err, ErrInvalid) {
			t.Errorf("ParseHandle(%q): %v is not ErrInvalid", in, err)
		}
	}
}

// TestPlainHost holds the shortcut of ParseHost against the long way.
func TestPlainHost(t *testing.T) {
	for _, s := range []string{
		"a", "a.b", "good.test", "a-b.test", "1.2.3.4", "x" + strings.Repeat("y", 62), "",
		".", "a.", ".a", "a..b", "-a", "a-", "a.-b", "a-.b", "ab--c.test", "xn--a.test", "xn--bcher-kva.test",
		"A.test", "a_b.test", "bücher.test", "a.test:8", "a b", "a/b", "a%2e", strings.Repeat("y", 64), strings.Repeat("a.", 130) + "a",
	} {
		if !isPlainHost(s) {
			continue
		}
		ascii, err := idna.Lookup.ToASCII(s)
		if err != nil || ascii != s || !hostShape.MatchString(s) {
			t.Errorf("isPlainHost(%q), but the long way says %q, %v", s, ascii, err)
		}
	}
	for _, s := range []string{"a", "good.test", "a-b.c", "127.0.0.1"} {
		if !isPlainHost(s) {
			t.Errorf("%q is not plain", s)
		}
	}
}

// TestLongHost would take minutes if a host's length were looked at too late.
func TestLongHost(t *testing.T) {
	var b strings.Builder
	for i := range 60000 {
		b.WriteRune(rune(0x4e00 + i%20000))
	}
	start := time.Now()
	if _, err := ParseHost(b.String() + ".test"); !errors.Is(err, ErrInvalid) {
		t.Errorf("a host of 180 kB: %v", err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("a host of 180 kB took %s", took)
	}
}

// TestSameOrigin holds the one comparison of origins against the spellings by
// which a host can be disguised.
func TestSameOrigin(t *testing.T) {
	const good = "https://good.test"
	for uri, want := range map[string]bool{
		"https://good.test/x":             true,
		"https://GOOD.test/x":             true,
		"https://good.test:443/x":         true,
		"http://good.test/x":              false,
		"https://good.test:444/x":         false,
		"https://good.test./x":            false,
		"https://good.test@evil.test/x":   false,
		"https://user@good.test/x":        false,
		`https://good.test\@evil.test/x`:  false,
		"https://good.test%2eevil.test/x": false,
		"https://g\u043e\u043ed.test/x":   false,
		"//good.test/x":                   false,
		"https:good.test":                 false,
		"https://good.test\t/x":           false,
		"https://good\n.test/x":           false,
		"https://good.test /x":            false,
		"":                                false,
		"/x":                              false,
		"ftp://good.test/x":               false,
	} {
		if got := SameOrigin(good, uri); got != want {
			t.Errorf("SameOrigin(%q, %q) = %v, want %v", good, uri, got, want)
		}
	}
	if SameOrigin("", "") {
		t.Error("two empty URIs share an origin")
	}
}

func TestSite(t *testing.T) {
	s := Site{Origin: "https://home.test", Name: "ana", HandleHost: "example.org"}
	id := NewID(time.UnixMilli(1700000000123), 7)
	if got, ok := s.PostID(s.Post(id)); !ok || got != id {
		t.Errorf("PostID(Post(%v)) = %v, %v", id, got, ok)
	}
	for _, uri := range []string{
		s.Actor(), s.Post(id) + "/replies", s.Post(id) + "#x", "https://home.test/@ana/0",
		"https://home.test/@ana/007", "https://home.test/@ana/-1", "https://evil.test/@ana/1",
	} {
		if got, ok := s.PostID(uri); ok {
			t.Errorf("PostID(%q) = %v, want none", uri, got)
		}
	}
	if id.Time() != time.UnixMilli(1700000000123) {
		t.Errorf("Time of %v = %v", id, id.Time())
	}
}

func TestVisibleTo(t *testing.T) {
	const carol, sam = "https://friend.test/carol", "https://stranger.test/sam"
	viewers := map[string]Viewer{
		"anyone":   {},
		"owner":    {Owner: true},
		"sam":      {ActorURI: sam},
		"follower": {ActorURI: sam, Follows: true},
		"named":    {ActorURI: carol},
		"blocked":  {ActorURI: carol, Follows: true, Blocked: true},
	}
	for _, test := range []struct {
		name string
		post Post
		want string // who sees it
	}{
		{"public", Post{Local: true, Visibility: Public}, "anyone owner sam follower named"},
		{"unlisted", Post{Local: true, Visibility: Unlisted}, "anyone owner sam follower named"},
		{"followers", Post{Local: true, Visibility: Followers, Mentions: []Mention{{URI: carol}}}, "owner follower named"},
		{"direct", Post{Local: true, Visibility: Direct, To: []string{carol}}, "owner named"},
		{"their public", Post{Visibility: Public}, "anyone owner sam follower named"},
		{"their followers", Post{Visibility: Followers, To: []string{carol}}, "owner"},
		{"their direct", Post{Visibility: Direct, To: []string{carol}}, "owner"},
		{"deleted", Post{Local: true, Visibility: Public, DeletedAt: time.Unix(1, 0)}, ""},
	} {
		want := map[string]bool{}
		for _, name := range strings.Fields(test.want) {
			want[name] = true
		}
		for name, viewer := range viewers {
			if got := test.post.VisibleTo(viewer); got != want[name] {
				t.Errorf("%s post to %s: %v, want %v", test.name, name, got, want[name])
			}
		}
	}
}

func TestNarrower(t *testing.T) {
	if got := Public.Narrower(Followers); got != Followers {
		t.Errorf("public and followers: %s", got)
	}
	if got := Direct.Narrower(Public); got != Direct {
		t.Errorf("direct and public: %s", got)
	}
	if Visibility("private").Valid() || Visibility("").Valid() {
		t.Error("an unknown visibility is valid")
	}
}

func TestDraftValidate(t *testing.T) {
	draft := Draft{Text: "héllo", Warning: string(make([]rune, 501)), Attachments: make([]ID, 5)}
	problems := Problems(draft.Validate(4))
	var fields []string
	for _, p := range problems {
		fields = append(fields, p.Field)
	}
	if len(fields) != 4 {
		t.Errorf("problems in %v, want text, warning, visibility, media", fields)
	}
	good := Draft{Text: "hello", Visibility: Public}
	if err := good.Validate(20000); err != nil {
		t.Errorf("a good draft: %v", err)
	}
}
