package media

import (
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"croft/social"
)

// touchEvery is how often the use of a cached file is noted on disk, where the
// next start reads it.
const touchEvery = time.Hour

// diskBlock is what the smallest file occupies. The cap counts whole blocks, so
// that it is true of the disk.
const diskBlock = 4096

// cache knows which of others' pictures are on disk and in which order they
// were last used. It is bounded by the cap itself.
type cache struct {
	mu     sync.Mutex
	byKey  map[string]*list.Element // of cached
	recent *list.List               // the most recently used first
	size   int64
	misses misses
	flight singleflight.Group // by key: a picture is fetched once, however many ask
}

// cached is one file of the cache.
type cached struct {
	key, ext string
	size     int64
	touched  time.Time // as noted on disk
}

func (c cached) path() string { return path.Join(cacheFolder, c.key+c.ext) }

// cacheKey makes a file name of an address, of which nothing can be inferred
// and which no address can shape.
func cacheKey(url string) string {
	sum := sha256.Sum256([]byte(url))
	return hex.EncodeToString(sum[:])
}

// Cached opens the copy of another's picture if there is one, else ErrNotFound.
// It never fetches: this is what a visitor gets.
func (l *Library) Cached(url string) (File, error) { return l.openCached(cacheKey(url)) }

// Cache opens the copy of another's picture, and makes it first if there is
// none: fetch is called for the bytes, at most once at a time for each address,
// and goes on when this caller's ctx ends, since others may be waiting. The copy
// is made anew like an upload, stripped and shrunk, and an animation that is too
// long stands still. The least recently used copies make room for it.
//
// What could not be had is not asked for again for a while, and gives the same
// kind of error until then: ErrUnavailable after half a minute at first and
// after a day once five tries have failed, what was refused or is no picture
// after a day.
func (l *Library) Cache(ctx context.Context, url string, fetch func(context.Context) (io.ReadCloser, error)) (File, error) {
	key := cacheKey(url)
	if f, err := l.openCached(key); err == nil {
		return f, nil
	}
	_, err, _ := l.cache.flight.Do(key, func() (any, error) {
		// Another flight may have landed between our look and our taking off.
		if l.cache.has(key) {
			return nil, nil
		}
		if kind := l.cache.misses.find(key, l.opts.Now()); kind != nil {
			return nil, fmt.Errorf("failed before: %w", kind)
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*patience)
		defer cancel()
		err := l.fill(ctx, key, fetch)
		l.cache.misses.note(key, err, l.opts.Now())
		return nil, err
	})
	if err != nil {
		return File{}, fmt.Errorf("cache %s: %w", url, err)
	}
	return l.openCached(key)
}

func (l *Library) fill(ctx context.Context, key string, fetch func(context.Context) (io.ReadCloser, error)) error {
	body, err := fetch(ctx)
	if err != nil {
		return err
	}
	defer body.Close()
	out, err := l.read(ctx, body, plan{
		maxWidth: cacheEdge, maxHeight: cacheEdge, quality: 80, animated: true, lenient: true,
	})
	if err != nil {
		return err
	}
	entry := cached{key: key, ext: out.main.ext, size: int64(len(out.main.data)), touched: l.opts.Now()}
	if err := l.write(entry.path(), out.main.data); err != nil {
		return err
	}
	l.root.Chtimes(entry.path(), entry.touched, entry.touched) // see openCached
	return l.removeCached(l.cache.add(entry, l.opts.MaxCache))
}

func (l *Library) openCached(key string) (File, error) {
	now := l.opts.Now()
	entry, touch, ok := l.cache.use(key, now)
	if !ok {
		return File{}, fmt.Errorf("open cached picture: %w", social.ErrNotFound)
	}
	f, err := l.openFile(entry.path())
	if err != nil {
		l.cache.drop(key) // somebody emptied the folder
		return File{}, err
	}
	if touch {
		// Only the order of eviction after a restart hangs on it.
		l.root.Chtimes(entry.path(), now, now)
	}
	return f, nil
}

func (l *Library) removeCached(gone []cached) error {
	for _, entry := range gone {
		if err := l.root.Remove(entry.path()); err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("make room in cache: %w", err)
		}
	}
	return nil
}

// openCache reads the folder of an earlier run, oldest first.
func (l *Library) openCache() (*cache, error) {
	names, err := l.listFolder(cacheFolder)
	if err != nil {
		return nil, err
	}
	var found []cached
	for _, name := range names {
		stat, err := l.root.Lstat(path.Join(cacheFolder, name))
		if err != nil || !stat.Mode().IsRegular() || !fileName.MatchString(name) {
			continue
		}
		ext := path.Ext(name)
		found = append(found, cached{strings.TrimSuffix(name, ext), ext, stat.Size(), stat.ModTime()})
	}
	slices.SortFunc(found, func(a, b cached) int { return a.touched.Compare(b.touched) })
	c := &cache{byKey: map[string]*list.Element{}, recent: list.New()}
	var gone []cached
	for _, entry := range found {
		gone = append(gone, c.add(entry, l.opts.MaxCache)...)
	}
	return c, l.removeCached(gone)
}

// add makes entry the most recently used and returns those that must go for it.
// It never gives up the newest, however small the cap.
func (c *cache) add(entry cached, limit int64) []cached {
	c.mu.Lock()
	defer c.mu.Unlock()
	gone := []cached{}
	if old := c.remove(entry.key); old != nil && old.ext != entry.ext {
		gone = append(gone, *old)
	}
	c.byKey[entry.key] = c.recent.PushFront(entry)
	c.size += onDisk(entry)
	for c.size > limit && c.recent.Len() > 1 {
		gone = append(gone, *c.remove(c.recent.Back().Value.(cached).key))
	}
	return gone
}

// use makes the entry of a key the most recently used, and says whether that
// should be noted on disk.
func (c *cache) use(key string, now time.Time) (entry cached, touch, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byKey[key]
	if !ok {
		return cached{}, false, false
	}
	c.recent.MoveToFront(e)
	entry = e.Value.(cached)
	if now.Sub(entry.touched) >= touchEvery {
		entry.touched, touch = now, true
		e.Value = entry
	}
	return entry, touch, true
}

func (c *cache) has(key string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byKey[key] != nil
}

func (c *cache) drop(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remove(key)
}

// remove takes an entry out; c.mu is held. It returns nil if there was none.
func (c *cache) remove(key string) *cached {
	e, ok := c.byKey[key]
	if !ok {
		return nil
	}
	delete(c.byKey, key)
	entry := c.recent.Remove(e).(cached)
	c.size -= onDisk(entry)
	return &entry
}

func onDisk(entry cached) int64 { return (entry.size + diskBlock - 1) / diskBlock * diskBlock }
