package media

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"testing"

	"croft/social"
)

func drawn(t *testing.T, l *Library, name string, i Icon) image.Image {
	t.Helper()
	data, err := l.Icon(t.Context(), name, i)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if got := img.Bounds().Size(); got != image.Pt(i.Size, i.Size) {
		t.Errorf("an icon of %v, want %d both ways", got, i.Size)
	}
	return img
}

func near(a, b color.Color) bool {
	r1, g1, b1, a1 := a.RGBA()
	r2, g2, b2, a2 := b.RGBA()
	off := func(x, y uint32) bool { return max(x, y)-min(x, y) > 0x600 }
	return !off(r1, r2) && !off(g1, g2) && !off(b1, b2) && !off(a1, a2)
}

// TestIcons looks at what is drawn: the picture within its doorway, or filling
// the square; and the open door where there is no picture.
func TestIcons(t *testing.T) {
	l := newLibrary(t, Options{})
	red, paper, accent := color.RGBA{200, 30, 30, 255}, color.RGBA{246, 246, 240, 255}, color.RGBA{59, 95, 47, 255}
	for _, size := range []image.Point{{640, 800}, {20, 50}, {300, 90}} { // some to shrink, some to enlarge
		canvas := image.NewRGBA(image.Rectangle{Max: size})
		for y := range size.Y {
			for x := range size.X {
				canvas.Set(x, y, red)
			}
		}
		var file bytes.Buffer
		if err := png.Encode(&file, canvas); err != nil {
			t.Fatal(err)
		}
		saved, err := l.SavePicture(t.Context(), &file, 640, 800)
		if err != nil {
			t.Fatal(err)
		}
		door := drawn(t, l, saved.File, Icon{Size: 192, Paper: paper, Accent: accent})
		full := drawn(t, l, saved.File, Icon{Size: 512, Filled: true, Paper: paper, Accent: accent})
		if !near(door.At(96, 96), red) || !near(door.At(24, 185), red) || !near(full.At(0, 0), red) || !near(full.At(256, 511), red) {
			t.Errorf("%v: the picture is not where it belongs", size)
		}
		for _, corner := range []image.Point{{1, 1}, {190, 1}, {22, 2}, {5, 100}} {
			if !near(door.At(corner.X, corner.Y), color.Transparent) {
				t.Errorf("%v: the wall beside the door is seen at %v", size, corner)
			}
		}
	}
	door := drawn(t, l, "", Icon{Size: 32, Paper: paper, Accent: accent})
	if !near(door.At(8, 20), accent) || !near(door.At(16, 20), paper) || !near(door.At(1, 1), color.Transparent) {
		t.Error("the door is drawn otherwise")
	}
	full := drawn(t, l, "", Icon{Size: 512, Filled: true, Paper: paper, Accent: accent})
	if !near(full.At(0, 0), paper) || !near(full.At(160, 300), accent) || !near(full.At(256, 300), paper) {
		t.Error("the filled door is drawn otherwise")
	}
	if _, err := l.Icon(t.Context(), "../own/x.png", Icon{Size: 32}); !errors.Is(err, social.ErrNotFound) {
		t.Errorf("the icon of no file: %v", err)
	}
}
