package server

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/labstack/echo/v4"

	"croft/server/mastodon"
	"croft/server/oauth"
	"croft/social"
)

const (
	socketLimit = 8 << 10          // bytes of one message of an app's
	socketWrite = 10 * time.Second // for a message to go out, or a ping to be answered
	socketPing  = 30 * time.Second // so that nothing between ends a quiet connection
)

// streamRoutes are the addresses at which apps listen.
func (s *Server) streamRoutes() []route {
	lines := []route{
		{get, "/api/v1/streaming", app, s.getSocket, 0},
		{get, "/api/v1/streaming/health", app, s.getStreamHealth, 0},
	}
	for path, name := range mastodon.StreamPaths {
		lines = append(lines, route{get, path, app, s.getStream(name), 0})
	}
	return lines
}

func (s *Server) getStreamHealth(c echo.Context) error { return c.String(http.StatusOK, "OK") }

// listenerOf is an app that wants to listen. Browsers can send no header along
// with a WebSocket: the key may stand in the query, or where the protocol is
// chosen.
func (s *Server) listenerOf(c echo.Context) (*listener, error) {
	key, err := s.keyOf(c)
	token := c.QueryParam("access_token")
	if token == "" && isSocket(c.Request()) {
		token = c.Request().Header.Get("Sec-WebSocket-Protocol")
	}
	if err == nil && key == nil && token != "" {
		var found oauth.Key
		found, err = s.keys.Find(c.Request().Context(), token)
		key = &found
	}
	if err == nil && (key == nil || !key.Owner) {
		err = mayCall(key, "read", false)
	}
	if err != nil {
		return nil, err
	}
	return newListener(key), nil
}

func isSocket(req *http.Request) bool {
	return strings.EqualFold(req.Header.Get("Upgrade"), "websocket")
}

// hears has an app hear a stream, which it names with what belongs to it.
func (s *Server) hears(ctx context.Context, l *listener, name, tag, list string) error {
	stream, err := s.api.FindStream(ctx, name, tag, list)
	if err != nil {
		return err
	}
	return s.listeners.subscribe(l, stream)
}

// getStream tells an app what is new in one stream, by server-sent events (HTML
// Living Standard §9.2).
func (s *Server) getStream(name string) echo.HandlerFunc {
	return func(c echo.Context) error {
		l, err := s.listenerOf(c)
		if err != nil {
			return err
		}
		wanted := name
		if media := c.QueryParam("only_media"); strings.HasPrefix(name, "public") && (media == "true" || media == "1") {
			wanted += ":media"
		}
		if err := s.hears(c.Request().Context(), l, wanted, c.QueryParam("tag"), c.QueryParam("list")); err != nil {
			return err
		}
		if err := s.listeners.add(l); err != nil {
			return err
		}
		defer s.listeners.remove(l)
		w := openStream(c)
		if w.send(":)\n") != nil {
			return nil
		}
		tick := time.NewTicker(eventsPing)
		defer tick.Stop()
		for {
			text := ":thump\n"
			select {
			case <-c.Request().Context().Done():
				return nil
			case <-l.ctx.Done():
				return nil
			case t := <-l.out:
				text = string(t.event)
			case <-tick.C:
			}
			if w.send(text) != nil {
				return nil
			}
		}
	}
}

// getSocket is a WebSocket (RFC 6455), by which an app hears as many streams as
// it asks for. Whichever page opens it, what counts is the key.
func (s *Server) getSocket(c echo.Context) error {
	l, err := s.listenerOf(c)
	if err != nil {
		return err
	}
	if !isSocket(c.Request()) {
		return social.Invalidf("Open this address by WebSocket.")
	}
	q := c.QueryParams()
	if name := q.Get("stream"); name != "" {
		if err := s.hears(c.Request().Context(), l, name, q.Get("tag"), q.Get("list")); err != nil {
			return err
		}
	}
	if err := s.listeners.add(l); err != nil {
		return err
	}
	socket, err := websocket.Accept(slim{c.Response()}, c.Request(), &websocket.AcceptOptions{
		InsecureSkipVerify: true, // no cookie opens anything here
		Subprotocols:       []string{c.Request().Header.Get("Sec-WebSocket-Protocol")},
	})
	if err != nil {
		s.listeners.remove(l)
		return nil // it has said so
	}
	socket.SetReadLimit(socketLimit)
	s.listeners.running.Go(func() { s.speak(socket, l) })
	s.listeners.running.Go(func() { s.listen(socket, l) })
	return nil // and the memory of the request goes
}

// speak sends what an app is to be told, until it goes or is let go.
func (s *Server) speak(socket *websocket.Conn, l *listener) {
	defer socket.CloseNow()
	defer s.listeners.remove(l)
	tick := time.NewTicker(socketPing)
	defer tick.Stop()
	within := func(do func(context.Context) error) error {
		ctx, end := context.WithTimeout(l.ctx, socketWrite)
		defer end()
		return do(ctx)
	}
	for {
		var err error
		select {
		case <-l.ctx.Done():
			return
		case t := <-l.out:
			err = within(func(ctx context.Context) error { return socket.Write(ctx, websocket.MessageText, t.socket) })
		case <-tick.C:
			err = within(socket.Ping)
		}
		if err != nil {
			return
		}
	}
}

// wish is what an app says by a WebSocket.
type wish struct {
	Type   string         `json:"type"`
	Stream string         `json:"stream"`
	Tag    jsontext.Value `json:"tag"`
	List   jsontext.Value `json:"list"`
}

// listen does what an app wishes, until it goes or is let go.
func (s *Server) listen(socket *websocket.Conn, l *listener) {
	defer l.end()
	for {
		_, text, err := socket.Read(l.ctx)
		if err != nil {
			return
		}
		if refusal := s.obey(l, text); refusal != nil {
			words := "This is no wish that can be read."
			for _, p := range social.Problems(refusal) {
				words = p.Text
			}
			answer, _ := json.Marshal(map[string]any{"error": words, "status": statusOf(refusal, true)})
			select {
			case l.out <- &told{socket: answer}:
			default:
				return
			}
		}
	}
}

func (s *Server) obey(l *listener, text []byte) error {
	var w wish
	if err := json.Unmarshal(text, &w); err != nil {
		return social.Invalidf("What was sent is no JSON object with type and stream.")
	}
	tag, list := plain(w.Tag), plain(w.List)
	switch w.Type {
	case "subscribe":
		return s.hears(l.ctx, l, w.Stream, tag, list)
	case "unsubscribe":
		if stream, err := s.api.FindStream(l.ctx, w.Stream, tag, list); err == nil {
			s.listeners.unsubscribe(l, stream)
		}
		return nil
	default:
		return social.InvalidField("type", "Say subscribe or unsubscribe.")
	}
}

// plain is a text or a number of JSON as a text.
func plain(v jsontext.Value) string {
	var text string
	if json.Unmarshal(v, &text) == nil {
		return text
	}
	return string(v)
}

// streamingURL is where apps open a WebSocket.
func streamingURL(origin string) string {
	u, _ := url.Parse(origin) // it was parsed at the start
	u.Scheme = map[string]string{"https": "wss", "http": "ws"}[u.Scheme]
	return u.String()
}
