package media

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
)

// surveyPNG walks the chunks. Only four are read: IHDR, tRNS (for what it costs),
// iCCP and eXIf; texts are passed over, compressed or not.
func surveyPNG(r *bufio.Reader) (survey, error) {
	head := make([]byte, 8+8+13+4) // signature, chunk header, IHDR, checksum
	if _, err := io.ReadFull(r, head); err != nil || string(head[12:16]) != "IHDR" {
		return survey{}, errDamaged
	}
	ihdr := head[16:29]
	width, height := binary.BigEndian.Uint32(ihdr), binary.BigEndian.Uint32(ihdr[4:])
	if width > 1<<30 || height > 1<<30 {
		return survey{}, errDamaged
	}
	s := survey{width: int(width), height: int(height), lossless: true, frames: 1}
	hasKey, err := s.takeChunks(r)
	if err != nil {
		return survey{}, err
	}
	s.memory = int64(s.width) * int64(s.height) * bytesPerPixel(ihdr[8], ihdr[9], hasKey)
	if ihdr[12] != 0 {
		s.memory *= 2 // interlaced: each pass is an image of its own
	}
	return s, nil
}

// bytesPerPixel is what the standard decoder allocates for a colour type and
// bit depth (PNG §11.2.1).
func bytesPerPixel(depth, colour byte, hasKey bool) int64 {
	size := int64(4)
	switch {
	case colour == 3, colour == 0 && !hasKey:
		size = 1
	}
	if depth == 16 {
		size *= 2
	}
	return size
}

func (s *survey) takeChunks(r *bufio.Reader) (hasKey bool, err error) {
	var head [8]byte
	for {
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return hasKey, nil // if the end is missing, the decoder says so
		}
		size, kind := binary.BigEndian.Uint32(head[:]), string(head[4:])
		var body []byte
		if (kind == "eXIf" || kind == "iCCP") && size <= maxMetadata {
			body = make([]byte, size)
			if _, err := io.ReadFull(r, body); err != nil {
				return hasKey, errDamaged
			}
			size = 0
		}
		switch kind {
		case "IEND":
			return hasKey, nil
		case "tRNS":
			hasKey = true
		case "eXIf":
			s.exif = body
		case "iCCP":
			s.profile = inflateProfile(body)
		}
		if _, err := r.Discard(int(size) + 4); err != nil {
			return hasKey, nil
		}
	}
}

// inflateProfile unpacks an iCCP chunk (PNG §11.3.2.3): a name, a zero, a zero
// for the method, a zlib stream. What does not unpack is no profile.
func inflateProfile(chunk []byte) []byte {
	_, rest, ok := bytes.Cut(chunk, []byte{0})
	if !ok || len(rest) < 1 || rest[0] != 0 {
		return nil
	}
	z, err := zlib.NewReader(bytes.NewReader(rest[1:]))
	if err != nil {
		return nil
	}
	profile, err := io.ReadAll(io.LimitReader(z, maxMetadata))
	if err != nil {
		return nil
	}
	return profile
}
