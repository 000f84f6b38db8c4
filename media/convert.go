package media

import (
	"bufio"
	"context"
	"fmt"
	"image"
	"image/draw"
	"image/gif"
	"os"

	"github.com/buckket/go-blurhash"

	"croft/social"
)

// plan says what shall become of a picture.
type plan struct {
	maxWidth, maxHeight int
	preview             int // longest edge of a smaller copy; 0 for none
	quality             int // of a JPEG
	animated            bool
	lenient             bool // where an animation is too long, keep its first frame instead of refusing it
	blurhash            bool
}

// converted is what has become of it.
type converted struct {
	main, preview encoded
	blurhash      string
}

// encoded is a file that is ready to be kept.
type encoded struct {
	data          []byte
	ext           string
	width, height int
}

// convert checks, decodes and encodes one picture. Few are worked on at a time;
// the others wait here, holding no memory, until ctx ends.
func (l *Library) convert(ctx context.Context, f *os.File, p plan) (converted, error) {
	if err := l.slots.Acquire(ctx, 1); err != nil {
		return converted{}, waitEnded(err)
	}
	defer l.slots.Release(1)
	kind, s, err := l.inspect(f)
	if err != nil {
		return converted{}, err
	}
	moving, memory, err := l.planFrames(s, p)
	if err != nil {
		return converted{}, err
	}
	if err := l.memory.Acquire(ctx, memory); err != nil {
		return converted{}, waitEnded(err)
	}
	defer l.memory.Release(memory)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r := bufio.NewReader(reader{ctx, fromStart(f)})
	var out converted
	if moving {
		out, err = convertMoving(r, kind, p)
	} else {
		out, err = convertStill(r, kind, s, p)
	}
	if err != nil && ctx.Err() != nil {
		return converted{}, waitEnded(ctx.Err())
	}
	return out, err
}

func waitEnded(err error) error {
	return fmt.Errorf("convert picture: %w: %w", social.ErrUnavailable, err)
}

// planFrames decides whether the picture shall go on moving, and how many bytes
// it will take.
func (l *Library) planFrames(s survey, p plan) (moving bool, memory int64, err error) {
	if s.frames < 2 || !p.animated {
		return false, s.memory, nil
	}
	memory = s.memory + s.framePixels + int64(s.frames)*paletteMemory
	fits := s.frames <= maxFrames && s.framePixels <= l.opts.MaxPixels && memory <= l.opts.MaxMemory
	switch {
	case fits:
		return true, memory, nil
	case p.lenient:
		return false, s.memory, nil
	}
	return false, 0, social.Invalidf("The animation is too long. Make it shorter or smaller: at most %d frames, and %d million pixels in all frames together.",
		maxFrames, l.opts.MaxPixels/1_000_000)
}

func convertStill(r *bufio.Reader, kind format, s survey, p plan) (converted, error) {
	src, err := kind.decode(r)
	if err != nil {
		return converted{}, errDamaged
	}
	src = onCanvas(src, s.width, s.height)
	img := shape(src, orientation(s.exif), p.maxWidth, p.maxHeight)
	look := look{profile: cleanProfile(s.profile), lossless: s.lossless, quality: p.quality}
	main, err := encodeStill(img, look)
	if err != nil {
		return converted{}, err
	}
	return withExtras(converted{main: main}, img, look, p)
}

func convertMoving(r *bufio.Reader, kind format, p plan) (converted, error) {
	anim, err := kind.animation(r)
	if err != nil {
		return converted{}, errDamaged
	}
	main, err := encodeAnimation(anim)
	if err != nil {
		return converted{}, err
	}
	img := firstFrame(anim)
	return withExtras(converted{main: main}, img, look{lossless: true, quality: p.quality}, p)
}

// withExtras adds the smaller copy and the blurhash, as the plan asks.
func withExtras(out converted, img *image.RGBA, look look, p plan) (converted, error) {
	size := img.Rect.Size()
	var err error
	if p.preview > 0 && max(size.X, size.Y) > p.preview {
		if out.preview, err = encodeStill(shape(img, 1, p.preview, p.preview), look); err != nil {
			return converted{}, err
		}
	}
	if p.blurhash {
		out.blurhash, err = hash(img)
	}
	return out, err
}

// onCanvas draws a frame that is smaller than its picture where it belongs.
func onCanvas(frame image.Image, width, height int) image.Image {
	canvas := image.Rect(0, 0, width, height)
	if frame.Bounds() == canvas {
		return frame
	}
	img := image.NewRGBA(canvas)
	draw.Draw(img, frame.Bounds(), frame, frame.Bounds().Min, draw.Src)
	return img
}

func firstFrame(anim *gif.GIF) *image.RGBA {
	src := onCanvas(anim.Image[0], anim.Config.Width, anim.Config.Height)
	return shape(src, 1, ownEdge, ownEdge)
}

// hash is the blurhash of a picture: made from a thumbnail, since at full size
// it would take seconds, on white, since it knows no transparency.
func hash(img *image.RGBA) (string, error) {
	thumb := shape(img, 1, 32, 32)
	flat := image.NewRGBA(thumb.Rect)
	draw.Draw(flat, flat.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(flat, flat.Rect, thumb, image.Point{}, draw.Over)
	across, down := 4, 3
	if flat.Rect.Dy() > flat.Rect.Dx() {
		across, down = 3, 4
	}
	text, err := blurhash.Encode(across, down, flat)
	if err != nil {
		return "", fmt.Errorf("make blurhash: %w", err)
	}
	return text, nil
}
