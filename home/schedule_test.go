package home_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"croft/config"
	"croft/home"
	"croft/social"
	"croft/timeline"
)

// TestScheduledPostAfterSuddenEnd has a home end suddenly between scheduling and
// the time of a post, and again when it is just out: it is out once. The end is a
// copy of the folder of a home that goes on.
func TestScheduledPostAfterSuddenEnd(t *testing.T) {
	folder, err := home.Create(t.Context(), t.TempDir(), timeline.NewHome{
		Origin: "https://me.test", Handle: social.Handle{Name: "ana", Host: "me.test"}, PasswordHash: "nobody signs in here",
	})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	// live opens a home as it will be so much later, does something, and returns
	// what the disk has at that moment.
	live := func(folder string, later time.Duration, act func(h *home.Home)) (copied string) {
		t.Helper()
		h, err := home.Open(t.Context(), folder, home.Options{Config: config.Default(), Version: "test", Now: func() time.Time { return now.Add(later) }})
		if err != nil {
			t.Fatal(err)
		}
		ctx, end := context.WithCancel(t.Context())
		ran := make(chan error, 1)
		go func() { ran <- h.Run(ctx) }()
		defer func() {
			end()
			if err := errors.Join(<-ran, h.Close()); err != nil {
				t.Error(err)
			}
		}()
		act(h)
		copied = filepath.Join(t.TempDir(), "home")
		if err := os.CopyFS(copied, os.DirFS(folder)); err != nil {
			t.Fatal(err)
		}
		return copied
	}
	posts := func(h *home.Home, want int) {
		t.Helper()
		n, drafts := -1, -1
		for range 100 {
			if n, err = h.Store.CountPosts(t.Context(), h.Node.OwnerID()); err != nil {
				t.Fatal(err)
			}
			if drafts, err = h.Store.CountDrafts(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n == want && drafts == 1-want {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Errorf("%d posts and %d drafts, want %d posts", n, drafts, want)
	}
	folder = live(folder, 0, func(h *home.Home) {
		d := social.Draft{Text: "Once", Visibility: social.Public, PublishAt: now.Add(time.Hour)}
		if _, err := h.Timeline.Schedule(t.Context(), "", d); err != nil {
			t.Fatal(err)
		}
	})
	folder = live(folder, time.Minute, func(h *home.Home) { posts(h, 0) })
	folder = live(folder, 2*time.Hour, func(h *home.Home) { posts(h, 1) })
	live(folder, 3*time.Hour, func(h *home.Home) { time.Sleep(300 * time.Millisecond); posts(h, 1) })
}
