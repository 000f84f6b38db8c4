package store

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"

	"github.com/klauspost/compress/flate"
)

// packDict is what most activities of this home have in common; what is kept
// was written against it, so it must never change. A better one would be a
// second format.
//
//go:embed pack.dict
var packDict []byte

// The first byte of what is kept says how.
const (
	packedPlain = 0
	packedDict1 = 1
)

// pack makes the bytes of an activity smaller, commonly to a fifth; unpack
// gives them back.
func pack(body []byte) ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte(packedDict1)
	if err := flate.StatelessDeflate(&b, body, true, packDict); err != nil {
		return nil, fmt.Errorf("pack: %w", err)
	}
	if b.Len() > len(body) {
		return append([]byte{packedPlain}, body...), nil
	}
	return b.Bytes(), nil
}

func unpack(packed []byte) ([]byte, error) {
	if len(packed) == 0 {
		return nil, fmt.Errorf("unpack: nothing: %w", io.ErrUnexpectedEOF)
	}
	switch packed[0] {
	case packedPlain:
		return packed[1:], nil
	case packedDict1:
		body, err := io.ReadAll(flate.NewReaderDict(bytes.NewReader(packed[1:]), packDict))
		if err != nil {
			return nil, fmt.Errorf("unpack: %w", err)
		}
		return body, nil
	default:
		return nil, fmt.Errorf("unpack: format %d is not known", packed[0])
	}
}
