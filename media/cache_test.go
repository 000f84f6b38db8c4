package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"croft/social"
)

// peer hands out bytes, or an error, and counts how often it was asked.
type peer struct {
	data  []byte
	err   error
	asked atomic.Int64
}

func (p *peer) fetch(context.Context) (io.ReadCloser, error) {
	p.asked.Add(1)
	if p.err != nil {
		return nil, p.err
	}
	return io.NopCloser(bytes.NewReader(p.data)), nil
}

func TestCache(t *testing.T) {
	l := newLibrary(t, Options{})
	const url = "https://far.test/avatar"
	if _, err := l.Cached(url); !errors.Is(err, social.ErrNotFound) {
		t.Errorf("before: %v", err)
	}
	p := &peer{data: privateJPEG(t, 6)}
	for range 3 {
		f, err := l.Cache(t.Context(), url, p.fetch)
		if err != nil {
			t.Fatal(err)
		}
		data := readAll(t, f)
		f.Close()
		if bytes.Contains(data, []byte(secret)) || f.MediaType != "image/jpeg" || f.Size != int64(len(data)) {
			t.Errorf("got %s: %q", f.MediaType, data)
		}
		checkPicture(t, "cached", data, 32, 48)
	}
	if p.asked.Load() != 1 {
		t.Errorf("asked %d times", p.asked.Load())
	}
	f, err := l.Cached(url)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
}

func TestCacheLetsLongAnimationsStand(t *testing.T) {
	l := newLibrary(t, Options{MaxPixels: 20_000})
	for url, test := range map[string]struct {
		frames    int
		mediaType string
	}{"short": {5, "image/gif"}, "long": {50, "image/png"}} {
		f, err := l.Cache(t.Context(), url, (&peer{data: asGIF(t, 40, 30, test.frames)}).fetch)
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		if f.MediaType != test.mediaType {
			t.Errorf("%s: %s", url, f.MediaType)
		}
	}
}

// TestCacheOnce asks for one picture from many sides at one time. The first to
// ask goes away, and the others still get it.
func TestCacheOnce(t *testing.T) {
	l := newLibrary(t, Options{})
	p := &peer{data: asPNG(t, quarters(90, 60))}
	first, leave := context.WithCancel(t.Context())
	slow := func(ctx context.Context) (io.ReadCloser, error) {
		leave()
		time.Sleep(20 * time.Millisecond)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return p.fetch(ctx)
	}
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			f, err := l.Cache(first, "https://far.test/picture", slow)
			if err != nil {
				t.Error(err)
				return
			}
			f.Close()
		})
	}
	all.Wait()
	if p.asked.Load() != 1 {
		t.Errorf("asked %d times", p.asked.Load())
	}
}

// TestCacheCap fills a small cache, uses one picture again and again, and finds
// it there at the end, also after a restart.
func TestCacheCap(t *testing.T) {
	now := time.Now().Add(-100 * time.Hour)
	opts := Options{MaxCache: 10 * diskBlock, Now: func() time.Time { return now }}
	l := newLibrary(t, opts)
	p := &peer{data: asPNG(t, quarters(90, 60))}
	for i := range 30 {
		now = now.Add(2 * time.Hour)
		for _, url := range []string{fmt.Sprint("https://far.test/", i), "https://far.test/loved"} {
			f, err := l.Cache(t.Context(), url, p.fetch)
			if err != nil {
				t.Fatal(err)
			}
			f.Close()
		}
		if l.cache.size > opts.MaxCache || l.cache.recent.Len() != len(l.cache.byKey) {
			t.Fatalf("the cache holds %d bytes", l.cache.size)
		}
	}
	if p.asked.Load() != 31 {
		t.Errorf("asked %d times, want once for each", p.asked.Load())
	}
	files, err := l.listFolder(cacheFolder)
	if err != nil || len(files) != 10 {
		t.Errorf("%d files in the cache, %v", len(files), err)
	}
	opts.MaxCache = 3 * diskBlock
	again, err := Open(l.root.Name(), opts)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	for url, want := range map[string]bool{"loved": true, "29": true, "28": true, "27": false, "0": false} {
		f, err := again.Cached("https://far.test/" + url)
		if (err == nil) != want {
			t.Errorf("after a restart, %s: %v", url, err)
		}
		if err == nil {
			f.Close()
		}
	}
	if files, err := again.listFolder(cacheFolder); err != nil || len(files) != 3 {
		t.Errorf("%d files after a restart, %v", len(files), err)
	}
}

func TestCacheSurvivesEmptying(t *testing.T) {
	l := newLibrary(t, Options{})
	p := &peer{data: asPNG(t, quarters(90, 60))}
	for range 2 {
		f, err := l.Cache(t.Context(), "u", p.fetch)
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
		if err := l.root.RemoveAll(cacheFolder); err != nil {
			t.Fatal(err)
		}
		if err := l.root.Mkdir(cacheFolder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if p.asked.Load() != 2 || l.cache.size != diskBlock {
		t.Errorf("asked %d times, size %d", p.asked.Load(), l.cache.size)
	}
}

// TestCacheMisses asks a server that fails again and again: each time later, at
// last once a day (MED-08).
func TestCacheMisses(t *testing.T) {
	now := time.Now()
	l := newLibrary(t, Options{MaxBytes: 1 << 20, Now: func() time.Time { return now }})
	ask := func(p *peer, url string) error {
		f, err := l.Cache(t.Context(), url, p.fetch)
		if err == nil {
			f.Close()
		}
		return err
	}
	down := &peer{err: fmt.Errorf("fetch: %w", social.ErrUnavailable)}
	for range 6 * 60 * 60 / 10 { // six hours, every ten seconds
		if err := ask(down, "down"); !errors.Is(err, social.ErrUnavailable) {
			t.Fatalf("got %v", err)
		}
		now = now.Add(10 * time.Second)
	}
	if down.asked.Load() != 5 {
		t.Errorf("asked %d times in six hours, want 5", down.asked.Load())
	}
	now = now.Add(24 * time.Hour)
	down.err, down.data = nil, asPNG(t, quarters(9, 9))
	if err := ask(down, "down"); err != nil {
		t.Errorf("once it is up again: %v", err)
	}
	for name, test := range map[string]struct {
		peer *peer
		want error
	}{
		"gone":   {&peer{err: social.ErrGone}, social.ErrGone},
		"html":   {&peer{data: []byte("<html>")}, social.ErrInvalid},
		"svg":    {&peer{data: []byte("<svg/>")}, social.ErrInvalid},
		"large":  {&peer{data: make([]byte, 2<<20)}, social.ErrInvalid},
		"broken": {&peer{data: asPNG(t, quarters(90, 90))[:100]}, social.ErrInvalid},
	} {
		for range 3 {
			if err := ask(test.peer, name); !errors.Is(err, test.want) {
				t.Errorf("%s: got %v, want %v", name, err, test.want)
			}
			now = now.Add(time.Hour)
		}
		if test.peer.asked.Load() != 1 {
			t.Errorf("%s: asked %d times", name, test.peer.asked.Load())
		}
	}
}

func TestMissesAreBounded(t *testing.T) {
	var m misses
	now := time.Now()
	for i := range maxMisses + 200 {
		m.note(fmt.Sprint(i), social.ErrGone, now)
	}
	if len(m.byKey) > maxMisses {
		t.Errorf("%d entries", len(m.byKey))
	}
	last := fmt.Sprint(maxMisses + 199)
	if err := m.find(last, now); !errors.Is(err, social.ErrGone) {
		t.Errorf("the newest is forgotten: %v", err)
	}
	m.note(last, nil, now)
	if err := m.find(last, now); err != nil {
		t.Errorf("a success is not noted: %v", err)
	}
}

// TestCacheDrip gives up on a server that sends a byte now and then.
func TestCacheDrip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLibrary(t, Options{})
		start := time.Now()
		_, err := l.Cache(t.Context(), "https://far.test/drip", func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(drip{}), nil
		})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 2*time.Minute {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
		if kind := l.cache.misses.find(cacheKey("https://far.test/drip"), time.Now()); !errors.Is(kind, social.ErrUnavailable) {
			t.Errorf("remembered as %v", kind)
		}
	})
}

// drip is a body without end, a byte a second.
type drip struct{}

func (drip) Read(p []byte) (int, error) {
	time.Sleep(time.Second)
	p[0] = 0xff
	return 1, nil
}
