package media

import (
	"bytes"
	"context"
	"errors"
	"image/gif"
	"io"
	"testing"

	"croft/social"
)

// TestStill makes the first frame of what moves, and leaves the rest as it is.
func TestStill(t *testing.T) {
	l := newLibrary(t, Options{})
	moving := asGIF(t, 40, 30, 5)
	for name, test := range map[string]struct {
		data []byte
		want string
	}{"moving": {moving, "image/png"}, "still": {asPNG(t, quarters(40, 30)), "image/png"}, "photo": {asJPEG(t, quarters(40, 30)), "image/jpeg"}} {
		cached, err := l.Cache(t.Context(), name, (&peer{data: test.data}).fetch)
		if err != nil {
			t.Fatal(err)
		}
		f, err := l.Still(t.Context(), cached)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(f)
		if err != nil || f.MediaType != test.want || f.Size != int64(len(data)) {
			t.Errorf("%s: %s of %d bytes, %d read, %v; want %s", name, f.MediaType, f.Size, len(data), err, test.want)
		}
		checkPicture(t, name, data, 40, 30)
		f.Close()
	}
	again, err := l.Cached("moving")
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if anim, err := gif.DecodeAll(again); err != nil || len(anim.Image) != 5 {
		t.Errorf("the copy has %v frames, %v: it must go on moving", anim, err)
	}
}

// TestStillRefuses closes what it cannot read, and gives up with whoever asked.
func TestStillRefuses(t *testing.T) {
	l := newLibrary(t, Options{})
	ended, end := context.WithCancel(t.Context())
	end()
	for name, test := range map[string]struct {
		ctx  context.Context
		data []byte
		want error
	}{
		"cut":   {t.Context(), asGIF(t, 40, 30, 2)[:40], social.ErrInvalid},
		"ended": {ended, asGIF(t, 40, 30, 2), social.ErrUnavailable},
	} {
		file := &closing{Reader: bytes.NewReader(test.data)}
		if _, err := l.Still(test.ctx, File{file, "image/gif", int64(len(test.data)), l.opts.Now()}); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
		if !file.closed {
			t.Errorf("%s: the file stays open", name)
		}
	}
}

type closing struct {
	*bytes.Reader
	closed bool
}

func (c *closing) Close() error {
	c.closed = true
	return nil
}
