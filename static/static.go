// Package static holds the files that every page needs: the stylesheet, the
// icons, the small script, the one that works while no page is open, and the pictures that stand in for missing ones. It
// gives each a name that changes with its content and keeps it compressed. It
// does not answer requests.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"strings"

	"croft/social"

	"github.com/klauspost/compress/zstd"
)

//go:embed croft.css croft.js worker.js icons.svg avatar.svg header.svg favicon.svg
var embedded embed.FS

// Prefix is where the files are served. It ends with a slash.
const Prefix = "/static/"

var mediaTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// Files is the set of embedded files under their hashed names. It never changes
// and may be used by many at once.
type Files struct {
	paths map[string]string // croft.css → /static/croft.0123abcd.css
	files map[string]File   // croft.0123abcd.css
}

// File is one file, ready to be sent. Since its name changes with its content
// it may be cached for ever.
type File struct {
	MediaType string
	ETag      string // quoted; for the plain bytes
	Plain     []byte
	Gzip      []byte
	Zstd      []byte
}

// New hashes and compresses the embedded files, some milliseconds of work. It
// panics if the binary was built without one of them.
func New() *Files {
	entries, err := embedded.ReadDir(".")
	if err != nil {
		panic(fmt.Sprintf("static: %v", err))
	}
	f := &Files{paths: map[string]string{}, files: map[string]File{}}
	pack := newPacker()
	for _, entry := range entries {
		data, err := embedded.ReadFile(entry.Name())
		if err != nil {
			panic(fmt.Sprintf("static: %v", err))
		}
		if strings.HasSuffix(entry.Name(), ".js") {
			data = bare(data)
		}
		f.add(entry.Name(), data, pack)
	}
	return f
}

func (f *Files) add(name string, data []byte, pack packer) {
	base, extension, _ := strings.Cut(name, ".")
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:5])
	hashed := base + "." + hash + "." + extension
	f.paths[name] = Prefix + hashed
	f.files[hashed] = File{
		MediaType: mediaTypes["."+extension],
		ETag:      `"` + hash + `"`,
		Plain:     data,
		Gzip:      pack.gzipped(data),
		Zstd:      pack.zstd.EncodeAll(data, nil),
	}
}

// bare is a script without what only its readers need: the spaces that lines
// begin with, and lines that are nothing but a comment. It relies on no string
// of the script reaching over the end of a line.
func bare(script []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(script) {
		if line = bytes.TrimLeft(line, " \t"); !bytes.HasPrefix(line, []byte("//")) {
			out.Write(line)
		}
	}
	return out.Bytes()
}

// packer is both compressors; making one takes more memory than its work. The
// best level of zstd would spare a kilobyte and hold 36 MiB for ever after.
type packer struct {
	gzip *gzip.Writer
	zstd *zstd.Encoder
}

func newPacker() packer {
	g, err := gzip.NewWriterLevel(nil, gzip.BestCompression)
	if err != nil {
		panic(fmt.Sprintf("static: gzip: %v", err)) // the level is a constant
	}
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithWindowSize(64<<10))
	if err != nil {
		panic(fmt.Sprintf("static: zstd: %v", err)) // the options are constant
	}
	return packer{g, z}
}

func (p packer) gzipped(data []byte) []byte {
	var out bytes.Buffer
	p.gzip.Reset(&out)
	_, err := p.gzip.Write(data)
	if err == nil {
		err = p.gzip.Close()
	}
	if err != nil {
		panic(fmt.Sprintf("static: gzip: %v", err)) // a buffer takes every write
	}
	return out.Bytes()
}

// Path is the address of the file with this plain name (croft.css). It panics
// for a name that is not embedded, which is a fault of the program.
func (f *Files) Path(name string) string {
	path, ok := f.paths[name]
	if !ok {
		panic("static: no file " + name)
	}
	return path
}

// Open returns the file with this hashed name, the last part of its Path.
// Another name is social.ErrNotFound.
func (f *Files) Open(name string) (File, error) {
	file, ok := f.files[name]
	if !ok {
		return File{}, fmt.Errorf("open %q: %w", name, social.ErrNotFound)
	}
	return file, nil
}

// For chooses the bytes for a request's Accept-Encoding and names their
// Content-Encoding, which is empty for plain bytes.
func (f File) For(acceptEncoding string) (body []byte, encoding string) {
	var gzipOK, zstdOK bool
	for part := range strings.SplitSeq(acceptEncoding, ",") {
		coding, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if weight = strings.ReplaceAll(weight, " ", ""); weight == "q=0" || strings.HasPrefix(weight, "q=0.0") {
			continue
		}
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "zstd":
			zstdOK = true
		case "gzip":
			gzipOK = true
		}
	}
	switch {
	case zstdOK && len(f.Zstd) < len(f.Plain):
		return f.Zstd, "zstd"
	case gzipOK && len(f.Gzip) < len(f.Plain):
		return f.Gzip, "gzip"
	default:
		return f.Plain, ""
	}
}
