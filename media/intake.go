package media

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"os"

	"golang.org/x/image/webp"

	"croft/social"
)

// maxEdge bounds each side alone, so that a row always fits in little memory
// and sums over a row in 32 bits.
const maxEdge = 32000

// errDamaged is any refusal by a parser: there is a reason, but none that would
// help the person who chose the file.
var errDamaged = social.Invalidf("The picture is damaged and cannot be read. Open it in a picture program, save it again, and choose the new file.")

// format is one kind of picture that may come in. The order is fixed: magic
// recognises it, survey reads its structure without decoding any pixel, config
// is the decoder's own view of the size, and only if all agree are decode or
// animation called.
type format struct {
	magic     func(start []byte) bool
	survey    func(r *bufio.Reader) (survey, error)
	config    func(r io.Reader) (image.Config, error)
	decode    func(r io.Reader) (image.Image, error)
	animation func(r io.Reader) (*gif.GIF, error) // nil where a picture cannot move
}

// survey is what is known of a picture before it is decoded.
type survey struct {
	width, height int
	lossless      bool   // as it came; such pictures suffer from being made a JPEG
	memory        int64  // bytes that decoding it takes
	frames        int    // more than one if it moves
	framePixels   int64  // of all frames together
	exif, profile []byte // as found; bounded, but not to be believed
}

// formats is the table of what may come in. Whatever it does not name is
// refused: SVG and PDF are programs, TIFF and BMP are nobody's photographs.
func formats() []format {
	return []format{
		{hasPrefix("\xff\xd8\xff"), surveyJPEG, jpeg.DecodeConfig, jpeg.Decode, nil},
		{hasPrefix("\x89PNG\r\n\x1a\n"), surveyPNG, png.DecodeConfig, png.Decode, nil},
		{hasPrefix("GIF87a"), surveyGIF, gif.DecodeConfig, gif.Decode, gif.DecodeAll},
		{hasPrefix("GIF89a"), surveyGIF, gif.DecodeConfig, gif.Decode, gif.DecodeAll},
		{isWebP, surveyWebP, webp.DecodeConfig, webp.Decode, nil},
	}
}

func hasPrefix(magic string) func([]byte) bool {
	return func(start []byte) bool { return bytes.HasPrefix(start, []byte(magic)) }
}

func isWebP(start []byte) bool {
	return len(start) >= 12 && string(start[:4]) == "RIFF" && string(start[8:12]) == "WEBP"
}

// spool copies what is sent into f, up to the limit.
func (l *Library) spool(ctx context.Context, f *os.File, r io.Reader) error {
	n, err := io.Copy(f, io.LimitReader(reader{ctx, r}, l.opts.MaxBytes+1))
	switch {
	case err != nil:
		return fmt.Errorf("read picture: %w", err)
	case n > l.opts.MaxBytes:
		return social.Invalidf("The picture is larger than %d MB. Save a smaller copy and choose that.", l.opts.MaxBytes>>20)
	case n == 0:
		return social.Invalidf("The file is empty. Choose another.")
	}
	return nil
}

// inspect decides whether the file may be handed to a decoder, and to which.
func (l *Library) inspect(f *os.File) (format, survey, error) {
	kind, err := l.sniff(f)
	if err != nil {
		return format{}, survey{}, err
	}
	s, err := kind.survey(bufio.NewReader(fromStart(f)))
	if err != nil {
		return format{}, survey{}, err
	}
	if err := l.checkSize(s); err != nil {
		return format{}, survey{}, err
	}
	config, err := kind.config(bufio.NewReader(fromStart(f)))
	if err != nil || config.Width != s.width || config.Height != s.height {
		return format{}, survey{}, errDamaged
	}
	return kind, s, nil
}

func (l *Library) sniff(f *os.File) (format, error) {
	start := make([]byte, 12)
	n, err := f.ReadAt(start, 0)
	if err != nil && err != io.EOF {
		return format{}, fmt.Errorf("read picture: %w", err)
	}
	for _, kind := range l.formats {
		if kind.magic(start[:n]) {
			return kind, nil
		}
	}
	return format{}, social.Invalidf("This file is not a JPEG, PNG, GIF or WebP picture. Save it as one of these and choose that.")
}

func (l *Library) checkSize(s survey) error {
	if s.width < 1 || s.height < 1 {
		return errDamaged
	}
	if s.width > maxEdge || s.height > maxEdge || int64(s.width)*int64(s.height) > l.opts.MaxPixels {
		return social.Invalidf("The picture has %d × %d pixels, which is too many. Save a copy of at most %d million pixels and choose that.",
			s.width, s.height, l.opts.MaxPixels/1_000_000)
	}
	if s.memory > l.opts.MaxMemory {
		return social.Invalidf("The picture has %d × %d pixels, too many for the way it is stored. Save a smaller copy, or one as a plain JPEG, and choose that.", s.width, s.height)
	}
	return nil
}

func fromStart(f *os.File) io.Reader { return io.NewSectionReader(f, 0, 1<<62) }

// reader ends when its context does. Decoders know nothing of contexts, but
// none gets far without reading.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
