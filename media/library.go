package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"time"

	"golang.org/x/sync/semaphore"

	"croft/social"
)

// The folders within the library's own.
const (
	ownFolder   = "own"   // the owner's files, which the database refers to
	cacheFolder = "cache" // others' files, which can be had again
	tempFolder  = "tmp"   // what is being read or written at this moment
)

// The longest edges, in pixels. 2048 fills most screens; 640 is the width of a
// post on the page; others' pictures are only ever looked at in passing.
const (
	ownEdge     = 2048
	previewEdge = 640
	cacheEdge   = 1280
)

// patience is how long one picture may take from its first byte read to its
// last byte encoded, so that a crafted file cannot keep a core busy for long.
const patience = 30 * time.Second

// Options are the limits of a Library. A zero field stands for its default.
type Options struct {
	MaxBytes  int64            // of one file as it comes in; 16 MiB
	MaxPixels int64            // of one picture, or of all frames of an animation; 64 million
	MaxMemory int64            // for all pictures being decoded at one time; 192 MiB
	MaxCache  int64            // on disk, for all of others' pictures together; 256 MiB
	Now       func() time.Time // the clock; time.Now
}

func (o *Options) setDefaults() {
	setDefault(&o.MaxBytes, 16<<20)
	setDefault(&o.MaxPixels, 64_000_000)
	setDefault(&o.MaxMemory, 192<<20)
	setDefault(&o.MaxCache, 256<<20)
	if o.Now == nil {
		o.Now = time.Now
	}
}

func setDefault(v *int64, value int64) {
	if *v == 0 {
		*v = value
	}
}

// Library is one home's folder of files. Its methods may be called by many at
// once. Only one process may have a folder open.
type Library struct {
	opts    Options
	root    *os.Root // no name leads out of it, whatever it is made of
	formats []format
	slots   *semaphore.Weighted // two pictures at a time
	memory  *semaphore.Weighted // Options.MaxMemory, shared among them
	cache   *cache
}

// Open opens the library in dir and makes the folder if there is none. What a
// crash left half-written is removed. Call Close when done.
func Open(dir string, opts Options) (*Library, error) {
	opts.setDefaults()
	l := &Library{
		opts:    opts,
		formats: formats(),
		slots:   semaphore.NewWeighted(2),
		memory:  semaphore.NewWeighted(opts.MaxMemory),
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make media folder: %w", err)
	}
	var err error
	if l.root, err = os.OpenRoot(dir); err != nil {
		return nil, fmt.Errorf("open media folder: %w", err)
	}
	if err := l.prepare(); err != nil {
		return nil, errors.Join(err, l.root.Close())
	}
	return l, nil
}

func (l *Library) prepare() error {
	for _, folder := range []string{ownFolder, cacheFolder, tempFolder} {
		if err := l.root.MkdirAll(folder, 0o700); err != nil {
			return fmt.Errorf("make media folder %s: %w", folder, err)
		}
	}
	if err := l.syncFolder("."); err != nil {
		return err
	}
	if err := l.clearTemp(); err != nil {
		return err
	}
	var err error
	l.cache, err = l.openCache()
	return err
}

// Close releases the folder. Files that are open stay readable.
func (l *Library) Close() error { return l.root.Close() }

// Save reads a picture that the owner uploads and keeps it, with a smaller copy
// for the page where that is worth it. Nothing remains of it but the picture:
// no place, time, camera, comment, thumbnail or file name. Both files are on
// disk when Save returns. The attachment is not bound to anything yet, and its
// files are removed by Sweep if it never is. What is not a picture we can read
// in full, or is too large, is ErrInvalid with a sentence for the field
// "media"; a reader's own error is passed on.
func (l *Library) Save(ctx context.Context, r io.Reader) (social.Attachment, error) {
	out, err := l.read(ctx, r, plan{
		maxWidth: ownEdge, maxHeight: ownEdge, preview: previewEdge,
		quality: 85, animated: true, blurhash: true,
	})
	if err != nil {
		return social.Attachment{}, fmt.Errorf("save picture: %w", ofField("media", err))
	}
	a := social.Attachment{
		Kind:      social.MediaImage,
		MediaType: mediaTypes[out.main.ext],
		Blurhash:  out.blurhash,
		Width:     out.main.width,
		Height:    out.main.height,
		Size:      int64(len(out.main.data)),
	}
	if a.File, err = l.keep(out.main); err != nil {
		return social.Attachment{}, fmt.Errorf("save picture: %w", err)
	}
	if out.preview.data == nil {
		return a, nil
	}
	if a.Preview, err = l.keep(out.preview); err != nil {
		return social.Attachment{}, fmt.Errorf("save preview: %w", errors.Join(err, l.Delete(a.File)))
	}
	return a, nil
}

// SavePicture is Save for a picture that stands for something, such as an
// avatar or a header. It is brought to fit within the given box, keeping its
// proportions; of an animation the first frame is kept. An ErrInvalid carries a
// sentence without a field: only the caller knows which it was.
func (l *Library) SavePicture(ctx context.Context, r io.Reader, maxWidth, maxHeight int) (social.Image, error) {
	out, err := l.read(ctx, r, plan{maxWidth: maxWidth, maxHeight: maxHeight, quality: 85})
	if err != nil {
		return social.Image{}, fmt.Errorf("save picture: %w", err)
	}
	name, err := l.keep(out.main)
	if err != nil {
		return social.Image{}, fmt.Errorf("save picture: %w", err)
	}
	return social.Image{File: name, MediaType: mediaTypes[out.main.ext]}, nil
}

// read takes a picture from r to encoded bytes by way of a temporary file, so
// that many slow senders cost disk and not memory.
func (l *Library) read(ctx context.Context, r io.Reader, p plan) (converted, error) {
	f, name, err := l.createTemp()
	if err != nil {
		return converted{}, err
	}
	defer l.root.Remove(name)
	defer f.Close()
	if err := l.spool(ctx, f, r); err != nil {
		return converted{}, err
	}
	return l.convert(ctx, f, p)
}

// keep stores one encoded picture among the owner's and returns its name.
func (l *Library) keep(e encoded) (string, error) {
	name := newName(e)
	if err := l.write(path.Join(ownFolder, name), e.data); err != nil {
		return "", err
	}
	return name, l.syncFolder(ownFolder)
}

// ofField gives the sentence within err the form field it belongs to.
func ofField(field string, err error) error {
	var p *social.Problem
	if !errors.As(err, &p) {
		return err
	}
	return social.InvalidField(field, "%s", p.Text)
}
