package interop

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"croft/home"
	"croft/server"
	"croft/social"
)

// clients are real programs that speak the client API, with a home for them and
// somebody elsewhere who does things to its owner. What they need from outside
// (the owner's word, the friend's acts, what a push service got) they ask of
// helper, over HTTP.
type clients struct {
	*house
	friend *house
	helper *httptest.Server
	owner  *http.Client // the owner's browser
	device *ecdh.PrivateKey
	auth   []byte

	mu     sync.Mutex
	pushed []string // what the device was told, opened
}

// openClients opens two homes on loopback that know one another, and notes what the
// client asks of the first.
func openClients(t *testing.T, client string) *clients {
	t.Helper()
	n := newInternet(t)
	c := &clients{auth: []byte("sixteen bytes...")}
	var err error
	if c.device, err = ecdh.P256().GenerateKey(rand.Reader); err != nil {
		t.Fatal(err)
	}
	n.serve("push.test", http.HandlerFunc(c.takePush))
	options := home.Options{RootCAs: n.roots, Resolver: n, Connect: func(ctx context.Context, network, address string) (net.Conn, error) {
		if strings.HasPrefix(address, "127.0.0.1:") {
			return new(net.Dialer).DialContext(ctx, network, address)
		}
		return n.connect(ctx, network, address)
	}}
	noted := &calls{made: map[string]bool{}}
	c.house, c.friend = lodge(t, "ana", options, noted), lodge(t, "fred", options, nil)
	t.Cleanup(func() {
		if !t.Failed() {
			noted.keptAs(t, client)
		}
	})
	hash, err := server.HashPassword(browserPassword)
	c.do(err)
	c.do(c.Store.Sessions().SetPassword(t.Context(), hash))
	befriend(t, c.house, c.friend)
	c.signIn()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /code", c.giveCode)
	mux.HandleFunc("GET /friend/{act}", c.letAct)
	mux.HandleFunc("GET /device", c.showDevice)
	mux.HandleFunc("GET /pushed", c.showPushed)
	c.helper = httptest.NewServer(mux)
	t.Cleanup(c.helper.Close)
	return c
}

// lodge opens a home at an address on loopback, whose calls may be noted.
func lodge(t *testing.T, name string, o home.Options, noted *calls) *house {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := settle(t, "http://"+listener.Addr().String(), name, o)
	s := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	if noted != nil {
		noted.home, noted.lines = h, h.Handler.(*server.Server).Lines()
		s.Handler = noted
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(listener) }()
	t.Cleanup(func() {
		h.do(s.Close())
		<-ended
	})
	return h
}

func (c *clients) signIn() {
	c.t.Helper()
	jar, err := cookiejar.New(nil)
	c.do(err)
	c.owner = &http.Client{Jar: jar, Timeout: patience}
	c.send("/login", url.Values{"handle": {"ana"}, "password": {browserPassword}})
}

// send posts a form as a browser does and returns the page that follows.
func (c *clients) send(path string, form url.Values) *html.Node {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.Site.Origin+path, strings.NewReader(form.Encode()))
	c.do(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", c.Site.Origin)
	return c.page(req)
}

func (c *clients) page(req *http.Request) *html.Node {
	c.t.Helper()
	answer, err := c.owner.Do(req)
	c.do(err)
	defer answer.Body.Close()
	page, err := html.Parse(answer.Body)
	c.do(err)
	if answer.StatusCode != http.StatusOK {
		c.t.Fatalf("%s %s answers %d", req.Method, req.URL.Path, answer.StatusCode)
	}
	return page
}

// giveCode says yes to an app, at the address to which it leads its user, and
// returns the code that the page shows.
func (c *clients) giveCode(w http.ResponseWriter, r *http.Request) {
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, r.FormValue("url"), nil)
	c.do(err)
	form := url.Values{"act": {"allow"}}
	for n := range c.page(req).Descendants() {
		if n.Data == "input" && attrOf(n, "name") != "" {
			form.Add(attrOf(n, "name"), attrOf(n, "value"))
		}
	}
	for n := range c.send("/oauth/authorize", form).Descendants() {
		if n.Data == "input" && attrOf(n, "id") == "code" || n.Data == "code" {
			_, _ = io.WriteString(w, strings.TrimSpace(attrOf(n, "value")+textWithin(n)))
			return
		}
	}
	c.t.Error("the page shows no code")
}

func attrOf(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func textWithin(n *html.Node) string {
	words := ""
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			words += d.Data
		}
	}
	return words
}

// letAct has the friend do something: mention and write (text), quote (text, uri of
// a post of the owner's), like (uri), and ask anew to follow them.
func (c *clients) letAct(w http.ResponseWriter, r *http.Request) {
	f, ctx := c.friend, c.t.Context()
	switch r.PathValue("act") {
	case "write":
		p := f.publish(social.Draft{Text: r.FormValue("text"), Visibility: social.Public})
		c.arrived(p.URI)
		_, _ = fmt.Fprint(w, c.post(p.URI).ID)
	case "mention":
		p := f.publish(social.Draft{Text: c.Site.Handle().String() + " " + r.FormValue("text"), Visibility: social.Public})
		c.arrived(p.URI)
		_, _ = fmt.Fprint(w, c.post(p.URI).ID)
	case "quote":
		seen := f.arrived(r.FormValue("uri"))
		f.publish(social.Draft{Text: r.FormValue("text"), Visibility: social.Public, QuoteID: seen.ID})
	case "follow":
		me := f.actor(c.Site.Actor())
		f.do(f.Timeline.Unfollow(ctx, me.ID))
		f.do(f.Timeline.Follow(ctx, me.ID))
		c.relation(f.Site.Actor(), social.FollowAccepted, social.FollowPending)
	case "like":
		seen := f.arrived(r.FormValue("uri"))
		f.do(f.Timeline.Like(ctx, seen.ID))
	}
}

func (c *clients) showDevice(w http.ResponseWriter, _ *http.Request) {
	b64 := base64.RawURLEncoding.EncodeToString
	_, _ = fmt.Fprintf(w, `{"endpoint":"https://push.test/device","p256dh":%q,"auth":%q}`, b64(c.device.PublicKey().Bytes()), b64(c.auth))
}

// showPushed waits until the device was told something with the words.
func (c *clients) showPushed(w http.ResponseWriter, r *http.Request) {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		c.mu.Lock()
		for _, told := range c.pushed {
			if strings.Contains(told, r.FormValue("words")) {
				_, _ = io.WriteString(w, told)
				c.mu.Unlock()
				return
			}
		}
		c.mu.Unlock()
	}
	http.Error(w, "the device was not told", http.StatusNotFound)
}

// takePush is the service of the device's maker. It cannot read what it carries;
// the device, which is here too, opens it (RFC 8291 §4, RFC 8188 §2).
func (c *clients) takePush(w http.ResponseWriter, r *http.Request) {
	sealed, err := io.ReadAll(r.Body)
	if err == nil && len(sealed) > 86 {
		salt, public := sealed[:16], sealed[21:21+sealed[20]]
		var words []byte
		if words, err = c.open(salt, public, sealed[21+sealed[20]:]); err == nil {
			c.mu.Lock()
			c.pushed = append(c.pushed, strings.TrimRight(string(words), "\x00\x02"))
			c.mu.Unlock()
		}
	}
	if err != nil {
		c.t.Error(err)
	}
	w.WriteHeader(http.StatusCreated)
}

func (c *clients) open(salt, public, sealed []byte) ([]byte, error) {
	sender, err := ecdh.P256().NewPublicKey(public)
	if err != nil {
		return nil, err
	}
	shared, err := c.device.ECDH(sender)
	if err != nil {
		return nil, err
	}
	info := "WebPush: info\x00" + string(c.device.PublicKey().Bytes()) + string(public)
	secret, err := hkdf.Key(sha256.New, shared, c.auth, info, 32)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return gcm.Open(nil, nonce, sealed, nil)
}

// run runs a client's script to its end; what it complains of fails the test.
func (c *clients) run(program string, args ...string) {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), program, args...)
	cmd.Env = append(os.Environ(), "BASE="+c.Site.Origin, "HELPER="+c.helper.URL, "PICTURE="+pictureFile(c.t), "PYTHONUNBUFFERED=1")
	said, err := cmd.CombinedOutput()
	if err != nil {
		c.t.Fatalf("%s: %v\n%s", filepath.Base(args[0]), err, said)
	}
}

// TestScriptedClients has the library of Phanpy and Elk (masto), and Mastodon.py,
// live a day in the home.
func TestScriptedClients(t *testing.T) {
	if testing.Short() {
		t.Skip("runs programs from npm and Debian")
	}
	t.Run("masto", func(t *testing.T) {
		c := openClients(t, "masto")
		c.run(findNode(t), "clients/masto.mjs")
		c.run(findNode(t), "clients/masto-rest.mjs")
	})
	t.Run("Mastodon.py", func(t *testing.T) { openClients(t, "Mastodon.py").run("/usr/bin/python3", "clients/mastodonpy.py") })
}
