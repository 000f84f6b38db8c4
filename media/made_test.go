package media

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// secret marks everything that must not come out again.
const secret = "SECRET"

var (
	red    = color.RGBA{255, 0, 0, 255}
	green  = color.RGBA{0, 255, 0, 255}
	blue   = color.RGBA{0, 0, 255, 255}
	yellow = color.RGBA{255, 255, 0, 255}
)

func newLibrary(t testing.TB, opts Options) *Library {
	t.Helper()
	l, err := Open(filepath.Join(t.TempDir(), "media"), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// quarters is a picture whose corners tell how it was turned: red and green
// above, blue and yellow below.
func quarters(width, height int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := [2][2]color.RGBA{{red, green}, {blue, yellow}}[2*y/height][2*x/width]
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

// grain is a picture that does not compress well, like a photo.
func grain(width, height int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	random := rand.New(rand.NewPCG(1, 2))
	for y := range height {
		for x := range width {
			n := uint8(random.IntN(24))
			img.SetRGBA(x, y, color.RGBA{uint8(200*x/width) + n, uint8(200*y/height) + n, 90 + n, 255})
		}
	}
	return img
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 92}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// asGIF makes an animation of so many frames, each with a dot elsewhere.
func asGIF(t testing.TB, width, height, frames int) []byte {
	t.Helper()
	anim := gif.GIF{LoopCount: 3, Config: image.Config{Width: width, Height: height}}
	for i := range frames {
		frame := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{red, green, blue, yellow})
		frame.SetColorIndex(i%width, i/width%height, 3)
		anim.Image, anim.Delay, anim.Disposal = append(anim.Image, frame), append(anim.Delay, 7), append(anim.Disposal, gif.DisposalNone)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &anim); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// testFile reads a picture from testdata: quarters(48, 32) as WebP, which Go can
// read but not write, made with ImageMagick.
func testFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// made names one valid picture of each kind that may come in.
func made(t testing.TB) map[string][]byte {
	return map[string][]byte{
		"jpeg":             asJPEG(t, quarters(48, 32)),
		"png":              asPNG(t, quarters(48, 32)),
		"gif":              asGIF(t, 48, 32, 1),
		"moving gif":       asGIF(t, 48, 32, 4),
		"lossless webp":    testFile(t, "made-lossless.webp"),
		"lossy webp":       testFile(t, "made-lossy.webp"),
		"transparent webp": testFile(t, "made-transparent.webp"),
		"full jpeg":        privateJPEG(t, 1),
		"full png":         privatePNG(t, 1),
		"full gif":         privateGIF(t),
		"full webp":        privateWebP(t, "made-lossless.webp", 1),
	}
}

// madeEXIF is a TIFF structure with a turned picture, a camera's maker and
// serial number, a place, and a thumbnail.
func madeEXIF(turned int) []byte {
	const start, camera, place, thumb, texts = 8, 8 + 2 + 4*12 + 4, 80, 120, 160
	be := binary.BigEndian
	b := make([]byte, texts)
	copy(b, "MM\x00*\x00\x00\x00\x08")
	add := func(text string) uint32 {
		at := uint32(len(b))
		b = append(b, text+"\x00"...)
		return at
	}
	entry := func(at int, tag, kind uint16, count, value uint32) {
		be.PutUint16(b[at:], tag)
		be.PutUint16(b[at+2:], kind)
		be.PutUint32(b[at+4:], count)
		be.PutUint32(b[at+8:], value)
	}
	text := func(at int, tag uint16, s string) { entry(at, tag, 2, uint32(len(s)+1), add(s)) }

	be.PutUint16(b[start:], 4)
	text(start+2, 0x010f, secret+" maker")
	entry(start+14, 0x0112, 3, 1, uint32(turned)<<16)
	entry(start+26, 0x8769, 4, 1, camera)
	entry(start+38, 0x8825, 4, 1, place)
	be.PutUint32(b[start+50:], thumb)
	be.PutUint16(b[camera:], 1)
	text(camera+2, 0xa431, secret+" serial number")
	be.PutUint16(b[place:], 2)
	text(place+2, 0x001d, secret+" date")
	text(place+14, 0x0002, secret+" latitude, 24 bytes")
	be.PutUint16(b[thumb:], 2)
	entry(thumb+2, 0x0201, 4, 1, add(secret+" thumbnail"))
	entry(thumb+14, 0x0202, 4, 1, uint32(len(secret+" thumbnail")))
	return b
}

func jpegSegment(mark byte, body string) string {
	return string([]byte{0xff, mark, byte((len(body) + 2) >> 8), byte(len(body) + 2)}) + body
}

// privateJPEG carries everything that phones and editors write into a JPEG, and
// a second picture behind the first.
func privateJPEG(t testing.TB, turned int) []byte {
	plain := asJPEG(t, quarters(48, 32))
	extra := jpegSegment(0xe0, "JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00") +
		jpegSegment(markAPP1, exifPrefix+string(madeEXIF(turned))) +
		jpegSegment(markAPP1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>"+secret+" xmp</x:xmpmeta>") +
		jpegSegment(markAPP2, iccPrefix+"\x01\x01"+string(madeProfile())) +
		jpegSegment(0xed, "Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x10\x1c\x02\x69\x00\x0b"+secret+" iptc") +
		jpegSegment(0xef, secret+" unknown application") +
		jpegSegment(0xfe, secret+" comment")
	whole := string(plain[:2]) + extra + string(plain[2:]) + secret + " behind the end" + string(plain)
	return []byte(whole)
}

func pngChunk(kind, body string) string {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(b, kind+body...)
	return string(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE([]byte(kind+body))))
}

func deflated(s []byte) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write(s)
	z.Close()
	return b.String()
}

func privatePNG(t testing.TB, turned int) []byte {
	plain := string(asPNG(t, quarters(48, 32)))
	extra := pngChunk("iCCP", secret+"\x00\x00"+deflated(madeProfile())) +
		pngChunk("eXIf", string(madeEXIF(turned))) +
		pngChunk("tEXt", "Author\x00"+secret) +
		pngChunk("zTXt", secret+"\x00\x00"+deflated([]byte(secret))) +
		pngChunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00"+secret) +
		pngChunk("tIME", "\x07\xe8\x01\x02\x03\x04\x05") +
		pngChunk("prVt", secret)
	return []byte(plain[:33] + extra + plain[33:] + secret + " behind the end")
}

func privateGIF(t testing.TB) []byte {
	plain := string(asGIF(t, 48, 32, 3))
	at := 13 // no global colours: the first block follows the screen descriptor
	extra := "\x21\xfe" + string(rune(len(secret))) + secret + "\x00" +
		"\x21\xff\x0bXMP DataXMP" + string(rune(len(secret))) + secret + "\x00"
	return []byte(plain[:at] + extra + plain[at:] + secret + " behind the end")
}

func riffChunk(kind, body string) string {
	b := append([]byte(kind), binary.LittleEndian.AppendUint32(nil, uint32(len(body)))...)
	b = append(b, body...)
	return string(append(b, make([]byte, len(body)&1)...))
}

// privateWebP wraps one of the simple files in an extended one.
func privateWebP(t testing.TB, name string, turned int) []byte {
	simple := string(testFile(t, name)[12:])
	body := "WEBP" + riffChunk("VP8X", "\x2c\x00\x00\x00\x2f\x00\x00\x1f\x00\x00") +
		riffChunk("ICCP", string(madeProfile())) + simple +
		riffChunk("EXIF", string(madeEXIF(turned))+"odd") + riffChunk("XMP ", secret)
	return []byte(riffChunk("RIFF", body) + secret + " behind the end")
}

// madeProfile is a display profile with wide primaries, and with what a monitor
// writes about itself.
func madeProfile() []byte {
	tags := map[string]string{
		"desc": "desc\x00\x00\x00\x00\x00\x00\x00\x10" + secret + " monitor 4711",
		"mmod": "mmod\x00\x00\x00\x00" + secret + " serial",
		"rXYZ": "XYZ \x00\x00\x00\x00\x00\x00\x83\xdf\x00\x00\x3d\xbf\xff\xff\xff\xbb" + secret,
	}
	for _, name := range iccTags[:5] {
		if tags[name] == "" && name != "chad" {
			tags[name] = "XYZ \x00\x00\x00\x00\x00\x00\x4a\xbf\x00\x00\xb1\x37\x00\x00\x0a\xb9"
		}
	}
	for _, name := range iccTags[5:] {
		tags[name] = "curv\x00\x00\x00\x00\x00\x00\x00\x01\x02\x33"
	}
	header := make([]byte, iccHeader)
	copy(header[4:], secret[:4])
	copy(header[8:], "\x04\x00\x00\x00mntrRGB XYZ ")
	copy(header[36:], "acsp")
	copy(header[80:], secret)
	var table, body []byte
	start := iccHeader + 4 + len(tags)*iccEntry
	for name, tag := range tags {
		table = append(table, name...)
		table = binary.BigEndian.AppendUint32(table, uint32(start+len(body)))
		table = binary.BigEndian.AppendUint32(table, uint32(len(tag)))
		body = append(body, tag...)
	}
	profile := binary.BigEndian.AppendUint32(header, uint32(len(tags)))
	return append(append(profile, table...), body...)
}

func readStored(t testing.TB, l *Library, name string) []byte {
	t.Helper()
	f, err := l.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return readAll(t, f)
}

func readAll(t testing.TB, r io.Reader) []byte {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
