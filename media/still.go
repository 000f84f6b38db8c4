package media

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/gif"
)

// Still is f where it does not move, and its first frame as a PNG where it does.
// f is closed then, and where there is an error. The frame is made each time:
// whoever asks keeps it.
func (l *Library) Still(ctx context.Context, f File) (File, error) {
	if f.MediaType != mediaTypes[".gif"] {
		return f, nil
	}
	still, err := l.firstFrameOf(ctx, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return File{}, fmt.Errorf("make picture still: %w", err)
	}
	return File{inMemory{bytes.NewReader(still.data)}, mediaTypes[still.ext], int64(len(still.data)), f.ModTime}, nil
}

func (l *Library) firstFrameOf(ctx context.Context, f File) (encoded, error) {
	if err := l.slots.Acquire(ctx, 1); err != nil {
		return encoded{}, waitEnded(err)
	}
	defer l.slots.Release(1)
	s, err := surveyGIF(bufio.NewReader(f))
	if err != nil {
		return encoded{}, err
	}
	if err := l.memory.Acquire(ctx, s.memory); err != nil {
		return encoded{}, waitEnded(err)
	}
	defer l.memory.Release(s.memory)
	if _, err := f.Seek(0, 0); err != nil {
		return encoded{}, err
	}
	img, err := gif.Decode(bufio.NewReader(f)) // the first frame only
	if err != nil {
		return encoded{}, errDamaged
	}
	return encodeStill(shape(onCanvas(img, s.width, s.height), 1, cacheEdge, cacheEdge), look{lossless: true, quality: 80})
}

// inMemory is a file that is nowhere but here.
type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }
