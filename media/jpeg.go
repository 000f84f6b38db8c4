package media

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// JPEG markers (ITU-T T.81, table B.1).
const (
	markSOF0, markSOF1, markSOF2 = 0xc0, 0xc1, 0xc2 // baseline, extended, progressive
	markRST0, markRST7           = 0xd0, 0xd7
	markSOI, markEOI             = 0xd8, 0xd9
	markSOS                      = 0xda
	markAPP1, markAPP2           = 0xe1, 0xe2
	markAPP14                    = 0xee
	markTEM                      = 0x01
)

// maxScans bounds how often a progressive JPEG may go over its pixels again.
// Encoders make about ten scans; a scan of a few bytes can cost as much time as
// a whole picture.
const maxScans = 100

// jpegWalk is what one walk along the segments of a JPEG collects.
type jpegWalk struct {
	survey
	scans    int
	isRGB    bool // decoding makes one more copy
	profiles map[byte][]byte
}

// surveyJPEG walks from marker to marker, through the entropy-coded data, to the
// end of the first picture. What follows that (a second picture in phones'
// files, an archive in a polyglot) is never looked at.
func surveyJPEG(r *bufio.Reader) (survey, error) {
	w := jpegWalk{profiles: map[byte][]byte{}}
	for {
		mark, err := nextMarker(r)
		if errors.Is(err, io.EOF) || mark == markEOI {
			break // if the end is missing, the decoder says so
		}
		if err != nil {
			return survey{}, err
		}
		if mark == 0 || mark == markTEM || mark >= markRST0 && mark <= markSOI {
			continue // a stuffed byte, or a marker with nothing behind it
		}
		segment, err := readSegment(r)
		if err != nil {
			break
		}
		if err := w.take(mark, segment); err != nil {
			return survey{}, err
		}
	}
	if w.memory == 0 {
		return survey{}, errDamaged
	}
	for i := 1; i <= len(w.profiles); i++ {
		w.profile = append(w.profile, w.profiles[byte(i)]...)
	}
	w.frames = 1
	return w.survey, nil
}

func nextMarker(r *bufio.Reader) (byte, error) {
	for {
		_, err := r.ReadSlice(0xff)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			return 0, err
		}
		for {
			mark, err := r.ReadByte()
			if err != nil || mark != 0xff { // any number of fill bytes may stand before it
				return mark, err
			}
		}
	}
}

func readSegment(r *bufio.Reader) ([]byte, error) {
	var size [2]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint16(size[:])
	if n < 2 {
		return nil, errDamaged
	}
	segment := make([]byte, n-2)
	_, err := io.ReadFull(r, segment)
	return segment, err
}

func (w *jpegWalk) take(mark byte, segment []byte) error {
	switch mark {
	case markSOF0, markSOF1, markSOF2:
		if w.memory != 0 {
			return errDamaged
		}
		return w.takeFrame(segment, mark == markSOF2)
	case markSOS:
		w.scans++
		if w.scans > maxScans {
			return errDamaged
		}
	case markAPP1:
		if rest, ok := cutPrefix(segment, exifPrefix); ok && w.exif == nil {
			w.exif = rest
		}
	case markAPP2:
		// ICC.1 annex B.4: the profile in numbered pieces.
		if rest, ok := cutPrefix(segment, iccPrefix); ok && len(rest) > 2 {
			w.profiles[rest[0]] = rest[2:]
		}
	case markAPP14:
		if rest, ok := cutPrefix(segment, "Adobe"); ok && len(rest) >= 7 && rest[6] == 0 {
			w.isRGB = true
		}
	}
	return nil
}

// takeFrame reads the frame header (T.81 B.2.2) and works out what the standard
// decoder will allocate: the planes, and in a progressive JPEG four more bytes
// for each coefficient.
func (w *jpegWalk) takeFrame(b []byte, progressive bool) error {
	if len(b) < 6 || len(b) != 6+3*int(b[5]) || b[5] < 1 || b[5] > 4 {
		return errDamaged
	}
	w.height, w.width = int(binary.BigEndian.Uint16(b[1:])), int(binary.BigEndian.Uint16(b[3:]))
	parts := b[6:]
	hMax, vMax, units := 1, 1, 0
	for i := 0; i < len(parts); i += 3 {
		h, v := int(parts[i+1]>>4), int(parts[i+1]&15)
		hMax, vMax = max(hMax, h), max(vMax, v)
		units += h * v
	}
	if len(parts) == 3 {
		hMax, vMax, units = 1, 1, 1 // the sampling of a single plane means nothing
	}
	blocks := int64((w.width+8*hMax-1)/(8*hMax)) * int64((w.height+8*vMax-1)/(8*vMax)) * int64(units)
	w.memory = max(blocks*64, 1)
	if progressive {
		w.memory *= 5
	}
	if len(parts) == 12 || w.isRGB || len(parts) == 9 && parts[0] == 'R' {
		w.memory += 4 * int64(w.width) * int64(w.height)
	}
	return nil
}

func cutPrefix(b []byte, prefix string) ([]byte, bool) {
	if len(b) < len(prefix) || string(b[:len(prefix)]) != prefix {
		return nil, false
	}
	return b[len(prefix):], true
}
