package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"croft/social"
	"croft/templates"
)

const (
	eventsEvery = 2 * time.Second        // how often an open page looks whether anything has changed
	eventsCalm  = 200 * time.Millisecond // what happens at once is told at once, and together
	eventsPing  = 25 * time.Second       // so that nothing between ends a quiet connection
	eventsFor   = time.Hour              // the browser opens the next one by itself
	eventsMost  = 32                     // open at once
	eventsCount = 40                     // new posts are counted up to here
)

// news is what an open page is told.
type news struct {
	Posts   int              `json:"posts"` // newer than the first on the page, up to eventsCount
	Waiting templates.Unread `json:"waiting"`
	Thread  *threadNews      `json:"thread,omitempty"` // of the thread that the page shows
}

// threadNews is how much of a thread is here by now.
type threadNews struct {
	Above, Below int
	Asking       bool // more may come
}

// Run lets open pages and apps that listen go when ctx ends, so that they do not
// hold up the end of the process. It returns nil.
func (s *Server) Run(ctx context.Context) error {
	<-ctx.Done()
	close(s.stopping)
	s.listeners.stop()
	return nil
}

// getEvents tells an open page what is new, as it happens (server-sent events,
// HTML Living Standard §9.2). after is the first line that the page shows, thread
// the post whose thread it shows; what is neither is 0.
func (s *Server) getEvents(c echo.Context) error {
	var shown shownPage
	shown.after, _ = social.ParseID(c.QueryParam("after"))
	shown.thread, _ = social.ParseID(c.QueryParam("thread"))
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		return fmt.Errorf("too many open pages: %w", social.ErrUnavailable)
	}
	w := openStream(c)
	if err := w.send(": open\n\n"); err != nil {
		return nil // the page is gone
	}
	return s.tell(c, w, shown)
}

// shownPage is what an open page shows.
type shownPage struct{ after, thread social.ID }

// tell looks whether anything has changed, and says what, until the page, the
// sign-in or the process ends.
func (s *Server) tell(c echo.Context, w stream, shown shownPage) error {
	watch := s.timeline.Watch()
	defer watch.Close()
	tick := time.NewTicker(eventsEvery)
	defer tick.Stop()
	end := time.Now().Add(eventsFor)
	var last string
	seen, said := uint64(0), time.Now()
	for time.Now().Before(end) {
		if changes := s.shelf.changes(); changes != seen {
			seen = changes
			text, err := s.newsText(c, shown)
			if errors.Is(err, social.ErrUnauthorized) {
				return nil
			}
			if err != nil {
				return err
			}
			if text != last {
				if w.send("data: "+text+"\n\n") != nil {
					return nil
				}
				last, said = text, time.Now()
			}
		}
		if time.Since(said) >= eventsPing {
			if w.send(": still here\n\n") != nil {
				return nil
			}
			said = time.Now()
		}
		select {
		case <-c.Request().Context().Done():
			return nil
		case <-s.stopping:
			return nil
		case <-watch.Told():
			time.Sleep(eventsCalm)
			watch.Take()
		case <-tick.C:
		}
	}
	return nil
}

// newsText is the news as JSON; ErrUnauthorized once the sign-in has ended.
func (s *Server) newsText(c echo.Context, shown shownPage) (string, error) {
	ctx := c.Request().Context()
	hash, _ := c.Get(sessionKey).(string)
	if _, err := s.door.find(ctx, hash); err != nil {
		return "", fmt.Errorf("%s: %w", err.Error(), social.ErrUnauthorized)
	}
	var n news
	var err error
	if n.Waiting, err = s.unread(c); err != nil {
		return "", err
	}
	if n.Posts, err = s.timeline.CountNew(ctx, shown.after, eventsCount); err != nil {
		return "", err
	}
	if n.Thread, err = s.threadNews(ctx, shown.thread); err != nil {
		return "", err
	}
	text, err := json.Marshal(n)
	return string(text), err
}

// threadNews is nil where there is no such thread.
func (s *Server) threadNews(ctx context.Context, id social.ID) (*threadNews, error) {
	if id == 0 {
		return nil, nil
	}
	asking, err := s.timeline.AsksThread(ctx, id) // first: what comes meanwhile is counted
	if errors.Is(err, social.ErrNotFound) {
		return nil, nil
	}
	n := &threadNews{Asking: asking}
	if err == nil {
		n.Above, n.Below, err = s.store.CountThread(ctx, id, social.Viewer{Owner: true})
	}
	return n, err
}

// stream is an answer that goes on.
type stream struct {
	http.ResponseWriter
	*http.ResponseController
}

// openStream begins an answer of server-sent events.
func openStream(c echo.Context) stream {
	header := c.Response().Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", noStore)
	header.Set("X-Accel-Buffering", "no") // or nginx would keep it to itself
	c.Response().WriteHeader(http.StatusOK)
	return stream{c.Response(), http.NewResponseController(c.Response())}
}

// send writes at once, and gives the next words their time.
func (w stream) send(text string) error {
	_ = w.SetWriteDeadline(time.Now().Add(2 * eventsPing)) // a connection may know no deadlines
	if _, err := w.Write([]byte(text)); err != nil {
		return err
	}
	return w.Flush()
}
