package media

import (
	"bytes"
	"encoding/binary"

	"github.com/bep/imagemeta"
)

// maxMetadata bounds what is read of EXIF or of a colour profile. What is larger
// is ignored: such profiles are tables for printing.
const maxMetadata = 256 << 10

const (
	exifPrefix = "Exif\x00\x00"
	iccPrefix  = "ICC_PROFILE\x00"
)

// orientation reads which way is up, EXIF's 1 to 8. Anything unreadable is 1:
// then the picture is shown as it is stored.
func orientation(exif []byte) int {
	found := 1
	if len(exif) == 0 {
		return found
	}
	// EXIF is a TIFF without a picture; so read, it does not matter in which
	// format it was wrapped. Of an error, what was found before it stands.
	imagemeta.Decode(imagemeta.Options{
		R:           bytes.NewReader(exif),
		ImageFormat: imagemeta.TIFF,
		Sources:     imagemeta.EXIF,
		ShouldHandleTag: func(tag imagemeta.TagInfo) bool {
			return tag.Tag == "Orientation" && tag.Namespace == "IFD0"
		},
		HandleTag: func(tag imagemeta.TagInfo) error {
			if v, ok := tag.Value.(uint16); ok && v >= 1 && v <= 8 {
				found = int(v)
			}
			return imagemeta.ErrStopWalking
		},
		LimitNumTags: 200,
		LimitTagSize: 64,
		Warnf:        func(string, ...any) {},
	})
	return found
}

// The layout of a colour profile (ICC.1:2022 §7).
const (
	iccHeader    = 128
	iccEntry     = 12
	iccMaxTags   = 100
	iccMaxPoints = 4096
)

// The tags of a display profile that say what the numbers of the colours mean.
var iccTags = []string{"wtpt", "chad", "rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC"}

// cleanProfile makes a colour profile anew from the numbers of another. Colours
// stay as they were seen, so wide-gamut photos are not dulled; names, dates,
// serial numbers of monitors and makers' own tags do not come along. Nil means
// that there is nothing to say: the colours are then taken for sRGB.
func cleanProfile(old []byte) []byte {
	if len(old) < iccHeader+4 || string(old[36:40]) != "acsp" || string(old[16:24]) != "RGB XYZ " {
		return nil
	}
	tags := readTags(old)
	for _, name := range iccTags {
		if tags[name] == nil && name != "chad" {
			return nil // not a matrix with three curves; nothing else is carried over
		}
	}
	return writeProfile(old, tags)
}

func readTags(old []byte) map[string][]byte {
	tags := map[string][]byte{}
	count := min(int(binary.BigEndian.Uint32(old[iccHeader:])), iccMaxTags)
	for i := range count {
		at := iccHeader + 4 + i*iccEntry
		if at+iccEntry > len(old) {
			break
		}
		start := uint64(binary.BigEndian.Uint32(old[at+4:]))
		end := start + uint64(binary.BigEndian.Uint32(old[at+8:]))
		if end <= uint64(len(old)) {
			tags[string(old[at:at+4])] = numbers(old[start:end])
		}
	}
	return tags
}

// numbers cuts a tag to the length that its type gives it (ICC.1 §10), or to nil
// if its type is not one of pure numbers.
func numbers(tag []byte) []byte {
	if len(tag) < 12 {
		return nil
	}
	size := 0
	switch string(tag[:4]) {
	case "XYZ ":
		size = 8 + 3*4
	case "sf32":
		size = 8 + 9*4
	case "curv":
		points := binary.BigEndian.Uint32(tag[8:])
		if points > iccMaxPoints {
			return nil
		}
		size = 12 + 2*int(points)
	case "para":
		kind := binary.BigEndian.Uint16(tag[8:])
		if kind > 4 {
			return nil
		}
		size = 12 + 4*[]int{1, 3, 4, 5, 7}[kind]
	default:
		return nil
	}
	if len(tag) < size {
		return nil
	}
	return tag[:size]
}

func writeProfile(old []byte, tags map[string][]byte) []byte {
	header := make([]byte, iccHeader)
	copy(header[8:12], old[8:12]) // version
	copy(header[12:24], "mntrRGB XYZ ")
	copy(header[24:30], "\x07\xd0\x00\x01\x00\x01") // 1 January 2000; a date is required, and this one says nothing
	copy(header[36:40], "acsp")
	header[67] = old[67] & 3                                                // rendering intent
	copy(header[68:80], "\x00\x00\xf6\xd6\x00\x01\x00\x00\x00\x00\xd3\x2d") // D50, the only one allowed

	var table, body []byte
	count, placed := 0, map[string]int{} // the three curves are often one
	for _, name := range iccTags {
		if tags[name] != nil {
			count++
		}
	}
	start := iccHeader + 4 + count*iccEntry
	for _, name := range iccTags {
		tag := tags[name]
		if tag == nil {
			continue
		}
		at, ok := placed[string(tag)]
		if !ok {
			at = start + len(body)
			placed[string(tag)] = at
			body = append(body, tag...)
			body = append(body, make([]byte, -len(body)&3)...)
		}
		table = append(table, name...)
		table = binary.BigEndian.AppendUint32(table, uint32(at))
		table = binary.BigEndian.AppendUint32(table, uint32(len(tag)))
	}
	binary.BigEndian.PutUint32(header, uint32(start+len(body)))
	profile := binary.BigEndian.AppendUint32(header, uint32(count))
	return append(append(profile, table...), body...)
}
