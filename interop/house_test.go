package interop

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"croft/config"
	"croft/home"
	"croft/social"
	"croft/store"
	"croft/timeline"
)

// patience is how long the other side may take until it knows something. Far
// less is needed; the race detector on a busy machine takes its share.
const patience = 10 * time.Second

// house is a home that runs until its test ends, with what tests ask of it.
type house struct {
	*home.Home
	t testing.TB
}

// settle creates a home, opens it and lets it run.
func settle(t testing.TB, origin, name string, o home.Options) *house {
	t.Helper()
	site := social.Site{Origin: origin}
	folder, err := home.Create(t.Context(), t.TempDir(), timeline.NewHome{
		Origin: origin, Handle: social.Handle{Name: name, Host: site.Host()}, PasswordHash: "nobody signs in here",
	})
	if err != nil {
		t.Fatal(err)
	}
	o.Config, o.Version = config.Default(), "test"
	o.Config.Limits.Rate = !config.IsLoopback(origin) // on this machine tests ask faster than any person
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	opened, err := home.Open(t.Context(), folder, o)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{Home: opened, t: t}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-ended, h.Close()); err != nil {
			t.Error(err)
		}
	})
	return h
}

// eventually asks until the answer is yes.
func eventually(t testing.TB, what string, ask func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ask(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after %v still not: %s", patience, what)
		}
	}
}

// do fails the test at once where an act of the owner's fails.
func (h *house) do(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// actor is somebody else, who must be known here.
func (h *house) actor(uri string) *social.Actor {
	h.t.Helper()
	found, err := h.Store.FindActorByURI(h.t.Context(), uri)
	h.do(err)
	return found
}

// post is a post that is here and not deleted, else nil.
func (h *house) post(uri string) *social.Post {
	h.t.Helper()
	found, err := h.Store.FindPostByURI(h.t.Context(), uri)
	if errors.Is(err, social.ErrNotFound) || errors.Is(err, social.ErrGone) {
		return nil
	}
	h.do(err)
	if !found.DeletedAt.IsZero() {
		return nil
	}
	return found
}

// arrived waits for a post and returns it.
func (h *house) arrived(uri string) *social.Post {
	h.t.Helper()
	eventually(h.t, h.Site.Host()+" has "+uri, func() bool { return h.post(uri) != nil })
	return h.post(uri)
}

// reads waits until a post says something.
func (h *house) reads(uri, text string) {
	h.t.Helper()
	eventually(h.t, h.Site.Host()+" reads "+text, func() bool {
		p := h.post(uri)
		return p != nil && strings.Contains(string(p.Content), text)
	})
}

// gone waits until a post is deleted.
func (h *house) gone(uri string) {
	h.t.Helper()
	eventually(h.t, h.Site.Host()+" deleted "+uri, func() bool { return h.post(uri) == nil })
}

// relation waits for what stands between the owner and somebody else.
func (h *house) relation(uri string, following, followedBy social.FollowState) {
	h.t.Helper()
	eventually(h.t, h.Site.Host()+" and "+uri+" are "+string(following)+"/"+string(followedBy), func() bool {
		r, err := h.Store.FindRelation(h.t.Context(), h.actor(uri).ID)
		h.do(err)
		return r.Following == following && r.FollowedBy == followedBy
	})
}

// counts waits for how many liked and boosted a post, as its home sees it.
func (h *house) counts(uri string, likes, boosts int) {
	h.t.Helper()
	eventually(h.t, h.Site.Host()+" counts the likes and boosts of "+uri, func() bool {
		p := h.post(uri)
		return p != nil && p.LikeCount == likes && p.BoostCount == boosts
	})
}

// told waits until the owner was told of something that somebody did to a post.
func (h *house) told(kind social.NotificationKind, actorURI, postURI string) {
	h.t.Helper()
	eventually(h.t, h.Site.Host()+" was told of a "+string(kind), func() bool {
		all, err := h.Store.ListNotifications(h.t.Context(), store.NotificationQuery{Span: store.Below(0, 50)})
		h.do(err)
		for _, n := range all {
			samePost := postURI == "" || n.Post != nil && n.Post.URI == postURI
			if n.Kind == kind && n.Actor.URI == actorURI && samePost {
				return true
			}
		}
		return false
	})
}

// publish publishes a post.
func (h *house) publish(d social.Draft) *social.Post {
	h.t.Helper()
	if d.Visibility == "" {
		d.Visibility = social.Public
	}
	p, err := h.Timeline.Publish(h.t.Context(), d)
	h.do(err)
	return p
}

// picture uploads a small picture.
func (h *house) picture(alt string) social.ID {
	h.t.Helper()
	canvas := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for x := range 40 {
		canvas.Set(x, x/2, color.RGBA{200, 40, 90, 255})
	}
	var file bytes.Buffer
	h.do(png.Encode(&file, canvas))
	kept, err := h.Timeline.Attach(h.t.Context(), &file, timeline.Details{Alt: alt})
	h.do(err)
	return kept.ID
}

// unfinished are the jobs that were given up, which no test should leave.
func (h *house) unfinished() {
	h.t.Helper()
	parked, err := h.Store.ListParked(h.t.Context(), 0, 10)
	h.do(err)
	for _, job := range parked {
		h.t.Errorf("%s gave up %s to %s: %s", h.Site.Host(), job.Kind, job.Host, job.LastError)
	}
}
