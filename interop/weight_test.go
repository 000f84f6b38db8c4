package interop

import (
	"io"
	"net/http"
	"net/http/httputil"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/net/html"
)

// lightest is how many bytes a page may take from the wire for the first time,
// without the pictures that people have put there.
const lightest = 40_000

// scales weigh pages as a browser with an empty cache gets them.
type scales struct {
	t      *testing.T
	origin string
	cookie string
	sizes  map[string]int // of what pages share
}

// TestPagesAreLight weighs every page there is with hard content, and a profile
// of twenty long posts.
func TestPagesAreLight(t *testing.T) {
	if testing.Short() {
		t.Skip("opens a home full of posts")
	}
	f, _ := openFurnished(t)
	l := openLived(t)
	owner := &scales{t: t, origin: f.Site.Origin, cookie: (&lived{house: f.house}).signedIn("ana"), sizes: map[string]int{}}
	visitor := &scales{t: t, origin: f.Site.Origin, sizes: map[string]int{}}
	heaviest, name := 0, ""
	weigh := func(s *scales, path string) {
		if size := s.weigh(path); size > lightest {
			t.Errorf("%s takes %d bytes, want at most %d", path, size, lightest)
		} else if size > heaviest {
			heaviest, name = size, path
		}
	}
	for _, v := range f.pages() {
		weigh(owner, v.path)
	}
	for _, v := range f.visitorPages() {
		weigh(visitor, v.path)
	}
	t.Logf("the heaviest of the furnished home is %s with %d bytes", name, heaviest)
	guest := &scales{t: t, origin: l.Site.Origin, sizes: map[string]int{}}
	resident := &scales{t: t, origin: l.Site.Origin, cookie: l.signedIn("me"), sizes: map[string]int{}}
	for path, s := range map[string]*scales{"/@me": guest, "/@me/photos": guest, l.longest.URL[len(l.Site.Origin):]: guest, "/": resident, "/compose": resident} {
		weigh(s, path)
		t.Logf("%s takes %d bytes", path, s.weigh(path))
	}
	t.Logf("what pages share: %v", resident.sizes)
}

// weigh is the size of a page with its style, script, icons and what belongs to
// it beside.
func (s *scales) weigh(path string) int {
	s.t.Helper()
	total, body := s.fetch(path)
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	styles := 0
	for address := range s.parts(doc) {
		if strings.HasSuffix(address, ".css") {
			styles++
		}
		if s.sizes[address] == 0 {
			s.sizes[address], _ = s.fetch(address)
		}
		total += s.sizes[address]
	}
	if styles != 1 {
		s.t.Errorf("%s has %d stylesheets, want one", path, styles)
	}
	return total
}

// parts are the files that a page asks for, without the pictures.
func (s *scales) parts(doc *html.Node) map[string]bool {
	found := map[string]bool{}
	for selector, name := range map[string]string{
		`link[rel="stylesheet"], link[rel="icon"], link[rel="manifest"]`: "href", "script[src]": "src", "use": "href",
	} {
		for _, node := range cascadia.QueryAll(doc, cascadia.MustCompile(selector)) {
			for _, a := range node.Attr {
				if address, _, _ := strings.Cut(a.Val, "#"); a.Key == name {
					found[address] = true
				}
			}
		}
	}
	return found
}

// fetch asks as Chromium does, and counts the answer with its headers.
func (s *scales) fetch(path string) (size int, body string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.origin+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	req.Header.Set("Cookie", s.cookie)
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	head, err := httputil.DumpResponse(answer, false)
	if err != nil {
		s.t.Fatal(err)
	}
	packed, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if answer.Header.Get("Content-Encoding") == "" {
		if len(packed) > 1500 && !strings.HasSuffix(path, ".png") {
			s.t.Errorf("%s is sent unpacked, in %d bytes", path, len(packed))
		}
		return len(head) + len(packed), string(packed)
	}
	plain, err := zstd.NewReader(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	defer plain.Close()
	text, err := plain.DecodeAll(packed, nil)
	if err != nil {
		s.t.Fatalf("%s: %v", path, err)
	}
	return len(head) + len(packed), string(text)
}
