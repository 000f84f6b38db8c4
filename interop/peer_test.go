package interop

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"croft/social"
)

// peer is peer.mjs, running.
type peer struct {
	t      *testing.T
	origin string
	actor  string
	handle social.Handle
	client http.Client
}

// known is what the peer knows of others.
type known struct {
	Actor                string
	Followers, Following []string
	Posts                map[string]knownPost
	Likes, Boosts        []string
	Schemes, Errors      []string
}

type knownPost struct {
	Content, InReplyTo string
	Direct             bool
	Pictures           []string
}

// findNode finds the Node that `npm ci` installed beside Fedify, which wants a
// newer one than many machines have.
func findNode(t *testing.T) string {
	t.Helper()
	machine := map[string]string{"amd64": "x64", "arm64": "arm64"}[runtime.GOARCH]
	node, err := filepath.Abs(filepath.Join("node_modules", "node-"+runtime.GOOS+"-"+machine, "bin", "node"))
	if err != nil {
		t.Fatal(err)
	}
	for _, needed := range []string{node, "node_modules/@fedify/fedify"} {
		if _, err := os.Stat(needed); err != nil {
			t.Fatalf("Fedify is not installed here: %v. Run sh scripts/prepare.sh first, as make test does; go test -short goes without.", err)
		}
	}
	return node
}

// startPeer starts a Fedify server that tries the given signature first.
func startPeer(t *testing.T, firstKnock string) *peer {
	t.Helper()
	cmd := exec.Command(findNode(t), "peer.mjs")
	cmd.Env = append(os.Environ(), "FIRSTKNOCK="+firstKnock)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	input, err := cmd.StdinPipe() // its end is the peer's, however this test ends
	if err != nil {
		t.Fatal(err)
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, readErr := bufio.NewReader(output).ReadString('\n')
	t.Cleanup(func() {
		_, _ = input.Close(), cmd.Wait()
		if t.Failed() {
			t.Logf("the peer says: %s", complaints.String())
		}
	})
	if readErr != nil {
		t.Fatalf("the peer did not start: %v", readErr)
	}
	p := &peer{t: t, origin: strings.TrimSpace(line), client: http.Client{Timeout: 30 * time.Second}}
	p.actor = p.state().Actor
	p.handle = social.Handle{Name: "fred", Host: strings.TrimPrefix(p.origin, "http://")}
	return p
}

// order is one thing that the peer is told to do; see control in peer.mjs.
type order struct {
	Act       string `json:"act"`
	Of        string `json:"of,omitempty"`
	ID        string `json:"id,omitempty"`
	Text      string `json:"text,omitempty"`
	To        string `json:"to,omitempty"`
	InReplyTo string `json:"inReplyTo,omitempty"`
	Direct    bool   `json:"direct,omitempty"`
}

// do tells the peer to do something, and returns the id of what it made.
func (p *peer) do(o order) string {
	p.t.Helper()
	body, err := json.Marshal(o)
	if err != nil {
		p.t.Fatal(err)
	}
	var made struct{ ID string }
	res, err := p.client.Post(p.origin+"/control", "application/json", bytes.NewReader(body))
	p.read(res, err, &made)
	return made.ID
}

func (p *peer) state() known {
	p.t.Helper()
	var k known
	res, err := p.client.Get(p.origin + "/control")
	p.read(res, err, &k)
	return k
}

func (p *peer) read(res *http.Response, err error, into any) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		p.t.Fatalf("the peer answered %s %s (%v)", res.Status, body, err)
	}
	if err := json.Unmarshal(body, into); err != nil {
		p.t.Fatal(err)
	}
}

// knows waits until the peer knows something.
func (p *peer) knows(what string, ask func(known) bool) {
	p.t.Helper()
	eventually(p.t, "the peer knows "+what, func() bool { return ask(p.state()) })
}

// has waits until the peer has a post that says something.
func (p *peer) has(uri, text string) knownPost {
	p.t.Helper()
	p.knows(uri+" as "+text, func(k known) bool { return strings.Contains(k.Posts[uri].Content, text) })
	return p.state().Posts[uri]
}

// lost waits until the peer has a post no more.
func (p *peer) lost(uri string) {
	p.t.Helper()
	p.knows("the end of "+uri, func(k known) bool { _, there := k.Posts[uri]; return !there })
}

func (p *peer) likes(uri string, yes bool) {
	p.t.Helper()
	p.knows("the like of "+uri, func(k known) bool { return slices.Contains(k.Likes, uri) == yes })
}

func (p *peer) boosts(uri string, yes bool) {
	p.t.Helper()
	p.knows("the boost of "+uri, func(k known) bool { return slices.Contains(k.Boosts, uri) == yes })
}
