package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/gif"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"croft/social"
)

// calls counts how often the decoders of a library were used.
type calls struct{ config, decode atomic.Int64 }

// watch puts counters round every decoder of the library.
func watch(l *Library) *calls {
	var n calls
	for i := range l.formats {
		f := &l.formats[i]
		config, decode, animation := f.config, f.decode, f.animation
		f.config = func(r io.Reader) (image.Config, error) { n.config.Add(1); return config(r) }
		f.decode = func(r io.Reader) (image.Image, error) { n.decode.Add(1); return decode(r) }
		if animation != nil {
			f.animation = func(r io.Reader) (*gif.GIF, error) { n.decode.Add(1); return animation(r) }
		}
	}
	return &n
}

// patched is a copy of data with other bytes at a place.
func patched(data []byte, at int, bytes ...byte) []byte {
	data = append([]byte{}, data...)
	copy(data[at:], bytes)
	return data
}

func pngOf(width, height uint32) []byte {
	ihdr := binary.BigEndian.AppendUint32(nil, width)
	ihdr = binary.BigEndian.AppendUint32(ihdr, height)
	return []byte("\x89PNG\r\n\x1a\n" + pngChunk("IHDR", string(ihdr)+"\x08\x06\x00\x00\x00") +
		pngChunk("IDAT", deflated(make([]byte, 1000))) + pngChunk("IEND", ""))
}

func jpegOf(width, height uint16, mark byte, scans int) []byte {
	frame := string([]byte{8, byte(height >> 8), byte(height), byte(width >> 8), byte(width), 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0})
	scan := jpegSegment(markSOS, "\x01\x01\x00\x00\x3f\x00") + "\x00"
	return []byte("\xff\xd8" + jpegSegment(mark, frame) + strings.Repeat(scan, scans) + "\xff\xd9")
}

// gifOf repeats a small frame, so that a short file claims a long animation.
func gifOf(width, height uint16, frames int) []byte {
	screen := binary.LittleEndian.AppendUint16([]byte("GIF89a"), width)
	screen = binary.LittleEndian.AppendUint16(screen, height)
	frame := append([]byte{0x2c, 0, 0, 0, 0}, screen[6:10]...)
	frame = append(frame, 0x80, 0, 0, 0, 255, 255, 255, 2, 2, 0x4c, 1, 0)
	return append(append(append(screen, 0, 0, 0), bytes.Repeat(frame, frames)...), 0x3b)
}

// TestRefuse holds that a file failing any check is ErrInvalid with a sentence,
// that no decoder has seen it, and that nothing of it is kept (MED-01, MED-02).
func TestRefuse(t *testing.T) {
	script := "<html><script>alert('" + secret + "')</script></html>"
	for name, data := range map[string][]byte{
		"nothing":            nil,
		"one byte":           {0xff},
		"svg as png":         []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
		"html as jpg":        []byte(script),
		"mvg":                []byte("push graphic-context\nviewbox 0 0 640 480\nimage over 0,0 0,0 'https://evil.test/'\npop graphic-context"),
		"text coder":         []byte("text:/etc/passwd"),
		"pdf then jpeg":      append([]byte("%PDF-1.4\n"), asJPEG(t, quarters(9, 9))...),
		"mp4 and html":       []byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42" + script),
		"zip then gif":       append([]byte("PK\x03\x04"), asGIF(t, 9, 9, 1)...),
		"bmp":                []byte("BM\x3a\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00"),
		"tiff":               []byte("II*\x00\x08\x00\x00\x00"),
		"heic":               []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"),
		"avif":               []byte("\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif"),
		"riff that is sound": []byte("RIFF\x24\x00\x00\x00WAVEfmt "),
		"space before png":   append([]byte(" "), asPNG(t, quarters(9, 9))...),
		"huge file":          append(asJPEG(t, quarters(9, 9)), make([]byte, 2<<20)...),
		"huge png":           pngOf(100_000, 100_000),
		"long png":           pngOf(60_000, 1),
		"endless png":        pngOf(1<<31, 1<<31),
		"empty png":          pngOf(0, 10),
		"huge jpeg":          jpegOf(65535, 65535, markSOF0, 1),
		"flat jpeg":          jpegOf(100, 0, markSOF0, 1),
		"costly jpeg":        jpegOf(3000, 3000, markSOF2, 1),
		"repeating jpeg":     jpegOf(64, 64, markSOF2, 10_000),
		"two jpeg frames":    append(jpegOf(64, 64, markSOF0, 0)[:21], jpegOf(32000, 32000, markSOF0, 1)[2:]...),
		"jpeg without frame": []byte("\xff\xd8" + jpegSegment(0xfe, "hello") + "\xff\xd9"),
		"huge gif":           gifOf(65535, 65535, 1),
		"10,000 frames":      gifOf(10, 10, 10_000),
		"large frames":       gifOf(3000, 3000, 900),
		"moving webp":        testFile(t, "made-moving.webp"),
		"huge webp":          patched(testFile(t, "made-lossless.webp"), 21, 0xff, 0xff, 0xff, 0x0f),
		"webp of two sizes":  patched(privateWebP(t, "made-lossless.webp", 1), 24, 1),
		"webp canvas only":   []byte(riffChunk("RIFF", "WEBP"+riffChunk("VP8X", "\x00\x00\x00\x00\x2f\x00\x00\x1f\x00\x00"))),
	} {
		l := newLibrary(t, Options{MaxBytes: 1 << 20, MaxMemory: 100 << 20})
		n := watch(l)
		_, err := l.Save(t.Context(), bytes.NewReader(data))
		problems := social.Problems(err)
		if !errors.Is(err, social.ErrInvalid) || len(problems) != 1 || problems[0].Field != "media" || !strings.HasSuffix(problems[0].Text, ".") {
			t.Errorf("%s: got %v with problems %v", name, err, problems)
		}
		if n.decode.Load() != 0 {
			t.Errorf("%s: a decoder was called", name)
		}
		for _, folder := range []string{ownFolder, tempFolder} {
			if left, _ := l.listFolder(folder); len(left) != 0 {
				t.Errorf("%s: left in %s: %v", name, folder, left)
			}
		}
	}
}

// TestPolyglots saves files that are a picture and something else at once, and
// finds nothing but the picture in what is kept (MED-01).
func TestPolyglots(t *testing.T) {
	l := newLibrary(t, Options{})
	n := watch(l)
	script := "*/=1;alert('" + secret + "')/*"
	jpegJS := asJPEG(t, quarters(9, 9))
	for name, test := range map[string]struct {
		data      []byte
		mediaType string
	}{
		"gifar":        {append(asGIF(t, 9, 9, 1), "PK\x03\x04"+secret+"META-INF/MANIFEST.MF PK\x05\x06"...), "image/png"},
		"moving gifar": {append(asGIF(t, 9, 9, 2), "PK\x03\x04"+secret+"PK\x05\x06"...), "image/gif"},
		"jpeg and js":  {[]byte(string(jpegJS[:2]) + jpegSegment(0xe0, script+strings.Repeat(" ", 0x2f2a-2-len(script))) + string(jpegJS[2:])), "image/jpeg"},
		"jpeg and pdf": {[]byte(string(jpegJS[:2]) + jpegSegment(0xfe, "%PDF-1.4 "+secret) + string(jpegJS[2:]) + "%%EOF"), "image/jpeg"},
		"png and html": {append(asPNG(t, quarters(9, 9)), "<script>"+secret+"</script>"...), "image/png"},
		"webp and php": {append(testFile(t, "made-lossy.webp"), "<?php "+secret+" ?>"...), "image/jpeg"},
	} {
		a, err := l.Save(t.Context(), bytes.NewReader(test.data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		f, err := l.Open(a.File)
		if err != nil {
			t.Fatal(err)
		}
		if stored := readAll(t, f); bytes.Contains(stored, []byte(secret)) || f.MediaType != test.mediaType {
			t.Errorf("%s: stored as %s: %q", name, f.MediaType, stored)
		}
		f.Close()
	}
	if n.decode.Load() != 6 {
		t.Errorf("%d decodings of 6 pictures", n.decode.Load())
	}
}

// TestDamaged cuts and flips every kind of picture: each is saved whole or
// refused with a sentence (MED-05).
func TestDamaged(t *testing.T) {
	l := newLibrary(t, Options{MaxPixels: 1_000_000, MaxMemory: 16 << 20})
	check := func(name string, data []byte) {
		t.Helper()
		f, temp, err := l.createTemp()
		if err != nil {
			t.Fatal(err)
		}
		defer l.root.Remove(temp)
		defer f.Close()
		f.Write(data)
		out, err := l.convert(t.Context(), f, plan{maxWidth: 64, maxHeight: 64, quality: 80, animated: true})
		if err != nil && !errors.Is(err, social.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
		if (err == nil) != (len(out.main.data) > 0) {
			t.Errorf("%s: %d bytes and %v", name, len(out.main.data), err)
		}
	}
	random := rand.New(rand.NewPCG(3, 4))
	for name, data := range made(t) {
		for i := range 64 {
			check(name, data[:len(data)*i/64])
		}
		for range 250 {
			bit := random.IntN(8 * len(data))
			check(name, patched(data, bit/8, data[bit/8]^1<<(bit%8)))
		}
	}
}

// TestManyAtOnce saves more pictures at one time than are worked on together
// (MED-12).
func TestManyAtOnce(t *testing.T) {
	l := newLibrary(t, Options{MaxMemory: 8 << 20})
	data := asJPEG(t, grain(700, 525))
	var working, most atomic.Int64
	decode := l.formats[0].decode
	l.formats[0].decode = func(r io.Reader) (image.Image, error) {
		now := working.Add(1)
		for m := most.Load(); now > m && !most.CompareAndSwap(m, now); m = most.Load() {
		}
		defer working.Add(-1)
		return decode(r)
	}
	var names sync.Map
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			a, err := l.Save(t.Context(), bytes.NewReader(data))
			if err != nil {
				t.Error(err)
			}
			names.Store(a.File, true)
			names.Store(a.Preview, true)
		})
	}
	all.Wait()
	if most.Load() > 2 {
		t.Errorf("%d pictures were decoded at one time", most.Load())
	}
	count := 0
	names.Range(func(any, any) bool { count++; return true })
	if count != 40 {
		t.Errorf("20 pictures have %d names, want 40", count)
	}
}

func FuzzSave(f *testing.F) {
	for _, data := range made(f) {
		f.Add(data)
	}
	f.Add(gifOf(100, 100, 20))
	f.Add(pngOf(100, 100))
	f.Add(jpegOf(64, 64, markSOF2, 3))
	l := newLibrary(f, Options{MaxBytes: 1 << 20, MaxPixels: 1_000_000, MaxMemory: 16 << 20})
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := l.Save(t.Context(), bytes.NewReader(data))
		if err != nil {
			if !errors.Is(err, social.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		checkPicture(t, "stored", readStored(t, l, a.File), a.Width, a.Height)
		for _, name := range []string{a.File, a.Preview} {
			if err := l.Delete(name); err != nil {
				t.Fatal(err)
			}
		}
	})
}
