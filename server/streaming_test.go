package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"croft/social"
	"croft/store"
)

// heard is what an app is told by a WebSocket.
type heard struct {
	Stream         []string
	Event, Payload string
	Error          string
	Status         int
}

// ear is an app that listens.
type ear struct {
	t      *testing.T
	socket *websocket.Conn
}

// web serves the home on this machine until the test ends.
func (h *house) web() *httptest.Server {
	web := httptest.NewServer(h.server)
	h.t.Cleanup(func() {
		ctx, end := context.WithCancel(context.Background())
		end()
		_ = h.server.Run(ctx)
		web.CloseClientConnections()
		web.Close()
	})
	return web
}

// dial opens a WebSocket as an app does; the second result is the refusal.
func (h *house) dial(web *httptest.Server, query string, o websocket.DialOptions) (*ear, *http.Response) {
	h.t.Helper()
	ctx, end := context.WithTimeout(h.t.Context(), 10*time.Second)
	defer end()
	socket, res, err := websocket.Dial(ctx, strings.Replace(web.URL, "http", "ws", 1)+"/api/v1/streaming"+query, &o)
	if err != nil {
		return nil, res
	}
	h.t.Cleanup(func() { _ = socket.CloseNow() })
	socket.SetReadLimit(1 << 20)
	return &ear{h.t, socket}, res
}

func (e *ear) say(text string) {
	e.t.Helper()
	if err := e.socket.Write(e.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		e.t.Fatal(err)
	}
}

// next is what is told next; not ok if the stream ends.
func (e *ear) next() (m heard, ok bool) {
	e.t.Helper()
	ctx, end := context.WithTimeout(e.t.Context(), 10*time.Second)
	defer end()
	_, text, err := e.socket.Read(ctx)
	if ctx.Err() != nil {
		e.t.Fatal("nothing is told, and the stream does not end")
	}
	if err != nil {
		return m, false
	}
	if err := json.Unmarshal(text, &m); err != nil {
		e.t.Fatalf("%s: %v", text, err)
	}
	return m, true
}

// wants is the next that is told, which must be this.
func (e *ear) wants(stream, event, words string) heard {
	e.t.Helper()
	m, ok := e.next()
	if !ok || strings.Join(m.Stream, " ") != stream || m.Event != event || !strings.Contains(m.Payload, words) {
		e.t.Fatalf("told %+v, want %s of %s with %q", m, event, stream, words)
	}
	return m
}

func (e *ear) ends() {
	e.t.Helper()
	if m, ok := e.next(); ok {
		e.t.Fatalf("told %+v, want the end", m)
	}
}

// TestAppsHearWhatHappens follows posts of the owner and of others from their
// coming to their end, on every stream that has them and on no other.
func TestAppsHearWhatHappens(t *testing.T) {
	h := openHouse(t)
	bob := h.Peer("far.test").Person("bob")
	known := h.home.Follow(bob)
	list, err := h.tl.SaveList(t.Context(), social.List{Title: "Far", Replies: social.RepliesToList})
	h.must(err)
	h.must(h.tl.AddToList(t.Context(), list.ID, []social.ID{known.ID}))
	e, _ := h.dial(h.web(), "?stream=user&access_token="+h.key("read"), websocket.DialOptions{})
	acts := 0
	deliver := func(kind string, object any) {
		h.Advance(time.Second)
		acts++
		h.must(h.home.Deliver(bob, bob.Act(kind, strconv.Itoa(acts), object)))
		h.home.Settle()
	}
	e.say(`{"type":"subscribe","stream":"user"}`) // twice is once
	id := h.publish(url.Values{"text": {"Hello *all*"}})
	var shown struct{ ID, Content string }
	h.must(json.Unmarshal([]byte(e.wants("user", "update", `"favourited":false`).Payload), &shown))
	if shown.ID != id || shown.Content != "<p>Hello <em>all</em></p>" {
		t.Errorf("told of %+v", shown)
	}
	h.must(h.home.Deliver(bob, bob.Act("Like", "like", h.home.Site.Actor()+"/"+id)))
	h.home.Settle()
	e.wants("user", "notification", `"type":"favourite"`)
	e.say(`{"type":"unsubscribe","stream":"user"}`)
	for _, stream := range []string{`"hashtag","tag":"Wool"`, `"hashtag:local","tag":"wool"`, `"list","list":` + list.ID.String(), `"public:remote"`, `"direct"`} {
		e.say(`{"type":"subscribe","stream":` + stream + `}`)
	}
	e.say(`{"type":"subscribe","stream":"list","list":"7"}`)
	if m, _ := e.next(); m.Status != 404 {
		t.Errorf("a list that is not there: %+v", m)
	}
	note := bob.Note("one").With("tag", []any{map[string]any{"type": "Hashtag", "name": "#wool", "href": "https://far.test/tags/wool"}})
	deliver("Create", note)
	all := map[string]string{}
	for range 3 {
		m, _ := e.next()
		all[strings.Join(m.Stream, " ")] = m.Event
	}
	if all["hashtag wool"] != "update" || all["list "+list.ID.String()] != "update" || all["public:remote"] != "update" {
		t.Errorf("of another's post are told %v", all)
	}
	e.say(`{"type":"unsubscribe","stream":"hashtag","tag":"wool"}`)
	e.say(`{"type":"unsubscribe","stream":"list","list":"` + list.ID.String() + `"}`)
	e.say(`{"type":"later"}`)
	if m, _ := e.next(); m.Status != 422 {
		t.Errorf("an unknown wish: %+v", m)
	}
	deliver("Update", note.With("content", "<p>two</p>").With("updated", h.Now().UTC().Format(time.RFC3339)))
	e.wants("public:remote", "status.update", "two")
	letter := bob.Note("letter").With("to", []string{h.home.Site.Actor()}).With("cc", nil)
	letter["tag"] = []any{map[string]any{"type": "Mention", "href": h.home.Site.Actor(), "name": "@owner@me.test"}}
	deliver("Create", letter)
	e.wants("direct", "conversation", "letter")
	h.publish(url.Values{"text": {"#wool"}})
	e.wants("hashtag:local wool", "update", "wool")
	e.say(`{"type":"unsubscribe","stream":"direct"}`)
	e.say(`{"type":"unsubscribe","stream":"hashtag:local","tag":"wool"}`)
	e.say(`{"type":"subscribe","stream":"none"}`)
	if m, _ := e.next(); m.Status != 422 {
		t.Errorf("an unknown stream: %+v", m)
	}
	post, err := h.home.Store.FindPostByURI(t.Context(), bob.URI+"/statuses/one")
	h.must(err)
	deliver("Delete", bob.URI+"/statuses/one")
	e.wants("public:remote", "delete", post.ID.String())
}

// TestStreamsOverHTTP hears by server-sent events.
func TestStreamsOverHTTP(t *testing.T) {
	h := openHouse(t)
	web := h.web()
	req, err := http.NewRequestWithContext(t.Context(), "GET", web.URL+"/api/v1/streaming/hashtag?tag=Wool", nil)
	h.must(err)
	req.Header.Set("Authorization", "Bearer "+h.key("read:statuses"))
	res, err := http.DefaultTransport.RoundTrip(req)
	h.must(err)
	defer res.Body.Close()
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Fatal(res.Status, res.Header)
	}
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	lines.Scan() // the greeting: from here on everything is told
	h.publish(url.Values{"text": {"no hashtag"}})
	id := h.publish(url.Values{"text": {"with #wool"}})
	for _, want := range []string{"event: update", `data: {"id":"` + id} {
		if !lines.Scan() || !strings.HasPrefix(lines.Text(), want) {
			t.Fatalf("told %s, want %s", lines.Text(), want)
		}
	}
	h.visit("/api/v1/streaming/health").wants(200)
}

// TestWhoMayListen holds streams against keys and how they are shown.
func TestWhoMayListen(t *testing.T) {
	h := openHouse(t)
	web := h.web()
	one := h.registerApp("https://app.test/cb")
	ofApp := h.appPost("/oauth/token", formKind, "grant_type=client_credentials&scope=read&client_id="+one.id+"&client_secret="+one.secret).field("access_token")
	statuses, notices := h.key("read:statuses"), h.key("read:notifications")
	for _, test := range []struct {
		query  string
		header http.Header
		status int
	}{
		{"?stream=user", nil, 401},
		{"?stream=user&access_token=none", nil, 401},
		{"?stream=user&access_token=" + ofApp, nil, 422},
		{"?stream=user&access_token=" + notices, nil, 403},
		{"?stream=user:notification&access_token=" + statuses, nil, 403},
		{"?stream=none&access_token=" + statuses, nil, 422},
		{"?stream=hashtag&access_token=" + statuses, nil, 422},
		{"?stream=list&list=x&access_token=" + statuses, nil, 404},
		{"?stream=user", http.Header{"Cookie": {h.cookie[0].String()}}, 401},
		{"?stream=user&access_token=" + statuses, http.Header{"Origin": {"https://elsewhere.test"}}, 101},
		{"?stream=user", http.Header{"Authorization": {"Bearer " + statuses}}, 101},
	} {
		if _, res := h.dial(web, test.query, websocket.DialOptions{HTTPHeader: test.header}); res.StatusCode != test.status {
			t.Errorf("%s with %v: %d, want %d", test.query, test.header, res.StatusCode, test.status)
		}
	}
	if e, res := h.dial(web, "?stream=user", websocket.DialOptions{Subprotocols: []string{statuses}}); e == nil || e.socket.Subprotocol() != statuses {
		t.Errorf("a key as the protocol: %v", res)
	}
	h.call("GET", "/api/v1/accounts/verify_credentials?access_token="+h.key("read"), "").wants(401)
	h.call("GET", "/api/v1/streaming?stream=user", statuses).wants(422)
	for _, path := range []string{"/api/v1/streaming/user", "/api/v1/streaming/public", "/api/v1/streaming/direct"} {
		h.call("GET", path, "").wants(401)
		h.call("GET", path, notices).wants(403)
	}
	quiet, _ := h.dial(web, "?stream=user&access_token="+statuses, websocket.DialOptions{})
	bob := h.Peer("far.test").Person("bob")
	h.must(h.home.Deliver(bob, bob.Act("Follow", "1", h.home.Site.Actor())))
	h.home.Settle()
	h.publish(url.Values{"text": {"after the notification"}})
	quiet.wants("user", "update", "after the notification")
}

// TestStreamsEndWithTheirKey ends a stream at once when its key ends, however
// that comes about, and leaves the others (AUT-06).
func TestStreamsEndWithTheirKey(t *testing.T) {
	h := openHouse(t)
	web := h.web()
	open := func(token string) *ear {
		e, res := h.dial(web, "?stream=user&access_token="+token, websocket.DialOptions{})
		if e == nil {
			t.Fatal(res)
		}
		return e
	}
	first, other := h.key("read"), h.key("read")
	kept, e := open(other), open(first)
	keys, err := h.home.Store.Sessions().ListTokens(t.Context())
	h.must(err)
	began := time.Now()
	h.appPost("/oauth/revoke", formKind, "token="+first+"&client_id="+keys[1].App.ClientID).wants(200)
	e.ends()
	if took := time.Since(began); took > time.Second {
		t.Errorf("a revoked key is heard of after %s", took)
	}
	h.publish(url.Values{"text": {"still here"}})
	kept.wants("user", "update", "still here")
	e = open(h.key("read"))
	more, err := h.home.Store.Sessions().ListTokens(t.Context())
	h.must(err)
	h.post("/settings/apps/end", url.Values{"key": {more[0].ID.String()}}).wants(303)
	e.ends()
	h.must(store.Beside(t.Context(), h.home.Path, func(v store.Sessions) error { return v.DeleteApp(t.Context(), keys[0].App.ID) }))
	kept.ends() // what another process does is seen within two seconds
	third := open(h.key("read"))
	h.must(h.home.Store.Sessions().SetPassword(t.Context(), "x"))
	third.ends()
}

// TestListenersAreBounded opens more than may listen, says too much, reads
// nothing, and looks whether all is as before in the end (AUT-26).
func TestListenersAreBounded(t *testing.T) {
	h := openHouse(t)
	web := h.web()
	token := h.key("read")
	before := runtime.NumGoroutine()
	var ears []*ear
	refused := 0
	for range 300 {
		e, res := h.dial(web, "?stream=user&access_token="+token, websocket.DialOptions{})
		switch {
		case e != nil:
			ears = append(ears, e)
		case res.StatusCode == http.StatusServiceUnavailable:
			refused++
		default:
			t.Fatal(res.Status)
		}
	}
	if len(ears) != 256 || refused != 44 {
		t.Errorf("%d listen, %d are refused", len(ears), refused)
	}
	loud := ears[0]
	_ = loud.socket.Write(t.Context(), websocket.MessageText, make([]byte, 10<<20)) // it may be cut off while it writes
	loud.ends()
	for i := range 40 {
		ears[1].say(`{"type":"subscribe","stream":"hashtag","tag":"t` + string(rune('a'+i%26)) + strings.Repeat("x", i/26) + `"}`)
	}
	if m, _ := ears[1].next(); m.Status != 422 {
		t.Errorf("too many streams of one: %+v", m)
	}
	for _, e := range ears {
		_ = e.socket.CloseNow()
	}
	for late := time.After(15 * time.Second); runtime.NumGoroutine() > before+5; {
		select {
		case <-late:
			buf := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, before %d\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		case <-time.After(50 * time.Millisecond):
		}
	}
	if e, res := h.dial(web, "?stream=user&access_token="+token, websocket.DialOptions{}); e == nil {
		t.Errorf("afterwards nobody may listen: %s", res.Status)
	}
}

// TestAppThatListensCostsLittle counts what the program holds for each of 200
// apps that listen, with what their ends of the connections take in this process.
func TestAppThatListensCostsLittle(t *testing.T) {
	h := openHouse(t)
	web := h.web()
	token := h.key("read")
	held := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC() // what is kept for use again goes with the second one
		runtime.ReadMemStats(&m)
		return m.HeapAlloc + m.StackInuse
	}
	h.deaf(web, token) // what all share is there
	before := held()
	for range 200 {
		h.deaf(web, token)
	}
	each := (held() - before) / 200
	t.Logf("%d bytes each", each)
	if each > 20_000 && !raced { // the race detector takes its share
		t.Errorf("an app that listens costs %d bytes", each)
	}
}

// deaf is an app that opens a WebSocket and reads nothing of it.
func (h *house) deaf(web *httptest.Server, token string) net.Conn {
	h.t.Helper()
	socket, err := new(net.Dialer).DialContext(h.t.Context(), "tcp", web.Listener.Addr().String())
	h.must(err)
	h.t.Cleanup(func() { _ = socket.Close() })
	_, err = socket.Write([]byte("GET /api/v1/streaming?stream=user&access_token=" + token + " HTTP/1.1\r\nHost: me.test\r\nUpgrade: websocket\r\n" +
		"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"))
	h.must(err)
	answer := make([]byte, 12)
	_, err = io.ReadFull(socket, answer)
	if h.must(err); string(answer) != "HTTP/1.1 101" {
		h.t.Fatalf("%s", answer)
	}
	return socket
}

// TestSlowAppIsLetGo lets an app go that does not read, and tells everything to
// another (AUT-26).
func TestSlowAppIsLetGo(t *testing.T) {
	h := openHouse(t)
	web, token := h.web(), h.key("read")
	deaf := h.deaf(web, token)
	e, _ := h.dial(web, "?stream=user&access_token="+token, websocket.DialOptions{})
	const posts, size = 250, 19_000
	for range posts {
		h.Advance(time.Second)
		_, err := h.tl.Publish(t.Context(), social.Draft{Text: strings.Repeat("<", size), Visibility: social.Public})
		h.must(err)
		e.wants("user", "update", "&lt;&lt;")
	}
	h.must(deaf.SetReadDeadline(time.Now().Add(20 * time.Second)))
	n, err := io.Copy(io.Discard, deaf)
	if least := int64(posts * size * 4); err != nil && !strings.Contains(err.Error(), "reset") || n >= least {
		t.Errorf("it was told %d bytes, of at least %d, and %v", n, least, err)
	}
}
