package media

import (
	"bufio"
	"encoding/binary"
	"io"

	"croft/social"
)

// surveyWebP walks the RIFF chunks (RFC 9649 §2). A file says its size in up to
// two places, which must agree.
func surveyWebP(r *bufio.Reader) (survey, error) {
	if _, err := r.Discard(12); err != nil {
		return survey{}, errDamaged
	}
	s := survey{frames: 1}
	w := webpWalk{survey: &s}
	for {
		var head [8]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			break
		}
		size := int64(binary.LittleEndian.Uint32(head[4:]))
		body, err := r.Peek(int(min(size, 10)))
		if err != nil {
			break
		}
		kind := string(head[:4])
		if kind == "EXIF" || kind == "ICCP" {
			body, err = readChunk(r, size)
			size = 0
		} else if err = w.take(kind, body); err == nil {
			size += size & 1 // chunks are padded to an even length
		}
		if err != nil {
			return survey{}, err
		}
		s.takeMetadata(kind, body)
		if _, err := r.Discard(int(size)); err != nil {
			break
		}
	}
	return s, w.finish()
}

func readChunk(r *bufio.Reader, size int64) ([]byte, error) {
	padded := int(size + size&1)
	if size > maxMetadata {
		if _, err := r.Discard(padded); err != nil {
			return nil, errDamaged
		}
		return nil, nil
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, errDamaged
	}
	r.Discard(padded - int(size)) // the last chunk may lack it
	return body, nil
}

func (s *survey) takeMetadata(kind string, body []byte) {
	switch kind {
	case "EXIF":
		if rest, ok := cutPrefix(body, exifPrefix); ok {
			body = rest // some writers keep the prefix that only JPEG needs
		}
		s.exif = body
	case "ICCP":
		s.profile = body
	}
}

// webpWalk holds what must agree.
type webpWalk struct {
	*survey
	canvasWidth, canvasHeight int // 0 in a simple file
	hasAlpha                  bool
}

func (w *webpWalk) take(kind string, b []byte) error {
	switch kind {
	case "VP8X":
		return w.takeCanvas(b)
	case "ANIM", "ANMF":
		return errMovingWebP
	case "ALPH":
		w.hasAlpha = true
	case "VP8 ": // RFC 6386 §9.1
		if w.width != 0 || len(b) < 10 || string(b[3:6]) != "\x9d\x01\x2a" {
			return errDamaged
		}
		w.width = int(binary.LittleEndian.Uint16(b[6:]) & 0x3fff)
		w.height = int(binary.LittleEndian.Uint16(b[8:]) & 0x3fff)
	case "VP8L": // RFC 9649 §3.4
		if w.width != 0 || len(b) < 5 || b[0] != 0x2f {
			return errDamaged
		}
		bits := binary.LittleEndian.Uint32(b[1:])
		w.width, w.height = int(bits&0x3fff)+1, int(bits>>14&0x3fff)+1
		w.lossless = true
	}
	return nil
}

var errMovingWebP = social.Invalidf("Moving WebP pictures cannot be read. Save it as a GIF and choose that.")

func (w *webpWalk) takeCanvas(b []byte) error {
	const animationFlag = 1 << 1
	if len(b) < 10 || w.canvasWidth != 0 {
		return errDamaged
	}
	if b[0]&animationFlag != 0 {
		return errMovingWebP
	}
	w.canvasWidth = 1 + (int(b[4]) | int(b[5])<<8 | int(b[6])<<16)
	w.canvasHeight = 1 + (int(b[7]) | int(b[8])<<8 | int(b[9])<<16)
	return nil
}

func (w *webpWalk) finish() error {
	if w.width == 0 {
		return errDamaged
	}
	if w.canvasWidth != 0 && (w.canvasWidth != w.width || w.canvasHeight != w.height) {
		return errDamaged
	}
	pixels := int64(w.width) * int64(w.height)
	w.memory = 2 * pixels
	if w.lossless || w.hasAlpha {
		w.memory = 10 * pixels // transforms work beside the pixels
	}
	return nil
}
