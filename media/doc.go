// Package media turns bytes that somebody sent into files that are safe to keep
// and to serve: it looks at what they really are, decodes them whole, encodes
// them anew without anything but the picture, shrinks them, and stores them
// under names nobody can guess. It knows pictures only (JPEG, PNG, GIF, WebP);
// it opens no connection, serves nothing, and has no idea whose picture it is or
// who may see it.
//
//	library.go   Library: open, save what the owner uploads
//	files.go     names, writing so that it survives a power cut, open, delete, sweep
//	cache.go     others' pictures, under a fixed cap
//	misses.go    which of others' pictures could not be had, and when to ask again
//	intake.go    the way in: size, kind, dimensions, before anything is decoded
//	still.go     an animation's first frame
//	convert.go   the way through: decode, shrink, turn, encode
//	jpeg.go png.go gif.go webp.go   what must be known of each format before decoding it
//	metadata.go  the two things read from metadata: which way is up, what the colours mean
//	shape.go     shrinking and turning in one pass
//	icon.go      the home drawn small and square
//	encode.go    the way out: JPEG, PNG and GIF with nothing in them but the picture
package media
