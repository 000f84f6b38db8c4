package remote

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"croft/social"
)

// list collects what a collection gives: ids, and the error if one came.
func list(t *testing.T, c *Client, uri string, limits Limits) (string, error) {
	t.Helper()
	var ids []string
	for item, err := range c.Items(t.Context(), uri, limits) {
		if err != nil {
			return strings.Join(ids, " "), err
		}
		ids = append(ids, strings.TrimPrefix(item.ID, "https://good.test/"))
	}
	return strings.Join(ids, " "), nil
}

func TestItems(t *testing.T) {
	w := newWorld(t)
	w.host("good.test", site(map[string]string{
		"/flat":          `{"id":"https://good.test/flat","type":"OrderedCollection","orderedItems":["https://good.test/1","https://good.test/2","https://good.test/1"]}`,
		"/items":         `{"id":"https://good.test/items","type":"Collection","items":[{"id":"https://good.test/1","type":"Note"},"https://good.test/2"]}`,
		"/one":           `{"id":"https://good.test/one","type":"Collection","items":"https://good.test/1"}`,
		"/empty":         `{"id":"https://good.test/empty","type":"OrderedCollection","totalItems":0}`,
		"/linked":        `{"id":"https://good.test/linked","type":"OrderedCollection","first":"https://good.test/linked?page=1"}`,
		"/embedded":      `{"id":"https://good.test/embedded","type":"Collection","first":{"type":"CollectionPage","items":["https://good.test/0"],"next":"https://good.test/linked?page=1"}}`,
		"/linked?page=1": `{"id":"https://good.test/linked?page=1","type":"OrderedCollectionPage","orderedItems":["https://good.test/1"],"next":"https://good.test/linked?page=2"}`,
		"/linked?page=2": `{"type":"OrderedCollectionPage","orderedItems":["https://good.test/1","https://good.test/2"]}`,
		"/other":         `{"id":"https://good.test/elsewhere?x","type":"OrderedCollection","orderedItems":["https://good.test/1"]}`,
	}))
	c := w.client()
	for path, want := range map[string]string{
		"flat": "1 2", "items": "1 2", "one": "1", "empty": "", "linked": "1 2", "embedded": "0 1 2", "other": "1",
	} {
		if got, err := list(t, c, "https://good.test/"+path, Limits{}); got != want || err != nil {
			t.Errorf("%s: %q, %v, want %q", path, got, err, want)
		}
	}
	for range c.Items(t.Context(), "https://good.test/linked", Limits{}) {
		break // the caller may stop
	}
}

// TestPAR08 reads collections that do not want to end.
func TestPAR08(t *testing.T) {
	w := newWorld(t)
	million := `{"id":"https://good.test/million","type":"Collection","items":["https://good.test/0"` + strings.Repeat(`,"https://good.test/x"`, 40000) + `]}`
	many := make([]string, 300)
	for i := range many {
		many[i] = fmt.Sprintf("%q", fmt.Sprintf("https://good.test/%d", i))
	}
	pages := map[string]string{
		"/self":    `{"id":"https://good.test/self","type":"CollectionPage","items":["https://good.test/1"],"next":"https://good.test/self"}`,
		"/a":       `{"id":"https://good.test/a","type":"CollectionPage","items":["https://good.test/1"],"next":"https://good.test/b"}`,
		"/b":       `{"id":"https://good.test/b","type":"CollectionPage","items":["https://good.test/2"],"next":"https://good.test/a"}`,
		"/alias":   `{"id":"https://good.test/a","type":"CollectionPage","items":["https://good.test/1"],"next":"https://good.test/a"}`,
		"/away":    `{"id":"https://good.test/away","type":"CollectionPage","items":["https://good.test/1"],"next":"https://evil.test/more"}`,
		"/sent":    `{"id":"https://good.test/sent","type":"CollectionPage","items":["https://good.test/1"],"next":"https://good.test/door"}`,
		"/door":    `>https://evil.test/more`,
		"/inside":  `{"id":"https://good.test/inside","type":"Collection","first":"https://127.0.0.1/x","items":["https://good.test/1"]}`,
		"/named":   `{"id":"https://evil.test/more","type":"Collection","items":["https://good.test/1"]}`,
		"/nested":  `{"id":"https://good.test/nested","type":"Collection","first":` + strings.Repeat(`{"type":"CollectionPage","first":`, 20) + `{}` + strings.Repeat(`}`, 20) + `}`,
		"/deep":    `{"id":"https://good.test/deep","type":"Collection","first":` + strings.Repeat(`{"type":"CollectionPage","first":`, 100) + `{}` + strings.Repeat(`}`, 100) + `}`,
		"/note":    note("https://good.test/note"),
		"/many":    `{"id":"https://good.test/many","type":"Collection","items":[` + strings.Join(many[:150], ",") + `],"next":"https://good.test/many2"}`,
		"/many2":   `{"id":"https://good.test/many2","type":"Collection","items":[` + strings.Join(many[150:], ",") + `],"next":"https://good.test/many3"}`,
		"/million": million,
		"/page":    answerTooLarge,
	}
	good := w.host("good.test", func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/endless" {
			var n int
			fmt.Sscan(r.URL.RawQuery, &n)
			answerWith(activityJSON, fmt.Sprintf(`{"id":"https://good.test/endless?%d","type":"CollectionPage","items":["https://good.test/%d"],"next":"https://good.test/endless?%d"}`, n, n, n+1))(rw, r)
			return
		}
		site(pages)(rw, r)
	})
	evil := w.host("evil.test", site(map[string]string{"/more": `{"id":"https://evil.test/more","type":"CollectionPage","items":["https://good.test/evil"]}`}))
	c := w.client()
	for _, test := range []struct {
		path, want string
		requests   int
		kind       error
	}{
		{"self", "1", 1, nil},
		{"a", "1 2", 2, nil},
		{"alias", "1", 1, nil},
		{"away", "1", 1, nil},
		{"sent", "1", 2, social.ErrForbidden},
		{"inside", "1", 1, nil},
		{"named", "", 1, social.ErrForbidden},
		{"nested", "", 1, nil},
		{"deep", "", 1, social.ErrInvalid},
		{"note", "", 1, social.ErrInvalid},
		{"endless?0", "0 1 2 3 4 5 6 7 8 9", 10, nil},
		{"million", "0 x", 1, nil},
		{"page", "", 1, social.ErrInvalid},
		{"gone", "", 1, social.ErrNotFound},
	} {
		before := len(good.seen())
		got, err := list(t, c, "https://good.test/"+test.path, Limits{})
		if got != test.want || !errors.Is(err, test.kind) {
			t.Errorf("PAR-08 %s: %q, %v, want %q, %v", test.path, got, err, test.want, test.kind)
		}
		if n := len(good.seen()) - before; n != test.requests {
			t.Errorf("PAR-08 %s: %d requests, want %d", test.path, n, test.requests)
		}
	}
	if got, err := list(t, c, "https://good.test/many", Limits{}); len(strings.Fields(got)) != 200 || err != nil {
		t.Errorf("PAR-08 many: %d items, %v", len(strings.Fields(got)), err)
	}
	if got, err := list(t, c, "https://good.test/endless?0", Limits{Pages: 3, Items: 2}); got != "0 1" || err != nil {
		t.Errorf("PAR-08 two items: %q, %v", got, err)
	}
	if len(evil.seen()) > 0 {
		t.Errorf("PAR-08: evil.test was asked for %s", evil.paths())
	}
}

var answerTooLarge = `{"id":"https://good.test/page","type":"Collection","items":["` + strings.Repeat("x", maxDocument) + `"]}`
