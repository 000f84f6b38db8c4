package media

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"golang.org/x/image/draw"
	"golang.org/x/image/vector"
)

// An Icon says how a home is drawn where there is room for a small square only:
// on a tab, on the home screen of a phone. It is the owner's picture in their
// doorway, or an open door where there is none.
type Icon struct {
	Size          int  // pixels, both ways
	Filled        bool // to the corners, since the phone cuts it to its own shape
	Paper, Accent color.Color
}

// Icon draws the icon from one of the owner's files, a still picture that was
// brought into a small box by SavePicture; from none if name is empty. It
// returns a PNG, and ErrNotFound for the name of no file.
func (l *Library) Icon(ctx context.Context, name string, i Icon) ([]byte, error) {
	if err := l.slots.Acquire(ctx, 1); err != nil {
		return nil, waitEnded(err)
	}
	defer l.slots.Release(1)
	canvas := image.NewRGBA(image.Rect(0, 0, i.Size, i.Size))
	if i.Filled {
		draw.Draw(canvas, canvas.Rect, image.NewUniform(i.Paper), image.Point{}, draw.Src)
	}
	if name == "" {
		i.drawDoor(canvas)
	} else {
		picture, err := l.decodeOwn(name)
		if err != nil {
			return nil, err
		}
		i.drawPicture(canvas, picture)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, canvas); err != nil {
		return nil, fmt.Errorf("encode icon: %w", err)
	}
	return out.Bytes(), nil
}

func (l *Library) decodeOwn(name string) (image.Image, error) {
	f, err := l.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	picture, _, err := image.Decode(f)
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", name, err)
	}
	return picture, nil
}

// drawPicture covers the canvas with the middle of the picture, or a doorway
// four fifths as wide as it is high.
func (i Icon) drawPicture(canvas *image.RGBA, picture image.Image) {
	room := canvas.Rect
	if !i.Filled {
		room = image.Rect(i.Size/10, 0, i.Size-i.Size/10, i.Size)
	}
	part := covering(picture.Bounds(), room.Dx(), room.Dy())
	if i.Filled {
		draw.CatmullRom.Scale(canvas, room, picture, part, draw.Over, nil)
		return
	}
	whole := image.NewRGBA(canvas.Rect)
	draw.CatmullRom.Scale(whole, room, picture, part, draw.Src, nil)
	i.arch(canvas, whole, 3.2, 28.8, 0, 32, 16)
}

// covering is the middle of a picture that has the proportions of a box.
func covering(b image.Rectangle, width, height int) image.Rectangle {
	w, h := b.Dx(), b.Dy()
	if w*height > h*width {
		w = max(1, h*width/height)
	} else {
		h = max(1, w*height/width)
	}
	at := b.Min.Add(image.Pt((b.Dx()-w)/2, (b.Dy()-h)/2))
	return image.Rectangle{at, at.Add(image.Pt(w, h))}
}

// drawDoor draws what static/favicon.svg shows. A filled icon keeps it within
// the middle, which no phone cuts away.
func (i Icon) drawDoor(canvas *image.RGBA) {
	inner, outer := image.NewUniform(i.Paper), image.NewUniform(i.Accent)
	if i.Filled {
		i.arch(canvas, outer, 9, 23, 7.5, 25.5, 16.5)
		i.arch(canvas, inner, 12.5, 19.5, 12, 25.5, 17)
		return
	}
	i.arch(canvas, outer, 6, 26, 3, 30, 15)
	i.arch(canvas, inner, 11, 21, 10, 30, 17)
}

// arch draws through an opening with a round top that springs from a height, in
// 32nds of the canvas.
func (i Icon) arch(canvas *image.RGBA, what image.Image, left, right, top, bottom, spring float32) {
	unit := float32(i.Size) / 32
	at := func(x, y float32) (float32, float32) { return x * unit, y * unit }
	const round = 0.5523 // how far a curve's handles reach to make a quarter of a circle
	middle, half, rise := (left+right)/2, (right-left)/2, spring-top
	r := vector.NewRasterizer(i.Size, i.Size)
	curve := func(x1, y1, x2, y2, x3, y3 float32) {
		a, b := at(x1, y1)
		c, d := at(x2, y2)
		e, f := at(x3, y3)
		r.CubeTo(a, b, c, d, e, f)
	}
	r.MoveTo(at(left, bottom))
	r.LineTo(at(left, spring))
	curve(left, spring-rise*round, middle-half*round, top, middle, top)
	curve(middle+half*round, top, right, spring-rise*round, right, spring)
	r.LineTo(at(right, bottom))
	r.ClosePath()
	r.Draw(canvas, canvas.Rect, what, image.Point{})
}
