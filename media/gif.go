package media

import (
	"bufio"
	"encoding/binary"
	"io"
)

// maxFrames bounds an animation; a minute at ordinary speed has fewer.
const maxFrames = 1000

// paletteMemory is what the decoder holds for a frame beside its pixels.
const paletteMemory = 8 << 10

// surveyGIF counts frames and their pixels (GIF89a §§17 to 27) without unpacking
// any, since a frame of a few bytes may unpack to a whole screen. It stops at
// one frame more than are allowed.
func surveyGIF(r *bufio.Reader) (survey, error) {
	head := make([]byte, 13)
	if _, err := io.ReadFull(r, head); err != nil {
		return survey{}, errDamaged
	}
	s := survey{
		width:    int(binary.LittleEndian.Uint16(head[6:])),
		height:   int(binary.LittleEndian.Uint16(head[8:])),
		lossless: true,
	}
	// A still takes its first frame and the canvas it is drawn on.
	s.memory = 5 * int64(s.width) * int64(s.height)
	skipColours(r, head[10])
	for s.frames <= maxFrames {
		if !s.takeBlock(r) {
			break
		}
	}
	return s, nil
}

// takeBlock passes one block of the file and reports whether another may
// follow. If the end is missing, the decoder says so.
func (s *survey) takeBlock(r *bufio.Reader) bool {
	kind, err := r.ReadByte()
	if err != nil {
		return false
	}
	switch kind {
	case 0x21: // extension: a label, then data
		_, err := r.Discard(1)
		return err == nil && skipData(r)
	case 0x2c: // image: left, top, width, height, flags; colours; code size; data
		var d [9]byte
		if _, err := io.ReadFull(r, d[:]); err != nil {
			return false
		}
		s.frames++
		s.framePixels += int64(binary.LittleEndian.Uint16(d[4:])) * int64(binary.LittleEndian.Uint16(d[6:]))
		skipColours(r, d[8])
		_, err := r.Discard(1)
		return err == nil && skipData(r)
	default:
		return kind == 0 // a stray terminator, which decoders allow; 0x3b ends the file
	}
}

func skipColours(r *bufio.Reader, flags byte) {
	if flags&0x80 != 0 {
		r.Discard(3 << (1 + flags&7)) // an error comes again at the next read
	}
}

func skipData(r *bufio.Reader) bool {
	for {
		n, err := r.ReadByte()
		if err != nil {
			return false
		}
		if n == 0 {
			return true
		}
		if _, err := r.Discard(int(n)); err != nil {
			return false
		}
	}
}
