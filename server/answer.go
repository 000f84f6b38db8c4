package server

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/labstack/echo/v4"
)

// compressFrom is the size below which compressing is not worth it.
const compressFrom = 1024

// encodings are the content encodings that are offered, the better one first.
var encodings = []string{"zstd", "gzip"}

// answer is a body that was made whole, with the headers that belong to it. It
// is packed when it is first asked for so, and may be sent many times.
type answer struct {
	kind, cache string // Content-Type and Cache-Control
	link        string // what a browser should fetch before it reads the body, or the pages beside it; may be empty
	etag        string
	plain       []byte

	mu     sync.Mutex
	packed map[string][]byte // by content encoding
}

var (
	etagSeed     = maphash.MakeSeed()
	answerVaries = []string{"Accept, Accept-Encoding, Authorization, Cookie, Signature"}
)

func newAnswer(kind, cache string, body []byte) *answer {
	return &answer{kind: kind, cache: cache, plain: body, etag: fmt.Sprintf(`W/"%x"`, maphash.Bytes(etagSeed, body))}
}

// send sends the answer: not at all if the client has it already, packed if the
// client can read that.
func (a *answer) send(c echo.Context, status int) error {
	req, header := c.Request(), c.Response().Header()
	header["Content-Type"] = []string{a.kind}
	header["Cache-Control"] = []string{a.cache}
	header["Vary"] = answerVaries
	if a.link != "" {
		header["Link"] = []string{a.link}
	}
	if status == http.StatusOK && a.cache != noStore {
		header["Etag"] = []string{a.etag}
		if strings.Contains(req.Header.Get("If-None-Match"), a.etag) {
			return c.NoContent(http.StatusNotModified)
		}
	}
	body := a.plain
	for _, encoding := range encodings {
		if len(body) < compressFrom || !accepts(req, encoding) {
			continue
		}
		var err error
		if body, err = a.pack(encoding); err != nil {
			return err
		}
		header["Content-Encoding"] = []string{encoding}
		break
	}
	header["Content-Length"] = []string{strconv.Itoa(len(body))}
	c.Response().WriteHeader(status)
	_, err := c.Response().Write(body)
	return err
}

// pack is the body in an encoding.
func (a *answer) pack(encoding string) ([]byte, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if body, ok := a.packed[encoding]; ok {
		return body, nil
	}
	pool := packers[encoding]
	w, _ := pool.Get().(packer)
	defer pool.Put(w)
	var body bytes.Buffer
	w.Reset(&body)
	if _, err := w.Write(a.plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if a.packed == nil {
		a.packed = map[string][]byte{}
	}
	a.packed[encoding] = body.Bytes()
	return body.Bytes(), nil
}

// packer is what both compressors are.
type packer interface {
	io.WriteCloser
	Reset(w io.Writer)
}

var packers = map[string]*sync.Pool{
	"gzip": {New: func() any { w, _ := gzip.NewWriterLevel(nil, 5); return w }}, // the level is a valid one
	"zstd": {New: func() any {
		w, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(256<<10),
			zstd.WithEncoderLevel(zstd.SpeedFastest)) // valid options; the next level saves a twentieth, and its tables push all else out of the processor's cache
		return w
	}},
}
