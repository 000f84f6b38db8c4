package media

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
)

// losslessBytes is how much a picture without transparency may cost to stay
// lossless. Drawings and screenshots mostly stay below; a photo that came as a
// PNG becomes a JPEG.
const losslessBytes = 1 << 20

// look is what decides how a picture is encoded.
type look struct {
	profile  []byte // a clean colour profile, or nil
	lossless bool   // as it came
	quality  int    // of a JPEG
}

// encodeStill makes a PNG of what is transparent, or came lossless and is not
// large, and a JPEG of the rest.
func encodeStill(img *image.RGBA, look look) (encoded, error) {
	opaque := img.Opaque()
	if look.lossless || !opaque {
		out := capped{limit: losslessBytes}
		if !opaque {
			out.limit = 1 << 62
		}
		err := png.Encode(&out, img)
		if err == nil {
			return file(img, insertPNGProfile(out.Bytes(), look.profile), ".png"), nil
		}
		if !errors.Is(err, errCapped) {
			return encoded{}, fmt.Errorf("encode png: %w", err)
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: look.quality}); err != nil {
		return encoded{}, fmt.Errorf("encode jpeg: %w", err)
	}
	return file(img, insertJPEGProfile(out.Bytes(), look.profile), ".jpg"), nil
}

func file(img *image.RGBA, data []byte, ext string) encoded {
	return encoded{data: data, ext: ext, width: img.Rect.Dx(), height: img.Rect.Dy()}
}

// encodeAnimation writes the frames as they are, and of all else only how they
// follow each other. It does not shrink them.
func encodeAnimation(anim *gif.GIF) (encoded, error) {
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, anim); err != nil {
		return encoded{}, errDamaged // it decodes, but contradicts itself
	}
	return encoded{data: out.Bytes(), ext: ".gif", width: anim.Config.Width, height: anim.Config.Height}, nil
}

// insertJPEGProfile puts a profile behind the start marker (ICC.1 annex B.4).
// A clean profile always fits in one segment.
func insertJPEGProfile(data, profile []byte) []byte {
	if profile == nil {
		return data
	}
	segment := []byte{0xff, markAPP2}
	segment = binary.BigEndian.AppendUint16(segment, uint16(2+len(iccPrefix)+2+len(profile)))
	segment = append(segment, iccPrefix...)
	segment = append(segment, 1, 1) // the first piece of one
	segment = append(segment, profile...)
	return bytes.Join([][]byte{data[:2], segment, data[2:]}, nil)
}

// insertPNGProfile puts a profile behind IHDR, before all other chunks (PNG
// §5.6).
func insertPNGProfile(data, profile []byte) []byte {
	if profile == nil {
		return data
	}
	var body bytes.Buffer
	body.WriteString("iCCPicc\x00\x00")
	z := zlib.NewWriter(&body)
	z.Write(profile) // into memory: cannot fail
	z.Close()
	chunk := binary.BigEndian.AppendUint32(nil, uint32(body.Len()-4))
	chunk = append(chunk, body.Bytes()...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(body.Bytes()))
	const afterIHDR = 8 + 8 + 13 + 4
	return bytes.Join([][]byte{data[:afterIHDR], chunk, data[afterIHDR:]}, nil)
}

var errCapped = errors.New("more than was allowed")

// capped is a buffer that refuses to grow beyond its limit.
type capped struct {
	bytes.Buffer
	limit int
}

func (c *capped) Write(p []byte) (int, error) {
	if c.Len()+len(p) > c.limit {
		return 0, errCapped
	}
	return c.Buffer.Write(p)
}
