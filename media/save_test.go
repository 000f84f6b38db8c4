package media

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"io"
	"strings"
	"testing"

	"github.com/buckket/go-blurhash"

	"croft/social"
)

func TestSave(t *testing.T) {
	l := newLibrary(t, Options{})
	for _, test := range []struct {
		name, mediaType string
		data            []byte
		width, height   int
		hasPreview      bool
	}{
		{name: "photo", data: asJPEG(t, grain(2200, 1100)), mediaType: "image/jpeg", width: 2048, height: 1024, hasPreview: true},
		{name: "small photo", data: asJPEG(t, grain(60, 40)), mediaType: "image/jpeg", width: 60, height: 40},
		{name: "drawing", data: asPNG(t, quarters(800, 700)), mediaType: "image/png", width: 800, height: 700, hasPreview: true},
		{name: "photo as png", data: asPNG(t, grain(950, 1150)), mediaType: "image/jpeg", width: 950, height: 1150, hasPreview: true},
		{name: "strip", data: asPNG(t, quarters(9000, 2)), mediaType: "image/png", width: 2048, height: 1, hasPreview: true},
		{name: "animation", data: asGIF(t, 700, 100, 3), mediaType: "image/gif", width: 700, height: 100, hasPreview: true},
		{name: "still gif", data: asGIF(t, 70, 10, 1), mediaType: "image/png", width: 70, height: 10},
		{name: "lossless webp", data: testFile(t, "made-lossless.webp"), mediaType: "image/png", width: 48, height: 32},
		{name: "lossy webp", data: testFile(t, "made-lossy.webp"), mediaType: "image/jpeg", width: 48, height: 32},
		{name: "transparent webp", data: testFile(t, "made-transparent.webp"), mediaType: "image/png", width: 48, height: 32},
	} {
		a, err := l.Save(t.Context(), bytes.NewReader(test.data))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		data := readStored(t, l, a.File)
		want := social.Attachment{Kind: social.MediaImage, File: a.File, Preview: a.Preview, Blurhash: a.Blurhash,
			MediaType: test.mediaType, Width: test.width, Height: test.height, Size: int64(len(data))}
		if a != want {
			t.Errorf("%s: got %+v, want %+v", test.name, a, want)
		}
		checkPicture(t, test.name, data, test.width, test.height)
		if (a.Preview != "") != test.hasPreview {
			t.Errorf("%s: preview %q", test.name, a.Preview)
		}
		if a.Preview != "" {
			w, h := fit(test.width, test.height, previewEdge, previewEdge)
			checkPicture(t, test.name+" preview", readStored(t, l, a.Preview), w, h)
		}
		if x, y, err := blurhash.Components(a.Blurhash); err != nil || x > 5 || y > 5 {
			t.Errorf("%s: blurhash %q: %d×%d, %v", test.name, a.Blurhash, x, y, err)
		}
	}
}

func checkPicture(t *testing.T, name string, data []byte, width, height int) {
	t.Helper()
	config, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || config.Width != width || config.Height != height {
		t.Errorf("%s: stored as %d×%d, %v; want %d×%d", name, config.Width, config.Height, err, width, height)
	}
	if _, _, err := image.Decode(bytes.NewReader(data)); err != nil {
		t.Errorf("%s: stored file: %v", name, err)
	}
}

// TestSaveTurns holds the picture upright for each of EXIF's eight ways of
// holding a camera, in each format that can say so (MED-06).
func TestSaveTurns(t *testing.T) {
	l := newLibrary(t, Options{})
	// The corners from the upper left, clockwise, that make each orientation.
	corners := map[int][4]color.RGBA{
		1: {red, green, yellow, blue}, 2: {green, red, blue, yellow},
		3: {yellow, blue, red, green}, 4: {blue, yellow, green, red},
		5: {red, blue, yellow, green}, 6: {blue, red, green, yellow},
		7: {yellow, green, red, blue}, 8: {green, yellow, blue, red},
	}
	for turned := 1; turned <= 8; turned++ {
		for name, data := range map[string][]byte{
			"jpeg":       privateJPEG(t, turned),
			"png":        privatePNG(t, turned),
			"webp":       privateWebP(t, "made-lossless.webp", turned),
			"lossy webp": privateWebP(t, "made-lossy.webp", turned),
		} {
			a, err := l.Save(t.Context(), bytes.NewReader(data))
			if err != nil {
				t.Fatalf("%s %d: %v", name, turned, err)
			}
			wide := turned < 5
			if wide != (a.Width == 48 && a.Height == 32) || !wide != (a.Width == 32 && a.Height == 48) {
				t.Errorf("%s %d: %d×%d", name, turned, a.Width, a.Height)
			}
			img, _, err := image.Decode(bytes.NewReader(readStored(t, l, a.File)))
			if err != nil {
				t.Fatal(err)
			}
			right, bottom := a.Width-5, a.Height-5
			for i, at := range []image.Point{{4, 4}, {right, 4}, {right, bottom}, {4, bottom}} {
				if got, want := img.At(at.X, at.Y), corners[turned][i]; !isNear(got, want) {
					t.Errorf("%s %d: corner %d is %v, want %v", name, turned, i, got, want)
				}
			}
		}
	}
	for _, exif := range [][]byte{nil, []byte("MM"), madeEXIF(0), madeEXIF(9), []byte("MM\x00*\xff\xff\xff\xff")} {
		if got := orientation(exif); got != 1 {
			t.Errorf("orientation of %q = %d", exif, got)
		}
	}
}

func isNear(got color.Color, want color.RGBA) bool {
	c := color.RGBAModel.Convert(got).(color.RGBA)
	far := func(a, b uint8) bool { return max(a, b)-min(a, b) > 60 }
	return !far(c.R, want.R) && !far(c.G, want.G) && !far(c.B, want.B)
}

// TestSaveLeavesNothing plants a word in every place where files keep what is
// not the picture, and looks for it, and for any such place, in what is stored
// (MED-06).
func TestSaveLeavesNothing(t *testing.T) {
	l := newLibrary(t, Options{})
	for name, data := range map[string][]byte{
		"jpeg": privateJPEG(t, 6), "png": privatePNG(t, 6), "gif": privateGIF(t),
		"webp": privateWebP(t, "made-lossless.webp", 6), "lossy webp": privateWebP(t, "made-lossy.webp", 6),
	} {
		if !bytes.Contains(data, []byte(secret)) {
			t.Fatalf("%s: the fixture hides nothing", name)
		}
		a, err := l.Save(t.Context(), bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		stored := readStored(t, l, a.File)
		if bytes.Contains(stored, []byte(secret)) {
			t.Errorf("%s: the secret is in the stored file: %q", name, stored)
		}
		for _, part := range partsOf(t, stored) {
			if !strings.Contains(" APP2 DQT SOF0 DHT SOS IHDR iCCP IDAT IEND frame control NETSCAPE2.0 ", " "+part+" ") {
				t.Errorf("%s: the stored file has a part %s", name, part)
			}
		}
	}
}

// partsOf names the parts that a stored file is made of, and fails if anything
// stands behind them.
func partsOf(t *testing.T, data []byte) (parts []string) {
	t.Helper()
	switch {
	case data[0] == 0xff:
		names := map[byte]string{0xe2: "APP2", 0xdb: "DQT", 0xc0: "SOF0", 0xc4: "DHT", 0xda: "SOS"}
		at := 2
		for data[at+1] != markSOS {
			parts = append(parts, names[data[at+1]])
			at += 2 + int(data[at+2])<<8 + int(data[at+3])
		}
		if bytes.Index(data, []byte("\xff\xd9")) != len(data)-2 {
			t.Error("something stands behind the end of the JPEG")
		}
	case data[0] == 0x89:
		at := 8
		for at < len(data) {
			kind := string(data[at+4 : at+8])
			parts = append(parts, kind)
			at += 12 + int(data[at+2])<<8 + int(data[at+3])
			if kind == "IEND" && at != len(data) {
				t.Error("something stands behind the end of the PNG")
			}
		}
	default:
		return gifParts(t, data)
	}
	return parts
}

func gifParts(t *testing.T, data []byte) (parts []string) {
	colours := func(flags byte) int {
		if flags&0x80 == 0 {
			return 0
		}
		return 3 << (1 + flags&7)
	}
	at := 13 + colours(data[10])
	skip := func() {
		for data[at] != 0 {
			at += 1 + int(data[at])
		}
		at++
	}
	for data[at] != 0x3b {
		switch {
		case data[at] == 0x2c:
			parts = append(parts, "frame")
			at += 11 + colours(data[at+9])
		case data[at+1] == 0xf9:
			parts = append(parts, "control")
			at += 2
		default:
			parts = append(parts, string(data[at+3:at+14]))
			at += 2
		}
		skip()
	}
	if at != len(data)-1 {
		t.Error("something stands behind the end of the GIF")
	}
	return parts
}

// TestSaveKeepsColours shows that what the colours mean survives, and only that.
func TestSaveKeepsColours(t *testing.T) {
	clean := cleanProfile(madeProfile())
	if clean == nil || bytes.Contains(clean, []byte(secret)) || bytes.Contains(clean, []byte(secret[:4])) {
		t.Fatalf("clean profile: %q", clean)
	}
	if again := cleanProfile(clean); !bytes.Equal(again, clean) {
		t.Errorf("cleaning a clean profile changes it: %q", again)
	}
	l := newLibrary(t, Options{})
	for name, data := range map[string][]byte{"jpeg": privateJPEG(t, 1), "png": privatePNG(t, 1), "webp": privateWebP(t, "made-lossy.webp", 1)} {
		a, err := l.Save(t.Context(), bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		f, err := l.root.Open(ownFolder + "/" + a.File)
		if err != nil {
			t.Fatal(err)
		}
		_, s, err := l.inspect(f)
		if err != nil || !bytes.Equal(s.profile, clean) {
			t.Errorf("%s: stored profile %q, %v; want %q", name, s.profile, err, clean)
		}
		f.Close()
	}
	for _, odd := range [][]byte{nil, make([]byte, 200), madeProfile()[:300], bytes.Replace(madeProfile(), []byte("RGB "), []byte("CMYK"), 1)} {
		if got := cleanProfile(odd); got != nil {
			t.Errorf("cleanProfile(%q) = %q", odd, got)
		}
	}
}

func TestSaveKeepsMoving(t *testing.T) {
	l := newLibrary(t, Options{})
	a, err := l.Save(t.Context(), bytes.NewReader(privateGIF(t)))
	if err != nil {
		t.Fatal(err)
	}
	anim, err := gif.DecodeAll(bytes.NewReader(readStored(t, l, a.File)))
	if err != nil || len(anim.Image) != 3 || anim.Delay[1] != 7 || anim.LoopCount != 3 {
		t.Errorf("got %+v, %v", anim, err)
	}
}

func TestSavePicture(t *testing.T) {
	l := newLibrary(t, Options{})
	for name, test := range map[string]struct {
		data          []byte
		width, height int
	}{
		"wide":   {asPNG(t, quarters(1600, 400)), 800, 200},
		"high":   {asPNG(t, quarters(400, 1600)), 100, 400},
		"small":  {asPNG(t, quarters(40, 30)), 40, 30},
		"moving": {asGIF(t, 80, 80, 4), 80, 80},
	} {
		p, err := l.SavePicture(t.Context(), bytes.NewReader(test.data), 800, 400)
		if err != nil {
			t.Fatal(err)
		}
		if p != (social.Image{File: p.File, MediaType: "image/png"}) {
			t.Errorf("%s: %+v", name, p)
		}
		checkPicture(t, name, readStored(t, l, p.File), test.width, test.height)
	}
	turned, err := l.SavePicture(t.Context(), bytes.NewReader(privateJPEG(t, 6)), 48, 24)
	if err != nil {
		t.Fatal(err)
	}
	checkPicture(t, "turned", readStored(t, l, turned.File), 16, 24)
	_, err = l.SavePicture(t.Context(), strings.NewReader("<svg/>"), 400, 400)
	if p := social.Problems(err); len(p) != 1 || p[0].Field != "" {
		t.Errorf("problems %v", p)
	}
}

// TestSavePassesOn shows that a reader's own error is neither hidden nor taken
// for a bad picture.
func TestSavePassesOn(t *testing.T) {
	l := newLibrary(t, Options{})
	broken := errors.New("connection lost")
	_, err := l.Save(t.Context(), io.MultiReader(bytes.NewReader(asPNG(t, quarters(9, 9))), failing{broken}))
	if !errors.Is(err, broken) || errors.Is(err, social.ErrInvalid) {
		t.Errorf("got %v", err)
	}
	if left, _ := l.listFolder(tempFolder); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// TestShape compares the shrinking with a plain mean over areas.
func TestShape(t *testing.T) {
	for _, size := range [][4]int{{7, 5, 3, 2}, {64, 48, 64, 48}, {100, 3, 9, 9}, {3, 100, 9, 9}, {48, 32, 47, 32}, {5, 5, 1, 1}} {
		src := grain(size[0], size[1])
		got := shape(src, 1, size[2], size[3])
		w, h := fit(size[0], size[1], size[2], size[3])
		if got.Rect != image.Rect(0, 0, w, h) {
			t.Fatalf("%v: %v", size, got.Rect)
		}
		for y := range h {
			for x := range w {
				want := meanOf(src, x, y, w, h)
				have := got.RGBAAt(x, y)
				if max(have.R, want.R)-min(have.R, want.R) > 1 || max(have.G, want.G)-min(have.G, want.G) > 1 || have.A != 255 {
					t.Errorf("%v at %d,%d: %v, want %v", size, x, y, have, want)
				}
			}
		}
	}
}

func meanOf(src *image.RGBA, x, y, w, h int) color.RGBA {
	sw, sh := src.Rect.Dx(), src.Rect.Dy()
	overlap := func(i, to, from, at int) float64 {
		lo, hi := max(i*to, at*from), min((i+1)*to, (at+1)*from)
		return float64(max(0, hi-lo))
	}
	var r, g float64
	for sy := range sh {
		for sx := range sw {
			area := overlap(sx, w, sw, x) * overlap(sy, h, sh, y)
			r += area * float64(src.RGBAAt(sx, sy).R)
			g += area * float64(src.RGBAAt(sx, sy).G)
		}
	}
	all := float64(sw * sh)
	return color.RGBA{R: uint8(r/all + 0.5), G: uint8(g/all + 0.5)}
}
