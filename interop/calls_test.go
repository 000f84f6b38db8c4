package interop

import (
	"flag"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"croft/server"
)

var update = flag.Bool("update", false, "write anew which calls each client makes")

// calls notes which calls of the client API a client makes of a home, as the route
// table names them, and that were answered well.
type calls struct {
	home  http.Handler
	lines []server.Line

	mu   sync.Mutex
	made map[string]bool // "GET /api/v1/statuses/:id"
}

// ServeHTTP lets the home answer.
func (c *calls) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	call := c.named(r.Method, strings.TrimSuffix(r.URL.Path, "/"))
	c.home.ServeHTTP(&heard{w, func() {
		if call != "" {
			c.mu.Lock()
			c.made[call] = true
			c.mu.Unlock()
		}
	}}, r)
}

// named is a call as the route table has it, where what varies is less of a match.
func (c *calls) named(method, path string) string {
	best, variable := "", 100
	for _, l := range c.lines {
		if l.Method != method || !l.Machine || !strings.HasPrefix(l.Path, "/api/") && !strings.HasPrefix(l.Path, "/oauth/") {
			continue
		}
		if n := matches(l.Path, path); n >= 0 && n < variable {
			best, variable = l.Method+" "+l.Path, n
		}
	}
	return best
}

// matches is how many parts of a pattern vary, or -1 if the path is another.
func matches(pattern, path string) int {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return -1
	}
	n := 0
	for i := range want {
		if strings.HasPrefix(want[i], ":") {
			n++
		} else if want[i] != got[i] {
			return -1
		}
	}
	return n
}

// keptAs holds what was called against testdata/calls, from which the table of
// docs/client-api.md says who tests what.
func (c *calls) keptAs(t *testing.T, client string) {
	t.Helper()
	c.mu.Lock()
	words := strings.Join(slices.Sorted(maps.Keys(c.made)), "\n") + "\n"
	c.mu.Unlock()
	file := filepath.Join("testdata", "calls", client+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(words), 0o600); err != nil {
			t.Error(err)
		}
	}
	if kept, err := os.ReadFile(file); err != nil || string(kept) != words {
		t.Errorf("%s calls otherwise than %s says (%v). Run go test ./interop -run '%s' -update, then go test ./server -run TestEveryCallIsWrittenDown -update. It calls:\n%s", client, file, err, t.Name(), words)
	}
}

// heard is an answer that is noted as it begins, if it is a good one: a stream may
// have no end.
type heard struct {
	http.ResponseWriter
	note func()
}

func (h *heard) WriteHeader(status int) {
	if status < http.StatusBadRequest {
		h.note()
	}
	h.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController: streams flush, and take the connection.
func (h *heard) Unwrap() http.ResponseWriter { return h.ResponseWriter }
